//! References to URIs, resolved against a base (RFC 3986 §5.2).

/// A URI or a reference, without its fragment.
#[derive(Clone, Copy)]
struct Parts<'t> {
    scheme: Option<&'t str>,
    authority: Option<&'t str>,
    path: &'t str,
    query: Option<&'t str>,
}

/// What `reference` means where `base` is the base; both without a fragment. An
/// empty base is one that isn't known: what is relative to it stays relative.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let (base, reference) = (Parts::of(base), Parts::of(reference));
    if reference.scheme.is_some() {
        return reference.text(&without_dots(reference.path));
    }
    let reference = Parts {
        scheme: base.scheme,
        ..reference
    };
    if reference.authority.is_some() {
        return reference.text(&without_dots(reference.path));
    }
    let authority = base.authority;
    if reference.path.is_empty() {
        let query = reference.query.or(base.query);
        return Parts { query, ..base }.text(base.path);
    }
    let path = match reference.path.starts_with('/') {
        true => without_dots(reference.path),
        false => without_dots(&merged(base, reference.path)),
    };
    let resolved = Parts {
        authority,
        ..reference
    };
    resolved.text(&path)
}

/// RFC 3986 §5.2.3.
fn merged(base: Parts<'_>, path: &str) -> String {
    if base.authority.is_some() && base.path.is_empty() {
        return format!("/{path}");
    }
    match base.path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{path}"),
        None => path.to_owned(),
    }
}

/// RFC 3986 §5.2.4, but that `..` has no effect at the front of a relative path.
fn without_dots(path: &str) -> String {
    let (start, rest) = match path.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", path),
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
        if is_last && matches!(segment, "." | "..") {
            kept.push("");
        }
    }
    format!("{start}{}", kept.join("/"))
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Self {
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            Some(_) | None => (None, text),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            path,
            query,
        }
    }

    /// The text, with another path.
    fn text(self, path: &str) -> String {
        let scheme = self.scheme.map(|scheme| format!("{scheme}:"));
        let authority = self.authority.map(|authority| format!("//{authority}"));
        let query = self.query.map(|query| format!("?{query}"));
        let (scheme, authority) = (scheme.unwrap_or_default(), authority.unwrap_or_default());
        format!("{scheme}{authority}{path}{}", query.unwrap_or_default())
    }
}

fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3986 §5.4, without those that are about fragments.
    #[test]
    fn the_examples_of_the_standard_are_met() {
        for (reference, expected) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("./../g", "http://a/b/g"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
        ] {
            assert_eq!(resolve("http://a/b/c/d;p?q", reference), expected);
        }
        assert_eq!(resolve("", "item.json"), "item.json");
        assert_eq!(resolve("urn:example:a", "urn:b"), "urn:b");
    }
}
