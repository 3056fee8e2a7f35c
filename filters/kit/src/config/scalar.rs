//! Values that are one text, number or flag.

use super::Setting;
use crate::faults::nearest;
use crate::json::{Number, Value};
use crate::stage::Detail;
use crate::verdict::Mode;
use std::time::Duration;

impl Setting<'_> {
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

    /// `enforce` or `report`.
    #[must_use]
    pub fn mode(self) -> Option<Mode> {
        self.choice(&[("enforce", Mode::Enforce), ("report", Mode::Report)])
    }

    /// `full` or `minimal`.
    #[must_use]
    pub fn detail(self) -> Option<Detail> {
        self.choice(&[("full", Detail::Full), ("minimal", Detail::Minimal)])
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
