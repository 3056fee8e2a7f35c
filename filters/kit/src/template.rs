//! Path templates as OpenAPI writes them: `{name}` is within one segment and
//! never empty, `{name}.json` works, `/x/**` matches `/x`, `/x/` and all below.
//!
//! Templates mind case. A template is matched against a normalised path
//! ([`crate::path::Target`]), segment by segment, percent-decoded once.

use crate::path::percent_decode;
use std::fmt;
use std::rc::Rc;

/// A compiled template.
#[derive(Debug, Clone)]
pub struct Template {
    text: Rc<str>,
    segments: Vec<Segment>,
    below: bool,
    slash: bool,
}

/// What a path gave for the template's parameters, in the order of the template.
pub type Captures = Vec<(Rc<str>, String)>;

/// Whether one trailing slash matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailingSlash {
    /// `/a` and `/a/` are one.
    Ignore,
    /// They are two.
    Strict,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFault {
    /// It doesn't begin with `/`.
    NotAbsolute,
    /// A brace without its other.
    Brace,
    /// `{}`.
    EmptyName,
    /// A name that is there twice.
    Repeated(String),
    /// Two parameters with nothing between them.
    Adjacent,
    /// `**` that isn't the last segment, or `*` in another place.
    Wildcard,
    /// `?` or `#`.
    Query,
    /// An empty segment or a dot segment: no normalised path has one.
    Unreachable,
}

#[derive(Debug, Clone)]
enum Segment {
    Literal(Vec<u8>),
    Mixed(Vec<Part>),
}

#[derive(Debug, Clone)]
enum Part {
    Text(Vec<u8>),
    Name(Rc<str>),
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAbsolute => f.write_str("a path template begins with `/`"),
            Self::Brace => f.write_str("a brace stands alone"),
            Self::EmptyName => f.write_str("a parameter has no name"),
            Self::Repeated(name) => write!(f, "the parameter `{name}` is there twice"),
            Self::Adjacent => f.write_str("two parameters need a text between them"),
            Self::Wildcard => f.write_str("`**` is the whole last segment or nothing"),
            Self::Query => f.write_str("a path template has no query and no fragment"),
            Self::Unreachable => {
                f.write_str("no path has an empty segment or a dot segment after normalisation")
            }
        }
    }
}

// === impl Template ===

