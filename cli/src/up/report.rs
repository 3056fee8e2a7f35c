//! What `up` prints once the gateway is ready.
//!
//! For people: where everything is, and the `curl` lines. For scripts: the same
//! as one JSON object.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::promise::{Curl, Filter, Outcome, Promise};
use crate::render::envoy::Layout;

/// The running gateway.
#[derive(Debug, Serialize)]
pub struct Gateway {
    /// Its URL.
    pub gateway: String,
    /// The URL of Envoy's admin interface.
    pub admin: String,
    /// The API behind it.
    pub upstream: String,
    /// Where the issuer's keys are.
    pub jwks: String,
    /// The policy file, or `sample`.
    pub policy: String,
    /// How the filters are loaded.
    pub layout: Layout,
    /// Envoy's process id.
    pub pid: u32,
}

/// A promise and, with `--check`, what came of it.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What is promised.
    pub promise: &'a Promise,
    /// What came: an outcome, or why there is none.
    pub came: Option<Result<Outcome, String>>,
}

// === impl Shown ===

impl Shown<'_> {
    /// Whether what came is what was promised; `None` if nobody looked.
    #[must_use]
    pub fn kept(&self) -> Option<bool> {
        let came = self.came.as_ref()?;
        Some(came.as_ref() == Ok(&self.promise.outcome))
    }

    fn came(&self) -> Option<String> {
        match self.came.as_ref()? {
            Ok(outcome) => Some(outcome.to_string()),
            Err(error) => Some(error.clone()),
        }
    }
}

/// Prints the one JSON object.
///
/// # Errors
/// Where the output is closed.
pub fn json(
    out: &mut impl Write,
    gateway: &Gateway,
    curl: &Curl,
    shown: &[Shown<'_>],
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Request<'a> {
        name: &'a str,
        filter: Filter,
        curl: String,
        #[serde(flatten)]
        outcome: &'a Outcome,
        #[serde(skip_serializing_if = "Option::is_none")]
        kept: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        came: Option<String>,
    }
    #[derive(Serialize)]
    struct Object<'a> {
        #[serde(flatten)]
        gateway: &'a Gateway,
        requests: Vec<Request<'a>>,
    }
    let requests = shown
        .iter()
        .map(|shown| Request {
            name: shown.promise.name,
            filter: shown.promise.filter,
            curl: curl.line(shown.promise),
            outcome: &shown.promise.outcome,
            kept: shown.kept(),
            came: shown.came(),
        })
        .collect();
    let object = Object { gateway, requests };
    serde_json::to_writer(&mut *out, &object)?;
    writeln!(out)?;
    out.flush()
}

/// Prints where everything is, and the lines to paste.
///
/// # Errors
/// Where the output is closed.
pub fn text(
    out: &mut impl Write,
    gateway: &Gateway,
    curl: &Curl,
    shown: &[Shown<'_>],
) -> io::Result<()> {
    places(out, gateway)?;
    for filter in Filter::ALL {
        let mut rows = shown
            .iter()
            .filter(|shown| shown.promise.filter == filter)
            .peekable();
        if rows.peek().is_some() {
            let bold = Style::new().bold();
            writeln!(out, "\n{bold}# {filter}{bold:#}")?;
        }
        for row in rows {
            line(out, curl, row.promise)?;
        }
    }
    if shown.is_empty() {
        writeln!(
            out,
            "\nno `curl` lines: what a policy of your own decides isn't known here"
        )?;
    } else if let Some(advice) = shell_advice() {
        writeln!(out, "\n{advice}")?;
    }
    writeln!(out, "\nCtrl-C ends everything")?;
    out.flush()
}

/// zsh takes `# 200` on its command line for two arguments, unless it is told otherwise.
fn shell_advice() -> Option<&'static str> {
    let shell = std::env::var_os("SHELL")?;
    (std::path::Path::new(&shell).file_name()? == "zsh")
        .then_some("in zsh, run `setopt interactivecomments` before you paste a line")
}

/// Prints what came of each promise, and the sum.
///
/// # Errors
/// Where the output is closed.
pub fn outcomes(out: &mut impl Write, shown: &[Shown<'_>]) -> io::Result<()> {
    for row in shown {
        let promised = &row.promise.outcome;
        let (filter, name) = (row.promise.filter, row.promise.name);
        let Some(came) = row.came() else { continue };
        if row.kept() == Some(true) {
            let good = AnsiColor::Green.on_default();
            writeln!(out, "{good}kept{good:#}    {filter}: {name}: {promised}")?;
        } else {
            let bad = AnsiColor::Red.on_default().bold();
            writeln!(
                out,
                "{bad}broken{bad:#}  {filter}: {name}: promised {promised}, came {came}"
            )?;
        }
    }
    let kept = shown.iter().filter(|row| row.kept() == Some(true)).count();
    writeln!(out, "{kept} of {} promises kept", shown.len())?;
    out.flush()
}

fn places(out: &mut impl Write, gateway: &Gateway) -> io::Result<()> {
    let Gateway {
        gateway: url,
        admin,
        upstream,
        jwks,
        policy,
        layout: _,
        pid,
    } = gateway;
    writeln!(out, "gateway   {url} (Envoy, process {pid})")?;
    writeln!(out, "upstream  {upstream}")?;
    writeln!(out, "policy    {policy}")?;
    writeln!(out, "issuer    {jwks}")?;
    writeln!(out, "admin     {admin}")
}

fn line(out: &mut impl Write, curl: &Curl, promise: &Promise) -> io::Result<()> {
    let dim = Style::new().dimmed();
    let colour = colour(&promise.outcome);
    writeln!(out, "{dim}# {}{dim:#}", promise.name)?;
    let command = curl.command(&promise.request);
    writeln!(out, "{command} {colour}# {}{colour:#}", promise.outcome)
}

fn colour(outcome: &Outcome) -> Style {
    match outcome.reason {
        None => AnsiColor::Green.on_default(),
        Some(_) => AnsiColor::Yellow.on_default(),
    }
}
