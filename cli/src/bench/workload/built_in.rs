//! The workloads that come with the program.

use hyper::Method;

use super::request::{Draft, Prepared};
use super::token::{POOL, Signer, tampered};
use super::{Reach, Workload, attack, body};
use crate::bench::chain::Concern;
use crate::bench::result::{self, Kind, Protocol};
use crate::up::issuer::keys::{Algorithm, KeyError};

/// Why there are no requests.
#[derive(Debug, thiserror::Error)]
pub enum WorkloadError {
    /// A token couldn't be signed.
    #[error("the benchmark's tokens: {0}")]
    Token(#[from] KeyError),
    /// HTTP can't carry a request.
    #[error("a request: {0}")]
    Request(#[from] hyper::http::Error),
}

/// Names and titles, in the order in which they are shown.
pub const WORKLOADS: &[(&str, &str)] = &[
    (SEEN, "GET without a body, token seen before"),
    ("post-1k", "POST, 1 KB of JSON"),
    ("post-16k", "POST, 16 KB of JSON"),
    ("post-256k", "POST, 256 KB of JSON"),
    ("new-rs256", "GET, ever-new tokens, RS256"),
    ("new-es256", "GET, ever-new tokens, ES256"),
    ("deny-missing", "no token"),
    ("deny-signature", "tokens with a wrong signature"),
    ("deny-expired", "an expired token"),
    ("deny-scope", "a token without the scope"),
    ("deny-path", "a path that isn't documented"),
    ("deny-parameter", "a parameter that isn't documented"),
    ("deny-body", "16 KB of JSON, wrong in the last item"),
    ("attack", "attacks of many kinds between good requests"),
    ("http2", "GET over HTTP/2, token seen before"),
    ("one-connection", "GET over one connection"),
    ("many-connections", "GET over 1,000 connections"),
    ("most-connections", "GET over 10,000 connections"),
];

/// The first: sent to every chain, and measured for latency.
pub const SEEN: &str = "get";

const BODIES: &[&str] = &["none", "schema", "schema-bare", "all", "separate", "native"];
const TOKENS: &[&str] = &[
    "none",
    "jwt-authn",
    "jwt-authn-uncached",
    "rbac",
    "jwt",
    "jwt-bare",
    "all",
];
const NO_TOKEN: &[&str] = &["rbac", "all"];
const NO_CONTRACT: &[&str] = &["all"];
const ENDS: &[&str] = &["none", "all"];
const ORDER: &str = "/api/v1/orders/7";

/// The workload of this name, with `connections` where it has no number of its own;
/// `None` where there is none.
///
/// # Errors
/// Where a request can't be made.
pub fn workload(
    name: &str,
    signer: &Signer,
    connections: usize,
) -> Result<Option<Workload>, WorkloadError> {
    let Some((name, title)) = WORKLOADS.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    let protocol = match *name {
        "http2" => Protocol::Http2,
        _ => Protocol::Http1,
    };
    let drafts = drafts(name, signer)?;
    let requests = prepared(&drafts, protocol, one_kind(name))?;
    let (connections, streams) = match *name {
        "http2" => (connections.div_ceil(STREAMS), STREAMS),
        "one-connection" => (1, 1),
        "many-connections" => (1000, 1),
        "most-connections" => (10_000, 1),
        _ => (connections, 1),
    };
    Ok(Some(Workload {
        described: result::Workload {
            name: (*name).to_owned(),
            title: (*title).to_owned(),
            kind: kind(name),
            protocol,
            connections,
            streams,
            body: mean_body(&requests),
        },
        requests,
        reach: reach(name),
        allowed: allowed(name).map(str::to_owned),
        latency: *name == SEEN,
    }))
}

/// Requests at the same time on one connection of HTTP/2.
const STREAMS: usize = 8;

fn kind(name: &str) -> Kind {
    match name {
        "attack" => Kind::Attack,
        name if name.starts_with("deny-") => Kind::Deny,
        _ => Kind::Allow,
    }
}

fn reach(name: &str) -> Reach {
    match name {
        SEEN => Reach::Every,
        "post-1k" | "post-16k" | "post-256k" => Reach::These(BODIES),
        "new-rs256" | "new-es256" => Reach::These(TOKENS),
        "deny-path" | "deny-parameter" | "deny-body" => Reach::These(NO_CONTRACT),
        name if name.starts_with("deny-") => Reach::These(NO_TOKEN),
        _ => Reach::These(ENDS),
    }
}

/// What a refusal must not cost more than.
fn allowed(name: &str) -> Option<&'static str> {
    match name {
        "deny-signature" => Some("new-rs256"),
        "deny-body" => Some("post-16k"),
        name if name.starts_with("deny-") => Some(SEEN),
        _ => None,
    }
}

/// Whether its requests differ in their tokens only.
fn one_kind(name: &str) -> bool {
    name != "attack"
}

fn drafts(name: &str, signer: &Signer) -> Result<Vec<Draft>, KeyError> {
    let get = || Draft::new(Method::GET, ORDER);
    let post = |body: String| -> Result<Vec<Draft>, KeyError> {
        let token = signer.good(Algorithm::Rs256, 0)?;
        let post = Draft::new(Method::POST, "/api/v1/orders").bearer(&token);
        Ok(vec![post.json(body)])
    };
    let each = |tokens: Vec<String>| tokens.iter().map(|token| get().bearer(token)).collect();
    let wrong = |drafts: Vec<Draft>, concern, status| {
        let drafts = drafts.into_iter();
        drafts.map(|draft| draft.wrong(concern, status)).collect()
    };
    let to = |target: &str| -> Result<Vec<Draft>, KeyError> {
        let token = signer.good(Algorithm::Rs256, 0)?;
        Ok(vec![Draft::new(Method::GET, target).bearer(&token)])
    };
    Ok(match name {
        "post-1k" => post(body::order(1 << 10))?,
        "post-16k" => post(body::order(16 << 10))?,
        "post-256k" => post(body::order(256 << 10))?,
        "new-rs256" => each(signer.pool(Algorithm::Rs256, 1, POOL)?),
        "new-es256" => each(signer.pool(Algorithm::Es256, 1, POOL)?),
        "deny-missing" => wrong(vec![get()], Concern::Token, 401),
        "deny-signature" => {
            let tokens = signer.pool(Algorithm::Rs256, 1, FORGED)?;
            let forged = each(tokens.iter().map(|token| tampered(token)).collect());
            wrong(forged, Concern::Token, 401)
        }
        "deny-expired" => wrong(each(vec![signer.expired()?]), Concern::Token, 401),
        "deny-scope" => wrong(each(vec![signer.without_scope()?]), Concern::Scope, 403),
        "deny-path" => wrong(to("/api/v2/orders/7")?, Concern::Contract, 404),
        "deny-parameter" => wrong(to("/api/v1/orders/7?debug=true")?, Concern::Contract, 400),
        "deny-body" => wrong(post(body::bad_order(16 << 10))?, Concern::Contract, 400),
        "attack" => attack::mix(signer)?,
        _ => each(vec![signer.good(Algorithm::Rs256, 0)?]),
    })
}

/// Nothing keeps a token whose signature is wrong: few will do.
const FORGED: usize = 16;

fn prepared(
    drafts: &[Draft],
    protocol: Protocol,
    one_kind: bool,
) -> Result<Vec<Prepared>, hyper::http::Error> {
    let ready = |(at, draft): (usize, &Draft)| draft.ready(protocol, if one_kind { 0 } else { at });
    drafts.iter().enumerate().map(ready).collect()
}

fn mean_body(requests: &[Prepared]) -> usize {
    use hyper::body::Body as _;
    let sizes = requests
        .iter()
        .map(|request| request.http.body().size_hint().lower());
    let sum = usize::try_from(sizes.sum::<u64>()).unwrap_or(0);
    sum.checked_div(requests.len()).unwrap_or(0)
}
