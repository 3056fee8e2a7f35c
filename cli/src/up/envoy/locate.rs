//! Finds an Envoy: the one that is named, the one on `PATH`, or the project's own.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::Command;

/// Why there is no Envoy.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// The one that was named isn't there.
    #[error("`{}` is no file\n  hint: `--envoy` and `$ENVOY` name Envoy's binary", .0.display())]
    Named(PathBuf),
    /// None was named, none is on `PATH`, and the project isn't around to get one.
    #[error("no Envoy: none on `PATH`\n  hint: name its binary with `--envoy PATH` or in `$ENVOY`")]
    Nowhere,
    /// The project's script didn't run.
    #[error("`{}`: {error}", script.display())]
    Script {
        /// Which.
        script: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The project's script failed, and has said why.
    #[error("`{}` gave no Envoy ({status})", script.display())]
    ScriptFailed {
        /// Which.
        script: PathBuf,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Envoy's binary. `modules` is the folder beside which the project has its scripts.
///
/// # Errors
/// Where there is none.
pub async fn locate(named: Option<&Path>, modules: &Path) -> Result<PathBuf, LocateError> {
    if let Some(path) = named {
        return match path.canonicalize() {
            Ok(path) if path.is_file() => Ok(path),
            _ => Err(LocateError::Named(path.to_owned())),
        };
    }
    if let Some(path) = on_path() {
        return Ok(path);
    }
    match modules
        .parent()
        .map(|project| project.join("scripts/envoy"))
    {
        Some(script) if script.is_file() => ask(script).await,
        _ => Err(LocateError::Nowhere),
    }
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("envoy"))
        .find(|file| file.is_file())
}

/// Runs the script; the last line that it prints is the path. It may download,
/// and says so on standard error.
async fn ask(script: PathBuf) -> Result<PathBuf, LocateError> {
    let output = Command::new(&script)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| LocateError::Script {
            script: script.clone(),
            error,
        })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let path = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .map(|line| PathBuf::from(line.trim()));
    match path {
        Some(path) if output.status.success() && path.is_file() => Ok(path),
        _ => Err(LocateError::ScriptFailed {
            script,
            status: output.status,
        }),
    }
}
