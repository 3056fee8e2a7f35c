//! Requests that are decided by rules that a document gave.

use serde_json::json;
use tollgate::policy::{Filter, Policy};
use tollgate::up::issuer::keys::{Algorithm, KeyRing, base64url};
use tollgate::up::issuer::signing_input;
use tollgate_kit::fields::Fields;
use tollgate_kit::path::{Semicolon, Target};
use tollgate_kit::plugin::{Plugin, Shape};
use tollgate_kit::stage::{Env, Request};
use tollgate_kit::verdict::Verdict;

const NOW: u64 = 1_700_000_000;

#[test]
fn a_request_needs_the_scope_of_its_operation() {
    let keys = KeyRing::generate().unwrap();
    let gate = Gate::new(&keys);
    let (read, write) = (token(&keys, "orders:read"), token(&keys, "orders:write"));
    for (method, path, token, expected) in [
        ("GET", "/v1/orders/7", Some(&read), None),
        ("GET", "/v1/orders/7", Some(&write), Some("jwt_scope")),
        ("GET", "/v1/orders/7", None, Some("jwt_missing")),
        ("HEAD", "/v1/orders/7", Some(&write), Some("jwt_scope")),
        ("DELETE", "/v1/orders/7", Some(&write), None),
        ("DELETE", "/v1/orders/7", Some(&read), Some("jwt_scope")),
        ("GET", "/v1/orders/latest", None, None),
        ("GET", "/v1/orders", Some(&write), None),
        ("GET", "/v1/orders", None, Some("jwt_missing")),
        ("PUT", "/v1/orders", Some(&write), Some("jwt_rule")),
        ("GET", "/v2/orders", Some(&read), None),
        ("GET", "/v3/orders", Some(&read), Some("jwt_rule")),
        ("POST", "/upload/orders", Some(&write), None),
        ("POST", "/upload/orders", Some(&read), Some("jwt_scope")),
        ("POST", "/v1/orders", Some(&write), Some("jwt_rule")),
        ("GET", "/status", None, None),
    ] {
        let found = gate.decide(method, path, token.map(String::as_str));
        assert_eq!(found, expected, "{method} {path}");
    }
}

const DOCUMENT: &str = "
openapi: 3.1.0
servers: [{ url: '/{version}', variables: { version: { default: v1, enum: [v1, v2] } } }]
components: { securitySchemes: { oauth: { type: oauth2, flows: {} } } }
security: [{ oauth: [] }]
paths:
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    get: { security: [{ oauth: [orders:read] }] }
    delete: { security: [{ oauth: [orders:write] }] }
  /orders/latest:
    get: { security: [] }
  /orders:
    get: {}
    post: { servers: [{ url: https://upload.example.com/upload }], security: [{ oauth: [orders:write] }] }
  /status:
    servers: [{ url: / }]
    get: { security: [] }
";

/// The `jwt` filter with the section that `tollgate render` would write.
struct Gate(Plugin);

// === impl Gate ===

impl Gate {
    fn new(keys: &KeyRing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("openapi.yaml"), DOCUMENT).unwrap();
        let text = json!({
            "version": 1,
            "rules_from_openapi": true,
            "jwt": { "providers": [{
                "name": "corp",
                "issuer": "https://idp.example.com/",
                "audiences": ["orders-api"],
                "algorithms": [Algorithm::EdDsa.name()],
                "jwks": { "inline": keys.jwks() },
            }] },
            "schema": { "openapi": "openapi.yaml" },
        });
        let policy = Policy::from_text(&text.to_string(), folder.path());
        let policy = policy.unwrap_or_else(|report| panic!("{report}"));
        let section = &policy.section(Filter::Jwt).unwrap().json;
        let shape = Shape::Section(tollgate_jwt::SECTION);
        Self(Plugin::compile(section.as_bytes(), shape).ok().unwrap())
    }

    /// Why a request is refused.
    fn decide(&self, method: &str, path: &str, token: Option<&str>) -> Option<&'static str> {
        let mut fields = Fields::from_pairs([(":method", method), (":path", path)]);
        fields.append(b":authority", b"api.example.com");
        if let Some(token) = token {
            fields.append(b"authorization", format!("Bearer {token}").as_bytes());
        }
        let target = Target::parse(Some(path.as_bytes()), Semicolon::Deny).unwrap();
        let request = Request {
            fields: &fields,
            target: Some(&target),
            tls: true,
            certificate: None,
            host: "api.example.com",
            end_of_stream: true,
        };
        // Ed25519 is checked without the host.
        let env = Env::alone(NOW * 1_000_000_000);
        match self.0.stages[0].request(&request, &env) {
            Verdict::Allow(_) => None,
            Verdict::Deny(denial) => Some(denial.reason.slug),
            Verdict::Await(need) => panic!("{need:?}"),
        }
    }
}

fn token(keys: &KeyRing, scope: &str) -> String {
    let algorithm = Algorithm::EdDsa;
    let header = json!({ "alg": algorithm.name(), "kid": algorithm.kid() });
    let claims = json!({
        "iss": "https://idp.example.com/", "aud": "orders-api", "scope": scope,
        "iat": NOW - 60, "exp": NOW + 60,
    });
    let message = signing_input(&header, &claims);
    let signature = keys.sign(algorithm, message.as_bytes()).unwrap();
    format!("{message}.{}", base64url(&signature))
}
