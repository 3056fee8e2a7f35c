//! Security requirements (OpenAPI 3.1 §4.8.30), as far as they put names into
//! the query and among the cookies that no parameter declares. Whether a key is good
//! is decided elsewhere.

use super::reference;
use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::Node;

/// The names `in` a location of the API keys that these requirements take.
pub(super) fn keys(
    requirements: Option<&Setting<'_>>,
    location: &str,
    root: &Setting<'_>,
) -> Vec<Box<str>> {
    let requirements = requirements.and_then(|setting| setting.node.as_array());
    let alternatives = requirements
        .into_iter()
        .flatten()
        .filter_map(Node::as_object);
    let mut keys: Vec<Box<str>> = Vec::new();
    for (name, _) in alternatives.flatten() {
        if let Some(key) = key(name, location, root)
            && !keys.iter().any(|known| **known == *key)
        {
            keys.push(key.into());
        }
    }
    keys
}

fn key<'a>(name: &str, location: &str, root: &Setting<'a>) -> Option<&'a str> {
    let mut scheme = root
        .node
        .get("components")?
        .get("securitySchemes")?
        .get(name)?;
    if let Some(node) = scheme.get("$ref") {
        let path = ["components", "securitySchemes", name, "$ref"];
        let path = path
            .iter()
            .fold(root.path.clone(), |path, name| member_path(&path, name));
        scheme = reference::resolve(root, &Setting::root(node, &path, root.faults()))?
            .setting
            .node;
    }
    let text = |name: &str| scheme.get(name).and_then(Node::as_str);
    match (text("type"), text("in")) {
        (Some("apiKey"), Some(place)) if place == location => text("name"),
        (_, _) => None,
    }
}
