//! What judging costs at most: stack by the depth of a body and of schemas within
//! schemas, work by the budget.

use crate::filter::{self, Filter, Sent, slug};
use tollgate_schema::budget::Budget;

const DEEP: &str = r#""limits": { "depth": 128 }"#;

/// A wasm module has 1 MiB of stack, of which optimised code takes far less than
/// this build does.
const STACK: usize = match cfg!(debug_assertions) {
    true => 2 * 1024 * 1024,
    false => 256 * 1024,
};

/// Runs `judge` on a stack of its own.
fn on_a_small_stack(judge: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(STACK);
    thread.spawn(judge).unwrap().join().unwrap();
}

/// As deep as bodies can be: `levels` of `open`, something, and as many of `close`.
fn nested(open: &str, inner: &str, close: &str, levels: usize) -> String {
    format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
}

const ONE_OF: &str = r##"{"oneOf": [{"type": "array", "items": {"$ref": "#/components/schemas/root"}},
    {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/root"}}, "additionalProperties": false},
    {"const": 1}]}"##;

#[test]
fn the_deepest_body_fits_the_stack_however_its_schema_recurs() {
    on_a_small_stack(|| {
        let properties = r##"{"type": "object", "properties": {"a": {"$ref": "#/components/schemas/root"}},
            "required": ["a"], "additionalProperties": false}"##;
        let patterns = r##"{"patternProperties": {"^a": {"$ref": "#/components/schemas/root"}}}"##;
        let additional = r##"{"additionalProperties": {"$ref": "#/components/schemas/root"}}"##;
        let items = r##"{"type": "array", "items": {"$ref": "#/components/schemas/root"}}"##;
        let contains = r##"{"contains": {"$ref": "#/components/schemas/root"}, "minContains": 0, "maxContains": 1}"##;
        let prefix =
            r##"{"prefixItems": [{"$ref": "#/components/schemas/root"}], "items": false}"##;
        let conditional = r##"{"if": {"properties": {"a": {"$ref": "#/components/schemas/root"}}},
            "then": {"type": ["object", "array"]}, "else": false}"##;
        let dependent = r##"{"dependentSchemas": {"a": {"properties": {"a": {"$ref": "#/components/schemas/root"}}}}, "type": "object"}"##;
        let unevaluated = r##"{"anyOf": [{"type": "array"}, {"required": ["b"]}, true],
            "unevaluatedProperties": {"$ref": "#/components/schemas/root"}, "type": "object"}"##;
        let nested_unevaluated = r##"{"allOf": [{"anyOf": [{"properties": {"a": {"$ref": "#/components/schemas/root"}}}]}],
            "unevaluatedProperties": false, "type": "object"}"##;
        let unevaluated_items = r##"{"oneOf": [{"contains": false}, {"contains": true, "unevaluatedItems": {"$ref": "#/components/schemas/root"}}],
            "unevaluatedItems": false}"##;
        let dynamic = r##"{"$id": "urn:a", "$dynamicAnchor": "n", "properties": {"a": {"$dynamicRef": "#n"}}, "type": "object"}"##;
        let not = r##"{"not": {"not": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/root"}}}}}"##;
        let objects = |inner| nested("{\"a\":", inner, "}", 127);
        let arrays = |inner| nested("[", inner, "]", 127);
        for (schema, body, expected) in [
            (properties, objects("{}"), "schema_body"),
            (properties, objects("1"), "schema_body"),
            (patterns, objects("{}"), ""),
            (additional, objects("[]"), ""),
            (items, arrays("[]"), ""),
            (items, arrays("1"), "schema_body"),
            (contains, arrays("[]"), ""),
            (prefix, arrays("[]"), ""),
            (prefix, arrays("[], []"), "schema_body"),
            (conditional, objects("{}"), ""),
            (conditional, objects("1"), "schema_body"),
            (dependent, objects("{}"), ""),
            (dependent, objects("1"), "schema_body"),
            (unevaluated, objects("{}"), ""),
            (unevaluated, objects("1"), "schema_body"),
            (nested_unevaluated, objects("{}"), ""),
            (nested_unevaluated, objects("{\"b\":1}"), "schema_body"),
            (unevaluated_items, arrays("[]"), ""),
            (dynamic, objects("{}"), ""),
            (dynamic, objects("1"), "schema_body"),
            (not, objects("{}"), ""),
            (not, objects("1"), "schema_body"),
            (ONE_OF, arrays("1"), ""),
            (ONE_OF, objects("1"), ""),
            (ONE_OF, objects("2"), "schema_body"),
        ] {
            let document = filter::document("3.1.0", schema, "");
            let filter = Filter::with_options(&document, DEEP);
            let judged = filter.request(&Sent::post("/", body));
            assert_eq!(slug(&judged), expected, "{schema}");
        }
    });
}

