//! The pattern engine against the `regex` crate, on what both can say, and on
//! patterns and texts that were made to cost much.

use crate::filter;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use tollgate_schema::budget::{Budget, Exhausted};
use tollgate_schema::pattern::{Pattern, PatternFault};

/// A pattern as ECMA-262 spells it, and as the crate does.
type Spelled = (String, String);

/// No letters beyond ASCII: to the crate's `\b` they would be of words.
const ALPHABET: &[char] = &[
    'a', 'b', 'z', '0', '7', '_', '-', '.', ' ', '\n', '\r', '\u{a0}', '\u{2028}', '🙂', '\u{fffd}',
];

const SPACE: &str =
    r"\t-\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

fn both(text: &str) -> Spelled {
    (text.to_owned(), text.to_owned())
}

/// A character that stands for itself, in and out of classes.
fn literal() -> impl Strategy<Value = Spelled> {
    (select(ALPHABET), 0..3).prop_map(|(char, spelling)| {
        let point = u32::from(char);
        let ecma = match spelling {
            0 if matches!(char, '-' | '.') => format!("\\{char}"),
            1 if point <= 0xFFFF => format!("\\u{point:04X}"),
            1 | 2 if !matches!(char, 'a' | 'b' | 'z') => format!("\\u{{{point:x}}}"),
            _ if matches!(char, '-' | '.') => format!("\\{char}"),
            _ => char.to_string(),
        };
        (ecma, format!("\\x{{{point:X}}}"))
    })
}

/// An escape for several characters, as the inside of a class.
fn escape() -> impl Strategy<Value = Spelled> {
    let named = |escape: &str, inside: &str| (escape.to_owned(), inside.to_owned());
    select(vec![
        named("\\d", "0-9"),
        named("\\w", "0-9A-Za-z_"),
        named("\\s", SPACE),
        named("\\D", "[^0-9]"),
        named("\\W", "[^0-9A-Za-z_]"),
        named("\\S", &format!("[^{SPACE}]")),
    ])
}

fn class() -> impl Strategy<Value = Spelled> {
    let range = select(&["a-z", "0-7", "a-b", "A-z", " -_"][..]).prop_map(both);
    let item = prop_oneof![4 => literal(), 1 => escape(), 1 => range];
    (any::<bool>(), vec(item, 1..4)).prop_map(|(negated, items)| {
        let (ecma, rust): (Vec<String>, Vec<String>) = items.into_iter().unzip();
        let caret = if negated { "^" } else { "" };
        (
            format!("[{caret}{}]", ecma.concat()),
            format!("[{caret}{}]", rust.concat()),
        )
    })
}

fn atom() -> impl Strategy<Value = Spelled> {
    let dot = (".".to_owned(), r"[^\n\r\x{2028}\x{2029}]".to_owned());
    prop_oneof![
        6 => literal(),
        2 => class(),
        1 => escape().prop_map(|(ecma, rust)| (ecma, format!("[{rust}]"))),
        1 => Just(dot),
    ]
}

fn assertion() -> impl Strategy<Value = Spelled> {
    let anchors = [("^", "\\A"), ("$", "\\z"), ("\\b", "\\b"), ("\\B", "\\B")];
    select(anchors.to_vec()).prop_map(|(ecma, rust)| (ecma.to_owned(), rust.to_owned()))
}

fn quantifier() -> impl Strategy<Value = Spelled> {
    let all = &[
        "*", "+", "?", "{2}", "{0}", "{1,}", "{0,3}", "*?", "+?", "{12}", "{3,20}",
    ][..];
    select(all).prop_map(both)
}

fn pattern() -> impl Strategy<Value = Spelled> {
    let leaf = prop_oneof![6 => atom(), 1 => assertion(), 1 => Just(both(""))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let open = select(&["(?:", "(", "(?<n>"][..]);
        let repeated =
            (open, inner.clone(), quantifier()).prop_map(|(open, (ecma, rust), (times, same))| {
                (format!("{open}{ecma}){times}"), format!("(?:{rust}){same}"))
            });
        let some = (atom(), quantifier())
            .prop_map(|((ecma, rust), (times, same))| (ecma + &times, rust + &same));
        let choice = vec(inner.clone(), 2..4).prop_map(|branches| {
            let (ecma, rust): (Vec<String>, Vec<String>) = branches.into_iter().unzip();
            (
                format!("(?:{})", ecma.join("|")),
                format!("(?:{})", rust.join("|")),
            )
        });
        let sequence = vec(inner, 2..4).prop_map(|terms| {
            let (ecma, rust): (Vec<String>, Vec<String>) = terms.into_iter().unzip();
            (ecma.concat(), rust.concat())
        });
        prop_oneof![2 => repeated, 2 => some, 1 => choice, 2 => sequence]
    })
}

