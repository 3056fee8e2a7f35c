//! Numbers by their text: nothing is rounded, whatever the size, and no
//! operation costs more than the text is long.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::error::{ErrorKind, Syntax};
use super::limits::Limits;
use super::numeral;

/// A number as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a> {
    text: &'a str,
}

impl<'a> Number<'a> {
    /// The number that `text` is, in the grammar of RFC 8259 §6, with an
    /// exponent that fits 32 bits.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let limits = Limits {
            number_digits: usize::MAX,
            exponent: u32::MAX,
            ..Limits::DEFAULT
        };
        Self::parse_within(text, &limits).ok()
    }

    /// As [`parse`](Self::parse), held to the limits of numbers in documents.
    ///
    /// # Errors
    /// [`Syntax::Number`] or another fault of form; a limit.
    pub fn parse_within(text: &'a str, limits: &Limits) -> Result<Self, ErrorKind> {
        let end = numeral::end(text.as_bytes(), 0, limits).map_err(|(_, kind)| kind)?;
        if end != text.len() {
            return Err(Syntax::Number.into());
        }
        Ok(Self { text })
    }

    /// `text` was taken from a document that was accepted.
    pub(super) fn from_grammatical(text: &'a str) -> Self {
        Self { text }
    }

    /// The number as it is written.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Whether the value is whole, as `1.0` and `1e2` are.
    #[must_use]
    pub fn is_integer(self) -> bool {
        small(self.text).is_some() || Decimal::of(self.text).is_integer()
    }

    /// The value, if it is whole and fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        small(self.text).or_else(|| Decimal::of(self.text).to_i64())
    }

    /// The value, if it is whole and fits.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        match small(self.text) {
            Some(value) => u64::try_from(value).ok(),
            None => Decimal::of(self.text).to_u64(),
        }
    }

    /// The nearest double; infinite where the value is out of its range.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.text.parse().unwrap_or(f64::NAN)
    }

    /// The value times 10^`places`, rounded down, and whether that is exact.
    /// `None` for a negative value and for one that doesn't fit.
    #[must_use]
    pub fn floor_scaled(self, places: u32) -> Option<(u128, bool)> {
        Decimal::of(self.text).floor_scaled(places)
    }

    /// Orders by exact value.
    #[must_use]
    pub fn compare(self, other: Number<'_>) -> Ordering {
        match (small(self.text), small(other.text)) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_) | None, _) => Decimal::of(self.text).compare(&Decimal::of(other.text)),
        }
    }

    /// Orders by exact value against a whole number, quickly: `None` where the number has
    /// an exponent, or more than 18 digits on a side of the point.
    #[must_use]
    pub fn compare_to_whole(self, whole: i64) -> Option<Ordering> {
        let (integer, fraction) = match self.text.bytes().position(|byte| byte == b'.') {
            Some(point) => self.text.split_at_checked(point)?,
            None => (self.text, "."),
        };
        let of_integer = small(integer)?.cmp(&whole);
        let of_fraction = small(fraction.get(1..)?)?.cmp(&0);
        Some(of_integer.then(match integer.starts_with('-') {
            true => of_fraction.reverse(),
            false => of_fraction,
        }))
    }

    /// Whether the value is `divisor` times a whole number. `None` for a
    /// divisor of zero and for one with more than 37 significant digits.
    #[must_use]
    pub fn is_multiple_of(self, divisor: Number<'_>) -> Option<bool> {
        Decimal::of(self.text).is_multiple_of(&Decimal::of(divisor.text))
    }
}

