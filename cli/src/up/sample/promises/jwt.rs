//! Tokens, good and bad.

use serde_json::{Value, json};

use super::{ORDER, Table, get};
use crate::up::issuer::keys::{Algorithm, KeyError, base64url};
use crate::up::issuer::{Issuer, signing_input};
use crate::up::promise::{Filter, Outgoing, Promise};

const HOUR: i64 = 3600;
const TEN_YEARS: i64 = 10 * 365 * 24 * HOUR;

/// Each kind of denial.
///
/// # Errors
/// Where a token can't be signed.
pub fn denials(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut rows = lacking_tokens(issuer)?;
    rows.extend(token_times(issuer)?);
    rows.extend(foreign_tokens(issuer)?);
    rows.extend(unfit_tokens(issuer)?);
    rows.extend(access(issuer)?);
    Ok(rows)
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
    let unverified = changed(
        issuer,
        json!({ "scope": "orders:write", "email_verified": false }),
    );
    let unverified = issuer.sign(Algorithm::Es256, &unverified)?;
    jwt.deny(
        "a claim is not what the rule asks for",
        403,
        "jwt_claim",
        Outgoing::new("POST", "/api/v1/orders").bearer(&unverified),
    );
    jwt.deny(
        "the profile of somebody else",
        403,
        "jwt_binding",
        get("/api/v1/user/bob/profile").bearer(&reader),
    );
    jwt.allow(
        "her own profile",
        200,
        get("/api/v1/user/alice/profile").bearer(&reader),
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
