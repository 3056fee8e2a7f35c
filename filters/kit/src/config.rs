//! Reads a configuration document member by member, so that every mistake is
//! reported with its path and none hides the next.
//!
//! A [`Setting`] is a JSON value and where it stands. Its readers give `None`
//! after reporting a fault; [`Members`] reports what is missing and what nobody
//! asked for.

use crate::faults::{Faults, nearest};
use crate::json::{Node, Number, Object, Value};
use std::time::Duration;

/// A value of the configuration and its path.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// The value.
    pub node: Node<'a>,
    /// Where it stands: `rules[2].require.scopes`.
    pub path: String,
    faults: &'a Faults,
}

/// The members of an object, and which of them were asked for.
#[derive(Debug)]
pub struct Members<'a> {
    object: Object<'a>,
    path: String,
    known: Vec<&'static str>,
    faults: &'a Faults,
}

/// `path.name`, or `path["name"]` where the name isn't a plain word.
#[must_use]
pub fn member_path(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$'));
    match (plain, path.is_empty()) {
        (true, true) => name.to_owned(),
        (true, false) => format!("{path}.{name}"),
        (false, _) => format!("{path}[{name:?}]"),
    }
}

// === impl Setting ===

impl<'a> Setting<'a> {
    /// The document itself, at the path `path` (empty for a file of its own).
    #[must_use]
    pub fn root(node: Node<'a>, path: &str, faults: &'a Faults) -> Self {
        Self {
            node,
            path: path.to_owned(),
            faults,
        }
    }

    /// Reports a mistake here.
    pub fn fault(&self, message: impl Into<String>) {
        self.faults.add(&self.path, message);
    }

    /// Reports a mistake here, with the way to mend it.
    pub fn fault_with_hint(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.add_with_hint(&self.path, message, hint);
    }

