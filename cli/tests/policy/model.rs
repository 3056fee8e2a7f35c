//! Random documents, and how they are written: in blocks and in brackets, plain
//! and in quotes, with comments between.

use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::Value as Json;

/// A value, and how it is written.
#[derive(Debug, Clone)]
pub struct Model {
    pub content: Content,
    form: Form,
    /// A comment behind or above it.
    comment: bool,
}

#[derive(Debug, Clone)]
pub enum Content {
    Scalar(Word),
    List(Vec<Model>),
    Map(Vec<(Word, Model)>),
}

/// A scalar: what it means, and what stands in the file.
#[derive(Debug, Clone)]
pub struct Word {
    meaning: Json,
    pub written: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Block,
    Brackets,
}

/// A document; at its top is an object, as in every policy.
pub fn document() -> impl Strategy<Value = Model> {
    let value = scalar().prop_recursive(4, 40, 6, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..5).prop_map(Content::List);
        prop_oneof![list, map(inner)].prop_flat_map(formed)
    });
    map(value).prop_flat_map(formed)
}

/// Words and signs of YAML in any order.
pub fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

const PIECES: &[&str] = &[
    "a", "b: ", "- ", "\n", "\n", "\n  ", "  ", "[", "]", "{", "}", ",", ", ", ": ", "? ", "\"",
    "'", "# c", " # c\n", "&x ", "*x", "|\n", ">-\n", "!!str ", "!t ", "~", "12", "-1.5", "true",
    "yes", "é", "\t", "---\n", "...\n", "<<: ", "\\", "\r\n", "\u{feff}", "%", "@", ":", "-",
];

// === impl Model ===

impl Model {
    pub fn json(&self) -> Json {
        match &self.content {
            Content::Scalar(word) => word.meaning.clone(),
            Content::List(items) => Json::Array(items.iter().map(Self::json).collect()),
            Content::Map(members) => Json::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.meaning.as_str().unwrap().to_owned(), value.json()))
                    .collect(),
            ),
        }
    }

    pub fn yaml(&self) -> String {
        self.lines().join("\n") + "\n"
    }

    /// What a list or an object begins with, where it stands in brackets or not.
    pub fn first(&self, in_brackets: bool) -> &str {
        match &self.content {
            Content::Scalar(word) => &word.written,
            Content::List(_) if in_brackets => "[",
            Content::Map(_) if in_brackets => "{",
            Content::List(_) => "-",
            // One of it alone is marked: the width of a block isn't known.
            Content::Map(members) => {
                let written = &members[0].0.written;
                &written[..written.chars().next().unwrap().len_utf8()]
            }
        }
    }

    /// Whether it is written in brackets, where that is up to it.
    pub fn in_brackets(&self) -> bool {
        match &self.content {
            Content::Scalar(word) => !word.is_block(),
            Content::List(items) => {
                items.is_empty()
                    || self.form == Form::Brackets && items.iter().all(|item| item.fits_brackets())
            }
            Content::Map(members) => {
                members.is_empty()
                    || self.form == Form::Brackets
                        && members.iter().all(|(_, value)| value.fits_brackets())
            }
        }
    }

    /// Whether all of it can be written in brackets.
    fn fits_brackets(&self) -> bool {
        match &self.content {
            Content::Scalar(word) => !word.is_block(),
            Content::List(items) => items.iter().all(Self::fits_brackets),
            Content::Map(members) => members.iter().all(|(_, value)| value.fits_brackets()),
        }
    }

    /// Its lines, the first of which can stand behind `name: ` or `- `.
    fn lines(&self) -> Vec<String> {
        let mut lines = match &self.content {
            Content::Scalar(word) if word.is_block() => {
                return word.written.split('\n').map(str::to_owned).collect();
            }
            _ if self.in_brackets() => vec![self.bracketed()],
            Content::Scalar(word) => vec![word.written.clone()],
            Content::List(items) => items.iter().flat_map(Self::item).collect(),
            Content::Map(members) => members.iter().flat_map(member).collect(),
        };
        if self.comment && self.in_brackets() {
            lines[0].push_str(" # \"[{: &x");
        }
        lines
    }

    fn item(&self) -> Vec<String> {
        let mut lines = self.lines().into_iter();
        let first = format!("- {}", lines.next().unwrap());
        let mut lines: Vec<String> = std::iter::once(first)
            .chain(lines.map(|line| format!("  {line}")))
            .collect();
        if self.comment {
            lines.insert(0, "# - a: b".to_owned());
        }
        lines
    }

    fn bracketed(&self) -> String {
        match &self.content {
            Content::Scalar(word) => word.written.clone(),
            Content::List(items) => {
                let items: Vec<_> = items.iter().map(Self::bracketed).collect();
                format!("[{}]", items.join(", "))
            }
            Content::Map(members) => {
                let member = |(name, value): &(Word, Self)| {
                    format!("{}: {}", name.written, value.bracketed())
                };
                let members: Vec<_> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(" , "))
            }
        }
    }
}

