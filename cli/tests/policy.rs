//! The reader of policy files on random documents: the same JSON as another
//! reader of YAML, every place where its text stands, and no panic on anything.

#[path = "policy/model.rs"]
mod model;

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Map, Value as Json};
use tollgate::policy::document::{Mark, Node, Value};
use tollgate::policy::{Filter, Hold, Policy, json, yaml};

use self::model::{Content, Model};

#[test]
fn the_hold_of_the_file_stays_and_another_is_added() {
    let policy = |hold| {
        let openapi = "openapi: { openapi: 3.1.0, paths: {} }";
        let text = format!("version: 1\nschema: {{ {hold}{openapi} }}\n");
        Policy::from_text(&text, Path::new("")).unwrap()
    };
    let added = policy("").with_hold(Hold::Body).unwrap();
    assert_eq!(added.hold(), Some(Hold::Body));
    let kept = policy("hold: body, ").with_hold(Hold::Headers).unwrap();
    assert_eq!(kept.hold(), Some(Hold::Body));
    let refused = policy("hold: headers, ").with_hold(Hold::Body);
    assert_eq!(refused.unwrap_err().findings()[0].path, "schema.hold");
}

#[test]
fn sections_come_in_the_order_of_the_chain_and_numbers_as_written() {
    let text = "
version: 1
schema:
  limits: { body: 0x10000 }
  openapi:
    openapi: 3.1.0
    paths:
      /a:
        get:
          parameters:
            - { name: a, in: query, schema: { maximum: 9007199254740993, multipleOf: 1.50 } }
headers: { profile: none }
";
    let policy = Policy::from_text(text, Path::new("")).unwrap();
    let sections: Vec<_> = policy
        .sections()
        .iter()
        .map(|section| section.filter)
        .collect();
    assert_eq!(sections, [Filter::Headers, Filter::Schema]);
    let schema = &policy.section(Filter::Schema).unwrap().json;
    assert!(
        schema.contains(r#"{"maximum": 9007199254740993, "multipleOf": 1.50}"#),
        "{schema}"
    );
    assert_eq!(policy.body_limit(), 65536);
}

proptest! {
    #[test]
    fn documents_are_read_as_they_are_meant(model in model::document()) {
        let text = model.yaml();
        let node = read(&text);
        prop_assert_eq!(to_json(&node).to_string(), model.json().to_string());
        let other: Json = serde_yaml_ng::from_str(&text).unwrap();
        prop_assert_eq!(other, model.json());
    }

    #[test]
    fn every_place_is_where_its_text_stands(model in model::document()) {
        let text = model.yaml();
        let node = read(&text);
        let places = Places { text: &text, root: &node };
        places.check(&model, &node, "", false)?;
    }

    #[test]
    fn yaml_of_others_is_read(model in model::document()) {
        let text = serde_yaml_ng::to_string(&model.json()).unwrap();
        prop_assert_eq!(to_json(&read(&text)), model.json());
    }

    #[test]
    fn json_is_read_as_json_and_as_yaml(model in model::document()) {
        let value = model.json();
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let node = json::parse(&text, 0).root.unwrap();
            prop_assert_eq!(to_json(&node).to_string(), value.to_string());
            let as_yaml = read(&text);
            prop_assert_eq!(to_json(&as_yaml).to_string(), value.to_string());
            prop_assert_eq!(starts(&node), starts(&as_yaml));
        }
    }

    #[test]
    fn line_ends_change_nothing(model in model::document()) {
        let text = model.yaml();
        let with_returns = text.replace('\n', "\r\n");
        prop_assert_eq!(read(&with_returns), read(&text));
    }

    #[test]
    fn what_both_readers_take_is_the_same(text in model::soup()) {
        let text = format!("a0: 1\n{text}");
        let parsed = yaml::parse(&text, 0);
        let other = serde_yaml_ng::from_str::<Json>(&text);
        if let (Some(node), true, Ok(other)) = (parsed.root, parsed.mistakes.is_empty(), other) {
            prop_assert_eq!(to_json(&node), other);
        }
    }

    #[test]
    fn nothing_makes_it_panic(text in model::soup(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes)] {
            let _ = json::parse(text, 0);
            let _ = yaml::parse(text, 0);
            let report = Policy::from_text(text, Path::new("/nowhere")).map(|_| ());
            let _ = report.map_err(|report| report.to_string());
        }
    }

    #[test]
    fn sections_of_anything_are_refused_with_places(model in model::document()) {
        for name in ["jwt", "schema", "headers"] {
            let body = model.yaml().replace('\n', "\n  ");
            let text = format!("version: 1\n{name}:\n  {body}\n");
            let report = Policy::from_text(&text, Path::new("/nowhere")).unwrap_err();
            for finding in report.findings() {
                prop_assert!(finding.position.is_some(), "{}", report);
            }
        }
    }
}

