//! What the sample promises: one table of requests and their outcomes.
//!
//! Each kind of denial that the sample's policy can give is here once, and each
//! filter lets something through. A row is a line that people paste.

use serde_json::{Value, json};

use crate::up::issuer::keys::{Algorithm, KeyError, base64url};
use crate::up::issuer::{Issuer, signing_input};
use crate::up::promise::{Filter, Outcome, Outgoing, Promise};

const ORDERS: &str = "/api/v1/orders";
const ORDER: &str = "/api/v1/orders/ord_00000001";
const PROFILE: &str = "/api/v1/user/alice/profile";
const EVERY_SCOPE: &str = "orders:read orders:write profile:read profile:write";

const HOUR: i64 = 3600;
const TEN_YEARS: i64 = 10 * 365 * 24 * HOUR;

/// The whole table, filter by filter.
///
/// # Errors
/// Where a token can't be signed.
pub fn promises(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut table = readiness(issuer)?;
    table.extend(lacking_tokens(issuer)?);
    table.extend(token_times(issuer)?);
    table.extend(foreign_tokens(issuer)?);
    table.extend(unfit_tokens(issuer)?);
    table.extend(access(issuer)?);
    table.extend(parameters(issuer)?);
    table.extend(bodies(issuer)?);
    table.extend(hygiene());
    Ok(table)
}

/// What has to be let through before anything is promised: once these are, the
/// gateway has the issuer's keys.
///
/// # Errors
/// Where a token can't be signed.
pub fn readiness(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    for (name, algorithm) in [
        ("a good token, signed with RSA", Algorithm::Rs256),
        ("a good token, signed with ECDSA", Algorithm::Es256),
        ("a good token, signed with Ed25519", Algorithm::EdDsa),
    ] {
        let token = issuer.token(algorithm, "orders:read")?;
        jwt.allow(name, 200, get(ORDER).bearer(&token));
    }
    jwt.allow("no token where none is asked for", 200, get("/healthz"));
    Ok(jwt.rows)
}

fn lacking_tokens(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    jwt.deny("no token", 401, "jwt_missing", get(ORDER));
    jwt.deny(
        "no token at all, only text",
        401,
        "jwt_malformed",
        get(ORDER).bearer("letmein"),
    );
    let unsigned = signing_input(
        &json!({ "alg": "none", "typ": "JWT" }),
        &issuer.claims("orders:read"),
    );
    let unsigned = get(ORDER).bearer(&format!("{unsigned}."));
    jwt.deny(
        "`alg: none` and no signature",
        401,
        "jwt_algorithm",
        unsigned,
    );
    Ok(jwt.rows)
}

fn token_times(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    let mut deny = |name, reason, changes: Value| {
        let token = issuer.sign(Algorithm::Es256, &changed(issuer, changes))?;
        jwt.deny(name, 401, reason, get(ORDER).bearer(&token));
        Ok::<_, KeyError>(())
    };
    deny(
        "expired an hour ago",
        "jwt_expired",
        json!({ "iat": issuer.moment(-2 * HOUR), "exp": issuer.moment(-HOUR) }),
    )?;
    deny(
        "not valid for ten years yet",
        "jwt_not_yet_valid",
        json!({ "nbf": issuer.moment(TEN_YEARS), "exp": issuer.moment(2 * TEN_YEARS) }),
    )?;
    deny(
        "issued ten years from here",
        "jwt_issued_in_future",
        json!({ "iat": issuer.moment(TEN_YEARS), "exp": issuer.moment(2 * TEN_YEARS) }),
    )?;
    Ok(jwt.rows)
}

