//! Values with the paths that lead to them.

use tollgate_kit::config::member_path;
use tollgate_kit::json::unescape_token;
use tollgate_kit::path::percent_decode;

use super::super::document::{Node, Value};

/// A value and its path, as faults spell paths.
#[derive(Debug, Clone)]
pub struct Place<'n> {
    /// The value.
    pub node: &'n Node,
    /// Where it stands.
    pub path: String,
}

// === impl Place ===

impl<'n> Place<'n> {
    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Self> {
        Some(Self {
            node: self.node.get(name)?,
            path: member_path(&self.path, name),
        })
    }

    /// The text of the member of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'n str> {
        self.node.get(name)?.as_text()
    }

    /// The members; `None` where this isn't an object.
    #[must_use]
    pub fn members(&self) -> Option<Vec<(&'n str, Self)>> {
        let Value::Map(members) = &self.node.value else {
            return None;
        };
        let place = |name, node| Self {
            node,
            path: member_path(&self.path, name),
        };
        let members = members.iter();
        let members = members.map(|member| (&*member.name, place(&member.name, &member.value)));
        Some(members.collect())
    }

    /// The elements; `None` where this isn't a list.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        let Value::List(items) = &self.node.value else {
            return None;
        };
        let place = |(at, node)| Self {
            node,
            path: format!("{}[{at}]", self.path),
        };
        Some(items.iter().enumerate().map(place).collect())
    }

    /// What stands here, or what a `$ref` into `document` leads to; `None` where
    /// it leads nowhere (RFC 6901 §6).
    #[must_use]
    pub fn resolve(self, document: &Self) -> Option<Self> {
        let Some(reference) = self.node.get("$ref") else {
            return Some(self);
        };
        let fragment = reference.as_text()?.strip_prefix('#')?;
        let pointer = String::from_utf8(percent_decode(fragment.as_bytes())).ok()?;
        let steps = pointer.strip_prefix('/')?.split('/');
        steps
            .map(unescape_token)
            .try_fold(document.clone(), |place, step| match &place.node.value {
                Value::List(_) => place.items()?.into_iter().nth(step.parse().ok()?),
                _ => place.get(&step),
            })
    }
}
