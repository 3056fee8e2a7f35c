//! What a filter decides: allow with edits, deny with a reason, or wait for
//! what isn't there yet.

use crate::reason::Reason;
use std::rc::Rc;

/// The decision about a request or a response.
#[derive(Debug)]
pub enum Verdict {
    /// It may pass, with these changes.
    Allow(Allowance),
    /// It may not, for this reason (in report mode: it would not).
    Deny(Box<Denial>),
    /// Not decided: something is needed first.
    Await(Need),
}

/// What goes with an allow.
#[derive(Debug, Default)]
pub struct Allowance {
    /// Changes to the header fields.
    pub edits: Edits,
    /// What the filter wants to be told again in later phases of this stream.
    pub memo: Memo,
    /// How many changes report mode left out.
    pub withheld: u32,
    /// What passes without having been judged, as its counter ends: `request.grpc`.
    pub unjudged: Option<&'static str>,
    /// What passes all the same, and is reported.
    pub reported: Option<Box<Denial>>,
    /// What later filters and logs may read: `wasm.tollgate.<name>` in filter state.
    pub state: Vec<(&'static str, String)>,
}

/// What a decision waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// The whole body, of at most `limit` bytes.
    Body {
        /// More than this many bytes are not read.
        limit: usize,
        /// Told again when the body is judged.
        memo: Memo,
        /// What is held meanwhile.
        hold: Hold,
        /// Changes to the head, made before it can go on.
        edits: Edits,
    },
    /// A fresh copy of the filter's remote document with this index.
    Document(usize),
}

/// What is held back while a body is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Head and body: the other side sees nothing before the decision.
    Headers,
    /// The body only: the head goes on at once.
    Body,
    /// Nothing: the body is copied as it passes, for report mode.
    Nothing,
}

/// A filter's note to itself, kept by the stream from one phase to the next.
pub type Memo = u64;

/// Whether a section, or one of its rules, refuses or only reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What is denied is refused.
    #[default]
    Enforce,
    /// What is denied is counted, logged and let through.
    Report,
}

/// Why a request or a response may not pass.
#[derive(Debug)]
pub struct Denial {
    /// The row of the table.
    pub reason: &'static Reason,
    /// One of the reason's statuses.
    pub status: u16,
    /// Whether it is refused or only reported.
    pub mode: Mode,
    /// This occurrence in words; never a secret, never a value of a body.
    pub detail: String,
    /// The kind of attack, where the reason has several: `SQLi`.
    pub category: Option<&'static str>,
    /// Schema violations, in a stable order.
    pub errors: Vec<Violation>,
    /// `key=value` pairs of the log line.
    pub facts: Vec<(&'static str, String)>,
    /// Methods for `Allow`, on 405.
    pub allow: Option<String>,
    /// Seconds for `Retry-After`, on 503.
    pub retry_after: Option<u64>,
    /// The schemes that the challenge names.
    pub schemes: Schemes,
    /// The scopes that `insufficient_scope` names, space-separated.
    pub scope: Option<String>,
    /// Changes that are made also when the denial is only reported.
    pub edits: Edits,
}

/// One way in which a message breaks its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Where.
    pub place: Place,
    /// The schema's keyword.
    pub keyword: &'static str,
    /// Names the schema's constraint, never the request's value.
    pub message: String,
}

/// Where a violation stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A JSON pointer into the body (RFC 6901).
    Pointer(String),
    /// A parameter: `path.id`, `query.limit`, `header.x-id`, `cookie.sid`.
    Parameter(String),
}

/// The authentication schemes of a challenge (RFC 9110 §11.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schemes {
    /// `Bearer` (RFC 6750 §3).
    pub bearer: bool,
    /// `DPoP`, with the algorithms that proofs may be signed by (RFC 9449 §7.1).
    pub dpop: Option<&'static str>,
}

/// Changes to header fields, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    list: Vec<Edit>,
    reroutes: bool,
}

/// One change. Names are lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// One field with this value, whatever was there.
    Set(Rc<str>, Rc<[u8]>),
    /// One field more.
    Append(Rc<str>, Rc<[u8]>),
    /// No field of this name.
    Remove(Rc<str>),
}