fn foreign_tokens(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    let mut deny = |name, reason, token: String| {
        jwt.deny(name, 401, reason, get(ORDER).bearer(&token));
    };
    let claims = changed(issuer, json!({ "iss": "https://elsewhere.example/" }));
    let token = issuer.sign(Algorithm::Es256, &claims)?;
    deny("another issuer", "jwt_issuer", token);
    let claims = changed(issuer, json!({ "aud": "payments-api" }));
    let token = issuer.sign(Algorithm::Es256, &claims)?;
    deny("made for another API", "jwt_audience", token);
    let header = json!({ "alg": "ES256", "kid": "retired", "typ": "JWT" });
    let token =
        issuer.sign_with_header(Algorithm::Es256, &header, &issuer.claims("orders:read"))?;
    deny(
        "signed with a key that nobody knows",
        "jwt_key_unknown",
        token,
    );
    let token = issuer.token(Algorithm::Es256, "orders:read")?;
    let forged = forge(&token, &changed(issuer, json!({ "sub": "mallory" })));
    deny("changed after it was signed", "jwt_signature", forged);
    Ok(jwt.rows)
}

fn unfit_tokens(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    let mut deny = |name, reason, header: Value, claims: &Value| {
        let token = issuer.sign_with_header(Algorithm::Es256, &header, claims)?;
        jwt.deny(name, 401, reason, get(ORDER).bearer(&token));
        Ok::<_, KeyError>(())
    };
    let usual = json!({ "alg": "ES256", "kid": Algorithm::Es256.kid(), "typ": "JWT" });
    let proof = json!({ "alg": "ES256", "kid": Algorithm::Es256.kid(), "typ": "dpop+jwt" });
    let critical =
        json!({ "alg": "ES256", "kid": Algorithm::Es256.kid(), "crit": ["exp"], "exp": 1 });
    let good = issuer.claims("orders:read");
    deny(
        "a proof instead of an access token",
        "jwt_type",
        proof,
        &good,
    )?;
    deny(
        "an unknown `crit` parameter",
        "jwt_critical",
        critical,
        &good,
    )?;
    let endless = without(issuer, "exp");
    deny("no `exp`", "jwt_claim_missing", usual.clone(), &endless)?;
    let text = changed(issuer, json!({ "exp": "tomorrow" }));
    deny("`exp` is text", "jwt_claim_type", usual, &text)?;
    Ok(jwt.rows)
}

fn access(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    let reader = issuer.token(Algorithm::Es256, "profile:read")?;
    jwt.deny(
        "a scope is missing",
        403,
        "jwt_scope",
        get(ORDER).bearer(&reader),
    );
    jwt.deny(
        "no rule allows it",
        403,
        "jwt_rule",
        get("/admin").bearer(&reader),
    );
    jwt.deny(
        "a path that servers read differently",
        400,
        "kit_path",
        get("/api/v1/orders;v=2").bearer(&reader),
    );
    Ok(jwt.rows)
}

fn parameters(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let token = issuer.token(Algorithm::Es256, EVERY_SCOPE)?;
    let mut schema = Table::new(Filter::Schema);
    let listing = get("/api/v1/orders?status=open&limit=10").bearer(&token);
    schema.allow("parameters as documented", 200, listing);
    let mut deny = |name, status, reason, request: Outgoing| {
        schema.deny(name, status, reason, request.bearer(&token));
    };
    deny(
        "no such path",
        404,
        "schema_path",
        get("/api/v1/orders/ord_00000001/history"),
    );
    deny(
        "no such method",
        405,
        "schema_method",
        Outgoing::new("DELETE", PROFILE),
    );
    deny(
        "`limit` over its maximum",
        400,
        "schema_parameter",
        get("/api/v1/orders?limit=1000"),
    );
    deny(
        "an unknown query parameter",
        400,
        "schema_parameter",
        get("/api/v1/orders?debug=true"),
    );
    deny(
        "an id of another form",
        400,
        "schema_parameter",
        get("/api/v1/orders/42"),
    );
    deny(
        "the API breaks its contract",
        502,
        "schema_response",
        get("/api/v1/orders/ord_00000001/invoice"),
    );
    Ok(schema.rows)
}

