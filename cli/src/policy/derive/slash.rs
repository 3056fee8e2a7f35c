//! Paths that differ by the slash at their end: two to the document, and one to
//! rules, unless those are told.

use tollgate_kit::path::percent_decode;

use super::notes::Notes;
use super::operation::Path;

/// Reports the paths that rules would take for another.
pub fn check(paths: &[Path<'_>], notes: &mut Notes) {
    for path in paths {
        let Some(short) = path.template.strip_suffix('/') else {
            continue;
        };
        if let Some(other) = paths.iter().find(|other| overlap(short, &other.template)) {
            let message = format!("rules take this path and `{}` for one", other.template);
            notes.fault(
                &path.place.path,
                message,
                Some("set `jwt.trailing_slash: strict`"),
            );
        }
    }
}

/// Whether some path could match both.
fn overlap(left: &str, right: &str) -> bool {
    let alike = |(left, right): (&str, &str)| {
        let text = |segment: &str| percent_decode(segment.as_bytes());
        left.contains('{') || right.contains('{') || text(left) == text(right)
    };
    let count = |text: &str| text.split('/').count();
    count(left) == count(right) && left.split('/').zip(right.split('/')).all(alike)
}
