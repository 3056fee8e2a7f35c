//! What judging one message may cost, in steps of about the same price: a
//! schema applied to a value, a member looked at, a few bytes of text matched.
//!
//! The size of a body bounds what reading it costs, but not what validating it
//! costs: nested alternatives multiply. The budget does.

use std::fmt;

/// Steps that are left.
#[derive(Debug)]
pub struct Budget {
    steps: u32,
}

/// What one message may cost.
#[derive(Debug)]
pub struct Budgets {
    /// Finding out whether it is valid.
    pub judging: Budget,
    /// Saying why it isn't.
    pub explaining: Budget,
}

/// Why a judgement was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exhausted {
    /// No steps are left.
    Work,
    /// Too many schemas were being applied within one another.
    Nesting,
}

impl Budget {
    /// A budget of `steps`.
    #[must_use]
    pub const fn new(steps: u32) -> Self {
        Self { steps }
    }

    /// Takes `steps` of it.
    #[inline]
    pub fn spend(&mut self, steps: u32) -> Result<(), Exhausted> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(Exhausted::Work)
            }
        }
    }

    /// Takes what looking at `bytes` bytes of text costs.
    #[inline]
    pub fn spend_on_text(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let steps = u32::try_from(bytes / BYTES_PER_STEP).unwrap_or(u32::MAX);
        self.spend(steps)
    }

    /// Takes what looking up `names` names of an object costs.
    #[inline]
    pub fn spend_on_lookups(&mut self, names: usize) -> Result<(), Exhausted> {
        let steps = names.saturating_mul(STEPS_PER_LOOKUP);
        self.spend(u32::try_from(steps).unwrap_or(u32::MAX))
    }
}

impl Budgets {
    /// Budgets of `steps` each.
    #[must_use]
    pub const fn new(steps: u32) -> Self {
        Self {
            judging: Budget::new(steps),
            explaining: Budget::new(steps),
        }
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Work => "validating takes more steps than are allowed",
            Self::Nesting => "schemas are applied within one another too often",
        })
    }
}

/// A step is some 20 ns in the proxy, and so is matching this much text.
const BYTES_PER_STEP: usize = 16;
/// Up to 32 names are compared one by one, by a word of each.
const STEPS_PER_LOOKUP: usize = 2;
