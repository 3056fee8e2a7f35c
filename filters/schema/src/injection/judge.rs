//! What becomes of a request that is suspicious: refused, or reported by what passes.

use super::{Scan, Suspicion};
use crate::api::Operation;
use crate::decide::Decision;
use crate::denial;
use crate::settings::Settings;
use tollgate_kit::path::Target;
use tollgate_kit::verdict::{Denial, Mode};

/// What is only reported; what isn't is refused.
pub type Reported = Decision<Option<Box<Denial>>>;

/// Judges path and query of a request to an operation.
///
/// # Errors
/// The denial of what is refused.
pub fn head(operation: &Operation, captures: &[&[u8]], target: &Target) -> Reported {
    let found = Scan::run(&operation.settings, |scan| {
        scan.captures(operation, captures)?;
        scan.query(target.query())
    });
    settle(found, &operation.template)
}

/// Judges path and query of a request that no path documents.
///
/// # Errors
/// The denial of what is refused.
pub fn undocumented(settings: &Settings, target: &Target) -> Reported {
    let found = Scan::run(settings, |scan| {
        scan.path(target.path())?;
        scan.query(target.query())
    });
    settle(found, &String::from_utf8_lossy(target.path()))
}

/// Judges what was found in a request to `path`.
///
/// # Errors
/// The denial of what is refused.
pub fn settle(found: Option<Suspicion>, path: &str) -> Reported {
    match found.map(|found| denial::suspicion(found, path)) {
        Some(denial) if denial.mode == Mode::Enforce => Err(denial),
        reported => Ok(reported),
    }
}
