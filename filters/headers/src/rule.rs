//! What becomes of a field that the policy wants once and the upstream sent
//! already: whether the upstream's value stands, and as which one value.

use crate::transport::Transport;
use std::borrow::Cow;

/// How a wanted field meets the upstream's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The upstream's is replaced: no value is stricter, or the operator chose.
    Replace,
    /// The upstream's stands: which of two is stricter can't be told from
    /// outside. Several fields are joined by commas, which means the same for a
    /// list (RFC 9110 §5.3), and for policies that all of them hold.
    KeepList,
    /// The upstream's stands where it is one value. Several that differ are no
    /// value at all: browsers then take the weakest there is.
    KeepItem,
    /// `DENY` and `SAMEORIGIN` stand (RFC 7034 §2.1); browsers ignore all else.
    KeepFrameOption,
    /// The first stands unless it asks for less (RFC 6797 §8.1: only the first
    /// counts). Over TLS only: without, browsers must ignore the field, and a
    /// server must not send it (RFC 6797 §7.2).
    KeepUnlessWeaker,
}

// === impl Rule ===

impl Rule {
    /// The one value that stands of those the upstream sent; `None` where the
    /// wanted one takes their place.
    #[must_use]
    pub fn kept<'v>(self, values: &[&'v [u8]], wanted: &[u8]) -> Option<Cow<'v, [u8]>> {
        match self {
            Self::Replace => None,
            Self::KeepList => joined(values),
            Self::KeepItem => same(values, <[u8]>::eq)
                .filter(|value| !value.is_empty())
                .map(Cow::Borrowed),
            Self::KeepFrameOption => same(values, <[u8]>::eq_ignore_ascii_case)
                .filter(|value| is_frame_option(value))
                .map(Cow::Borrowed),
            Self::KeepUnlessWeaker => values
                .first()
                .filter(|value| is_as_strong(value, wanted))
                .map(|value| Cow::Borrowed(*value)),
        }
    }
}

/// A value without content says nothing: it is as if absent.
fn joined<'v>(values: &[&'v [u8]]) -> Option<Cow<'v, [u8]>> {
    let mut full = values.iter().filter(|value| !value.is_empty());
    let first = *full.next()?;
    let mut all = Cow::Borrowed(first);
    for value in full {
        let all = all.to_mut();
        all.extend_from_slice(b", ");
        all.extend_from_slice(value);
    }
    Some(all)
}

/// The first of the values, where all are the same.
fn same<'v>(values: &[&'v [u8]], equal: impl Fn(&[u8], &[u8]) -> bool) -> Option<&'v [u8]> {
    let (first, rest) = values.split_first()?;
    rest.iter()
        .all(|value| equal(first, value))
        .then_some(*first)
}

fn is_frame_option(value: &[u8]) -> bool {
    value.eq_ignore_ascii_case(b"DENY") || value.eq_ignore_ascii_case(b"SAMEORIGIN")
}

fn is_as_strong(value: &[u8], wanted: &[u8]) -> bool {
    match (Transport::parse(value), Transport::parse(wanted)) {
        (Some(value), Some(wanted)) => value.covers(wanted),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(rule: Rule, values: &[&str]) -> Option<String> {
        let values: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
        let kept = rule.kept(&values, b"max-age=10; includeSubDomains")?;
        Some(String::from_utf8(kept.into_owned()).unwrap())
    }

    #[test]
    fn lists_are_joined_and_empty_ones_say_nothing() {
        let rule = Rule::KeepList;
        assert_eq!(kept(rule, &["a", "", "b"]).as_deref(), Some("a, b"));
        assert_eq!(kept(rule, &["", ""]), None);
        assert_eq!(kept(rule, &[]), None);
    }

    #[test]
    fn items_stand_only_where_they_agree() {
        let rule = Rule::KeepItem;
        assert_eq!(kept(rule, &["a", "a"]).as_deref(), Some("a"));
        assert_eq!(kept(rule, &["a", "b"]), None);
        assert_eq!(kept(rule, &[""]), None);
    }

    #[test]
    fn frame_options_stand_in_any_case() {
        let rule = Rule::KeepFrameOption;
        let same = kept(rule, &["sameorigin", "SAMEORIGIN"]);
        assert_eq!(same.as_deref(), Some("sameorigin"));
        assert_eq!(kept(rule, &["DENY", "SAMEORIGIN"]), None);
        assert_eq!(kept(rule, &["ALLOW-FROM https://a.example"]), None);
    }

    #[test]
    fn the_first_transport_value_is_the_one_that_counts() {
        let rule = Rule::KeepUnlessWeaker;
        let strong = "max-age=11; includeSubDomains";
        assert_eq!(kept(rule, &[strong, "max-age=0"]).as_deref(), Some(strong));
        assert_eq!(kept(rule, &["max-age=0", strong]), None);
    }
}
