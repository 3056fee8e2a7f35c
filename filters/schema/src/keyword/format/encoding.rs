//! Texts that encode something: UUIDs (RFC 9562 §4), JSON pointers (RFC 6901 §3),
//! base64 (RFC 4648 §4).

/// Hexadecimal digits in groups of 8, 4, 4, 4 and 12.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Empty, or tokens after slashes, where `~` is `~0` or `~1`.
pub(super) fn is_json_pointer(text: &str) -> bool {
    let escapes = text
        .split('~')
        .skip(1)
        .all(|after| after.starts_with(['0', '1']));
    (text.is_empty() || text.starts_with('/')) && escapes
}

/// With its padding, and with no bits set that nothing reads (§3.5).
pub(super) fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    let padding = text.len().wrapping_sub(data.len());
    let spare = match padding {
        0 => 0,
        1 => 0b11,
        2 => 0b1111,
        _ => return false,
    };
    let last = data.bytes().next_back().and_then(sextet);
    text.len().is_multiple_of(4)
        && data.bytes().all(|byte| sextet(byte).is_some())
        && last.is_none_or(|last| last & spare == 0)
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte.wrapping_sub(b'A')),
        b'a'..=b'z' => Some(byte.wrapping_sub(b'a').wrapping_add(26)),
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0').wrapping_add(52)),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
