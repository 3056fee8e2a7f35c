//! JSON pointers (RFC 6901).

use std::borrow::Cow;

use super::node::{Node, Value};

impl<'a> Node<'a> {
    /// The value that `pointer` names from here on: `""` is this one. `None`
    /// where nothing stands, and for a text that is no pointer.
    #[must_use]
    pub fn pointer(self, pointer: &str) -> Option<Node<'a>> {
        if pointer.is_empty() {
            return Some(self);
        }
        let tokens = pointer.strip_prefix('/')?;
        tokens.split('/').try_fold(self, step)
    }
}

fn step<'a>(node: Node<'a>, token: &str) -> Option<Node<'a>> {
    match node.value() {
        Value::Object(object) => object.get(&unescape(token)?),
        Value::Array(array) => array.get(index(token)?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A name as one step of a pointer (RFC 6901 §3).
#[must_use]
pub fn escape_token(name: &str) -> Cow<'_, str> {
    match name.contains(['~', '/']) {
        true => Cow::Owned(name.replace('~', "~0").replace('/', "~1")),
        false => Cow::Borrowed(name),
    }
}

/// The name that one step of a pointer is, for readers of documents: what follows a
/// `~` and is no escape stands for itself.
#[must_use]
pub fn unescape_token(token: &str) -> Cow<'_, str> {
    match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    }
}

/// RFC 6901 §4: digits without leading zeros.
fn index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = token.len() > 1 && token.starts_with('0');
    if digits && !leading_zero {
        token.parse().ok()
    } else {
        None
    }
}

/// RFC 6901 §3: `~1` is `/`, `~0` is `~`, and nothing else follows a `~`.
fn unescape(token: &str) -> Option<Cow<'_, str>> {
    let Some((before, rest)) = token.split_once('~') else {
        return Some(Cow::Borrowed(token));
    };
    let mut name = String::from(before);
    for part in rest.split('~') {
        let (char, plain) = match part.strip_prefix('0') {
            Some(plain) => ('~', plain),
            None => ('/', part.strip_prefix('1')?),
        };
        name.push(char);
        name.push_str(plain);
    }
    Some(Cow::Owned(name))
}

#[cfg(test)]
mod tests {
    use crate::json::{Limits, Tape};

    /// RFC 6901 §5, and what is no pointer.
    #[test]
    fn pointers_name_what_the_rfc_says() {
        let source = br#"{"foo":["bar","baz",[7,[8]]],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,
            "i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9,"0":10}"#;
        let mut tape = Tape::new();
        let root = tape.parse(source, &Limits::DEFAULT).unwrap().root();
        let at = |pointer| root.pointer(pointer).map(|node| node.source());
        assert_eq!(at(""), Some(root.source()));
        for (pointer, expected) in [
            ("/foo/0", "\"bar\""),
            ("/foo/2", "[7,[8]]"),
            ("/foo/2/1/0", "8"),
            ("/", "0"),
            ("/a~1b", "1"),
            ("/c%d", "2"),
            ("/e^f", "3"),
            ("/g|h", "4"),
            ("/i\\j", "5"),
            ("/k\"l", "6"),
            ("/ ", "7"),
            ("/m~0n", "8"),
            ("/~01", "9"),
            ("/0", "10"),
        ] {
            assert_eq!(at(pointer), Some(expected), "{pointer}");
        }
        for pointer in [
            "foo",
            "/bar",
            "/foo/3",
            "/foo/-",
            "/foo/00",
            "/foo/01",
            "/foo/+1",
            "/foo/",
            "//",
            "/foo/0/0",
            "/m~n",
            "/m~",
            "/m~2n",
            "/foo/99999999999999999999999",
        ] {
            assert_eq!(at(pointer), None, "{pointer}");
        }
    }
}
