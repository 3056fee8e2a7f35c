//! The host calls by name, how often each was made, and which are to fail.

use std::collections::BTreeMap;

use super::{Host, HostResult, Status};

macro_rules! host_calls {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A host call of the ABI.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum HostCall { $($(#[$doc])* $variant,)* }

        impl HostCall {
            /// Every host call that is emulated.
            pub const ALL: &[HostCall] = &[$(HostCall::$variant,)*];

            /// The name a module imports it by.
            pub fn name(self) -> &'static str {
                match self { $(HostCall::$variant => $name,)* }
            }
        }
    };
}

host_calls! {
    /// Writes a log line.
    Log = "proxy_log",
    /// Asks which lines are written.
    GetLogLevel = "proxy_get_log_level",
    /// Reads the wall clock.
    GetTime = "proxy_get_current_time_nanoseconds",
    /// Sets how often the root context ticks.
    SetTickPeriod = "proxy_set_tick_period_milliseconds",
    /// Reads a part of a buffer.
    GetBuffer = "proxy_get_buffer_bytes",
    /// Asks for the length of a buffer.
    GetBufferStatus = "proxy_get_buffer_status",
    /// Writes to a body.
    SetBuffer = "proxy_set_buffer_bytes",
    /// Reads all fields of a map.
    GetMap = "proxy_get_header_map_pairs",
    /// Replaces all fields of a map.
    SetMap = "proxy_set_header_map_pairs",
    /// Asks for the size of a map in bytes.
    GetMapSize = "proxy_get_header_map_size",
    /// Reads the first field of a name.
    GetMapValue = "proxy_get_header_map_value",
    /// Adds a field.
    AddMapValue = "proxy_add_header_map_value",
    /// Replaces the fields of a name.
    ReplaceMapValue = "proxy_replace_header_map_value",
    /// Removes the fields of a name.
    RemoveMapValue = "proxy_remove_header_map_value",
    /// Reads a property.
    GetProperty = "proxy_get_property",
    /// Writes filter state.
    SetProperty = "proxy_set_property",
    /// Reads a shared value.
    GetSharedData = "proxy_get_shared_data",
    /// Writes a shared value.
    SetSharedData = "proxy_set_shared_data",
    /// Lets a paused stream go on.
    ContinueStream = "proxy_continue_stream",
    /// Resets a stream.
    CloseStream = "proxy_close_stream",
    /// Answers the request.
    SendLocalResponse = "proxy_send_local_response",
    /// Calls a cluster.
    HttpCall = "proxy_http_call",
    /// Asks for the status of a call out.
    GetStatus = "proxy_get_status",
    /// Speaks for another context.
    SetEffectiveContext = "proxy_set_effective_context",
    /// Calls a function of the proxy's own.
    CallForeignFunction = "proxy_call_foreign_function",
    /// Says that a root context has finished.
    Done = "proxy_done",
    /// Defines a metric.
    DefineMetric = "proxy_define_metric",
    /// Reads a metric.
    GetMetric = "proxy_get_metric",
    /// Records a value.
    RecordMetric = "proxy_record_metric",
    /// Adds to a metric.
    IncrementMetric = "proxy_increment_metric",
}

impl HostCall {
    /// The host call of that import name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|call| call.name() == name)
    }
}

/// Which of the calls of a name fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every one.
    Every,
    /// The n-th from now on, counted from 1.
    Nth(u64),
}

#[derive(Default)]
pub(super) struct Faults {
    made: BTreeMap<HostCall, u64>,
    faults: Vec<Fault>,
}

struct Fault {
    call: HostCall,
    /// The number of the call that fails; `None` is every one.
    number: Option<u64>,
    status: Status,
}

impl Faults {
    fn enter(&mut self, call: HostCall) -> HostResult<()> {
        let made = self.made.entry(call).or_default();
        *made += 1;
        let fails = |fault: &&Fault| {
            fault.call == call && fault.number.is_none_or(|number| number == *made)
        };
        match self.faults.iter().find(fails) {
            Some(fault) => Err(fault.status),
            None => Ok(()),
        }
    }
}

impl Host {
    /// Makes host calls of one name fail with a status, whoever makes them.
    pub fn fail(&self, call: HostCall, which: Which, status: Status) {
        let faults = &mut self.state().faults;
        let made = faults.made.get(&call).copied().unwrap_or_default();
        let number = match which {
            Which::Every => None,
            Which::Nth(n) => Some(made + n),
        };
        faults.faults.push(Fault {
            call,
            number,
            status,
        });
    }

    /// Takes all faults back.
    pub fn heal(&self) {
        self.state().faults.faults.clear();
    }

    /// How often a host call has been made.
    pub fn calls_made(&self, call: HostCall) -> u64 {
        self.state()
            .faults
            .made
            .get(&call)
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn enter(&self, call: HostCall) -> HostResult<()> {
        self.state().faults.enter(call)
    }
}
