//! `uniqueItems` (2020-12 validation §6.4.3). Elements are sorted by a digest
//! that equal values share, and compared only within one digest: large arrays are
//! cheap, and chosen collisions are paid for from the budget.

use super::Keyword;
use crate::budget::{Budget, Exhausted};
use crate::document::Compiler;
use crate::validator::{Check, Rule, Run, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Array, Node, Number, Value};

struct UniqueItems;

/// `uniqueItems`, which does nothing where it is false.
pub fn family<'a>(members: &mut Members<'a>, _compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if members.optional("uniqueItems").and_then(Setting::flag) == Some(true) {
        rules.push(Rule::on(Types::ARRAY, UniqueItems));
    }
}

impl Keyword for UniqueItems {
    fn name(&self) -> &'static str {
        "uniqueItems"
    }

    fn message(&self) -> String {
        "must not have two equal elements".to_owned()
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        match value.as_array() {
            Some(array) => is_unique(array, run.budget),
            None => Ok(true),
        }
    }
}

fn is_unique(array: Array<'_>, budget: &mut Budget) -> Check {
    let mut elements = Vec::with_capacity(array.len());
    for element in array {
        elements.push((digest(element, budget)?, element));
    }
    elements.sort_unstable_by_key(|(digest, _)| *digest);
    for group in elements.chunk_by(|left, right| left.0 == right.0) {
        for (at, (_, left)) in group.iter().enumerate() {
            for (_, right) in group.iter().skip(at.saturating_add(1)) {
                budget.spend(1)?;
                budget.spend_on_text(left.source().len())?;
                if left.equals(*right) {
                    return Ok(false);
                }
            }
        }
    }
    Ok(true)
}

/// A number that equal values share. Recursion is bounded by the depth that
/// documents may have.
fn digest(value: Node<'_>, budget: &mut Budget) -> Result<u64, Exhausted> {
    budget.spend(1)?;
    Ok(match value.value() {
        Value::Null => 1,
        Value::Bool(flag) => 2 | u64::from(flag),
        Value::Number(number) => digits(number),
        Value::String(text) => {
            budget.spend_on_text(text.len())?;
            fold(4, text.bytes())
        }
        Value::Array(array) => {
            let mut sum = 5;
            for element in array {
                sum = mix(sum, digest(element, budget)?);
            }
            sum
        }
        Value::Object(object) => {
            // A sum, as the order of members means nothing.
            let mut sum: u64 = 6;
            for (name, member) in object {
                budget.spend_on_text(name.len())?;
                let member = mix(fold(7, name.bytes()), digest(member, budget)?);
                sum = sum.wrapping_add(member);
            }
            sum
        }
    })
}

/// The significant digits, which all spellings of a number share.
fn digits(number: Number<'_>) -> u64 {
    let mantissa = number
        .text()
        .bytes()
        .take_while(|byte| !matches!(byte, b'e' | b'E'));
    let digits = mantissa
        .filter(u8::is_ascii_digit)
        .skip_while(|digit| *digit == b'0');
    let mut sum = 8;
    let mut zeros = 0_u32;
    for digit in digits {
        if digit == b'0' {
            zeros = zeros.saturating_add(1);
            continue;
        }
        sum = fold(sum, std::iter::repeat_n(b'0', zeros as usize));
        sum = fold(sum, std::iter::once(digit));
        zeros = 0;
    }
    sum
}

fn fold(seed: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(seed, |sum, byte| mix(sum, u64::from(byte)))
}

/// FNV-1a's step on words, with a rotation so that the high bits count.
const fn mix(sum: u64, value: u64) -> u64 {
    (sum.rotate_left(5) ^ value).wrapping_mul(0x100_0000_01b3)
}
