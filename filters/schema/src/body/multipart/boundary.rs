//! The boundary of a form in parts (RFC 2046 §5.1.1), and the lines that begin
//! with it.

use super::Malformed;
use crate::media_type::MediaType;

/// A boundary, without the dashes that it begins with in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boundary<'b>(&'b [u8]);

impl<'b> Boundary<'b> {
    /// That of a media type; `None` where there is no good one, or more than one.
    #[must_use]
    pub fn of(media_type: &MediaType<'b>) -> Option<Self> {
        let mut found = None;
        for parameter in media_type.parameters() {
            let parameter = parameter?;
            let (name, extended) = match parameter.name.split_once('*') {
                Some((name, _)) => (name, true),
                None => (parameter.name, false),
            };
            if name.eq_ignore_ascii_case("boundary") {
                // Spellings of RFC 2231, and a second one, are read by some.
                if extended || found.is_some() {
                    return None;
                }
                found = Some(parameter.value.as_bytes());
            }
        }
        found.filter(|text| is_boundary(text)).map(Self)
    }

    /// What follows two dashes and the boundary at the very start.
    #[must_use]
    pub fn strip<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        text.strip_prefix(b"--")?.strip_prefix(self.0)
    }

    /// Whether two dashes and the boundary are anywhere in a text, which is short.
    #[must_use]
    pub fn is_in(&self, text: &[u8]) -> bool {
        let mut starts = 0..text.len();
        starts.any(|at| text.get(at..).and_then(|text| self.strip(text)).is_some())
    }

    /// What stands before the next delimiter, and behind it.
    ///
    /// # Errors
    /// No delimiter, or first a line that only some readers take for one.
    pub fn cut<'t>(&self, text: &'t [u8]) -> Result<(&'t [u8], &'t [u8]), Malformed> {
        let mut rest = text;
        while let Some((skipped, ended)) = next_line(rest) {
            rest = match skipped {
                Line::Proper(next) | Line::Bare(next) => next,
            };
            if let Some(behind) = self.strip(rest) {
                return match skipped {
                    Line::Bare(_) => Err(Malformed::LineEnd),
                    Line::Proper(_) => {
                        let before = text.len().saturating_sub(ended);
                        Ok((text.get(..before).unwrap_or_default(), behind))
                    }
                };
            }
        }
        Err(Malformed::Unfinished)
    }
}

/// A line that ended, by what follows it.
enum Line<'t> {
    /// With CR LF.
    Proper(&'t [u8]),
    /// With one of the two alone.
    Bare(&'t [u8]),
}

/// The line after the first, and how many bytes are left where the first ends.
fn next_line(text: &[u8]) -> Option<(Line<'_>, usize)> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    let ended = text.get(end..)?;
    let line = match ended.strip_prefix(b"\r\n") {
        Some(next) => Line::Proper(next),
        None => Line::Bare(ended.get(1..)?),
    };
    Some((line, ended.len()))
}

fn is_boundary(text: &[u8]) -> bool {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(byte);
    (1..=70).contains(&text.len()) && text.iter().all(known) && !text.ends_with(b" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boundary(value: &str) -> Option<Boundary<'_>> {
        Boundary::of(&MediaType::parse(value.as_bytes())?)
    }

    #[test]
    fn a_media_type_has_one_boundary_or_none() {
        let long = |count: usize| format!("multipart/form-data; boundary={}", "b".repeat(count));
        for (value, found) in [
            ("multipart/form-data; boundary=b", Some("b")),
            (
                "multipart/form-data;charset=utf-8;BOUNDARY=\"a b?\"",
                Some("a b?"),
            ),
            (&long(70), Some(&*"b".repeat(70))),
            (&long(71), None),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data; boundary=\"\"", None),
            ("multipart/form-data; boundary=\"a \"", None),
            ("multipart/form-data; boundary=\"a\\b\"", None),
            ("multipart/form-data; boundary=a; boundary=a", None),
            ("multipart/form-data; boundary=a; boundary*=utf-8''b", None),
            ("multipart/form-data; boundary*0=a", None),
            ("multipart/form-data; boundary=a%b", None),
        ] {
            let found = found.map(|text| Boundary(text.as_bytes()));
            assert_eq!(boundary(value), found, "{value}");
        }
    }

    #[test]
    fn a_delimiter_is_at_the_start_of_a_line_that_ended_with_cr_lf() {
        let boundary = Boundary(b"b");
        let cut = |text: &'static str| {
            let (before, behind) = boundary.cut(text.as_bytes())?;
            let text = |bytes| std::str::from_utf8(bytes).unwrap();
            Ok((text(before), text(behind)))
        };
        for (text, expected) in [
            ("a\r\n--b--", Ok(("a", "--"))),
            ("\r\n--bc", Ok(("", "c"))),
            ("a\r\r\n--b", Ok(("a\r", ""))),
            ("a\n\r\n--b\r\n--b", Ok(("a\n", "\r\n--b"))),
            ("a--b\r\n-b\r\n--b", Ok(("a--b\r\n-b", ""))),
            ("a\n--b\r\n--b", Err(Malformed::LineEnd)),
            ("a\r--b\r\n--b", Err(Malformed::LineEnd)),
            ("--b", Err(Malformed::Unfinished)),
            ("a\r\n--", Err(Malformed::Unfinished)),
            ("", Err(Malformed::Unfinished)),
        ] {
            assert_eq!(cut(text), expected, "{text:?}");
        }
    }
}
