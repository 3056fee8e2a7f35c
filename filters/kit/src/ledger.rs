//! A record in shared data of what may be used once: the proofs of RFC 9449
//! §11.1. It holds for all workers of one Envoy, and is bounded: a book has 256
//! pages of 512 entries, by the first byte of an id. An id for which its page has
//! no room counts as used, so that a full book refuses and forgets nothing.

use crate::host::{Host, HostError};

/// Makes the pages of `book` that aren't there: a page without a version could
/// not be written without the danger of losing another worker's entry.
pub fn prepare(host: &dyn Host, book: &str) {
    for number in 0..=u8::MAX {
        let page = page(book, number);
        if let Ok((None, cas)) = host.shared(&page) {
            // Another worker may have been quicker, which is as good.
            let _ = host.set_shared(&page, &[], cas);
        }
    }
}

/// Enters `id` into `book` until `until`, and tells whether it was not there;
/// times are nanoseconds since 1970.
///
/// # Errors
/// Where the book is not prepared, shared data cannot be read or written, or other
/// workers were quicker eight times in a row.
pub fn enter(
    host: &dyn Host,
    book: &str,
    id: &[u8; 16],
    now: u64,
    until: u64,
) -> Result<bool, HostError> {
    let [number, ..] = *id;
    let key = page(book, number);
    let mut last = NOT_PREPARED;
    for _ in 0..TRIES {
        let (Some(page), cas) = host.shared(&key)? else {
            return Err(NOT_PREPARED);
        };
        let Some(page) = with_entry(&page, id, now, until) else {
            return Ok(false);
        };
        match host.set_shared(&key, &page, cas) {
            Ok(()) => return Ok(true),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn page(book: &str, number: u8) -> String {
    format!("{book}/{number:02x}")
}

/// The page with one entry more and without those that are over; `None` where the
/// id is there already, or finds no room.
fn with_entry(page: &[u8], id: &[u8; 16], now: u64, until: u64) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(page.len().saturating_add(ENTRY));
    for entry in page.chunks_exact(ENTRY) {
        let (known, end) = entry.split_at_checked(id.len())?;
        if u64::from_le_bytes(end.try_into().ok()?) <= now {
            continue;
        }
        if known == id {
            return None;
        }
        kept.extend_from_slice(entry);
    }
    if kept.len() >= MOST.saturating_mul(ENTRY) {
        return None;
    }
    kept.extend_from_slice(id);
    kept.extend_from_slice(&until.to_le_bytes());
    Some(kept)
}

/// An id and the end of its time.
const ENTRY: usize = 24;
/// Entries of a page.
const MOST: usize = 512;
const TRIES: u32 = 8;
/// The ABI's `NotFound`.
const NOT_PREPARED: HostError = HostError(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once_until_its_time_is_over() {
        let page = with_entry(&[], &[7; 16], 10, 20).unwrap();
        assert_eq!(with_entry(&page, &[7; 16], 19, 29), None);
        let other = with_entry(&page, &[8; 16], 19, 29).unwrap();
        assert_eq!(other.len(), 2 * ENTRY);
        let again = with_entry(&other, &[7; 16], 20, 30).unwrap();
        assert_eq!(again.len(), 2 * ENTRY);
    }

    #[test]
    fn a_full_page_forgets_nothing() {
        let mut page = Vec::new();
        for id in 0..MOST {
            let id = (id as u128).to_be_bytes();
            page = with_entry(&page, &id, 0, 10).unwrap();
        }
        assert_eq!(with_entry(&page, &[9; 16], 9, 19), None);
        assert!(with_entry(&page, &[9; 16], 10, 20).is_some());
    }
}
