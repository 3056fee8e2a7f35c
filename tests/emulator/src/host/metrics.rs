//! Counters, gauges and histograms. Numbers are handed out per definition, values
//! are kept by name: two definitions of a name are one metric.

use std::collections::BTreeMap;

use super::{Guest, Host, HostCall, HostResult, Status};

/// The kinds of metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u32)]
pub enum MetricType {
    /// Goes up.
    Counter = 0,
    /// Goes up and down.
    Gauge = 1,
    /// Keeps what is recorded.
    Histogram = 2,
}

impl MetricType {
    /// The kind of the ABI's number.
    pub fn from_code(code: u32) -> Option<Self> {
        [Self::Counter, Self::Gauge, Self::Histogram]
            .get(code as usize)
            .copied()
    }
}

#[derive(Default)]
pub(super) struct Metrics {
    defined: BTreeMap<u32, (MetricType, String)>,
    values: BTreeMap<(MetricType, String), u64>,
    recorded: BTreeMap<String, Vec<u64>>,
}

impl Metrics {
    fn define(&mut self, kind: MetricType, name: &str) -> u32 {
        let earlier = self
            .defined
            .values()
            .filter(|(other, _)| *other == kind)
            .count() as u32;
        let id = (earlier + 1) * 4 + kind as u32;
        self.defined.insert(id, (kind, name.to_owned()));
        if kind != MetricType::Histogram {
            self.values.entry((kind, name.to_owned())).or_default();
        }
        id
    }

    fn metric(&self, id: u32) -> HostResult<&(MetricType, String)> {
        self.defined.get(&id).ok_or(Status::NotFound)
    }

    fn value(&mut self, id: u32) -> HostResult<&mut u64> {
        let metric = self.metric(id)?.clone();
        if metric.0 == MetricType::Histogram {
            return Err(Status::BadArgument);
        }
        Ok(self.values.entry(metric).or_default())
    }

    fn record(&mut self, id: u32, value: u64) -> HostResult<()> {
        let (kind, name) = self.metric(id)?.clone();
        match kind {
            MetricType::Counter => *self.value(id)? += value,
            MetricType::Gauge => *self.value(id)? = value,
            MetricType::Histogram => self.recorded.entry(name).or_default().push(value),
        }
        Ok(())
    }

    fn increment(&mut self, id: u32, by: i64) -> HostResult<()> {
        let goes_down = self.metric(id)?.0 == MetricType::Gauge;
        let value = self.value(id)?;
        if by <= 0 && !goes_down {
            return Err(Status::BadArgument);
        }
        *value = value.wrapping_add_signed(by);
        Ok(())
    }
}

impl Guest {
    /// `proxy_define_metric`: the number to name it by.
    pub fn define_metric(&self, kind: MetricType, name: &str) -> HostResult<u32> {
        self.host().enter(HostCall::DefineMetric)?;
        Ok(self.host().state().metrics.define(kind, name))
    }

    /// `proxy_get_metric`.
    pub fn metric(&self, id: u32) -> HostResult<u64> {
        self.host().enter(HostCall::GetMetric)?;
        self.host().state().metrics.value(id).copied()
    }

    /// `proxy_record_metric`: adds to a counter, sets a gauge, fills a histogram.
    pub fn record_metric(&self, id: u32, value: u64) -> HostResult<()> {
        self.host().enter(HostCall::RecordMetric)?;
        self.host().state().metrics.record(id, value)
    }

    /// `proxy_increment_metric`: a counter only goes up.
    pub fn increment_metric(&self, id: u32, by: i64) -> HostResult<()> {
        self.host().enter(HostCall::IncrementMetric)?;
        self.host().state().metrics.increment(id, by)
    }
}

impl Host {
    /// The value of a counter or gauge, if one of that name is defined.
    pub fn metric(&self, name: &str) -> Option<u64> {
        let metrics = &self.state().metrics;
        let value = |kind| metrics.values.get(&(kind, name.to_owned())).copied();
        value(MetricType::Counter).or_else(|| value(MetricType::Gauge))
    }

    /// Every counter with its value.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        let metrics = &self.state().metrics;
        let counters = metrics
            .values
            .iter()
            .filter(|((kind, _), _)| *kind == MetricType::Counter);
        counters
            .map(|((_, name), value)| (name.clone(), *value))
            .collect()
    }

    /// What a histogram has recorded, in order.
    pub fn histogram(&self, name: &str) -> Vec<u64> {
        self.state()
            .metrics
            .recorded
            .get(name)
            .cloned()
            .unwrap_or_default()
    }
}
