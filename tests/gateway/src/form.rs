//! How the filters are attached.

use std::fmt;

use tollgate::render::envoy::{HoldFlag, Layout};

/// How the filters are attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// How many modules and filters there are.
    pub layout: Layout,
    /// `allow_on_headers_stop_iteration`.
    pub flag: HoldFlag,
}

// === impl Form ===

impl Form {
    /// Three modules, which may hold heads.
    pub const SEPARATE: Self = Self::new(Layout::Separate, HoldFlag::Set);
    /// Three modules, which may not.
    pub const SEPARATE_UNFLAGGED: Self = Self::new(Layout::Separate, HoldFlag::Unset);
    /// Three filters of one module, which may hold heads.
    pub const BUNDLE: Self = Self::new(Layout::Bundle, HoldFlag::Set);
    /// One filter, which may hold heads.
    pub const ALL: Self = Self::new(Layout::All, HoldFlag::Set);
    /// One filter, which may not.
    pub const ALL_UNFLAGGED: Self = Self::new(Layout::All, HoldFlag::Unset);

    /// Those with the flag.
    pub const FLAGGED: [Self; 2] = [Self::SEPARATE, Self::ALL];
    /// Those without.
    pub const UNFLAGGED: [Self; 2] = [Self::SEPARATE_UNFLAGGED, Self::ALL_UNFLAGGED];
    /// Every one.
    pub const EVERY: [Self; 4] = [
        Self::SEPARATE,
        Self::ALL,
        Self::SEPARATE_UNFLAGGED,
        Self::ALL_UNFLAGGED,
    ];

    const fn new(layout: Layout, flag: HoldFlag) -> Self {
        Self { layout, flag }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = match self.layout {
            Layout::Separate => "separate",
            Layout::Bundle => "bundle",
            Layout::All => "all",
        };
        f.write_str(layout)?;
        match self.flag {
            HoldFlag::Set => Ok(()),
            HoldFlag::Unset => f.write_str("_unflagged"),
        }
    }
}
