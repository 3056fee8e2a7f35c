//! HTML as browsers tokenise it (WHATWG HTML §13.2.5), and as old ones did: what
//! is of interest are tags, attributes and comments. Texts are skipped.

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// A tag, by its name; of closing tags only those that go on after it.
    Tag(&'t [u8]),
    /// The name of an attribute.
    Name(&'t [u8]),
    /// The value of the attribute before.
    Value(&'t [u8]),
    /// A comment, or what is taken for one.
    Comment(&'t [u8]),
    /// A document type.
    Doctype,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub enum Context {
    /// Between tags.
    Data,
    /// In a tag, before an attribute.
    Tag,
    /// In the value of an attribute, in these quotation marks.
    Quoted(u8),
}

/// A tokenizer.
#[derive(Debug)]
pub struct Html<'t> {
    rest: &'t [u8],
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Data,
    BeforeName,
    AfterName,
    BeforeValue,
    Quoted(u8),
}

impl<'t> Html<'t> {
    /// One of a text in its context.
    pub const fn new(text: &'t [u8], context: Context) -> Self {
        Self {
            rest: text,
            state: match context {
                Context::Data => State::Data,
                Context::Tag => State::BeforeName,
                Context::Quoted(quote) => State::Quoted(quote),
            },
        }
    }

    /// Goes on in `state` with what is left.
    fn go(&mut self, rest: &'t [u8], state: State) {
        self.rest = rest;
        self.state = state;
    }

    /// What stands before the first byte that ends it, that byte, and the rest.
    fn until(&self, ends: impl Fn(u8) -> bool) -> (&'t [u8], Option<u8>, &'t [u8]) {
        let end = self.rest.iter().position(|byte| ends(*byte));
        let split = end.and_then(|at| self.rest.split_at_checked(at));
        match split {
            Some((before, [byte, rest @ ..])) => (before, Some(*byte), rest),
            Some((_, [])) | None => (self.rest, None, &[]),
        }
    }

    fn skip_spaces(&mut self) {
        while let [byte, rest @ ..] = self.rest
            && is_space(*byte)
        {
            self.rest = rest;
        }
    }

    /// The next `<` and what it begins.
    fn data(&mut self) -> Option<Part<'t>> {
        let (_, _, rest) = self.until(|byte| byte == b'<');
        self.rest = rest;
        match rest {
            [b'!', rest @ ..] => self.declaration(rest),
            [b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.tag(rest, Closing::Yes),
            // `</>` is nothing at all.
            [b'/', b'>', ..] => None,
            [b'/' | b'?', rest @ ..] => self.comment(rest, b">"),
            // What Internet Explorer and Safari once took for a comment.
            [b'%', rest @ ..] => self.comment(rest, b"%>"),
            [b'a'..=b'z' | b'A'..=b'Z' | 0, ..] => self.tag(rest, Closing::No),
            _ => None,
        }
    }

    fn tag(&mut self, text: &'t [u8], closing: Closing) -> Option<Part<'t>> {
        self.rest = match closing {
            Closing::Yes => text.get(1..).unwrap_or_default(),
            Closing::No => text,
        };
        let ends = |byte| matches!(byte, b'\t'..=b'\r' | b' ' | b'/' | b'>');
        let (name, end, rest) = self.until(ends);
        if end == Some(b'>') {
            self.go(rest, State::Data);
            return (closing == Closing::No).then_some(Part::Tag(name));
        }
        self.go(rest, State::BeforeName);
        Some(Part::Tag(name))
    }

    fn declaration(&mut self, text: &'t [u8]) -> Option<Part<'t>> {
        if begins(text, b"DOCTYPE") {
            self.comment(text, b">")?;
            return Some(Part::Doctype);
        }
        if let Some(text) = text.strip_prefix(b"[CDATA[") {
            self.comment(text, b"]]>")?;
            return None;
        }
        match text.strip_prefix(b"--") {
            Some(text) => Some(self.dashed(text)),
            None => self.comment(text, b">"),
        }
    }

    /// What ends with `end`, or not at all.
    fn comment(&mut self, text: &'t [u8], end: &[u8]) -> Option<Part<'t>> {
        let at = text.windows(end.len()).position(|window| window == end);
        let (inside, rest) = text.split_at_checked(at.unwrap_or(text.len()))?;
        self.go(rest.get(end.len()..).unwrap_or_default(), State::Data);
        Some(Part::Comment(inside))
    }

    /// A comment that ends with `-->` or `-!>`; old browsers skip NULs there.
    fn dashed(&mut self, text: &'t [u8]) -> Part<'t> {
        let mut from = text;
        while let Some(at) = from.iter().position(|byte| *byte == b'-') {
            from = from.get(at.saturating_add(1)..).unwrap_or_default();
            let nulls = from.iter().take_while(|byte| **byte == 0).count();
            if let Some([b'-' | b'!', b'>', rest @ ..]) = from.get(nulls..) {
                let len = text.len().saturating_sub(from.len()).saturating_sub(1);
                self.go(rest, State::Data);
                return Part::Comment(text.get(..len).unwrap_or_default());
            }
        }
        self.go(&[], State::Data);
        Part::Comment(text)
    }

    fn before_name(&mut self) -> Option<Part<'t>> {
        self.skip_spaces();
        match self.rest {
            [b'/', rest @ ..] => self.rest = rest,
            [b'>', rest @ ..] => self.go(rest, State::Data),
            [] => {}
            _ => return Some(self.name()),
        }
        None
    }

    fn name(&mut self) -> Part<'t> {
        let text = self.rest;
        // The first byte belongs to the name, whatever it is.
        self.rest = text.get(1..).unwrap_or_default();
        let ends = |byte| is_space(byte) || matches!(byte, b'/' | b'=' | b'>');
        let (_, end, rest) = self.until(ends);
        let ended = usize::from(end.is_some());
        let len = text.len().saturating_sub(rest.len()).saturating_sub(ended);
        let state = match end {
            Some(b'/') | None => State::BeforeName,
            Some(b'=') => State::BeforeValue,
            Some(b'>') => State::Data,
            Some(_) => State::AfterName,
        };
        self.go(rest, state);
        Part::Name(text.get(..len).unwrap_or_default())
    }

    fn after_name(&mut self) -> Option<Part<'t>> {
        self.skip_spaces();
        match self.rest {
            [b'=', rest @ ..] => self.go(rest, State::BeforeValue),
            _ => self.state = State::BeforeName,
        }
        None
    }

    fn value(&mut self) -> Option<Part<'t>> {
        self.skip_spaces();
        if let [quote @ (b'"' | b'\'' | b'`'), rest @ ..] = self.rest {
            self.rest = rest;
            return Some(self.quoted(*quote));
        }
        let (value, end, rest) = self.until(|byte| is_space(byte) || byte == b'>');
        let state = match end {
            Some(b'>') => State::Data,
            Some(_) | None => State::BeforeName,
        };
        self.go(rest, state);
        Some(Part::Value(value))
    }

    fn quoted(&mut self, quote: u8) -> Part<'t> {
        let (value, _, rest) = self.until(|byte| byte == quote);
        self.go(rest, State::BeforeName);
        Part::Value(value)
    }
}

impl<'t> Iterator for Html<'t> {
    type Item = Part<'t>;

    fn next(&mut self) -> Option<Part<'t>> {
        while !self.rest.is_empty() {
            let part = match self.state {
                State::Data => self.data(),
                State::BeforeName => self.before_name(),
                State::AfterName => self.after_name(),
                State::BeforeValue => self.value(),
                State::Quoted(quote) => Some(self.quoted(quote)),
            };
            if part.is_some() {
                return part;
            }
        }
        None
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closing {
    Yes,
    No,
}

/// Whether a text begins with this, in either case.
pub fn begins(text: &[u8], upper: &[u8]) -> bool {
    let start = text.get(..upper.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(upper))
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_attributes_however_they_are_written() {
        let html = "a<b c d=e f = \"g h\" i='j'k=`l`/m=n><!-- o --><?p><!doctype q></r>";
        let parts: Vec<Part<'_>> = Html::new(html.as_bytes(), Context::Data).collect();
        let expected = [
            Part::Tag(b"b"),
            Part::Name(b"c"),
            Part::Name(b"d"),
            Part::Value(b"e"),
            Part::Name(b"f"),
            Part::Value(b"g h"),
            Part::Name(b"i"),
            Part::Value(b"j"),
            Part::Name(b"k"),
            Part::Value(b"l"),
            Part::Name(b"m"),
            Part::Value(b"n"),
            Part::Comment(b" o "),
            Part::Comment(b"p"),
            Part::Doctype,
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn comments_end_as_browsers_end_them() {
        let inside = |text: &'static str| {
            let mut html = Html::new(text.as_bytes(), Context::Data);
            (html.next(), html.next())
        };
        let comment = |text: &'static str| Some(Part::Comment(text.as_bytes()));
        let tag = Some(Part::Tag(b"x"));
        assert_eq!(inside("<!--a--><x>"), (comment("a"), tag));
        assert_eq!(inside("<!--a-!><x>"), (comment("a"), tag));
        assert_eq!(inside("<!--a-\0-><x>"), (comment("a"), tag));
        assert_eq!(inside("<!--a-b-c><x>"), (comment("a-b-c><x>"), None));
        assert_eq!(inside("<%a%><x>"), (comment("a"), tag));
        assert_eq!(inside("</ a><x>"), (comment(" a"), tag));
        assert_eq!(inside("</><x>"), (tag, None));
        assert_eq!(inside("<![CDATA[<y>]]><x>"), (tag, None));
    }
}
