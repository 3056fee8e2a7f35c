//! One run, from what it needs to its record. Whatever ends it, the Envoys end first.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::answers;
use super::args::{Args, Generator};
use super::budget::hold::{self, Held};
use super::budget::judge;
use super::chain::Chain;
use super::chain::material::Material;
use super::chain::render::{self, Frame};
use super::error::BenchError;
use super::files;
use super::findings::Findings;
use super::identity::Identity;
use super::load::Job;
use super::load::wrk::Wrk;
use super::measure::affinity::{Side, Sides};
use super::measure::machine;
use super::plan::Plan;
use super::progress::Progress;
use super::result::{Machine, Memory, Module, Record, Start, Versions, Warning};
use super::rounds::{Cell, Rounds};
use super::selection::Selection;
use super::stand::{self, Setting, Stand};
use super::statistics::Random;
use super::upstream::Upstream;
use super::workload::token::Signer;
use crate::render::envoy::{self, Layout};
use crate::up::envoy::locate::locate;
use crate::up::issuer::keys::KeyRing;
use crate::up::modules::Modules;
use crate::up::ports::Addresses;
use crate::up::signals::Signals;

/// Everything but the Envoys. Dropped, it takes the upstream and the temporary folder with it.
struct Stage<'a> {
    args: &'a Args,
    plan: Plan,
    began: Instant,
    machine: Machine,
    folder: TempDir,
    material: Material,
    identity: Identity,
    selection: Selection,
    left_out: Vec<Warning>,
    held: Vec<Held>,
    modules: Option<PathBuf>,
    binary: PathBuf,
    upstream: Upstream,
    wrk: Option<Wrk>,
}

/// Measures what `args` ask for.
///
/// # Errors
/// Where it can't be measured, or a signal ends it.
pub async fn measure(args: &Args, progress: &Progress) -> Result<Record, BenchError> {
    let mut signals = Signals::new().map_err(BenchError::System)?;
    let stage = Stage::set(args).await?;
    let mut stands = Vec::new();
    let record = tokio::select! {
        () = signals.next() => Err(BenchError::Ended),
        record = stage.measure(&mut stands, progress) => record,
    };
    progress.end();
    stand::stop(stands).await;
    record
}

// === impl Stage ===

impl<'a> Stage<'a> {
    async fn set(args: &'a Args) -> Result<Self, BenchError> {
        let began = Instant::now();
        let wrk = match args.generator {
            Generator::BuiltIn => None,
            Generator::Wrk => Some(Wrk::find().ok_or(BenchError::Generator)?),
        };
        let folder = tempfile::Builder::new().prefix("tollgate-bench-").tempdir();
        let folder = folder.map_err(BenchError::System)?;
        let signer = Signer::new(KeyRing::generate()?);
        let material = Material::make(folder.path(), &signer.public())?;
        let mut selection = Selection::of(args, &material, &signer)?;
        let left_out = files::fit(&mut selection, args)?;
        let held = match &args.budget {
            Some(budget) => hold::hold(budget, &selection, args.rate)?,
            None => Vec::new(),
        };
        let modules = modules(args, &selection.chains)?;
        let beside = modules.clone().unwrap_or_else(|| PathBuf::from("dist"));
        Ok(Self {
            binary: locate(args.envoy.as_deref(), &beside).await?,
            identity: Identity::make(folder.path())?,
            upstream: Upstream::start().map_err(BenchError::System)?,
            plan: Plan::new(args),
            args,
            began,
            // Before this process gives up some of its processors.
            machine: Machine::here(),
            folder,
            material,
            selection,
            left_out,
            held,
            modules,
            wrk,
        })
    }

    async fn measure(
        &self,
        stands: &mut Vec<Stand>,
        progress: &Progress,
    ) -> Result<Record, BenchError> {
        let strangers = machine::other_envoys(&[]);
        let (mut start, mut memory) = self.scaled(progress).await?;
        let chains = &self.selection.chains;
        progress.begin("start", chains.len() as u64);
        for chain in chains {
            progress.step(&chain.name);
            stands.push(self.start(chain, self.workers()).await?);
        }
        self.pin(stands)?;
        let mut cells = self.cells(stands).await?;
        let mut rounds = Rounds {
            plan: self.plan,
            stands,
            chains,
            wrk: self.wrk.as_ref(),
            folder: self.folder.path(),
            began: self.began,
            random: Random::new(self.args.seed),
        };
        rounds.cost(&mut cells, progress).await?;
        let timed = match self.args.rate {
            0 => Vec::new(),
            rate => {
                let places = self.timed(&cells);
                rounds.latency(&cells, &places, rate, progress).await?
            }
        };
        for stand in stands.iter() {
            start.push(stand.start.clone());
            memory.push(stand.loaded()?);
        }
        let findings = Findings {
            chains,
            workloads: &self.selection.workloads,
            cells: &cells,
            timed: &timed,
            rate: self.args.rate,
            seed: self.args.seed,
        };
        Ok(self.record(
            &findings,
            self.versions(stands).await,
            start,
            memory,
            &strangers,
        ))
    }

    fn record(
        &self,
        findings: &Findings<'_>,
        versions: Versions,
        start: Vec<Start>,
        memory: Vec<Memory>,
        strangers: &[u32],
    ) -> Record {
        let mut record = findings.record();
        record.started = started(self.began.elapsed());
        record.seconds = self.began.elapsed().as_secs_f64();
        record.machine = self.machine.clone();
        record.versions = versions;
        record.settings = self.plan.described(self.args);
        record.start = start;
        record.memory = memory;
        record.modules = self.module_files();
        record.budget = judge::judge(&self.held, &record);
        record.warnings.extend(self.left_out.iter().cloned());
        record.warn_of_surroundings(strangers);
        record
    }

