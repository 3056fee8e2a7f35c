//! The threads behind the blocking calls, and waiting for a condition.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// After so long, whatever is waited for will not come.
pub const DEADLINE: Duration = Duration::from_secs(10);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives two threads")
});

/// The runtime of clients and servers, for the whole life of the process.
pub fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// Looks until `look` finds something; `None` where it doesn't within `deadline`.
pub fn wait_until<T>(deadline: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if begin.elapsed() > deadline {
            return None;
        }
        std::thread::sleep(POLL);
    }
}

const POLL: Duration = Duration::from_millis(5);