fn member((name, value): &(Word, Model)) -> Vec<String> {
    let mut lines = value.lines();
    let name = &name.written;
    let is_word = matches!(value.content, Content::Scalar(_));
    if is_word || value.in_brackets() {
        let first = format!("{name}:  {}", lines.remove(0));
        let rest = lines.into_iter().map(|line| format!("  {line}"));
        return std::iter::once(first).chain(rest).collect();
    }
    let below = lines.into_iter().map(|line| format!("   {line}"));
    std::iter::once(format!("{name}:")).chain(below).collect()
}

// === impl Word ===

impl Word {
    fn is_block(&self) -> bool {
        self.written.starts_with('|')
    }

    /// What is marked: of a block where its text begins.
    pub fn shown(&self) -> &str {
        match self.written.strip_prefix("|\n  ") {
            Some(text) => &text[..1],
            None => &self.written,
        }
    }
}

fn formed(content: Content) -> impl Strategy<Value = Model> {
    let form = prop::sample::select(&[Form::Block, Form::Brackets][..]);
    (form, any::<bool>()).prop_map(move |(form, comment)| Model {
        content: content.clone(),
        form,
        comment,
    })
}

fn map(value: impl Strategy<Value = Model>) -> impl Strategy<Value = Content> {
    let name = prop_oneof![plain(), single_quoted(), double_quoted()];
    prop::collection::vec((name, value), 0..5).prop_map(|mut members| {
        // `serde_yaml_ng` writes the name `<<` without its quotes.
        let mut seen = HashSet::from([Json::from("<<").to_string()]);
        members.retain(|(name, _): &(Word, Model)| seen.insert(name.meaning.to_string()));
        Content::Map(members)
    })
}

fn scalar() -> impl Strategy<Value = Model> {
    let word = prop_oneof![
        number(),
        fixed(),
        plain(),
        single_quoted(),
        double_quoted(),
        block()
    ];
    word.prop_map(Content::Scalar).prop_flat_map(formed)
}

fn number() -> impl Strategy<Value = Word> {
    let written = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (any::<i32>(), 0..1000_u32).prop_map(|(whole, part)| format!("{whole}.{part:03}")),
        (0..100_i32, -20..20_i32).prop_map(|(whole, power)| format!("{whole}.5e{power}")),
    ];
    written.prop_map(|written| Word {
        meaning: serde_json::from_str(&written).unwrap(),
        written,
    })
}

fn fixed() -> impl Strategy<Value = Word> {
    let words = [
        (Json::Null, "~"),
        (Json::Null, "null"),
        (Json::Bool(true), "true"),
        (Json::Bool(false), "False"),
        (Json::from(""), "''"),
        (Json::from("yes"), "yes"),
        (Json::from("off"), "off"),
        (Json::from("1:30"), "1:30"),
        (Json::from("*.example.com"), "\"*.example.com\""),
        (Json::from("/a/{id}"), "'/a/{id}'"),
    ];
    prop::sample::select(words.to_vec()).prop_map(|(meaning, written)| Word {
        meaning,
        written: written.to_owned(),
    })
}

fn plain() -> impl Strategy<Value = Word> {
    "[a-zé日][a-z0-9é日_./@-]{0,8}( [a-z#:&*-][a-z]{1,4})?"
        .prop_filter("not another type", |text| {
            !["null", "true", "false"].contains(&&**text)
                && !text.contains(" #")
                && !text.contains(" -")
        })
        .prop_map(|text| Word {
            meaning: Json::from(text.as_str()),
            written: text,
        })
}

fn single_quoted() -> impl Strategy<Value = Word> {
    "[ -~é日]{0,12}".prop_map(|text| Word {
        written: format!("'{}'", text.replace('\'', "''")),
        meaning: Json::from(text),
    })
}

fn double_quoted() -> impl Strategy<Value = Word> {
    "[ -~é日\n\t\u{1}\u{1F600}]{0,12}".prop_map(|text| Word {
        written: serde_json::to_string(&text).unwrap(),
        meaning: Json::from(text),
    })
}

fn block() -> impl Strategy<Value = Word> {
    prop::collection::vec("[a-z][a-z #:\"{-]{0,8}[a-z]", 1..4).prop_map(|lines| Word {
        written: format!("|\n  {}", lines.join("\n  ")),
        meaning: Json::from(lines.join("\n") + "\n"),
    })
}
