//! Operations (OpenAPI 3.1 §4.8.10): parameters, body, responses, and the keys
//! that their security names.

use super::compiler::Compiler;
use super::parameter::{self, Listed};
use super::path_item::Shared;
use super::{content, response, security};
use crate::api::{Operation, RequestBody, Response};
use crate::parameter::Parameter;
use crate::settings::{Coverage, Settings};
use std::collections::BTreeMap;
use std::rc::Rc;
use tollgate_kit::config::Setting;

/// What was compiled already, by the pointer that led to it.
#[derive(Debug, Default)]
pub(super) struct Cache {
    pub(super) parameters: BTreeMap<String, Option<Rc<Parameter>>>,
    pub(super) bodies: BTreeMap<String, Option<Rc<RequestBody>>>,
    /// Those whose bodies are judged, and those whose aren't.
    pub(super) responses: BTreeMap<(String, Coverage), Option<Rc<Response>>>,
}

/// Reads one operation.
pub(super) struct Reader<'r, 'a> {
    pub(super) compiler: &'r mut Compiler<'a>,
    pub(super) cache: &'r mut Cache,
    /// What the document asks of operations that don't say.
    pub(super) security: Option<&'r Setting<'a>>,
    /// How it is judged.
    pub(super) settings: Rc<Settings>,
}

impl<'a> Reader<'_, 'a> {
    /// The operation, still without its template.
    pub(super) fn read(self, setting: Setting<'a>, shared: &Shared) -> Option<Operation> {
        let mut members = setting.object()?;
        // Servers are read with the paths, and callbacks are requests that others make.
        for name in [
            "tags",
            "summary",
            "description",
            "externalDocs",
            "operationId",
            "callbacks",
            "deprecated",
            "servers",
        ] {
            members.optional(name);
        }
        let own = members.optional("parameters");
        let own = own
            .map(|setting| parameter::list(setting, self.compiler, &mut self.cache.parameters))
            .unwrap_or_default();
        let body = members.optional("requestBody");
        let body = match self.settings.body {
            Coverage::Enforce => body.and_then(|setting| {
                content::request_body(setting, self.compiler, &mut self.cache.bodies)
            }),
            Coverage::Ignore => None,
        };
        let responses = members.optional("responses");
        let responses = responses
            .map(|setting| {
                response::list(
                    setting,
                    self.settings.response.body,
                    self.compiler,
                    self.cache,
                )
            })
            .unwrap_or_default();
        let security = members.optional("security");
        let security = security.as_ref().or(self.security);
        let keys = |location| security::keys(security, location, &self.compiler.root);
        let (query_keys, cookie_keys) = (keys("query"), keys("cookie"));
        members.finish_extensible();
        Some(Operation {
            template: "".into(),
            settings: self.settings,
            parameters: merge(shared, own),
            query_keys,
            cookie_keys,
            body,
            judges_bodies: responses
                .iter()
                .any(|(_, response)| response.content.is_judged()),
            responses,
        })
    }
}

/// An operation's parameters, and those of its path that it doesn't override.
fn merge(shared: &Shared, own: Vec<Listed>) -> Vec<Rc<Parameter>> {
    let overridden = |parameter: &Listed| {
        own.iter()
            .any(|other| other.location == parameter.location && other.name == parameter.name)
    };
    let inherited = shared
        .iter()
        .filter(|parameter| !overridden(parameter))
        .cloned();
    inherited.chain(own.iter().cloned()).collect()
}
