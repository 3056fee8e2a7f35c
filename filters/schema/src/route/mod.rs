//! Which documented path a request's path is (OpenAPI 3.1 §4.8.8.1): segment by
//! segment, concrete before templated, a trailing slash as it was written.
//!
//! A tree of segments, so that a request doesn't pay for the paths it isn't.
//! Captures stay as they came: what splits them must be seen before they are
//! decoded.

mod segment;

use segment::{Part, Segment, capture, text_len};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::path::percent_decode;

/// The tree.
#[derive(Debug)]
pub struct Router {
    nodes: Vec<Node>,
    paths: Vec<PathItem>,
}

/// Methods and the operations behind them.
pub type Methods = Vec<(Box<str>, usize)>;

/// A documented path.
#[derive(Debug)]
pub struct PathItem {
    /// The template, with the base path.
    pub template: Rc<str>,
    /// Its methods and the operations behind them.
    pub methods: Methods,
    /// Its methods as `Allow` lists them.
    pub allow: Rc<str>,
}

/// What a path was found to be.
#[derive(Debug)]
pub struct Route<'r, 'p> {
    /// The documented path.
    pub item: &'r PathItem,
    /// What stands for each of its names, not decoded.
    pub captures: Vec<&'p [u8]>,
}

#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<Box<[u8]>, usize>,
    mixed: Vec<(Vec<Part>, usize)>,
    any: Option<usize>,
    path: Option<usize>,
}

// === impl Router ===

impl Router {
    /// A tree without paths.
    #[must_use]
    pub fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
            paths: Vec::new(),
        }
    }

    /// Adds a path; one of the same shape that is there already takes its methods,
    /// unless both have one: that gives the template of the other. The template is
    /// well-formed.
    pub fn insert(&mut self, item: PathItem) -> Result<(), Rc<str>> {
        let mut at = 0;
        for segment in item.template.split('/').skip(1) {
            at = self.child(at, Segment::of(segment));
        }
        let next = self.paths.len();
        let known = match self.nodes.get_mut(at) {
            Some(node) => *node.path.get_or_insert(next),
            None => next,
        };
        match self.paths.get_mut(known) {
            Some(other) => other.take(item),
            None => {
                self.paths.push(item);
                Ok(())
            }
        }
    }

    /// Whether there is no path.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The documented path that `path` is.
    #[must_use]
    pub fn find<'r, 'p>(&'r self, path: &'p [u8]) -> Option<Route<'r, 'p>> {
        let mut captures = Vec::new();
        let rest = path.strip_prefix(b"/")?;
        let found = self.walk(0, Some(rest), &mut captures)?;
        Some(Route {
            item: self.paths.get(found)?,
            captures,
        })
    }

    /// Its paths in the order in which they are tried: of those that match a
    /// path, the first is the one that is found.
    #[must_use]
    pub fn in_order(&self) -> Vec<&PathItem> {
        let mut items = Vec::new();
        let mut ahead = vec![0];
        while let Some(node) = ahead.pop().and_then(|at| self.nodes.get(at)) {
            items.extend(node.path.and_then(|path| self.paths.get(path)));
            // What is to come next goes on top.
            ahead.extend(node.any);
            ahead.extend(node.mixed.iter().rev().map(|(_, next)| *next));
            ahead.extend(node.literals.values().rev());
        }
        items
    }

    /// The path at the end of `rest`, with what stands for its names. Goes as
    /// deep as the deepest documented path.
    fn walk<'p>(
        &self,
        at: usize,
        rest: Option<&'p [u8]>,
        captures: &mut Vec<&'p [u8]>,
    ) -> Option<usize> {
        let node = self.nodes.get(at)?;
        let Some(rest) = rest else {
            return node.path;
        };
        let (segment, after) = split(rest);
        let literal = if segment.contains(&b'%') {
            node.literals.get(percent_decode(segment).as_slice())
        } else {
            node.literals.get(segment)
        };
        if let Some(found) = literal.and_then(|next| self.walk(*next, after, captures)) {
            return Some(found);
        }
        if segment.is_empty() {
            return None;
        }
        let before = captures.len();
        for (parts, next) in &node.mixed {
            if capture(parts, segment, captures).is_some()
                && let Some(found) = self.walk(*next, after, captures)
            {
                return Some(found);
            }
            captures.truncate(before);
        }
        captures.push(segment);
        let found = node.any.and_then(|next| self.walk(next, after, captures));
        if found.is_none() {
            captures.truncate(before);
        }
        found
    }

    fn child(&mut self, at: usize, segment: Segment) -> usize {
        let next = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else {
            return next;
        };
        let child = match segment {
            Segment::Literal(text) => *node.literals.entry(text).or_insert(next),
            Segment::Any => *node.any.get_or_insert(next),
            Segment::Mixed(parts) => match node.mixed.iter().find(|(known, _)| *known == parts) {
                Some((_, child)) => *child,
                None => {
                    node.mixed.push((parts, next));
                    // The more of a segment is text, the more concrete it is.
                    node.mixed
                        .sort_by_key(|(parts, _)| Reverse(text_len(parts)));
                    next
                }
            },
        };
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

// === impl PathItem ===

impl PathItem {
    /// A path with these methods.
    #[must_use]
    pub fn new(template: Rc<str>, methods: Methods) -> Self {
        Self {
            template,
            allow: allow(&methods),
            methods,
        }
    }

    /// Takes the methods of another, or gives the own template where both have one.
    fn take(&mut self, other: Self) -> Result<(), Rc<str>> {
        let is_own =
            |(name, _): &(Box<str>, usize)| self.methods.iter().any(|(own, _)| own == name);
        if other.methods.iter().any(is_own) {
            return Err(self.template.clone());
        }
        self.methods.extend(other.methods);
        self.allow = allow(&self.methods);
        Ok(())
    }

    /// The operation of a method; HEAD is GET's where it has none of its own
    /// (RFC 9110 §9.3.2).
    #[must_use]
    pub fn operation(&self, method: &str) -> Option<usize> {
        let own = |method: &str| {
            self.methods
                .iter()
                .find(|(known, _)| **known == *method)
                .map(|(_, at)| *at)
        };
        own(method).or_else(|| own("GET").filter(|_| method == "HEAD"))
    }
}

fn allow(methods: &[(Box<str>, usize)]) -> Rc<str> {
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| &**name).collect();
    if names.contains(&"GET") && !names.contains(&"HEAD") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.join(", ").into()
}