impl Template {
    /// Compiles a template.
    pub fn parse(text: &str) -> Result<Self, TemplateFault> {
        let rest = text.strip_prefix('/').ok_or(TemplateFault::NotAbsolute)?;
        if rest.contains(['?', '#']) {
            return Err(TemplateFault::Query);
        }
        let (rest, below) = match rest.strip_suffix("**") {
            Some("") => ("", true),
            Some(before) => (
                before.strip_suffix('/').ok_or(TemplateFault::Wildcard)?,
                true,
            ),
            None => (rest, false),
        };
        if rest.contains('*') {
            return Err(TemplateFault::Wildcard);
        }
        let (rest, slash) = match rest.strip_suffix('/') {
            Some(_) if below => return Err(TemplateFault::Unreachable),
            Some(before) => (before, true),
            None => (rest, false),
        };
        let mut segments = Vec::new();
        if !rest.is_empty() {
            for segment in rest.split('/') {
                segments.push(Segment::parse(segment)?);
            }
        } else if slash {
            return Err(TemplateFault::Unreachable);
        }
        let template = Self {
            text: text.into(),
            segments,
            below,
            slash,
        };
        template.refuse_repeated()?;
        Ok(template)
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &Rc<str> {
        &self.text
    }

    /// The names of its parameters, in order.
    pub fn names(&self) -> impl Iterator<Item = &Rc<str>> {
        self.segments.iter().flat_map(Segment::names)
    }

    /// What `path` gives for the parameters, if it matches.
    #[must_use]
    pub fn matches(&self, path: &[u8], trailing: TrailingSlash) -> Option<Captures> {
        let path = path.strip_prefix(b"/")?;
        let (path, slash) = match path.strip_suffix(b"/") {
            Some(before) => (before, true),
            None => (path, false),
        };
        let mut captures = Captures::new();
        let mut rest = Some(path).filter(|path| !path.is_empty());
        for segment in &self.segments {
            let (first, tail) = split_segment(rest?);
            segment.matches(first, &mut captures)?;
            rest = tail;
        }
        let ends = self.below
            || (rest.is_none() && (trailing == TrailingSlash::Ignore || slash == self.slash));
        ends.then_some(captures)
    }

    /// Orders templates as OpenAPI matches them: at the first difference, a
    /// concrete segment comes before a templated one.
    #[must_use]
    pub fn specificity(&self) -> Vec<u8> {
        let mut order: Vec<u8> = self.segments.iter().map(Segment::rank).collect();
        if self.below {
            order.push(3);
        }
        order
    }

    /// Whether some path could match both without either being more concrete:
    /// the same up to the names of parameters (OpenAPI 3.1 §4.8.8.1).
    #[must_use]
    pub fn same_shape(&self, other: &Self) -> bool {
        self.below == other.below
            && self.slash == other.slash
            && self.segments.len() == other.segments.len()
            && self
                .segments
                .iter()
                .zip(&other.segments)
                .all(|(l, r)| l.shape() == r.shape())
    }

    fn refuse_repeated(&self) -> Result<(), TemplateFault> {
        let mut seen: Vec<&Rc<str>> = Vec::new();
        for name in self.names() {
            if seen.contains(&name) {
                return Err(TemplateFault::Repeated(name.to_string()));
            }
            seen.push(name);
        }
        Ok(())
    }
}

// === impl Segment ===

impl Segment {
    fn parse(text: &str) -> Result<Self, TemplateFault> {
        if matches!(text, "" | "." | "..") {
            return Err(TemplateFault::Unreachable);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, tail) = rest
                .split_at_checked(rest.find('{').unwrap_or(rest.len()))
                .unwrap_or((rest, ""));
            if literal.contains('}') {
                return Err(TemplateFault::Brace);
            }
            if !literal.is_empty() {
                parts.push(Part::Text(percent_decode(literal.as_bytes())));
            }
            let Some(inner) = tail.strip_prefix('{') else {
                break;
            };
            let (name, after) = inner.split_once('}').ok_or(TemplateFault::Brace)?;
            if name.contains('{') {
                return Err(TemplateFault::Brace);
            }
            if name.is_empty() {
                return Err(TemplateFault::EmptyName);
            }
            if matches!(parts.last(), Some(Part::Name(_))) {
                return Err(TemplateFault::Adjacent);
            }
            parts.push(Part::Name(name.into()));
            rest = after;
        }
        match parts.as_slice() {
            [Part::Text(text)] => Ok(Self::Literal(text.clone())),
            _ => Ok(Self::Mixed(parts)),
        }
    }

    fn names(&self) -> impl Iterator<Item = &Rc<str>> {
        let parts = match self {
            Self::Literal(_) => &[][..],
            Self::Mixed(parts) => parts.as_slice(),
        };
        parts.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name),
            Part::Text(_) => None,
        })
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 0,
            Self::Mixed(parts) if parts.len() > 1 => 1,
            Self::Mixed(_) => 2,
        }
    }

    fn shape(&self) -> Vec<Option<&[u8]>> {
        match self {
            Self::Literal(text) => vec![Some(text.as_slice())],
            Self::Mixed(parts) => parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Some(text.as_slice()),
                    Part::Name(_) => None,
                })
                .collect(),
        }
    }

    /// Matches a raw segment; each parameter takes as little as it can.
    fn matches(&self, raw: &[u8], captures: &mut Captures) -> Option<()> {
        let parts = match self {
            Self::Literal(text) => return (*text == decoded(raw)?.as_bytes()).then_some(()),
            Self::Mixed(parts) => parts,
        };
        let text = decoded(raw)?;
        let mut rest = text.as_str();
        let mut open: Option<&Rc<str>> = None;
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Name(name) => open = Some(name),
                Part::Text(literal) => {
                    let literal = std::str::from_utf8(literal).ok()?;
                    let last = at.saturating_add(1) == parts.len();
                    rest = match open.take() {
                        None => rest.strip_prefix(literal)?,
                        Some(name) => {
                            let (value, after) = split_value(rest, literal, last)?;
                            captures.push((name.clone(), value.to_owned()));
                            after
                        }
                    };
                }
            }
        }
        match open {
            Some(name) if !rest.is_empty() => captures.push((name.clone(), rest.to_owned())),
            Some(_) => return None,
            None => return rest.is_empty().then_some(()),
        }
        Some(())
    }
}

