//! `multipleOf` (2020-12 validation §6.2.1), exactly: `0.3` is a multiple of
//! `0.1`.

use super::Keyword;
use crate::document::Compiler;
use crate::validator::{Check, Rule, Run, Types};
use std::cmp::Ordering;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Node, Number};

struct MultipleOf {
    divisor: Box<str>,
}

/// `multipleOf`.
pub fn family<'a>(members: &mut Members<'a>, _compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    rules.extend(
        members
            .optional("multipleOf")
            .and_then(|setting| compile(&setting)),
    );
}

fn compile(setting: &Setting<'_>) -> Option<Rule> {
    let zero = Number::parse("0")?;
    let positive = |number: &Number<'_>| number.compare(zero) == Ordering::Greater;
    let Some(divisor) = setting.node.as_number().filter(positive) else {
        return setting.expected("a number greater than 0");
    };
    // Only a divisor of too many digits leaves the question open.
    if Number::parse("1")?.is_multiple_of(divisor).is_none() {
        return setting.expected("a number of at most 37 significant digits");
    }
    let keyword = MultipleOf {
        divisor: divisor.text().into(),
    };
    Some(Rule::on(Types::NUMBER, keyword))
}

impl Keyword for MultipleOf {
    fn name(&self) -> &'static str {
        "multipleOf"
    }

    fn message(&self) -> String {
        format!("must be a multiple of {}", self.divisor)
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        let Some(number) = value.as_number() else {
            return Ok(true);
        };
        run.budget.spend(steps(number))?;
        let divisor = Number::parse(&self.divisor);
        Ok(divisor.and_then(|divisor| number.is_multiple_of(divisor)) == Some(true))
    }
}

/// Each digit is a division, and so is each zero that an exponent stands for.
fn steps(number: Number<'_>) -> u32 {
    match number.text().contains(['e', 'E']) {
        true => 32,
        false => 4,
    }
}
