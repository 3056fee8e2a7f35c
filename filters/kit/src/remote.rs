//! Documents that live elsewhere and are kept fresh in the background: key sets.
//!
//! All workers and the main thread share one copy and one fetch. A lease in
//! shared data says who is asking; a failed fetch is tried again after 1 s,
//! doubling to 30 s with jitter. What lies in shared data is keyed by a format
//! version and a hash of the whole remote configuration.

use crate::fields::Fields;
use crate::host::{Host, HostError};
use std::time::Duration;

/// A document and how it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// What people call it, for log lines: the provider's name.
    pub name: String,
    /// Everything that makes it what it is; part of the shared key.
    pub identity: String,
    /// Envoy's cluster.
    pub cluster: String,
    /// `:scheme`.
    pub scheme: String,
    /// `:authority`.
    pub authority: String,
    /// `:path`.
    pub path: String,
    /// How long one fetch may take.
    pub timeout: Duration,
    /// The age at which it is fetched again.
    pub refresh: Duration,
    /// How long past `refresh` it may still be used.
    pub max_stale: Duration,
    /// The least time between fetches that a request asks for.
    pub on_demand_interval: Duration,
    /// A larger answer is refused.
    pub max_bytes: usize,
}

/// How a remote document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Availability {
    /// Whether there is one that may be used.
    pub usable: bool,
    /// How long ago it was fetched.
    pub age: Option<Duration>,
    /// Whether waiting may bring a newer one: a fetch is under way, or allowed.
    pub obtainable: bool,
    /// How long until the next fetch is allowed.
    pub retry_after: Duration,
}

/// What a look at a remote document brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Nothing changed.
    Nothing,
    /// A newer document is there, to be installed.
    Arrived(Vec<u8>),
    /// A call was made; the token of its answer.
    Called(u32),
}

/// Keeps one document fresh, for one worker.
#[derive(Debug)]
pub struct Fetcher {
    remote: Remote,
    document_key: String,
    lease_key: String,
    version: u32,
    fetched_at: Option<u64>,
    looked_at: u64,
    lease: Lease,
    wanted: bool,
}

/// Who may fetch, and when; shared by all workers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Lease {
    until: u64,
    next_attempt: u64,
    failures: u32,
}

// === impl Fetcher ===

impl Fetcher {
    /// Nothing fetched yet.
    #[must_use]
    pub fn new(remote: Remote) -> Self {
        let key = format!("tollgate/1/{:016x}", fnv(remote.identity.as_bytes()));
        Self {
            document_key: format!("{key}/document"),
            lease_key: format!("{key}/lease"),
            remote,
            version: 0,
            fetched_at: None,
            looked_at: 0,
            lease: Lease::default(),
            wanted: false,
        }
    }

    /// Makes the lease that all workers compete for, so that no worker's first
    /// write is one without a version.
    pub fn prepare(&self, host: &dyn Host) {
        if let Ok((None, cas)) = host.shared(&self.lease_key) {
            // Another worker may have been quicker, which is as good.
            let _ = host.set_shared(&self.lease_key, &Lease::default().to_bytes(), cas);
        }
    }

    /// What is fetched.
    #[must_use]
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// A request cannot be decided with what is here.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// How the document stands at `now`.
    #[must_use]
    pub fn availability(&self, now: u64) -> Availability {
        let usable = self.fetched_at.is_some_and(|at| {
            now < at
                .saturating_add(nanos(self.remote.refresh))
                .saturating_add(nanos(self.remote.max_stale))
        });
        let under_way = self.lease.until > now;
        let out_of_sight = now.saturating_sub(self.looked_at) > LOOK_AGAIN_NS;
        let allowed = now >= self.lease.next_attempt && (!usable || now >= self.on_demand_at());
        let wait = self.lease.next_attempt.saturating_sub(now);
        Availability {
            usable,
            age: self.age(now),
            obtainable: under_way || allowed || out_of_sight,
            retry_after: Duration::from_nanos(wait),
        }
    }

    /// How old the document is.
    #[must_use]
    pub fn age(&self, now: u64) -> Option<Duration> {
        self.fetched_at
            .map(|at| Duration::from_nanos(now.saturating_sub(at)))
    }

    /// Looks what the other workers have, and fetches where it is time to.
    pub fn look(&mut self, host: &dyn Host, now: u64) -> Progress {
        self.looked_at = now;
        if let Some(document) = self.newer(host) {
            return Progress::Arrived(document);
        }
        let (lease, cas) = self.read_lease(host);
        self.lease = lease;
        if !self.due(now) || lease.until > now || lease.next_attempt > now {
            return Progress::Nothing;
        }
        let until = now
            .saturating_add(nanos(self.remote.timeout))
            .saturating_add(LEASE_MARGIN_NS);
        let taken = Lease { until, ..lease };
        if host
            .set_shared(&self.lease_key, &taken.to_bytes(), cas)
            .is_err()
        {
            return Progress::Nothing;
        }
        self.lease = taken;
        match self.call(host) {
            Ok(token) => Progress::Called(token),
            Err(_) => {
                self.failed(host, now);
                Progress::Nothing
            }
        }
    }

