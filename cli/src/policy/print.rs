//! Writes a [`Node`] as the JSON that filters take: what fits a line is one
//! line, and numbers are as they were written. Large documents have long lines:
//! nobody reads them, and half of them would be blanks.

use tollgate_kit::json::escape_into;

use super::document::{Member, Node, Value};

/// The JSON text of `node`.
#[must_use]
pub fn json(node: &Node) -> String {
    let form = match PEOPLE.short(node, LARGE) {
        Some(_) => PEOPLE,
        None => MACHINES,
    };
    let mut out = String::new();
    form.write(node, 0, 0, &mut out);
    out
}

/// What lines look like.
#[derive(Clone, Copy)]
struct Form {
    width: usize,
    comma: &'static str,
    colon: &'static str,
}

const PEOPLE: Form = Form {
    width: 100,
    comma: ", ",
    colon: ": ",
};
/// Of what is longer than [`LARGE`].
const MACHINES: Form = Form {
    width: 4000,
    comma: ",",
    colon: ":",
};
const LARGE: usize = 64 * 1024;
const STEP: usize = 2;

// === impl Form ===

impl Form {
    /// `used` is what stands before the value on its line.
    fn write(self, node: &Node, indent: usize, used: usize, out: &mut String) {
        let line = self.short(node, self.width.saturating_sub(indent + used));
        match (&node.value, line) {
            (_, Some(line)) => out.push_str(&line),
            (Value::List(items), None) => {
                let items = items.iter().map(|item| (String::new(), item));
                self.block(('[', ']'), items, indent, out);
            }
            (Value::Map(members), None) => {
                let members = members.iter();
                let named = members.map(|member| (self.name(member), &member.value));
                self.block(('{', '}'), named, indent, out);
            }
            (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_), None) => {
                out.push_str(&scalar(node));
            }
        }
    }

    fn block<'n>(
        self,
        brackets: (char, char),
        items: impl Iterator<Item = (String, &'n Node)>,
        indent: usize,
        out: &mut String,
    ) {
        let inner = indent + STEP;
        out.push(brackets.0);
        for (at, (name, item)) in items.enumerate() {
            out.push_str(if at == 0 { "\n" } else { ",\n" });
            out.push_str(&" ".repeat(inner));
            out.push_str(&name);
            self.write(item, inner, name.len() + 1, out);
        }
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push(brackets.1);
    }

    fn name(self, member: &Member) -> String {
        quoted(&member.name) + self.colon
    }

    /// All of it on one line, if that has at most `room` bytes.
    fn short(self, node: &Node, room: usize) -> Option<String> {
        let mut line = String::new();
        self.shorten(node, room, &mut line).then_some(line)
    }

    fn shorten(self, node: &Node, room: usize, line: &mut String) -> bool {
        match &node.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
                line.push_str(&scalar(node));
            }
            Value::List(items) => {
                line.push('[');
                for (at, item) in items.iter().enumerate() {
                    line.push_str(if at == 0 { "" } else { self.comma });
                    if !self.shorten(item, room, line) {
                        return false;
                    }
                }
                line.push(']');
            }
            Value::Map(members) => {
                line.push('{');
                for (at, member) in members.iter().enumerate() {
                    line.push_str(if at == 0 { "" } else { self.comma });
                    line.push_str(&self.name(member));
                    if !self.shorten(&member.value, room, line) {
                        return false;
                    }
                }
                line.push('}');
            }
        }
        line.len() <= room
    }
}

fn scalar(node: &Node) -> String {
    match &node.value {
        Value::Null | Value::List(_) | Value::Map(_) => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape_into(text, &mut out);
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{json as reader, yaml};
    use super::*;

    fn check(source: &str, expected: &str) {
        let printed = json(&yaml::parse(source, 0).root.expect("YAML"));
        assert_eq!(printed, expected);
        let again = reader::parse(&printed, 0)
            .root
            .expect("what is printed is JSON");
        assert_eq!(json(&again), printed);
    }

    #[test]
    fn what_fits_a_line_is_one_line() {
        check(
            "a: [1, 2.50, null, true]\nb: {}\nc: \"x\\ny\"",
            r#"{"a": [1, 2.50, null, true], "b": {}, "c": "x\ny"}"#,
        );
    }

    #[test]
    fn large_documents_have_long_lines_without_blanks() {
        let item = format!("{{a: [1, {}]}}", "x".repeat(1000));
        let source = format!("b: [{}]", vec![item; 100].join(", "));
        let printed = json(&yaml::parse(&source, 0).root.expect("YAML"));
        let second = printed.lines().nth(2).unwrap_or_default();
        assert!(second.starts_with(r#"    {"a":[1,"xxx"#), "{second}");
        assert_eq!(printed.lines().count(), 104);
    }

    #[test]
    fn what_does_not_fit_is_cut_at_its_members() {
        let long = "x".repeat(60);
        check(
            &format!("a: {long}\nb: [{long}, y]\nc: 1"),
            &format!("{{\n  \"a\": \"{long}\",\n  \"b\": [\"{long}\", \"y\"],\n  \"c\": 1\n}}"),
        );
    }

    #[test]
    fn integers_beyond_doubles_survive() {
        check("9007199254740993", "9007199254740993");
        check("1e400", "1e400");
    }
}
