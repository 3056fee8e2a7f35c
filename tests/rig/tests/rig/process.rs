//! Envoy's start and end, its admin interface, and changing listeners.

use std::collections::BTreeSet;
use std::path::Path;

use tollgate_rig::{Answer, Client, Envoy, Http, Listeners, Port, Request, Upstream};

use crate::Test;
use crate::bootstrap::{bootstrap, cluster, listener, proxy};

pub const TESTS: &[Test] = &[
    (
        "a_start_that_fails_gives_the_log",
        a_start_that_fails_gives_the_log,
    ),
    ("it_ends_with_its_owner", it_ends_with_its_owner),
    ("it_ends_when_a_test_panics", it_ends_when_a_test_panics),
    (
        "ports_differ_from_those_that_envoy_has",
        ports_differ_from_those_that_envoy_has,
    ),
    ("the_admin_interface_tells", the_admin_interface_tells),
    (
        "listeners_change_and_bad_ones_are_refused",
        listeners_change_and_bad_ones_are_refused,
    ),
];

fn a_start_that_fails_gives_the_log() {
    let listen = Port::free().unwrap();
    let good = listener("main", listen.address(), "up", None);
    let mut bad = good.clone();
    bad["filter_chains"][0]["filters"][0]["typed_config"]["stat_prefix"] = "".into();
    let error = Envoy::start(&bootstrap(&[bad], &[]), 1).unwrap_err();
    assert!(error.reason.starts_with("Envoy ended"), "{error}");
    assert!(error.log.contains("StatPrefix"), "{error}");
}

fn it_ends_with_its_owner() {
    let proxy = proxy(Http::One, None);
    let process = format!("/proc/{}", proxy.envoy.id());
    assert!(Path::new(&process).exists());
    drop(proxy);
    assert!(!Path::new(&process).exists());
}

fn it_ends_when_a_test_panics() {
    let id = std::sync::Mutex::new(0);
    let test = || {
        let proxy = proxy(Http::One, None);
        *id.lock().unwrap() = proxy.envoy.id();
        std::panic::resume_unwind(Box::new(()));
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(test)).is_err());
    assert!(!Path::new(&format!("/proc/{}", id.lock().unwrap())).exists());
}

fn ports_differ_from_those_that_envoy_has() {
    let proxy = proxy(Http::One, None);
    let ports: Vec<Port> = (0..200).map(|_| Port::free().unwrap()).collect();
    let mut addresses: BTreeSet<_> = ports.iter().map(Port::address).collect();
    addresses.insert(proxy.listen.address());
    addresses.insert(proxy.envoy.admin().address());
    addresses.insert(proxy.upstream.address());
    assert_eq!(addresses.len(), 203);
    // The port that is held here takes nothing from Envoy.
    for _ in 0..50 {
        let client = Client::new(proxy.listen.address(), Http::One);
        assert_eq!(client.send(&Request::new("GET", "/")).status, Some(200));
    }
}

fn the_admin_interface_tells() {
    let proxy = proxy(Http::One, None);
    let admin = proxy.envoy.admin();
    let before = admin.stats("").unwrap();
    Client::new(proxy.listen.address(), Http::One).send(&Request::new("GET", "/"));
    let rise = admin.stats("^cluster[.]up[.]").unwrap().since(&before);
    assert_eq!(rise.get("cluster.up.upstream_rq_total"), 1);
    assert!(rise.iter().all(|(name, _)| name.starts_with("cluster.up.")));
    assert!(
        admin
            .prometheus()
            .unwrap()
            .contains("envoy_cluster_upstream_rq_total")
    );
    assert!(admin.config_dump().unwrap()["configs"].is_array());
}

fn listeners_change_and_bad_ones_are_refused() {
    let (upstream, other) = (Upstream::start(), Upstream::start());
    other.answer(Answer::new(201));
    let (one, two) = (Port::free().unwrap(), Port::free().unwrap());
    let mut file = Listeners::new();
    let mut bootstrap = bootstrap(
        &[],
        &[
            cluster("up", upstream.address(), Http::One),
            cluster("other", other.address(), Http::One),
        ],
    );
    bootstrap["dynamic_resources"] = file.source();
    let envoy = Envoy::start(&bootstrap, 2).unwrap_or_else(|error| panic!("{error}"));
    let status = |port: &Port| {
        let client = Client::new(port.address(), Http::One);
        client.send(&Request::new("GET", "/")).status
    };
    assert_eq!(status(&one), None);

    let first = listener("first", one.address(), "up", None);
    envoy
        .update(&mut file, std::slice::from_ref(&first))
        .unwrap();
    assert_eq!(status(&one), Some(200));

    let second = listener("second", two.address(), "up", None);
    envoy.update(&mut file, &[first.clone(), second]).unwrap();
    assert_eq!((status(&one), status(&two)), (Some(200), Some(200)));

    let mut bad = first.clone();
    bad["filter_chains"][0]["filters"][0]["typed_config"]["stat_prefix"] = "".into();
    let refused = envoy.update(&mut file, &[bad]).unwrap_err();
    assert!(refused.details.contains("StatPrefix"), "{refused}");
    assert_eq!(status(&one), Some(200));

    envoy
        .update(
            &mut file,
            &[listener("first", one.address(), "other", None)],
        )
        .unwrap();
    assert_eq!(status(&one), Some(201));
}
