//! Compiles schema objects, each once however many references lead to it.
//!
//! Schemas wait on a list instead of being compiled within one another, so that
//! no document, however deep, costs stack.

use super::cycle;
use super::dialect::Dialect;
use super::reference::{self, Found, MAX_HOPS};
use super::resources::Resources;
use super::scope::{ScopeId, Scopes};
use super::vocabulary;
use crate::body::{BodyId, BodyPlan};
use crate::keyword::{self, Access, FAMILIES};
use crate::pattern::Pattern;
use crate::settings::Tolerance;
use crate::validator::{Schema, SchemaId, Validator};
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::{Kind, Node};

/// The compilation of one document.
#[derive(Debug)]
pub struct Compiler<'a> {
    /// The document's dialect.
    pub dialect: Dialect,
    read_only: Tolerance,
    pub(super) label_delimiter: u8,
    pub(super) root: Setting<'a>,
    bodies: Vec<BodyPlan>,
    schemas: Vec<Schema>,
    pending: Vec<(SchemaId, Setting<'a>, ScopeId)>,
    pub(super) resources: Resources<'a>,
    scopes: Scopes,
    /// Schemas that were referred to.
    by_place: BTreeMap<(String, ScopeId), SchemaId>,
    patterns: BTreeMap<String, Option<Rc<Pattern>>>,
    /// Schemas that apply others to the same value, and where they stand.
    in_place: Vec<(SchemaId, String)>,
    /// The schema whose members are being read.
    owner: SchemaId,
    /// Where it was come to.
    scope: ScopeId,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(root: Setting<'a>, dialect: Dialect, read_only: Tolerance) -> Self {
        Self {
            dialect,
            read_only,
            label_delimiter: b',',
            resources: Resources::of(&root, dialect),
            scopes: Scopes::new(),
            root,
            bodies: Vec::new(),
            schemas: Vec::new(),
            pending: Vec::new(),
            by_place: BTreeMap::new(),
            patterns: BTreeMap::new(),
            in_place: Vec::new(),
            owner: SchemaId::new(0),
            scope: ScopeId::EMPTY,
        }
    }

    /// The id of another body.
    pub(super) fn body(&mut self, plan: BodyPlan) -> BodyId {
        let id = BodyId::new(self.bodies.len());
        self.bodies.push(plan);
        id
    }

    /// A schema of an operation, with all that it leads to.
    pub(super) fn root_schema(&mut self, setting: Setting<'a>) -> SchemaId {
        self.scope = ScopeId::EMPTY;
        let id = self.schema(setting);
        while let Some((id, setting, scope)) = self.pending.pop() {
            let before = self.pending.len();
            self.scope = scope;
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

    /// The id of a schema that every value is valid against.
    pub(super) fn anything(&mut self) -> SchemaId {
        self.reserve()
    }

    /// The id of a schema within another, which is compiled later.
    pub fn schema(&mut self, setting: Setting<'a>) -> SchemaId {
        let scope = self.scope_of(self.scope, setting.node);
        match self.alias(&setting) {
            Some(reference) => match self.referred(&reference, scope) {
                Some(id) => id,
                None => self.reserve(),
            },
            None => {
                let id = self.reserve();
                self.pending.push((id, setting, scope));
                id
            }
        }
    }

    /// As [`schema`](Self::schema), where a truth value may stand for a schema in
    /// every dialect.
    pub fn schema_or_flag(&mut self, setting: Setting<'a>) -> SchemaId {
        let Some(all) = setting.node.as_bool() else {
            return self.schema(setting);
        };
        let id = self.reserve();
        if let Some(slot) = self.schemas.get_mut(id.index()) {
            *slot = Schema::all_or_none(all);
        }
        id
    }

    /// The schema whose members are being read.
    #[must_use]
    pub const fn owner(&self) -> SchemaId {
        self.owner
    }

    /// The schema that the text of a `$ref` or `$dynamicRef` names; `None` after a
    /// fault.
    pub fn referenced_schema(&mut self, reference: &Setting<'a>) -> Option<SchemaId> {
        self.referred(reference, self.scope)
    }

    /// Follows a reference, and those that it leads to.
    fn referred(&mut self, reference: &Setting<'a>, mut scope: ScopeId) -> Option<SchemaId> {
        let mut next = reference.clone();
        for _ in 0..MAX_HOPS {
            let place = self.target(&next, scope)?;
            scope = self.scope_of(scope, place.node);
            match self.alias(&place) {
                Some(more) => next = more,
                None => return Some(self.at(place, scope)),
            }
        }
        reference.fault("leads back to itself");
        None
    }

    /// The schema at a place, once for each scope.
    fn at(&mut self, place: Setting<'a>, scope: ScopeId) -> SchemaId {
        let key = (place.path.clone(), scope);
        if let Some(id) = self.by_place.get(&key) {
            return *id;
        }
        let id = self.reserve();
        self.by_place.insert(key, id);
        self.pending.push((id, place, scope));
        id
    }

    /// What a reference names in a scope; `None` after a fault.
    fn target(&self, reference: &Setting<'a>, scope: ScopeId) -> Option<Setting<'a>> {
        let Some(text) = reference.node.as_str() else {
            return reference.expected("a text");
        };
        let found = match self.find(text, reference.node) {
            Ok(found) => found,
            Err(missing) => {
                missing.report(text, reference);
                return None;
            }
        };
        let dynamic = match (&found.dynamic, reference.path.ends_with("$dynamicRef")) {
            (Some(anchor), true) => self.outermost(anchor, scope),
            (_, _) => None,
        };
        Some(dynamic.unwrap_or(found.place))
    }

    /// Where a dynamic anchor is in a scope.
    fn outermost(&self, anchor: &str, scope: ScopeId) -> Option<Setting<'a>> {
        let resource = self.resources.get(self.scopes.resource(scope, anchor)?)?;
        let found = resource.anchor(anchor).ok()??;
        Some(found.place.clone())
    }

    /// The scope of a node that is come to from another.
    fn scope_of(&mut self, from: ScopeId, node: Node<'a>) -> ScopeId {
        if !self.resources.are_dynamic() {
            return from;
        }
        let resource = self.resources.around(node);
        self.scopes.enter(from, resource, &self.resources)
    }

    fn find(&self, text: &str, from: Node<'a>) -> Result<Found<'a>, reference::Missing> {
        reference::find(&self.resources, self.dialect, text, from)
    }

    /// A compiled pattern, once for each text.
    pub fn pattern(&mut self, text: &str, setting: &Setting<'_>) -> Option<Rc<Pattern>> {
        if let Some(known) = self.patterns.get(text) {
            return known.clone();
        }
        let pattern = match Pattern::compile(text) {
            Ok(pattern) => {
                if let Some(text) = pattern.costly_text() {
                    setting.warn(
                        format!("the pattern takes too many steps for texts such as {text:?}: they are refused"),
                        "write it without look-around and back-references, or so that only one way matches",
                    );
                }
                Some(Rc::new(pattern))
            }
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
        match (self.declared(setting.node), self.read_only) {
            (Access::ReadOnly, Tolerance::Allow) => Access::ReadOnlyTolerated,
            (found, Tolerance::Allow | Tolerance::Deny) => found,
        }
    }

    /// What a schema, one that it refers to, or a part of its `allOf` says.
    fn declared(&self, node: Node<'a>) -> Access {
        let mut pending = vec![node];
        for _ in 0..MAX_PARTS {
            let Some(node) = pending.pop() else {
                break;
            };
            let reference = node.get("$ref");
            if self.dialect == Dialect::V31 || reference.is_none() {
                let own = keyword::access(node);
                if own != Access::Both {
                    return own;
                }
                pending.extend(
                    node.get("allOf")
                        .and_then(Node::as_array)
                        .into_iter()
                        .flatten(),
                );
            }
            pending.extend(reference.and_then(|reference| self.located(reference)));
        }
        Access::Both
    }

    /// All bodies, and the validator of all schemas.
    pub(super) fn finish(self) -> (Vec<BodyPlan>, Validator) {
        if self.scopes.is_full() {
            let message = "dynamic references have more meanings than are told apart";
            self.root.fault(message);
        }
        let validator = Validator::new(self.schemas);
        let found = cycle::starts(&validator, self.in_place.iter().map(|(id, _)| *id));
        for (_, path) in self.in_place.iter().filter(|(id, _)| found.contains(id)) {
            self.root
                .faults()
                .add(path, "leads back to itself without going into the value");
        }
        (self.bodies, validator)
    }

    /// The node behind a `$ref`, if there is one and it leads somewhere; what is
    /// wrong with it is reported elsewhere.
    pub(super) fn resolved(&self, mut node: Node<'a>) -> Option<Node<'a>> {
        for _ in 0..MAX_HOPS {
            match node.get("$ref") {
                Some(reference) => node = self.located(reference)?,
                None => return Some(node),
            }
        }
        None
    }

    /// The node that a `$ref` here leads to, if there is one and it leads somewhere.
    pub(super) fn behind(&self, node: Node<'a>) -> Option<Node<'a>> {
        self.located(node.get("$ref")?)
    }

    /// The node that the text of a `$ref` names.
    fn located(&self, reference: Node<'a>) -> Option<Node<'a>> {
        let found = self.find(reference.as_str()?, reference).ok()?;
        Some(found.place.node)
    }

    /// The `$ref` of a schema object that is nothing else.
    fn alias(&self, setting: &Setting<'a>) -> Option<Setting<'a>> {
        let object = setting.node.as_object()?;
        let node = object.get("$ref")?;
        let alone = self.dialect == Dialect::V30 || object.len() == 1;
        let path = member_path(&setting.path, "$ref");
        alone.then(|| Setting::root(node, &path, setting.faults()))
    }

    fn compile(&mut self, id: SchemaId, setting: Setting<'a>) -> Schema {
        if self.dialect == Dialect::V31
            && let Some(all) = setting.node.as_bool()
        {
            return Schema::all_or_none(all);
        }
        if setting.node.kind() != Kind::Object {
            setting
                .expected::<()>("a schema object")
                .unwrap_or_default();
            return Schema::default();
        }
        self.owner = id;
        let validates = self.validates(setting.node);
        let path = setting.path.clone();
        let Some(mut members) = setting.object() else {
            return Schema::default();
        };
        if !validates {
            members.leave_out(vocabulary::VALIDATION);
        }
        let mut schema = Schema {
            types: keyword::types(&mut members, self),
            ..Schema::default()
        };
        for family in FAMILIES {
            family(&mut members, self, &mut schema.rules);
        }
        schema.collects = schema.rules.iter().any(|rule| rule.collects);
        members.finish_with_warnings("unknown keyword: it is not enforced");
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

/// Schemas that are looked at for what one property's says.
const MAX_PARTS: usize = 1000;
