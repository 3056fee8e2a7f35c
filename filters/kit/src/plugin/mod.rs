//! One configured plugin in one worker: its compiled stages, its telemetry, its
//! remote documents, and the streams that wait.

mod configuration;
mod gauges;

use self::configuration::{file, read};
use self::gauges::{Gauge, Gauges};
use crate::config::Setting;
use crate::faults::{Fault, Faults};
use crate::host::{Buffer, Host, HostError, Level, Map, Metric};
use crate::ledger;
use crate::remote::{Availability, Fetcher, Progress, fnv};
use crate::stage::Stage;
use crate::stream::{Stream, Wake};
use crate::telemetry::Telemetry;
use std::cell::{Cell, RefCell};
use std::rc::Weak;

/// What a module can run: a section of the policy file and its compiler.
#[derive(Clone, Copy)]
pub struct Section {
    /// `jwt`, `schema` or `headers`.
    pub name: &'static str,
    /// Compiles the section; reports its faults.
    pub compile: fn(Setting<'_>) -> Option<Box<dyn Stage>>,
}

/// Whether a configuration is one section or the whole file.
#[derive(Clone, Copy)]
pub enum Shape {
    /// The object of one section.
    Section(Section),
    /// The policy file, its sections in the order of the chain.
    File(&'static [Section]),
}

/// A configured plugin.
pub struct Plugin {
    /// In the order in which requests pass them.
    pub stages: Vec<Box<dyn Stage>>,
    /// The keys of their marks in filter state: `tollgate.jwt`.
    pub marks: Vec<String>,
    /// What the policy asks for and isn't held to.
    pub warnings: Vec<Fault>,
    /// Counters and log lines.
    pub telemetry: Telemetry,
    fetchers: RefCell<Vec<Watch>>,
    waiting: RefCell<Vec<(u32, Weak<RefCell<Stream>>)>>,
    generation: Cell<u64>,
    holds: Cell<bool>,
    hash: u64,
}

struct Watch {
    stage: usize,
    remote: usize,
    fetcher: Fetcher,
    call: Option<u32>,
    gauges: Gauges,
}

// === impl Plugin ===

impl Plugin {
    /// Compiles a plugin configuration: JSON, or a `google.protobuf.Struct`.
    pub fn compile(configuration: &[u8], shape: Shape) -> Result<Self, Faults> {
        let faults = Faults::new();
        let stages = read(configuration, &faults).and_then(|document| {
            let setting = Setting::root(document.root(), "", &faults);
            match shape {
                Shape::Section(section) => (section.compile)(setting).map(|stage| vec![stage]),
                Shape::File(sections) => file(setting, sections),
            }
        });
        let warnings = faults.take_warnings();
        faults.finish(stages).map(|stages| Self {
            warnings,
            ..Self::new(stages, fnv(configuration))
        })
    }

    /// A plugin of stages that are compiled already.
    #[must_use]
    pub fn new(stages: Vec<Box<dyn Stage>>, hash: u64) -> Self {
        let mut watches = Vec::new();
        for (at, stage) in stages.iter().enumerate() {
            for (remote, wanted) in stage.remotes().iter().enumerate() {
                watches.push(Watch {
                    stage: at,
                    remote,
                    gauges: Gauges::of(stage.name(), &wanted.name),
                    fetcher: Fetcher::new(wanted.clone()),
                    call: None,
                });
            }
        }
        let names = stages.iter().map(|stage| stage.name());
        Self {
            marks: names.map(|name| format!("tollgate.{name}")).collect(),
            stages,
            warnings: Vec::new(),
            telemetry: Telemetry::default(),
            fetchers: RefCell::new(watches),
            waiting: RefCell::default(),
            generation: Cell::new(0),
            holds: Cell::new(false),
            hash,
        }
    }

