//! Figures: short for the eye, exact for whoever takes them further.

use maud::{Markup, html};

use crate::bench::statistics::Estimate;

/// What stands where there is no figure.
const NOTHING: &str = "–";

/// With so many decimals; a `data` element has the figure itself.
pub fn figure(value: f64, decimals: usize) -> Markup {
    in_unit(value, 1.0, decimals)
}

/// In a unit of `size`; the `data` element has it as it was recorded.
pub fn in_unit(value: f64, size: f64, decimals: usize) -> Markup {
    match value.is_finite() {
        true => html! { data value=(value) { (text(value / size, decimals)) } },
        false => html! { (NOTHING) },
    }
}

/// A whole number.
pub fn whole(value: impl TryInto<u64>) -> Markup {
    match value.try_into() {
        Ok(value) => html! { data value=(value) { (grouped(&value.to_string())) } },
        Err(_) => html! { (NOTHING) },
    }
}

/// Bytes as megabytes.
pub fn megabytes(bytes: u64) -> Markup {
    html! { data value=(bytes) { (text(bytes as f64 / 1e6, 1)) } }
}

/// The figure, where there is one.
pub fn maybe(value: Option<Markup>) -> Markup {
    value.unwrap_or_else(|| html! { (NOTHING) })
}

/// An interval.
pub fn interval(estimate: &Estimate, decimals: usize) -> Markup {
    html! { (figure(estimate.low, decimals)) " to " (figure(estimate.high, decimals)) }
}

/// The same, where there is no markup.
pub fn interval_text(estimate: &Estimate, decimals: usize) -> String {
    let [low, high] = [estimate.low, estimate.high].map(|end| text(end, decimals));
    format!("{low} to {high}")
}

/// With so many decimals, in groups of three digits.
pub fn text(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let digits = format!("{:.decimals$}", value.abs());
    let is_nothing = digits.bytes().all(|byte| byte == b'0' || byte == b'.');
    let sign = if value < 0.0 && !is_nothing {
        "−"
    } else {
        ""
    };
    format!("{sign}{}", grouped(&digits))
}

/// What is added: with its sign.
pub fn signed(value: f64, decimals: usize) -> String {
    match value > 0.0 && value.is_finite() {
        true => format!("+{}", text(value, decimals)),
        false => text(value, decimals),
    }
}

fn grouped(digits: &str) -> String {
    let (whole, rest) = match digits.find('.') {
        Some(point) => digits.split_at(point),
        None => (digits, ""),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_and_nothing_has_no_sign() {
        let cases = [
            (0.0, "0.0"),
            (-0.04, "0.0"),
            (-1.25, "−1.2"),
            (999.94, "999.9"),
            (1234.0, "1,234.0"),
            (-1_234_567.0, "−1,234,567.0"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
        ];
        for (value, shown) in cases {
            assert_eq!(text(value, 1), shown, "{value}");
        }
        assert_eq!(signed(2.5, 1), "+2.5");
    }
}
