//! Responses (OpenAPI 3.1 §4.8.16, §4.8.17) by status, and their header fields.

use super::compiler::Compiler;
use super::content;
use super::operation::Cache;
use super::{parameter, reference};
use crate::api::{Content, Response, Statuses};
use crate::settings::Coverage;
use std::rc::Rc;
use tollgate_kit::config::{Members, Setting};

/// The responses of an operation, the most concrete status first.
pub(super) fn list<'a>(
    setting: Setting<'a>,
    body: Coverage,
    compiler: &mut Compiler<'a>,
    cache: &mut Cache,
) -> Vec<(Statuses, Rc<Response>)> {
    let mut responses = Vec::new();
    for (key, setting) in setting.object().into_iter().flat_map(Members::all) {
        if key.starts_with("x-") {
            continue;
        }
        match statuses(key) {
            Some(statuses) => responses.extend(
                response(setting, body, compiler, cache).map(|response| (statuses, response)),
            ),
            None => setting.fault("expected a status such as `200`, `4XX` or `default`"),
        }
    }
    responses.sort_by_key(|(statuses, _)| *statuses);
    responses
}

fn statuses(key: &str) -> Option<Statuses> {
    if key == "default" {
        return Some(Statuses::Any);
    }
    let (class, rest) = key.split_at_checked(1)?;
    let class: u16 = class.parse().ok().filter(|class| (1..=5).contains(class))?;
    if rest == "XX" {
        return Some(Statuses::Class(class));
    }
    let digits = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
    key.parse().ok().filter(|_| digits).map(Statuses::One)
}

fn response<'a>(
    setting: Setting<'a>,
    coverage: Coverage,
    compiler: &mut Compiler<'a>,
    cache: &mut Cache,
) -> Option<Rc<Response>> {
    let Some(reference) = content::reference_of(&setting) else {
        return read(setting, coverage, compiler).map(Rc::new);
    };
    let target = reference::resolve(&compiler.root, &reference)?;
    let key = (target.pointer, coverage);
    if let Some(known) = cache.responses.get(&key) {
        return known.clone();
    }
    let response = read(target.setting, coverage, compiler).map(Rc::new);
    cache.responses.insert(key, response.clone());
    response
}

fn read<'a>(
    setting: Setting<'a>,
    coverage: Coverage,
    compiler: &mut Compiler<'a>,
) -> Option<Response> {
    let mut members = setting.object()?;
    // Links say where a client may go next.
    for name in ["description", "links"] {
        members.optional(name);
    }
    let headers = members.optional("headers").and_then(Setting::object);
    let headers = headers
        .into_iter()
        .flat_map(Members::all)
        .filter_map(|(name, setting)| parameter::header(name, setting, compiler))
        .collect();
    let body = members.optional("content");
    let content = match coverage {
        Coverage::Enforce => body
            .map(|setting| content::content(setting, compiler))
            .unwrap_or_default(),
        Coverage::Ignore => Content::default(),
    };
    members.finish_extensible();
    Some(Response { headers, content })
}
