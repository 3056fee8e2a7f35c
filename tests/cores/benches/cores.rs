//! The instructions that each core takes, natively, held against a baseline in git.
//!
//! Without arguments it counts all, each in a process of its own under callgrind; with a name and
//! a number it runs so many rounds of one, for a profiler.

use std::path::Path;
use std::process::ExitCode;

use tollgate_cores::baseline::Baseline;
use tollgate_cores::core::{CORES, Core};
use tollgate_cores::{BUILD, callgrind};

const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/cores.json");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // What `cargo bench` says.
        [] | ["--bench"] => hold(),
        [name, rounds] | [name, rounds, "--bench"] => {
            let core = CORES.iter().find(|core| core.name == name);
            let (Some(core), Ok(rounds)) = (core, rounds.parse()) else {
                return usage();
            };
            callgrind::run(core.prepare(), rounds);
            ExitCode::SUCCESS
        }
        _ => usage(),
    }
}

fn hold() -> ExitCode {
    let baseline = Baseline {
        suite: "cores",
        file: Path::new(BASELINE),
        command: "cargo bench -p tollgate-cores",
        build: Some(BUILD),
    };
    if !callgrind::is_there() {
        println!("valgrind is not installed (on Debian and Ubuntu: apt install valgrind)");
        baseline.total(0, 0, CORES.len());
        return ExitCode::SUCCESS;
    }
    let program = std::env::current_exe().expect("a program knows its file");
    let count = |core: &Core| {
        let count = callgrind::count(&program, core.name, core.rounds)?;
        Ok((core.name, count / core.rounds as u64))
    };
    match CORES.iter().map(count).collect::<Result<Vec<_>, String>>() {
        Ok(found) => baseline.hold(&found),
        Err(error) => {
            println!("{error}");
            baseline.total(0, CORES.len(), 0);
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    println!("usage: cargo bench -p tollgate-cores [-- CORE ROUNDS]");
    println!("cores:");
    for core in CORES {
        println!("  {:<28} counted over {} rounds", core.name, core.rounds);
    }
    ExitCode::from(2)
}
