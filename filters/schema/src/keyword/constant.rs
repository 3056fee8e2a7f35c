//! `enum` and `const` (2020-12 validation §6.1.2, §6.1.3): the value is one of
//! those written down, numbers by value and objects without regard to order.

use super::Keyword;
use crate::document::{Compiler, Dialect};
use crate::validator::{Check, Rule, Run, Types};
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::fields::same;
use tollgate_kit::json::{Limits, Node, OwnedDocument};

struct Constant {
    name: &'static str,
    /// What most lists are made of; compared without a document.
    strings: Box<[Box<str>]>,
    /// An array of the rest.
    others: Option<OwnedDocument>,
    /// What comparing with all of the rest costs, as bytes of text.
    weight: usize,
}

/// `enum`, and `const` where the dialect has it.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    if let Some(list) = members.optional("enum").and_then(Setting::list) {
        rules.extend(constant("enum", &list));
    }
    if compiler.dialect == Dialect::V31
        && let Some(setting) = members.optional("const")
    {
        rules.extend(constant("const", &[setting]));
    }
}

fn constant(name: &'static str, values: &[Setting<'_>]) -> Option<Rule> {
    let strings = values.iter().filter_map(|value| value.node.as_str());
    let others: Vec<&str> = values
        .iter()
        .filter(|value| value.node.as_str().is_none())
        .map(|value| value.node.source())
        .collect();
    let document = if others.is_empty() {
        None
    } else {
        // Its parts were accepted already, under narrower bounds.
        let text = format!("[{}]", others.join(","));
        match OwnedDocument::parse(text.into_bytes(), &UNBOUNDED) {
            Ok(document) => Some(document),
            Err(error) => {
                values
                    .first()?
                    .fault(format!("the value cannot be kept: {error}"));
                return None;
            }
        }
    };
    let weight = |text: &&str| text.len().saturating_add(A_COMPARISON);
    let constant = Constant {
        name,
        weight: others.iter().map(weight).sum(),
        strings: strings.map(Box::from).collect(),
        others: document,
    };
    Some(Rule::on(Types::ALL, constant))
}

impl Constant {
    fn others(&self) -> impl Iterator<Item = Node<'_>> {
        let array = self
            .others
            .as_ref()
            .and_then(|document| document.root().as_array());
        array.into_iter().flatten()
    }
}

impl Keyword for Constant {
    fn name(&self) -> &'static str {
        self.name
    }

    fn message(&self) -> String {
        let strings = self.strings.iter().map(|text| format!("{text:?}"));
        let others = self.others().map(|node| node.source().to_owned());
        let mut list = strings.chain(others).collect::<Vec<_>>().join(", ");
        if let Some((end, _)) = list.char_indices().nth(MAX_LIST) {
            list.truncate(end);
            list.push('…');
        }
        match self.name {
            "const" => format!("must be {list}"),
            _ => format!("must be one of {list}"),
        }
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        if let Some(text) = value.as_str() {
            run.budget.spend_on_text(self.strings.len())?;
            return Ok(self
                .strings
                .iter()
                .any(|known| same(known.as_bytes(), text.as_bytes())));
        }
        run.budget.spend_on_text(self.weight)?;
        Ok(self.others().any(|known| known.equals(value)))
    }
}

const UNBOUNDED: Limits = Limits {
    depth: usize::MAX,
    keys: usize::MAX,
    string: usize::MAX,
    number_digits: usize::MAX,
    exponent: u32::MAX,
    ..Limits::DEFAULT
};

/// What comparing with one value costs besides reading it, as bytes of text.
const A_COMPARISON: usize = 8;

/// Characters of the list that a message shows.
const MAX_LIST: usize = 160;
