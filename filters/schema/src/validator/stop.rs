//! Where a judgement stopped: what it passed on its way is valid, and need not be
//! walked again to say why the rest isn't.

use super::schema::SchemaId;
use tollgate_kit::json::Node;

/// The schemas that refused a value, the outermost last. That a schema refuses a value
/// depends on nothing else, so what an alternative left behind is true as well.
#[derive(Debug)]
pub struct Stops {
    stops: Vec<Stop>,
    /// The rule and the child of the stop under way.
    rule: Option<usize>,
    child: usize,
}

/// Where a schema stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    schema: SchemaId,
    value: usize,
    /// Its first rule that refused the value.
    pub(super) rule: usize,
    /// Members or elements that the rule took before.
    pub(super) children: usize,
}

impl Stops {
    pub(super) const fn new() -> Self {
        Self {
            stops: Vec::new(),
            rule: None,
            child: 0,
        }
    }

    /// A keyword refuses a value for the child at this place; `ALL` where its children
    /// are not to blame.
    pub const fn at_child(&mut self, at: usize) {
        self.child = at;
    }

    /// A schema refuses a value by its rule at this place.
    pub(super) const fn at_rule(&mut self, at: usize) {
        self.rule = Some(at);
    }

    /// Notes that `schema` refused `value`.
    pub(super) fn note(&mut self, schema: SchemaId, value: Node<'_>) {
        let children = std::mem::take(&mut self.child);
        let Some(rule) = self.rule.take() else {
            return;
        };
        if self.stops.len() >= MOST {
            self.stops.clear();
        }
        self.stops.push(Stop {
            schema,
            value: value.position(),
            rule,
            children,
        });
    }

    /// Where `schema` stopped, if `value` is what it refused last.
    pub(super) fn take(&mut self, schema: SchemaId, value: Node<'_>) -> Option<Stop> {
        let is_it = |stop: &mut Stop| stop.schema == schema && stop.value == value.position();
        self.stops.pop_if(is_it)
    }

    /// Children that need no explanation, of the value that is about to be explained.
    pub const fn passed(&mut self) -> usize {
        std::mem::replace(&mut self.child, 0)
    }
}

/// More children than any value has.
pub const ALL: usize = usize::MAX;
/// More than there are schemas within schemas.
const MOST: usize = 1024;
