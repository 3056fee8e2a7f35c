//! Dates and times (RFC 3339 §5.6), durations (its appendix A).

/// `full-date`
pub(super) fn is_date(text: &str) -> bool {
    full_date(text.as_bytes()) == Some(b"")
}

/// `full-time`
pub(super) fn is_time(text: &str) -> bool {
    full_time(text.as_bytes()).is_some()
}

/// `date-time`
pub(super) fn is_date_time(text: &str) -> bool {
    match full_date(text.as_bytes()) {
        Some([b'T' | b't', time @ ..]) => full_time(time).is_some(),
        Some(_) | None => false,
    }
}

/// `duration`: units in order, each the next smaller one, or weeks alone.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    match (date, time) {
        ("", None) => false,
        ("", Some(time)) => units(time, b"HMS"),
        (date, None) => units(date, b"YMD") || units(date, b"W"),
        (date, Some(time)) => units(date, b"YMD") && units(time, b"HMS"),
    }
}

/// One or more numbers, each with its unit, without a gap between the units.
fn units(text: &str, units: &[u8]) -> bool {
    let mut rest = text.as_bytes();
    let mut expected: Option<usize> = None;
    while !rest.is_empty() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let Some((unit, after)) = rest.get(digits..).and_then(<[u8]>::split_first) else {
            return false;
        };
        let Some(place) = units.iter().position(|known| known == unit) else {
            return false;
        };
        if digits == 0 || expected.is_some_and(|expected| expected != place) {
            return false;
        }
        expected = Some(place.saturating_add(1));
        rest = after;
    }
    expected.is_some()
}

/// What follows the date.
fn full_date(text: &[u8]) -> Option<&[u8]> {
    let (year, rest) = number(text, 4)?;
    let (month, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

fn full_time(text: &[u8]) -> Option<()> {
    let (hour, rest) = number(text, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 2)?;
    let (second, rest) = number(rest.strip_prefix(b":")?, 2)?;
    let offset = offset(fraction(rest)?)?;
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let of_day = i32::try_from(hour.wrapping_mul(60).wrapping_add(minute)).ok()?;
    let in_utc = of_day.wrapping_sub(offset).rem_euclid(DAY);
    // A leap second is the last of a day in UTC (RFC 3339 §5.7).
    (second < 60 || in_utc == DAY.wrapping_sub(1)).then_some(())
}

/// What follows the fraction of a second, if there is one.
fn fraction(text: &[u8]) -> Option<&[u8]> {
    let Some(rest) = text.strip_prefix(b".") else {
        return Some(text);
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..).filter(|_| digits > 0)
}

/// The offset from UTC in minutes.
fn offset(text: &[u8]) -> Option<i32> {
    let (sign, rest) = match text {
        b"Z" | b"z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hour, rest) = number(rest, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 2)?;
    if hour > 23 || minute > 59 || !rest.is_empty() {
        return None;
    }
    let minutes = i32::try_from(hour.wrapping_mul(60).wrapping_add(minute)).ok()?;
    Some(minutes.wrapping_mul(sign))
}

/// A number of exactly `len` digits, and what follows it.
fn number(text: &[u8], len: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(len)?;
    let value = digits.iter().try_fold(0_u32, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| digit.wrapping_sub(b'0'))?;
        Some(value.wrapping_mul(10).wrapping_add(u32::from(digit)))
    })?;
    Some((value, rest))
}

const DAY: i32 = 24 * 60;
