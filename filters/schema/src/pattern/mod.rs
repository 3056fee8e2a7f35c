//! Patterns of ECMA-262 (JSON Schema 2020-12 core §6.4), in linear time.
//!
//! A pattern is compiled once into a table of states that a match walks one
//! character at a time; where the table would outgrow its bound, the states are
//! made as they are met, each paid for from the budget. What only backtracking can
//! match (look-around, back-references) is left to an engine that pays for every
//! step, and is tried when compiled with texts made to cost much.

mod alphabet;
mod backtrack;
mod class;
mod escape;
mod machine;
mod probe;
mod program;
mod property;
mod syntax;
mod table;

use crate::budget::{Budget, Exhausted};
use backtrack::Backtracker;
use program::Program;
use std::fmt;
use table::Table;

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    text: Box<str>,
    matcher: Matcher,
}

#[derive(Debug)]
enum Matcher {
    Table(Table),
    Program(Box<Program>),
    Backtracker(Box<Backtracker>),
}

/// Why a pattern is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternFault {
    /// It is no regular expression of ECMA-262.
    Syntax(&'static str),
    /// It needs what only backtracking matches: none that is compiled.
    Unsupported(&'static str),
    /// Its repetitions multiply beyond what is compiled.
    TooLarge,
}

impl Pattern {
    /// Compiles `text`.
    pub fn compile(text: &str) -> Result<Self, PatternFault> {
        let expression = syntax::parse(text)?;
        let matcher = match Program::compile(&expression.ast) {
            Ok(program) => match Table::build(&program) {
                Some(table) => Matcher::Table(table),
                None => Matcher::Program(Box::new(program)),
            },
            Err(PatternFault::Unsupported(_)) => {
                Matcher::Backtracker(Box::new(Backtracker::compile(&expression)?))
            }
            Err(fault) => return Err(fault),
        };
        Ok(Self {
            text: text.into(),
            matcher,
        })
    }

    /// Whether `text` is a regular expression at all, even one that isn't compiled.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        syntax::check(text).is_ok()
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A text of at most 64 characters that takes it more steps than a judgement may
    /// have, where one was found: such a text is refused.
    #[must_use]
    pub fn costly_text(&self) -> Option<String> {
        match &self.matcher {
            Matcher::Table(_) | Matcher::Program(_) => None,
            Matcher::Backtracker(backtracker) => probe::costly_text(backtracker),
        }
    }

    /// Whether it matches somewhere in `text`.
    pub fn matches(&self, text: &str, budget: &mut Budget) -> Result<bool, Exhausted> {
        match &self.matcher {
            Matcher::Table(table) => {
                budget.spend(1)?;
                budget.spend_on_text(text.len())?;
                Ok(table.matches(text))
            }
            Matcher::Program(program) => machine::matches(program, text, budget),
            Matcher::Backtracker(backtracker) => backtracker.matches(text, budget),
        }
    }
}

impl fmt::Display for PatternFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(what) => write!(f, "the pattern does not compile: {what}"),
            Self::Unsupported(what) => write!(f, "the pattern needs {what}, which is not enforced"),
            Self::TooLarge => {
                f.write_str("the pattern is too large once its repetitions are written out")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let pattern = Pattern::compile(pattern).unwrap();
        pattern.matches(text, &mut Budget::new(1_000_000)).unwrap()
    }

    fn tells_apart(pattern: &str, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(matches(pattern, text), "{pattern} should match {text:?}");
        }
        for text in no {
            assert!(
                !matches(pattern, text),
                "{pattern} should not match {text:?}"
            );
        }
    }

    #[test]
    fn patterns_mean_what_ecma_262_says() {
        for (pattern, yes, no) in [
            ("", &["", "a"][..], &[][..]),
            ("a", &["a", "xay"], &["", "b"]),
            ("^a$", &["a"], &["aa", "a\n", "\na"]),
            ("^a|b$", &["ax", "xb"], &["xa", "bx"]),
            ("^(a|bc)+$", &["a", "bca"], &["", "b"]),
            ("^a{2,3}$", &["aa", "aaa"], &["a", "aaaa"]),
            ("^a{2,}?$", &["aa", "aaaaa"], &["a"]),
            ("^(?:ab){2}$", &["abab"], &["ab"]),
            ("^(?<year>\\d{4})-", &["2026-"], &["226-"]),
            ("^\\d$", &["7"], &["\u{0663}", "x"]),
            ("^\\w$", &["_", "z"], &["é", "-"]),
            (
                "^\\s$",
                &["\u{a0}", "\u{feff}", "\u{2003}", "\n"],
                &["x", "\u{180e}"],
            ),
            ("^\\S\\D\\W$", &["xx-"], &[" x-", "x1-", "xxx"]),
            ("^.$", &["é", "🙂", "\u{85}"], &["\n", "\u{2028}", "ab"]),
            ("^[^a]$", &["é", "\n", "🙂"], &["a"]),
            ("^[^]$", &["\n"], &[""]),
            ("[]", &[], &["", "a"]),
            ("^[a-c\\-_.]+$", &["a-b_c."], &["d"]),
            ("^[\\w-]+$", &["a-b"], &["é"]),
            ("^[a-\\d]+$", &["a-1"], &["b"]),
            ("^[\\b]$", &["\u{8}"], &["b"]),
            ("\\bcat\\b", &["a cat.", "cat"], &["cats", "concat"]),
            ("\\Bat", &["cat"], &["at", "c at"]),
            ("^\\u0041\\x42\\u{1F642}\\cJ\\0$", &["AB🙂\n\0"], &[]),
            ("^\\uD83D\\uDE42$", &["🙂"], &["x"]),
            ("^\\/\\.\\-\\\"\\@$", &["/.-\"@"], &[]),
            ("^a{,2}}]$", &["a{,2}}]"], &["aa"]),
            ("^x*y?z+$", &["z", "xxyzz"], &["xy"]),
            ("^(a*)*b$", &["b", "aab"], &["aac"]),
            ("^$", &[""], &["a"]),
            ("$^", &[""], &["a"]),
            ("a$b", &[], &["a", "ab", "b"]),
        ] {
            tells_apart(pattern, yes, no);
        }
    }

    #[test]
    fn what_is_no_expression_is_a_fault() {
        for text in [
            "(",
            ")",
            "a)",
            "[a",
            "*a",
            "a**",
            "a++",
            "^*",
            "\\a",
            "\\Z",
            "\\",
            "[b-a]",
            "a{2,1}",
            "(?i)a",
            "(?a",
            "\\x4",
            "\\u{110000}",
            "\\c1",
            "\\01",
        ] {
            let fault = Pattern::compile(text).unwrap_err();
            assert!(matches!(fault, PatternFault::Syntax(_)), "{text}: {fault}");
        }
    }

    #[test]
    fn unicode_properties_are_those_of_ecma_262() {
        for (pattern, yes, no) in [
            (
                "^\\p{L}+$",
                &["Grüße", "Ελλάδα", "漢字", "a"][..],
                &["a1", "", "_"][..],
            ),
            ("^\\P{L}+$", &["1_", "🙂"], &["a", "é"]),
            (
                "^\\p{Lu}\\p{Lowercase_Letter}+$",
                &["Éa", "Σοφία"],
                &["éa", "ÉA"],
            ),
            (
                "^\\p{gc=Nd}\\p{General_Category=Decimal_Number}$",
                &["7٣"],
                &["7Ⅷ"],
            ),
            ("^\\p{Script=Greek}+$", &["αβγ"], &["abc", "α1"]),
            ("^\\p{sc=Hira}$", &["あ"], &["ア", "ー"]),
            ("^\\p{Script_Extensions=Hira}$", &["あ", "ー"], &["ア"]),
            ("^\\p{scx=Katakana}$", &["ア", "ー"], &["あ"]),
            (
                "^\\p{Alphabetic}\\p{Uppercase}\\p{Lower}$",
                &["aⒶⓐ"],
                &["aaa"],
            ),
            ("^\\p{White_Space}\\p{space}$", &[" \u{85}"], &["\u{feff}"]),
            ("^\\p{Emoji_Presentation}$", &["🙂"], &["1", "a"]),
            ("^\\p{ID_Start}\\p{ID_Continue}*$", &["été_2"], &["2", "_a"]),
            (
                "^\\p{ASCII}\\p{Any}\\p{Assigned}$",
                &["aéα"],
                &["éaα", "aa\u{378}"],
            ),
            ("^[\\p{L}\\d_-]+$", &["é-1_"], &["é 1"]),
            ("^[^\\p{L}\\s]+$", &["1-"], &["1 ", "1a"]),
            ("^[\\P{L}x]+$", &["1x"], &["1y"]),
            // One character has it, and it begins no range all the same.
            (
                "^[\\p{Zl}-\u{2030}]+$",
                &["\u{2028}-\u{2030}"],
                &["\u{2029}"],
            ),
            ("^(?!\\p{Lu})\\p{L}+$", &["été"], &["Été"]),
        ] {
            assert!(Pattern::is_well_formed(pattern), "{pattern}");
            tells_apart(pattern, yes, no);
        }
    }

    #[test]
    fn a_unicode_property_with_an_unknown_name_is_a_fault() {
        for name in [
            "",
            "l",
            "letter",
            "Lx",
            " L",
            "gc=",
            "gc=Greek",
            "gc=Any",
            "Greek",
            "sc=L",
            "sc=greek",
            "Script=Hans",
            "scx=Any",
            "IsGreek",
            "InGreek",
            "ASCII=Y",
            "Alphabetic=Yes",
            "L=L=L",
            "Block=Basic_Latin",
            "Line_Break",
        ] {
            for text in [format!("\\p{{{name}}}"), format!("[a\\P{{{name}}}]")] {
                let fault = Pattern::compile(&text).unwrap_err();
                assert!(matches!(fault, PatternFault::Syntax(_)), "{text}: {fault}");
                assert!(!Pattern::is_well_formed(&text), "{text}");
            }
        }
        for text in ["\\p", "\\pL", "\\p{L", "[\\p]", "[\\p{L]"] {
            assert!(Pattern::compile(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_multiplies_is_refused() {
        for text in [
            "((a{1000}){1000}){1000}",
            "((?:){50000}){50000}",
            "a{4000000000}",
        ] {
            assert_eq!(
                Pattern::compile(text).unwrap_err(),
                PatternFault::TooLarge,
                "{text}"
            );
        }
        let deep = format!("{}a{}", "(".repeat(200), ")".repeat(200));
        assert_eq!(Pattern::compile(&deep).unwrap_err(), PatternFault::TooLarge);
    }

    #[test]
    fn a_blow_up_of_states_is_paid_for_from_the_budget() {
        let pattern = Pattern::compile("(a|b)*a(a|b){24}c").unwrap();
        assert!(matches!(pattern.matcher, Matcher::Program(_)));
        let text = "ab".repeat(10_000);
        assert_eq!(
            pattern.matches(&text, &mut Budget::new(1_000)),
            Err(Exhausted::Work)
        );
        let text = format!("ba{}c", "b".repeat(24));
        assert_eq!(
            pattern.matches(&text, &mut Budget::new(1_000_000)),
            Ok(true)
        );
        assert_eq!(
            pattern.matches("bab", &mut Budget::new(1_000_000)),
            Ok(false)
        );
    }

    #[test]
    fn usual_patterns_become_tables() {
        for text in [
            "^[A-Z]{2}[0-9a-fA-F]{32}$",
            "^.{0,4000}$",
            "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
            "^https?://",
            "^\\p{L}+$",
            "^[\\p{L}\\p{N}\\p{M} .,'-]{1,200}$",
            "^\\p{Lu}\\p{Ll}+(?:[ -]\\p{Lu}\\p{Ll}+)*$",
        ] {
            let pattern = Pattern::compile(text).unwrap();
            assert!(matches!(pattern.matcher, Matcher::Table(_)), "{text}");
        }
    }
}
