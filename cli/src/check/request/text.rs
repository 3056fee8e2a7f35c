//! What people read: a block for each filter, and what came of it all.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use tollgate_kit::host::Reply;
use tollgate_kit::problem::MAX_ERRORS;
use tollgate_kit::verdict::{Denial, Edit, Place};

use super::file::{self, Given};
use super::trial::{Decision, Judged};
use super::{Files, Tried, part};
use crate::check::output::counted;
use crate::policy::{Printable, Report, Severity};

/// Prints the trial, or what is wrong with its files.
///
/// # Errors
/// Where the output is closed.
pub fn print(
    out: &mut impl Write,
    files: Files<'_>,
    tried: &Result<Tried, Report>,
) -> io::Result<()> {
    let file = file::name(files.request).display();
    let tried = match tried {
        Ok(tried) => tried,
        Err(report) => {
            let errors = report.count(Severity::Error);
            let errors = counted(errors, "error");
            return writeln!(out, "{}{file}: not tried, {errors}", report.painted());
        }
    };
    writeln!(out, "{}", Printable(&subject(&tried.given)))?;
    for judged in &tried.trial.filters {
        writeln!(out)?;
        block(out, judged)?;
    }
    match tried.trial.refusal() {
        Some((filter, denial)) => {
            let style = Paint::DENY;
            let slug = denial.reason.slug;
            writeln!(out, "\n{file}: {style}refused{style:#} by {filter}, {slug}")
        }
        None => writeln!(out, "\n{file}: {0}passes{0:#}", Paint::ALLOW),
    }
}

struct Paint;

impl Paint {
    const ALLOW: Style = AnsiColor::Green.on_default().bold();
    const DENY: Style = AnsiColor::Red.on_default().bold();
    const REPORT: Style = AnsiColor::Yellow.on_default().bold();
    const NAME: Style = Style::new().bold();
    const QUIET: Style = Style::new().dimmed();
}

/// The request and the clock.
fn subject(given: &Given) -> String {
    let field = |name| given.fields.text(name).unwrap_or_default();
    format!(
        "{} {}://{}{} at {}",
        field(":method"),
        field(":scheme"),
        field(":authority"),
        super::without_query(field(":path")),
        part::written(given.at)
    )
}

fn block(out: &mut impl Write, judged: &Judged) -> io::Result<()> {
    let (name, filter) = (Paint::NAME, judged.filter);
    for step in &judged.steps {
        writeln!(out, "  {}", Printable(step))?;
    }
    write!(out, "{name}{filter}:{name:#} ")?;
    match &judged.decision {
        Decision::NotAsked => writeln!(out, "{0}not asked{0:#}", Paint::QUIET),
        Decision::Allow { withheld } => {
            writeln!(out, "{0}allow{0:#}", Paint::ALLOW)?;
            edits(out, judged)?;
            match withheld {
                0 => Ok(()),
                left_out => writeln!(out, "  report mode leaves out changes: {left_out}"),
            }
        }
        Decision::Report(denied) => {
            writeln!(out, "{0}report{0:#} {1}", Paint::REPORT, denial(denied))?;
            edits(out, judged)
        }
        Decision::Deny(denied, reply) => {
            writeln!(out, "{0}deny{0:#} {1}", Paint::DENY, denial(denied))?;
            answer(out, reply)
        }
    }
}

/// The reason and the occurrence, then the violations.
fn denial(denial: &Denial) -> String {
    let mut text = format!("{} ({})", denial.reason.slug, denial.status);
    if !denial.detail.is_empty() {
        let _ = write!(text, ": {}", Printable(&denial.detail));
    }
    for violation in denial.errors.iter().take(MAX_ERRORS) {
        let place = match &violation.place {
            Place::Pointer(pointer) if pointer.is_empty() => "the whole body",
            Place::Pointer(place) | Place::Parameter(place) => place,
        };
        let (place, message) = (Printable(place), Printable(&violation.message));
        let _ = write!(text, "\n  {place}: {}: {message}", violation.keyword);
    }
    text
}

/// The changes that the upstream sees.
fn edits(out: &mut impl Write, judged: &Judged) -> io::Result<()> {
    for edit in &judged.edits {
        match edit {
            Edit::Set(name, value) | Edit::Append(name, value) => {
                let value = super::shown(judged.filter, name, value);
                let value = value
                    .as_deref()
                    .unwrap_or("(not shown: it is of the token)");
                let value = Printable(value);
                match &**name {
                    ":path" => writeln!(out, "  the path becomes {value}")?,
                    "cookie" => writeln!(out, "  the cookies lose the token")?,
                    name => writeln!(out, "  + {name}: {value}")?,
                }
            }
            Edit::Remove(name) => writeln!(out, "  - {}", Printable(name))?,
        }
    }
    Ok(())
}

fn answer(out: &mut impl Write, reply: &Reply) -> io::Result<()> {
    match reply.grpc_status {
        Some(status) => writeln!(out, "  a client would get: gRPC status {status}")?,
        None => writeln!(out, "  a client would get: {}", reply.status)?,
    }
    for (name, value) in reply.fields.iter() {
        let (name, value) = (
            String::from_utf8_lossy(name),
            String::from_utf8_lossy(value),
        );
        writeln!(out, "    {name}: {}", Printable(&value))?;
    }
    let body = String::from_utf8_lossy(&reply.body);
    match body.trim_end() {
        "" => Ok(()),
        body => writeln!(out, "    {}", Printable(body)),
    }
}
