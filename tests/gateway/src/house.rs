//! An identity provider that answers when it is told to.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Serves documents by path. One that it has no word for is held back.
pub struct House {
    address: SocketAddr,
    desk: Arc<Desk>,
}

/// What becomes of a question for a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// No answer until there is another word for the path.
    Hold,
    /// A document, with 200.
    Document(Vec<u8>),
    /// The same by a clock that is so many seconds ahead of ours.
    Dated(Vec<u8>, i64),
    /// A status without a document.
    Status(u16),
    /// The connection is closed.
    Cut,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    words: BTreeMap<String, Say>,
    asked: BTreeMap<String, usize>,
}

// === impl House ===

impl House {
    /// Opens one.
    ///
    /// # Panics
    /// Where the system has no free port.
    pub fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let desk = Arc::new(Desk::default());
        let shared = Arc::clone(&desk);
        // Lives as long as the process, and holds nothing but its port.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let desk = Arc::clone(&shared);
                std::thread::spawn(move || desk.serve(stream));
            }
        });
        Self { address, desk }
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From here on, and for who already waits there, `path` is this.
    pub fn say(&self, path: &str, word: Say) {
        self.desk.state().words.insert(path.to_owned(), word);
        self.desk.changed.notify_all();
    }

    /// How often `path` was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.desk.state().asked.get(path).copied().unwrap_or(0)
    }

    /// Waits until `path` was asked for `count` times; tells whether it was.
    pub fn wait(&self, path: &str, count: usize, deadline: Duration) -> bool {
        let end = Instant::now() + deadline;
        let mut state = self.desk.state();
        while state.asked.get(path).copied().unwrap_or(0) < count {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                return false;
            };
            let woken = self.desk.changed.wait_timeout(state, left);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

// === impl Desk ===

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One question; who hangs up meanwhile isn't answered.
    fn serve(&self, mut stream: TcpStream) {
        let Some(path) = question(&stream) else {
            return;
        };
        *self.state().asked.entry(path.clone()).or_default() += 1;
        self.changed.notify_all();
        let answer = match self.word(&path) {
            Say::Hold | Say::Cut => return,
            Say::Document(body) => document(&body, ""),
            Say::Dated(body, ahead) => document(&body, &date(ahead)),
            Say::Status(status) => {
                format!("HTTP/1.1 {status} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
                    .into_bytes()
            }
        };
        let _ = stream.write_all(&answer);
    }

    fn word(&self, path: &str) -> Say {
        let mut state = self.state();
        loop {
            match state.words.get(path) {
                None | Some(Say::Hold) => {
                    let woken = self.changed.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                }
                Some(word) => return word.clone(),
            }
        }
    }
}

fn document(body: &[u8], date: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n{date}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// The field of a clock that is so many seconds ahead of ours.
fn date(ahead: i64) -> String {
    let way = Duration::from_secs(ahead.unsigned_abs());
    let now = SystemTime::now();
    let then = if ahead < 0 { now - way } else { now + way };
    format!("date: {}\r\n", httpdate::fmt_http_date(then))
}

/// The path of a request, once its head is whole.
fn question(stream: &TcpStream) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    while !lines.next()?.ok()?.is_empty() {}
    Some(first.split(' ').nth(1)?.to_owned())
}
