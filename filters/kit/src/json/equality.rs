//! When two values are the same instance (JSON Schema 2020-12 core §4.2.2):
//! numbers by value, objects without regard to order.

use std::cmp::Ordering;

use super::container::{Array, Object};
use super::node::{Node, Value};
use crate::fields::same;

/// Pairs of arrays or objects that are left to compare.
type Pending<'a, 'b> = Vec<(Node<'a>, Node<'b>)>;

impl Node<'_> {
    /// Whether the two values are equal, in whichever documents they are.
    #[must_use]
    pub fn equals(self, other: Node<'_>) -> bool {
        let mut pending = Pending::new();
        let mut pair = Some((self, other));
        while let Some((left, right)) = pair {
            if !level(left, right, &mut pending) {
                return false;
            }
            pair = pending.pop();
        }
        true
    }
}

/// Compares one level, and leaves what is nested in `pending`.
fn level<'a, 'b>(left: Node<'a>, right: Node<'b>, pending: &mut Pending<'a, 'b>) -> bool {
    match (left.value(), right.value()) {
        (Value::Array(left), Value::Array(right)) => elements(left, right, pending),
        (Value::Object(left), Value::Object(right)) => members(left, right, pending),
        (left, right) => scalars(left, right),
    }
}

fn elements<'a, 'b>(left: Array<'a>, right: Array<'b>, pending: &mut Pending<'a, 'b>) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .all(|(left, right)| shallow(left, right, pending))
}

fn members<'a, 'b>(left: Object<'a>, right: Object<'b>, pending: &mut Pending<'a, 'b>) -> bool {
    left.len() == right.len()
        && left.iter().all(|(name, left)| {
            right
                .get(name)
                .is_some_and(|right| shallow(left, right, pending))
        })
}

/// Compares scalars at once and puts off the rest.
fn shallow<'a, 'b>(left: Node<'a>, right: Node<'b>, pending: &mut Pending<'a, 'b>) -> bool {
    match (left.value(), right.value()) {
        (Value::Array(_), Value::Array(_)) | (Value::Object(_), Value::Object(_)) => {
            pending.push((left, right));
            true
        }
        (left, right) => scalars(left, right),
    }
}

fn scalars(left: Value<'_>, right: Value<'_>) -> bool {
    match left {
        Value::Null => matches!(right, Value::Null),
        Value::Bool(left) => matches!(right, Value::Bool(right) if left == right),
        Value::String(left) => {
            matches!(right, Value::String(right) if same(left.as_bytes(), right.as_bytes()))
        }
        Value::Number(left) => {
            matches!(right, Value::Number(right) if left.compare(right) == Ordering::Equal)
        }
        Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Limits, Tape};

    fn equal(left: &str, right: &str) -> bool {
        let (mut one, mut other) = (Tape::new(), Tape::new());
        let limits = Limits {
            depth: 10_000,
            keys: 100_000,
            ..Limits::DEFAULT
        };
        let left = one.parse(left.as_bytes(), &limits).unwrap().root();
        let right = other.parse(right.as_bytes(), &limits).unwrap().root();
        assert_eq!(left.equals(right), right.equals(left));
        left.equals(right)
    }

    #[test]
    fn values_are_equal_by_meaning() {
        assert!(equal("1.0", "10e-1"));
        assert!(equal(r#""a\u0062""#, r#""ab""#));
        assert!(equal(
            r#"{"a":[1,{"b":null}],"c":"\n"}"#,
            r#" {"c":"\u000a","a":[1.0, {"b":null}]}"#
        ));
        assert!(equal("[[],{}]", "[ [ ] , { } ]"));
    }

    #[test]
    fn values_of_other_types_or_contents_differ() {
        let distinct = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "\"\"",
            "\"0\"",
            "\"null\"",
            "[]",
            "{}",
            "[0]",
            "[0,0]",
            "[1]",
            "[[0]]",
            "{\"a\":0}",
            "{\"b\":0}",
            "{\"a\":1}",
            "{\"a\":[]}",
            "{\"a\":0,\"b\":0}",
            "\"same length\"",
            "\"same lengtH\"",
        ];
        for (at, left) in distinct.iter().enumerate() {
            for (other, right) in distinct.iter().enumerate() {
                assert_eq!(equal(left, right), at == other, "{left} {right}");
            }
        }
    }

    #[test]
    fn deep_documents_compare_without_recursion() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(equal(&deep("1"), &deep("1.0")));
        assert!(!equal(&deep("1"), &deep("2")));
    }

    #[test]
    fn large_objects_compare_in_any_order() {
        let object = |order: &mut dyn Iterator<Item = usize>| {
            let members: Vec<String> = order.map(|at| format!("\"k{at}\":{at}")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(equal(&object(&mut (0..500)), &object(&mut (0..500).rev())));
        assert!(!equal(&object(&mut (0..500)), &object(&mut (1..501))));
    }
}
