//! What isn't YAML at all: the parser's message, and a hint about its usual cause.

use saphyr_parser::ScanError;

use super::document::{Mark, Mistake};

/// A mistake in the syntax; `around` is the innermost list or object that is open.
pub fn mistake(text: &str, source: usize, error: &ScanError, around: Option<Mark>) -> Mistake {
    let mark = Mark {
        source,
        line: error.marker().line(),
        column: error.marker().col() + 1,
        width: 1,
    };
    let bracket = around.and_then(|mark| match char_at(text, mark) {
        Some(bracket @ ('{' | '[')) => Some((bracket, mark)),
        _ => None,
    });
    let message = format!("not YAML: {}", error.info());
    let (mark, hint) = match bracket {
        // At the end of the file there is nothing to see.
        Some((bracket, opened)) if text.lines().nth(mark.line - 1).is_none() => {
            let opened = Mark { width: 1, ..opened };
            (opened, Some(format!("the `{bracket}` here isn't closed")))
        }
        _ => (mark, hint(text, mark, error.info(), bracket)),
    };
    Mistake {
        mark,
        message,
        hint,
    }
}

fn hint(text: &str, mark: Mark, info: &str, bracket: Option<(char, Mark)>) -> Option<String> {
    if tab_near(text, mark.line) {
        return Some("YAML is indented with spaces; there is a tab here".to_owned());
    }
    if let Some(special @ ('*' | '&' | '!' | '@' | '`' | '%')) = char_at(text, mark) {
        return Some(format!("quote a text that begins with `{special}`"));
    }
    let in_brackets = bracket.map(|(bracket, mark)| {
        let line = mark.line;
        format!(
            "this is in the `{bracket}` of line {line}; quote a text that holds one of `{{}}[],`"
        )
    });
    let usual = |causes: &[(&str, &str)]| {
        let cause = causes.iter().find(|(part, _)| info.contains(part));
        cause.map(|(_, hint)| (*hint).to_owned())
    };
    usual(QUOTES).or(in_brackets).or_else(|| usual(COLUMNS))
}

/// Parts of the parser's messages, and what is behind them most of the time.
const QUOTES: &[(&str, &str)] = &[
    (
        "escape",
        r"in double quotes `\` begins an escape: use single quotes",
    ),
    (
        "trailing content",
        "quote the whole text; in single quotes a `'` is written `''`",
    ),
    ("quoted scalar", "the quote that begins here isn't closed"),
];
const COLUMNS: &[(&str, &str)] = &[
    (
        "mapping values",
        "quote a text that holds `: `; members of one object begin in the same column",
    ),
    (
        "did not find expected",
        "members of one object, and elements of one list, begin in the same column",
    ),
];

/// Whether the line, or one beside it, is indented with a tab.
fn tab_near(text: &str, line: usize) -> bool {
    let lines = text.lines().skip(line.saturating_sub(2)).take(3);
    lines
        .filter_map(|line| line.split(|c: char| !c.is_whitespace()).next())
        .any(|indent| indent.contains('\t'))
}

fn char_at(text: &str, mark: Mark) -> Option<char> {
    let line = text.lines().nth(mark.line.checked_sub(1)?)?;
    line.chars().nth(mark.column.checked_sub(1)?)
}
