//! Folding: rewrites the tokens until only what matters is left, at most five.
//! `1 + 2 + 3` is a number, `a, b, c` is a name, comments between tokens are nothing.

use super::token::{Kind, Token};
use super::tokenizer::Tokenizer;
use Kind::{
    Backslash, Close, CloseBrace, Collation, Comma, Comment, Dot, Evil, Expression, Function,
    Group, Keyword, Logic, Name, Number, Open, OpenBrace, Operator, Semicolon, Statement, Text,
    Type, Union, Variable,
};

/// The tokens that are left of a text; of one that deceives, the token that does.
pub fn fold<'t>(tokenizer: &mut Tokenizer<'t>) -> Vec<Token<'t>> {
    // What comes first and says nothing is skipped.
    let first = tokenizer.find(|token| !token.is(&[Comment, Open, Type]) && !token.is_unary());
    let mut folding = Folding {
        tokenizer,
        tokens: Vec::with_capacity(MAX.saturating_add(1)),
        left: 0,
        comment: None,
        more: first.is_some(),
    };
    folding.tokens.extend(first);
    if folding.more {
        folding.run();
    }
    let Folding {
        mut tokens,
        comment,
        ..
    } = folding;
    if tokens.len() < MAX {
        tokens.extend(comment);
    }
    tokens.truncate(MAX);
    match tokens.iter().position(|token| token.kind == Evil) {
        Some(at) => vec![tokens.swap_remove(at)],
        None => tokens,
    }
}

/// Tokens of a fingerprint.
const MAX: usize = 5;

struct Folding<'f, 't> {
    tokenizer: &'f mut Tokenizer<'t>,
    tokens: Vec<Token<'t>>,
    /// Those before are done with.
    left: usize,
    /// A comment after the last token.
    comment: Option<Token<'t>>,
    /// Whether there may be more tokens.
    more: bool,
}

/// What came of looking at some tokens.
#[derive(PartialEq, Eq)]
enum Found {
    /// Something changed: look again.
    Folded,
    /// Nothing did.
    Nothing,
    /// What nobody writes but to deceive: no more is read.
    Evil,
}

