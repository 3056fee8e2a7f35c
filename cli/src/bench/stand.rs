//! One Envoy with one chain, from its start on.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::chain::Chain;
use super::error::BenchError;
use super::identity::Identity;
use super::load::Target;
use super::measure::memory;
use super::measure::process::{self, CpuTime};
use super::result;
use crate::up::client;
use crate::up::envoy::{Envoy, Launch, Level};
use crate::up::ports::Addresses;
use crate::up::promise::Outgoing;

/// What is started.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Envoy's binary.
    pub binary: &'a Path,
    /// Its configuration.
    pub bootstrap: &'a Path,
    /// Where it is to listen.
    pub addresses: Addresses,
    /// Its worker threads.
    pub workers: u16,
    /// How clients speak to it.
    pub identity: &'a Identity,
}

/// A running Envoy. Dropped, it is killed.
pub struct Stand {
    /// Its process.
    pub process: u32,
    /// Where its requests go.
    pub target: Target,
    /// How it started.
    pub start: result::Start,
    /// What it took once it accepted.
    pub memory: result::Memory,
    chain: String,
    admin: SocketAddr,
    envoy: Envoy,
}

/// V8 compiles the modules before the listener opens.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(1);

// === impl Stand ===

impl Stand {
    /// Starts one, and waits until it accepts.
    ///
    /// # Errors
    /// Where it doesn't, with what it wrote.
    pub async fn start(chain: &Chain, setting: &Setting<'_>) -> Result<Self, BenchError> {
        let tls = setting.identity.client(chain.transport)?;
        let launched = Instant::now();
        let mut envoy = Envoy::start(&Launch {
            binary: setting.binary,
            bootstrap: setting.bootstrap,
            concurrency: setting.workers,
            level: Level::Warning,
        })?;
        let process = envoy.id().unwrap_or_default();
        let accepting = tokio::time::timeout(PATIENCE, accepting(setting.addresses.listen));
        let accepted = tokio::select! {
            accepted = accepting => accepted.map_err(|_| format!("didn't accept within {} s", PATIENCE.as_secs())),
            ended = envoy.ended() => Err(match ended {
                Ok(status) => format!("ended by itself ({status})"),
                Err(error) => format!("ended by itself: {error}"),
            }),
        };
        accepted.map_err(|fault| fault_of(chain, fault, &envoy))?;
        let wall = launched.elapsed();
        let spent = CpuTime::read(process).map_err(BenchError::System)?.total();
        let (resident, vms) = settled(process).await?;
        Ok(Self {
            process,
            target: Target {
                address: setting.addresses.listen,
                tls,
            },
            start: result::Start {
                chain: chain.name.clone(),
                workers: setting.workers,
                wall_millis: wall.as_secs_f64() * 1e3,
                cpu_millis: spent as f64 / 1e6,
            },
            memory: result::Memory {
                chain: chain.name.clone(),
                workers: setting.workers,
                started: resident,
                loaded: None,
                vms,
            },
            chain: chain.name.clone(),
            admin: setting.addresses.admin,
            envoy,
        })
    }

    /// Its version, as it tells it.
    pub async fn version(&self) -> String {
        let request = Outgoing::new("GET", "/server_info");
        let answer = client::exchange(self.admin, &request).await.ok();
        let info: Option<serde_json::Value> =
            answer.and_then(|(_, body)| serde_json::from_slice(&body).ok());
        let version = info.as_ref().and_then(|info| info["version"].as_str());
        // Commit, version, and how it was built.
        let version = version.and_then(|text| text.split('/').nth(1));
        version.unwrap_or("unknown").to_owned()
    }

    /// What it takes now.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn loaded(&self) -> Result<result::Memory, BenchError> {
        let fault = |error: std::io::Error| BenchError::Envoy {
            chain: self.chain.clone(),
            fault: format!("ended under load: {error}"),
            log: self.envoy.log().last(),
        };
        let resident = memory::resident(self.process).map_err(fault)?;
        Ok(result::Memory {
            loaded: Some(resident),
            vms: memory::linear(self.process),
            ..self.memory.clone()
        })
    }

    /// Ends it, in order.
    pub async fn stop(self) {
        // Where that fails, it is killed when it is dropped.
        let _ = self.envoy.stop(std::future::pending()).await;
    }
}

/// Ends all of them at the same time.
pub async fn stop(stands: Vec<Stand>) {
    let stops: Vec<_> = stands
        .into_iter()
        .map(|stand| tokio::spawn(stand.stop()))
        .collect();
    for stop in stops {
        let _ = stop.await;
    }
}

/// Memory, once it no longer changes and nothing runs: the first worker accepts before the
/// others have their VMs, and on a busy machine they may long wait for a processor.
async fn settled(id: u32) -> Result<(u64, Option<Vec<u64>>), BenchError> {
    const READINGS: usize = 200;
    const APART: Duration = Duration::from_millis(25);
    let mut last = None;
    for _ in 0..READINGS {
        let resident = memory::resident(id).map_err(BenchError::System)?;
        let reading = (resident, memory::linear(id));
        let is_idle = process::is_idle(id).map_err(BenchError::System)?;
        if is_idle && last.as_ref() == Some(&reading) {
            break;
        }
        last = Some(reading);
        tokio::time::sleep(APART).await;
    }
    Ok(last.unwrap_or_default())
}

async fn accepting(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(PAUSE).await;
    }
}

fn fault_of(chain: &Chain, fault: String, envoy: &Envoy) -> BenchError {
    BenchError::Envoy {
        chain: chain.name.clone(),
        fault,
        log: envoy.log().last(),
    }
}

/// Writes the configuration of `chain` into `folder`.
///
/// # Errors
/// Where it can't be written.
pub fn write(
    chain: &Chain,
    bootstrap: &serde_json::Value,
    folder: &Path,
) -> Result<PathBuf, BenchError> {
    let file = folder.join(format!("{}.json", chain.name));
    std::fs::write(&file, bootstrap.to_string()).map_err(BenchError::System)?;
    Ok(file)
}
