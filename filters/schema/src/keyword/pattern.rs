//! `pattern` (2020-12 validation §6.3.3): it matches somewhere in the string.

use super::Keyword;
use crate::document::Compiler;
use crate::pattern::Pattern;
use crate::validator::{Check, Rule, Run, Types};
use std::rc::Rc;
use tollgate_kit::config::Members;
use tollgate_kit::json::Node;

struct Matches {
    pattern: Rc<Pattern>,
}

/// `pattern`.
pub fn family<'a>(members: &mut Members<'a>, compiler: &mut Compiler<'a>, rules: &mut Vec<Rule>) {
    let Some(setting) = members.optional("pattern") else {
        return;
    };
    let Some(text) = setting.node.as_str() else {
        return setting.expected::<()>("a text").unwrap_or_default();
    };
    if let Some(pattern) = compiler.pattern(text, &setting) {
        rules.push(Rule::on(Types::STRING, Matches { pattern }));
    }
}

impl Keyword for Matches {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn message(&self) -> String {
        let text: String = self.pattern.text().chars().take(MAX_TEXT).collect();
        format!("must match the pattern {text}")
    }

    fn check(&self, value: Node<'_>, run: &mut Run<'_>) -> Check {
        match value.as_str() {
            Some(text) => self.pattern.matches(text, run.budget),
            None => Ok(true),
        }
    }
}

/// Characters of the pattern that a message shows.
const MAX_TEXT: usize = 160;
