//! Formats of numbers (OpenAPI 3.0.3 §4.4): their ranges, compared exactly.

use std::cmp::Ordering;
use tollgate_kit::json::Number;

/// A whole number of 32 bits with sign.
pub(super) fn is_int32(number: Number<'_>) -> bool {
    number
        .as_i64()
        .is_some_and(|value| i32::try_from(value).is_ok())
}

/// A whole number of 64 bits with sign.
pub(super) fn is_int64(number: Number<'_>) -> bool {
    number.as_i64().is_some()
}

/// Within the range of a single-precision number; how precise it is can't be told.
pub(super) fn is_float(number: Number<'_>) -> bool {
    is_within(number, "3.4028234663852886e38", "-3.4028234663852886e38")
}

/// Within the range of a double-precision number.
pub(super) fn is_double(number: Number<'_>) -> bool {
    is_within(number, "1.7976931348623157e308", "-1.7976931348623157e308")
}

fn is_within(number: Number<'_>, most: &str, least: &str) -> bool {
    let order = |bound: &str| Number::parse(bound).map(|bound| number.compare(bound));
    matches!(order(most), Some(Ordering::Less | Ordering::Equal))
        && matches!(order(least), Some(Ordering::Greater | Ordering::Equal))
}