impl<'t> Folding<'_, 't> {
    fn run(&mut self) {
        loop {
            self.drop_calculations();
            if !self.more || self.left >= MAX {
                return;
            }
            if !self.fill(2) {
                self.left = self.tokens.len();
                continue;
            }
            match self.pair() {
                Found::Folded => continue,
                Found::Evil => return,
                Found::Nothing => {}
            }
            if !self.fill(3) {
                self.left = self.tokens.len();
                continue;
            }
            if self.triple() == Found::Nothing {
                self.left = self.left.saturating_add(1);
            }
        }
    }

    /// Five tokens that are one value after all, as `1 + (2)`.
    fn drop_calculations(&mut self) {
        let Some(tokens) = self.tokens.first_chunk::<MAX>() else {
            return;
        };
        if matches!(
            tokens.map(|token| token.kind),
            [Number, Operator | Comma, Open, Number, Close]
                | [Name, Operator, Open, Name | Number, Close]
                | [Number, Close, Comma, Open, Number]
                | [Name, Close, Operator, Open, Name]
        ) {
            let sixth = self.tokens.get(MAX).copied();
            self.tokens.truncate(1);
            self.tokens.extend(sixth);
            self.left = 0;
        }
    }

    /// Reads until `count` tokens follow the left ones; `false` where there are fewer.
    fn fill(&mut self, count: usize) -> bool {
        let enough = self.left.saturating_add(count);
        while self.more && self.tokens.len() <= MAX && self.tokens.len() < enough {
            match self.tokenizer.next() {
                Some(comment) if comment.kind == Comment => self.comment = Some(comment),
                Some(token) => {
                    self.comment = None;
                    self.tokens.push(token);
                }
                None => self.more = false,
            }
        }
        self.tokens.len() >= enough
    }

    fn at<const N: usize>(&self) -> Option<[Token<'t>; N]> {
        let rest = self.tokens.get(self.left..)?;
        rest.first_chunk::<N>().copied()
    }

    /// Takes the last `fewer` tokens away, and goes on at `left`.
    fn fold(&mut self, fewer: usize, left: usize) -> Found {
        let len = self.tokens.len().saturating_sub(fewer);
        self.tokens.truncate(len);
        self.left = left;
        Found::Folded
    }

    fn set(&mut self, at: usize, change: impl FnOnce(&mut Token<'t>)) {
        if let Some(token) = self.tokens.get_mut(self.left.saturating_add(at)) {
            change(token);
        }
    }

    fn set_kind(&mut self, at: usize, kind: Kind) {
        self.set(at, |token| token.kind = kind);
    }

    fn pair(&mut self) -> Found {
        let Some([a, b]) = self.at::<2>() else {
            return Found::Nothing;
        };
        let before = self.left.saturating_sub(1);
        match (a.kind, b.kind) {
            (Text, Text) | (Semicolon, Semicolon) => return self.fold(1, self.left),
            (Operator | Logic, _) if b.is_unary() || b.kind == Type => return self.fold(1, 0),
            (Open, _) if b.is_unary() => return self.fold(1, before),
            _ => {}
        }
        if let Some(phrase) = phrase(&a, &b) {
            self.set(0, |token| *token = phrase);
            return self.fold(1, before);
        }
        match self.rename(&a, &b) {
            Found::Nothing => self.drop_pair(&a, &b),
            found @ (Found::Folded | Found::Evil) => found,
        }
    }

    /// What words mean depends on what follows.
    fn rename(&mut self, a: &Token<'_>, b: &Token<'_>) -> Found {
        let (word, next) = (a.word.bytes(), b.word.bytes());
        match (a.kind, b.kind) {
            (Semicolon, Function) if next.starts_with(b"IF") => self.set_kind(1, Statement),
            (Name | Variable, Open) if ALSO_FUNCTIONS.contains(&word) => self.set_kind(0, Function),
            (Keyword, Open) if matches!(word, b"IN" | b"NOT IN") => self.set_kind(0, Operator),
            (Keyword, _) if matches!(word, b"IN" | b"NOT IN") => self.set_kind(0, Name),
            _ => return Found::Nothing,
        }
        Found::Folded
    }

    fn drop_pair(&mut self, a: &Token<'t>, b: &Token<'t>) -> Found {
        match (a.kind, b.kind) {
            (Operator, Open) if matches!(a.word.bytes(), b"LIKE" | b"NOT LIKE") => {
                self.set_kind(0, Function);
            }
            (Operator, _) if matches!(a.word.bytes(), b"LIKE" | b"NOT LIKE") => {}
            (Type, Name | Number | Type | Open | Function | Variable | Text) => {
                self.set(0, |token| *token = *b);
                return self.fold(1, 0);
            }
            (Collation, Name) if b.word.bytes().contains(&b'_') => {
                self.set_kind(1, Type);
                self.left = 0;
            }
            (Collation, Name) => {}
            // In Transact-SQL `\%1` is `0 % 1`, and `\1` is `1`.
            (Backslash, _) if b.is_arithmetic() => {
                self.set_kind(0, Number);
                return self.fold(0, 0);
            }
            (Backslash, _) => {
                self.set(0, |token| *token = *b);
                return self.fold(1, 0);
            }
            (Open, Open) | (Close, Close) => return self.fold(1, 0),
            // MySQL accepts ``{``.``.id}``: rare enough to be refused.
            (OpenBrace, Name) if b.word.bytes().is_empty() => {
                self.set_kind(1, Evil);
                self.tokens.retain(|token| token.kind == Evil);
                return Found::Evil;
            }
            (OpenBrace, Name) => return self.fold(2, 0),
            (_, CloseBrace) => return self.fold(1, 0),
            _ => {}
        }
        Found::Nothing
    }

    fn triple(&mut self) -> Found {
        let Some([a, b, c]) = self.at::<3>() else {
            return Found::Nothing;
        };
        let signed = b.is_unary();
        match (a.kind, b.kind, c.kind) {
            (Number, Operator, Number)
            | (Logic, _, Logic)
            | (Variable, Operator, Variable | Number | Name)
            | (Name | Number, Operator, Number | Name)
            | (Name | Number | Text | Variable, Comma, Number | Name | Text | Variable)
            | (Name, Dot, Name) => self.fold(2, 0),
            (Operator, between, Operator) if between != Open => self.fold(2, 0),
            (Name | Number | Variable | Text, Operator, Type) if b.word.bytes() == b"::" => {
                self.fold(2, 0)
            }
            (Comma, _, Number | Name | Variable | Text) if signed => self.fold(3, 0),
            (Expression | Group | Comma, _, Open)
            | (Comma, _, Function)
            | (Keyword | Expression | Group, _, Number | Name | Variable | Text | Function)
                if signed =>
            {
                self.drop_second(c)
            }
            (Expression, Dot, Name) => self.drop_second(c),
            (Function, Open, _) if c.kind != Close && a.word.bytes() == b"USER" => {
                self.set_kind(0, Name);
                Found::Nothing
            }
            _ => Found::Nothing,
        }
    }

    /// Takes the second away where the last is the third.
    fn drop_second(&mut self, third: Token<'t>) -> Found {
        self.set(1, |token| *token = third);
        self.fold(1, 0)
    }
}

/// Both as one, where they are a phrase: `UNION ALL`, `ORDER BY`.
fn phrase<'t>(a: &Token<'t>, b: &Token<'t>) -> Option<Token<'t>> {
    let begins = a.is(WORDS);
    if !begins || !(b.is(WORDS) || b.kind == Logic) {
        return None;
    }
    let word = a.word.join(&b.word)?;
    let kind = Kind::of(&word)?;
    Some(Token { kind, word, ..*a })
}

const WORDS: &[Kind] = &[
    Keyword, Name, Operator, Union, Function, Expression, Statement, Type,
];

/// Names that are functions before a parenthesis only.
const ALSO_FUNCTIONS: &[&[u8]] = &[
    b"USER_ID",
    b"USER_NAME",
    b"DATABASE",
    b"PASSWORD",
    b"USER",
    b"CURRENT_USER",
    b"CURRENT_DATE",
    b"CURRENT_TIME",
    b"CURRENT_TIMESTAMP",
    b"LOCALTIME",
    b"LOCALTIMESTAMP",
];
