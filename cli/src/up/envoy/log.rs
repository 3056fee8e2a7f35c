//! What Envoy writes while it runs.
//!
//! Lines are held back until the gateway is ready, so that a failed start shows
//! them once, with the error; from then on they are passed on as they come.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// The lines of one Envoy.
#[derive(Debug, Default)]
pub struct Log {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    flow: Flow,
    last: VecDeque<String>,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Flow {
    /// It is kept for later.
    #[default]
    Hold,
    /// It is printed.
    Pass,
    /// It is about the end that was asked for.
    Drop,
}

/// Lines that are kept for the message when Envoy ends by itself.
const KEPT: usize = 50;

// === impl Log ===

impl Log {
    /// Reads lines until Envoy closes its end.
    pub async fn follow(&self, stream: impl AsyncRead + Unpin) {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        // A read that fails is the end of the log, as its close is.
        while stream
            .read_until(b'\n', &mut line)
            .await
            .is_ok_and(|read| read > 0)
        {
            self.add(&readable(&line));
            line.clear();
        }
    }

    /// Prints what was held back, and every line from here on.
    pub fn pass(&self) {
        let mut state = self.state();
        state.flow = Flow::Pass;
        for line in &state.last {
            print(line);
        }
    }

    /// Prints nothing more.
    pub fn drop_rest(&self) {
        self.state().flow = Flow::Drop;
    }

    /// The last lines, the oldest first.
    #[must_use]
    pub fn last(&self) -> Vec<String> {
        self.state().last.iter().cloned().collect()
    }

    fn add(&self, line: &str) {
        let mut state = self.state();
        if state.flow == Flow::Pass {
            print(line);
        }
        if state.last.len() == KEPT {
            state.last.pop_front();
        }
        state.last.push_back(line.to_owned());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A closed standard error is no reason to end a gateway.
fn print(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// A line of the filters as they wrote it, any other after `envoy`. Control
/// characters are escaped: what a client sends may be in it.
fn readable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line.trim_ascii_end());
    let line = match text.split_once("] wasm log ") {
        Some((_, said)) => said
            .split_once(": ")
            .map_or(said, |(_, message)| message)
            .to_owned(),
        None => format!("envoy {text}"),
    };
    line.chars()
        .fold(String::with_capacity(line.len()), |mut safe, c| {
            if c.is_control() && c != '\t' {
                safe.extend(c.escape_default());
            } else {
                safe.push(c);
            }
            safe
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filters_line_is_shown_as_it_was_written() {
        let line = b"[warning][wasm] wasm log tollgate_jwt jwt 1a2b: tollgate jwt deny reason=jwt_expired\n";
        assert_eq!(readable(line), "tollgate jwt deny reason=jwt_expired");
    }

    #[test]
    fn any_other_line_names_envoy_and_escapes_controls() {
        let line = b"[error][main] bad \x1b[31mbytes\xff\n";
        assert_eq!(
            readable(line),
            "envoy [error][main] bad \\u{1b}[31mbytes\u{fffd}"
        );
    }

    #[test]
    fn the_last_lines_are_kept() {
        let log = Log::default();
        for line in 0..KEPT + 1 {
            log.add(&line.to_string());
        }
        assert_eq!(log.last().len(), KEPT);
        assert_eq!(log.last().first().map(String::as_str), Some("1"));
    }
}
