//! The largest of the documents that people publish, in an Envoy of one worker:
//! it starts, what is documented passes and what isn't is refused. What its start
//! takes is printed, beside that with a small document.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use serde_json::json;
use tollgate::policy::{Filter, Policy};
use tollgate_gateway::order::told;
use tollgate_gateway::{Form, Side, Site};
use tollgate_rig::{Envoy, Request};

/// A document and two paths below it, the first of which it has.
struct Published {
    name: &'static str,
    file: PathBuf,
    documented: &'static str,
    undocumented: &'static str,
}

/// What the start of an Envoy took.
struct Cost {
    seconds: f64,
    cpu: f64,
    resident: u64,
    peak: u64,
}

const SUITE: &str = "gateway-documents";

fn main() -> ExitCode {
    let documents = documents();
    let count = documents.len();
    let is_built = Site::modules().join("tollgate_schema.wasm").exists();
    if Envoy::binary().is_none() || !is_built || documents.iter().any(|one| !one.file.exists()) {
        println!("suite {SUITE}: 0 passed, 0 failed, {count} skipped");
        return ExitCode::SUCCESS;
    }
    let site = Site::new();
    let passed = documents
        .iter()
        .filter(|document| document.is_served(&site));
    let failed = count - passed.count();
    println!(
        "suite {SUITE}: {} passed, {failed} failed, 0 skipped",
        count - failed
    );
    ExitCode::from(u8::from(failed > 0))
}

fn documents() -> [Published; 3] {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = std::env::var_os("TOLLGATE_DATA");
    let data = data.map_or_else(|| manifest.join("../../../shared/data"), PathBuf::from);
    let real = data.join("openapi-real");
    [
        Published {
            name: "small",
            file: manifest.join("policies/api.yaml"),
            documented: "/orders",
            undocumented: "/nothing",
        },
        Published {
            name: "stripe",
            file: real.join("stripe/spec3.json"),
            documented: "/v1/balance",
            undocumented: "/v1/nothing",
        },
        Published {
            name: "github",
            file: real.join("github/api.github.com.min.json"),
            documented: "/repos/octocat/hello-world/issues?per_page=10",
            undocumented: "/nothing",
        },
    ]
}

// === impl Published ===

impl Published {
    fn is_served(&self, site: &Site) -> bool {
        let policy = json!({ "version": 1, "schema": { "openapi": self.file } }).to_string();
        let policy = match Policy::from_text(&policy, Path::new("")) {
            Ok(policy) => policy,
            Err(report) => {
                println!(
                    "FAILED {SUITE} {}: {} errors",
                    self.name,
                    report.findings().len()
                );
                return false;
            }
        };
        let gate = site.gate(self.name, Form::SEPARATE, &policy);
        let begun = Instant::now();
        let side = Side::start(vec![gate], 1);
        let cost = Cost::of(side.envoy.id(), begun.elapsed().as_secs_f64());
        println!(
            "{SUITE}: {}: {} KiB of configuration; listening after {:.2} s, {:.2} s of CPU; {} MiB resident, {} MiB at its peak",
            self.name,
            policy
                .section(Filter::Schema)
                .map_or(0, |section| section.json.len() / 1024),
            cost.seconds,
            cost.cpu,
            cost.resident / 1024,
            cost.peak / 1024,
        );
        let [gate] = side.every_gate() else {
            return false;
        };
        let answers = [self.documented, self.undocumented]
            .map(|path| told(&gate.send(&Request::new("GET", path))));
        let is_served = answers == ["200", "404 schema_path"];
        if !is_served {
            println!("FAILED {SUITE} {}: {answers:?}", self.name);
        }
        is_served
    }
}

// === impl Cost ===

impl Cost {
    /// What a process has taken so far (proc(5)).
    fn of(process: u32, seconds: f64) -> Self {
        let read = |file: &str| {
            std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default()
        };
        let status = read("status");
        let kibibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        let stat = read("stat");
        // The name before it may have blanks; then the state is field 3.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Self {
            seconds,
            cpu: ticks / TICKS_PER_SECOND,
            resident: kibibytes("VmRSS:"),
            peak: kibibytes("VmHWM:"),
        }
    }
}

/// As on every Linux that Envoy is built for.
const TICKS_PER_SECOND: f64 = 100.0;
