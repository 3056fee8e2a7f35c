//! Path items (OpenAPI 3.1 §4.8.9): templates, methods, and the parameters that
//! the operations of a path share.

use super::compiler::Compiler;
use super::parameter::{self, Listed};
use super::reference;
use super::{Options, operation};
use crate::api::Operation;
use crate::parameter::Location;
use crate::route::{PathItem, Router};
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::template::Template;

/// Reads the paths of a document.
pub(super) struct Reader<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    options: Options<'c>,
    cache: operation::Cache,
    base: String,
    security: Option<Setting<'a>>,
    router: Router,
    operations: Vec<Operation>,
}

impl<'c, 'a> Reader<'c, 'a> {
    pub(super) fn new(
        compiler: &'c mut Compiler<'a>,
        options: Options<'c>,
        base: String,
        security: Option<Setting<'a>>,
    ) -> Self {
        Self {
            compiler,
            options,
            cache: operation::Cache::default(),
            base,
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
        let template = self.template(path, &here);
        let Some(mut members) = self.resolve(setting).and_then(Setting::object) else {
            return;
        };
        for name in ["summary", "description"] {
            members.optional(name);
        }
        refuse_servers(&mut members);
        let shared = members.optional("parameters");
        let shared = shared
            .map(|setting| parameter::list(setting, self.compiler, &mut self.cache.parameters))
            .unwrap_or_default();
        let text = template.as_ref().map_or("", |template| &**template.text());
        let mut methods = Vec::new();
        for (name, method) in METHODS {
            let Some(setting) = members.optional(name) else {
                continue;
            };
            let at = setting.clone();
            let reader = operation::Reader {
                compiler: self.compiler,
                cache: &mut self.cache,
                security: self.security.as_ref(),
                settings: (self.options.settings)(text, method),
            };
            let Some(mut operation) = reader.read(setting, &shared) else {
                continue;
            };
            if let Some(template) = &template {
                operation.template = template.text().clone();
                arrange(&mut operation, template, &at);
            }
            methods.push((Box::from(*method), self.operations.len()));
            self.operations.push(operation);
        }
        members.finish_extensible();
        if let Some(template) = template {
            self.insert(&template, methods, &here);
        }
    }

    fn insert(
        &mut self,
        template: &Template,
        methods: Vec<(Box<str>, usize)>,
        setting: &Setting<'_>,
    ) {
        let item = PathItem {
            template: template.text().clone(),
            allow: allow(&methods),
            methods,
        };
        if let Err(other) = self.router.insert(item) {
            setting.fault(format!("ambiguous: {other:?} matches the same paths"));
        }
    }

    fn template(&self, path: &str, setting: &Setting<'_>) -> Option<Template> {
        let text = format!("{}{path}", self.base);
        match Template::parse(&text) {
            Ok(_) if !path.starts_with('/') => setting.fault("a path begins with `/`"),
            Ok(_) if path.contains('*') => setting.fault("a path template has no wildcards"),
            Ok(_) if text.split('/').count() > MAX_SEGMENTS => {
                setting.fault("a path has at most 100 segments");
            }
            Ok(template) => return Some(template),
            Err(fault) => setting.fault(fault.to_string()),
        }
        None
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
        Some(reference::follow(&self.compiler.root, &reference)?.setting)
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

/// Servers of single paths would move them elsewhere, which isn't followed.
pub(super) fn refuse_servers(members: &mut Members<'_>) {
    if let Some(setting) = members.optional("servers") {
        setting.fault(
            "servers of a single path or operation are not enforced; use those of the document",
        );
    }
}

fn allow(methods: &[(Box<str>, usize)]) -> Rc<str> {
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| &**name).collect();
    if names.contains(&"GET") && !names.contains(&"HEAD") {
        names.push("HEAD");
    }
    names.sort_unstable();
    names.join(", ").into()
}

/// The parameters that the operations of a path share.
pub(super) type Shared = Vec<Listed>;

/// Paths are matched by recursion.
const MAX_SEGMENTS: usize = 101;

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