    fn workers(&self) -> u16 {
        self.args.workers.first().copied().unwrap_or(1)
    }

    /// Memory and start with the other numbers of workers; these Envoys end at once.
    async fn scaled(&self, progress: &Progress) -> Result<(Vec<Start>, Vec<Memory>), BenchError> {
        let (mut start, mut memory) = (Vec::new(), Vec::new());
        let mut others = self.args.workers.clone();
        others.sort_unstable();
        others.dedup();
        others.retain(|workers| *workers != self.workers());
        progress.begin(
            "workers",
            (others.len() * self.selection.scaled.len()) as u64,
        );
        for workers in others {
            for chain in &self.selection.scaled {
                let chain = &self.selection.chains[*chain];
                progress.step(&chain.name);
                let stand = self.start(chain, workers).await?;
                start.push(stand.start.clone());
                memory.push(stand.memory.clone());
                stand.stop().await;
            }
        }
        Ok((start, memory))
    }

    async fn start(&self, chain: &Chain, workers: u16) -> Result<Stand, BenchError> {
        let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let addresses = Addresses::claim(any, any)?;
        // Where several runs share a machine, another would find it free meanwhile.
        let _kept = addresses.keep().map_err(BenchError::System)?;
        let frame = Frame {
            addresses,
            upstream: &envoy::Upstream::from(self.upstream.address()),
            modules: self.modules.as_deref(),
            identity: &self.identity,
        };
        let bootstrap = render::bootstrap(chain, &self.material, &frame);
        let bootstrap = stand::write(chain, &bootstrap, self.folder.path())?;
        let setting = Setting {
            binary: &self.binary,
            bootstrap: &bootstrap,
            addresses,
            workers,
            identity: &self.identity,
        };
        Stand::start(chain, &setting).await
    }

    fn pin(&self, stands: &[Stand]) -> Result<(), BenchError> {
        let Some(sides) = Sides::part(self.workers()) else {
            return Ok(());
        };
        for stand in stands {
            sides
                .pin(stand.process, Side::Envoy)
                .map_err(BenchError::System)?;
        }
        // The upstream's thread too, and what is started from here on.
        sides
            .pin(std::process::id(), Side::Us)
            .map_err(BenchError::System)
    }

    /// The cells, each once its requests were answered as they are to be.
    async fn cells(&self, stands: &[Stand]) -> Result<Vec<Cell>, BenchError> {
        let mut cells = Vec::new();
        for (chain, workload) in &self.selection.cells {
            let sent = &self.selection.workloads[*workload];
            let target = stands[*chain].target.clone();
            let statuses = answers::statuses(&self.selection.chains[*chain], sent, &target).await;
            let statuses = statuses.map_err(|error| BenchError::Load {
                chain: self.selection.chains[*chain].name.clone(),
                workload: sent.described.name.clone(),
                error,
            })?;
            cells.push(Cell {
                chain: *chain,
                workload: *workload,
                job: Job::new(target, Arc::clone(sent), statuses.into()),
                taken: Vec::new(),
            });
        }
        Ok(cells)
    }

    fn timed(&self, cells: &[Cell]) -> Vec<usize> {
        let wanted = |cell: &Cell| {
            self.selection.latency.contains(&cell.chain) && cell.job.workload().latency
        };
        let places = cells.iter().enumerate();
        places
            .filter(|(_, cell)| wanted(cell))
            .map(|(at, _)| at)
            .collect()
    }

    async fn versions(&self, stands: &[Stand]) -> Versions {
        let envoy = match stands.first() {
            Some(stand) => stand.version().await,
            None => String::new(),
        };
        let generator = match &self.wrk {
            Some(wrk) => wrk.version().await,
            None => "built-in".to_owned(),
        };
        Versions {
            tollgate: env!("CARGO_PKG_VERSION").to_owned(),
            envoy,
            generator,
        }
    }

    fn module_files(&self) -> Vec<Module> {
        let mut modules: Vec<Module> = Vec::new();
        for chain in &self.selection.chains {
            for file in chain.modules() {
                if let Some(module) = modules.iter_mut().find(|module| module.file == file) {
                    module.chains.push(chain.name.clone());
                    continue;
                }
                let path = self.modules.as_deref().unwrap_or(Path::new("")).join(file);
                modules.push(Module {
                    file: file.to_owned(),
                    bytes: std::fs::metadata(path).map_or(0, |data| data.len()),
                    chains: vec![chain.name.clone()],
                });
            }
        }
        modules
    }
}

/// The folder of the modules that the chains load; `None` where they load none.
fn modules(args: &Args, chains: &[Chain]) -> Result<Option<PathBuf>, BenchError> {
    let mut files = chains.iter().flat_map(Chain::modules).peekable();
    if files.peek().is_none() {
        return Ok(None);
    }
    let one = Layout::All.files();
    let layouts: &[Layout] = match files.all(|file| one.contains(&file)) {
        true => &[Layout::All],
        false => &[Layout::All, Layout::Separate],
    };
    let mut folder = None;
    for layout in layouts {
        let found = Modules::find(args.modules.as_deref(), *layout)?;
        folder = Some(found.folder().to_owned());
    }
    Ok(folder)
}

fn started(ago: Duration) -> String {
    let at = OffsetDateTime::from(SystemTime::now() - ago);
    let at = at.replace_nanosecond(0).unwrap_or(at);
    at.format(&Rfc3339).unwrap_or_default()
}
