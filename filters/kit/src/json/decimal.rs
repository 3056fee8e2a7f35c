//! A number taken apart into sign, significant digits and exponent. The digits
//! stay in the text, so that no exponent, however large, costs memory.

use std::cmp::Ordering;

/// `digits × 10^exponent`, where the digits neither start nor end with `0`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decimal<'a> {
    negative: bool,
    /// Significant digits before the point.
    whole: &'a [u8],
    /// Significant digits after it.
    fraction: &'a [u8],
    /// Of the last significant digit.
    exponent: i64,
}

impl<'a> Decimal<'a> {
    /// The parts of `text`, which follows the grammar.
    pub(super) fn of(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (negative, bytes) = match bytes.split_first() {
            Some((b'-', rest)) => (true, rest),
            Some(_) | None => (false, bytes),
        };
        let (mantissa, exponent) = split(bytes, |byte| matches!(byte, b'e' | b'E'));
        let (whole, fraction) = split(mantissa, |byte| byte == b'.');
        let mut parts = Self {
            negative,
            whole: trim_start(whole),
            fraction: trim_end(fraction),
            exponent: signed(exponent),
        };
        parts.normalise();
        parts
    }

    fn normalise(&mut self) {
        self.exponent = self
            .exponent
            .wrapping_sub_unsigned(self.fraction.len() as u64);
        if self.fraction.is_empty() {
            let trimmed = trim_end(self.whole);
            let zeros = self.whole.len().wrapping_sub(trimmed.len());
            self.exponent = self.exponent.wrapping_add_unsigned(zeros as u64);
            self.whole = trimmed;
        }
        if self.whole.is_empty() {
            self.fraction = trim_start(self.fraction);
        }
    }

    fn is_zero(&self) -> bool {
        self.len() == 0
    }

    /// How many significant digits there are.
    fn len(&self) -> usize {
        self.whole.len().wrapping_add(self.fraction.len())
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole
            .iter()
            .chain(self.fraction)
            .map(|digit| digit.wrapping_sub(b'0'))
    }

    /// The exponent that the first digit has, plus one.
    fn top(&self) -> i64 {
        self.exponent.wrapping_add_unsigned(self.len() as u64)
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0 || self.is_zero()
    }

    pub(super) fn to_u64(self) -> Option<u64> {
        let magnitude = self.magnitude()?;
        (!self.negative || magnitude == 0).then_some(magnitude)
    }

    pub(super) fn to_i64(self) -> Option<i64> {
        let magnitude = self.magnitude()?;
        if self.negative {
            0_i64.checked_sub_unsigned(magnitude)
        } else {
            i64::try_from(magnitude).ok()
        }
    }

    /// The absolute value, if it is whole and fits.
    fn magnitude(&self) -> Option<u64> {
        if self.is_zero() {
            return Some(0);
        }
        if self.exponent < 0 || self.top() > 20 {
            return None;
        }
        let zeros = usize::try_from(self.exponent).ok()?;
        self.digits()
            .chain(std::iter::repeat_n(0, zeros))
            .try_fold(0_u64, |value, digit| {
                value.checked_mul(10)?.checked_add(u64::from(digit))
            })
    }

    /// See [`Number::floor_scaled`](super::number::Number::floor_scaled).
    pub(super) fn floor_scaled(self, places: u32) -> Option<(u128, bool)> {
        if self.is_zero() {
            return Some((0, true));
        }
        let top = self.top().checked_add(i64::from(places))?;
        if self.negative || top > 38 {
            return None;
        }
        // Digits that stand before the point then; the last of all is never `0`.
        let before = usize::try_from(top).unwrap_or(0);
        let exact = before >= self.len();
        let digits = self.digits().chain(std::iter::repeat(0)).take(before);
        let value = digits.fold(0_u128, |value, digit| {
            value.wrapping_mul(10).wrapping_add(u128::from(digit))
        });
        Some((value, exact && top >= 0))
    }

    pub(super) fn compare(&self, other: &Decimal<'_>) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.compare_magnitude(other),
            (-1, -1) => other.compare_magnitude(self),
            (left, right) => left.cmp(&right),
        }
    }

    fn sign(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Digits compare as texts do, since the first of each has the same weight
    /// and none ends in `0`.
    fn compare_magnitude(&self, other: &Decimal<'_>) -> Ordering {
        self.top()
            .cmp(&other.top())
            .then_with(|| self.digits().cmp(other.digits()))
    }

    /// With `n × 10^i` and `d × 10^j`: whether `d` divides `n × 10^(i-j)`.
    pub(super) fn is_multiple_of(&self, divisor: &Decimal<'_>) -> Option<bool> {
        if divisor.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(true);
        }
        let Ok(zeros) = u64::try_from(self.exponent.wrapping_sub(divisor.exponent)) else {
            // A power of ten would have to divide digits that don't end in `0`.
            return Some(false);
        };
        match divisor.significand()? {
            1 => Some(true),
            significand => Some(self.is_divisible(significand, zeros)),
        }
    }

    /// Whether `significand` divides the digits with `zeros` more behind them.
    fn is_divisible(&self, significand: u128, zeros: u64) -> bool {
        // It has fewer than 128 factors 2 and 5, so further zeros change nothing.
        let zeros = zeros.min(128) as usize;
        let mut digits = self.digits().chain(std::iter::repeat_n(0, zeros));
        match u64::try_from(significand) {
            Ok(narrow) if narrow < u64::MAX / 16 => remainder_narrow(&mut digits, narrow) == 0,
            Ok(_) | Err(_) => remainder_wide(&mut digits, significand) == 0,
        }
    }

    /// The digits as a number, where ten times it still fits.
    fn significand(&self) -> Option<u128> {
        if self.len() > 37 {
            return None;
        }
        Some(self.digits().fold(0_u128, |value, digit| {
            value.wrapping_mul(10).wrapping_add(u128::from(digit))
        }))
    }
}

fn remainder_narrow(digits: &mut dyn Iterator<Item = u8>, divisor: u64) -> u64 {
    digits.fold(0, |rest, digit| {
        let next = rest.wrapping_mul(10).wrapping_add(u64::from(digit));
        next.checked_rem(divisor).unwrap_or_default()
    })
}

fn remainder_wide(digits: &mut dyn Iterator<Item = u8>, divisor: u128) -> u128 {
    digits.fold(0, |rest, digit| {
        let next = rest.wrapping_mul(10).wrapping_add(u128::from(digit));
        next.checked_rem(divisor).unwrap_or_default()
    })
}

/// What stands before the first byte that `is_mark` takes, and after it.
fn split(bytes: &[u8], is_mark: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes
        .iter()
        .position(|byte| is_mark(*byte))
        .unwrap_or(bytes.len());
    let (before, rest) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    (before, rest.get(1..).unwrap_or_default())
}

fn trim_start(mut digits: &[u8]) -> &[u8] {
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    digits
}

fn trim_end(mut digits: &[u8]) -> &[u8] {
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    digits
}

/// The value of an exponent; an absent one is zero.
fn signed(text: &[u8]) -> i64 {
    let (sign, digits) = match text.split_first() {
        Some((b'-', rest)) => (-1, rest),
        Some((b'+', rest)) => (1, rest),
        Some(_) | None => (1, text),
    };
    // At most 32 bits: a number with more isn't made.
    digits.iter().fold(0_i64, |value, digit| {
        let digit = i64::from(digit.wrapping_sub(b'0')).wrapping_mul(sign);
        value.wrapping_mul(10).wrapping_add(digit)
    })
}
