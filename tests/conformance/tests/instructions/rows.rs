//! The chains of `tollgate bench`, and what it sends them.

use serde_json::{Value, json};
use tempfile::TempDir;
use tollgate::bench::chain::material::{AUDIENCE, ISSUER, Material, SCOPE};
use tollgate::bench::workload::body;
use tollgate::bench::workload::token::tampered;
use tollgate::policy::{Filter, Policy};
use tollgate_conformance::signing::sign;
use tollgate_conformance::tokens::{Keys, encode};
use tollgate_emulator::Request;

use crate::{NOW, REQUESTS, Row, WARM_UP};

/// As Envoy reads from a connection.
const CHUNK: usize = 16 << 10;

/// The rows, and the folder of their floors.
pub struct Rows {
    pub rows: Vec<Row>,
    pub folder: TempDir,
}

impl Rows {
    pub fn new() -> Self {
        let keys = Keys::load().unwrap();
        let folder = TempDir::new().unwrap();
        let material = Material::make(folder.path(), &keys.jwks(&[KEY]).unwrap()).unwrap();
        let section = |policy: &Policy| policy.sections()[0].json.clone();
        let module =
            |filter: Filter, policy: &Policy| (filter.module(), filter.name(), section(policy));
        let headers = module(Filter::Headers, &material.headers);
        let jwt = module(Filter::Jwt, &material.jwt);
        let schema = module(Filter::Schema, &material.schema);
        let together = |policy: &Policy| (Filter::TOGETHER, "all", policy.json().to_owned());
        let guard = together(&material.guard);
        let all = together(&material.all);

        let seen = token(&keys, &claims(0));
        let get = |target: &str, token: &str| vec![request("GET", target, token)];
        let order = || get(ORDER, &seen);
        let new = || -> Vec<Request> {
            let tokens = 1..=WARM_UP + REQUESTS;
            tokens
                .map(|number| request("GET", ORDER, &token(&keys, &claims(number))))
                .collect()
        };
        let post = |body: String| vec![posted(request("POST", "/api/v1/orders", &seen), &body)];
        let of_size = |kibibytes: usize| post(body::order(kibibytes << 10));
        let with = |change: fn(&mut Value)| {
            let mut claims = claims(0);
            change(&mut claims);
            get(ORDER, &token(&keys, &claims))
        };
        let expired = || with(|claims| claims["exp"] = json!(NOW - 1));
        let no_scope = || with(|claims| claims["scope"] = json!("openid profile"));
        let forged = || get(ORDER, &tampered(&seen));

        let rows = [
            ("headers: get", &headers, order(), 200),
            ("jwt: token seen before", &jwt, order(), 200),
            ("jwt: new token", &jwt, new(), 200),
            ("schema: get", &schema, order(), 200),
            ("schema: 1 KB", &schema, of_size(1), 200),
            ("schema: 16 KB", &schema, of_size(16), 200),
            ("schema: 256 KB", &schema, of_size(256), 200),
            ("guard: token seen before", &guard, order(), 200),
            ("all: token seen before", &all, order(), 200),
            ("all: new token", &all, new(), 200),
            ("all: 16 KB", &all, of_size(16), 200),
            ("all: no token", &all, get(ORDER, ""), 401),
            ("all: wrong signature", &all, forged(), 401),
            ("all: expired", &all, expired(), 401),
            ("all: no scope", &all, no_scope(), 403),
            (
                "all: unknown path",
                &all,
                get("/api/v2/orders/7", &seen),
                404,
            ),
            (
                "all: 16 KB, wrong",
                &all,
                post(body::bad_order(16 << 10)),
                400,
            ),
        ];
        let row = |(name, module, requests, status): (_, _, _, _)| {
            let (module, root_id, configuration): &(&'static str, &'static str, String) = module;
            Row {
                name,
                module,
                root_id,
                configuration: configuration.clone(),
                requests,
                status,
                floor: floor(name).map(|floor| material.floors[floor].clone()),
            }
        };
        let rows = rows.map(row).into();
        Self { rows, folder }
    }
}

/// The floor that makes the calls of a row.
fn floor(row: &str) -> Option<&'static str> {
    match row {
        "headers: get" => Some("headers"),
        "jwt: token seen before" => Some("jwt"),
        "schema: get" | "schema: 1 KB" | "schema: 16 KB" => Some("schema"),
        "guard: token seen before" => Some("guard"),
        "all: token seen before" => Some("all"),
        _ => None,
    }
}

const KEY: &str = "rsa";
const ORDER: &str = "/api/v1/orders/7";

/// The fields of `tollgate bench`; no token where it is empty.
fn request(method: &str, target: &str, token: &str) -> Request {
    let request = Request::new(method, target)
        .header("user-agent", "tollgate-bench/1 (orders client; linux)")
        .header("accept", "application/json")
        .header("accept-language", "en-GB,en;q=0.9")
        .header("x-client-version", "2026.7.1")
        .header("cookie", "session=4f1c2a9e8b7d4c3fa1; theme=dark");
    match token {
        "" => request,
        token => request.header("authorization", format!("Bearer {token}")),
    }
}

fn posted(request: Request, body: &str) -> Request {
    let request = request
        .header("content-type", "application/json")
        .header("content-length", body.len().to_string());
    let chunks = body.as_bytes().chunks(CHUNK);
    chunks.fold(request, |request, chunk| request.chunk(chunk))
}

fn claims(number: usize) -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "jti": format!("{number:08}"),
        "scope": format!("openid profile {SCOPE} orders:write"), "email_verified": true,
        "email": "alice@example.com", "name": "Alice Example",
        "iat": NOW - 60, "exp": NOW + 3600,
    })
}

/// RS256, because its signatures are the same each time.
fn token(keys: &Keys, claims: &Value) -> String {
    let header = json!({ "alg": "RS256", "kid": KEY, "typ": "JWT" }).to_string();
    let input = format!(
        "{}.{}",
        encode(header.as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let signature = sign(keys.key(KEY).unwrap(), "RS256", &input).unwrap();
    format!("{input}.{}", encode(&signature))
}
