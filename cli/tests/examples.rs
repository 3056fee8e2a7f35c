//! The configurations in `envoy/` and `istio/`: they are what `tollgate render`
//! writes for the policies beside them, and Envoy takes them.
//! `UPDATE_EXPECT=1 cargo test -p tollgate --test examples` writes them anew.

use std::path::{Path, PathBuf};
use std::process::Command;

/// File, policy, and what else `render` is told.
const EXAMPLES: &[(&str, &str, &[&str])] = &[
    ("envoy/headers.yaml", "envoy/policies/headers.yaml", ENVOY),
    ("envoy/jwt.yaml", "envoy/policies/jwt.yaml", ENVOY),
    ("envoy/schema.yaml", "envoy/policies/schema.yaml", ENVOY),
    ("envoy/gateway.yaml", "envoy/policies/gateway.yaml", GATEWAY),
    (
        "istio/headers.envoyfilter.yaml",
        "istio/policies/headers.yaml",
        FILTER,
    ),
    (
        "istio/jwt.envoyfilter.yaml",
        "istio/policies/jwt.yaml",
        FILTER,
    ),
    (
        "istio/schema.envoyfilter.yaml",
        "istio/policies/schema.yaml",
        FILTER,
    ),
    (
        "istio/headers.wasmplugin.yaml",
        "istio/policies/headers.yaml",
        PLUGIN,
    ),
    (
        "istio/jwt.wasmplugin.yaml",
        "istio/policies/jwt.yaml",
        PLUGIN,
    ),
    (
        "istio/schema.wasmplugin.yaml",
        "istio/policies/schema.yaml",
        PLUGIN,
    ),
];
const ENVOY: &[&str] = &["envoy", "--upstream", "http://127.0.0.1:3000"];
const GATEWAY: &[&str] = &[
    "envoy",
    "--upstream",
    "http://127.0.0.1:3000",
    "--listen",
    "0.0.0.0:8443",
    "--tls-certificate",
    "/etc/tollgate/tls.crt",
    "--tls-key",
    "/etc/tollgate/tls.key",
    "--admin",
    "127.0.0.1:9901",
];
const FILTER: &[&str] = &["istio", "--selector", "istio=ingressgateway"];
const PLUGIN: &[&str] = &[
    "istio",
    "--form",
    "wasm-plugin",
    "--selector",
    "istio=ingressgateway",
    "--url",
    "oci://registry.example.com/tollgate:0.1.0",
];

#[test]
fn examples_are_what_render_writes() {
    for (file, policy, arguments) in EXAMPLES {
        let written = render(policy, arguments);
        let file = root().join(file);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&file, &written).unwrap();
        }
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            found == written,
            "{} is out of date: UPDATE_EXPECT=1 cargo test -p tollgate --test examples",
            file.display()
        );
    }
}

#[test]
fn envoy_takes_the_examples() {
    let Some(envoy) = std::env::var_os("ENVOY") else {
        println!("suite envoy-examples: 0 passed, 0 failed, 1 skipped");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let files = place(folder.path());
    for (file, ..) in EXAMPLES
        .iter()
        .filter(|(file, ..)| file.starts_with("envoy/"))
    {
        let mut text = std::fs::read_to_string(root().join(file)).unwrap();
        for (named, placed) in &files {
            text = text.replace(named, &placed.to_string_lossy());
        }
        let configuration = folder.path().join("envoy.yaml");
        std::fs::write(&configuration, text).unwrap();
        let output = Command::new(&envoy)
            .args(["--mode", "validate", "-l", "error", "-c"])
            .arg(&configuration)
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}: {log}");
    }
}

/// What the examples name below `/etc`, as it is on this machine.
fn place(folder: &Path) -> [(&'static str, PathBuf); 4] {
    let named = rcgen::generate_simple_self_signed(["gateway.example.com".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    std::fs::write(&certificate, named.cert.pem()).unwrap();
    std::fs::write(&key, named.signing_key.serialize_pem()).unwrap();
    let modules = std::env::var_os("TOLLGATE_MODULES").map(PathBuf::from);
    [
        ("/etc/tollgate/tls.crt", certificate.clone()),
        ("/etc/tollgate/tls.key", key),
        ("/etc/ssl/certs/ca-certificates.crt", certificate),
        (
            "/etc/tollgate",
            modules.unwrap_or_else(|| root().join("dist")),
        ),
    ]
}

fn render(policy: &str, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .current_dir(root())
        .arg("render")
        .args(arguments)
        .arg(policy)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{policy}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
