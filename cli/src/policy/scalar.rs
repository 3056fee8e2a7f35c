//! What a plain scalar means: the core schema of YAML 1.2.2 §10.3.2.
//!
//! `yes`, `on` and `1:30` are texts, as there; numbers become the text that JSON
//! has for the same number, digit by digit.

use super::document::Value;

/// What is wrong with a scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScalarFault {
    /// `.inf` or `.nan`.
    NotFinite,
    /// A hexadecimal or octal number of more than 128 bits.
    TooWide,
    /// More digits, or a larger exponent, than the filters read.
    TooLong,
}

/// Digits of a number.
pub const MAX_DIGITS: usize = 1000;
/// Absolute value of a number's exponent.
pub const MAX_EXPONENT: u32 = 100_000;

/// The value of a plain scalar.
pub fn plain(text: &str) -> Result<Value, ScalarFault> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text)? {
            Some(number) => Value::Number(number),
            None => Value::Text(text.to_owned()),
        },
    })
}

fn number(text: &str) -> Result<Option<String>, ScalarFault> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    match magnitude {
        ".inf" | ".Inf" | ".INF" => return Err(ScalarFault::NotFinite),
        ".nan" | ".NaN" | ".NAN" if magnitude == text => return Err(ScalarFault::NotFinite),
        _ => {}
    }
    match decimal(magnitude) {
        Some(number) if !is_short(&number) => Err(ScalarFault::TooLong),
        number => Ok(number.map(|number| format!("{sign}{number}"))),
    }
}

/// Whether a number of JSON keeps to the limits.
fn is_short(number: &str) -> bool {
    let (mantissa, exponent) = number.split_once('e').unwrap_or((number, "0"));
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    mantissa.len() <= MAX_DIGITS
        && exponent
            .parse()
            .is_ok_and(|value: u32| value <= MAX_EXPONENT)
}

fn radix(digits: &str, radix: u32) -> Result<Option<String>, ScalarFault> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Ok(None);
    }
    match u128::from_str_radix(digits, radix) {
        Ok(number) => Ok(Some(number.to_string())),
        Err(_) => Err(ScalarFault::TooWide),
    }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?` in JSON's spelling.
fn decimal(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let mut number = match whole.trim_start_matches('0') {
        "" => "0".to_owned(),
        significant => significant.to_owned(),
    };
    if !fraction.is_empty() {
        number.push('.');
        number.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if unsigned.is_empty() || !digits(unsigned) {
            return None;
        }
        number.push('e');
        number.push_str(exponent);
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_of(text: &str) -> Option<String> {
        match plain(text) {
            Ok(Value::Number(number)) => Some(number),
            Ok(_) | Err(_) => None,
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        for (written, json) in [
            ("9007199254740993", "9007199254740993"),
            ("0.10000000000000000000001", "0.10000000000000000000001"),
            ("1e400", "1e400"),
            ("-1E-5", "-1e-5"),
            ("+12", "12"),
            ("007", "7"),
            ("0", "0"),
            ("-0.0", "-0.0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1e+5", "1e+5"),
            ("0x1F", "31"),
            ("0o17", "15"),
        ] {
            assert_eq!(number_of(written).as_deref(), Some(json), "{written}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_a_text() {
        for text in [
            "3.0.3", "1:30", "1_000", "0x", "0xg", "1e", "1e+", ".", "-", "+", "30s", "1e5.0",
            "--1",
        ] {
            assert_eq!(plain(text), Ok(Value::Text(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn the_words_of_yaml_1_1_are_texts() {
        for text in ["yes", "no", "on", "off", "y", "tRUE"] {
            assert_eq!(plain(text), Ok(Value::Text(text.to_owned())), "{text}");
        }
        assert_eq!(plain("True"), Ok(Value::Bool(true)));
        assert_eq!(plain("~"), Ok(Value::Null));
    }

    #[test]
    fn what_json_has_no_number_for_is_a_fault() {
        assert_eq!(plain("-.inf"), Err(ScalarFault::NotFinite));
        assert_eq!(plain(".nan"), Err(ScalarFault::NotFinite));
        assert_eq!(
            plain(&format!("0x{}", "f".repeat(33))),
            Err(ScalarFault::TooWide)
        );
    }

    #[test]
    fn numbers_beyond_what_the_filters_read_are_faults() {
        for text in [&*"9".repeat(1001), "1e100001", "-1e-99999999999"] {
            assert_eq!(plain(text), Err(ScalarFault::TooLong), "{text}");
        }
        assert!(number_of(&"9".repeat(1000)).is_some());
        assert!(number_of("1e100000").is_some());
    }
}
