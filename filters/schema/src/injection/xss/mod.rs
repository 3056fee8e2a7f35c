//! Cross-site scripting: whether a text, put into a page, would run as script or
//! change what the page loads. After libinjection: read it as HTML in each place
//! where a page may put it, and look for tags and attributes that do so.

mod html;

use crate::budget::{Budget, Exhausted};
use crate::injection::table::Table;
use html::{Context, Html, Part, begins};

/// Whether a text is HTML that was meant to be injected.
///
/// # Errors
/// Where the budget ends first.
pub fn is_injection(text: &[u8], budget: &mut Budget) -> Result<bool, Exhausted> {
    for context in CONTEXTS {
        budget.spend_on_text(text.len())?;
        if runs(text, *context) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn runs(text: &[u8], context: Context) -> bool {
    let mut attribute = Attribute::Harmless;
    for part in Html::new(text, context) {
        let named = std::mem::replace(&mut attribute, Attribute::Harmless);
        let found = match part {
            Part::Tag(name) => is_harmful_tag(name),
            Part::Name(name) => {
                attribute = Attribute::of(name);
                false
            }
            Part::Value(value) => match named {
                Attribute::Harmless => false,
                Attribute::Harmful => true,
                Attribute::Url => is_script(value),
                Attribute::Indirect => Attribute::of(value) != Attribute::Harmless,
            },
            Part::Comment(inside) => is_harmful_comment(inside),
            Part::Doctype => true,
        };
        if found {
            return true;
        }
    }
    false
}

/// What an attribute's value may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attribute {
    Harmless,
    /// It is script, or style, or changes what names mean.
    Harmful,
    /// It is a URL, which may be script.
    Url,
    /// It names another attribute.
    Indirect,
}

impl Attribute {
    fn of(name: &[u8]) -> Self {
        if begins(name, b"ON") && is_event(name) {
            return Self::Harmful;
        }
        if begins(name, b"XMLNS") || begins(name, b"XLINK") {
            return Self::Harmful;
        }
        let known = ATTRIBUTES
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        known.map_or(Self::Harmless, |(_, attribute)| *attribute)
    }
}

/// Whether the name of an attribute begins with that of an event.
fn is_event(name: &[u8]) -> bool {
    let upper: Vec<u8> = name
        .iter()
        .skip(2)
        .take(LONGEST_EVENT)
        .map(u8::to_ascii_uppercase)
        .collect();
    let begins = |len| {
        let start = upper.get(..len);
        start.is_some_and(|start| EVENTS.find(start).is_some())
    };
    (SHORTEST_EVENT..=upper.len()).any(begins)
}

fn is_harmful_tag(name: &[u8]) -> bool {
    let letters = name.iter().filter(|byte| **byte != 0);
    let name: Vec<u8> = letters.map(u8::to_ascii_uppercase).take(16).collect();
    TAGS.contains(&name.as_slice()) || name.starts_with(b"SVG") || name.starts_with(b"XSL")
}

fn is_harmful_comment(inside: &[u8]) -> bool {
    // Internet Explorer ends tags with it, and reads the rest of these.
    inside.contains(&b'`')
        || inside.len() > 3 && (begins(inside, b"[IF") || begins(inside, b"XML"))
        || begins(inside, b"IMPORT")
        || begins(inside, b"ENTITY")
}

/// Whether a URL is of a scheme that runs or shows what it holds.
fn is_script(url: &[u8]) -> bool {
    let blank = url.iter().take_while(|byte| !(33..127).contains(*byte));
    let url = url.get(blank.count()..).unwrap_or_default();
    SCHEMES.iter().any(|scheme| {
        let mut wanted = scheme.iter();
        let mut characters = Characters(url)
            .skip_while(|character| *character <= 32)
            // Browsers leave out tabs and ends of lines (WHATWG URL §4.4).
            .filter(|character| !matches!(character, 0 | 9 | 10 | 13));
        wanted.all(|letter| {
            let character = characters.next().and_then(|next| u8::try_from(next).ok());
            character.is_some_and(|character| character.eq_ignore_ascii_case(letter))
        })
    })
}

/// The characters of a value, numeric references decoded (WHATWG HTML §13.2.5.80).
struct Characters<'t>(&'t [u8]);

impl Iterator for Characters<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (character, rest) = match self.0 {
            [b'&', b'#', b'x' | b'X', digits @ ..] => reference(digits, 16),
            [b'&', b'#', digits @ ..] => reference(digits, 10),
            _ => None,
        }
        .or_else(|| {
            let (first, rest) = self.0.split_first()?;
            Some((u32::from(*first), rest))
        })?;
        self.0 = rest;
        Some(character)
    }
}

/// A number, and what follows it and a semicolon.
fn reference(text: &[u8], radix: u32) -> Option<(u32, &[u8])> {
    let mut character: Option<u32> = None;
    let mut rest = text;
    while let [byte, after @ ..] = rest
        && let Some(digit) = char::from(*byte).to_digit(radix)
    {
        let before = character.unwrap_or(0);
        character = Some(before.saturating_mul(radix).saturating_add(digit));
        rest = after;
    }
    Some((character?, rest.strip_prefix(b";").unwrap_or(rest)))
}

static EVENTS: Table = Table::new(include_bytes!("events.txt"));
const SHORTEST_EVENT: usize = 3;
const LONGEST_EVENT: usize = 44;

const CONTEXTS: &[Context] = &[
    Context::Data,
    Context::Tag,
    Context::Quoted(b'\''),
    Context::Quoted(b'"'),
    Context::Quoted(b'`'),
];

const SCHEMES: &[&[u8]] = &[b"DATA", b"VIEW-SOURCE", b"JAVA", b"VBSCRIPT"];

const TAGS: &[&[u8]] = &[
    b"APPLET",
    b"BASE",
    b"COMMENT",
    b"EMBED",
    b"FRAME",
    b"FRAMESET",
    b"HANDLER",
    b"IFRAME",
    b"IMPORT",
    b"ISINDEX",
    b"LINK",
    b"LISTENER",
    b"META",
    b"NOSCRIPT",
    b"OBJECT",
    b"SCRIPT",
    b"STYLE",
    b"VMLFRAME",
    b"XML",
    b"XSS",
];

const ATTRIBUTES: &[(&[u8], Attribute)] = &[
    (b"ACTION", Attribute::Url),
    (b"ATTRIBUTENAME", Attribute::Indirect),
    (b"BACKGROUND", Attribute::Url),
    (b"BY", Attribute::Url),
    (b"DATAFORMATAS", Attribute::Harmful),
    (b"DATASRC", Attribute::Harmful),
    (b"DYNSRC", Attribute::Url),
    (b"FILTER", Attribute::Harmful),
    (b"FOLDER", Attribute::Url),
    (b"FORMACTION", Attribute::Url),
    (b"FROM", Attribute::Url),
    (b"HANDLER", Attribute::Url),
    (b"HREF", Attribute::Url),
    (b"LOWSRC", Attribute::Url),
    (b"POSTER", Attribute::Url),
    (b"SRC", Attribute::Url),
    (b"STYLE", Attribute::Harmful),
    (b"TO", Attribute::Url),
    (b"VALUES", Attribute::Url),
    (b"XLINK:HREF", Attribute::Url),
];
