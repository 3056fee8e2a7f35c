//! The tokenizer: by the first byte of what is left. It reads what no database
//! would accept, too; only tokens matter, not whether they make sense.

use super::literal::{self, Numeral, Quoted, delimited, find, is_space, quoted, span};
use super::token::{Kind, Token, Word};

/// How comments are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `--` begins one, `#` is an operator.
    Ansi,
    /// `--` begins one before a space only, and `#` does.
    MySql,
}

/// A tokenizer.
#[derive(Debug)]
pub struct Tokenizer<'t> {
    rest: &'t [u8],
    dialect: Dialect,
    /// The quotation mark that the text is taken to stand in.
    quote: Option<u8>,
    /// How many tokens there were so far.
    pub count: usize,
    /// Whether the other dialect would read a comment differently.
    pub ambiguous: bool,
}

/// Looking a word up, and folding, takes some 100 ns.
const STEPS_PER_TOKEN: usize = 5;

/// A token, if there was one, and what follows.
type Step<'t> = (Option<Token<'t>>, &'t [u8]);

impl<'t> Tokenizer<'t> {
    /// One of a text that stands in quotation marks, or in none.
    pub const fn new(text: &'t [u8], dialect: Dialect, quote: Option<u8>) -> Self {
        Self {
            rest: text,
            dialect,
            quote,
            count: 0,
            ambiguous: false,
        }
    }

    /// What the tokens so far cost, in steps of the budget.
    pub fn cost(&self) -> u32 {
        let steps = self.count.saturating_mul(STEPS_PER_TOKEN);
        u32::try_from(steps).unwrap_or(u32::MAX)
    }

    fn step(&mut self) -> Step<'t> {
        let text = self.rest;
        let Some((first, rest)) = text.split_first() else {
            return (None, text);
        };
        match *first {
            0..=b' ' | 0x7F | 0xA0 => (None, rest),
            quote @ (b'\'' | b'"') => string(Some(quote), quoted(rest, quote)),
            b'`' => tick(rest),
            b'0'..=b'9' | b'.' => number(text),
            b'#' => self.hash(text),
            b'-' => self.dash(text),
            b'/' => slash(text),
            b'\\' => backslash(text),
            b'$' => money(text),
            b'@' => variable(text),
            b'[' => bracketed(text),
            b'!' | b'&' | b'*' | b':' | b'<' | b'=' | b'>' | b'|' => operator(text),
            b'%' | b'+' | b'^' | b'~' => token(Kind::Operator, text, rest),
            b'(' => token(Kind::Open, text, rest),
            b')' => token(Kind::Close, text, rest),
            b'{' => token(Kind::OpenBrace, text, rest),
            b'}' => token(Kind::CloseBrace, text, rest),
            b',' => token(Kind::Comma, text, rest),
            b';' => token(Kind::Semicolon, text, rest),
            b'?' | b']' => token(Kind::Unknown, text, rest),
            _ => prefixed(text).unwrap_or_else(|| word(text)),
        }
    }

    fn hash(&mut self, text: &'t [u8]) -> Step<'t> {
        self.ambiguous = true;
        match self.dialect {
            Dialect::MySql => comment(text),
            Dialect::Ansi => token(Kind::Operator, text, text.get(1..).unwrap_or_default()),
        }
    }

    fn dash(&mut self, text: &'t [u8]) -> Step<'t> {
        match text {
            [b'-', b'-'] => comment(text),
            [b'-', b'-', third, ..] if is_space(*third) => comment(text),
            [b'-', b'-', ..] if self.dialect == Dialect::Ansi => {
                self.ambiguous = true;
                comment(text)
            }
            _ => token(Kind::Operator, text, text.get(1..).unwrap_or_default()),
        }
    }
}

impl<'t> Iterator for Tokenizer<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        while !self.rest.is_empty() {
            let (token, rest) = match self.quote.take() {
                Some(quote) => string(None, quoted(self.rest, quote)),
                None => self.step(),
            };
            self.rest = rest;
            if token.is_some() {
                self.count = self.count.saturating_add(1);
                return token;
            }
        }
        None
    }
}

