//! The host side without a wasm engine: what one Envoy process keeps (shared
//! data, metrics, clusters, a clock, a log) and what it keeps per stream.
//!
//! [`Host`] is what a test holds; [`Guest`] is the same state as a module sees
//! it, through host calls in the name of one context. Nothing here knows how a
//! stream passes its filters: that is [`crate::chain`].

mod buffers;
mod cluster;
mod context;
mod events;
mod faults;
mod fields;
mod foreign;
mod guest;
mod log;
mod maps;
mod metrics;
mod properties;
mod shared_data;
mod status;
mod stream;
mod verdicts;

use std::cell::{RefCell, RefMut};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};

pub use buffers::BufferType;
pub use cluster::{Answer, CallRequest};
pub use context::{CallAnswer, ContextId, Installed, Plugin, RootContext};
pub use faults::{HostCall, Which};
pub use fields::{Headers, Part};
pub use foreign::Verifier;
pub use guest::Guest;
pub use log::{LogLevel, LogLine};
pub use maps::MapType;
pub use metrics::MetricType;
pub use properties::Properties;
pub use status::{HostResult, Status};
pub use verdicts::{LocalReply, Way};

pub(crate) use context::{Slot, View, WayView};
pub(crate) use stream::{Message, Stream, StreamId};
pub(crate) use verdicts::StreamControl;

/// One process: everything its plugins and streams share. Clones are the same host.
#[derive(Clone, Default)]
pub struct Host {
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    clock: events::Clock,
    log: log::Log,
    contexts: BTreeMap<ContextId, context::Context>,
    last_context: u32,
    streams: BTreeMap<StreamId, StreamEntry>,
    last_stream: u32,
    shared_data: shared_data::SharedData,
    metrics: metrics::Metrics,
    faults: faults::Faults,
    clusters: cluster::Clusters,
    timers: events::Timers,
    deferred: VecDeque<verdicts::Deferred>,
    /// A local reply was sent in the call under way, so its action is overruled.
    stopped: bool,
    verifier: Option<Verifier>,
    random: u64,
}

struct StreamEntry {
    stream: Stream,
    control: Weak<dyn StreamControl>,
}

impl Host {
    /// A host with nothing in it: no cluster, no shared data, the clock at
    /// 2023-11-14T22:13:20Z (1 700 000 000 s).
    pub fn new() -> Self {
        Self::default()
    }

    /// Pseudo-random bytes as `random_get` gives them; the same in every run.
    pub fn random_bytes(&self, length: usize) -> Vec<u8> {
        let state = &mut *self.state();
        (0..length)
            .map(|_| next_random(&mut state.random))
            .collect()
    }

    fn state(&self) -> RefMut<'_, State> {
        self.state.borrow_mut()
    }
}

/// One byte of `SplitMix64`.
fn next_random(seed: &mut u64) -> u8 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 56) as u8
}
