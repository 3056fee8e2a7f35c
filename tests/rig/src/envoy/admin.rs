//! The admin interface.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;

use crate::client::Client;
use crate::message::{End, Http, Request};

/// Asks the admin interface of one Envoy.
#[derive(Debug, Clone)]
pub struct Admin {
    client: Client,
    address: SocketAddr,
}

/// Counters and gauges by name; those that were never touched are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats(BTreeMap<String, u64>);

// === impl Admin ===

impl Admin {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            client: Client::new(address, Http::One),
            address,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What stands at `path`.
    ///
    /// # Errors
    /// Where the answer isn't 200, or broke off.
    pub fn get(&self, path: &str) -> Result<String, String> {
        self.ask(&Request::new("GET", path))
    }

    /// Does what `path` stands for.
    ///
    /// # Errors
    /// Where the answer isn't 200, or broke off.
    pub fn post(&self, path: &str) -> Result<String, String> {
        self.ask(&Request::new("POST", path))
    }

    /// The counters and gauges whose name has a match of the regular expression
    /// `filter`; all of them where it is empty. Counters are current, histograms
    /// are left out.
    ///
    /// # Errors
    /// Where Envoy doesn't tell.
    pub fn stats(&self, filter: &str) -> Result<Stats, String> {
        let filter: String = filter.bytes().map(percent_encoded).collect();
        let text = self.get(&format!("/stats?usedonly&filter={filter}"))?;
        let pair = |line: &str| {
            let (name, value) = line.rsplit_once(": ")?;
            Some((name.to_owned(), value.parse().ok()?))
        };
        Ok(Stats(text.lines().filter_map(pair).collect()))
    }

    /// What Prometheus sees.
    ///
    /// # Errors
    /// Where Envoy doesn't tell.
    pub fn prometheus(&self) -> Result<String, String> {
        self.get("/stats/prometheus")
    }

    /// The configuration that is in force.
    ///
    /// # Errors
    /// Where Envoy doesn't tell.
    pub fn config_dump(&self) -> Result<Value, String> {
        let text = self.get("/config_dump")?;
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    pub(super) fn is_ready(&self) -> bool {
        self.get("/ready").is_ok()
    }

    fn ask(&self, request: &Request) -> Result<String, String> {
        let response = self.client.send(request);
        match (response.status, &response.end) {
            (Some(200), End::Clean) => Ok(response.text()),
            (status, end) => Err(format!("{status:?}, {end:?}: {}", response.text())),
        }
    }
}

fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

// === impl Stats ===

impl Stats {
    /// The value of `name`; zero where it was never touched.
    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }

    /// By how much each has risen since `before`; those that haven't are absent.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let rise = |(name, value): (&String, &u64)| {
            let rise = value.saturating_sub(before.get(name));
            (rise > 0).then(|| (name.clone(), rise))
        };
        Self(self.0.iter().filter_map(rise).collect())
    }
}
