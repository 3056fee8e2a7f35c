//! What `tollgate bench` is told.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::budget::{self, Budget};
use super::compare;
use crate::render::envoy::Layout;

/// Measures what chains of filters cost, side by side.
///
/// Starts an Envoy for each chain, sends them the same requests in rounds, and compares the
/// processor time that each takes per request with that of an Envoy without filters in the
/// same round; then their latency at a fixed rate, their memory and their start. A difference
/// that the noise can't carry isn't called one.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
pub struct Args {
    /// What to do with a recorded run; none: a new one
    #[command(subcommand)]
    pub command: Option<Command>,

    /// A policy of your own, beside no filter
    #[arg(long, value_name = "FILE", conflicts_with_all = ["chains", "chain", "workload"])]
    pub policy: Option<PathBuf>,

    /// A request for that policy, as `tollgate check --request` reads it; `GET /` without
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub request: Vec<PathBuf>,

    /// How the filters of that policy are loaded
    #[arg(long, value_enum, default_value_t = Layout::Bundle, requires = "policy")]
    pub layout: Layout,

    /// A file that names chains to compare
    #[arg(long, value_name = "FILE")]
    pub chains: Option<PathBuf>,

    /// A chain to measure, besides those that it is held against; repeatable
    #[arg(long, value_name = "NAME")]
    pub chain: Vec<String>,

    /// A workload, for every chain; repeatable
    #[arg(long, value_name = "NAME")]
    pub workload: Vec<String>,

    /// Ends within two minutes: fewer rounds, the main chains and workloads
    #[arg(long)]
    pub quick: bool,

    /// Rounds; 12, or 8 with --quick; of latency 6 at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: Option<u32>,

    /// Seconds of each measurement of cost, and twice that for latency; 1 and 3, or 0.11 and 0.5
    /// with --quick
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub seconds: Option<f64>,

    /// Connections, where the workload has no number of its own
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = connections)]
    pub connections: usize,

    /// Requests per second when latency is measured; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub rate: u32,

    /// Envoy's worker threads; with several numbers, memory and start are measured with each,
    /// all else with the first
    #[arg(long, value_name = "N", default_value = "1", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Vec<u16>,

    /// Makes the load of the closed loop
    #[arg(long, value_enum, default_value_t = Generator::BuiltIn)]
    pub generator: Generator,

    /// Repeats the order of another run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Envoy's binary; else the one on PATH, else the project's own
    #[arg(long, value_name = "PATH", env = "ENVOY")]
    pub envoy: Option<PathBuf>,

    /// The folder of the built filters; else `dist` here or above
    #[arg(long, value_name = "DIR", env = "TOLLGATE_MODULES")]
    pub modules: Option<PathBuf>,

    /// Bounds that the chains are to keep, as in `p99<2ms,cpu<20us`; see below
    #[arg(long, value_name = "BOUNDS", value_parser = budget::parse::parse)]
    pub budget: Option<Budget>,

    /// Writes the record there too, as JSON, for `compare`
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Text for people, or one JSON object for scripts
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Writes a page with charts besides, for a browser
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// What is done with recorded runs.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Makes the page of a recorded run, without measuring anew
    Report(Report),
    #[expect(missing_docs, reason = "its arguments say what it does")]
    Compare(compare::Args),
}

/// Of which run, and where to.
#[derive(Debug, Clone, clap::Args)]
pub struct Report {
    /// What `--format json` printed
    #[arg(value_name = "RECORD.json")]
    pub record: PathBuf,

    /// The page, for a browser
    #[arg(long, value_name = "FILE")]
    pub html: PathBuf,
}

/// What makes the load of the closed loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Generator {
    /// This program
    BuiltIn,
    /// `wrk` on PATH, where it can send the workload
    Wrk,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.05..=600.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected 0.05 to 600".to_owned()),
    }
}

fn connections(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=10_000).contains(&number) => Ok(number),
        _ => Err("expected 1 to 10000".to_owned()),
    }
}

const AFTER_HELP: &str = "\
Chains:
  none                the others are measured against it
  empty-wasm          a wasm filter that does nothing: the floor
  header-mutation, jwt-authn, jwt-authn-uncached, rbac, native
                      Envoy's own filters; native is all of them
  headers, jwt, schema
                      one filter of tollgate's
  all, bundle, separate
                      all three: one filter, one module, three modules
  guard               jwt and headers in one filter: what native does
  headers-bare, jwt-bare, schema-bare, guard-bare, all-bare
                      without the RBAC filter that insists on their marks
  headers-floor, jwt-floor, schema-floor, guard-floor, all-floor
                      the same calls into Envoy by a filter that decides nothing
  tls, tls-all, mtls, mtls-all
                      behind TLS 1.3, without and with client certificates

Workloads:
  get, post-1k, post-16k, post-256k, new-rs256, new-es256,
  deny-missing, deny-signature, deny-expired, deny-scope, deny-path, deny-parameter, deny-body,
  attack, http2, one-connection, many-connections, most-connections

A file of chains:
  chains:
    - name: ours
      policy: tollgate.yaml           # beside the file
      layout: all                     # or bundle, separate; `marks: false` leaves RBAC out
    - name: theirs
      http_filters: [{ name: …, typed_config: { … } }]
      against: ours                   # compared with it
    - { name: floor, built_in: empty-wasm }

A budget:
  bounds that all must hold, separated by commas: [CHAIN[/WORKLOAD]:]MEASURE<LIMIT, or <=
    p50, p90, p99, p99.9  latency at --rate; us, ms or s
    cpu                   all of Envoy's processor time per request; us, ms or s
    added                 the same over the chain's base
    memory                resident after all load; MB, MiB, GB or GiB
    start                 from launch until the listener accepts; us, ms or s
  Without CHAIN it is about the chain of --policy, those of --chains that aren't built in, and
  each with filters of tollgate, under each workload that it is measured with (latency: `get`
  and requests of your own). It is kept where every interval is within its bound: where the
  noise hides that, or there are fewer than 6 rounds, it isn't.

Examples:
  tollgate bench --quick
  tollgate bench --policy tollgate.yaml --request order.yaml
  tollgate bench --chain jwt --chain rbac --workload get --workload new-rs256
  tollgate bench --chains chains.yaml --workload post-16k --format json
  tollgate bench --html bench.html --format json > run.json
  tollgate bench report run.json --html bench.html
  tollgate bench --policy tollgate.yaml --budget 'p99<2ms,cpu<80us,memory<=256MB'
  tollgate bench --quick --budget 'all/get:added<20us'
  tollgate bench --output before.json

Exit codes:
  0  it was measured
  1  it could not be: something is missing, or an answer was another than expected
  2  the command line is wrong
  3  it was measured, and the budget isn't kept
  130  it was ended by Ctrl-C or a signal";
