//! The operations of a document, as the schema filter finds them.

use tollgate_kit::template::Template;
use tollgate_schema::document::{METHODS, server_path};

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
    let base = base_path(schema, document);
    let paths = document.get("paths").and_then(|paths| paths.members());
    let paths = paths.into_iter().flatten();
    // `x-` is whatever the author wants; all else begins with `/`.
    let paths = paths.filter(|(path, _)| path.starts_with('/'));
    paths
        .filter_map(|(path, place)| {
            let template = format!("{base}{path}");
            Template::parse(&template).ok()?;
            let place = place.resolve(document)?;
            let operation =
                |(name, method): &(&str, &'static str)| Some((*method, place.get(name)?));
            let operations = METHODS.iter().filter_map(operation).collect();
            Some(Path {
                template,
                place,
                operations,
            })
        })
        .collect()
}

/// What every path begins with.
fn base_path(schema: &Place<'_>, document: &Place<'_>) -> String {
    let base = match schema.get("base_path") {
        Some(base) => base.node.as_text().map(str::to_owned),
        None => first_server(document),
    };
    let base = base.unwrap_or_default();
    base.strip_suffix('/').unwrap_or(&base).to_owned()
}

fn first_server(document: &Place<'_>) -> Option<String> {
    let server = document.get("servers")?.items()?.into_iter().next()?;
    let variables = server.get("variables");
    let default = |name: &str| variables.as_ref()?.get(name)?.text("default");
    server_path(server.text("url")?, default).ok()
}