    /// Says what serves, and starts ticking.
    pub fn start(&self, host: &dyn Host) {
        let names: Vec<&str> = self.stages.iter().map(|stage| stage.name()).collect();
        let names = names.join("+");
        let version = env!("CARGO_PKG_VERSION");
        host.log(
            Level::Info,
            &format!(
                "tollgate {names} start version={version} policy={:016x}",
                self.hash
            ),
        );
        if !self.warnings.is_empty() {
            host.log(
                Level::Warn,
                &format!(
                    "tollgate {names} start unenforced={} hint=\"tollgate check lists them\"",
                    self.warnings.len()
                ),
            );
        }
        let gauge = host.define_metric(
            Metric::Gauge,
            &format!("tollgate.policy.{}", names.replace('+', "_")),
        );
        if let Ok(gauge) = gauge {
            // 32 bits of it: a gauge is read as a float by some who scrape it.
            let _ = host.record(gauge, self.hash & 0xffff_ffff);
        }
        if let Ok(watches) = self.fetchers.try_borrow() {
            watches.iter().for_each(|watch| watch.fetcher.prepare(host));
        }
        let books = self.stages.iter().flat_map(|stage| stage.books());
        books.for_each(|book| ledger::prepare(host, book));
        let first = if self.has_remotes() {
            TICK_BUSY_MS
        } else {
            TICK_IDLE_MS
        };
        if host.set_tick(first).is_err() {
            host.log(
                Level::Error,
                "tollgate: the host refuses ticks; remote keys will not be fetched",
            );
        }
    }

    /// Fetches what is due, wakes the streams that can go on, and refuses those
    /// that wait for what cannot come.
    pub fn tick(&self, host: &dyn Host, root: u32) {
        let Ok(now) = host.now() else { return };
        self.telemetry.flush(host, now);
        let mut busy = false;
        if let Ok(mut watches) = self.fetchers.try_borrow_mut() {
            for watch in watches.iter_mut() {
                self.look(host, now, watch);
                busy |= watch.call.is_some() || !watch.fetcher.availability(now).usable;
            }
        }
        busy |= self.wake(host, now);
        // Whatever the host does after this is about the root again.
        let _ = host.set_context(root);
        let _ = host.set_tick(if busy { TICK_BUSY_MS } else { TICK_IDLE_MS });
    }

    /// Takes the answer to a call, and wakes who waited for it.
    pub fn answered(&self, host: &dyn Host, root: u32, token: u32, body_len: usize) {
        let Ok(now) = host.now() else { return };
        if let Ok(mut watches) = self.fetchers.try_borrow_mut() {
            let watch = watches.iter_mut().find(|watch| watch.call == Some(token));
            if let Some(watch) = watch {
                watch.call = None;
                match self.document(host, now, watch, body_len) {
                    Some(document) => watch.fetcher.succeeded(host, now, &document),
                    None => watch.fetcher.failed(host, now),
                }
            }
        }
        self.is_news();
        self.wake(host, now);
        let _ = host.set_context(root);
    }

    /// How the remote documents of a stage stand.
    #[must_use]
    pub fn availability(&self, stage: usize, now: u64) -> Vec<Availability> {
        let Ok(watches) = self.fetchers.try_borrow() else {
            return Vec::new();
        };
        watches
            .iter()
            .filter(|watch| watch.stage == stage)
            .map(|watch| watch.fetcher.availability(now))
            .collect()
    }

    /// Has a document fetched as soon as that is allowed.
    pub fn want(&self, stage: usize, remote: usize) {
        if let Ok(mut watches) = self.fetchers.try_borrow_mut() {
            for watch in watches
                .iter_mut()
                .filter(|watch| watch.stage == stage && watch.remote == remote)
            {
                watch.fetcher.want();
            }
        }
    }

    /// Puts a stream among those that are looked at on every tick.
    pub fn wait(&self, host: &dyn Host, id: u32, stream: Weak<RefCell<Stream>>) {
        // Without a faster tick the stream waits for the slow one, no longer.
        let _ = host.set_tick(TICK_BUSY_MS);
        if let Ok(mut waiting) = self.waiting.try_borrow_mut() {
            waiting.push((id, stream));
        }
    }

    /// Whether so many streams wait that no other may wait for a document: each
    /// is looked at on every tick, and anyone can have one wait.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        let many = |waiting: std::cell::Ref<'_, Vec<_>>| waiting.len() >= MAX_WAITING;
        self.waiting.try_borrow().is_ok_and(many)
    }

    /// Rises with every document that arrives, and every fetch that ends.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.get()
    }

