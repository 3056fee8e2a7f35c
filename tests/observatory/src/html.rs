//! As much of HTML as the tests look at: the start tags of `<meta>` and
//! `<script>`, outside comments and raw text. No tree is built.
//! Source: `src/utils/html-parser.js` and `src/retriever/utils.js`.

use std::collections::BTreeMap;

/// The attributes of one element, names in lower case.
pub type Attributes = BTreeMap<String, String>;

/// What the `<meta>` elements of a page say in place of fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metas {
    /// The values of `http-equiv="content-security-policy"`.
    pub policies: Vec<String>,
    /// The last value of `name="referrer"`.
    pub referrer: Option<String>,
}

/// Elements whose content holds no tags.
const RAW_TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// Character references by name, and what they stand for.
const NAMED: [(&str, char); 5] = [
    ("amp", '&'),
    ("apos", '\''),
    ("gt", '>'),
    ("lt", '<'),
    ("quot", '"'),
];

/// Whether a media type is one of HTML.
#[must_use]
pub fn is_html(media_type: &str) -> bool {
    ["text/html", "application/xhtml+xml"].contains(&media_type)
}

/// Reads the `<meta>` elements of a page.
#[must_use]
pub fn metas(html: &str) -> Metas {
    let mut metas = Metas::default();
    for meta in elements(html, "meta") {
        let content = meta.get("content").filter(|content| !content.is_empty());
        let is = |attribute: &str, wanted: &str| {
            let value = meta.get(attribute).map(|value| value.trim());
            value.is_some_and(|value| value.eq_ignore_ascii_case(wanted))
        };
        if is("http-equiv", "content-security-policy") {
            metas.policies.extend(content.cloned());
        } else if !meta.contains_key("http-equiv") && is("name", "referrer") {
            metas.referrer = content.cloned().or(metas.referrer);
        }
    }
    metas
}

/// The attributes of every element of a name, which is in lower case.
#[must_use]
pub fn elements(html: &str, name: &str) -> Vec<Attributes> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, markup)) = rest.split_once('<') {
        rest = if let Some(comment) = markup.strip_prefix("!--") {
            after(comment, "-->")
        } else if markup.starts_with(['/', '!', '?']) {
            after(markup, ">")
        } else if markup.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let Some((tag, attributes, content)) = start_tag(markup) else {
                break;
            };
            if tag == name {
                found.push(attributes);
            }
            outside(&tag, content)
        } else {
            markup
        };
    }
    found
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).map_or("", |(_, rest)| rest)
}

/// What follows a start tag, without the raw text that no tag can be in.
fn outside<'t>(tag: &str, content: &'t str) -> &'t str {
    if !RAW_TEXT.contains(&tag) {
        return content;
    }
    let end = content.to_ascii_lowercase().find(&format!("</{tag}"));
    end.map_or("", |end| &content[end..])
}

/// The name, the attributes and what follows; `None` where the tag never ends.
fn start_tag(markup: &str) -> Option<(String, Attributes, &str)> {
    let (tag, mut rest) = until(markup, |next| is_space(next) || "/>".contains(next));
    let mut attributes = Attributes::new();
    loop {
        rest = rest.trim_start_matches(|next| is_space(next) || next == '/');
        if let Some(content) = rest.strip_prefix('>') {
            return Some((tag.to_ascii_lowercase(), attributes, content));
        }
        if rest.is_empty() {
            return None;
        }
        let (name, value, following) = attribute(rest)?;
        attributes.entry(name).or_insert(value);
        rest = following;
    }
}

/// One attribute: its name, its value and what follows.
fn attribute(text: &str) -> Option<(String, String, &str)> {
    // An `=` in the first place belongs to the name.
    let first = text.chars().next()?.len_utf8();
    let (name, rest) = until(&text[first..], |next| {
        is_space(next) || "/>=".contains(next)
    });
    let name = [&text[..first], name].concat().to_ascii_lowercase();
    let Some(rest) = rest.trim_start_matches(is_space).strip_prefix('=') else {
        return Some((name, String::new(), rest));
    };
    let rest = rest.trim_start_matches(is_space);
    for quote in ['"', '\''] {
        if let Some(quoted) = rest.strip_prefix(quote) {
            let (value, rest) = quoted.split_once(quote)?;
            return Some((name, decoded(value), rest));
        }
    }
    let (value, rest) = until(rest, |next| is_space(next) || next == '>');
    Some((name, decoded(value), rest))
}

fn until(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(stop).unwrap_or(text.len()))
}

fn is_space(next: char) -> bool {
    next.is_ascii_whitespace()
}

/// Replaces character references: the numeric ones and the five of XML.
fn decoded(value: &str) -> String {
    let mut pieces = value.split('&');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let reference = piece.split_once(';');
        match reference.and_then(|(name, rest)| Some((referred(name)?, rest))) {
            Some((character, rest)) => {
                text.push(character);
                text.push_str(rest);
            }
            None => {
                text.push('&');
                text.push_str(piece);
            }
        }
    }
    text
}

fn referred(name: &str) -> Option<char> {
    let Some(number) = name.strip_prefix('#') else {
        let named = NAMED.iter().find(|(known, _)| *known == name);
        return named.map(|(_, character)| *character);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_start_tags_outside_comments_and_raw_text_count() {
        let page = r#"<!-- <script src=a> --><title><script src=b></title>
            <SCRIPT Src = 'c' src=d async>"<script src=e>"</Script><p>1 < 2</p><script src=f/>"#;
        let found = elements(page, "script");
        let sources: Vec<_> = found.iter().map(|script| script["src"].as_str()).collect();
        assert_eq!(sources, ["c", "f/"]);
        assert_eq!(found[0]["async"], "");
    }

    #[test]
    fn a_tag_that_never_ends_is_none() {
        for page in ["<script src=a", "<script src='a>", "<script"] {
            assert_eq!(elements(page, "script"), Vec::new(), "{page}");
        }
    }

    #[test]
    fn character_references_in_values_are_replaced() {
        let page = r#"<meta name=Referrer content="a&amp;b&#39;&#x27;&quot;&other;&">"#;
        assert_eq!(metas(page).referrer.unwrap(), "a&b''\"&other;&");
    }
}