fn read(text: &str) -> Node {
    let parsed = yaml::parse(text, 0);
    assert_eq!(parsed.mistakes, [], "{text}");
    parsed.root.unwrap()
}

fn to_json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(text) => serde_json::from_str(text).unwrap(),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect()),
        Value::Map(members) => {
            let member = |(name, value): (&String, &Node)| (name.clone(), to_json(value));
            let members = members.iter().map(|member| (&member.name, &member.value));
            Json::Object(members.map(member).collect::<Map<_, _>>())
        }
    }
}

/// Lines and columns of a document, in the order written, but for names with
/// escapes: in JSON those stand where their values do.
fn starts(node: &Node) -> Vec<(usize, usize)> {
    let mut starts = vec![(node.mark.line, node.mark.column)];
    match &node.value {
        Value::List(items) => starts.extend(items.iter().flat_map(self::starts)),
        Value::Map(members) => {
            for member in members {
                if !member
                    .name
                    .contains(|c: char| c.is_control() || c == '"' || c == '\\')
                {
                    starts.push((member.mark.line, member.mark.column));
                }
                starts.extend(self::starts(&member.value));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
    starts
}

/// A document, and what it was read into.
struct Places<'d> {
    text: &'d str,
    root: &'d Node,
}

type Checked = Result<(), TestCaseError>;

impl Places<'_> {
    /// Holds the places below `node` against the words that were written.
    fn check(&self, model: &Model, node: &Node, path: &str, around: bool) -> Checked {
        let shown = self.at(node.mark);
        let in_brackets = around || model.in_brackets();
        match (&model.content, &node.value) {
            (Content::List(models), Value::List(items)) => {
                for (at, (model, item)) in models.iter().zip(items).enumerate() {
                    let path = format!("{path}[{at}]");
                    prop_assert_eq!(self.root.find(&path), item.mark, "{}", path);
                    self.check(model, item, &path, in_brackets)?;
                }
                prop_assert!(
                    shown.starts_with(model.first(in_brackets)),
                    "{path}: {shown}"
                );
            }
            (Content::Map(models), Value::Map(members)) => {
                for ((name, model), member) in models.iter().zip(members) {
                    let path = tollgate_kit::config::member_path(path, &member.name);
                    prop_assert_eq!(self.root.find(&path), member.mark, "{}", path);
                    let shown = self.at(member.mark);
                    prop_assert!(shown.starts_with(&name.written), "{path}: {shown}");
                    self.check(model, &member.value, &path, in_brackets)?;
                }
                prop_assert!(
                    shown.starts_with(model.first(in_brackets)),
                    "{path}: {shown}"
                );
            }
            (Content::Scalar(word), _) => prop_assert_eq!(shown, word.shown(), "{}", path),
            (Content::List(_) | Content::Map(_), _) => prop_assert!(false, "{path}"),
        }
        Ok(())
    }

    fn at(&self, mark: Mark) -> String {
        let line = self.text.lines().nth(mark.line - 1).unwrap();
        line.chars()
            .skip(mark.column - 1)
            .take(mark.width)
            .collect()
    }
}
