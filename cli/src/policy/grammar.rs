//! What the members of each object of an OpenAPI document are (OpenAPI 3.1 §4.8),
//! for those who walk it: a `description` is a note in a schema, and a property
//! among `properties`.

use super::document::{Member, Node, Value};

/// An object that a document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The document itself.
    Document,
    /// `info`
    Info,
    /// `components`
    Components,
    /// An element of `servers`.
    Server,
    /// One of a server's `variables`.
    ServerVariable,
    /// One of `paths`.
    PathItem,
    /// A method of a path.
    Operation,
    /// A parameter, or a header of a response or an encoding.
    Parameter,
    /// A header: the same members, in another section.
    Header,
    /// `requestBody`
    RequestBody,
    /// One of `responses`.
    Response,
    /// One of `content`.
    MediaType,
    /// One of `encoding`.
    Encoding,
    /// A schema.
    Schema,
    /// The `discriminator` of a schema.
    Discriminator,
    /// One of `securitySchemes`.
    SecurityScheme,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// An object.
    One(Kind),
    /// A list of objects.
    List(Kind),
    /// Objects by name; every name is the author's.
    Map(Kind),
    /// Objects by name, but for names that begin with `x-`.
    Patterned(Kind),
    /// A value that decides something, or one that nobody knows.
    Data,
    /// What people and tools read, and nothing is decided by.
    Note,
}

/// A step from a value to one in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'n> {
    /// To a member.
    Name(&'n str),
    /// To an element.
    Index(usize),
}

/// An object within another.
#[derive(Debug)]
pub struct Child<'n> {
    /// The object.
    pub node: &'n Node,
    /// What it is.
    pub kind: Kind,
    /// The way to it: one step or two.
    pub steps: [Option<Step<'n>>; 2],
}

/// The objects that an object of that kind has.
#[must_use]
pub fn children(node: &Node, kind: Kind) -> Vec<Child<'_>> {
    let Value::Map(members) = &node.value else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for Member { name, value, .. } in members {
        let first = Step::Name(name);
        let child = |node, kind, second| Child {
            node,
            kind,
            steps: [Some(first), second],
        };
        match (kind.part(name), &value.value) {
            (Part::One(kind), _) => list.push(child(value, kind, None)),
            (Part::List(kind), Value::List(items)) => {
                let items = items.iter().enumerate();
                list.extend(items.map(|(at, node)| child(node, kind, Some(Step::Index(at)))));
            }
            (Part::Map(kind), Value::Map(members)) => list.extend(
                members
                    .iter()
                    .map(|Member { name, value, .. }| child(value, kind, Some(Step::Name(name)))),
            ),
            (Part::Patterned(kind), Value::Map(members)) => {
                let known = members
                    .iter()
                    .filter(|member| !member.name.starts_with("x-"));
                list.extend(
                    known.map(|Member { name, value, .. }| {
                        child(value, kind, Some(Step::Name(name)))
                    }),
                );
            }
            (_, _) => {}
        }
    }
    list
}

// === impl Kind ===

impl Kind {
    /// What its member `name` is.
    #[must_use]
    pub fn part(self, name: &str) -> Part {
        if name.starts_with("x-") {
            return Part::Note;
        }
        match self {
            Self::Document => document(name),
            Self::Info => match name {
                "title" | "version" => Part::Data,
                _ => Part::Note,
            },
            Self::Components => match SECTIONS.iter().find(|(section, _)| *section == name) {
                Some((_, kind)) => Part::Map(*kind),
                None => note(name, &["examples", "links", "callbacks"]),
            },
            Self::Server => match name {
                "variables" => Part::Map(Self::ServerVariable),
                _ => note(name, &["description"]),
            },
            Self::ServerVariable => note(name, &["description"]),
            Self::PathItem => path_item(name),
            Self::Operation => operation(name),
            Self::Parameter | Self::Header => match name {
                "schema" => Part::One(Self::Schema),
                "content" => Part::Map(Self::MediaType),
                _ => note(name, &["description", "deprecated", "example", "examples"]),
            },
            Self::RequestBody => match name {
                "content" => Part::Map(Self::MediaType),
                _ => note(name, &["description"]),
            },
            Self::Response => match name {
                "headers" => Part::Map(Self::Header),
                "content" => Part::Map(Self::MediaType),
                _ => note(name, &["description", "summary", "links"]),
            },
            Self::MediaType => match name {
                "schema" => Part::One(Self::Schema),
                "encoding" => Part::Map(Self::Encoding),
                _ => note(name, &["example", "examples"]),
            },
            Self::Encoding => match name {
                "headers" => Part::Map(Self::Header),
                _ => Part::Data,
            },
            Self::Schema => schema(name),
            Self::Discriminator => Part::Data,
            Self::SecurityScheme => note(
                name,
                &["description", "flows", "openIdConnectUrl", "bearerFormat"],
            ),
        }
    }

    /// The section of `components` for such objects.
    #[must_use]
    pub fn section(self) -> Option<&'static str> {
        let section = SECTIONS.iter().find(|(_, kind)| *kind == self);
        section.map(|(section, _)| *section)
    }
}

const SECTIONS: &[(&str, Kind)] = &[
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::SecurityScheme),
    ("pathItems", Kind::PathItem),
];

fn note(name: &str, notes: &[&str]) -> Part {
    match notes.contains(&name) {
        true => Part::Note,
        false => Part::Data,
    }
}

fn document(name: &str) -> Part {
    match name {
        "info" => Part::One(Kind::Info),
        "servers" => Part::List(Kind::Server),
        "paths" => Part::Patterned(Kind::PathItem),
        "components" => Part::One(Kind::Components),
        _ => note(name, &["webhooks", "tags", "externalDocs"]),
    }
}

fn path_item(name: &str) -> Part {
    match name {
        "servers" => Part::List(Kind::Server),
        "parameters" => Part::List(Kind::Parameter),
        "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace" => {
            Part::One(Kind::Operation)
        }
        _ => note(name, &["summary", "description"]),
    }
}

fn operation(name: &str) -> Part {
    match name {
        "servers" => Part::List(Kind::Server),
        "parameters" => Part::List(Kind::Parameter),
        "requestBody" => Part::One(Kind::RequestBody),
        "responses" => Part::Patterned(Kind::Response),
        "tags" | "summary" | "description" | "externalDocs" | "operationId" | "callbacks"
        | "deprecated" => Part::Note,
        _ => Part::Data,
    }
}

fn schema(name: &str) -> Part {
    match name {
        "additionalProperties"
        | "items"
        | "not"
        | "contains"
        | "propertyNames"
        | "if"
        | "then"
        | "else"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Part::One(Kind::Schema),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Part::List(Kind::Schema),
        "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
            Part::Map(Kind::Schema)
        }
        "discriminator" => Part::One(Kind::Discriminator),
        "title" | "description" | "example" | "examples" | "default" | "deprecated"
        | "externalDocs" | "xml" | "contentSchema" | "$comment" => Part::Note,
        _ => Part::Data,
    }
}
