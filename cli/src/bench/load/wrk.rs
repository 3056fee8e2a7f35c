//! Closed loop by `wrk`, where it is on `PATH`: faster than ours, for HTTP/1.1
//! without certificates of clients and with one status for all requests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use hyper::header::HOST;
use tokio::process::Command;

use super::closed::Closed;
use super::{Job, LoadError};
use crate::bench::result::Protocol;

/// The program.
#[derive(Debug, Clone)]
pub struct Wrk {
    binary: PathBuf,
}

// === impl Wrk ===

impl Wrk {
    /// The one on `PATH`.
    #[must_use]
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|folder| folder.join("wrk"))
            .find(|file| file.is_file())
            .map(|binary| Self { binary })
    }

    /// Its version, as it tells it.
    pub async fn version(&self) -> String {
        let told = Command::new(&self.binary).arg("-v").output().await;
        let told = told.map(|told| String::from_utf8_lossy(&told.stdout).into_owned());
        let told = told.unwrap_or_default();
        let words: Vec<&str> = told.split_whitespace().take(2).collect();
        words.join(" ")
    }

    /// Whether it can send this.
    #[must_use]
    pub fn takes(&self, job: &Job) -> bool {
        job.workload.described.protocol == Protocol::Http1
            && job.target.tls.is_none()
            && job.statuses().len() == 1
    }

    /// As the built-in generator does; the duration is rounded up to a second, and
    /// there is no warm-up but that of the connections.
    ///
    /// # Errors
    /// Where `wrk` fails, or an answer isn't what was expected.
    pub async fn run<M>(
        &self,
        job: &Job,
        duration: Duration,
        folder: &Path,
        mut meter: impl FnMut() -> Result<M, LoadError>,
    ) -> Result<Closed<M>, LoadError> {
        let script = folder.join("requests.lua");
        std::fs::write(&script, script_of(job).await).map_err(LoadError::Counters)?;
        let (before, since) = (meter()?, Instant::now());
        let seconds = duration.as_secs_f64().ceil().max(1.0);
        let output = Command::new(&self.binary)
            .args([
                "-t",
                "1",
                "-c",
                &job.workload.described.connections.to_string(),
            ])
            .args(["-d", &format!("{seconds}s"), "-s"])
            .arg(&script)
            .arg(format!("http://{}", job.target.address))
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(|error| LoadError::Wrk(error.to_string()))?;
        let (after, elapsed) = (meter()?, since.elapsed());
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            return Err(LoadError::Wrk(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ));
        }
        let requests = answered(&text, job.statuses().first().copied().unwrap_or(200))?;
        job.next.fetch_add(
            usize::try_from(requests).unwrap_or(0),
            std::sync::atomic::Ordering::Relaxed,
        );
        Ok(Closed {
            before,
            after,
            requests,
            elapsed,
            reconnects: 0,
        })
    }
}

/// What `wrk` prints of its requests, held against the status that is expected.
fn answered(text: &str, expected: u16) -> Result<u64, LoadError> {
    let number = |line: Option<&str>| {
        let digits = line.and_then(|line| {
            line.split_whitespace()
                .find_map(|word| word.parse::<u64>().ok())
        });
        digits.unwrap_or(0)
    };
    let line = |part: &str| text.lines().find(|line| line.contains(part));
    let requests = number(line("requests in"));
    let refused = number(line("Non-2xx or 3xx responses"));
    let good = if expected < 400 {
        refused == 0
    } else {
        refused == requests
    };
    match line("Socket errors") {
        Some(errors) => Err(LoadError::Wrk(errors.trim().to_owned())),
        None if requests == 0 => Err(LoadError::Wrk("no request was answered".to_owned())),
        None if !good => Err(LoadError::Wrk(format!(
            "{refused} of {requests} answers were refusals, where {expected} was expected"
        ))),
        None => Ok(requests),
    }
}

/// The requests as a script, from where the last run ended.
async fn script_of(job: &Job) -> String {
    let mut script = String::from("local requests = {}\n");
    for request in &job.workload.requests {
        let http = &request.http;
        let body = http.body().clone().collect().await;
        let body = body.map(|body| body.to_bytes()).unwrap_or_default();
        let mut headers = String::new();
        for (name, value) in http.headers() {
            // `wrk` adds one of its own where it finds none spelled so.
            let name = match name {
                &HOST => "Host",
                name => name.as_str(),
            };
            let value = quoted(value.as_bytes());
            let _ = write!(headers, "[{}]={value},", quoted(name.as_bytes()));
        }
        let _ = writeln!(
            script,
            "requests[#requests+1] = {{{},{},{{{headers}}},{}}}",
            quoted(http.method().as_str().as_bytes()),
            quoted(http.uri().to_string().as_bytes()),
            quoted(&body),
        );
    }
    let next = job.next.load(std::sync::atomic::Ordering::Relaxed) % job.workload.requests.len();
    let _ = write!(script, "{FORMAT}local at = {next}\n{REQUEST}");
    script
}

/// Each request is put into bytes once.
const FORMAT: &str = "local sent = {}
init = function()
  for i, r in ipairs(requests) do
    local body = r[4]
    if body == '' then body = nil end
    sent[i] = wrk.format(r[1], r[2], r[3], body)
  end
end
";
const REQUEST: &str = "request = function()
  at = at % #sent + 1
  return sent[at]
end
";

/// As a string of Lua: what isn't plain, in decimal.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(*byte));
            }
            b' '..=b'~' => text.push(char::from(*byte)),
            other => {
                let _ = write!(text, "\\{other:03}");
            }
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_count_only_where_they_are_expected() {
        let printed = "  100 requests in 1.00s, 1MB read\n  Non-2xx or 3xx responses: 100\n";
        assert_eq!(answered(printed, 401).ok(), Some(100));
        assert!(answered(printed, 200).is_err());
    }

    #[test]
    fn a_field_is_a_string_of_lua() {
        assert_eq!(quoted(b"a\"b\\c\n\xc3"), r#""a\"b\\c\010\195""#);
    }
}
