//! Bound tokens: the examples of RFC 9449 and RFC 8705, and each fact of a proof
//! changed by itself.

use crate::filter::{Asked, Filter, Memory};
use crate::keys::{Signer, decode, encode};
use crate::published::{self, Suite, data, read};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::rc::Rc;
use tollgate_jwt::claims::Claims;
use tollgate_jwt::times::Times;
use tollgate_jwt::verified::Verified;
use tollgate_jwt::{compile, sender};
use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::json::{Limits, OwnedDocument};
use tollgate_kit::verdict::Verdict;

/// A provider whose tokens are bound.
fn provider(signer: &Signer, sender: &str) -> Value {
    json!({
        "name": "corp", "issuer": "corp", "audiences": ["api"], "algorithms": ["ES256"],
        "jwks": { "inline": { "keys": [signer.jwk] } },
        "require": ["sub"], "sender": sender,
    })
}

fn filter(signer: &Signer, sender: &str) -> Filter {
    Filter::trusting(provider(signer, sender))
}

fn token(signer: &Signer, confirmation: Value) -> String {
    let claims = json!({ "iss": "corp", "aud": "api", "sub": "ann", "cnf": confirmation });
    signer.token(Algorithm::ES256, &claims)
}

/// What a proof's refusal says; `allow` where it is accepted.
fn detail(filter: &Filter, asked: &Asked) -> String {
    match filter.judge(asked) {
        Verdict::Allow(_) => "allow".to_owned(),
        Verdict::Deny(denial) => format!("{}: {}", denial.reason.slug, denial.detail),
        Verdict::Await(need) => panic!("{need:?}"),
    }
}

/// The request that a proof of RFC 9449 is for.
fn example(proof: &Value, token: &str, now: u64) -> Asked {
    let text = |name: &str| proof[name].as_str().unwrap();
    let (host, path) = text("htu")
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let path = format!("/{path}");
    Asked {
        fields: Vec::new(),
        path: path.clone().into(),
        ..Asked::get("/").at(now)
    }
    .with(":method", text("htm"))
    .with(":path", path)
    .with(":scheme", "https")
    .with(":authority", host)
    .with("authorization", format!("DPoP {token}"))
    .with("dpop", text("proof"))
}

#[test]
fn the_proofs_of_rfc_9449_are_good_for_all_but_our_token() {
    let suite = "rfc-dpop";
    let Some(file) = read(suite, "rfc-vectors/dpop.json", 10) else {
        return;
    };
    let signer = Signer::named("p256");
    let mut totals = Suite::new(suite, &[]);
    for proof in file["proofs"].as_array().unwrap() {
        let filter = filter(&signer, "dpop");
        let (id, iat) = (
            proof["id"].as_str().unwrap(),
            proof["iat"].as_u64().unwrap(),
        );
        let token = token(&signer, json!({ "jkt": proof["jkt"] }));
        let asked = example(proof, &token, iat);
        let mut expect = |what: &str, asked: &Asked, said: &str| {
            let found = detail(&filter, asked);
            totals.judge(&format!("{id}/{what}: {found}"), true, found == said);
        };
        // Key, signature, method and resource come before the token's hash.
        let other_token = "jwt_sender: the proof is for another token";
        expect("as it is", &asked, other_token);
        let mut other = asked.clone();
        other.fields[0].1 = b"PUT".to_vec();
        expect(
            "method",
            &other,
            "jwt_sender: the proof is for another method",
        );
        let mut other = asked.clone();
        other.fields[3].1 = b"api.example.com".to_vec();
        expect(
            "resource",
            &other,
            "jwt_sender: the proof is for another resource",
        );
        let mut other = asked.clone();
        let (input, _) = proof["proof"].as_str().unwrap().rsplit_once('.').unwrap();
        other.fields[5].1 = format!("{input}.{}", encode(&[1; 64])).into_bytes();
        expect(
            "signature",
            &other,
            "jwt_sender: the proof's signature does not verify",
        );
        let mut other = asked.clone();
        let jkt = encode(&Sha256::digest("another key"));
        let bound = self::token(&signer, json!({ "jkt": jkt }));
        other.fields[4].1 = format!("DPoP {bound}").into_bytes();
        let other_key = "jwt_sender: the proof is by another key than the token's";
        expect("key", &other, other_key);
    }
    totals.finish(10);
}

