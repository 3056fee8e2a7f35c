//! The two protobuf messages that cross the host seam: `google.protobuf.Struct`,
//! which Envoy hands over as wire bytes, and the `verify_signature` call.

use crate::json::escape_into;

/// The JSON text of a `google.protobuf.Struct`; `None` where it isn't one.
///
/// Its numbers are doubles, so integers past 2^53 are lost before they get here.
#[must_use]
pub fn struct_to_json(message: &[u8]) -> Option<String> {
    let mut json = String::new();
    object(message, &mut json, MAX_DEPTH)?;
    Some(json)
}

/// The argument of Envoy's foreign function `verify_signature`:
/// `{1: hash_function, 2: public_key (SPKI DER), 3: signature, 4: clear_text}`.
#[must_use]
pub fn verify_argument(hash: &str, spki: &[u8], signature: &[u8], text: &[u8]) -> Vec<u8> {
    let total = [hash.len(), spki.len(), signature.len(), text.len()]
        .iter()
        .fold(24usize, |sum, len| sum.saturating_add(*len));
    let mut argument = Vec::with_capacity(total);
    for (field, bytes) in [(1u8, hash.as_bytes()), (2, spki), (3, signature), (4, text)] {
        argument.push(field.wrapping_shl(3) | LENGTH_DELIMITED);
        push_varint(bytes.len(), &mut argument);
        argument.extend_from_slice(bytes);
    }
    argument
}

/// Whether the answer of `verify_signature` says that the signature holds:
/// field 1 is `true`; it is absent for false.
#[must_use]
pub fn verify_answer(answer: &[u8]) -> bool {
    let mut rest = answer;
    while !rest.is_empty() {
        let Some((field, value, after)) = field(rest) else {
            return false;
        };
        if let (1, Value::Varint(held)) = (field, value) {
            return held == 1;
        }
        rest = after;
    }
    false
}

enum Value<'m> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'m [u8]),
}

/// `Struct { map<string, Value> fields = 1 }`.
fn object(message: &[u8], json: &mut String, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    json.push('{');
    let mut rest = message;
    let mut first = true;
    while !rest.is_empty() {
        let (1, Value::Bytes(entry), after) = field(rest)? else {
            return None;
        };
        if !std::mem::replace(&mut first, false) {
            json.push(',');
        }
        member(entry, json, depth)?;
        rest = after;
    }
    json.push('}');
    Some(())
}

/// A map entry: key 1, value 2; an absent value is the empty `Value`.
fn member(entry: &[u8], json: &mut String, depth: usize) -> Option<()> {
    let (mut name, mut value) = (&b""[..], &b""[..]);
    let mut rest = entry;
    while !rest.is_empty() {
        let (number, Value::Bytes(bytes), after) = field(rest)? else {
            return None;
        };
        match number {
            1 => name = bytes,
            2 => value = bytes,
            _ => return None,
        }
        rest = after;
    }
    quoted(name, json)?;
    json.push(':');
    any(value, json, depth)
}

/// `Value { null 1 | number 2 | string 3 | bool 4 | struct 5 | list 6 }`.
fn any(message: &[u8], json: &mut String, depth: usize) -> Option<()> {
    let (number, value, _) = field(message)?;
    match (number, value) {
        (1, Value::Varint(_)) => json.push_str("null"),
        (2, Value::Fixed64(bits)) => {
            let number = f64::from_le_bytes(bits);
            if !number.is_finite() {
                return None;
            }
            json.push_str(&number.to_string());
        }
        (3, Value::Bytes(text)) => quoted(text, json)?,
        (4, Value::Varint(flag)) => json.push_str(if flag == 0 { "false" } else { "true" }),
        (5, Value::Bytes(message)) => object(message, json, depth)?,
        (6, Value::Bytes(message)) => list(message, json, depth)?,
        _ => return None,
    }
    Some(())
}

/// `ListValue { repeated Value values = 1 }`.
fn list(message: &[u8], json: &mut String, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    json.push('[');
    let mut rest = message;
    let mut first = true;
    while !rest.is_empty() {
        let (1, Value::Bytes(value), after) = field(rest)? else {
            return None;
        };
        if !std::mem::replace(&mut first, false) {
            json.push(',');
        }
        any(value, json, depth)?;
        rest = after;
    }
    json.push(']');
    Some(())
}

fn quoted(text: &[u8], json: &mut String) -> Option<()> {
    json.push('"');
    escape_into(std::str::from_utf8(text).ok()?, json);
    json.push('"');
    Some(())
}

fn field(message: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (tag, rest) = varint(message)?;
    let (value, rest) = match tag & 7 {
        0 => {
            let (number, rest) = varint(rest)?;
            (Value::Varint(number), rest)
        }
        1 => {
            let (bytes, rest) = rest.split_at_checked(8)?;
            (Value::Fixed64(bytes.try_into().ok()?), rest)
        }
        2 => {
            let (len, rest) = varint(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
            (Value::Bytes(bytes), rest)
        }
        _ => return None,
    };
    Some((tag.wrapping_shr(3), value, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        let shift = u32::try_from(at).ok()?.checked_mul(7)?;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at.saturating_add(1)..)?));
        }
    }
    None
}

fn push_varint(value: usize, out: &mut Vec<u8>) {
    let mut rest = value;
    while rest > 0x7f {
        out.push(0x80 | u8::try_from(rest & 0x7f).unwrap_or(0));
        rest = rest.wrapping_shr(7);
    }
    out.push(u8::try_from(rest).unwrap_or(0));
}

const LENGTH_DELIMITED: u8 = 2;
const MAX_DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_becomes_json() {
        // {"z": 3, "a": [true, null, "x"], "o": {}}
        let message = [
            &b"\x0a\x0e\x0a\x01z\x12\x09\x11\x00\x00\x00\x00\x00\x00\x08\x40"[..],
            b"\x0a\x14\x0a\x01a\x12\x0f\x32\x0d\x0a\x02\x20\x01\x0a\x02\x08\x00\x0a\x03\x1a\x01x",
            b"\x0a\x07\x0a\x01o\x12\x02\x2a\x00",
        ]
        .concat();
        assert_eq!(
            struct_to_json(&message).unwrap(),
            r#"{"z":3,"a":[true,null,"x"],"o":{}}"#
        );
    }

    #[test]
    fn what_is_no_struct_is_none() {
        assert_eq!(struct_to_json(b"\n{}"), None);
        assert_eq!(struct_to_json(b"\x0a\xff\xff\xff\xff\x0f"), None);
    }

    #[test]
    fn the_answer_is_true_only_where_it_says_so() {
        assert!(verify_answer(b"\x08\x01"));
        assert!(!verify_answer(b""));
        assert!(!verify_answer(b"\x12\x03bad"));
        assert!(!verify_answer(b"\x08\x00"));
    }

    #[test]
    fn long_arguments_have_long_lengths() {
        let argument = verify_argument("sha256", &[1; 300], &[2], b"");
        assert_eq!(argument.get(..11), Some(&b"\x0a\x06sha256\x12\xac\x02"[..]));
    }
}
