//! The operations of a document, as the schema filter finds them.

use tollgate_kit::template::Template;
use tollgate_schema::document::{METHODS, server_paths};

use super::place::Place;

/// A path of the document.
#[derive(Debug)]
pub struct Path<'n> {
    /// Its template, with the base path.
    pub template: String,
    /// Where its operations stand.
    pub place: Place<'n>,
    /// Its operations by method.
    pub operations: Vec<(&'static str, Place<'n>)>,
}

/// The paths that requests can have.
#[must_use]
pub fn paths<'n>(schema: &Place<'n>, document: &Place<'n>) -> Vec<Path<'n>> {
    let bases = Bases::of(schema, document);
    let paths = document.get("paths").and_then(|paths| paths.members());
    let paths = paths.into_iter().flatten();
    // `x-` is whatever the author wants; all else begins with `/`.
    let paths = paths.filter(|(path, _)| path.starts_with('/'));
    paths
        .filter_map(|(path, place)| Some(below(&bases, path, &place.resolve(document)?)))
        .flatten()
        .collect()
}

/// A path of the document as requests have it, for each of its base paths.
fn below<'n>(bases: &Bases, path: &str, place: &Place<'n>) -> Vec<Path<'n>> {
    let bases = bases.within(place);
    let mut paths: Vec<Path<'n>> = Vec::new();
    for (name, method) in METHODS {
        let Some(operation) = place.get(name) else {
            continue;
        };
        for base in bases.within(&operation).list {
            let template = format!("{base}{path}");
            let operation = (*method, operation.clone());
            match paths.iter_mut().find(|known| known.template == template) {
                Some(known) => known.operations.push(operation),
                None if Template::parse(&template).is_ok() => paths.push(Path {
                    template,
                    place: place.clone(),
                    operations: vec![operation],
                }),
                None => {}
            }
        }
    }
    paths
}

/// What paths begin with.
#[derive(Debug, Clone)]
struct Bases {
    list: Vec<String>,
    is_fixed: bool,
}

// === impl Bases ===

impl Bases {
    /// Those of the policy, or else of the document's first server.
    fn of(schema: &Place<'_>, document: &Place<'_>) -> Self {
        let policy = schema.get("base_path");
        let is_fixed = policy.is_some();
        let list = match policy {
            Some(base) => {
                let bases = base.items().unwrap_or_else(|| vec![base]);
                let texts = bases.iter().filter_map(|base| base.node.as_text());
                texts.map(short).collect()
            }
            None => servers(document).into_iter().next().unwrap_or_default(),
        };
        match list.is_empty() {
            true => Self {
                list: vec![String::new()],
                is_fixed,
            },
            false => Self { list, is_fixed },
        }
    }

    /// Those of a path or an operation, which may have servers of its own.
    fn within(&self, place: &Place<'_>) -> Self {
        let list: Vec<String> = servers(place).into_iter().flatten().collect();
        match self.is_fixed || list.is_empty() {
            true => self.clone(),
            false => Self {
                list,
                is_fixed: false,
            },
        }
    }
}

/// The base paths of each server.
fn servers(place: &Place<'_>) -> Vec<Vec<String>> {
    let servers = place.get("servers").and_then(|servers| servers.items());
    servers.iter().flatten().filter_map(server).collect()
}

fn server(server: &Place<'_>) -> Option<Vec<String>> {
    let values = |name: &str| {
        let variable = server.get("variables")?.get(name)?;
        let listed = variable.get("enum").and_then(|list| list.items());
        let listed = listed
            .iter()
            .flatten()
            .filter_map(|value| value.node.as_text());
        Some(variable.text("default").into_iter().chain(listed).collect())
    };
    let paths = server_paths(server.text("url")?, values).ok()?;
    Some(paths.iter().map(|path| short(path)).collect())
}

fn short(base: &str) -> String {
    base.strip_suffix('/').unwrap_or(base).to_owned()
}
