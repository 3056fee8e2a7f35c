//! What is seen of one exchange: by the client, by the upstream, in the access
//! log, in the statistics and in Envoy's log.

use std::time::Duration;

use serde_json::Value;
use tollgate_rig::{Arrival, End, Envoy, Received, Response, Stats, Upstream, wait_until};

use super::place::Place;
use crate::observe::{self, Fields, Observation};

/// Looks from before the request on.
pub struct Sight<'g> {
    envoy: &'g Envoy,
    upstream: &'g Upstream,
    place: &'g Place,
    stats: Stats,
    log: usize,
    lines: usize,
}

/// Our counters, the upstream's, and what tells of a VM that failed.
const STATS: &str =
    "^(wasmcustom[.]tollgate|cluster[.].*_upstream[.]upstream_rq_total|wasm[.].*(vm_reload|fail))";
/// How long after the response the rest may take.
const PATIENCE: Duration = Duration::from_secs(3);

impl<'g> Sight<'g> {
    /// Notes how everything stands.
    pub fn open(
        envoy: &'g Envoy,
        upstream: &'g Upstream,
        place: &'g Place,
    ) -> Result<Self, String> {
        Ok(Self {
            stats: envoy.admin().stats(STATS)?,
            log: envoy.log().len(),
            lines: lines(place).len(),
            envoy,
            upstream,
            place,
        })
    }

    /// Waits until the exchange is over everywhere, and tells what came of it.
    pub fn close(self, response: Response) -> Result<Observation, String> {
        let mut seen = Observation::default();
        match &response.end {
            End::Clean => {}
            End::Failed(error) => return Err(format!("the request cannot be sent: {error}")),
            End::Reset(error) => seen
                .accidents
                .push(format!("the response broke off: {error}")),
            End::Timeout => seen.accidents.push("the client still waits".to_owned()),
        }
        seen.status = response.status;
        seen.headers = lower(response.fields);
        seen.body = response.body;
        // The line is written when the stream ends, and by then all is counted.
        let line = wait_until(PATIENCE, || lines(self.place).get(self.lines).cloned());
        match line {
            Some(line) => note(&line, &mut seen),
            None => seen.accidents.push("the access log has no line".to_owned()),
        }
        let rise = self.envoy.admin().stats(STATS)?.since(&self.stats);
        for (name, count) in rise.iter() {
            if let Some(name) = name.strip_prefix("wasmcustom.") {
                seen.counters.insert(name.to_owned(), count);
            } else if name.starts_with("wasm.") {
                seen.accidents.push(format!("{name} rose by {count}"));
            }
        }
        seen.upstream = self.arrived(rise.get(&self.place.upstream_count()));
        let log = self.envoy.log();
        let is_bad = |line: &&str| line.starts_with("[error]") || line.starts_with("[critical]");
        let bad = log
            .get(self.log..)
            .unwrap_or_default()
            .lines()
            .filter(is_bad);
        seen.accidents
            .extend(bad.map(|line| format!("log: {line}")));
        Ok(seen)
    }

    /// Envoy has counted what it sent, which may still be on its way.
    fn arrived(&self, sent: u64) -> Option<observe::Arrival> {
        let over = |seen: &[Received]| {
            seen.len() as u64 >= sent && seen.iter().all(|one| one.arrival != Arrival::Begun)
        };
        let requests = self.upstream.wait(PATIENCE, over);
        requests.into_iter().next().map(arrival)
    }
}

fn note(line: &Value, seen: &mut Observation) {
    for name in observe::STATE {
        if let Some(state) = line[format!("state_{name}")].as_str() {
            seen.state.insert(name.to_owned(), state.to_owned());
        }
    }
    for filter in observe::FILTERS {
        if let Some(mark) = line[format!("mark_{filter}")].as_str() {
            seen.marks.insert(filter.to_owned(), mark.to_owned());
        }
    }
    let details = line["details"].as_str().unwrap_or_default();
    if details.contains("wasm_fail_stream") {
        seen.accidents.push(format!("a filter failed: {details}"));
    }
}

fn lines(place: &Place) -> Vec<Value> {
    let text = std::fs::read_to_string(&place.log).unwrap_or_default();
    // The last line may be half of one.
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole
        .map(|line| serde_json::from_str(line).unwrap_or_default())
        .collect()
}

fn arrival(request: Received) -> observe::Arrival {
    let mut headers = vec![
        (":method".to_owned(), request.method.clone().into_bytes()),
        (":path".to_owned(), request.path.clone()),
        (":authority".to_owned(), request.authority.into_bytes()),
    ];
    let other = lower(request.fields).into_iter();
    headers.extend(other.filter(|(name, _)| name != "host"));
    observe::Arrival {
        method: request.method,
        path: String::from_utf8_lossy(&request.path).into_owned(),
        headers,
        body: request.body,
        trailers: lower(request.trailers),
        complete: request.arrival == Arrival::Whole,
    }
}

fn lower(fields: tollgate_rig::Fields) -> Fields {
    let lower = |(name, value): (String, Vec<u8>)| (name.to_ascii_lowercase(), value);
    fields.into_iter().map(lower).collect()
}
