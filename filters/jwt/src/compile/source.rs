//! `from`: where a provider's tokens stand.

use super::forward::is_reserved;
use crate::policy::{DPOP, Place, Sender, Source};
use tollgate_kit::config::{Members, Setting, is_token};

/// Reads the list; without one, tokens stand where RFC 6750 §2.1 or RFC 9449 §7.1
/// has them.
pub(super) fn sources(
    setting: Option<Setting<'_>>,
    sender: &Sender,
    remove: bool,
) -> Option<Vec<Source>> {
    let by_proof = matches!(sender, Sender::Dpop { .. });
    let Some(setting) = setting else {
        let place = Place::Header {
            name: "authorization".into(),
            scheme: if by_proof { DPOP } else { "Bearer" }.into(),
        };
        return Some(vec![Source { place, remove }]);
    };
    let mut sources: Vec<Source> = Vec::new();
    for setting in setting.non_empty_list()? {
        let here = setting.clone();
        let Some(place) = setting.object().and_then(place) else {
            continue;
        };
        let source = Source { place, remove };
        if by_proof != source.is_dpop() {
            here.fault_with_hint(
                "the scheme `DPoP` and `sender: dpop` go together (RFC 9449 §7.1)",
                "write `{ header: authorization, scheme: DPoP }` for tokens that come with a proof, and only for those",
            );
        }
        if sources.iter().any(|known| known.is_at(&source)) {
            here.fault("the place is in the list twice");
        }
        sources.push(source);
    }
    Some(sources)
}

fn place(mut members: Members<'_>) -> Option<Place> {
    let (header, scheme) = (members.optional("header"), members.optional("scheme"));
    let (cookie, query) = (members.optional("cookie"), members.optional("query"));
    let scheme = scheme.and_then(scheme_name);
    let place = match (header, cookie, query) {
        (Some(header), None, None) => field(header).map(|name| Place::Header {
            name: name.into(),
            scheme: scheme.unwrap_or_default(),
        }),
        (None, Some(name), None) if scheme.is_none() => cookie_name(name).map(Place::Cookie),
        (None, None, Some(name)) if scheme.is_none() => name.text().map(Place::Query),
        _ => {
            members.fault(
                "one of `header` (with or without `scheme`), `cookie` and `query` is needed",
            );
            None
        }
    };
    members.finish();
    place
}

/// A field that can be taken out of a request and leave the rest what it is.
fn field(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let name = setting.field_name()?;
    match name.as_str() {
        "cookie" => here.fault_with_hint(
            "tokens in cookies are found by the cookie's name",
            "write `{ cookie: NAME }`",
        ),
        name if is_reserved(name) => here.fault(format!(
            "`{name}` makes the request what it is, and cannot carry a token"
        )),
        _ => return Some(name),
    }
    None
}

/// RFC 9110 §11.1.
fn scheme_name(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let scheme = setting.text()?;
    match scheme.bytes().all(is_token) {
        true => Some(scheme),
        false => here.expected("the name of a scheme"),
    }
}

/// RFC 6265 §4.1.1.
fn cookie_name(setting: Setting<'_>) -> Option<String> {
    let here = setting.clone();
    let name = setting.text()?;
    match name.bytes().all(is_token) {
        true => Some(name),
        false => here.expected("the name of a cookie"),
    }
}
