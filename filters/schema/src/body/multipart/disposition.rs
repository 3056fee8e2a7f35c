//! The `content-disposition` of a form's part (RFC 7578 §4.2, RFC 2183).

use super::Malformed;
use crate::field_parameter::FieldParameters;

/// The name of the field that a part is the value of.
///
/// # Errors
/// It isn't `form-data`, or has no name or one that readers would take for
/// different ones: browsers write quotes and line ends as percent escapes, mails
/// with a backslash, and few readers undo either.
pub(super) fn name(value: &[u8]) -> Result<&str, Malformed> {
    let text = std::str::from_utf8(value).map_err(|_| Malformed::Disposition)?;
    parse(text).ok_or(Malformed::Disposition)
}

fn parse(text: &str) -> Option<&str> {
    let (kind, parameters) = FieldParameters::split(text);
    if !kind.eq_ignore_ascii_case("form-data") || has_escaped_quote(text) {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    let mut found = None;
    for parameter in parameters {
        let parameter = parameter?;
        // Of the spellings of RFC 5987 and 2231 only a file's name may be one.
        let extended = parameter.name.contains('*') && !parameter.is_named("filename*");
        if extended || names.iter().any(|name| parameter.is_named(name)) {
            return None;
        }
        names.push(parameter.name);
        if parameter.is_named("name") {
            found = Some(parameter.value);
        }
    }
    found.filter(|name| is_plain(name))
}

/// Whether a backslash stands where it decides where a quoted text ends. In the
/// name of a file from Windows it doesn't.
fn has_escaped_quote(text: &str) -> bool {
    text.contains("\\\"") || text.contains("\\\\")
}

fn is_plain(name: &str) -> bool {
    let escapes = ["%22", "%0A", "%0a", "%0D", "%0d"];
    !name.contains('\\') && !escapes.iter().any(|escape| name.contains(escape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_two_readers_could_take_differently_is_refused() {
        for (value, expected) in [
            ("form-data; name=\"a b\"", Some("a b")),
            ("Form-Data;name=a;", Some("a")),
            ("form-data; name=\"\"", Some("")),
            (
                "form-data; name=\"a;b\"; filename=\"x; name=y\"",
                Some("a;b"),
            ),
            (
                "form-data; name=\"a[%20]\"; filename=\"C:\\x\"; filename*=utf-8''x",
                Some("a[%20]"),
            ),
            (
                "form-data; filename=\"x%22\"; name=\"\u{e9}\"",
                Some("\u{e9}"),
            ),
            ("form-data", None),
            ("form-data; name", None),
            ("form-data; name=a b", None),
            ("form-data; name=\"a", None),
            ("form-data; name=\"a\"b", None),
            ("form-data; name=\"a\"; name=\"a\"", None),
            ("form-data; name=\"a\"; Name=\"b\"", None),
            ("form-data; name=\"a\"; name*=utf-8''b", None),
            ("form-data; name*0=a", None),
            ("form-data; name=\"a\"; filename*0=\"x\"", None),
            ("form-data; name=\"a\"; filename=x; filename=y", None),
            ("form-data; name=\"a\\\"b\"", None),
            ("form-data; name=\"a\\b\"", None),
            ("form-data; name=\"a%22b\"", None),
            ("form-data; name=\"a%0d%0ab\"", None),
            ("form-data; name=\"a\"; filename=\"x\\\\\"", None),
            ("form-data; name=\"a\"; filename=\"x\\\"\"", None),
            ("attachment; name=\"a\"", None),
            ("form-data, form-data; name=\"a\"", None),
            ("", None),
        ] {
            assert_eq!(parse(value), expected, "{value}");
        }
        assert_eq!(
            name(b"form-data; name=\"\xff\""),
            Err(Malformed::Disposition)
        );
    }
}