fn split(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    match path.iter().position(|byte| *byte == b'/') {
        Some(at) => (
            path.get(..at).unwrap_or_default(),
            path.get(at.saturating_add(1)..),
        ),
        None => (path, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn router(templates: &[&str]) -> Router {
        let mut router = Router::new();
        for template in templates {
            let methods = vec![(Box::from("GET"), 0)];
            let item = PathItem::new((*template).into(), methods);
            router.insert(item).unwrap();
        }
        router
    }

    fn find(router: &Router, path: &str) -> Option<(String, Vec<String>)> {
        let route = router.find(path.as_bytes())?;
        let captures = route
            .captures
            .iter()
            .map(|raw| String::from_utf8_lossy(raw).into_owned());
        Some((route.item.template.to_string(), captures.collect()))
    }

    fn found(template: &str, captures: &[&str]) -> Option<(String, Vec<String>)> {
        Some((
            template.to_owned(),
            captures.iter().map(|text| (*text).to_owned()).collect(),
        ))
    }

    #[test]
    fn concrete_segments_come_before_templated_ones() {
        let router = router(&["/u/{id}", "/u/me", "/u/{id}/a", "/u/me/b", "/{x}/me"]);
        assert_eq!(find(&router, "/u/me"), found("/u/me", &[]));
        assert_eq!(find(&router, "/u/7"), found("/u/{id}", &["7"]));
        assert_eq!(find(&router, "/u/me/a"), found("/u/{id}/a", &["me"]));
        assert_eq!(find(&router, "/v/me"), found("/{x}/me", &["v"]));
        assert_eq!(find(&router, "/v/you"), None);
    }

    #[test]
    fn the_order_is_the_one_in_which_paths_are_tried() {
        let templates = [
            "/{x}", "/{x}/a", "/b/{y}", "/{x}.c", "/b/a", "/b", "/d-{x}.c", "/{z}/a/e",
        ];
        let router = router(&templates);
        let items = router.in_order().into_iter();
        let order: Vec<&str> = items.map(|item| &*item.template).collect();
        assert_eq!(
            order,
            [
                "/b", "/b/a", "/b/{y}", "/d-{x}.c", "/{x}.c", "/{x}", "/{x}/a", "/{z}/a/e"
            ]
        );
    }

    #[test]
    fn slashes_and_case_are_exact_and_parameters_never_empty() {
        let router = router(&["/a", "/b/", "/c/{x}", "/"]);
        assert_eq!(find(&router, "/a/"), None);
        assert_eq!(find(&router, "/A"), None);
        assert_eq!(find(&router, "/b"), None);
        assert_eq!(find(&router, "/b/"), found("/b/", &[]));
        assert_eq!(find(&router, "/c/"), None);
        assert_eq!(find(&router, "/"), found("/", &[]));
    }

    #[test]
    fn captures_come_raw_and_literals_match_decoded() {
        let router = router(&["/a b/{x}", "/f/{name}.{kind}", "/f/{name}-v{version}.json"]);
        assert_eq!(
            find(&router, "/a%20b/1%2C2,3"),
            found("/a b/{x}", &["1%2C2,3"])
        );
        assert_eq!(
            find(&router, "/f/x.tar.gz"),
            found("/f/{name}.{kind}", &["x", "tar.gz"])
        );
        assert_eq!(
            find(&router, "/f/x-v1.json"),
            found("/f/{name}-v{version}.json", &["x", "1"])
        );
        assert_eq!(find(&router, "/f/.json"), None);
    }

    #[test]
    fn text_beside_a_parameter_matches_decoded_too() {
        let router = router(&["/u/{id}", "/u/{id}:stop", "/u/{x}:{y}!", "/v/{a}%20{b}"]);
        for path in ["/u/7:stop", "/u/7%3Astop", "/u/7%3as%74op"] {
            assert_eq!(find(&router, path), found("/u/{id}:stop", &["7"]), "{path}");
        }
        assert_eq!(
            find(&router, "/u/%3A%3A7%21"),
            found("/u/{x}:{y}!", &["%3A", "7"])
        );
        assert_eq!(
            find(&router, "/u/%253Astop"),
            found("/u/{id}", &["%253Astop"])
        );
        assert_eq!(
            find(&router, "/v/1%202"),
            found("/v/{a}%20{b}", &["1", "2"])
        );
    }

    #[test]
    fn of_two_segments_with_parameters_the_one_of_more_text_comes_first() {
        for templates in [
            ["/{name}.{kind}", "/{name}.json"],
            ["/{name}.json", "/{name}.{kind}"],
        ] {
            let router = router(&templates);
            assert_eq!(find(&router, "/a.json"), found("/{name}.json", &["a"]));
            assert_eq!(
                find(&router, "/a.xml"),
                found("/{name}.{kind}", &["a", "xml"])
            );
        }
    }

    #[test]
    fn templates_of_one_shape_share_their_methods_and_never_have_one_twice() {
        let mut router = router(&["/a/{x}/b"]);
        let mut insert = |method: &str| {
            let methods = vec![(Box::from(method), 1)];
            router.insert(PathItem::new("/a/{y}/b".into(), methods))
        };
        assert_eq!(insert("GET").unwrap_err().as_ref(), "/a/{x}/b");
        assert_eq!(insert("POST"), Ok(()));
        assert_eq!(insert("POST").unwrap_err().as_ref(), "/a/{x}/b");
        let item = router.find(b"/a/1/b").unwrap().item;
        assert_eq!(item.operation("GET"), Some(0));
        assert_eq!(item.operation("POST"), Some(1));
        assert_eq!(&*item.allow, "GET, HEAD, POST");
    }
}
