//! How much a filter remembers: within its bytes after any number of tokens, and
//! what is in use stays.

use crate::filter::{Asked, Memory, NOW};
use crate::keys::{Signer, encode};
use serde_json::{Value, json};
use std::cell::Cell;
use tollgate_jwt::compile;
use tollgate_jwt::decide;
use tollgate_jwt::policy::Policy;
use tollgate_jwt::state::State;
use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::host::{Digest, HostError};
use tollgate_kit::json::{Limits, OwnedDocument};
use tollgate_kit::stage::{Env, Verifier};
use tollgate_kit::verdict::Verdict;

/// As much as a worker's cache may take.
const LIMIT: usize = 2 * 1024 * 1024;
const TOKENS: usize = 20_000;

/// Takes every signature, and counts them.
#[derive(Default)]
struct Counting(Cell<usize>);

impl Verifier for Counting {
    fn verify(&self, _: Digest, _: &[u8], _: &[u8], _: &[u8]) -> Result<bool, HostError> {
        self.0.set(self.0.get() + 1);
        Ok(true)
    }
}

struct Bench {
    policy: Policy,
    state: State,
    verifier: Counting,
}

// === impl Bench ===

impl Bench {
    fn new() -> Self {
        let section = json!({ "providers": [{
            "name": "corp", "issuer": "corp", "audiences": ["api"], "algorithms": ["ES256"],
            "jwks": { "inline": { "keys": [Signer::named("p256").jwk] } }, "require": ["sub"],
        }] });
        let section = section.to_string().into_bytes();
        let section = OwnedDocument::parse(section, &Limits::DEFAULT).unwrap();
        let faults = Faults::new();
        let policy = compile::policy(Setting::root(section.root(), "jwt", &faults)).unwrap();
        Self {
            state: State::new(&policy),
            policy,
            verifier: Counting::default(),
        }
    }

    /// Whether the signature was checked; it always passes.
    fn checks(&mut self, token: &str) -> bool {
        let before = self.verifier.0.get();
        let verdict = Asked::bearing(token)
            .at(NOW)
            .put(&Memory::default(), |request, env| {
                let env = Env {
                    verifier: &self.verifier,
                    ..*env
                };
                decide::request(&self.policy, &mut self.state, request, &env)
            });
        assert!(matches!(verdict, Verdict::Allow(_)), "{token}");
        assert!(
            self.state.cache.size() <= LIMIT,
            "{}",
            self.state.cache.size()
        );
        self.verifier.0.get() > before
    }
}

/// The token of a number, with some members more.
fn token(number: usize, more: &Value) -> String {
    let claims = json!({ "iss": "corp", "aud": "api", "sub": number.to_string(), "more": more });
    let mut signature = [7; 64];
    signature[56..].copy_from_slice(&number.to_be_bytes());
    let part = |value: &Value| encode(value.to_string().as_bytes());
    let header = part(&json!({ "alg": "ES256" }));
    format!("{header}.{}.{}", part(&claims), encode(&signature))
}

#[test]
fn a_cache_keeps_within_its_bytes() {
    let mut bench = Bench::new();
    for number in 0..TOKENS {
        assert!(bench.checks(&token(number, &json!(null))));
    }
    assert!(
        bench.state.cache.size() > LIMIT / 4,
        "{}",
        bench.state.cache.size()
    );
    // The newest are there, and no more than fit.
    let known = (0..TOKENS).rev().map(|number| token(number, &json!(null)));
    let known = known.take_while(|token| !bench.checks(token)).count();
    let bytes = known * token(0, &json!(null)).len();
    assert!(
        known > 500 && bytes < LIMIT,
        "{known} tokens of {bytes} bytes are known"
    );
}

#[test]
fn a_cache_of_tokens_of_any_size_keeps_within_its_bytes() {
    let mut bench = Bench::new();
    for number in 0..2000 {
        let members = vec![json!(number); number % 500 * 3];
        let texts = "x".repeat(number * 37 % 8000);
        for more in [json!(members), json!(texts)] {
            bench.checks(&token(number, &more));
        }
    }
}

#[test]
fn a_token_in_use_stays_while_others_come_and_go() {
    let mut bench = Bench::new();
    let used = token(TOKENS, &json!(null));
    assert!(bench.checks(&used));
    for number in 0..TOKENS {
        bench.checks(&token(number, &json!(null)));
        if number % 100 == 0 {
            assert!(!bench.checks(&used), "gone after {number} others");
        }
    }
}

#[test]
fn tokens_with_one_end_are_told_apart() {
    let mut bench = Bench::new();
    let one = token(1, &json!("one"));
    let other = token(1, &json!("other"));
    assert_eq!(one.get(one.len() - 40..), other.get(other.len() - 40..));
    for _ in 0..2 {
        assert!(bench.checks(&one));
        assert!(!bench.checks(&one));
        assert!(bench.checks(&other));
        assert!(!bench.checks(&other));
    }
    // Also where one of them is about to be forgotten.
    let mut bench = Bench::new();
    assert!(bench.checks(&one));
    let mut number = TOKENS;
    let half = LIMIT / 2;
    while bench.state.cache.size() < half + half / 2 {
        bench.checks(&token(number, &json!(null)));
        number += 1;
    }
    assert!(bench.checks(&other));
    assert!(!bench.checks(&one));
}
