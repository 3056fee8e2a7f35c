//! What SQL is cut into: tokens, told apart as far as fingerprints do.

use crate::injection::table::{Filtered, Table};

/// A token.
#[derive(Debug, Clone, Copy)]
pub struct Token<'t> {
    /// What it is.
    pub kind: Kind,
    /// The start of its text, in upper case.
    pub word: Word,
    /// What opened it, where that is a quotation mark that was there.
    pub opened: Option<u8>,
    /// What closed it; `None` for a string that the text ends in.
    pub closed: Option<u8>,
    /// What follows it.
    pub after: &'t [u8],
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word of statements that is none of those below.
    Keyword,
    /// `UNION`, `EXCEPT` and what else joins statements.
    Union,
    /// `GROUP BY`, `LIMIT`, `HAVING`.
    Group,
    /// `SELECT` and what else begins an expression.
    Expression,
    /// The name of a type.
    Type,
    /// The name of a function.
    Function,
    /// Any other name.
    Name,
    /// A number, also in hexadecimal digits.
    Number,
    /// A variable.
    Variable,
    /// A string.
    Text,
    /// An operator.
    Operator,
    /// `AND`, `OR`, `&&`, `||`.
    Logic,
    /// A comment.
    Comment,
    /// `COLLATE`.
    Collation,
    /// A statement of Transact-SQL.
    Statement,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `\`
    Backslash,
    /// A byte that means nothing.
    Unknown,
    /// What databases read differently, and attacks alone write.
    Evil,
}

/// The start of a text in upper case: all that is ever compared.
#[derive(Clone, Copy)]
pub struct Word {
    bytes: [u8; Self::MAX],
    len: usize,
}

// === impl Token ===

impl<'t> Token<'t> {
    /// The token that `text` is.
    pub fn new(kind: Kind, text: &[u8], after: &'t [u8]) -> Self {
        Self {
            kind,
            word: Word::of(text),
            opened: None,
            closed: None,
            after,
        }
    }

    /// Whether it is one of these.
    pub fn is(&self, kinds: &[Kind]) -> bool {
        kinds.contains(&self.kind)
    }

    /// Whether it is an operator of one operand.
    pub fn is_unary(&self) -> bool {
        self.kind == Kind::Operator
            && matches!(
                self.word.bytes(),
                b"+" | b"-" | b"!" | b"~" | b"!!" | b"NOT"
            )
    }

    /// Whether it is an operator that calculates.
    pub fn is_arithmetic(&self) -> bool {
        self.kind == Kind::Operator && matches!(self.word.bytes(), b"*" | b"/" | b"-" | b"+" | b"%")
    }
}

// === impl Kind ===

impl Kind {
    /// Its letter in a fingerprint.
    pub fn letter(self) -> u8 {
        let known = LETTERS.iter().find(|(kind, _)| *kind == self);
        known.map_or(b'?', |(_, letter)| *letter)
    }

    /// What the table of words says of one.
    pub fn of(word: &Word) -> Option<Self> {
        let letter = *WORDS.find(word.bytes())?.first()?;
        let known = IN_TABLE.iter().find(|(known, _)| *known == letter);
        known.map(|(_, kind)| *kind)
    }
}

// === impl Word ===

impl Word {
    /// Bytes that are kept.
    pub const MAX: usize = 31;

    /// The start of a text.
    pub fn of(text: &[u8]) -> Self {
        let mut word = Self {
            bytes: [0; Self::MAX],
            len: text.len().min(Self::MAX),
        };
        for (kept, byte) in word.bytes.iter_mut().zip(text) {
            *kept = byte.to_ascii_uppercase();
        }
        word
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Both with a space between, if that fits.
    pub fn join(&self, other: &Self) -> Option<Self> {
        let len = self.len.saturating_add(other.len).saturating_add(1);
        if len > Self::MAX {
            return None;
        }
        let mut joined = *self;
        joined.len = len;
        let (_, rest) = joined.bytes.split_at_mut_checked(self.len)?;
        let (space, rest) = rest.split_first_mut()?;
        *space = b' ';
        for (kept, byte) in rest.iter_mut().zip(other.bytes()) {
            *kept = *byte;
        }
        Some(joined)
    }
}

/// No text of a request must reach a log by accident.
impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Word").finish_non_exhaustive()
    }
}

static WORDS: Filtered = Filtered::new(TABLE, || TABLE.filter());
const TABLE: Table = Table::new(include_bytes!("words.txt"));

const LETTERS: &[(Kind, u8)] = &[
    (Kind::Name, b'N'),
    (Kind::Number, b'1'),
    (Kind::Text, b'S'),
    (Kind::Operator, b'O'),
    (Kind::Logic, b'&'),
    (Kind::Comment, b'C'),
    (Kind::Keyword, b'K'),
    (Kind::Union, b'U'),
    (Kind::Group, b'B'),
    (Kind::Expression, b'E'),
    (Kind::Type, b'T'),
    (Kind::Statement, b'T'),
    (Kind::Function, b'F'),
    (Kind::Variable, b'V'),
    (Kind::Collation, b'A'),
    (Kind::Open, b'('),
    (Kind::Close, b')'),
    (Kind::OpenBrace, b'{'),
    (Kind::CloseBrace, b'}'),
    (Kind::Dot, b'.'),
    (Kind::Comma, b','),
    (Kind::Colon, b':'),
    (Kind::Semicolon, b';'),
    (Kind::Backslash, b'\\'),
    (Kind::Evil, b'X'),
];

/// The letters of `words.txt`.
const IN_TABLE: &[(u8, Kind)] = &[
    (b'f', Kind::Function),
    (b'k', Kind::Keyword),
    (b't', Kind::Type),
    (b'o', Kind::Operator),
    (b'n', Kind::Name),
    (b'T', Kind::Statement),
    (b'v', Kind::Variable),
    (b'E', Kind::Expression),
    (b'U', Kind::Union),
    (b'1', Kind::Number),
    (b'B', Kind::Group),
    (b'&', Kind::Logic),
    (b'A', Kind::Collation),
];
