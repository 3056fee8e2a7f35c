//! An attack as the list has it, and the case that it becomes.

use crate::recipe::Start;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tollgate_conformance::artefacts;
use tollgate_conformance::case::{Bytes, Case, Expect, Outcome, Request, Upstream};
use tollgate_conformance::observe::Observation;

/// One attack.
pub struct Attack {
    pub id: String,
    pub class: String,
    /// Whose policy it is about: `default` or `hmac`.
    pub profile: String,
    /// `accept`, `reject` or `policy`.
    pub expected: String,
    pub token: String,
}

/// The list: its attacks, and what its policies are made of.
pub struct List {
    pub attacks: Vec<Attack>,
    profiles: Value,
    keys: Value,
}

/// The clock of the list.
pub const NOW: u64 = 1_800_000_000;

// === impl List ===

impl List {
    /// `None` where the published data are not there.
    pub fn read() -> Option<Self> {
        let folder = artefacts::data().join("jwt-attacks");
        let read = |name: &str| {
            let text = std::fs::read(folder.join(name)).ok()?;
            Some(serde_json::from_slice::<Value>(&text).unwrap())
        };
        let (list, keys) = (read("cases.json")?, read("jwks.json")?);
        let cases = list["cases"].as_array().unwrap();
        let good = cases.iter().find(|case| case["id"] == "ok-es256").unwrap();
        let start = Start::new(
            good["token"].as_str().unwrap(),
            &read("signing-keys.json")?["ec-1"],
        );
        let text = |case: &Value, name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let attack = |case: &Value| Attack {
            id: text(case, "id"),
            class: text(case, "class"),
            profile: case["profile"].as_str().unwrap_or("default").to_owned(),
            expected: text(case, "expected"),
            token: match case.get("recipe") {
                Some(recipe) => start.token(recipe),
                None => text(case, "token"),
            },
        };
        Some(Self {
            attacks: cases.iter().map(attack).collect(),
            profiles: list["profiles"].clone(),
            keys,
        })
    }

    /// The policy of a profile, with a skew of so many seconds.
    pub fn policy(&self, profile: &str, skew: u64) -> Map<String, Value> {
        let profile = &self.profiles[profile];
        let skew = format!("{skew}s");
        let policy = json!({ "version": 1, "jwt": { "providers": [{
            "name": "issuer",
            "issuer": profile["issuer"],
            "audiences": profile["audience"],
            "algorithms": profile["algorithms"],
            "jwks": { "inline": self.keys },
            "require": profile["required_claims"],
            "clock_skew": { "exp": skew, "nbf": skew, "iat": skew },
        }] } });
        policy.as_object().unwrap().clone()
    }

    /// The case of an attack.
    pub fn case(&self, attack: &Attack, skew: u64) -> Case {
        Case {
            source: "RFC 8725".into(),
            policy: "attacks".into(),
            document: Some(self.policy(&attack.profile, skew)),
            now: NOW,
            tokens: BTreeMap::new(),
            before: Vec::new(),
            request: Request {
                headers: vec![("authorization".into(), Bytes::Text(attack.field()))],
                ..Request::default()
            },
            upstream: Upstream::default(),
            jwks: BTreeMap::new(),
            hold_flag: true,
            failing: Vec::new(),
            expect: Expect {
                outcome: Outcome::Allow,
                reason: None,
                filter: None,
                status: 200,
                headers: BTreeMap::new(),
                problem: BTreeMap::new(),
                body: None,
                upstream: None,
                state: BTreeMap::new(),
                counters: BTreeMap::new(),
            },
            skip: BTreeMap::new(),
        }
    }
}

// === impl Attack ===

impl Attack {
    /// White space around a field's value is no part of it (RFC 9110 §5.5).
    fn field(&self) -> String {
        let field = format!("Bearer {}", self.token);
        field.trim_matches([' ', '\t']).to_owned()
    }

    /// Whether a field of HTTP can hold it (RFC 9110 §5.5).
    pub fn is_carried(&self) -> bool {
        let control = |byte: u8| byte.is_ascii_control() && byte != b'\t';
        !self.token.bytes().any(control)
    }

    /// Whether Envoy takes a head of this size: 60 KiB.
    pub fn is_short(&self) -> bool {
        self.token.len() < 59 * 1024
    }
}

/// `accept`, the reason of the refusal, or what else came.
pub fn ending(seen: &Observation) -> String {
    let mark = seen.marks.get("jwt").map_or("", String::as_str);
    let reason = mark.strip_prefix("deny ");
    match (seen.status, &seen.upstream, reason) {
        _ if !seen.accidents.is_empty() => format!("accidents: {:?}", seen.accidents),
        (Some(200), Some(_), None) if mark == "allow" => "accept".to_owned(),
        (Some(400..=499), None, Some(reason)) => reason.to_owned(),
        (Some(status @ 400..=499), None, None) => format!("status {status}"),
        (status, upstream, _) => format!("{status:?} {mark}, upstream: {}", upstream.is_some()),
    }
}