fn bodies(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let token = issuer.token(Algorithm::Es256, EVERY_SCOPE)?;
    let post = || Outgoing::new("POST", ORDERS).bearer(&token);
    let json = |body| post().content("application/json", body);
    let mut schema = Table::new(Filter::Schema);
    schema.allow(
        "an order",
        201,
        json(r#"{"item":"coffee-beans","quantity":2}"#),
    );
    let profile = Outgoing::new("PUT", PROFILE).bearer(&token).content(
        "application/json",
        r#"{"name":"Alice","email":"alice@example.com","newsletter":false,"birthday":null}"#,
    );
    schema.allow("a profile", 200, profile);
    schema.deny("no body", 400, "schema_body_missing", post());
    schema.deny(
        "a body that isn't JSON by type",
        415,
        "schema_content_type",
        post().content("text/plain", "two bags of beans"),
    );
    schema.deny(
        "cut-off JSON",
        400,
        "schema_body_syntax",
        json(r#"{"item":"coffee-beans","quantity":2"#),
    );
    schema.deny(
        "`quantity` below its minimum",
        400,
        "schema_body",
        json(r#"{"item":"coffee-beans","quantity":0}"#),
    );
    schema.deny(
        "an unknown member",
        400,
        "schema_body",
        json(r#"{"item":"coffee-beans","quantity":2,"total_cents":1}"#),
    );
    schema.deny(
        "nested too deeply",
        400,
        "schema_limit",
        json("[[[[[[[[[1]]]]]]]]]"),
    );
    Ok(schema.rows)
}

fn hygiene() -> Vec<Promise> {
    let mut headers = Table::new(Filter::Headers);
    let override_method = get("/healthz").header("x-http-method-override", "DELETE");
    headers.allow(
        "a hardened answer; the override of the method is taken off",
        200,
        override_method.show_head(),
    );
    headers.deny(
        "TRACE",
        405,
        "headers_method",
        Outgoing::new("TRACE", "/healthz"),
    );
    let twice = get("/healthz")
        .header("origin", "https://a.example")
        .header("origin", "https://b.example");
    headers.deny(
        "two values where there may be one",
        400,
        "headers_duplicate",
        twice,
    );
    let malformed = get("/healthz").header("content-type", "json");
    headers.deny(
        "a content type that isn't one",
        400,
        "headers_malformed",
        malformed,
    );
    headers.rows
}

/// Rows of one filter.
struct Table {
    filter: Filter,
    rows: Vec<Promise>,
}

impl Table {
    fn new(filter: Filter) -> Self {
        Self {
            filter,
            rows: Vec::new(),
        }
    }

    fn allow(&mut self, name: &'static str, status: u16, request: Outgoing) {
        self.add(
            name,
            request,
            Outcome {
                status,
                reason: None,
            },
        );
    }

    fn deny(&mut self, name: &'static str, status: u16, reason: &str, request: Outgoing) {
        let reason = Some(reason.to_owned());
        self.add(name, request, Outcome { status, reason });
    }

    fn add(&mut self, name: &'static str, request: Outgoing, outcome: Outcome) {
        self.rows.push(Promise {
            name,
            filter: self.filter,
            request,
            outcome,
        });
    }
}

fn get(target: &'static str) -> Outgoing {
    Outgoing::new("GET", target)
}

/// Good claims with `changes`.
fn changed(issuer: &Issuer, changes: Value) -> Value {
    let mut claims = issuer.claims("orders:read");
    if let (Some(claims), Value::Object(changes)) = (claims.as_object_mut(), changes) {
        claims.extend(changes);
    }
    claims
}

/// Good claims but one.
fn without(issuer: &Issuer, claim: &str) -> Value {
    let mut claims = issuer.claims("orders:read");
    if let Some(claims) = claims.as_object_mut() {
        claims.remove(claim);
    }
    claims
}

/// `token` with other claims under its old signature.
fn forge(token: &str, claims: &Value) -> String {
    let mut parts = token.split('.');
    let (header, signature) = (
        parts.next().unwrap_or_default(),
        parts.nth(1).unwrap_or_default(),
    );
    let claims = base64url(claims.to_string().as_bytes());
    format!("{header}.{claims}.{signature}")
}
