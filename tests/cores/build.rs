//! Tells the crate how it is built: what code takes depends on that.

use std::env;
use std::process::Command;

fn main() {
    let compiler = env::var_os("RUSTC").expect("cargo names the compiler");
    let answer = Command::new(compiler).arg("--version").output();
    let answer = answer.expect("the compiler tells its version");
    let version = String::from_utf8_lossy(&answer.stdout);
    let mut build = format!("{} for {}", version.trim(), env::var("TARGET").unwrap());
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    for flag in flags.split('\x1f').filter(|flag| !flag.is_empty()) {
        build += &format!(" {flag}");
    }
    // It overrides the profile, and has functions inlined elsewhere.
    if env::var("CARGO_INCREMENTAL").is_ok_and(|value| value == "1") {
        build += ", incrementally";
    }
    println!("cargo::rustc-env=BUILD={build}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARGO_INCREMENTAL");
}
