//! `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` (2020-12
//! validation §6.2), compared exactly. In OpenAPI 3.0 the latter two are flags of
//! the former.

use super::Keyword;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Rule, Run, Types};
use std::cmp::Ordering;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::json::{Node, Number};

struct Bound {
    side: Side,
    text: Box<str>,
    /// The bound, where it is a whole number of usual size.
    whole: Option<i64>,
}

#[derive(Clone, Copy)]
enum Side {
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
}

/// The four bounds.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let minimum = members.optional("minimum");
    let maximum = members.optional("maximum");
    let above = members.optional("exclusiveMinimum");
    let below = members.optional("exclusiveMaximum");
    let bounds = match compiler.dialect {
        Dialect::V30 => {
            let flag =
                |setting: Option<Setting<'_>>| setting.and_then(Setting::flag).unwrap_or(false);
            let low = if flag(above) {
                Side::ExclusiveMinimum
            } else {
                Side::Minimum
            };
            let high = if flag(below) {
                Side::ExclusiveMaximum
            } else {
                Side::Maximum
            };
            [(low, minimum), (high, maximum), (low, None), (high, None)]
        }
        Dialect::V31 => [
            (Side::Minimum, minimum),
            (Side::Maximum, maximum),
            (Side::ExclusiveMinimum, above),
            (Side::ExclusiveMaximum, below),
        ],
    };
    for (side, setting) in bounds {
        rules.extend(setting.and_then(|setting| bound(side, &setting)));
    }
}

fn bound(side: Side, setting: &Setting<'_>) -> Option<Rule> {
    let Some(number) = setting.node.as_number() else {
        return setting.expected("a number");
    };
    let bound = Bound {
        side,
        text: number.text().into(),
        whole: number.as_i64(),
    };
    Some(Rule::on(Types::NUMBER, bound))
}

impl Bound {
    fn compare(&self, number: Number<'_>) -> Option<Ordering> {
        let quickly = self.whole.and_then(|bound| number.compare_to_whole(bound));
        quickly.or_else(|| Some(number.compare(Number::parse(&self.text)?)))
    }
}

impl Keyword for Bound {
    fn name(&self) -> &'static str {
        match self.side {
            Side::Minimum => "minimum",
            Side::Maximum => "maximum",
            Side::ExclusiveMinimum => "exclusiveMinimum",
            Side::ExclusiveMaximum => "exclusiveMaximum",
        }
    }

    fn message(&self) -> String {
        let relation = match self.side {
            Side::Minimum => "at least",
            Side::Maximum => "at most",
            Side::ExclusiveMinimum => "greater than",
            Side::ExclusiveMaximum => "less than",
        };
        format!("must be {relation} {}", self.text)
    }

    fn check(&self, value: Node<'_>, _run: &mut Run<'_>) -> Check {
        let Some(number) = value.as_number() else {
            return Ok(true);
        };
        let Some(order) = self.compare(number) else {
            return Ok(false);
        };
        Ok(match self.side {
            Side::Minimum => order.is_ge(),
            Side::Maximum => order.is_le(),
            Side::ExclusiveMinimum => order.is_gt(),
            Side::ExclusiveMaximum => order.is_lt(),
        })
    }
}
