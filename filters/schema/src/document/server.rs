//! The base path: that of the first server's URL (OpenAPI 3.1 §4.8.5), unless
//! the policy names another.

use std::fmt;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::template::Template;

/// The base path without a slash at its end; `None` after a fault.
pub(super) fn base_path(members: &mut Members<'_>, policy: Option<Setting<'_>>) -> Option<String> {
    let servers = members.optional("servers");
    if let Some(setting) = policy {
        return match setting.node.as_str() {
            Some(text) => check(text.to_owned(), &setting),
            None => setting.expected("a path such as `/v1`"),
        };
    }
    let Some(servers) = servers else {
        return Some(String::new());
    };
    let Some(first) = servers.list()?.into_iter().next() else {
        return Some(String::new());
    };
    let mut server = first.object()?;
    let variables = server.optional("variables");
    let setting = server.required("url")?;
    server.optional("description");
    server.finish_extensible();
    let Some(url) = setting.node.as_str() else {
        return setting.expected("a text");
    };
    let default = |name: &str| variables.as_ref()?.node.get(name)?.get("default")?.as_str();
    match server_path(url, default) {
        Ok(path) => check(path, &setting),
        Err(fault) => {
            setting.fault(fault.to_string());
            None
        }
    }
}

/// What is wrong with a server's URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFault {
    /// A brace without its other.
    Brace,
    /// A variable without a default.
    NoDefault(String),
}

/// The path of a server's URL, its variables replaced by their defaults.
///
/// # Errors
/// Where a variable cannot be replaced.
pub fn server_path<'d>(
    url: &str,
    default: impl Fn(&str) -> Option<&'d str>,
) -> Result<String, ServerFault> {
    let mut text = String::new();
    let mut rest = url;
    while let Some((before, tail)) = rest.split_once('{') {
        let (name, after) = tail.split_once('}').ok_or(ServerFault::Brace)?;
        let default = default(name).ok_or_else(|| ServerFault::NoDefault(name.to_owned()))?;
        text.push_str(before);
        text.push_str(default);
        rest = after;
    }
    text.push_str(rest);
    Ok(path_of(&text).to_owned())
}

impl fmt::Display for ServerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Brace => f.write_str("a brace stands alone"),
            Self::NoDefault(name) => write!(f, "the variable {name:?} has no default"),
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

fn check(text: String, setting: &Setting<'_>) -> Option<String> {
    let base = text.strip_suffix('/').unwrap_or(&text);
    if base.is_empty() {
        return Some(String::new());
    }
    match Template::parse(base) {
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
}
