//! An OpenAPI document read into what requests and responses are judged by.
//!
//! Everything is resolved here, once: references, the base path, patterns,
//! schemas. What the document asks for and the filter can't enforce is a warning
//! with its path, so that nobody believes more than a policy holds; what it
//! can't make sense of is a fault.

mod compiler;
mod content;
mod cycle;
mod dialect;
mod encoding;
mod field;
mod operation;
mod parameter;
mod path_item;
mod reference;
mod resources;
mod response;
mod scope;
mod security;
mod server;
mod shape;
mod style;
mod uri;
mod vocabulary;

pub use compiler::Compiler;
pub use dialect::Dialect;
pub use path_item::METHODS;
pub use server::{ServerFault, server_paths};

use self::server::Bases;
use crate::api::{Api, Operation};
use crate::memo::Note;
use crate::settings::{Settings, Tolerance};
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};
use tollgate_kit::path::Semicolon;

/// What a policy says of the document it is compiled with.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// Whether requests may carry read-only properties.
    pub read_only: Tolerance,
    /// How the operation of a template and a method is judged.
    pub settings: &'o dyn Fn(&str, &str) -> Rc<Settings>,
}

/// Compiles a document; after a fault, as far as that goes.
pub fn compile(
    root: Setting<'_>,
    base_path: Option<Setting<'_>>,
    options: Options<'_>,
) -> Option<Api> {
    let mut members = root.clone().object()?;
    if root.node.get("swagger").is_some() {
        let hint = "convert the document to OpenAPI 3.0 or 3.1";
        root.fault_with_hint("Swagger 2.0 is not read", hint);
        return None;
    }
    let version = members.required("openapi");
    // A fault of it is no reason to stay silent about the rest.
    let bases = Bases::of_document(&mut members, base_path);
    let version = version?;
    let dialect = dialect(&version)?;
    let version = version.node.as_str().unwrap_or_default();
    for name in ["info", "components", "tags", "externalDocs"] {
        members.optional(name);
    }
    let mut compiler = Compiler::new(root.clone(), dialect, options.read_only);
    compiler.label_delimiter = label_delimiter(version);
    if dialect == Dialect::V31 {
        // Webhooks are requests that the upstream sends.
        members.optional("webhooks");
        if let Some(setting) = members.optional("jsonSchemaDialect") {
            compiler.expect_dialect(&setting);
        }
    }
    let security = members.optional("security");
    let paths = match dialect {
        Dialect::V30 => members.required("paths"),
        Dialect::V31 => members.optional("paths"),
    };
    let paths = paths.and_then(Setting::object);
    members.finish_extensible();
    let mut reader = path_item::Reader::new(&mut compiler, options, bases, security);
    for (template, setting) in paths.into_iter().flat_map(Members::all) {
        if !template.starts_with("x-") {
            reader.path(template, setting);
        }
    }
    let (router, operations) = reader.finish();
    if router.is_empty() {
        root.warn(
            "the document has no paths: every request is one of an unknown path",
            "describe the requests that the upstream takes; webhooks are those that it sends",
        );
    }
    let (bodies, validator) = compiler.finish();
    if operations.len() > Note::OPERATIONS || bodies.len() > Note::BODIES {
        root.fault("there are more operations or bodies than can be told apart");
    }
    let takes_semicolons = operations.iter().any(Operation::takes_semicolons);
    Some(Api {
        semicolon: match takes_semicolons {
            true => Semicolon::Allow,
            false => Semicolon::Deny,
        },
        router,
        operations,
        bodies,
        validator,
    })
}

/// What stands between values of the style `label`: its examples changed with
/// 3.0.4 and 3.1.1.
fn label_delimiter(version: &str) -> u8 {
    match version {
        "3.0.0" | "3.0.1" | "3.0.2" | "3.0.3" | "3.1.0" => b'.',
        _ => b',',
    }
}

fn dialect(setting: &Setting<'_>) -> Option<Dialect> {
    if let Some(number) = setting.node.as_number() {
        let hint = "in quotes and with three parts, as in `\"3.1.0\"`";
        setting.fault_with_hint(
            format!("{} is a number, and a version is a text", number.text()),
            hint,
        );
        return None;
    }
    let version = setting.node.as_str().unwrap_or_default();
    let mut parts = version.splitn(3, '.');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("3"), Some("0"), Some(_)) => Some(Dialect::V30),
        (Some("3"), Some("1"), Some(_)) => Some(Dialect::V31),
        (_, _, _) => setting.expected("a version of OpenAPI 3.0 or 3.1, such as `3.0.3`"),
    }
}
