//! `format`, asserted (OpenAPI 3.0.3 §4.4, JSON Schema 2020-12 validation §7.3).
//! A format that isn't in the table annotates.

mod address;
mod encoding;
mod number;
mod time;
mod uri;

use super::Keyword;
use crate::document::Compiler;
use crate::pattern::Pattern;
use crate::validator::{Check, Rule, Run, Types};
use tollgate_kit::config::Members;
use tollgate_kit::json::{Node, Number, Value};

/// A format that is asserted.
struct Format {
    name: &'static str,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Text(fn(&str) -> bool),
    Number(fn(Number<'_>) -> bool),
}

struct Asserted(&'static Format);

/// `format`.
pub fn family<'a>(members: &mut Members<'a>, _compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let Some(setting) = members.optional("format") else {
        return;
    };
    let Some(name) = setting.node.as_str() else {
        return setting.expected::<()>("a text").unwrap_or_default();
    };
    if let Some(format) = FORMATS.iter().find(|format| format.name == name) {
        let applies = match format.form {
            Form::Text(_) => Types::STRING,
            Form::Number(_) => Types::NUMBER,
        };
        rules.push(Rule::on(applies, Asserted(format)));
    }
}

impl Keyword for Asserted {
    fn name(&self) -> &'static str {
        "format"
    }

    fn message(&self) -> String {
        format!("must be of the format {}", self.0.name)
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        match (value.value(), self.0.form) {
            (Value::String(text), Form::Text(is_valid)) => {
                run.budget.spend_on_text(text.len())?;
                Ok(is_valid(text))
            }
            (Value::Number(number), Form::Number(is_valid)) => Ok(is_valid(number)),
            (
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_),
                Form::Text(_) | Form::Number(_),
            ) => Ok(true),
        }
    }
}

const fn text(name: &'static str, is_valid: fn(&str) -> bool) -> Format {
    Format {
        name,
        form: Form::Text(is_valid),
    }
}

const fn number(name: &'static str, is_valid: fn(Number<'_>) -> bool) -> Format {
    Format {
        name,
        form: Form::Number(is_valid),
    }
}

static FORMATS: &[Format] = &[
    text("date", time::is_date),
    text("time", time::is_time),
    text("date-time", time::is_date_time),
    text("duration", time::is_duration),
    text("email", address::is_email),
    text("hostname", address::is_hostname),
    text("ipv4", address::is_ipv4),
    text("ipv6", address::is_ipv6),
    text("uri", uri::is_uri),
    text("uri-reference", uri::is_reference),
    text("uuid", encoding::is_uuid),
    text("json-pointer", encoding::is_json_pointer),
    text("byte", encoding::is_base64),
    text("regex", Pattern::is_well_formed),
    number("int32", number::is_int32),
    number("int64", number::is_int64),
    number("float", number::is_float),
    number("double", number::is_double),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(name: &str, value: &str) -> bool {
        let format = FORMATS.iter().find(|format| format.name == name).unwrap();
        match format.form {
            Form::Text(is_valid) => is_valid(value),
            Form::Number(is_valid) => is_valid(Number::parse(value).unwrap()),
        }
    }

    #[test]
    fn formats_take_what_their_standards_take() {
        for (name, valid, invalid) in [
            (
                "date",
                &["2024-02-29", "0000-01-01"][..],
                &[
                    "2023-02-29",
                    "2024-13-01",
                    "2024-1-1",
                    "24-01-01",
                    "2024-01-01Z",
                ][..],
            ),
            (
                "time",
                &["08:30:06Z", "08:30:06.123+01:00", "23:59:60z"],
                &[
                    "08:30:06",
                    "24:00:00Z",
                    "08:30:60Z",
                    "08:30Z",
                    "08:30:06.Z",
                    "08:30:06+24:00",
                ],
            ),
            (
                "date-time",
                &["2026-01-01T00:00:00Z", "1990-12-31t15:59:60-08:00"],
                &["2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01"],
            ),
            (
                "duration",
                &["P1Y2M3D", "PT36H", "P4W", "P1DT1S"],
                &["P", "PT", "P1Y2D", "1D", "P1S", "P1W1D", "PT1H2S", "P1DT"],
            ),
            (
                "email",
                &[
                    "a@example.com",
                    "a.b+c@[127.0.0.1]",
                    "\"a b\"@x",
                    "a@[IPv6:::1]",
                ],
                &["a", "@x", "a@", "a..b@x", ".a@x", "a@x y", "a@[300.0.0.1]"],
            ),
            (
                "hostname",
                &["example.com", "a-b", "1.2"],
                &["", "-a", "a-", "a..b", "a_b", "example.com."],
            ),
            ("ipv4", &["127.0.0.1"], &["127.1", "256.0.0.1", "01.0.0.1"]),
            (
                "ipv6",
                &["::1", "::ffff:1.2.3.4"],
                &["1::2::3", "fe80::1%eth0", "12345::"],
            ),
            (
                "uri",
                &[
                    "https://a.example/b?c#d",
                    "urn:x:y",
                    "http://[::1]:80/",
                    "mailto:a@b",
                ],
                &[
                    "/a",
                    "a b:c",
                    "http://a b",
                    "http://[::1",
                    "http://x:80a/",
                    "%41:b",
                    "http://x/%4",
                ],
            ),
            (
                "uri-reference",
                &["/a/b", "", "?x", "#f", "//h/p", "a/b:c"],
                &["\\a", "#a#b", "/a b", "1a:b"],
            ),
            (
                "uuid",
                &[
                    "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
                    "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
                ],
                &[
                    "2eb8aa08aa9811eab4aa73b441d16380",
                    "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
                ],
            ),
            ("json-pointer", &["", "/a~0b/~1", "/"], &["a", "/~", "/~2"]),
            (
                "byte",
                &["", "TQ==", "TWE=", "TWFu"],
                &["TQ", "TQ=", "T===", "TR==", "TW F", "TWE=TWE="],
            ),
            ("regex", &["^a(?=b)$"], &["^(a"]),
            (
                "int32",
                &["2147483647", "-2147483648", "1.0", "1e3"],
                &["2147483648", "1.5", "-2147483649"],
            ),
            (
                "int64",
                &["9223372036854775807", "-9223372036854775808"],
                &["9223372036854775808", "1e30", "0.1"],
            ),
            (
                "float",
                &["3.4e38", "-3.4e38", "1e-400"],
                &["3.5e38", "-1e39"],
            ),
            (
                "double",
                &["1.7976931348623157e308"],
                &["1e309", "-1.8e308"],
            ),
        ] {
            for value in valid {
                assert!(is_valid(name, value), "{name} should take {value:?}");
            }
            for value in invalid {
                assert!(!is_valid(name, value), "{name} should not take {value:?}");
            }
        }
    }
}
