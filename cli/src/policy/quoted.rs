//! Where texts in quotes end: the spans of the parser run on over the blanks
//! and the comment behind them.

use saphyr_parser::{ScalarStyle, Span};

/// A text that is gone through once, from its start to its end.
pub struct Cursor<'t> {
    rest: &'t str,
    index: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            rest: text,
            index: 0,
        }
    }

    /// Characters from the start of a text in quotes, which is one line, to its end.
    pub fn width(&mut self, span: Span, style: ScalarStyle) -> Option<usize> {
        let quote = match style {
            ScalarStyle::SingleQuoted => '\'',
            ScalarStyle::DoubleQuoted => '"',
            ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => return None,
        };
        let mut chars = self.advance(span.start.index())?.chars();
        // In front there may be an anchor and a tag.
        let mut width = 1 + chars.by_ref().position(|c| c == quote)?;
        while let Some(c) = chars.next() {
            width += 1;
            let doubled = quote == '\'' && chars.as_str().starts_with('\'');
            match c {
                '\\' if quote == '"' => {}
                '\'' if doubled => {}
                _ if c == quote => return Some(width),
                _ => continue,
            }
            chars.next();
            width += 1;
        }
        None
    }

    fn advance(&mut self, index: usize) -> Option<&'t str> {
        let skipped = index.checked_sub(self.index)?;
        let (at, _) = self.rest.char_indices().nth(skipped)?;
        self.rest = self.rest.get(at..)?;
        self.index = index;
        Some(self.rest)
    }
}
