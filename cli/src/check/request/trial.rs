//! What the filters of a policy decide about one request.

use tollgate_kit::host::Reply;
use tollgate_kit::stage::Stage;
use tollgate_kit::verdict::{Denial, Edits};

use super::file::Given;
use super::walk::Walk;

/// What the filters decided.
#[derive(Debug)]
pub struct Trial {
    /// In the order of the chain.
    pub filters: Vec<Judged>,
}

/// What became of a request in one filter.
#[derive(Debug)]
pub struct Judged {
    /// Its name.
    pub filter: &'static str,
    /// What it looked at.
    pub steps: Vec<String>,
    /// What it decided.
    pub decision: Decision,
    /// What it changed of the head that goes on.
    pub edits: Edits,
}

/// What a filter decided.
#[derive(Debug)]
pub enum Decision {
    /// It lets the request pass.
    Allow {
        /// Changes that report mode left out.
        withheld: u32,
    },
    /// It would refuse the request, and only reports that.
    Report(Box<Denial>),
    /// It refuses the request with this reply.
    Deny(Box<Denial>, Reply),
    /// A filter before it refused the request.
    NotAsked,
}

// === impl Trial ===

impl Trial {
    /// Asks the stages in turn.
    #[must_use]
    pub fn run(stages: &[Box<dyn Stage>], given: &Given) -> Self {
        let mut walk = Walk::new(given);
        let mut filters: Vec<Judged> = Vec::new();
        for stage in stages {
            let is_refused = filters.last().is_some_and(Judged::ends);
            filters.push(match is_refused {
                true => Judged::not_asked(stage.name()),
                false => walk.ask(stage.as_ref()),
            });
        }
        Self { filters }
    }

    /// The filter that refuses the request, if any does.
    #[must_use]
    pub fn refusal(&self) -> Option<(&'static str, &Denial)> {
        self.filters
            .iter()
            .find_map(|judged| match &judged.decision {
                Decision::Deny(denial, _) => Some((judged.filter, &**denial)),
                Decision::Allow { .. } | Decision::Report(_) | Decision::NotAsked => None,
            })
    }

    /// Whether the request reaches the upstream.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.refusal().is_none()
    }
}

// === impl Decision ===

impl Decision {
    /// Why the request is refused, or would be.
    #[must_use]
    pub fn denial(&self) -> Option<&Denial> {
        match self {
            Self::Report(denial) | Self::Deny(denial, _) => Some(denial),
            Self::Allow { .. } | Self::NotAsked => None,
        }
    }
}

// === impl Judged ===

impl Judged {
    fn not_asked(filter: &'static str) -> Self {
        Self {
            filter,
            steps: Vec::new(),
            decision: Decision::NotAsked,
            edits: Edits::new(),
        }
    }

    fn ends(&self) -> bool {
        matches!(self.decision, Decision::Deny(..) | Decision::NotAsked)
    }
}
