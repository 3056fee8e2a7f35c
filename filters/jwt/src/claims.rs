//! The registered claims against the provider and the clock (RFC 7519 §4.1).
//!
//! Times are compared as exact decimals: `exp` at 1.5 s is not 1 s or 2 s.

use crate::policy::Provider;
use crate::reason;
use crate::token::Token;
use std::cmp::Ordering;
use std::time::Duration;
use tollgate_kit::json::{Node, Number, Value};
use tollgate_kit::reason::Reason;
use tollgate_kit::verdict::Denial;

type Checked = Result<(), Box<Denial>>;

/// Texts are texts: `iss`, `sub`, `jti`, and `aud` or its elements.
pub fn text_types(token: &Token<'_>) -> Checked {
    for name in ["iss", "sub", "jti"] {
        if token
            .claim(name)
            .is_some_and(|claim| claim.as_str().is_none())
        {
            return wrong_type(name, "a text");
        }
    }
    let Some(audience) = token.claim("aud") else {
        return Ok(());
    };
    let texts = match audience.value() {
        Value::String(_) => true,
        Value::Array(list) => list.iter().all(|element| element.as_str().is_some()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    };
    if texts {
        Ok(())
    } else {
        wrong_type("aud", "a text or a list of texts")
    }
}

/// One of the provider's audiences is among the token's.
pub fn audience(token: &Token<'_>, provider: &Provider) -> Checked {
    let accepted = |text: Option<&str>| {
        text.is_some_and(|text| provider.audiences.iter().any(|known| known == text))
    };
    let found = token
        .claim("aud")
        .is_some_and(|audience: Node<'_>| match audience.as_array() {
            Some(list) => list.iter().any(|element| accepted(element.as_str())),
            None => accepted(audience.as_str()),
        });
    if found {
        Ok(())
    } else {
        Err(Denial::new(
            &reason::AUDIENCE,
            "the token is for no accepted audience",
        ))
    }
}

/// What the provider requires is there.
pub fn required(token: &Token<'_>, provider: &Provider) -> Checked {
    match provider
        .require
        .iter()
        .find(|name| token.claim(name).is_none())
    {
        Some(name) => Err(Denial::new(
            &reason::CLAIM_MISSING,
            format!("the claim {name} is required"),
        )),
        None => Ok(()),
    }
}

/// `exp`, `nbf`, `iat` and the age, at `now` nanoseconds since 1970.
pub fn times(token: &Token<'_>, provider: &Provider, now: u64) -> Checked {
    for name in ["exp", "nbf", "iat"] {
        if let Some(claim) = token.claim(name)
            && !claim.as_number().is_some_and(is_numeric_date)
        {
            return wrong_type(name, "a number of seconds up to the year 9999");
        }
    }
    let time = |name: &str| token.claim(name).and_then(|claim| claim.as_number());
    let skew = &provider.clock_skew;
    if let Some(exp) = time("exp") {
        not_past(exp, skew.exp, now)?;
    }
    if let Some(nbf) = time("nbf") {
        not_ahead("nbf", nbf, skew.nbf, now, &reason::NOT_YET_VALID)?;
    }
    if let Some(iat) = time("iat") {
        not_ahead("iat", iat, skew.iat, now, &reason::ISSUED_IN_FUTURE)?;
        not_too_old(iat, provider.max_age, now)?;
    }
    Ok(())
}

/// "On or after" it a token is not accepted (RFC 7519 §4.1.4).
fn not_past(exp: Number<'_>, skew: Duration, now: u64) -> Checked {
    let Some(latest) = now.checked_sub(nanos(skew)) else {
        return Ok(());
    };
    if compare(exp, latest) == Ordering::Greater {
        return Ok(());
    }
    let (ago, skew) = (ago(exp, now), skew.as_secs());
    let detail = format!("exp was {ago} s ago, allowed skew {skew} s");
    Err(Denial::new(&reason::EXPIRED, detail))
}

/// RFC 7519 §4.1.5; `iat` alike, as no token is from later than it is.
fn not_ahead(
    name: &str,
    time: Number<'_>,
    skew: Duration,
    now: u64,
    reason: &'static Reason,
) -> Checked {
    if compare(time, now.saturating_add(nanos(skew))) != Ordering::Greater {
        return Ok(());
    }
    let (ahead, skew) = (ahead(time, now), skew.as_secs());
    let detail = format!("{name} is {ahead} s ahead, allowed skew {skew} s");
    Err(Denial::new(reason, detail))
}

/// At the greatest age itself a token passes.
fn not_too_old(iat: Number<'_>, max_age: Option<Duration>, now: u64) -> Checked {
    let Some(age) = max_age else {
        return Ok(());
    };
    let oldest = now.checked_sub(nanos(age));
    if oldest.is_none_or(|oldest| compare(iat, oldest) != Ordering::Less) {
        return Ok(());
    }
    let (ago, age) = (ago(iat, now), age.as_secs());
    let detail = format!("iat was {ago} s ago, at most {age} s are allowed");
    Err(Denial::new(&reason::TOO_OLD, detail))
}

/// The scopes of a token: `scope`, a text, comes before `scp`, a list or a text.
#[must_use]
pub fn scopes<'t>(token: &'t Token<'_>) -> Vec<&'t str> {
    let claim = token.claim("scope").or_else(|| token.claim("scp"));
    match claim.map(Node::value) {
        Some(Value::String(text)) => text.split(' ').collect(),
        Some(Value::Array(list)) => list.iter().filter_map(|element| element.as_str()).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => {
            Vec::new()
        }
    }
}

fn wrong_type(name: &str, expected: &str) -> Checked {
    Err(Denial::new(
        &reason::CLAIM_TYPE,
        format!("{name} must be {expected}"),
    ))
}

/// 0 to 253402300799, the end of the year 9999.
fn is_numeric_date(number: Number<'_>) -> bool {
    let bound = |text| Number::parse(text).map(|bound| number.compare(bound));
    bound("0") != Some(Ordering::Less) && bound("253402300799") != Some(Ordering::Greater)
}

/// A time in seconds against one in nanoseconds; uncomparable counts as far ahead.
fn compare(seconds: Number<'_>, nanos: u64) -> Ordering {
    let decimal = format!(
        "{}.{:09}",
        nanos / NANOS_PER_SECOND,
        nanos % NANOS_PER_SECOND
    );
    Number::parse(&decimal).map_or(Ordering::Greater, |moment| seconds.compare(moment))
}

fn ago(time: Number<'_>, now: u64) -> u64 {
    (now / NANOS_PER_SECOND).saturating_sub(whole(time))
}

fn ahead(time: Number<'_>, now: u64) -> u64 {
    whole(time).saturating_sub(now / NANOS_PER_SECOND)
}

/// Whole seconds, for people.
fn whole(time: Number<'_>) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the bounds of a NumericDate"
    )]
    let rounded = time.as_f64() as u64;
    time.as_u64().unwrap_or(rounded)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

const NANOS_PER_SECOND: u64 = 1_000_000_000;
