//! What a filter remembers: a token that was verified once is held to everything
//! that can change, and to nothing but this policy.

use crate::filter::{Asked, Filter, NOW};
use crate::keys::Signer;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use std::time::Duration;
use tollgate_kit::remote::Availability;

fn provider(others: &Value) -> Value {
    let mut provider = json!({
        "name": "corp", "issuer": "corp", "audiences": ["api"], "algorithms": ["EdDSA"],
        "jwks": { "inline": { "keys": [key("a")] } },
    });
    for (name, value) in others.as_object().unwrap() {
        provider[name] = value.clone();
    }
    provider
}

fn remote() -> Value {
    json!({ "jwks": { "remote": { "uri": "https://idp.example.com/jwks.json", "cluster": "idp" } } })
}

fn signer() -> Signer {
    Signer::named("ed25519")
}

/// A token of ten minutes.
fn token(others: &Value) -> String {
    signer().token_with(Algorithm::EdDSA, json!({ "kid": "a" }), &claims(others))
}

fn claims(others: &Value) -> Value {
    let mut claims = json!({
        "iss": "corp", "aud": "api", "sub": "ann", "iat": NOW, "exp": NOW + 600,
    });
    for (name, value) in others.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn key(kid: &str) -> Value {
    signer().jwk_with(&json!({ "kid": kid }))
}

fn set(keys: &[Value]) -> Value {
    json!({ "keys": keys })
}

/// A request to a filter whose keys are remote.
fn with_keys(asked: &Asked, usable: bool) -> Asked {
    let state = Availability {
        usable,
        age: None,
        obtainable: false,
        retry_after: Duration::from_secs(3),
    };
    Asked {
        remotes: vec![state],
        ..asked.clone()
    }
}

#[test]
fn a_token_that_a_lax_policy_knows_is_none_to_a_strict_one() {
    let token = token(&json!({ "aud": ["api", "other"] }));
    let asked = Asked::bearing(&token);
    let lax = Filter::trusting(provider(&json!({ "audiences": ["api", "other"] })));
    for (others, reason) in [
        (json!({ "audiences": ["third"] }), "jwt_audience"),
        (json!({ "require": ["scope"] }), "jwt_claim_missing"),
        (json!({ "types": ["at+jwt"] }), "jwt_type"),
        (json!({ "issuer": "partner" }), "jwt_issuer"),
        (json!({ "sender": "mtls" }), "jwt_sender"),
        (json!({ "max_lifetime": "599s" }), "jwt_lifetime"),
        (json!({ "from": [{ "cookie": "sid" }] }), "jwt_missing"),
    ] {
        let strict = Filter::trusting(provider(&others));
        assert_eq!(lax.outcome(&asked), "allow");
        assert_eq!(strict.outcome(&asked), reason);
        assert_eq!(lax.outcome(&asked), "allow");
        assert_eq!(strict.outcome(&asked), reason);
    }
}

#[test]
fn providers_of_one_name_and_issuer_with_other_keys_share_nothing() {
    let other = Signer::named("p256");
    let keys = json!({ "jwks": { "inline": { "keys": [other.jwk] } }, "algorithms": ["ES256"] });
    let filters = [
        Filter::trusting(provider(&json!({}))),
        Filter::trusting(provider(&keys)),
    ];
    let tokens = [
        token(&json!({})),
        other.token(Algorithm::ES256, &claims(&json!({}))),
    ];
    for _ in 0..2 {
        for (own, filter) in filters.iter().enumerate() {
            for (signed, token) in tokens.iter().enumerate() {
                let expected = if own == signed {
                    "allow"
                } else {
                    "jwt_algorithm"
                };
                assert_eq!(filter.outcome(&Asked::bearing(token)), expected);
            }
        }
    }
}

#[test]
fn a_token_that_is_known_is_held_to_the_clock() {
    let token = token(&json!({ "nbf": NOW + 10 }));
    let filter = Filter::trusting(provider(&json!({ "max_age": "300s" })));
    let asked = Asked::bearing(&token);
    for (now, expected) in [
        (NOW + 10, "allow"),
        (NOW + 9, "jwt_not_yet_valid"),
        (NOW - 1, "jwt_not_yet_valid"),
        (NOW + 300, "allow"),
        (NOW + 301, "jwt_too_old"),
        (NOW + 599, "jwt_too_old"),
        (NOW + 600, "jwt_expired"),
        (NOW + 10, "allow"),
    ] {
        assert_eq!(filter.outcome(&asked.clone().at(now)), expected, "{now}");
    }
}

#[test]
fn a_token_goes_with_its_key_and_comes_back_with_it() {
    let filter = Filter::trusting(provider(&remote()));
    let asked = with_keys(&Asked::bearing(token(&json!({}))), true);
    assert_eq!(filter.outcome(&asked), "jwt_key_unknown");
    assert_eq!(filter.install(0, &set(&[key("a")])), Some(0));
    assert_eq!(filter.outcome(&asked), "allow");
    let other = Signer::named("p256").jwk;
    let stays = set(&[other.clone(), key("a"), key("b")]);
    assert_eq!(filter.install(0, &stays), Some(0));
    assert_eq!(filter.outcome(&asked), "allow");
    for (gone, reason) in [
        (set(&[key("b")]), "jwt_key_unknown"),
        (set(&[]), "jwt_key_unknown"),
        (
            set(&[signer().jwk_with(&json!({ "kid": "a", "use": "enc" }))]),
            "jwt_key_unknown",
        ),
        (
            set(&[Signer::named("p256").jwk_with(&json!({ "kid": "a" }))]),
            "jwt_algorithm",
        ),
        (set(&[other_ed25519()]), "jwt_signature"),
    ] {
        assert!(filter.install(0, &gone).is_some());
        assert_eq!(filter.outcome(&asked), reason, "{gone}");
        assert_eq!(filter.install(0, &set(&[key("a")])), Some(0));
        assert_eq!(filter.outcome(&asked), "allow", "{gone}");
    }
}

/// The key of RFC 8037 appendix A, with the `kid` of ours.
fn other_ed25519() -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519", "kid": "a",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    })
}

