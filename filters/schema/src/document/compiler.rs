//! Compiles schema objects, each once however many references lead to it.
//!
//! Schemas wait on a list instead of being compiled within one another, so that
//! no document, however deep, costs stack.

use super::operation::Options;
use super::reference::{self, Target};
use crate::keyword::{self, Access, FAMILIES};
use crate::pattern::Pattern;
use crate::policy::Tolerance;
use crate::validator::{Schema, SchemaId, Types, Validator};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::{Kind, Node};

/// Which JSON Schema a document means by its schema objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAPI 3.0's own.
    V30,
    /// 2020-12, as OpenAPI 3.1 has it.
    V31,
}

/// The compilation of one document.
#[derive(Debug)]
pub struct Compiler<'a> {
    /// The document's dialect.
    pub dialect: Dialect,
    pub(super) options: Options,
    pub(super) root: Setting<'a>,
    schemas: Vec<Schema>,
    pending: Vec<(SchemaId, Setting<'a>)>,
    by_pointer: BTreeMap<String, SchemaId>,
    patterns: BTreeMap<String, Option<Rc<Pattern>>>,
    /// Schemas that apply others to the same value, and where they stand.
    in_place: Vec<(SchemaId, String)>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(root: Setting<'a>, dialect: Dialect, options: Options) -> Self {
        Self {
            dialect,
            options,
            root,
            schemas: Vec::new(),
            pending: Vec::new(),
            by_pointer: BTreeMap::new(),
            patterns: BTreeMap::new(),
            in_place: Vec::new(),
        }
    }

    /// A schema of an operation, with all that it leads to.
    pub(super) fn root_schema(&mut self, setting: Setting<'a>) -> SchemaId {
        let id = self.schema(setting);
        while let Some((id, setting)) = self.pending.pop() {
            let before = self.pending.len();
            let schema = self.compile(id, setting);
            if let Some(slot) = self.schemas.get_mut(id.index()) {
                *slot = schema;
            }
            // The first child next, so that faults come in the document's order.
            if let Some(children) = self.pending.get_mut(before..) {
                children.reverse();
            }
        }
        id
    }

    /// The id of a schema within another, which is compiled later.
    pub fn schema(&mut self, setting: Setting<'a>) -> SchemaId {
        match self.alias(&setting) {
            Some(reference) => match self.referenced_schema(&reference) {
                Some(id) => id,
                None => self.reserve(),
            },
            None => {
                let id = self.reserve();
                self.pending.push((id, setting));
                id
            }
        }
    }

    /// The schema that the text of a `$ref` names; `None` after a fault.
    pub fn referenced_schema(&mut self, reference: &Setting<'a>) -> Option<SchemaId> {
        let target = self.target(reference)?;
        if let Some(id) = self.by_pointer.get(&target.pointer) {
            return Some(*id);
        }
        let id = self.reserve();
        self.by_pointer.insert(target.pointer, id);
        self.pending.push((id, target.setting));
        Some(id)
    }

    /// A compiled pattern, once for each text.
    pub fn pattern(&mut self, text: &str, setting: &Setting<'_>) -> Option<Rc<Pattern>> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        let pattern = match Pattern::compile(text) {
            Ok(pattern) => Some(Rc::new(pattern)),
            Err(fault) => {
                setting.fault(fault.to_string());
                None
            }
        };
        self.patterns.insert(text.to_owned(), pattern.clone());
        pattern
    }

    /// The direction in which a property's schema lets it go.
    #[must_use]
    pub fn access(&self, setting: &Setting<'a>) -> Access {
        let own = match (self.dialect, setting.node.get("$ref")) {
            (Dialect::V30, Some(_)) => Access::Both,
            (Dialect::V30 | Dialect::V31, _) => keyword::access(setting.node),
        };
        let found = match own {
            Access::Both => self
                .resolved(setting.node)
                .map_or(Access::Both, keyword::access),
            Access::ReadOnly | Access::ReadOnlyTolerated | Access::WriteOnly => own,
        };
        match (found, self.options.read_only) {
            (Access::ReadOnly, Tolerance::Allow) => Access::ReadOnlyTolerated,
            (found, Tolerance::Allow | Tolerance::Deny) => found,
        }
    }

    /// Refuses a `$schema` or `jsonSchemaDialect` other than 3.1's.
    pub fn expect_dialect(&self, setting: &Setting<'_>) {
        let text = setting.node.as_str().unwrap_or_default();
        if !DIALECTS.contains(&text.trim_end_matches('#')) {
            setting.fault("expected the dialect of OpenAPI 3.1 or JSON Schema 2020-12; others are not enforced");
        }
    }

    /// The validator of all schemas.
    pub(super) fn finish(self) -> Validator {
        let validator = Validator::new(self.schemas);
        let mut marks = Marks::new(&validator);
        for (id, path) in &self.in_place {
            if marks.is_on_a_cycle(*id) {
                self.root
                    .faults()
                    .add(path, "leads back to itself without going into the value");
            }
        }
        validator
    }

    /// The node behind a `$ref`, if there is one and it leads somewhere; what is
    /// wrong with it is reported elsewhere.
    pub(super) fn resolved(&self, mut node: Node<'a>) -> Option<Node<'a>> {
        for _ in 0..MAX_HOPS {
            match node.get("$ref").and_then(Node::as_str) {
                Some(text) => node = self.root.node.pointer(text.strip_prefix('#')?)?,
                None => return Some(node),
            }
        }
        None
    }

    /// The `$ref` of a schema object that is nothing else.
    fn alias(&self, setting: &Setting<'a>) -> Option<Setting<'a>> {
        let object = setting.node.as_object()?;
        let node = object.get("$ref")?;
        let alone = self.dialect == Dialect::V30 || object.len() == 1;
        let path = member_path(&setting.path, "$ref");
        alone.then(|| Setting::root(node, &path, setting.faults()))
    }

    /// Follows a `$ref`, and those that it leads to.
    fn target(&self, reference: &Setting<'a>) -> Option<Target<'a>> {
        let mut target = reference::follow(&self.root, reference)?;
        for _ in 0..MAX_HOPS {
            match self.alias(&target.setting) {
                Some(next) => target = reference::follow(&self.root, &next)?,
                None => return Some(target),
            }
        }
        reference.fault("leads back to itself");
        None
    }

    fn compile(&mut self, id: SchemaId, setting: Setting<'a>) -> Schema {
        if self.dialect == Dialect::V31
            && let Some(all) = setting.node.as_bool()
        {
            return Schema {
                types: if all { Types::ALL } else { Types::NONE },
                rules: Vec::new(),
            };
        }
        if setting.node.kind() != Kind::Object {
            setting
                .expected::<()>("a schema object")
                .unwrap_or_default();
            return Schema::default();
        }
        let path = setting.path.clone();
        let Some(mut members) = setting.object() else {
            return Schema::default();
        };
        let mut schema = Schema {
            types: keyword::types(&mut members, self),
            rules: Vec::new(),
        };
        for family in FAMILIES {
            family(&mut members, self, &mut schema.rules);
        }
        members.finish_extensible();
        if schema
            .rules
            .iter()
            .any(|rule| !rule.keyword.in_place().is_empty())
        {
            self.in_place.push((id, path));
        }
        schema
    }

    fn reserve(&mut self) -> SchemaId {
        let id = SchemaId::new(self.schemas.len());
        self.schemas.push(Schema::default());
        id
    }
}

/// What is known of each schema while cycles are looked for.
struct Marks<'v> {
    validator: &'v Validator,
    /// Schemas from which no cycle is reached.
    clear: Vec<bool>,
}

impl<'v> Marks<'v> {
    fn new(validator: &'v Validator) -> Self {
        Self {
            validator,
            clear: Vec::new(),
        }
    }

    /// Whether a schema applies itself to the value that it is applied to.
    fn is_on_a_cycle(&mut self, start: SchemaId) -> bool {
        let mut seen = BTreeSet::new();
        let mut stack = self.next(start);
        while let Some(id) = stack.pop() {
            if id == start {
                return true;
            }
            if self.clear.get(id.index()) == Some(&true) || !seen.insert(id) {
                continue;
            }
            stack.extend(self.next(id));
        }
        if self.clear.len() <= start.index() {
            self.clear.resize(start.index().saturating_add(1), false);
        }
        if let Some(clear) = self.clear.get_mut(start.index()) {
            *clear = true;
        }
        false
    }

    fn next(&self, id: SchemaId) -> Vec<SchemaId> {
        let rules = self
            .validator
            .schema(id)
            .map(|schema| schema.rules.as_slice());
        let rules = rules.unwrap_or_default().iter();
        rules
            .flat_map(|rule| rule.keyword.in_place().iter().copied())
            .collect()
    }
}

/// References that lead to references; more than any document has.
const MAX_HOPS: usize = 32;

const DIALECTS: &[&str] = &[
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://json-schema.org/draft/2020-12/schema",
];
