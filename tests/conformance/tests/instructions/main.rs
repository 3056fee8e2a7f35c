//! The wasm instructions that each request takes, held against a baseline in git: the same
//! requests through the built modules take the same number on every machine. The calls into the
//! host are those that the floors of `tollgate bench` make, too.

mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tollgate_conformance::artefacts;
use tollgate_cores::baseline::Baseline;
use tollgate_emulator::{Chain, Host, HostCall, Module, Plugin, Request, Upstream, Vm};
use tollgate_kit::host::Digest;

use rows::Rows;

/// Requests to a module.
struct Row {
    name: &'static str,
    /// Its file.
    module: &'static str,
    root_id: &'static str,
    configuration: String,
    requests: Vec<Request>,
    /// Of each answer.
    status: u16,
    /// The module that makes the same calls, where there is one.
    floor: Option<PathBuf>,
}

/// What the requests of a row took.
struct Taken {
    instructions: u64,
    /// By the name of the call.
    calls: BTreeMap<&'static str, u64>,
}

/// What happens only now and then, such as memory that grows, spreads over these.
const REQUESTS: usize = 32;
/// Before anything is counted: what is allocated once.
const WARM_UP: usize = 4;
const NOW: u64 = 1_700_000_000;
const BUFFER_LIMIT: usize = 2 << 20;
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/instructions.json");

fn main() -> ExitCode {
    let baseline = Baseline {
        suite: "instructions",
        file: Path::new(BASELINE),
        command: "cargo test -p tollgate-conformance --test instructions",
        build: None,
    };
    let Rows {
        rows,
        folder: _kept,
    } = Rows::new();
    let Some(modules) = artefacts::modules() else {
        baseline.total(0, 0, rows.len());
        return ExitCode::SUCCESS;
    };
    let (mut counts, mut floors) = (Vec::new(), 0);
    for row in &rows {
        let taken = row.run(&modules.join(row.module));
        if let Some(floor) = &row.floor {
            let calls = row.run(floor).calls;
            assert_eq!(
                calls, taken.calls,
                "{}: its floor makes other calls",
                row.name
            );
            floors += 1;
        }
        counts.push((row.name, taken.instructions));
    }
    println!("suite floors: {floors} passed, 0 failed, 0 skipped");
    baseline.hold(&counts)
}

impl Row {
    fn run(&self, module: &Path) -> Taken {
        let host = Host::new();
        host.set_time(NOW * 1_000_000_000);
        host.set_verifier(|_, spki, signature, text| {
            tollgate_jwt::oracle::verify(Digest::Sha256, spki, signature, text)
                .map_err(|error| error.to_string())
        });
        let module = Module::load(module).unwrap();
        let plugin = Plugin {
            root_id: self.root_id.to_owned(),
            name: self.root_id.to_owned(),
            configuration: self.configuration.clone().into_bytes(),
            allow_on_headers_stop_iteration: true,
        };
        let vm = Vm::start(&host, &module, "vm", &[plugin]).unwrap();
        let chain = Chain::new(&host, vec![vm.filter(0)], BUFFER_LIMIT);
        let upstream = Upstream::new(200)
            .header("content-type", "application/json")
            .header("server", "orders/1")
            .chunk(r#"{"id":7,"status":"open"}"#);
        let calls = || HostCall::ALL.iter().map(|call| host.calls_made(*call));
        let mut before = Vec::new();
        let requests = self.requests.iter().cycle().take(WARM_UP + REQUESTS);
        for (at, request) in requests.enumerate() {
            if at == WARM_UP {
                vm.reset_instructions();
                before = calls().collect();
            }
            let exchange = chain.run(request, &upstream);
            let status = exchange.response().unwrap().status;
            assert_eq!(status, self.status, "{}", self.name);
        }
        assert_eq!(vm.trap(), None, "{}", self.name);
        let made = calls().zip(before).map(|(now, before)| now - before);
        let named = HostCall::ALL.iter().map(|call| call.name()).zip(made);
        Taken {
            instructions: vm.instructions() / REQUESTS as u64,
            calls: named.filter(|(_, made)| *made > 0).collect(),
        }
    }
}
