//! Brings what a document refers to in other files into the document, below
//! `components` (OpenAPI 3.1 §4.6): the filter takes one document.
//!
//! What nothing is decided by (examples, links, callbacks) is left as it is.

mod file;
mod name;
mod reference;
mod target;

use std::collections::HashMap;
use std::path::Path;

use self::file::{DOCUMENT, Files};
use self::name::{Names, members};
use self::target::Target;
use super::document::{Mark, Member, Node, Value};
use super::grammar::{Kind, Part};
use super::report::Finding;
use super::source::Sources;
use tollgate_kit::config::member_path;

/// What came of bringing files in.
#[derive(Debug, Default)]
pub struct Bundled {
    /// What is wrong.
    pub findings: Vec<(Mark, Finding)>,
    /// Where in the document a part of another file went, and its path there.
    pub moved: Vec<(String, String)>,
}

/// Brings into `document`, which stands in `file` at `path`, what it refers to.
pub fn bundle(document: &mut Node, file: &Path, path: &str, sources: &mut Sources) -> Bundled {
    let mut bundler = Bundler {
        names: Names::new(document),
        files: Files::new(file),
        sources,
        placed: HashMap::new(),
        waiting: Vec::new(),
        bundled: Bundled::default(),
    };
    let here = Here {
        file: DOCUMENT,
        path: path.to_owned(),
        inlined: 0,
    };
    bundler.take_names(document, &here);
    bundler.object(document, Kind::Document, &here);
    while let Some(part) = bundler.waiting.pop() {
        bundler.bring(document, part);
    }
    bundler.bundled
}

struct Bundler<'s> {
    sources: &'s mut Sources,
    files: Files,
    names: Names,
    /// Where a part of a file is in the document.
    placed: HashMap<(Target, Kind), String>,
    waiting: Vec<Waiting>,
    bundled: Bundled,
}

/// A part of a file that belongs into the document.
struct Waiting {
    target: Target,
    kind: Kind,
    section: &'static str,
    name: String,
}

/// Where a walk is: in which file, by which path.
#[derive(Debug, Clone)]
struct Here {
    file: usize,
    path: String,
    /// How many times what stands here was put in place of a reference.
    inlined: usize,
}

/// Lists of objects that are in other files, one within another.
const MAX_INLINED: usize = 16;

// === impl Bundler ===

