//! Proofs of possession, of which each is good once for all workers.

use serde_json::json;
use tollgate_gateway::order::told;
use tollgate_gateway::{Company, Form, Gate, Place, Site, Test, Topic, World, policy, token};
use tollgate_rig::Request;

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[(
    "a_proof_is_good_for_one_of_many_requests_over_two_workers",
    good_once,
)];

fn gates(site: &Site) -> Vec<Gate> {
    let mut jwt = policy::jwt(policy::inline());
    jwt["providers"][0]["sender"] = "dpop".into();
    let policy = policy::file(json!({ "jwt": jwt }));
    vec![site.gate("proofs", Form::SEPARATE, &policy).at(Place::Two)]
}

fn good_once(world: &World) {
    let gate = world.two.gates("proofs")[0];
    let token = token::bound("ec", "holder");
    for _ in 0..5 {
        let proof = token::proof("holder", "http://gateway.test/orders", &token);
        let send = || {
            let request = Request::new("GET", "/orders")
                .field("authorization", format!("DPoP {token}"))
                .field("dpop", proof.clone());
            told(&gate.send(&request))
        };
        // A connection each, so that both workers serve some at the same time.
        let mut told: Vec<String> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..20).map(|_| scope.spawn(send)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        told.sort();
        let mut expected = vec!["401 jwt_sender"; 19];
        expected.insert(0, "200");
        assert_eq!(told, expected);
    }
}