#[test]
fn what_is_no_key_set_leaves_the_keys_as_they_are() {
    let filter = Filter::trusting(provider(&remote()));
    let asked = with_keys(&Asked::bearing(token(&json!({}))), true);
    assert_eq!(filter.install(0, &set(&[key("a")])), Some(0));
    assert_eq!(filter.outcome(&asked), "allow");
    for bad in [
        json!({}),
        json!([]),
        json!({ "keys": {} }),
        set(&vec![key("a"); 101]),
    ] {
        assert_eq!(filter.install(0, &bad), None);
        assert_eq!(filter.outcome(&asked), "allow");
    }
    assert_eq!(
        filter.install(1, &set(&[])),
        None,
        "there is no such remote"
    );
    assert_eq!(filter.outcome(&asked), "allow");
}

#[test]
fn keys_that_can_no_longer_be_had_vouch_for_no_token() {
    let filter = Filter::trusting(provider(&remote()));
    let asked = Asked::bearing(token(&json!({})));
    assert_eq!(
        filter.outcome(&with_keys(&asked, false)),
        "jwt_keys_unavailable"
    );
    assert_eq!(filter.install(0, &set(&[key("a")])), Some(0));
    for _ in 0..2 {
        assert_eq!(filter.outcome(&with_keys(&asked, true)), "allow");
        assert_eq!(
            filter.outcome(&with_keys(&asked, false)),
            "jwt_keys_unavailable"
        );
    }
}

#[test]
fn every_request_is_held_to_its_own_rule() {
    let rule =
        |path: &str, require: Value| json!({ "match": { "path": path }, "require": require });
    let filter = Filter::with(&json!({
        "providers": [provider(&json!({}))],
        "rules": [
            rule("/any", json!({})),
            rule("/scope", json!({ "scopes": { "all": ["write"] } })),
            rule("/read", json!({ "scopes": { "any": ["read", "write"] } })),
            rule("/claim", json!({ "claims": [{ "claim": "sub", "equals": "bob" }] })),
            rule("/user/{id}", json!({ "binding": [{ "claim": "sub", "equals": "path.id" }] })),
            { "match": { "path": "/optional" }, "allow": "optional" },
        ],
    }));
    let token = token(&json!({ "scope": "read" }));
    for _ in 0..2 {
        for (path, expected) in [
            ("/any", "allow"),
            ("/scope", "jwt_scope"),
            ("/read", "allow"),
            ("/claim", "jwt_claim"),
            ("/user/ann", "allow"),
            ("/user/bob", "jwt_binding"),
            ("/optional", "allow"),
            ("/nowhere", "jwt_rule"),
        ] {
            let asked = Asked::get(path).with("authorization", format!("Bearer {token}"));
            assert_eq!(filter.outcome(&asked), expected, "{path}");
        }
    }
}

#[test]
fn a_token_that_is_known_still_stands_only_where_it_may() {
    let partner = json!({
        "name": "partner", "issuer": "partner", "from": [{ "cookie": "sid" }],
    });
    let filter = Filter::with(&json!({ "providers": [provider(&json!({})), provider(&partner)] }));
    let (own, partners) = (token(&json!({})), token(&json!({ "iss": "partner" })));
    let cookie = |token: &str| Asked::get("/").with("cookie", format!("sid={token}"));
    for _ in 0..2 {
        assert_eq!(filter.outcome(&Asked::bearing(&own)), "allow");
        assert_eq!(filter.outcome(&cookie(&partners)), "allow");
        assert_eq!(filter.outcome(&cookie(&own)), "jwt_missing");
        assert_eq!(filter.outcome(&Asked::bearing(&partners)), "jwt_missing");
    }
}
