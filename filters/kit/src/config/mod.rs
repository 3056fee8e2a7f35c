//! Reads a configuration document member by member, so that every mistake is
//! reported with its path and none hides the next.
//!
//! A [`Setting`] is a JSON value and where it stands. Its readers give `None`
//! after reporting a fault; [`Members`] reports what is missing and what nobody
//! asked for.

mod scalar;

pub use self::scalar::{is_token, parse_duration};
use crate::faults::{Fault, Faults, nearest};
use crate::json::{Node, Object, Value};
use std::fmt;

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
    left_out: Vec<&'static str>,
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

    /// Warns of what is asked for here and isn't enforced, with what helps.
    pub fn warn(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.faults.warn(Fault {
            path: self.path.clone(),
            message: message.into(),
            hint: Some(hint.into()),
        });
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
            left_out: Vec::new(),
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
    pub fn each<T: PartialEq + fmt::Debug>(
        self,
        read: impl Fn(Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut values = Vec::new();
        for setting in self.non_empty_list()? {
            let again = setting.clone();
            let Some(value) = read(setting) else { continue };
            if values.contains(&value) {
                again.fault(format!("{value:?} is in the list twice"));
            }
            values.push(value);
        }
        Some(values)
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
        if self.left_out.contains(&name) {
            return None;
        }
        Some(Setting {
            node,
            path: member_path(&self.path, name),
            faults: self.faults,
        })
    }

    /// Takes members out: they are known, and read as if they were not there.
    pub fn leave_out(&mut self, names: &[&'static str]) {
        self.left_out.extend_from_slice(names);
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
        for unknown in self.unknown(|_| false) {
            self.faults
                .add_with_hint(&unknown.path, UNKNOWN, unknown.hint);
        }
    }

    /// As [`finish`](Self::finish), for documents that people extend: names that
    /// begin with `x-` are theirs (OpenAPI 3.1 §4.9), and others that look like
    /// none that is known here are warned of.
    pub fn finish_extensible(self) {
        for unknown in self.unknown(is_extension) {
            match unknown.is_misspelt {
                true => self
                    .faults
                    .add_with_hint(&unknown.path, UNKNOWN, unknown.hint),
                false => self.warn(unknown, &format!("{UNKNOWN}, which has no effect")),
            }
        }
    }

    /// As [`finish_extensible`](Self::finish_extensible), where what is unknown is
    /// no mistake: it is warned of with `message`.
    pub fn finish_with_warnings(self, message: &str) {
        for unknown in self.unknown(is_extension) {
            self.warn(unknown, message);
        }
    }

    fn warn(&self, unknown: Unknown, message: &str) {
        self.faults.warn(Fault {
            path: unknown.path,
            message: message.to_owned(),
            hint: Some(unknown.hint),
        });
    }

    /// The members that nobody asked for, each with what may have been meant.
    fn unknown(&self, is_free: impl Fn(&str) -> bool) -> Vec<Unknown> {
        let names = self.object.iter().map(|(name, _)| name);
        let unknown = names.filter(|name| !self.known.contains(name) && !is_free(name));
        let describe = |name: &str| {
            let near = nearest(name, &self.known);
            Unknown {
                path: member_path(&self.path, name),
                is_misspelt: near.is_some(),
                hint: match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => self.known_here(),
                },
            }
        };
        unknown.map(describe).collect()
    }

    fn known_here(&self) -> String {
        let mut known = self.known.clone();
        known.sort_unstable();
        format!("known here: {}", known.join(", "))
    }
}

/// A member that nobody asked for.
struct Unknown {
    path: String,
    hint: String,
    is_misspelt: bool,
}

fn is_extension(name: &str) -> bool {
    name.starts_with("x-")
}

const UNKNOWN: &str = "unknown field";