    /// Publishes a document that this worker fetched and found usable.
    pub fn succeeded(&mut self, host: &dyn Host, now: u64, document: &[u8]) {
        self.wanted = false;
        self.fetched_at = Some(now);
        let mut record = now.to_le_bytes().to_vec();
        record.extend_from_slice(document);
        let cas = host.shared(&self.document_key).map_or(0, |(_, cas)| cas);
        if host.set_shared(&self.document_key, &record, cas).is_ok() {
            self.version = host.shared(&self.document_key).map_or(0, |(_, cas)| cas);
        }
        self.write_lease(host, Lease::default());
    }

    /// Puts the next attempt off.
    pub fn failed(&mut self, host: &dyn Host, now: u64) {
        let failures = self.lease.failures.saturating_add(1);
        let doublings = failures.saturating_sub(1).min(5);
        let wait = FIRST_RETRY_NS
            .saturating_mul(1u64.checked_shl(doublings).unwrap_or(1))
            .min(LAST_RETRY_NS);
        let [jitter, ..] = host.random();
        let wait = wait.saturating_add(
            wait.checked_div(10)
                .unwrap_or(0)
                .saturating_mul(u64::from(jitter))
                .checked_div(255)
                .unwrap_or(0),
        );
        self.write_lease(
            host,
            Lease {
                until: 0,
                next_attempt: now.saturating_add(wait),
                failures,
            },
        );
    }

    fn due(&self, now: u64) -> bool {
        let stale = self
            .fetched_at
            .is_none_or(|at| now >= at.saturating_add(nanos(self.remote.refresh)));
        stale || (self.wanted && now >= self.on_demand_at())
    }

    fn on_demand_at(&self) -> u64 {
        self.fetched_at
            .unwrap_or(0)
            .saturating_add(nanos(self.remote.on_demand_interval))
    }

    fn newer(&mut self, host: &dyn Host) -> Option<Vec<u8>> {
        let (record, cas) = host.shared(&self.document_key).ok()?;
        let record = record.filter(|_| cas != self.version)?;
        self.version = cas;
        let (at, document) = record.split_at_checked(8)?;
        self.fetched_at = Some(u64::from_le_bytes(at.try_into().ok()?));
        self.wanted = false;
        Some(document.to_vec())
    }

    fn call(&self, host: &dyn Host) -> Result<u32, HostError> {
        let fields = Fields::from_pairs([
            (":method", "GET"),
            (":scheme", &self.remote.scheme),
            (":authority", &self.remote.authority),
            (":path", &self.remote.path),
            ("accept", "application/jwk-set+json, application/json"),
        ]);
        let timeout = u32::try_from(self.remote.timeout.as_millis()).unwrap_or(u32::MAX);
        host.call(&self.remote.cluster, &fields, timeout)
    }

    fn read_lease(&self, host: &dyn Host) -> (Lease, u32) {
        match host.shared(&self.lease_key) {
            Ok((Some(bytes), cas)) => (Lease::from_bytes(&bytes).unwrap_or_default(), cas),
            Ok((None, cas)) => (Lease::default(), cas),
            Err(_) => (Lease::default(), 0),
        }
    }

    fn write_lease(&mut self, host: &dyn Host, lease: Lease) {
        self.lease = lease;
        let (_, cas) = self.read_lease(host);
        // A lost race leaves another worker's newer record, which `look` reads.
        let _ = host.set_shared(&self.lease_key, &lease.to_bytes(), cas);
    }
}

// === impl Lease ===

impl Lease {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.until.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.next_attempt.to_le_bytes());
        bytes.extend_from_slice(&self.failures.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let eight = |from: usize| {
            bytes
                .get(from..from.checked_add(8)?)?
                .try_into()
                .ok()
                .map(u64::from_le_bytes)
        };
        let failures = bytes.get(16..20)?.try_into().ok().map(u32::from_le_bytes)?;
        Some(Self {
            until: eight(0)?,
            next_attempt: eight(8)?,
            failures,
        })
    }
}

/// FNV-1a: names things in shared data and logs; not for anything secret.
#[must_use]
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

const LEASE_MARGIN_NS: u64 = 500_000_000;
const LOOK_AGAIN_NS: u64 = 100_000_000;
const FIRST_RETRY_NS: u64 = 1_000_000_000;
const LAST_RETRY_NS: u64 = 30_000_000_000;