fn text() -> impl Strategy<Value = String> {
    let any = vec(select(ALPHABET), 0..14).prop_map(String::from_iter);
    let few = vec(select(&['a', 'b'][..]), 0..40).prop_map(String::from_iter);
    prop_oneof![3 => any, 1 => few]
}

fn compare((ecma, rust): &Spelled, texts: &[String]) -> TestCaseResult {
    let opinion = regex::Regex::new(rust).unwrap();
    let pattern = match Pattern::compile(ecma) {
        Ok(pattern) => pattern,
        Err(PatternFault::TooLarge) => return Err(TestCaseError::reject("too large")),
        Err(fault) => return Err(TestCaseError::fail(format!("{ecma}: {fault}"))),
    };
    prop_assert!(Pattern::is_well_formed(ecma));
    for text in texts {
        let matched = pattern.matches(text, &mut Budget::new(1_000_000));
        prop_assert_eq!(matched, Ok(opinion.is_match(text)), "{} {:?}", ecma, text);
    }
    Ok(())
}

fn config(usual: u32) -> ProptestConfig {
    ProptestConfig {
        cases: filter::cases(usual),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

#[test]
fn patterns_match_what_another_engine_matches() {
    proptest!(config(3000), |(pattern in pattern(), texts in vec(text(), 8))| {
        compare(&pattern, &texts)?;
    });
}

/// Beside an alternative whose table would be too large, so that states are made
/// as they are met.
#[test]
fn patterns_without_a_table_match_what_another_engine_matches() {
    const LARGE: &str = "(?:[ab]*a[ab]{14}7)";
    proptest!(config(60), |((ecma, rust) in pattern(), texts in vec(text(), 8))| {
        let beside = (format!("{LARGE}|{ecma}"), format!("{LARGE}|{rust}"));
        compare(&beside, &texts)?;
    });
}

/// ECMA-262 §22.2.2, by hand: what others tell apart in other ways.
#[test]
fn look_around_and_back_references_match_as_ecma_262_says() {
    for (pattern, yes, no) in [
        (
            "^(?!x-)[a-z-]+$",
            &["a", "xa", "y-x-"][..],
            &["x-", "x-a", ""][..],
        ),
        (
            "^(?=.*[A-Z])(?=.*\\d).{3,}$",
            &["aA1", "1zZ"],
            &["aa1", "A1", "abc"],
        ),
        ("(?<=a)b", &["ab", "cab"], &["b", "cb"]),
        ("(?<!a)b", &["b", "cb", "abb"], &["ab", "a"]),
        ("(?<=^|,)x(?=,|$)", &["x", "a,x,b"], &["ax", "xa"]),
        ("^([\"']).*\\1$", &["'a'", "\"\""], &["'a\"", "'"]),
        ("^(?<q>a|b)c\\k<q>$", &["aca", "bcb"], &["acb", "ac"]),
        // A group that matched nothing yet, or in another iteration, is empty.
        ("^\\1(a)$", &["a"], &["aa"]),
        ("^(?:(a)|b)*\\1$", &["ab", "aa", "b"], &["c"]),
        ("^(?:(a)|b\\1)+$", &["ab", "aba"], &["bc"]),
        // An iteration that may be left out and matches nothing is none.
        (
            "^(?<=^)(?:(b)?){0,2}(?:\\1|c)$",
            &["bb", "c", "bc", ""],
            &["a"],
        ),
        ("^(?:a?)*?b\\b$", &["b", "aab"], &["a"]),
        // What look-around found is not looked for again.
        ("^(?=(a*))\\1b", &["aab", "b"], &["c"]),
        ("^(?=(a+))a*b\\1", &["aba", "aabaa"], &["ab", "b", "aaba"]),
        ("^(?!(a)\\1)a\\1b?$", &["a", "ab"], &["aa"]),
        // Behind a place, terms are read from the last to the first.
        ("(?<=(\\d+)(\\d+))$", &["1053"], &["1", ""]),
        ("(?<=\\1(a))c", &["aac"], &["ac", "bac"]),
        ("^(?:(?=(\\w+))\\1:)+$", &["ab:c:"], &["ab", ":"]),
        ("(?<=\\bno)\\B.", &["note"], &["no", "ano te"]),
    ] {
        let compiled = Pattern::compile(pattern).unwrap();
        let matches = |text: &str| compiled.matches(text, &mut Budget::new(100_000));
        for text in yes {
            assert_eq!(matches(text), Ok(true), "{pattern} {text:?}");
        }
        for text in no {
            assert_eq!(matches(text), Ok(false), "{pattern} {text:?}");
        }
    }
}

/// Those that are safe to backtrack, and those that a short text can keep busy.
#[test]
fn patterns_that_backtrack_are_tried_with_costly_texts_when_compiled() {
    for (pattern, costly) in [
        ("^(?!x-)[a-z]+$", false),
        ("^(?=.*[A-Z])(?=.*[0-9]).{8,}$", false),
        ("^([\"']).*\\1$", false),
        ("^(?=(a+)+$)b", true),
        ("^(?:(a|a)\\1?)*$", true),
        ("^(a+)+\\1$", true),
    ] {
        let text = Pattern::compile(pattern).unwrap().costly_text();
        assert_eq!(text.is_some(), costly, "{pattern}: {text:?}");
    }
}

#[test]
fn a_costly_text_ends_with_the_budget() {
    let long = "a".repeat(200_000);
    for pattern in [
        "^(?=(a+)+$)b",
        "^(a+)+\\1$",
        "(?<=(a*)*)b",
        "(?:(a*)\\1)*c",
        "(?=(a*))\\1b",
    ] {
        let pattern = Pattern::compile(pattern).unwrap();
        let judged = pattern.matches(&format!("{long}!"), &mut Budget::new(300_000));
        assert!(
            matches!(judged, Ok(false) | Err(Exhausted::Work)),
            "{}: {judged:?}",
            pattern.text()
        );
    }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_text_is_a_pattern_or_a_fault(
        pattern in prop_oneof![
            any::<String>(),
            "[\\\\\\[\\]^$.|?*+(){}a-z0-9,:=!<>ukpbB-]{0,24}",
        ],
        text in any::<String>(),
    ) {
        if let Ok(pattern) = Pattern::compile(&pattern) {
            let _ = pattern.matches(&text, &mut Budget::new(100_000));
        }
    }
}

/// What other engines need exponential time for.
#[test]
fn nested_repetitions_cost_no_more_than_the_budget() {
    let long = "a".repeat(200_000);
    for text in [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^(.*a){20}$",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "^((a{0,30}){0,30}){0,5}b$",
        "(a|b)*a(a|b){200}c",
        "(.{1,40}){1,40}!",
        "^(?:a?){2000}a{2000}$",
    ] {
        let Ok(pattern) = Pattern::compile(text) else {
            panic!("{text}");
        };
        let judged = pattern.matches(&format!("{long}!"), &mut Budget::new(100_000));
        assert!(
            matches!(judged, Ok(_) | Err(Exhausted::Work)),
            "{text}: {judged:?}"
        );
    }
}

/// What would take hundreds of megabytes, or minutes, to compile is refused: many
/// classes times many symbols, repetitions of repetitions, ranges without end.
#[test]
fn what_would_compile_to_too_much_is_refused() {
    let characters = |count: u32, between: &str| {
        let chars = (0..count).filter_map(|at| char::from_u32(0x4E00 + at));
        chars
            .map(|char| format!("{char}{between}"))
            .collect::<String>()
    };
    let gaps: String = (0..40_000)
        .filter_map(|at| char::from_u32(0x1_0000 + 2 * at))
        .collect();
    for pattern in [
        characters(19_000, ""),
        characters(9_000, "|"),
        format!("[{gaps}]"),
        "(?:".repeat(49) + "a" + &"){9}".repeat(49),
        "((a{0,9999})?){0,9999}".to_owned(),
        "(".repeat(60) + &")".repeat(60),
    ] {
        let refused = Pattern::compile(&pattern).err();
        let begin: String = pattern.chars().take(20).collect();
        assert_eq!(refused, Some(PatternFault::TooLarge), "{begin}");
    }
}

/// `format: regex` reads texts of clients. Were this quadratic, the test would
/// take hours.
#[test]
fn whether_a_text_is_a_pattern_takes_linear_time() {
    let pieces = [
        "{", "{1", "{1,", "[", "[a", "\\u{", "(?<", "a{1,2}", "\\p{", "]",
    ];
    let repeated = pieces.map(|piece| piece.repeat(50_000));
    let different: String = (0x4E00..0x1_4E00).filter_map(char::from_u32).collect();
    let texts = repeated.iter().chain([&different]);
    let judged = texts.flat_map(|text| [text.clone(), format!("[{text}"), format!("[a-z{text}]")]);
    let formed = judged.filter(|text| Pattern::is_well_formed(text)).count();
    assert_eq!(formed, 16);
}