/// Schemas within schemas, each on the same value or one below it.
#[test]
fn schemas_within_schemas_end_before_the_stack_does() {
    on_a_small_stack(|| {
        let wrapped = |keyword: &str, levels: usize| {
            let open = format!(r#"{{"{keyword}": [{{"minLength": 0}}, "#);
            let inner = r##"{"properties": {"a": {"$ref": "#/components/schemas/root"}}}"##;
            nested(&open, inner, "]}", levels)
        };
        for (keyword, levels, expected) in [
            ("allOf", 5, ""),
            ("allOf", 6, "schema_limit"),
            ("allOf", 60, "schema_limit"),
            ("anyOf", 60, ""),
            ("oneOf", 60, "schema_limit"),
        ] {
            let document = filter::document("3.1.0", &wrapped(keyword, levels), "");
            let filter = Filter::with_options(&document, DEEP);
            let judged = filter.request(&Sent::post("/", nested("{\"a\":", "1", "}", 128)));
            assert_eq!(slug(&judged), expected, "{keyword} {levels}");
        }
    });
}

#[test]
fn a_body_as_deep_as_one_likes_is_a_limit() {
    let filter = Filter::with_document(&filter::document("3.1.0", "{}", ""));
    for open in ["[", "{\"a\":"] {
        let judged = filter.request(&Sent::post("/", open.repeat(200_000)));
        assert_eq!(slug(&judged), "schema_limit");
    }
}

/// Nesting of any depth in a configuration is refused or compiled, never followed
/// on the stack.
#[test]
fn a_document_as_deep_as_one_likes_compiles_or_has_faults() {
    on_a_small_stack(|| {
        for (open, close) in [
            (r#"{"items":"#, "}"),
            (r#"{"allOf":["#, "]}"),
            (r#"{"properties":{"a":"#, "}}"),
            (r#"{"not":"#, "}"),
        ] {
            let schema = nested(open, "{}", close, 200 / open.matches(['{', '[']).count());
            Filter::with_document(&filter::document("3.0.3", &schema, ""));
        }
        let chain: Vec<String> = (0..20_000)
            .map(|at| {
                format!(
                    r##""s{at}":{{"allOf":[{{"$ref":"#/components/schemas/s{}"}}]}}"##,
                    at + 1
                )
            })
            .collect();
        let others = format!("{},\"s20000\":{{}}", chain.join(","));
        let root = r##"{"$ref":"#/components/schemas/s0"}"##;
        let filter = Filter::with_document(&filter::document("3.1.0", root, &others));
        assert_eq!(slug(&filter.request(&Sent::post("/", "1"))), "schema_limit");
        let cycle = others.replace(
            "\"s20000\":{}",
            r##""s20000":{"$ref":"#/components/schemas/s0"}"##,
        );
        let openapi = filter::document("3.1.0", root, &cycle);
        let faults = Filter::of(&format!("{{\"openapi\":{openapi}}}"))
            .err()
            .unwrap();
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(
            messages,
            ["leads back to itself without going into the value"]
        );
    });
}

/// Alternatives within alternatives double the work at each level.
#[test]
fn work_that_multiplies_is_a_limit() {
    let two = |keyword: &str| {
        let other =
            r##"{"properties": {"a": {"$ref": "#/components/schemas/root"}}, "minProperties": 1}"##;
        format!(
            r#"{{"{keyword}": [{{"not": {other}}}, {{"allOf": [{other}, {{"maxProperties": 0}}]}}]}}"#
        )
    };
    let shared: Vec<String> = (0..40)
        .map(|at| {
            let next = format!(r##"{{"$ref":"#/components/schemas/s{}"}}"##, at + 1);
            format!(r#""s{at}":{{"allOf":[{next},{next}]}}"#)
        })
        .collect();
    let shared = format!("{},\"s40\":{{}}", shared.join(","));
    for (schema, others) in [
        (two("oneOf"), ""),
        (two("anyOf"), ""),
        (
            r##"{"$ref":"#/components/schemas/s0"}"##.to_owned(),
            shared.as_str(),
        ),
    ] {
        let filter = Filter::with_document(&filter::document("3.1.0", &schema, others));
        let judged = filter.request(&Sent::post("/", nested("{\"a\":", "{}", "}", 60)));
        assert_eq!(slug(&judged), "schema_limit", "{schema}");
    }
}

/// Two ways to look for an element double the work at each level, and so do the
/// conditions that a value is judged by and then again by what they choose.
#[test]
fn work_that_multiplies_by_any_keyword_is_a_limit() {
    let root = r##"{"$ref": "#/components/schemas/root"}"##;
    for (schema, open, close) in [
        (
            format!(
                r#"{{"contains": {root}, "minContains": 0, "maxContains": 1,
                "allOf": [{{"contains": {root}, "minContains": 0, "maxContains": 2}}]}}"#
            ),
            "[",
            "]",
        ),
        (
            format!(
                r#"{{"if": {{"properties": {{"a": {root}}}}}, "then": {{"properties": {{"a": {root}}}}}}}"#
            ),
            "{\"a\":",
            "}",
        ),
        (
            format!(
                r#"{{"dependentSchemas": {{"a": {{"properties": {{"a": {root}}}}}}}, "properties": {{"a": {root}}}}}"#
            ),
            "{\"a\":",
            "}",
        ),
        (
            format!(
                r#"{{"allOf": [{{"unevaluatedProperties": {root}}}], "unevaluatedProperties": false, "properties": {{"a": {root}}}}}"#
            ),
            "{\"a\":",
            "}",
        ),
    ] {
        let filter = Filter::with_document(&filter::document("3.1.0", &schema, ""));
        let judged = filter.request(&Sent::post("/", nested(open, "{}", close, 60)));
        assert_eq!(slug(&judged), "schema_limit", "{schema}");
    }
}

/// A tree of alternatives whose members are counted as evaluated: each level is
/// judged once, however deep.
#[test]
fn what_is_evaluated_is_found_in_the_walk_that_judges() {
    let tree = r##"{"type": "object", "unevaluatedProperties": false, "oneOf": [
        {"required": ["a"], "properties": {"a": {"$ref": "#/components/schemas/root"}}},
        {"required": ["b"], "properties": {"b": true}}]}"##;
    let filter = Filter::with_options(&filter::document("3.1.0", tree, ""), DEEP);
    let judge = |inner| slug(&filter.request(&Sent::post("/", nested("{\"a\":", inner, "}", 100))));
    assert_eq!(judge("{\"b\":1}"), "");
    assert_eq!(judge("{\"b\":1,\"c\":1}"), "schema_body");
}

/// Of several alternatives that recur, the first fault rules out all but one.
#[test]
fn alternatives_that_are_told_apart_do_not_multiply() {
    let kind = |kind: &str| {
        format!(
            r##"{{"allOf": [{{"properties": {{"kind": {{"const": "{kind}"}}}}}},
            {{"properties": {{"child": {{"$ref": "#/components/schemas/root"}}}}}}]}}"##
        )
    };
    let kinds = ["a", "b", "c", "d"].map(kind).join(",");
    for closed in ["", r#", "unevaluatedProperties": false"#] {
        let tree = format!(r#"{{"type": "object", "oneOf": [{kinds}]{closed}}}"#);
        let filter = Filter::with_options(&filter::document("3.1.0", &tree, ""), DEEP);
        let judge = |inner| {
            let body = nested("{\"kind\":\"d\",\"child\":", inner, "}", 24);
            slug(&filter.request(&Sent::post("/", body)))
        };
        assert_eq!(judge("{\"kind\":\"a\"}"), "", "{closed}");
        assert_eq!(judge("{\"kind\":\"e\"}"), "schema_body", "{closed}");
    }
}

/// Elements that only differ in what the digest leaves out: a quadratic number of
/// comparisons.
#[test]
fn unique_items_with_chosen_collisions_are_a_limit() {
    let filter = Filter::with_document(&filter::document("3.1.0", r#"{"uniqueItems": true}"#, ""));
    let numbered = |element: &dyn Fn(usize) -> String, count: usize| {
        let elements: Vec<String> = (0..count).map(element).collect();
        Sent::post("/", format!("[{}]", elements.join(",")))
    };
    for (element, count, expected) in [
        (
            &(|at| format!("1e{at}")) as &dyn Fn(usize) -> String,
            900,
            "",
        ),
        (
            &|at| format!("{}e{}", if at % 2 == 0 { "1" } else { "-1" }, at / 2),
            1900,
            "schema_limit",
        ),
        (&|at| format!("{at}"), 100_000, ""),
        (&|at| format!("\"{at}\""), 60_000, ""),
        (&|at| format!("[{{\"a\":{at}}}]"), 9_000, ""),
        (&|at| format!("{}", at % 99_999), 100_000, "schema_body"),
    ] {
        let judged = filter.request(&numbered(element, count));
        assert_eq!(slug(&judged), expected, "{}", element(61));
    }
}

/// Lists, patterns and divisors of the document cost for every element.
#[test]
fn what_is_compared_with_many_is_paid_for() {
    let list = |value: &dyn Fn(usize) -> String| {
        let values: Vec<String> = (0..1000).map(value).collect();
        format!("{{\"items\":{{\"enum\":[{}]}}}}", values.join(","))
    };
    let patterns: Vec<String> = (0..400).map(|at| format!("\"^{at}x\":{{}}")).collect();
    let patterns = format!(
        "{{\"items\":{{\"patternProperties\":{{{}}}}}}}",
        patterns.join(",")
    );
    let slow = r#"{"items":{"pattern":"(a|b)*a(a|b){24}c"}}"#.to_owned();
    let divided = r#"{"items":{"multipleOf":7}}"#.to_owned();
    for (schema, element) in [
        (list(&|at| (at + 5).to_string()), "1004"),
        (list(&|at| format!("\"{at}\"")), "\"999\""),
        (patterns, "{\"y\":1}"),
        (slow, "\"\""),
        (divided, "7e999"),
    ] {
        let filter = Filter::with_document(&filter::document("3.1.0", &schema, ""));
        let body = format!("[{}]", vec![element; 200_000 / element.len()].join(","));
        let judged = filter.request(&Sent::post("/", body));
        let begin: String = schema.chars().take(40).collect();
        assert!(
            matches!(slug(&judged), "schema_limit" | "schema_body"),
            "{begin}"
        );
    }
}

#[test]
fn a_budget_ends_exactly_where_it_says() {
    let mut budget = Budget::new(3);
    assert!(budget.spend(3).is_ok());
    assert!(budget.spend(0).is_ok());
    assert!(budget.spend(1).is_err());
    assert!(budget.spend(1).is_err());
    assert!(Budget::new(u32::MAX).spend_on_text(usize::MAX).is_ok());
    assert!(Budget::new(u32::MAX - 1).spend_on_text(usize::MAX).is_err());
}

/// As many parameters as a head holds, of every kind.
#[test]
fn a_head_full_of_parameters_is_judged_or_a_limit() {
    let declared: Vec<String> = (0..200)
        .map(|at| format!(r#"{{"name":"p{at}","in":"query","schema":{{"type":"array","items":{{"type":"integer"}}}}}}"#))
        .collect();
    let openapi = format!(
        r#"{{"openapi":"3.1.0","info":{{}},"paths":{{"/":{{"get":{{"responses":{{}},"parameters":[{}]}}}}}}}}"#,
        declared.join(",")
    );
    let filter = Filter::with_document(&openapi);
    let query =
        |name: &str, count: usize| Sent::get(&format!("/?{}", format!("{name}=1&").repeat(count)));
    assert_eq!(slug(&filter.request(&query("p199", 1000))), "");
    assert_eq!(slug(&filter.request(&query("p199", 1001))), "schema_limit");
    assert_eq!(slug(&filter.request(&query("%701", 1000))), "");
    let unknown = filter.request(&query("q", 1000)).unwrap_err();
    assert_eq!(unknown.reason.slug, "schema_parameter");
    assert!(unknown.errors.len() <= tollgate_kit::problem::MAX_ERRORS);
    let list = format!("/?p1={}", "1,".repeat(30_000));
    assert_eq!(slug(&filter.request(&Sent::get(&list))), "schema_parameter");
}

#[test]
fn the_parameters_of_a_request_share_one_budget() {
    let list = |name: &str| {
        format!(
            r#"{{"name":"{name}","in":"query","explode":false,"schema":{{"type":"array","items":{{"type":"integer"}}}}}}"#
        )
    };
    let openapi = format!(
        r#"{{"openapi":"3.1.0","info":{{}},"paths":{{"/":{{"get":{{"responses":{{}},"parameters":[{},{}]}}}}}}}}"#,
        list("a"),
        list("b")
    );
    let filter = Filter::with_options(&openapi, r#""limits": { "work": 102 }"#);
    let get = |a: usize, b: usize| {
        let ones = |count| vec!["1"; count].join(",");
        slug(&filter.request(&Sent::get(&format!("/?a={}&b={}", ones(a), ones(b)))))
    };
    assert_eq!(get(50, 50), "");
    assert_eq!(get(51, 50), "schema_limit");
    assert_eq!(get(1, 99), "");
}
