//! Base paths: those of servers' URLs (OpenAPI 3.1 §4.8.5), unless the policy
//! names others. A path and an operation may have servers of their own.
//!
//! Which host a server is doesn't matter: that is for the proxy's routes.

use super::path_item::MAX_SEGMENTS;
use std::fmt;
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::template::Template;

/// What the paths of a document, a path item or an operation begin with.
#[derive(Debug, Clone)]
pub(super) struct Bases {
    list: Rc<[String]>,
    /// Whether the policy names them: then no server has a say.
    is_fixed: bool,
}

// === impl Bases ===

impl Bases {
    /// Those of the policy, or else of the document's first server.
    pub(super) fn of_document(members: &mut Members<'_>, policy: Option<Setting<'_>>) -> Self {
        let servers = members.optional("servers");
        let is_fixed = policy.is_some();
        let list = match (policy, servers) {
            (Some(setting), _) => of_policy(setting),
            (None, Some(servers)) => of_first(servers),
            (None, None) => None,
        };
        Self {
            list: list.unwrap_or_else(root).into(),
            is_fixed,
        }
    }

    /// Those of a path item or an operation, which may have servers of its own:
    /// each of them serves it.
    pub(super) fn within(&self, servers: Option<Setting<'_>>) -> Self {
        let own = || {
            let servers = servers?.list().filter(|servers| !servers.is_empty())?;
            let bases = servers.into_iter().filter_map(of_server);
            Some(distinct(bases.flatten()))
        };
        match (self.is_fixed, own()) {
            (false, Some(list)) if !list.is_empty() => Self {
                list: list.into(),
                is_fixed: false,
            },
            (_, _) => self.clone(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str)
    }
}

fn root() -> Vec<String> {
    vec![String::new()]
}

fn of_policy(setting: Setting<'_>) -> Option<Vec<String>> {
    let base = |setting: Setting<'_>| match setting.node.as_str() {
        Some(text) => check(text, &setting),
        None => setting.expected("a path such as `/v1`"),
    };
    if setting.node.as_array().is_none() {
        return Some(vec![base(setting)?]);
    }
    let bases = setting.non_empty_list()?.into_iter().filter_map(base);
    Some(distinct(bases))
}

/// The first server is the one that paths are appended to; what the others
/// would add is said.
fn of_first(servers: Setting<'_>) -> Option<Vec<String>> {
    let mut servers = servers.list()?.into_iter();
    let Some(first) = servers.next() else {
        return Some(root());
    };
    let bases = of_server(first)?;
    for other in servers {
        let at = other.clone();
        let adds = |base: &String| !bases.contains(base);
        if let Some(base) = of_server(other).and_then(|list| list.into_iter().find(adds)) {
            at.warn(
                format!(
                    "paths below {base:?} are not served: the first server has another base path"
                ),
                "name all of them in `base_path` of the policy, as in `[/v1, /v2]`",
            );
        }
    }
    Some(bases)
}

/// The base paths of a server, without slashes at their ends.
fn of_server(setting: Setting<'_>) -> Option<Vec<String>> {
    let mut server = setting.object()?;
    let variables = server.optional("variables");
    let setting = server.required("url")?;
    server.optional("description");
    server.finish_extensible();
    let Some(url) = setting.node.as_str() else {
        return setting.expected("a text");
    };
    let values = |name: &str| {
        let variable = variables.as_ref().and_then(|all| all.node.get(name))?;
        let default = variable.get("default").into_iter();
        let listed = variable.get("enum").and_then(|list| list.as_array());
        Some(
            default
                .chain(listed.into_iter().flatten())
                .filter_map(|value| value.as_str())
                .collect(),
        )
    };
    match server_paths(url, values) {
        Ok(paths) => {
            let bases = paths.iter().map(|path| check(path, &setting));
            Some(distinct(bases.collect::<Option<Vec<_>>>()?.into_iter()))
        }
        Err(fault) => {
            setting.fault(fault.to_string());
            None
        }
    }
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut list = Vec::new();
    for text in texts {
        if !list.contains(&text) {
            list.push(text);
        }
    }
    list
}

/// The servers that an operation has for itself.
pub(super) fn own<'a>(operation: &Setting<'a>) -> Option<Setting<'a>> {
    operation.node.get("servers")?;
    operation.clone().object()?.optional("servers")
}

/// What is wrong with a server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFault {
    /// A brace without its other.
    Brace,
    /// A variable without a value.
    NoDefault(String),
    /// More paths than anyone means.
    TooMany,
}

