//! WebSockets: they pass where the operation documents 101, and nowhere else.

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use tollgate_gateway::{Company, Form, Gate, Site, Test, Topic, World, policy};
use tollgate_rig::{DEADLINE, Request};

pub const TOPIC: Topic = Topic {
    gates,
    tests: TESTS,
    company: Company::Others,
};

const TESTS: &[Test] = &[
    (
        "a_documented_upgrade_passes_both_ways_and_is_counted",
        documented,
    ),
    (
        "an_upgrade_that_is_not_documented_is_refused_at_once",
        undocumented,
    ),
    ("a_body_without_an_upgrade_is_still_refused", plain),
];

/// `/socket` may become another protocol, `/plain` not.
fn document() -> Value {
    let ok = json!({ "200": { "description": "Done." } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Sockets", "version": "1" },
        "paths": {
            "/socket": { "get": { "responses": { "101": { "description": "A WebSocket." } } } },
            "/plain": { "get": { "responses": ok } },
        },
    })
}

fn gates(site: &Site) -> Vec<Gate> {
    let schema = json!({ "openapi": document(), "response": { "mode": "enforce" } });
    let policy = policy::file(json!({ "schema": schema }));
    let echo = echo();
    let gate = |form| {
        let mut gate = site.gate("upgrades", form, &policy);
        for cluster in &mut gate.clusters {
            lead_to(cluster, echo);
        }
        gate
    };
    Form::FLAGGED.map(gate).into()
}

fn lead_to(cluster: &mut Value, upstream: SocketAddr) {
    let address = "/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address";
    if let Some(address) = cluster.pointer_mut(address) {
        address["address"] = json!(upstream.ip().to_string());
        address["port_value"] = json!(upstream.port());
    }
}

/// A server that switches protocols and sends back what it gets, until the test ends.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || switch(stream));
        }
    });
    address
}

fn switch(mut stream: TcpStream) -> std::io::Result<()> {
    head(&mut stream)?;
    stream.write_all(
        b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    )?;
    let mut echoed = stream.try_clone()?;
    std::io::copy(&mut stream, &mut echoed)?;
    Ok(())
}

/// Reads up to the end of a head.
fn head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn ask(gate: &Gate, path: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(gate.address()).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: gateway.test\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\r\n"
    )
    .unwrap();
    let answer = head(&mut stream).unwrap();
    (stream, answer)
}

fn documented(world: &World) {
    for gate in world.one.gates("upgrades") {
        let counted = |what: &str| {
            let name = format!("wasmcustom.tollgate.unjudged.{what}.upgrade");
            world
                .one
                .envoy
                .admin()
                .stats("unjudged")
                .unwrap()
                .get(&name)
        };
        let before = (counted("request"), counted("response"));
        let (mut stream, answer) = ask(gate, "/socket");
        assert!(
            answer.starts_with("HTTP/1.1 101 "),
            "{}: {answer}",
            gate.name
        );
        stream.write_all(b"not judged").unwrap();
        let mut echoed = [0; 10];
        stream.read_exact(&mut echoed).unwrap();
        assert_eq!(&echoed, b"not judged", "{}", gate.name);
        let after = (counted("request"), counted("response"));
        assert_eq!(after, (before.0 + 1, before.1 + 1), "{}", gate.name);
    }
}

fn undocumented(world: &World) {
    for gate in world.one.gates("upgrades") {
        let (_, answer) = ask(gate, "/plain");
        assert!(
            answer.starts_with("HTTP/1.1 415 "),
            "{}: {answer}",
            gate.name
        );
    }
}

fn plain(world: &World) {
    for gate in world.one.gates("upgrades") {
        let request = Request::new("GET", "/socket").body(tollgate_rig::Body::whole("{}"));
        let response = gate.send(&request);
        assert_eq!(response.status, Some(415), "{}", gate.name);
    }
}
