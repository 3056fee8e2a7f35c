//! `Strict-Transport-Security`: what a value asks of browsers, and which of two
//! asks for less (RFC 6797 §6.1). A value that browsers would ignore asks for
//! nothing.

/// What a value asks for. `preload` is a request to the lists of browsers, not
/// a strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transport {
    max_age: u64,
    subdomains: bool,
}

impl Transport {
    /// Reads a value; `None` where a browser must ignore it.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let mut max_age = None;
        let mut subdomains = None;
        for directive in value.split(|byte| *byte == b';') {
            let (name, argument) = split(directive);
            if name.eq_ignore_ascii_case(b"max-age") {
                once(&mut max_age, seconds(argument?)?)?;
            } else if name.eq_ignore_ascii_case(b"includesubdomains") {
                once(&mut subdomains, argument.is_none().then_some(())?)?;
            }
        }
        Some(Self {
            max_age: max_age?,
            subdomains: subdomains.is_some(),
        })
    }

    /// Whether it asks for no less than `other`, in every respect.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.max_age >= other.max_age && self.subdomains >= other.subdomains
    }
}

/// No directive may come twice (RFC 6797 §6.1, rule 2).
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn split(directive: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut parts = directive.splitn(2, |byte| *byte == b'=');
    let name = parts.next().unwrap_or_default().trim_ascii();
    (name, parts.next().map(<[u8]>::trim_ascii))
}

/// Digits, as a token or in quotes; more than 64 bits count as the most there is.
fn seconds(argument: &[u8]) -> Option<u64> {
    let digits = argument
        .strip_prefix(b"\"")
        .map_or(Some(argument), |quoted| quoted.strip_suffix(b"\""))?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(digits).ok()?;
    Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(value: &str) -> bool {
        let profile = Transport::parse(b"max-age=63072000; includeSubDomains").unwrap();
        Transport::parse(value.as_bytes()).is_some_and(|value| value.covers(profile))
    }

    #[test]
    fn what_asks_for_as_much_or_more_is_no_weaker() {
        for value in [
            "max-age=63072000; includeSubDomains",
            "max-age=63072001;includesubdomains;preload",
            "MAX-AGE=\"63072000\" ; ; INCLUDESUBDOMAINS; unknown=\"x\"",
            "includeSubDomains; max-age=99999999999999999999999",
        ] {
            assert!(covers(value), "{value}");
        }
    }

    #[test]
    fn what_asks_for_less_or_cannot_be_read_is_weaker() {
        for value in [
            "",
            "max-age=63071999; includeSubDomains",
            "max-age=63072000",
            "max-age=0; includeSubDomains",
            "includeSubDomains",
            "max-age; includeSubDomains",
            "max-age=; includeSubDomains",
            "max-age=-1; includeSubDomains",
            "max-age=\"63072000; includeSubDomains",
            "max-age=63072000; max-age=63072000; includeSubDomains",
            "max-age=63072000; includeSubDomains; includeSubDomains",
            "max-age=63072000; includeSubDomains=yes",
            "max-age=63072000, includeSubDomains",
        ] {
            assert!(!covers(value), "{value}");
        }
    }
}
