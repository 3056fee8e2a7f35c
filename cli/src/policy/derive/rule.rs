//! Rules as they stand in a policy: those written by hand, and those made here.

use std::collections::BTreeSet;

use tollgate_schema::route::PathItem;

use super::super::document::{Mark, Member, Node, Value};
use super::access::Access;

/// Whether a rule by hand decides every request of that path and method.
#[must_use]
pub fn is_by_hand(rules: &[Node], template: &str, method: &str) -> bool {
    let takes = |known: &str| known == method || (known, method) == ("GET", "HEAD");
    let decides = |place: &Node| {
        let methods = match place.get("methods").map(|node| &node.value) {
            None => true,
            Some(Value::List(list)) => list.iter().filter_map(Node::as_text).any(takes),
            Some(_) => false,
        };
        let path = place.get("path").and_then(Node::as_text);
        methods && path == Some(template) && place.get("hosts").is_none()
    };
    rules
        .iter()
        .filter_map(|rule| rule.get("match"))
        .any(decides)
}

/// The rules of a path: one for each access, with the methods that have it.
#[must_use]
pub fn of_path(item: &PathItem, accesses: &[Access], mark: Mark) -> Vec<Node> {
    let mut rules: Vec<(&Access, Vec<&str>)> = Vec::new();
    for (method, operation) in &item.methods {
        let Some(access) = accesses.get(*operation) else {
            continue;
        };
        match rules.iter_mut().find(|(known, _)| *known == access) {
            Some((_, methods)) => methods.push(method),
            None => rules.push((access, vec![method])),
        }
    }
    // A rule for GET takes HEAD too: where HEAD has one of its own, that comes first.
    rules.sort_by_key(|(_, methods)| !methods.contains(&"HEAD"));
    let writer = Writer(mark);
    let rules = rules.into_iter();
    rules
        .map(|(access, methods)| writer.rule(&item.template, &methods, access))
        .collect()
}

/// Writes values, all of which stand at one place.
struct Writer(Mark);

// === impl Writer ===

impl Writer {
    fn rule(&self, template: &str, methods: &[&str], access: &Access) -> Node {
        let place = [
            ("path", self.text(template)),
            ("methods", self.texts(methods.iter().copied())),
        ];
        let place = ("match", self.map(place));
        let scopes = |name: &'static str, scopes: &BTreeSet<String>| {
            let scopes = [(name, self.texts(scopes.iter().map(String::as_str)))];
            ("require", self.map([("scopes", self.map(scopes))]))
        };
        let access = match access {
            Access::Anonymous => ("allow", self.text("anonymous")),
            Access::Optional => ("allow", self.text("optional")),
            Access::Token => ("require", self.map([])),
            Access::All(list) => scopes("all", list),
            Access::Any(list) => scopes("any", list),
        };
        self.map([place, access])
    }

    fn text(&self, text: &str) -> Node {
        self.node(Value::Text(text.to_owned()))
    }

    fn texts<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Node {
        self.node(Value::List(texts.map(|text| self.text(text)).collect()))
    }

    fn map<const N: usize>(&self, members: [(&str, Node); N]) -> Node {
        let member = |(name, value): (&str, Node)| Member {
            name: name.to_owned(),
            mark: self.0,
            value,
        };
        self.node(Value::Map(members.into_iter().map(member).collect()))
    }

    fn node(&self, value: Value) -> Node {
        Node {
            mark: self.0,
            value,
        }
    }
}
