//! Everything that stands around Envoy: the policy, the ports, the binary, the
//! sample API and the token issuer.
//!
//! What costs nothing is looked at first, so that a mistake shows before anything
//! is downloaded or started.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::args::Args;
use super::bootstrap::{self, Plan};
use super::client;
use super::envoy::locate::locate;
use super::error::UpError;
use super::issuer::{CLUSTER, Issuer};
use super::modules::Modules;
use super::ports::Addresses;
use super::promise::{Outgoing, Promise, reachable};
use super::sample;
use super::server::Server;
use crate::policy::{Policy, Report};
use crate::render::envoy::{TRUSTED_CA, Upstream};

/// Everything but Envoy. Dropped, it takes the servers and the temporary folder with it.
pub struct Stage {
    /// Where Envoy is to listen.
    pub addresses: Addresses,
    /// Envoy's binary.
    pub binary: PathBuf,
    /// Envoy's configuration.
    pub bootstrap: PathBuf,
    /// The API behind the gateway.
    pub upstream: Upstream,
    /// The policy file, or `sample`.
    pub policy: String,
    /// What the policy is warned of.
    pub warnings: Report,
    /// The token issuer.
    pub issuer: Issuer,
    /// What the sample promises; nothing for a policy of one's own, whose
    /// decisions aren't known here.
    pub promises: Vec<Promise>,
    readiness: Vec<Promise>,
    _api: Option<Server>,
    _folder: TempDir,
}

/// How long the gateway may take to be ready: V8 compiles the modules before the
/// listener opens, which takes seconds, and on a busy machine more.
pub const START: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

impl Stage {
    /// Sets it.
    ///
    /// # Errors
    /// Where anything is missing, wrong or taken.
    pub async fn set(args: &Args) -> Result<Self, UpError> {
        if args.upstream.is_some() && args.policy.is_none() {
            return Err(UpError::PolicyMissing);
        }
        let folder = tempfile::Builder::new()
            .prefix("tollgate-up-")
            .tempdir()
            .map_err(UpError::Folder)?;
        let policy = policy(args, folder.path())?;
        let addresses = Addresses::claim(args.listen, args.admin)?;
        let modules = Modules::find(args.modules.as_deref(), args.layout)?;
        let binary = locate(args.envoy.as_deref(), modules.folder()).await?;
        let issuer = Issuer::start().await?;
        let (upstream, api) = upstream(args).await?;
        let plan = Plan {
            policy: &policy,
            addresses,
            upstream: &upstream,
            modules: modules.folder(),
            layout: args.layout,
            trusted_ca: trusted_ca(args.trusted_ca.as_deref()),
            clusters: &[(CLUSTER, issuer.address())],
        };
        let bootstrap = bootstrap::write(&plan, folder.path()).map_err(UpError::Folder)?;
        let (promises, readiness) = match args.policy {
            None => (sample::promises(&issuer)?, sample::readiness(&issuer)?),
            Some(_) => (Vec::new(), Vec::new()),
        };
        Ok(Self {
            addresses,
            binary,
            bootstrap,
            upstream,
            policy: args
                .policy
                .as_ref()
                .map_or_else(|| "sample".to_owned(), |path| path.display().to_string()),
            // The sample's are known, and nobody is to mend them.
            warnings: match args.policy {
                Some(_) => policy.warnings().clone(),
                None => Report::default(),
            },
            issuer,
            promises,
            readiness,
            _api: api,
            _folder: folder,
        })
    }

    /// Waits until Envoy serves and the sample's good requests pass.
    ///
    /// # Errors
    /// How the last attempt went, in words.
    pub async fn ready(&self) -> Result<(), String> {
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
}

fn policy(args: &Args, folder: &Path) -> Result<Policy, UpError> {
    let file = match &args.policy {
        Some(file) => file.clone(),
        None => sample::write(folder).map_err(UpError::Folder)?,
    };
    Policy::load(&file).map_err(UpError::Policy)
}

/// The file that was named, else the system's, wherever it keeps it.
fn trusted_ca(named: Option<&Path>) -> PathBuf {
    let is_there = |path: &&Path| path.is_file();
    let system = TRUSTED_CA.map(Path::new);
    let found = system.iter().copied().find(is_there);
    named.or(found).unwrap_or(system[0]).to_owned()
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
