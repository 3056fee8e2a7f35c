//! One run of `up`, from the first check to the last process.
//!
//! Whatever ends it (a signal, Envoy, an error), Envoy is ended before this
//! returns; the servers and the temporary folder go with it.

use std::io::{self, Write as _};

use super::args::{Args, Format};
use super::client;
use super::envoy::{Envoy, Launch};
use super::error::UpError;
use super::issuer::JWKS_PATH;
use super::promise::{Curl, reachable};
use super::report::{self, Gateway, Shown};
use super::signals::Signals;
use super::stage::{START, Stage};

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
    if !stage.warnings.findings().is_empty() {
        progress(args, &stage.warnings.to_string());
    }
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
            show(&stage, args, pid).await
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

async fn show(stage: &Stage, args: &Args, pid: u32) -> Result<End, UpError> {
    let shown = shown(stage, args).await;
    print(stage, args, pid, &shown).map_err(UpError::Output)?;
    if !args.check {
        std::future::pending::<()>().await;
    }
    if shown.iter().all(|shown| shown.kept() == Some(true)) {
        Ok(End::Kept)
    } else {
        Ok(End::Broken)
    }
}

async fn shown<'a>(stage: &'a Stage, args: &Args) -> Vec<Shown<'a>> {
    let gateway = reachable(stage.addresses.listen);
    let mut shown = Vec::new();
    for promise in &stage.promises {
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

fn print(stage: &Stage, args: &Args, pid: u32, shown: &[Shown<'_>]) -> io::Result<()> {
    let gateway = Gateway {
        gateway: format!("http://{}", reachable(stage.addresses.listen)),
        admin: format!("http://{}", reachable(stage.addresses.admin)),
        upstream: stage.upstream.to_string(),
        jwks: format!("http://{}{JWKS_PATH}", stage.issuer.address()),
        policy: stage.policy.clone(),
        layout: args.layout,
        pid,
    };
    let curl = Curl::new(stage.addresses.listen);
    let mut out = anstream::stdout().lock();
    match (args.format, args.check) {
        (Format::Json, _) => report::json(&mut out, &gateway, &curl, shown),
        (Format::Text, true) => report::outcomes(&mut out, shown),
        (Format::Text, false) => report::text(&mut out, &gateway, &curl, shown),
    }
}