    /// Where mistakes are reported.
    #[must_use]
    pub fn faults(&self) -> &'a Faults {
        self.faults
    }

    /// An object, to be read member by member.
    #[must_use]
    pub fn object(self) -> Option<Members<'a>> {
        let Some(object) = self.node.as_object() else {
            return self.expected("an object");
        };
        Some(Members {
            object,
            path: self.path,
            known: Vec::new(),
            faults: self.faults,
        })
    }

    /// The elements of a list.
    #[must_use]
    pub fn list(self) -> Option<Vec<Setting<'a>>> {
        let Some(array) = self.node.as_array() else {
            return self.expected("a list");
        };
        let element = |(at, node)| Setting {
            node,
            path: format!("{}[{at}]", self.path),
            faults: self.faults,
        };
        Some(array.iter().enumerate().map(element).collect())
    }

    /// A list with at least one element.
    #[must_use]
    pub fn non_empty_list(self) -> Option<Vec<Setting<'a>>> {
        let here = self.clone();
        let list = self.list()?;
        if list.is_empty() {
            here.fault("expected at least one element");
            return None;
        }
        Some(list)
    }

    /// A list of non-empty texts, none of them twice.
    #[must_use]
    pub fn texts(self) -> Option<Vec<String>> {
        self.each(Self::text)
    }

    /// A list of what `read` makes of its elements: at least one, none twice.
    #[must_use]
    pub fn each(self, read: impl Fn(Self) -> Option<String>) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for setting in self.non_empty_list()? {
            let again = setting.clone();
            let Some(text) = read(setting) else { continue };
            if texts.contains(&text) {
                again.fault(format!("{text:?} is in the list twice"));
            }
            texts.push(text);
        }
        Some(texts)
    }

    /// A non-empty text.
    #[must_use]
    pub fn text(self) -> Option<String> {
        match self.node.as_str() {
            Some("") => self.expected("a non-empty text"),
            Some(text) => Some(text.to_owned()),
            None => self.expected("a text"),
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(self) -> Option<bool> {
        match self.node.as_bool() {
            Some(flag) => Some(flag),
            None => self.expected("`true` or `false`"),
        }
    }

    /// A whole number, 0 or more.
    #[must_use]
    pub fn count(self) -> Option<u64> {
        match self
            .node
            .as_number()
            .and_then(|number: Number<'_>| number.as_u64())
        {
            Some(count) => Some(count),
            None => self.expected("a whole number, 0 or more"),
        }
    }

    /// One of the named values.
    #[must_use]
    pub fn choice<T: Copy>(self, choices: &[(&'static str, T)]) -> Option<T> {
        let names: Vec<&'static str> = choices.iter().map(|(name, _)| *name).collect();
        let Some(text) = self.node.as_str() else {
            return self.expected(&one_of(&names));
        };
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        let message = format!("expected {}, found {text:?}", one_of(&names));
        match nearest(text, &names) {
            Some(name) => self.fault_with_hint(message, format!("did you mean `{name}`?")),
            None => self.fault(message),
        }
        None
    }

    /// A duration: an integer and `ms`, `s`, `m` or `h`.
    #[must_use]
    pub fn duration(self) -> Option<Duration> {
        match self.node.as_str().and_then(parse_duration) {
            Some(duration) => Some(duration),
            None => self.expected("a duration such as `200ms`, `30s`, `10m` or `1h`"),
        }
    }

    /// A size in bytes: an integer, or one with `KiB` or `MiB`.
    #[must_use]
    pub fn size(self) -> Option<usize> {
        let bytes = match self.node.value() {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => parse_size(text),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        };
        match bytes.and_then(|bytes| usize::try_from(bytes).ok()) {
            Some(bytes) => Some(bytes),
            None => self.expected("a size such as `64KiB`, `1MiB` or a number of bytes"),
        }
    }

    /// A header field's name, in lower case (RFC 9110 §5.1).
    #[must_use]
    pub fn field_name(self) -> Option<String> {
        let here = self.clone();
        let name = self.text()?.to_ascii_lowercase();
        if !name.bytes().all(is_token) {
            here.fault(format!("{name:?} is not a header field's name"));
            return None;
        }
        Some(name)
    }

    /// A method. They are compared exactly (RFC 9110 §9.1), so that one of the
    /// usual in lower case would never match.
    #[must_use]
    pub fn method(self) -> Option<String> {
        let here = self.clone();
        let method = self.text()?;
        let upper = method.to_ascii_uppercase();
        if !method.bytes().all(is_token) {
            here.fault(format!("{method:?} is not a method"));
        } else if upper != method && METHODS.contains(&upper.as_str()) {
            let message = format!("{method:?} is never sent: methods mind case");
            here.fault_with_hint(message, format!("write `{upper}`"));
        }
        Some(method)
    }

    /// Reports that something else was expected here; never shows a text that
    /// may be secret, only its kind.
    pub fn expected<T>(&self, what: &str) -> Option<T> {
        let found = match self.node.value() {
            Value::Null => "null".to_owned(),
            Value::Bool(flag) => format!("`{flag}`"),
            Value::Number(number) => format!(
                "the number {}",
                number.text().get(..40).unwrap_or(number.text())
            ),
            Value::String("") => "an empty text".to_owned(),
            Value::String(text) => {
                format!("the text {:?}", text.chars().take(40).collect::<String>())
            }
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.fault(format!("expected {what}, found {found}"));
        None
    }
}

// === impl Members ===

impl<'a> Members<'a> {
    /// Where the object stands.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reports a mistake of the object as a whole.
    pub fn fault(&self, message: impl Into<String>) {
        self.faults.add(&self.path, message);
    }

    /// Reports a mistake of the object as a whole, with the way to mend it.
    pub fn fault_with_hint(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.add_with_hint(&self.path, message, hint);
    }

    /// The member `name`, where it is there.
    pub fn optional(&mut self, name: &'static str) -> Option<Setting<'a>> {
        self.known.push(name);
        let node = self.object.get(name)?;
        Some(Setting {
            node,
            path: member_path(&self.path, name),
            faults: self.faults,
        })
    }

    /// The member `name`; its absence is a mistake.
    pub fn required(&mut self, name: &'static str) -> Option<Setting<'a>> {
        let setting = self.optional(name);
        if setting.is_none() {
            self.faults
                .add(&member_path(&self.path, name), "is required");
        }
        setting
    }

    /// Every member, for objects whose names are data; none is unknown then.
    pub fn all(self) -> impl Iterator<Item = (&'a str, Setting<'a>)> {
        let Self {
            object,
            path,
            faults,
            ..
        } = self;
        object.iter().map(move |(name, node)| {
            (
                name,
                Setting {
                    node,
                    path: member_path(&path, name),
                    faults,
                },
            )
        })
    }

    /// Reports the members that nobody asked for.
    pub fn finish(self) {
        self.finish_but(|_| false);
    }

    /// As [`finish`](Self::finish), for documents that people extend: names that
    /// begin with `x-` are theirs (OpenAPI 3.1 §4.9).
    pub fn finish_extensible(self) {
        self.finish_but(|name| name.starts_with("x-"));
    }

    fn finish_but(self, is_free: impl Fn(&str) -> bool) {
        for (name, _) in self.object.iter() {
            if self.known.contains(&name) || is_free(name) {
                continue;
            }
            let path = member_path(&self.path, name);
            match nearest(name, &self.known) {
                Some(near) => self.faults.add_with_hint(
                    &path,
                    "unknown field",
                    format!("did you mean `{near}`?"),
                ),
                None => {
                    let mut known = self.known.clone();
                    known.sort_unstable();
                    self.faults.add_with_hint(
                        &path,
                        "unknown field",
                        format!("known here: {}", known.join(", ")),
                    );
                }
            }
        }
    }
}

/// RFC 9110 §9.3 and RFC 5789, those that APIs take.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// `200ms`, `30s`, `10m`, `1h`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis)
}

fn parse_size(text: &str) -> Option<u64> {
    let (number, factor) = match (text.strip_suffix("KiB"), text.strip_suffix("MiB")) {
        (Some(number), _) => (number, 1024),
        (_, Some(number)) => (number, 1024 * 1024),
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// RFC 9110 §5.6.2.
#[must_use]
pub const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

fn one_of(names: &[&'static str]) -> String {
    match names {
        [one] => format!("`{one}`"),
        _ => format!("one of `{}`", names.join("`, `")),
    }
}
