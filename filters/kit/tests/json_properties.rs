//! The JSON reader against two others: `serde_json` for what is accepted and
//! read, big integers for what numbers are worth.
#![expect(clippy::arithmetic_side_effects, reason = "tests")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use num_bigint::BigInt;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tollgate_kit::json::{
    DuplicateKeys, Limits, Node, Number, OwnedDocument, Tape, Value, escape_into,
};

/// As wide as `serde_json` is.
const WIDE: Limits = Limits {
    depth: 127,
    keys: usize::MAX,
    string: usize::MAX,
    number_digits: usize::MAX,
    exponent: u32::MAX,
    duplicate_keys: DuplicateKeys::LastWins,
};

// === Documents ===

fn number() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?"
}

/// The text of a string, with some characters escaped though they needn't be.
fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,12}".prop_map(|text| escaped(&text)),
        2 => any::<String>().prop_map(|text| escaped(&text)),
        1 => any::<char>().prop_map(units),
        1 => Just("\\/".to_owned()),
    ];
    vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape_into(text, &mut out);
    out
}

fn units(char: char) -> String {
    let mut buffer = [0; 2];
    char.encode_utf16(&mut buffer)
        .iter()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "\"[a-e]{0,2}\"", 1 => "\"\\\\u006[1-5][a-e]?\"", 1 => string()]
}

fn space() -> impl Strategy<Value = &'static str> {
    select(&["", "", "", " ", "\n", "\r\n\t "][..])
}