/// A non-empty value before `literal`, and what follows it; the last literal of
/// a segment is its end.
fn split_value<'t>(text: &'t str, literal: &str, last: bool) -> Option<(&'t str, &'t str)> {
    if last {
        let value = text.strip_suffix(literal)?;
        return (!value.is_empty()).then_some((value, ""));
    }
    let first = text.chars().next()?.len_utf8();
    let at = text.get(first..)?.find(literal)?.checked_add(first)?;
    let (value, after) = text.split_at_checked(at)?;
    Some((value, after.strip_prefix(literal)?))
}

fn split_segment(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    match path.iter().position(|byte| *byte == b'/') {
        Some(at) => (
            path.get(..at).unwrap_or_default(),
            path.get(at.saturating_add(1)..),
        ),
        None => (path, None),
    }
}

fn decoded(raw: &[u8]) -> Option<String> {
    String::from_utf8(percent_decode(raw)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(template: &str, path: &str) -> Option<Vec<(String, String)>> {
        let found = Template::parse(template)
            .unwrap()
            .matches(path.as_bytes(), TrailingSlash::Ignore)?;
        Some(
            found
                .into_iter()
                .map(|(name, value)| (name.to_string(), value))
                .collect(),
        )
    }

    fn one(name: &str, value: &str) -> Option<Vec<(String, String)>> {
        Some(vec![(name.into(), value.into())])
    }

    #[test]
    fn parameters_take_one_segment_and_never_nothing() {
        assert_eq!(captures("/u/{id}", "/u/7"), one("id", "7"));
        assert_eq!(captures("/u/{id}", "/u/a%20b%2Cc"), one("id", "a b,c"));
        assert_eq!(captures("/u/{id}", "/u/7/x"), None);
        assert_eq!(captures("/u/{id}", "/u/"), None);
        assert_eq!(captures("/u/{id}.json", "/u/a.b.json"), one("id", "a.b"));
        assert_eq!(captures("/u/{id}.json", "/u/.json"), None);
        assert_eq!(captures("/u/x-{id}", "/u/x-"), None);
        assert_eq!(captures("/U", "/u"), None);
    }

    #[test]
    fn several_parameters_in_a_segment() {
        let both = captures("/{a}-{b}.txt", "/x-y-z.txt").unwrap();
        assert_eq!(both, [("a".into(), "x".into()), ("b".into(), "y-z".into())]);
    }

    #[test]
    fn a_tail_matches_itself_and_all_below() {
        for path in ["/x", "/x/", "/x/y", "/x/y/z"] {
            assert!(captures("/x/**", path).is_some(), "{path}");
        }
        assert!(captures("/x/**", "/xy").is_none());
        assert!(captures("/**", "/").is_some() && captures("/**", "/a/b").is_some());
    }

    #[test]
    fn a_trailing_slash_is_minded_where_asked() {
        let template = Template::parse("/a").unwrap();
        assert!(template.matches(b"/a/", TrailingSlash::Ignore).is_some());
        assert!(template.matches(b"/a/", TrailingSlash::Strict).is_none());
        assert!(
            Template::parse("/a/")
                .unwrap()
                .matches(b"/a/", TrailingSlash::Strict)
                .is_some()
        );
        assert!(captures("/", "/").is_some() && captures("/", "/a").is_none());
    }

    #[test]
    fn what_no_path_can_match_is_a_fault() {
        for (text, fault) in [
            ("a", TemplateFault::NotAbsolute),
            ("/{a", TemplateFault::Brace),
            ("/a}", TemplateFault::Brace),
            ("/{}", TemplateFault::EmptyName),
            ("/{a}{b}", TemplateFault::Adjacent),
            ("/{a}/{a}", TemplateFault::Repeated("a".into())),
            ("/**/a", TemplateFault::Wildcard),
            ("/a**", TemplateFault::Wildcard),
            ("/a?b", TemplateFault::Query),
            ("/a//b", TemplateFault::Unreachable),
            ("/a/../b", TemplateFault::Unreachable),
        ] {
            assert_eq!(Template::parse(text).unwrap_err(), fault, "{text}");
        }
    }
}