/// The value of a number that is written as an integer of at most 18 digits.
fn small(text: &str) -> Option<i64> {
    let (digits, sign) = match text.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (text, 1),
    };
    if digits.len() > 18 {
        return None;
    }
    let value = digits.bytes().try_fold(0_i64, |value, digit| {
        let digit = i64::from(digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?);
        Some(value.wrapping_mul(10).wrapping_add(digit))
    })?;
    Some(value.wrapping_mul(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::LimitKind;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).expect(text)
    }

    #[test]
    fn only_the_grammar_of_json_is_a_number() {
        for text in [
            "0",
            "-0",
            "0.0",
            "10",
            "1E5",
            "1e+5",
            "-1.50e-05",
            "4e4294967295",
        ] {
            assert_eq!(number(text).text(), text);
        }
        for text in [
            "",
            "-",
            "+1",
            "01",
            "-01",
            ".5",
            "5.",
            "1e",
            "1e+",
            " 1",
            "1 ",
            "0x1",
            "1_000",
            "NaN",
            "Infinity",
            "1.2.3",
            "1e5.0",
            "\u{661}",
            "4e4294967296",
        ] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn limits_hold_outside_of_documents_too() {
        let limit = |text, limit: LimitKind| {
            assert_eq!(
                Number::parse_within(text, &Limits::DEFAULT).unwrap_err(),
                limit.into()
            );
        };
        limit("1e1001", LimitKind::Exponent);
        limit(&"1".repeat(65), LimitKind::Digits);
        assert!(Number::parse_within(&"1".repeat(64), &Limits::DEFAULT).is_ok());
    }

    #[test]
    fn integers_are_told_by_value() {
        for text in [
            "0", "-0", "0.000", "0e-9", "1.0", "1e2", "1.50e1", "120e-1", "1e400",
        ] {
            assert!(number(text).is_integer(), "{text}");
        }
        for text in [
            "0.1",
            "1e-1",
            "1.05e1",
            "123e-3",
            "-1e-400",
            "1000000000000000000000.5",
        ] {
            assert!(!number(text).is_integer(), "{text}");
        }
    }

    #[test]
    fn integers_convert_exactly_or_not_at_all() {
        let signed = |text| number(text).as_i64();
        let unsigned = |text| number(text).as_u64();
        assert_eq!(signed("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(signed("-9223372036854775809"), None);
        assert_eq!(signed("9223372036854775807.0"), Some(i64::MAX));
        assert_eq!(signed("9223372036854775808"), None);
        assert_eq!(unsigned("18446744073709551615"), Some(u64::MAX));
        assert_eq!(unsigned("18446744073709551616"), None);
        assert_eq!(unsigned("1e19"), Some(10_000_000_000_000_000_000));
        assert_eq!(unsigned("1e20"), None);
        assert_eq!(unsigned("-0.0"), Some(0));
        assert_eq!(unsigned("-1"), None);
        assert_eq!(signed("-1.5e1"), Some(-15));
        assert_eq!(signed("1.5"), None);
        assert_eq!(signed("0e4294967295"), Some(0));
    }

    #[test]
    fn order_is_exact_at_any_size() {
        let ascending = [
            "-1e4294967295",
            "-1e400",
            "-10000000000000000000001",
            "-1e22",
            "-2",
            "-1.5",
            "-1e-400",
            "0",
            "1e-4294967295",
            "1e-400",
            "0.1",
            "0.10000000000000000000001",
            "0.2",
            "1",
            "1.5",
            "2",
            "10",
            "100000000000000000000",
            "100000000000000000001",
            "1e400",
            "1.1e400",
            "1e4294967295",
        ];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(
                    number(left).compare(number(right)),
                    at.cmp(&other),
                    "{left} {right}"
                );
            }
        }
    }

    #[test]
    fn the_quick_order_is_the_exact_one() {
        for text in [
            "0",
            "-0",
            "-0.0",
            "0.5",
            "-0.5",
            "-1",
            "-1.5",
            "-0.999999999999999999",
            "1.000",
            "1.25",
            "2",
            "100000",
            "99999.99",
            "123456789012345678",
            "-123456789012345678.1",
        ] {
            for whole in ["-2", "-1", "0", "1", "2", "100000", "9223372036854775807"] {
                let bound = number(whole);
                assert_eq!(
                    number(text).compare_to_whole(bound.as_i64().unwrap()),
                    Some(number(text).compare(bound)),
                    "{text} {whole}"
                );
            }
        }
        for text in [
            "1e2",
            "1.5E1",
            "1234567890123456789",
            "0.1234567890123456789",
        ] {
            assert_eq!(number(text).compare_to_whole(0), None, "{text}");
        }
    }

    #[test]
    fn one_value_has_many_texts() {
        for texts in [
            &["1", "1.0", "10e-1", "0.1e1", "0.00001E+5", "1e0", "1e-0"][..],
            &["0", "-0", "0.0", "-0e5", "0e-7"][..],
            &["-1200", "-1.2e3", "-12e2", "-1200.000"][..],
            &["12345678901234567890123", "12345678901234567890.123e3"][..],
        ] {
            for (left, right) in texts.iter().flat_map(|l| texts.iter().map(move |r| (l, r))) {
                assert_eq!(
                    number(left).compare(number(right)),
                    Ordering::Equal,
                    "{left} {right}"
                );
            }
        }
    }

    #[test]
    fn multiples_are_exact() {
        let multiple = |left: &str, right: &str| number(left).is_multiple_of(number(right));
        for (left, right) in [
            ("19.99", "0.01"),
            ("0.3", "0.1"),
            ("1e400", "0.01"),
            ("0", "7"),
            ("-9", "3"),
            ("4.5", "1.5"),
            ("1e-7", "1e-8"),
            ("1e400", "1024"),
            ("1e20", "1024e-3"),
            ("1e4294967295", "5e-4294967295"),
            ("123456789012345678901234567890", "10"),
            ("340282366920938463463374607431768211456", "65536"),
            (
                "1000000000000000000000000000000000007e5",
                "1000000000000000000000000000000000007",
            ),
        ] {
            assert_eq!(multiple(left, right), Some(true), "{left} {right}");
        }
        for (left, right) in [
            ("19.995", "0.01"),
            ("1", "2"),
            ("1e-8", "1e-7"),
            ("1e400", "3"),
            ("7", "-2"),
            ("1e400", "1e401"),
            ("10000000000000000000001", "2"),
            ("1e4", "65536"),
        ] {
            assert_eq!(multiple(left, right), Some(false), "{left} {right}");
        }
        assert_eq!(multiple("1", "0"), None);
        assert_eq!(multiple("1", &"1".repeat(38)), None);
        assert_eq!(multiple(&"1".repeat(37), &"1".repeat(37)), Some(true));
    }

    #[test]
    fn scaling_rounds_down_and_says_so() {
        let scaled = |text| number(text).floor_scaled(3);
        assert_eq!(scaled("1.5"), Some((1500, true)));
        assert_eq!(scaled("0"), Some((0, true)));
        assert_eq!(scaled("-0.0"), Some((0, true)));
        assert_eq!(scaled("1.0005"), Some((1000, false)));
        assert_eq!(scaled("1e-9"), Some((0, false)));
        assert_eq!(scaled("9e-4"), Some((0, false)));
        assert_eq!(scaled("12e3"), Some((12_000_000, true)));
        assert_eq!(scaled("-1"), None);
        assert_eq!(scaled("1e40"), None);
    }

    #[test]
    fn doubles_are_the_nearest() {
        assert_eq!(number("0.1").as_f64().to_bits(), 0.1_f64.to_bits());
        assert!(number("1e400").as_f64().is_infinite());
    }
}
