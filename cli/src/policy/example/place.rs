//! Where examples stand, and the schemas that they are examples of.

use tollgate_kit::config::member_path;
use tollgate_kit::json::{escape_token, unescape_token};
use tollgate_schema::media_type::{self, MediaRange};

use super::super::document::{Node, Value};
use super::super::grammar::{Kind, Step, children};

/// An example or a default.
#[derive(Debug)]
pub struct Example<'n> {
    /// The value.
    pub node: &'n Node,
    /// Where it stands, as faults spell paths.
    pub path: String,
    /// The JSON pointer to its schema.
    pub schema: String,
}

/// An object of a document, and the ways to it.
#[derive(Debug, Clone)]
pub struct Place<'n> {
    node: &'n Node,
    path: String,
    pointer: String,
    document: &'n Node,
    is_30: bool,
}

// === impl Place ===

impl<'n> Place<'n> {
    /// The document, which stands at `path`.
    #[must_use]
    pub fn root(document: &'n Node, path: &str, is_30: bool) -> Self {
        Self {
            node: document,
            path: path.to_owned(),
            pointer: String::new(),
            document,
            is_30,
        }
    }

    /// Adds the examples from here on down.
    pub fn collect(&self, kind: Kind, examples: &mut Vec<Example<'n>>) {
        match kind {
            Kind::Schema => self.of_schema(examples),
            Kind::Parameter | Kind::Header | Kind::MediaType => self.beside_schema(examples),
            _ => {}
        }
        for child in children(self.node, kind) {
            let steps = child.steps.into_iter().flatten();
            let place = steps.fold(self.clone(), |place, step| place.step(child.node, step));
            // What is in another media type than JSON stands there as its text.
            let is_text = child.kind == Kind::MediaType && !place.is_json();
            match is_text {
                false => place.collect(child.kind, examples),
                true => place.within_schema(examples),
            }
        }
    }

    fn of_schema(&self, examples: &mut Vec<Example<'n>>) {
        if self.is_30 && self.node.get("$ref").is_some() {
            // What is beside it has no meaning.
            return;
        }
        let values = ["example", "default"];
        let values = values.into_iter().filter_map(|name| self.member(name));
        examples.extend(values.map(|place| place.example(self.pointer.clone())));
        if let Some(list) = self.member("examples").filter(|_| !self.is_30)
            && let Value::List(items) = &list.node.value
        {
            let items = items.iter().enumerate();
            let items = items.map(|(at, node)| list.step(node, Step::Index(at)));
            examples.extend(items.map(|place| place.example(self.pointer.clone())));
        }
    }

    /// Those of a parameter or a media type, which are of its schema.
    fn beside_schema(&self, examples: &mut Vec<Example<'n>>) {
        let Some(schema) = self.member("schema") else {
            return;
        };
        let single = self.member("example");
        examples.extend(single.map(|place| place.example(schema.pointer.clone())));
        let Some(named) = self.member("examples") else {
            return;
        };
        if let Value::Map(members) = &named.node.value {
            for member in members {
                let place = named.step(&member.value, Step::Name(&member.name));
                let value = place.resolve().and_then(|place| place.member("value"));
                // One that is shared is shown where it is used.
                let path = place.path;
                examples.extend(value.map(|value| Example {
                    path: match value.path.starts_with(&path) {
                        true => value.path,
                        false => path,
                    },
                    node: value.node,
                    schema: schema.pointer.clone(),
                }));
            }
        }
    }

    fn within_schema(&self, examples: &mut Vec<Example<'n>>) {
        if let Some(schema) = self.member("schema") {
            schema.collect(Kind::Schema, examples);
        }
    }

    fn example(self, schema: String) -> Example<'n> {
        Example {
            node: self.node,
            path: self.path,
            schema,
        }
    }

    fn member(&self, name: &'n str) -> Option<Self> {
        Some(self.step(self.node.get(name)?, Step::Name(name)))
    }

    fn step(&self, node: &'n Node, step: Step<'_>) -> Self {
        let (path, token) = match step {
            Step::Name(name) => (
                member_path(&self.path, name),
                escape_token(name).into_owned(),
            ),
            Step::Index(at) => (format!("{}[{at}]", self.path), at.to_string()),
        };
        Self {
            node,
            path,
            pointer: format!("{}/{token}", self.pointer),
            ..self.clone()
        }
    }

    /// What a reference to an example leads to.
    fn resolve(&self) -> Option<Self> {
        let Some(reference) = self.node.get("$ref") else {
            return Some(self.clone());
        };
        let pointer = reference.as_text()?.strip_prefix('#')?;
        Some(Self {
            node: self.document.pointer(pointer)?,
            path: String::new(),
            ..self.clone()
        })
    }

    /// Whether the last step of the way is JSON's media type.
    fn is_json(&self) -> bool {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        let name = unescape_token(last);
        MediaRange::parse(&name).is_some_and(|range| range.kind() == Some(media_type::Kind::Json))
    }
}