impl Bundler<'_> {
    /// An object, which may be a reference.
    fn object(&mut self, node: &mut Node, kind: Kind, here: &Here) {
        let Value::Map(members) = &mut node.value else {
            return;
        };
        let is_resource = kind == Kind::Schema && members.iter().any(|member| member.name == "$id");
        if is_resource && here.file == DOCUMENT {
            // References in it are relative to its identifier: the filter follows them.
            return;
        }
        if here.file != DOCUMENT && kind == Kind::Schema {
            // References are by file and place from here on.
            members.retain(|member| !matches!(&*member.name, "$id" | "$anchor"));
        }
        for member in members {
            let at = here.member(&member.name);
            if member.name == "$ref" {
                self.reference(&mut member.value, kind, &at);
                continue;
            }
            match kind.part(&member.name) {
                Part::One(kind) => self.object(&mut member.value, kind, &at),
                Part::List(kind) => self.list(&mut member.value, kind, &at),
                Part::Map(kind) | Part::Patterned(kind) => self.map(&mut member.value, kind, &at),
                Part::Data if kind == Kind::Discriminator && member.name == "mapping" => {
                    self.mapping(&mut member.value, &at);
                }
                Part::Data | Part::Note => {}
            }
        }
    }

    fn list(&mut self, node: &mut Node, kind: Kind, here: &Here) {
        if let Value::List(items) = &mut node.value {
            for (at, item) in items.iter_mut().enumerate() {
                let here = Here {
                    path: format!("{}[{at}]", here.path),
                    ..here.clone()
                };
                self.object(item, kind, &here);
            }
        }
    }

    /// Objects by name; people put a reference where the names would be, too.
    fn map(&mut self, node: &mut Node, kind: Kind, here: &Here) {
        let here = self.inline(node, here);
        if let Value::Map(members) = &mut node.value {
            for member in members {
                self.object(&mut member.value, kind, &here.member(&member.name));
            }
        }
    }

    /// Puts objects by name where a reference to them stands, and tells where they
    /// are from.
    fn inline(&mut self, node: &mut Node, here: &Here) -> Here {
        let mut here = here.clone();
        while let Some((target, content)) = self.elsewhere(node, &here) {
            here = Here {
                file: target.file,
                path: target.path(),
                inlined: here.inlined + 1,
            };
            *node = content;
        }
        here
    }

    /// Takes the names that the document has below `components`.
    fn take_names(&mut self, document: &Node, here: &Here) {
        let here = here.member("components");
        for (section, content) in members(document.get("components")) {
            let mut content = content.clone();
            self.inline(&mut content, &here.member(section));
            for (name, _) in members(Some(&content)) {
                self.names.take(section, name);
            }
        }
    }

    /// The map that stands elsewhere, where a reference stands in place of it.
    fn elsewhere(&mut self, node: &Node, here: &Here) -> Option<(Target, Node)> {
        let reference = node.get("$ref")?;
        let text = reference.as_text()?;
        if here.file == DOCUMENT && text.starts_with('#') {
            return None;
        }
        let at = here.member("$ref");
        if here.inlined >= MAX_INLINED {
            self.fault(reference.mark, &at, "leads back to itself", None);
            return None;
        }
        let target = self.target(text, reference.mark, &at)?;
        if target.file == DOCUMENT {
            self.fault(reference.mark, &at, BACK, None);
            return None;
        }
        let content = self.files.at(target.file, &target.pointer)?.clone();
        Some((target, content))
    }

    /// Puts a part of a file where references to it lead.
    fn bring(&mut self, document: &mut Node, part: Waiting) {
        let Some(mut node) = self
            .files
            .at(part.target.file, &part.target.pointer)
            .cloned()
        else {
            return;
        };
        let here = Here {
            file: part.target.file,
            path: part.target.path(),
            inlined: 0,
        };
        self.object(&mut node, part.kind, &here);
        let to = member_path(&format!("components.{}", part.section), &part.name);
        self.bundled.moved.push((to, here.path));
        let components = member(document, "components");
        let section = member(components, part.section);
        if let Value::Map(members) = &mut section.value {
            members.push(Member {
                mark: node.mark,
                name: part.name,
                value: node,
            });
        }
    }

    fn fault(&mut self, mark: Mark, here: &Here, message: impl Into<String>, hint: Option<&str>) {
        let severity = super::report::Severity::Error;
        let mut finding = self.sources.finding(severity, mark, &here.path, message);
        finding.hint = hint.map(str::to_owned);
        let finding = (mark, finding);
        if !self.bundled.findings.contains(&finding) {
            self.bundled.findings.push(finding);
        }
    }
}

const BACK: &str = "objects of the document itself cannot stand here";

/// The member of that name, an object; put there where it is missing.
fn member<'n>(node: &'n mut Node, name: &str) -> &'n mut Node {
    let mark = node.mark;
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Vec::new());
    }
    let Value::Map(members) = &mut node.value else {
        unreachable!("it was made one");
    };
    let at = members.iter().position(|member| member.name == name);
    let at = at.unwrap_or_else(|| {
        members.push(Member {
            name: name.to_owned(),
            mark,
            value: Node {
                mark,
                value: Value::Map(Vec::new()),
            },
        });
        members.len() - 1
    });
    &mut members[at].value
}

// === impl Here ===

impl Here {
    fn member(&self, name: &str) -> Self {
        Self {
            path: member_path(&self.path, name),
            ..self.clone()
        }
    }
}