/// The token of `kind` between `text` and `rest`.
fn token<'t>(kind: Kind, text: &'t [u8], rest: &'t [u8]) -> Step<'t> {
    let len = text.len().saturating_sub(rest.len());
    let inside = text.get(..len).unwrap_or_default();
    (Some(Token::new(kind, inside, rest)), rest)
}

fn string<'t>(opened: Option<u8>, (inside, closed, rest): Quoted<'t>) -> Step<'t> {
    let token = Token {
        opened,
        closed,
        ..Token::new(Kind::Text, inside, rest)
    };
    (Some(token), rest)
}

fn comment(text: &[u8]) -> Step<'_> {
    let (line, rest) = span(text, |byte| byte != b'\n');
    let rest = rest.get(1..).unwrap_or_default();
    (Some(Token::new(Kind::Comment, line, rest)), rest)
}

/// `/* */`. PostgreSQL nests comments and MySQL runs those with `/*!`: who writes
/// that into a value means to be read differently.
fn slash(text: &[u8]) -> Step<'_> {
    let Some(inside) = text.strip_prefix(b"/*") else {
        return token(Kind::Operator, text, text.get(1..).unwrap_or_default());
    };
    let ended = find(inside, b"*/");
    // A `/` may share the star of the end: `/*/*/`.
    let nests = |(body, _): (&[u8], &[u8])| {
        let through = inside.get(..body.len().saturating_add(1));
        find(through.unwrap_or_default(), b"/*").is_some()
    };
    let evil = ended.is_some_and(nests) || inside.first() == Some(&b'!');
    let kind = if evil { Kind::Evil } else { Kind::Comment };
    token(kind, text, ended.map_or(&[], |(_, rest)| rest))
}

/// `\N` is MySQL's other name of NULL.
fn backslash(text: &[u8]) -> Step<'_> {
    match text {
        [b'\\', b'N', rest @ ..] => token(Kind::Number, text, rest),
        _ => token(Kind::Backslash, text, text.get(1..).unwrap_or_default()),
    }
}

fn operator(text: &[u8]) -> Step<'_> {
    let one = text.get(1..).unwrap_or_default();
    let Some((two, rest)) = text.split_at_checked(2) else {
        return token(Kind::Operator, text, one);
    };
    if let [b'<', b'=', b'>', rest @ ..] = text {
        return token(Kind::Operator, text, rest);
    }
    // Most operators stand before an operand: no need to look those up.
    let known = match two {
        [
            _,
            b'!' | b'&' | b'*' | b'/' | b':' | b'<' | b'=' | b'>' | b'@' | b'|',
        ] => Kind::of(&Word::of(two)),
        _ => None,
    };
    match (known, text.first()) {
        (Some(kind), _) => token(kind, text, rest),
        (None, Some(b':')) => token(Kind::Colon, text, one),
        (None, _) => token(Kind::Operator, text, one),
    }
}

fn number(text: &[u8]) -> Step<'_> {
    let (numeral, rest) = literal::number(text);
    let kind = match numeral {
        Numeral::Dot => Kind::Dot,
        Numeral::Word => Kind::Name,
        Numeral::Number => Kind::Number,
    };
    token(kind, text, rest)
}

/// A literal that a letter announces.
fn prefixed(text: &[u8]) -> Option<Step<'_>> {
    match text {
        [b'e' | b'E' | b'n' | b'N', b'\'', rest @ ..] if !rest.is_empty() => {
            Some(string(Some(b'\''), quoted(rest, b'\'')))
        }
        [b'u' | b'U', b'&', b'\'', rest @ ..] => {
            let (inside, closed, rest) = quoted(rest, b'\'');
            Some(string(Some(b'u'), (inside, closed.map(|_| b'u'), rest)))
        }
        [b'b' | b'B', b'\'', digits @ ..] => {
            based(text, digits, |byte| matches!(byte, b'0' | b'1'))
        }
        [b'x' | b'X', b'\'', digits @ ..] => based(text, digits, |byte| byte.is_ascii_hexdigit()),
        [b'q' | b'Q', b'\'', rest @ ..] | [b'n' | b'N', b'q' | b'Q', b'\'', rest @ ..] => {
            delimited_by_choice(rest)
        }
        _ => None,
    }
}

/// `b'01'`, `x'0f'`
fn based<'t>(text: &'t [u8], digits: &'t [u8], is: impl Fn(u8) -> bool) -> Option<Step<'t>> {
    let rest = span(digits, is).1.strip_prefix(b"'")?;
    Some(token(Kind::Number, text, rest))
}