// === impl Verdict ===

impl Verdict {
    /// The same, changing nothing.
    #[must_use]
    pub fn without_edits(self) -> Self {
        match self {
            Self::Allow(allowance) => Self::Allow(Allowance {
                edits: Edits::new(),
                ..allowance
            }),
            Self::Deny(mut denial) => {
                denial.edits = Edits::new();
                Self::Deny(denial)
            }
            Self::Await(need) => Self::Await(need),
        }
    }
}

// === impl Denial ===

impl Denial {
    /// A denial with the reason's usual status, enforced.
    #[must_use]
    pub fn new(reason: &'static Reason, detail: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            reason,
            status: reason.status(),
            mode: Mode::Enforce,
            detail: detail.into(),
            category: None,
            errors: Vec::new(),
            facts: Vec::new(),
            allow: None,
            retry_after: None,
            schemes: Schemes::default(),
            scope: None,
            edits: Edits::default(),
        })
    }

    /// The same with another of the reason's statuses.
    #[must_use]
    pub fn with_status(mut self: Box<Self>, status: u16) -> Box<Self> {
        debug_assert!(self.reason.statuses.contains(&status));
        self.status = status;
        self
    }

    /// The same with a field for the log line.
    #[must_use]
    pub fn with_fact(
        mut self: Box<Self>,
        name: &'static str,
        value: impl Into<String>,
    ) -> Box<Self> {
        self.facts.push((name, value.into()));
        self
    }

    /// The same with the kind of attack, for the reply and the log line.
    #[must_use]
    pub fn with_category(mut self: Box<Self>, category: &'static str) -> Box<Self> {
        self.category = Some(category);
        self.with_fact("category", category)
    }

    /// The same in another mode.
    #[must_use]
    pub fn in_mode(mut self: Box<Self>, mode: Mode) -> Box<Self> {
        self.mode = mode;
        self
    }
}

impl Default for Schemes {
    fn default() -> Self {
        Self {
            bearer: true,
            dpop: None,
        }
    }
}

// === impl Edits ===

impl Edits {
    /// No changes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            list: Vec::new(),
            reroutes: false,
        }
    }

    /// No changes, and room for some.
    #[must_use]
    pub fn with_capacity(edits: usize) -> Self {
        Self {
            list: Vec::with_capacity(edits),
            reroutes: false,
        }
    }

    /// Has the route chosen anew: it may have been chosen by what is taken out.
    pub fn reroute(&mut self) {
        self.reroutes = true;
    }

    /// Whether the route is to be chosen anew.
    #[must_use]
    pub fn reroutes(&self) -> bool {
        self.reroutes
    }

    /// Sets `name` to `value`.
    pub fn set(&mut self, name: impl Into<Rc<str>>, value: impl Into<Rc<[u8]>>) {
        self.list.push(Edit::Set(name.into(), value.into()));
    }

    /// Adds a field.
    pub fn append(&mut self, name: impl Into<Rc<str>>, value: impl Into<Rc<[u8]>>) {
        self.list.push(Edit::Append(name.into(), value.into()));
    }

    /// Removes every field `name`.
    pub fn remove(&mut self, name: impl Into<Rc<str>>) {
        self.list.push(Edit::Remove(name.into()));
    }

    /// Puts other changes behind these.
    pub fn follow(&mut self, others: Self) {
        self.reroutes |= others.reroutes;
        if self.list.is_empty() {
            self.list = others.list;
        } else {
            self.list.extend(others.list);
        }
    }

    /// The changes in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.list.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The bytes of all names and values that are written.
    #[must_use]
    pub fn text_len(&self) -> usize {
        let written = |edit: &Edit| match edit {
            Edit::Set(name, value) | Edit::Append(name, value) => {
                name.len().saturating_add(value.len())
            }
            Edit::Remove(_) => 0,
        };
        self.list.iter().map(written).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'e> IntoIterator for &'e Edits {
    type Item = &'e Edit;
    type IntoIter = std::slice::Iter<'e, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
