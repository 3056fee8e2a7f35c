//! What a chain may take at most: `--budget 'p99<2ms,cpu<20us'`.
//!
//! [`parse`] reads it, [`hold`] finds the chains that it is about before anything is
//! measured, and [`judge`] says whether they fit.

pub mod hold;
pub mod judge;
pub mod parse;

use super::result::Quantity;

/// Bounds, all of which must hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget(pub Vec<Bound>);

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// As it was written.
    pub text: String,
    /// The chain, where one is named.
    pub chain: Option<String>,
    /// The workload, where one is named.
    pub workload: Option<String>,
    /// Of what.
    pub quantity: Quantity,
    /// Whether the limit itself fits.
    pub edge: Edge,
    /// In microseconds or bytes.
    pub limit: f64,
    /// The unit that it was written in.
    pub unit: Unit,
}

/// Whether a limit itself fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// `<`
    Below,
    /// `<=`
    UpTo,
}

/// A unit: its name, and how many microseconds or bytes it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// As it is shown.
    pub name: &'static str,
    /// In microseconds or bytes.
    pub size: f64,
}

/// Quantities by name, in the order in which they are listed.
pub const QUANTITIES: &[(&str, Quantity)] = &[
    ("p50", Quantity::P50),
    ("p90", Quantity::P90),
    ("p99", Quantity::P99),
    ("p99.9", Quantity::P999),
    ("cpu", Quantity::Cpu),
    ("added", Quantity::Added),
    ("memory", Quantity::Memory),
    ("start", Quantity::Start),
];

const TIMES: &[(&[&str], Unit)] = &[
    (&["us", "µs", "μs"], Unit::new("µs", 1.0)),
    (&["ms"], Unit::new("ms", 1e3)),
    (&["s"], Unit::new("s", 1e6)),
];
const SIZES: &[(&[&str], Unit)] = &[
    (&["MB"], Unit::new("MB", 1e6)),
    (&["MiB"], Unit::new("MiB", 1_048_576.0)),
    (&["GB"], Unit::new("GB", 1e9)),
    (&["GiB"], Unit::new("GiB", 1_073_741_824.0)),
];

/// How many a figure is shown with, so that three digits count.
#[must_use]
pub fn decimals(value: f64) -> usize {
    match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    }
}

// === impl Unit ===

impl Unit {
    const fn new(name: &'static str, size: f64) -> Self {
        Self { name, size }
    }
}

// === impl Quantity ===

impl Quantity {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = QUANTITIES.iter().find(|(_, known)| *known == self);
        named.map_or("", |(name, _)| name)
    }

    /// The percentile of latency that it is; `None` where it is another.
    #[must_use]
    pub fn percentile(self) -> Option<f64> {
        match self {
            Self::P50 => Some(50.0),
            Self::P90 => Some(90.0),
            Self::P99 => Some(99.0),
            Self::P999 => Some(99.9),
            Self::Cpu | Self::Added | Self::Memory | Self::Start => None,
        }
    }

    /// Whether a chain has it once, whatever it is sent.
    #[must_use]
    pub fn is_of_chain(self) -> bool {
        matches!(self, Self::Memory | Self::Start)
    }

    /// The unit of a record.
    #[must_use]
    pub fn recorded_in(self) -> Unit {
        let name = match self == Self::Memory {
            true => "bytes",
            false => "µs",
        };
        Unit::new(name, 1.0)
    }

    fn units(self) -> &'static [(&'static [&'static str], Unit)] {
        match self {
            Self::Memory => SIZES,
            Self::P50
            | Self::P90
            | Self::P99
            | Self::P999
            | Self::Cpu
            | Self::Added
            | Self::Start => TIMES,
        }
    }
}