/// Oracle's `q'[...]'`, with brackets or any other byte.
fn delimited_by_choice(text: &[u8]) -> Option<Step<'_>> {
    let (first, rest) = text.split_first()?;
    let end = match first {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other @ b'!'..=0x7F => *other,
        _ => return None,
    };
    let (inside, closed, rest) = delimited(rest, [end, b'\'']);
    Some(string(Some(b'q'), (inside, closed.map(|_| b'q'), rest)))
}

/// A name in the brackets of SQL Server.
fn bracketed(text: &[u8]) -> Step<'_> {
    let rest = span(text, |byte| byte != b']').1;
    token(Kind::Name, text, rest.get(1..).unwrap_or_default())
}

fn word(text: &[u8]) -> Step<'_> {
    let (whole, rest) = span(text, is_of_word);
    let Some((plain, _)) = whole.split_at_checked(Word::MAX.min(whole.len())) else {
        return token(Kind::Name, text, rest);
    };
    // `SELECT.1` and `` SELECT`a` `` begin with a keyword.
    for (at, byte) in plain.iter().enumerate() {
        if !matches!(byte, b'.' | b'`') {
            continue;
        }
        let (start, _) = plain.split_at_checked(at).unwrap_or_default();
        let known = Kind::of(&Word::of(start)).filter(|kind| *kind != Kind::Name);
        if let Some(kind) = known {
            return token(kind, text, text.get(at..).unwrap_or_default());
        }
    }
    let known = (whole.len() <= Word::MAX).then(|| Kind::of(&Word::of(whole)));
    token(known.flatten().unwrap_or(Kind::Name), text, rest)
}

/// A name in MySQL's backticks; names of functions stay such.
fn tick(rest: &[u8]) -> Step<'_> {
    let (step, rest) = string(Some(b'`'), quoted(rest, b'`'));
    let named = step.map(|token| Token {
        kind: match Kind::of(&token.word) {
            Some(Kind::Function) => Kind::Function,
            _ => Kind::Name,
        },
        ..token
    });
    (named, rest)
}

/// `@name`, `@@name`, ``@`name` ``, `@'name'`
fn variable(text: &[u8]) -> Step<'_> {
    let rest = text.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix(b"@").unwrap_or(rest);
    if let [quote @ (b'`' | b'\'' | b'"'), inside @ ..] = rest {
        let (token, rest) = string(Some(*quote), quoted(inside, *quote));
        let kind = Kind::Variable;
        return (token.map(|token| Token { kind, ..token }), rest);
    }
    let after = span(rest, is_of_variable).1;
    token(Kind::Variable, rest, after)
}

/// `$1,000.00`, and PostgreSQL's `$$...$$` and `$tag$...$tag$`.
fn money(text: &[u8]) -> Step<'_> {
    let rest = text.get(1..).unwrap_or_default();
    let (amount, after) = span(rest, |byte| matches!(byte, b'0'..=b'9' | b'.' | b','));
    match amount {
        b"" => {}
        b"." => return word(text),
        _ => return token(Kind::Number, text, after),
    }
    let (tag, after) = span(rest, |byte| byte.is_ascii_alphabetic());
    let Some(body) = after.strip_prefix(b"$") else {
        return token(Kind::Name, text, rest);
    };
    let mark = text.get(..tag.len().saturating_add(2)).unwrap_or_default();
    let found = match find(body, mark) {
        Some((inside, rest)) => (inside, Some(b'$'), rest),
        None => (body, None, &[][..]),
    };
    string(Some(b'$'), found)
}

const fn is_of_word(byte: u8) -> bool {
    is_of_variable(byte) && !matches!(byte, b'[' | b']' | b'{' | b'}' | 0xA0) || byte == b'`'
}

const fn is_of_variable(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'<'
            | b'>'
            | b':'
            | b'\\'
            | b'?'
            | b'='
            | b'@'
            | b'!'
            | b'#'
            | b'~'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'&'
            | b'|'
            | b'^'
            | b'%'
            | b'('
            | b')'
            | b','
            | b'\''
            | b';'
            | b'\t'..=b'\r' | b'"' | b'`' | 0
    )
}