    fn is_news(&self) {
        self.generation.set(self.generation.get().wrapping_add(1));
    }

    /// A body came while its head was held: the attach form can hold.
    pub fn prove_hold(&self) {
        self.holds.set(true);
    }

    /// Whether that was seen.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.holds.get()
    }

    fn has_remotes(&self) -> bool {
        self.fetchers
            .try_borrow()
            .is_ok_and(|watches| !watches.is_empty())
    }

    fn look(&self, host: &dyn Host, now: u64, watch: &mut Watch) {
        match watch.fetcher.look(host, now) {
            Progress::Nothing => {}
            Progress::Called(token) => watch.call = Some(token),
            Progress::Arrived(document) => {
                if let Some(stage) = self.stages.get(watch.stage) {
                    stage.install(watch.remote, &document);
                }
                self.is_news();
            }
        }
        if let Some(age) = watch.fetcher.age(now) {
            watch.gauges.show(host, Gauge::Age, age.as_secs());
        }
    }

    /// The document in a call's answer, if it is one and the stage takes it.
    fn document(
        &self,
        host: &dyn Host,
        now: u64,
        watch: &mut Watch,
        body_len: usize,
    ) -> Option<Vec<u8>> {
        let stage = self.stages.get(watch.stage)?;
        let remote = watch.fetcher.remote();
        let fault = match answer(host, body_len, remote.max_bytes) {
            Ok(answer) => match stage.install(watch.remote, &answer.document) {
                Some(skipped) => {
                    watch.gauges.show(host, Gauge::Skipped, skipped);
                    watch.gauges.show_clock(host, now, answer.date);
                    return Some(answer.document);
                }
                None => "the answer is not a usable document".to_owned(),
            },
            Err(fault) => fault,
        };
        host.log(
            Level::Warn,
            &format!(
                "tollgate {} fetch provider={} cluster={} failed: {fault}",
                stage.name(),
                remote.name,
                remote.cluster
            ),
        );
        None
    }

    /// Looks at every waiting stream; whether some still wait.
    fn wake(&self, host: &dyn Host, now: u64) -> bool {
        let waiting = self
            .waiting
            .try_borrow_mut()
            .map(|mut waiting| std::mem::take(&mut *waiting))
            .unwrap_or_default();
        let mut still = Vec::new();
        for (id, weak) in waiting {
            let Some(stream) = weak.upgrade() else {
                continue;
            };
            if host.set_context(id).is_err() {
                continue;
            }
            let Ok(mut stream) = stream.try_borrow_mut() else {
                continue;
            };
            match stream.wake(host, now) {
                Wake::Waits => still.push((id, weak)),
                Wake::Done => {}
                Wake::Resumes(direction) => {
                    if host.resume(direction).is_err() {
                        host.log(Level::Error, "tollgate: a stream could not be resumed");
                    }
                }
            }
        }
        let any = !still.is_empty();
        if let Ok(mut waiting) = self.waiting.try_borrow_mut() {
            waiting.append(&mut still);
        }
        any
    }
}

/// A document, and when its server says that it answered, in seconds since 1970.
struct Answer {
    document: Vec<u8>,
    date: Option<u64>,
}

/// A call's answer: Envoy marks neither timeouts (504) nor refused connections
/// (503), so only a 200 counts.
fn answer(host: &dyn Host, len: usize, max: usize) -> Result<Answer, String> {
    let words = |error: HostError| format!("host call failed with status {}", error.0);
    let fields = host.fields(Map::CallResponse).map_err(words)?;
    match fields.text(":status") {
        Some("200") => {}
        Some(status) => return Err(format!("status {status}")),
        None => return Err("no status".to_owned()),
    }
    if len > max {
        return Err(format!("the answer has {len} bytes, more than {max}"));
    }
    if len == 0 {
        return Err("the answer is empty".to_owned());
    }
    let document = host.body(Buffer::CallResponse, len).map_err(words)?;
    let date = fields.text("date").and_then(gauges::seconds);
    Ok(Answer { document, date })
}

const MAX_WAITING: usize = 1000;
const TICK_BUSY_MS: u32 = 20;
const TICK_IDLE_MS: u32 = 1000;