/// The paths that a server's URL can have: one for each combination of what
/// `values` gives for its variables, the default first.
///
/// # Errors
/// Where a variable has no value, or there are more than 100 paths.
pub fn server_paths<'d>(
    url: &str,
    values: impl Fn(&str) -> Option<Vec<&'d str>>,
) -> Result<Vec<String>, ServerFault> {
    let mut texts = vec![String::new()];
    let mut rest = url;
    while let Some((before, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}').ok_or(ServerFault::Brace)?;
        let values = values(name).filter(|values| !values.is_empty());
        let values = values.ok_or_else(|| ServerFault::NoDefault(name.to_owned()))?;
        let combined = texts.iter().flat_map(|text| {
            let value = move |value: &&str| without_host(format!("{text}{before}{value}"));
            values.iter().map(value)
        });
        texts = distinct(combined);
        if texts.len() > MAX_PATHS {
            return Err(ServerFault::TooMany);
        }
        rest = after;
    }
    let paths = texts
        .iter()
        .map(|text| path_of(&format!("{text}{rest}")).to_owned());
    Ok(distinct(paths))
}

/// Servers of one document with as many paths are not heard of.
const MAX_PATHS: usize = 100;

/// The front of a URL with any host for its own: it doesn't matter, and servers
/// that only differ by it are one.
fn without_host(front: String) -> String {
    match front.split_once("//") {
        Some((scheme, _)) if scheme.is_empty() || scheme.ends_with(':') => {
            format!("//host{}", path_of(&front))
        }
        Some(_) | None => front,
    }
}

impl fmt::Display for ServerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Brace => f.write_str("a brace stands alone"),
            Self::NoDefault(name) => write!(f, "the variable {name:?} has no default"),
            Self::TooMany => write!(f, "the variables give more than {MAX_PATHS} base paths"),
        }
    }
}

/// The path of an absolute or relative URL.
fn path_of(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let after_authority = match url.split_once("//") {
        // `https://` or `//` in front; anywhere else it belongs to the path.
        Some((scheme, rest)) if scheme.is_empty() || scheme.ends_with(':') => rest,
        Some(_) | None => return url,
    };
    let start = after_authority.find('/').unwrap_or(after_authority.len());
    after_authority.get(start..).unwrap_or_default()
}

fn check(text: &str, setting: &Setting<'_>) -> Option<String> {
    let base = text.strip_suffix('/').unwrap_or(text);
    if base.is_empty() {
        return Some(String::new());
    }
    match Template::parse(base) {
        Ok(_) if base.split('/').count() > MAX_SEGMENTS => {
            setting.fault("a base path has at most 100 segments");
            None
        }
        Ok(template) if template.names().next().is_none() && !base.contains('*') => {
            Some(base.to_owned())
        }
        Ok(_) => setting.expected("a base path without parameters"),
        Err(fault) => {
            setting.fault(format!("the base path {base:?} cannot match: {fault}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_url_is_what_follows_its_authority() {
        for (url, path) in [
            ("https://api.example.com/v1", "/v1"),
            ("https://api.example.com", ""),
            ("//api.example.com/a/b?x#y", "/a/b"),
            ("/v2/", "/v2/"),
            ("/a//b", "/a//b"),
            ("/", "/"),
        ] {
            assert_eq!(path_of(url), path, "{url}");
        }
    }

    #[test]
    fn variables_of_the_host_multiply_nothing() {
        let many: Vec<String> = (0..200).map(|n| format!("r{n}")).collect();
        let values = |name: &str| {
            Some(match name {
                "scheme" => vec!["https", "http"],
                "region" => many.iter().map(String::as_str).collect(),
                "version" => vec!["v2", "v1", "v2"],
                "server" => vec!["https://a.example.com/x", "/y"],
                _ => return None,
            })
        };
        let paths = |url| server_paths(url, values);
        assert_eq!(
            paths("{scheme}://{region}.example.com/{version}/api").unwrap(),
            ["/v2/api", "/v1/api"]
        );
        assert_eq!(paths("{server}/{version}").unwrap().len(), 4);
        assert_eq!(paths("/{region}"), Err(ServerFault::TooMany));
        assert_eq!(paths("/{gone}"), Err(ServerFault::NoDefault("gone".into())));
        assert_eq!(paths("/{version"), Err(ServerFault::Brace));
    }
}
