//! One run of `up`, from the first check to the last process.
//!
//! Whatever ends it (a signal, Envoy, an error), Envoy is ended before this
//! returns; the servers and the temporary folder go with it.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::args::{Args, Format};
use super::bootstrap::{self, Plan};
use super::client;
use super::envoy::locate::locate;
use super::envoy::{Envoy, Launch};
use super::error::UpError;
use super::issuer::{CLUSTER, Issuer, JWKS_PATH};
use super::modules::Modules;
use super::ports::Addresses;
use super::promise::{Curl, Outgoing, Promise, reachable};
use super::report::{self, Gateway, Shown};
use super::sample;
use super::server::Server;
use super::signals::Signals;
use super::upstream::Upstream;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A signal asked for it.
    Asked,
    /// Every promise was kept.
    Kept,
    /// A promise wasn't.
    Broken,
}

/// Everything but Envoy.
struct Stage {
    addresses: Addresses,
    binary: PathBuf,
    bootstrap: PathBuf,
    upstream: Upstream,
    policy: String,
    issuer: Issuer,
    promises: Vec<Promise>,
    readiness: Vec<Promise>,
    /// Serves until it is dropped.
    _api: Option<Server>,
    /// There until it is dropped.
    _folder: TempDir,
}

/// V8 compiles the modules before the listener opens: seconds, on a busy machine more.
const START: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// Runs until something ends it.
///
/// # Errors
/// Where it can't start, or Envoy ends by itself.
pub async fn run(args: &Args) -> Result<End, UpError> {
    let mut signals = Signals::new().map_err(UpError::System)?;
    let stage = tokio::select! {
        () = signals.next() => return Ok(End::Asked),
        stage = Stage::set(args) => stage?,
    };
    progress(args, &format!("starting `{}`", stage.binary.display()));
    let mut envoy = Envoy::start(&Launch {
        binary: &stage.binary,
        bootstrap: &stage.bootstrap,
        concurrency: args.concurrency,
        level: args.log_level,
    })?;
    let (pid, log) = (envoy.id().unwrap_or_default(), envoy.log());
    let end = tokio::select! {
        biased;
        () = signals.next() => Ok(End::Asked),
        status = envoy.ended() => match status {
            Ok(status) => Err(UpError::Ended { status, log: log.last() }),
            Err(error) => Err(UpError::System(error)),
        },
        end = async {
            stage.ready().await.map_err(|last| UpError::NotReady {
                gateway: reachable(stage.addresses.listen),
                waited: START,
                last,
                log: log.last(),
            })?;
            log.pass();
            stage.show(args, pid).await
        } => end,
    };
    envoy.stop(signals.next()).await.map_err(UpError::System)?;
    progress(args, "Envoy and the servers have ended");
    end
}

/// Tells people what goes on; nobody has to hear it.
fn progress(args: &Args, message: &str) {
    if args.format == Format::Text {
        let _ = writeln!(anstream::stderr(), "{message}");
    }
}

// === impl Stage ===

impl Stage {
    async fn set(args: &Args) -> Result<Self, UpError> {
        if args.upstream.is_some() && args.policy.is_none() {
            return Err(UpError::PolicyMissing);
        }
        let addresses = Addresses::claim(args.listen, args.admin)?;
        let modules = Modules::find(args.modules.as_deref(), args.layout)?;
        let binary = locate(args.envoy.as_deref(), modules.folder()).await?;
        let folder = tempfile::Builder::new()
            .prefix("tollgate-up-")
            .tempdir()
            .map_err(UpError::Folder)?;
        let issuer = Issuer::start().await?;
        let (upstream, api) = upstream(args).await?;
        let (policy_file, policy) = policy(args, &folder)?;
        let bootstrap = bootstrap::write(
            &Plan {
                policy: &policy_file,
                addresses,
                upstream: &upstream,
                modules: modules.folder(),
                layout: args.layout,
                clusters: &[(CLUSTER, issuer.address())],
            },
            folder.path(),
        )?;
        // What a policy of one's own decides isn't known here, so nothing is promised.
        let (promises, readiness) = match args.policy {
            None => (sample::promises(&issuer)?, sample::readiness(&issuer)?),
            Some(_) => (Vec::new(), Vec::new()),
        };
        Ok(Self {
            addresses,
            binary,
            bootstrap,
            upstream,
            policy,
            issuer,
            promises,
            readiness,
            _api: api,
            _folder: folder,
        })
    }

