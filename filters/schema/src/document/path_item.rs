//! Path items (OpenAPI 3.1 §4.8.9): templates, methods, and the parameters that
//! the operations of a path share.

use super::compiler::Compiler;
use super::parameter::{self, Listed};
use super::reference;
use super::server::{self, Bases};
use super::{Options, operation};
use crate::api::Operation;
use crate::parameter::Location;
use crate::route::{Methods, PathItem, Router};
use crate::settings::Settings;
use std::rc::Rc;
use tollgate_kit::config::Setting;
use tollgate_kit::template::Template;

/// Reads the paths of a document.
pub(super) struct Reader<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    options: Options<'c>,
    cache: operation::Cache,
    bases: Bases,
    security: Option<Setting<'a>>,
    router: Router,
    operations: Vec<Operation>,
}

impl<'c, 'a> Reader<'c, 'a> {
    pub(super) fn new(
        compiler: &'c mut Compiler<'a>,
        options: Options<'c>,
        bases: Bases,
        security: Option<Setting<'a>>,
    ) -> Self {
        Self {
            compiler,
            options,
            cache: operation::Cache::default(),
            bases,
            security,
            router: Router::new(),
            operations: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> (Router, Vec<Operation>) {
        (self.router, self.operations)
    }

    /// Reads one path.
    pub(super) fn path(&mut self, path: &str, setting: Setting<'a>) {
        let here = setting.clone();
        let path = Some(path).filter(|path| is_sound(path, &here));
        let Some(mut members) = self.resolve(setting).and_then(Setting::object) else {
            return;
        };
        for name in ["summary", "description"] {
            members.optional(name);
        }
        let bases = self.bases.within(members.optional("servers"));
        let shared = members.optional("parameters");
        let shared = shared
            .map(|setting| parameter::list(setting, self.compiler, &mut self.cache.parameters))
            .unwrap_or_default();
        let mut places = Places(Vec::new());
        for (name, method) in METHODS {
            let Some(setting) = members.optional(name) else {
                continue;
            };
            let templates = templates(path, &bases.within(server::own(&setting)));
            for (template, at) in self.operation(&templates, method, setting, &shared) {
                places.put(template, method, at);
            }
        }
        members.finish_extensible();
        if places.0.is_empty() {
            places.0 = templates(path, &bases)
                .into_iter()
                .map(|template| (template.text().clone(), Vec::new()))
                .collect();
        }
        for (template, methods) in places.0 {
            if let Err(other) = self.router.insert(PathItem::new(template, methods)) {
                here.fault(format!("ambiguous: {other:?} matches the same paths"));
            }
        }
    }

    /// An operation, once for each of its templates; without one, its faults.
    fn operation(
        &mut self,
        templates: &[Template],
        method: &str,
        setting: Setting<'a>,
        shared: &Shared,
    ) -> Vec<(Rc<str>, usize)> {
        let mut list = Vec::new();
        let mut read: Option<Operation> = None;
        for template in templates {
            let settings = (self.options.settings)(template.text(), method);
            let known = read
                .take()
                .filter(|known| Rc::ptr_eq(&known.settings, &settings));
            let Some(operation) = known.or_else(|| {
                let mut operation = self.read(setting.clone(), settings, shared)?;
                arrange(&mut operation, template, &setting);
                Some(operation)
            }) else {
                return list;
            };
            list.push((template.text().clone(), self.operations.len()));
            self.operations.push(Operation {
                template: template.text().clone(),
                ..operation.clone()
            });
            read = Some(operation);
        }
        if templates.is_empty() {
            self.read(setting, (self.options.settings)("", method), shared);
        }
        list
    }

    fn read(
        &mut self,
        setting: Setting<'a>,
        settings: Rc<Settings>,
        shared: &Shared,
    ) -> Option<Operation> {
        let reader = operation::Reader {
            compiler: self.compiler,
            cache: &mut self.cache,
            security: self.security.as_ref(),
            settings,
        };
        reader.read(setting, shared)
    }

    /// What stands here, or what a reference leads to. Beside it only words are
    /// allowed: what else there is has no defined meaning (OpenAPI 3.1 §4.8.9.1).
    fn resolve(&self, setting: Setting<'a>) -> Option<Setting<'a>> {
        let mut members = setting.clone().object()?;
        let Some(reference) = members.optional("$ref") else {
            return Some(setting);
        };
        for name in ["summary", "description"] {
            members.optional(name);
        }
        members.finish_extensible();
        Some(reference::resolve(&self.compiler.root, &reference)?.setting)
    }
}

/// Puts the parameters in the order in which they are judged, those in the path
/// as the template has them; each of those must be on both sides.
fn arrange(operation: &mut Operation, template: &Template, setting: &Setting<'_>) {
    let place = |name: &str| template.names().position(|known| **known == *name);
    for name in template.names() {
        let declared = |parameter: &Rc<crate::parameter::Parameter>| {
            parameter.location == Location::Path && *parameter.name == **name
        };
        if !operation.parameters.iter().any(declared) {
            setting.fault(format!("the path parameter `{name}` is not declared"));
        }
    }
    for parameter in &operation.parameters {
        if parameter.location == Location::Path && place(&parameter.name).is_none() {
            setting.fault(format!("the path has no parameter `{}`", parameter.name));
        }
    }
    operation
        .parameters
        .sort_by_key(|parameter| match parameter.location {
            Location::Path => (parameter.location, place(&parameter.name)),
            Location::Query | Location::Header | Location::Cookie => (parameter.location, None),
        });
}

/// The operations of a path item by where they are served.
struct Places(Vec<(Rc<str>, Methods)>);

impl Places {
    fn put(&mut self, template: Rc<str>, method: &str, operation: usize) {
        let entry = (Box::from(method), operation);
        match self.0.iter_mut().find(|(known, _)| *known == template) {
            Some((_, methods)) => methods.push(entry),
            None => self.0.push((template, vec![entry])),
        }
    }
}

/// Whether a path is well-formed; faults where it isn't.
fn is_sound(path: &str, setting: &Setting<'_>) -> bool {
    match Template::parse(path) {
        Ok(_) if path.contains('*') => setting.fault("a path template has no wildcards"),
        Ok(_) if path.split('/').count() > MAX_SEGMENTS => {
            setting.fault("a path has at most 100 segments");
        }
        Ok(_) => return true,
        Err(fault) => setting.fault(fault.to_string()),
    }
    false
}

/// A well-formed path below each of the base paths.
fn templates(path: Option<&str>, bases: &Bases) -> Vec<Template> {
    let template = |base| Template::parse(&format!("{base}{}", path?)).ok();
    bases.iter().filter_map(template).collect()
}

/// The parameters that the operations of a path share.
pub(super) type Shared = Vec<Listed>;

/// Paths are matched by recursion; base paths have as many segments at most.
pub(super) const MAX_SEGMENTS: usize = 101;

/// The members of a path item that are operations, and their methods.
pub const METHODS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("trace", "TRACE"),
];
