//! One source of a directive: what it is, and how two compare.
//! Source: `src/analyzer/tests/csp.js` and `src/analyzer/cspParser.js`.

use super::merge::Fault;
use std::cmp::Ordering;

const BROAD: [&str; 8] = [
    "*",
    "ftp:",
    "http:",
    "http://*",
    "http://*.*",
    "https:",
    "https://*",
    "https://*.*",
];
const INLINE: [&str; 2] = ["'unsafe-inline'", "data:"];
const NONCE_OR_HASH: [&str; 4] = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
const OVERRULED: [&str; 2] = ["'self'", "'unsafe-inline'"];

/// ASCII without upper case in the order of the Unicode collation for English.
const COLLATION: &str = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";

/// Whether it allows any host.
pub fn is_broad(source: &str) -> bool {
    BROAD.contains(&source)
}

/// Whether it allows any host, or what stands in the page itself.
pub fn is_broad_or_inline(source: &str) -> bool {
    is_broad(source) || INLINE.contains(&source)
}

/// Whether it allows a transport that anyone on the way can change.
pub fn is_insecure(source: &str) -> bool {
    source.starts_with("http:") || source.starts_with("ftp:")
}

/// Whether it names single scripts or styles.
pub fn is_nonce_or_hash(source: &str) -> bool {
    NONCE_OR_HASH.iter().any(|start| source.starts_with(start))
}

/// Whether it has no effect beside `'strict-dynamic'`. CSP Level 3 §8.2.
pub fn is_overruled_by_strict_dynamic(source: &str) -> bool {
    BROAD.iter().any(|start| source.starts_with(start)) || OVERRULED.contains(&source)
}

/// The order in which neighbours are compared.
pub fn order(left: &str, right: &str) -> Ordering {
    let weight = |next: char| (COLLATION.find(next).unwrap_or(COLLATION.len()), next);
    left.chars().map(weight).cmp(right.chars().map(weight))
}

/// Whether what the second allows is within the first: the same, or below a
/// first that ends in `/`. CSP Level 3 has this rule for paths; here whole sources
/// are held to it.
pub fn covers(first: &str, second: &str) -> Result<bool, Fault> {
    let (within, is_folder) = match first.strip_suffix('/') {
        Some(folder) => (folder, true),
        None => (first, false),
    };
    let outer: Vec<&str> = within.split('/').collect();
    let inner: Vec<&str> = second.split('/').collect();
    let fits = if is_folder {
        outer.len() < inner.len()
    } else {
        outer.len() == inner.len()
    };
    if !fits {
        return Ok(false);
    }
    for (left, right) in outer.into_iter().zip(inner) {
        if decoded(left)? != decoded(right)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn decoded(piece: &str) -> Result<String, Fault> {
    let mut parts = piece.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or(Fault::Escape)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Fault::Escape);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| Fault::Escape)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| Fault::Escape)
}
