//! References, and what is spelled like them: each made one within the document.

use super::super::document::{Node, Value};
use super::super::grammar::Kind;
use super::file::DOCUMENT;
use super::target::Target;
use super::{Bundler, Here, Waiting};

/// References that lead to references; more than anyone has.
const MAX_HOPS: usize = 32;

impl Bundler<'_> {
    /// The value of `$ref` in an object of that kind.
    pub(super) fn reference(&mut self, node: &mut Node, kind: Kind, here: &Here) {
        let Some(text) = node.as_text() else {
            return;
        };
        // Where identifiers are, they come first.
        if here.file == DOCUMENT && (text.starts_with('#') || self.names.is_identifier(text)) {
            return;
        }
        let mark = node.mark;
        let found = self.target(text, mark, here);
        if let Some(to) = found.and_then(|target| self.place(target, kind, node, here)) {
            node.value = Value::Text(to);
        }
    }

    /// The values of a discriminator's `mapping`: names of schemas, or references
    /// (OpenAPI 3.1 §4.8.25).
    pub(super) fn mapping(&mut self, node: &mut Node, here: &Here) {
        let Value::Map(members) = &mut node.value else {
            return;
        };
        for member in members {
            let is_name = |text: &str| {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
                text.chars().all(is_plain)
            };
            let here = here.member(&member.name);
            let Some(text) = member.value.as_text() else {
                continue;
            };
            if !is_name(text) {
                self.reference(&mut member.value, Kind::Schema, &here);
                continue;
            }
            let target = Target {
                file: here.file,
                pointer: format!("/components/schemas/{text}"),
            };
            if self.files.at(target.file, &target.pointer).is_some()
                && let Some(to) = self.place(target, Kind::Schema, &member.value, &here)
            {
                member.value.value = Value::Text(to);
            }
        }
    }

    /// The reference within the document to a part of a file; `node` is the one
    /// that is to be replaced.
    fn place(&mut self, target: Target, kind: Kind, node: &Node, here: &Here) -> Option<String> {
        let target = self.end(target, kind, node, here)?;
        if target.file == DOCUMENT {
            return Some(format!("#{}", target.pointer));
        }
        if let Some(known) = self.placed.get(&(target.clone(), kind)) {
            return Some(known.clone());
        }
        let Some(section) = kind.section() else {
            self.fault(node.mark, here, "nothing can be referred to here", None);
            return None;
        };
        let wanted = target.last();
        let wanted = wanted.unwrap_or_else(|| self.files.stem(target.file).to_owned());
        let name = self.names.take(section, &wanted);
        let to = format!("#/components/{section}/{name}");
        self.placed.insert((target.clone(), kind), to.clone());
        self.waiting.push(Waiting {
            target,
            kind,
            section,
            name,
        });
        Some(to)
    }

    /// Where a reference to a reference ends. Schemas are followed by the filter:
    /// they may say more beside it.
    fn end(&mut self, target: Target, kind: Kind, node: &Node, here: &Here) -> Option<Target> {
        let mut target = target;
        for _ in 0..MAX_HOPS {
            let next = self.files.at(target.file, &target.pointer);
            let next = next.and_then(|node| node.get("$ref")).cloned();
            let Some(next) = next.filter(|_| kind != Kind::Schema) else {
                return Some(target);
            };
            let at = Here {
                file: target.file,
                path: target.path(),
                inlined: 0,
            };
            target = self.target(next.as_text()?, next.mark, &at.member("$ref"))?;
        }
        self.fault(node.mark, here, "leads back to itself", None);
        None
    }
}