    /// Waits until Envoy serves and the sample's good requests pass; gives how
    /// the last attempt went where they don't.
    async fn ready(&self) -> Result<(), String> {
        let deadline = Instant::now() + START;
        let listening = Outgoing::new("GET", "/ready");
        wait(deadline, || async {
            match client::exchange(reachable(self.addresses.admin), &listening).await {
                Ok((200, _)) => Ok(()),
                Ok((status, _)) => Err(format!("its admin interface says {status} to /ready")),
                Err(error) => Err(format!("its admin interface: {error}")),
            }
        })
        .await?;
        let gateway = reachable(self.addresses.listen);
        for promise in &self.readiness {
            wait(deadline, || attempt(gateway, promise)).await?;
        }
        Ok(())
    }

    async fn show(&self, args: &Args, pid: u32) -> Result<End, UpError> {
        let shown = self.shown(args).await;
        self.print(args, pid, &shown).map_err(UpError::Output)?;
        if !args.check {
            std::future::pending::<()>().await;
        }
        if shown.iter().all(|shown| shown.kept() == Some(true)) {
            Ok(End::Kept)
        } else {
            Ok(End::Broken)
        }
    }

    async fn shown(&self, args: &Args) -> Vec<Shown<'_>> {
        let gateway = reachable(self.addresses.listen);
        let mut shown = Vec::new();
        for promise in &self.promises {
            let came = if args.check {
                let came = client::send(gateway, &promise.request).await;
                Some(came.map_err(|error| error.to_string()))
            } else {
                None
            };
            shown.push(Shown { promise, came });
        }
        shown
    }

    fn print(&self, args: &Args, pid: u32, shown: &[Shown<'_>]) -> io::Result<()> {
        let gateway = Gateway {
            gateway: format!("http://{}", reachable(self.addresses.listen)),
            admin: format!("http://{}", reachable(self.addresses.admin)),
            upstream: self.upstream.to_string(),
            jwks: format!("http://{}{JWKS_PATH}", self.issuer.address()),
            policy: self.policy.clone(),
            layout: args.layout,
            pid,
        };
        let curl = Curl::new(self.addresses.listen);
        let mut out = anstream::stdout().lock();
        match (args.format, args.check) {
            (Format::Json, _) => report::json(&mut out, &gateway, &curl, shown),
            (Format::Text, true) => report::outcomes(&mut out, shown),
            (Format::Text, false) => report::text(&mut out, &gateway, &curl, shown),
        }
    }
}

async fn upstream(args: &Args) -> Result<(Upstream, Option<Server>), UpError> {
    if let Some(upstream) = &args.upstream {
        return Ok((upstream.clone(), None));
    }
    let api = Server::start(sample::Api::new())
        .await
        .map_err(UpError::Api)?;
    Ok((Upstream::from(api.address()), Some(api)))
}

/// Where the policy is, and what to call it.
fn policy(args: &Args, folder: &TempDir) -> Result<(PathBuf, String), UpError> {
    match &args.policy {
        None => Ok((
            sample::write(folder.path()).map_err(UpError::Folder)?,
            "sample".to_owned(),
        )),
        Some(path) => {
            let name = path.display().to_string();
            match path.canonicalize() {
                Ok(file) => Ok((file, name)),
                Err(error) => Err(UpError::Policy(name, error)),
            }
        }
    }
}

/// Tries until it works or `deadline` has passed.
async fn wait<F, T>(deadline: Instant, mut attempt: F) -> Result<(), String>
where
    F: FnMut() -> T,
    T: Future<Output = Result<(), String>>,
{
    loop {
        match attempt().await {
            Ok(()) => return Ok(()),
            Err(last) if Instant::now() >= deadline => return Err(last),
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

async fn attempt(gateway: SocketAddr, promise: &Promise) -> Result<(), String> {
    match client::send(gateway, &promise.request).await {
        Ok(came) if came == promise.outcome => Ok(()),
        Ok(came) => Err(format!("{}: came {came}", promise.name)),
        Err(error) => Err(format!("{}: {error}", promise.name)),
    }
}