#[test]
fn the_proof_of_rfc_9449_is_good_for_its_token_once() {
    let suite = "rfc-dpop-with-its-token";
    let Some(file) = read(suite, "rfc-vectors/dpop.json", 6) else {
        return;
    };
    let proof = &file["proofs"][1];
    let iat = proof["iat"].as_u64().unwrap();
    let access_token = proof["access_token"].as_str().unwrap();
    let mut totals = Suite::new(suite, &[]);
    for (now, good) in [
        (iat - 61, false),
        (iat - 60, true),
        (iat, true),
        (iat + 60, true),
        (iat + 61, false),
    ] {
        let found = is_bound(access_token, proof, now, &Memory::default());
        totals.judge(
            &format!("{} s", now.cast_signed() - iat.cast_signed()),
            good,
            found,
        );
    }
    let ledger = Memory::default();
    let first = is_bound(access_token, proof, iat, &ledger);
    let second = is_bound(access_token, proof, iat, &ledger);
    totals.judge("once", true, first && !second);
    totals.finish(6);
}

/// Whether a proof is good for a token that is no JWT, as that of the RFC is none.
fn is_bound(access_token: &str, proof: &Value, now: u64, ledger: &Memory) -> bool {
    let signer = Signer::named("p256");
    let parse = |value: &Value| {
        OwnedDocument::parse(value.to_string().into_bytes(), &Limits::DEFAULT).unwrap()
    };
    let section = parse(&json!({ "providers": [provider(&signer, "dpop")] }));
    let faults = Faults::new();
    let policy = compile::policy(Setting::root(section.root(), "jwt", &faults)).unwrap();
    let claims = Claims::new(parse(&json!({ "cnf": { "jkt": proof["jkt"] } }))).unwrap();
    let verified = Verified {
        provider: 0,
        key: Rc::new(published::key(&signer.jwk).unwrap()),
        kid: None,
        times: Times::of(&claims).unwrap(),
        claims,
    };
    example(proof, access_token, now).put(ledger, |request, env| {
        let token = access_token.as_bytes();
        sender::check(&policy.providers[0], &verified, token, request, env).is_ok()
    })
}

#[test]
fn the_certificate_of_rfc_8705_is_the_one_that_its_confirmation_names() {
    let suite = "rfc-mtls";
    let Some(file) = read(suite, "rfc-vectors/mtls.json", 4) else {
        return;
    };
    let signer = Signer::named("p256");
    let filter = filter(&signer, "mtls");
    let mut totals = Suite::new(suite, &[]);
    let vector = &file["vectors"][0];
    let name = vector["certificate"].as_str().unwrap();
    let pem = std::fs::read_to_string(data().join("rfc-vectors").join(name)).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
    let digest = Sha256::digest(STANDARD.decode(body).unwrap());
    let confirmation = json!({ "x5t#S256": vector["x5t#S256"] });
    let mut asked = Asked::bearing(token(&signer, confirmation));
    totals.judge("no certificate", false, filter.outcome(&asked) == "allow");
    asked.certificate = Some(hex(&digest));
    totals.judge("its certificate", true, filter.outcome(&asked) == "allow");
    asked.certificate = Some(hex(&Sha256::digest("another")));
    totals.judge(
        "another certificate",
        false,
        filter.outcome(&asked) == "allow",
    );

    // Its last character has bits set that no digest fills.
    let confirmation = &file["vectors"][1]["claims"]["cnf"];
    let value = confirmation["x5t#S256"].as_str().unwrap();
    let canonical = value.strip_suffix('2').unwrap().to_owned() + "0";
    let mut asked = Asked::bearing(token(&signer, confirmation.clone()));
    asked.certificate = Some(hex(&decode(&canonical)));
    totals.judge("not canonical", false, filter.outcome(&asked) == "allow");
    totals.finish(4);
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.into_bytes()
}
