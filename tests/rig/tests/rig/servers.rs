//! Key servers: their answers in order.

use std::time::Duration;

use tollgate_rig::{
    Answer, Authority, Client, End, Http, KeyAnswer, KeyServer, Request, SERVER_NAME,
};

use crate::Test;

pub const TESTS: &[Test] = &[
    ("key_servers_answer_in_order", key_servers_answer_in_order),
    (
        "a_key_server_that_refuses_does_not_listen",
        a_key_server_that_refuses_does_not_listen,
    ),
    ("key_servers_speak_tls", key_servers_speak_tls),
];

fn key_servers_answer_in_order() {
    let server = KeyServer::start(
        vec![
            KeyAnswer::Says(Answer::new(500)),
            KeyAnswer::Refuses,
            KeyAnswer::Says(Answer::json(200, "{\"keys\":[]}").after(Duration::from_millis(50))),
        ],
        None,
    );
    let client = Client::new(server.address(), Http::One);
    let get = || client.send(&Request::new("GET", "/jwks.json"));
    assert_eq!(get().status, Some(500));
    assert_eq!(get().status, None);
    for _ in 0..2 {
        assert_eq!(get().body, b"{\"keys\":[]}");
    }
    assert_eq!(server.requests(), 3);
    assert!(server.wait(Duration::ZERO, 3));
}

fn a_key_server_that_refuses_does_not_listen() {
    let server = KeyServer::start(vec![KeyAnswer::Refuses], None);
    let response = Client::new(server.address(), Http::One).send(&Request::new("GET", "/"));
    assert!(matches!(response.end, End::Failed(_)), "{response:?}");
    assert_eq!(server.requests(), 0);
}

fn key_servers_speak_tls() {
    let authority = Authority::new();
    let identity = authority.issue(&[SERVER_NAME]);
    let answers = vec![KeyAnswer::Says(Answer::json(200, "{}"))];
    let server = KeyServer::start(answers, Some(&identity));
    let client = Client::new(server.address(), Http::One).over_tls(&authority, None);
    assert_eq!(client.send(&Request::new("GET", "/")).text(), "{}");
}
