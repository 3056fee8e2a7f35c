//! SQL injection: whether a text, put into a statement, would change what that
//! says. After libinjection: tokenise, fold, and look the kinds of the first five
//! tokens up among those that attacks have.

mod fold;
mod literal;
mod token;
mod tokenizer;

use crate::budget::{Budget, Exhausted};
use crate::injection::table::Table;
use token::{Kind, Token};
use tokenizer::{Dialect, Tokenizer};

/// Whether a text is SQL that was meant to be injected. As an application may put
/// it between quotation marks, it is read as if it stood in some, too.
///
/// # Errors
/// Where the budget ends first.
pub fn is_injection(text: &[u8], budget: &mut Budget) -> Result<bool, Exhausted> {
    let both = &[Dialect::Ansi, Dialect::MySql][..];
    for (quote, dialects) in [
        (None, both),
        (Some(b'\''), both),
        (Some(b'"'), &[Dialect::MySql]),
    ] {
        if quote.is_some_and(|quote| !text.contains(&quote)) {
            continue;
        }
        for dialect in dialects {
            let reading = Reading::of(text, *dialect, quote);
            budget.spend(reading.cost)?;
            if reading.is_known() && !reading.is_harmless() {
                return Ok(true);
            }
            if !reading.ambiguous {
                break;
            }
        }
    }
    Ok(false)
}

/// A text as one dialect reads it.
struct Reading<'t> {
    text: &'t [u8],
    tokens: Vec<Token<'t>>,
    /// How many tokens there were before folding.
    count: usize,
    ambiguous: bool,
    /// What reading it cost: most texts end after a few tokens.
    cost: u32,
}

impl<'t> Reading<'t> {
    fn of(text: &'t [u8], dialect: Dialect, quote: Option<u8>) -> Self {
        let mut tokenizer = Tokenizer::new(text, dialect, quote);
        let mut tokens = fold::fold(&mut tokenizer);
        if let [_, _, .., last] = tokens.as_mut_slice() {
            // PHP's clients take a last backtick for the start of a comment.
            let open = last.opened == Some(b'`') && last.closed.is_none();
            if last.kind == Kind::Name && open && last.word.bytes().is_empty() {
                last.kind = Kind::Comment;
            }
        }
        Self {
            text,
            tokens,
            count: tokenizer.count,
            ambiguous: tokenizer.ambiguous,
            cost: tokenizer.cost(),
        }
    }

    fn fingerprint(&self) -> Vec<u8> {
        self.tokens
            .iter()
            .map(|token| token.kind.letter())
            .collect()
    }

    /// Whether attacks look like this.
    fn is_known(&self) -> bool {
        !self.tokens.iter().all(is_plain) && FINGERPRINTS.find(&self.fingerprint()).is_some()
    }

    /// Whether harmless texts look like this more often.
    fn is_harmless(&self) -> bool {
        let hides = |last: &Token<'_>| {
            // SQL Server keeps a statement with this word out of its log.
            last.kind == Kind::Comment && literal::find(self.text, b"sp_password").is_some()
        };
        match self.tokens.as_slice() {
            [_, .., last] if hides(last) => false,
            [first, second] => self.is_harmless_pair(first, second),
            [first, second, third] => self.is_harmless_triple(first, second, third),
            _ => false,
        }
    }

    fn is_harmless_pair(&self, first: &Token<'_>, second: &Token<'_>) -> bool {
        let mark = second.word.bytes().first();
        match (first.kind, second.kind) {
            (_, Kind::Union) => self.count == 2,
            _ if mark == Some(&b'#') => true,
            (Kind::Name, Kind::Comment) if mark != Some(&b'/') => true,
            (Kind::Number, Kind::Comment) if mark == Some(&b'/') || self.count > 2 => false,
            // `1234--` is an attack, `1234-ABC--` is some encoding.
            (Kind::Number, Kind::Comment) => match first.after {
                [] | [0..=b' ' | 0x80.., ..] => false,
                rest => !rest.starts_with(b"/*") && !rest.starts_with(b"--"),
            },
            // Two dashes are common in prose, but not at its end.
            _ => mark == Some(&b'-') && second.word.bytes().len() > 2,
        }
    }

    fn is_harmless_triple(&self, first: &Token<'_>, second: &Token<'_>, third: &Token<'_>) -> bool {
        match (first.kind, second.kind, third.kind) {
            // `foo' + 'bar` leaves its first and last string open.
            (Kind::Text, Kind::Operator | Kind::Logic, Kind::Text) => {
                let open = first.opened.is_none() && third.closed.is_none();
                !open || first.closed != third.opened
            }
            // Three words that happen to have `and` in the middle.
            (Kind::Text, Kind::Logic, Kind::Name)
            | (Kind::Name, Kind::Logic, Kind::Number)
            | (Kind::Number, Kind::Logic, Kind::Number | Kind::Variable | Kind::Text) => {
                self.count == 3
            }
            (_, Kind::Keyword, _) => {
                let word = second.word.bytes();
                word.len() < 5 || !word.starts_with(b"INTO")
            }
            _ => false,
        }
    }
}

/// Whether prose has such tokens, too: with others of them, they are no attack.
fn is_plain(token: &Token<'_>) -> bool {
    let writes_files = token.word.bytes().starts_with(b"INTO");
    token.is(&[Kind::Name, Kind::Number, Kind::Function, Kind::Operator])
        || token.is(&[Kind::Keyword]) && !writes_files
}

static FINGERPRINTS: Table = Table::new(include_bytes!("fingerprints.txt"));