fn document() -> impl Strategy<Value = String> {
    let word = select(&["null", "true", "false"][..]).prop_map(str::to_owned);
    let leaf = prop_oneof![1 => word, 2 => number(), 2 => string()];
    leaf.prop_recursive(6, 200, 50, |inner| {
        let element = (space(), inner, space())
            .prop_map(|(before, text, after)| format!("{before}{text}{after}"))
            .boxed();
        let member = (name(), space(), element.clone()).prop_map(|(n, s, e)| format!("{n}{s}:{e}"));
        prop_oneof![
            vec(element, 0..12).prop_map(|elements| format!("[{}]", elements.join(","))),
            vec(member, 0..60).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// A document with some bytes replaced, removed or inserted.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => select(&b"{}[]\",:\\u0123456789.eE+-tfn \n\t\0"[..]),
        1 => any::<u8>(),
    ];
    let edits = vec((any::<Index>(), byte, 0..4_u8), 1..4);
    (document(), edits).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (at, byte, edit) in edits {
            let at = at.index(bytes.len() + 1);
            match edit {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        bytes
    })
}

// === serde_json ===

/// Whether both accept `source` and read the same, or both refuse it.
fn agree(source: &[u8]) -> Result<(), TestCaseError> {
    let mut tape = Tape::new();
    let ours = tape.parse(source, &WIDE);
    match (ours, serde_json::from_slice::<serde_json::Value>(source)) {
        (Ok(document), Ok(theirs)) => {
            prop_assert!(reads_as(document.root(), &theirs));
            Ok(())
        }
        (Err(_), Err(_)) => Ok(()),
        // To it a number beyond `f64` is an error.
        (Ok(_), Err(error)) if error.to_string().starts_with("number out of range") => Ok(()),
        (Ok(_), Err(error)) => Err(TestCaseError::fail(format!("accepted: {error}"))),
        (Err(error), Ok(_)) => Err(TestCaseError::fail(format!("refused: {error}"))),
    }
}

fn reads_as(ours: Node<'_>, theirs: &serde_json::Value) -> bool {
    match ours.value() {
        Value::Null => theirs.is_null(),
        Value::Bool(value) => theirs.as_bool() == Some(value),
        Value::String(value) => theirs.as_str() == Some(value),
        Value::Number(value) => theirs
            .as_number()
            .is_some_and(|number| is_worth(value, number)),
        Value::Array(array) => theirs.as_array().is_some_and(|elements| {
            array.len() == elements.len()
                && array
                    .iter()
                    .zip(elements)
                    .all(|(ours, theirs)| reads_as(ours, theirs))
        }),
        Value::Object(object) => theirs.as_object().is_some_and(|members| {
            object.len() == members.len()
                && object.iter().count() == members.len()
                && object.iter().all(|(name, ours)| {
                    members
                        .get(name)
                        .is_some_and(|theirs| reads_as(ours, theirs))
                        && object.get(name).is_some_and(|found| found.equals(ours))
                })
        }),
    }
}

/// Its doubles may be off in the last bits.
fn is_worth(ours: Number<'_>, theirs: &serde_json::Number) -> bool {
    match (theirs.as_u64(), theirs.as_i64()) {
        (Some(value), _) => ours.as_u64() == Some(value),
        (None, Some(value)) => ours.as_i64() == Some(value),
        (None, None) => theirs
            .as_f64()
            .is_some_and(|value| (ours.as_f64() - value).abs() <= 4.0 * f64::EPSILON * value.abs()),
    }
}

/// Members that are seen, over all objects.
fn members(node: Node<'_>) -> usize {
    match node.value() {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        Value::Array(array) => array.iter().map(members).sum(),
        Value::Object(object) => object.iter().map(|(_, value)| 1 + members(value)).sum(),
    }
}

// === Big integers ===

/// `number × 10^shift`, for a shift that makes it whole.
fn scaled(number: &str, shift: u32) -> BigInt {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
    let exponent: i64 = exponent.parse().unwrap();
    let power = i64::from(shift) + exponent - i64::try_from(fraction.len()).unwrap();
    digits * BigInt::from(10).pow(u32::try_from(power).unwrap())
}

/// Above the digits of a fraction and a negative exponent together.
const SHIFT: u32 = 24 + 99;

/// Numbers that are close to each other more often than by chance.
fn pair() -> impl Strategy<Value = (String, String)> {
    let small = || "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9])?";
    let respelled = (0..100_000_i64, 0..9_u32, 0..9_u32).prop_map(|(value, up, down)| {
        let zeros = "0".repeat(up as usize);
        (
            format!("{value}{zeros}e-{down}"),
            format!("{value}e{}", i64::from(up) - i64::from(down)),
        )
    });
    prop_oneof![
        (number(), number()),
        (small(), small()),
        (number(), small()),
        respelled,
        number().prop_map(|text| (text.clone(), text)),
    ]
}

proptest! {
    #[test]
    fn documents_read_as_serde_reads_them(source in document()) {
        agree(source.as_bytes())?;
        prop_assert!(Tape::new().parse(source.as_bytes(), &WIDE).is_ok());
    }

    #[test]
    fn mutated_documents_are_judged_as_serde_judges_them(source in mutated()) {
        agree(&source)?;
    }

    #[test]
    fn random_bytes_are_judged_as_serde_judges_them(source in vec(any::<u8>(), 0..64)) {
        agree(&source)?;
    }

    #[test]
    fn random_tokens_are_judged_as_serde_judges_them(
        tokens in vec(select(&["{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "1", "-", "e2", ".", "0", "null", " "][..]), 0..12)
    ) {
        agree(tokens.concat().as_bytes())?;
    }

    #[test]
    fn a_tape_keeps_nothing_of_the_document_before(one in mutated(), other in document()) {
        let mut tape = Tape::new();
        let _ = tape.parse(&one, &WIDE);
        let reused = tape.parse(other.as_bytes(), &WIDE).unwrap().root();
        let fresh = OwnedDocument::parse(other.clone().into_bytes(), &WIDE).unwrap();
        prop_assert!(reused.equals(fresh.root()));
        prop_assert_eq!(reused.source(), other.trim());
    }

    #[test]
    fn denying_duplicates_refuses_exactly_what_has_some(source in document()) {
        let mut tape = Tape::new();
        let seen = members(tape.parse(source.as_bytes(), &WIDE).unwrap().root());
        let judged = |limits: Limits| Tape::new().parse(source.as_bytes(), &limits).is_ok();
        let no_others = judged(Limits { keys: seen, ..WIDE });
        prop_assert_eq!(judged(Limits { duplicate_keys: DuplicateKeys::Deny, ..WIDE }), no_others);
    }

    #[test]
    fn escaping_is_undone_by_reading(text in any::<String>()) {
        let source = format!("\"{}\"", escaped(&text));
        let mut tape = Tape::new();
        let root = tape.parse(source.as_bytes(), &WIDE).unwrap().root();
        prop_assert_eq!(root.as_str(), Some(text.as_str()));
        prop_assert_eq!(root.source(), source.as_str());
    }

    #[test]
    fn numbers_compare_as_big_integers_do((left, right) in pair()) {
        let (one, other) = (Number::parse(&left).unwrap(), Number::parse(&right).unwrap());
        let expected = scaled(&left, SHIFT).cmp(&scaled(&right, SHIFT));
        prop_assert_eq!(one.compare(other), expected);
        prop_assert_eq!(other.compare(one), expected.reverse());
    }

    #[test]
    fn multiples_are_those_of_big_integers((left, right) in pair()) {
        let (value, divisor) = (scaled(&left, SHIFT), scaled(&right, SHIFT));
        let answer = Number::parse(&left).unwrap().is_multiple_of(Number::parse(&right).unwrap());
        match answer {
            Some(answer) => prop_assert_eq!(answer, value % divisor == BigInt::ZERO),
            None => prop_assert!(divisor == BigInt::ZERO || right.len() > 37),
        }
    }

    #[test]
    fn products_are_multiples(factor in any::<i64>(), divisor in 1..i128::MAX / 20, zeros in 0..40_usize) {
        let product: BigInt = BigInt::from(factor) * BigInt::from(divisor);
        let (left, right) = (format!("{product}{}", "0".repeat(zeros)), divisor.to_string());
        let multiple = |left: &str| Number::parse(left).unwrap().is_multiple_of(Number::parse(&right).unwrap());
        if right.trim_end_matches('0').len() <= 37 {
            prop_assert_eq!(multiple(&left), Some(true));
            let above = (product + BigInt::from(1)).to_string();
            prop_assert_eq!(multiple(&above), Some(divisor == 1));
        }
    }

    #[test]
    fn integers_are_those_of_big_integers(text in prop_oneof![number(), pair().prop_map(|pair| pair.0)]) {
        let one = BigInt::from(10).pow(SHIFT);
        let (value, number) = (scaled(&text, SHIFT), Number::parse(&text).unwrap());
        let whole = (&value % &one == BigInt::ZERO).then(|| &value / &one);
        prop_assert_eq!(number.is_integer(), whole.is_some());
        prop_assert_eq!(number.as_i64(), whole.as_ref().and_then(|value| i64::try_from(value).ok()));
        prop_assert_eq!(number.as_u64(), whole.as_ref().and_then(|value| u64::try_from(value).ok()));
    }
}
