//! The JSON Schema test suite as documents of `OpenAPI`: a schema becomes that of a
//! request's body, an instance the body. Draft 4 stands for `OpenAPI` 3.0, 2020-12
//! for 3.1. What the suite has on a server, and the meta-schemas, stand beside the
//! schema, each with its URI for an identifier.

use referencing::uri;
use std::path::{Path, PathBuf};
use tollgate_kit::json::{Limits, Node, OwnedDocument};

/// Its drafts: the folder, the version of `OpenAPI`, and how an identifier is spelt.
pub const DRAFTS: &[Draft] = &[
    Draft {
        name: "draft4",
        version: "3.0.3",
        id: "id",
    },
    Draft {
        name: "draft2020-12",
        version: "3.1.0",
        id: "$id",
    },
];

/// What the suite's own documents need.
pub const WIDE: Limits = Limits {
    depth: 256,
    keys: 4_000_000,
    string: 16 * 1024 * 1024,
    number_digits: 1000,
    exponent: 100_000,
    ..Limits::DEFAULT
};

/// Limits of the policy that its numbers are within.
pub const LIMITS: &str = r#"{"number_digits":1000,"exponent":100000}"#;

pub struct Draft {
    pub name: &'static str,
    pub version: &'static str,
    id: &'static str,
}

/// A schema and instances.
pub struct Group {
    /// The file without its ending, then the description.
    pub name: String,
    /// The text of the document.
    pub openapi: String,
    pub tests: Vec<Test>,
}

pub struct Test {
    /// The group's name, then the description.
    pub name: String,
    pub body: String,
    pub valid: bool,
}

/// The groups of a draft in some folders of it; none where the suite isn't there.
pub fn groups(suite: &Path, draft: &Draft, folders: &[&str]) -> Vec<Group> {
    let mut groups = Vec::new();
    let beside = beside(suite, draft);
    for folder in folders {
        let part = Path::new(draft.name).join(folder);
        for path in json_files(&suite.join("tests").join(&part)) {
            let name = part.join(path.file_stem().unwrap());
            let document = OwnedDocument::parse(std::fs::read(path).unwrap(), &WIDE).unwrap();
            for group in document.root().as_array().unwrap() {
                let name = format!("{}/{}", name.display(), text(group, "description"));
                groups.push(read(name, group, draft, &beside));
            }
        }
    }
    groups
}

fn read(name: String, group: Node<'_>, draft: &Draft, beside: &str) -> Group {
    let schema = group.get("schema").unwrap();
    let can_have_id = draft.id == "$id" || schema.get("$ref").is_none();
    let (root, moves) = match can_have_id && schema.as_object().is_some() {
        true => (
            identified(schema, draft, "http://localhost:1234/root"),
            false,
        ),
        false => (moved(schema.source()), true),
    };
    let remote = ["localhost:1234", "json-schema.org"]
        .iter()
        .any(|host| root.contains(host));
    let others = if remote { beside } else { "" };
    let tests = group.get("tests").unwrap().as_array().unwrap().iter();
    let tests = tests.map(|test| {
        let data = test.get("data").unwrap().source();
        Test {
            name: format!("{name}/{}", text(test, "description")),
            body: if moves { moved(data) } else { data.to_owned() },
            valid: test.get("valid").unwrap().as_bool().unwrap(),
        }
    });
    Group {
        tests: tests.collect(),
        openapi: document(draft.version, &root, others),
        name,
    }
}

/// A document with one schema for the body of `POST /`, and others beside it.
pub fn document(version: &str, schema: &str, others: &str) -> String {
    let comma = if others.is_empty() { "" } else { "," };
    format!(
        r##"{{"openapi":"{version}","info":{{}},"paths":{{"/":{{"post":{{"responses":{{}},
        "requestBody":{{"required":true,"content":{{"application/json":{{
        "schema":{{"$ref":"#/components/schemas/root"}}}}}}}}}}}}}},
        "components":{{"schemas":{{"root":{schema}{comma}{others}}}}}}}"##
    )
}

/// A schema's text with an identifier, unless it has one.
fn identified(schema: Node<'_>, draft: &Draft, uri: &str) -> String {
    let text = schema.source();
    if schema.get(draft.id).is_some() {
        return text.to_owned();
    }
    let members = text.strip_prefix('{').unwrap();
    let comma = if schema.as_object().unwrap().is_empty() {
        ""
    } else {
        ","
    };
    format!("{{\"{}\":\"{uri}\"{comma}{members}", draft.id)
}

/// References to a root without an identifier, which stands among the components.
fn moved(text: &str) -> String {
    text.replace("\"$ref\": \"#/", "\"$ref\": \"#/components/schemas/root/")
        .replace("\"$ref\": \"#\"", "\"$ref\": \"#/components/schemas/root\"")
}

/// What stands beside a schema: the members of `components.schemas`.
fn beside(suite: &Path, draft: &Draft) -> String {
    let remotes = suite.join("remotes");
    let mut files = json_files(&remotes.join(draft.name));
    let folders = [
        "baseUriChange",
        "baseUriChangeFolder",
        "baseUriChangeFolderInSubschema",
        "nested",
    ];
    for folder in folders {
        files.extend(json_files(&remotes.join(draft.name).join(folder)));
        if draft.id == "id" {
            files.extend(json_files(&remotes.join(folder)));
        }
    }
    if draft.id == "id" {
        files.extend(json_files(&remotes));
    }
    let mut schemas = meta_schemas(draft);
    for file in files {
        let path = file.strip_prefix(&remotes).unwrap().display().to_string();
        let uri = format!("http://localhost:1234/{path}");
        let document = OwnedDocument::parse(std::fs::read(file).unwrap(), &WIDE).unwrap();
        schemas.push(identified(document.root(), draft, &uri));
        // One that says it is another is found by both.
        if let Some(own) = document.root().get(draft.id).and_then(Node::as_str)
            && own != uri
        {
            schemas.push(format!("{{\"{}\":\"{uri}\",\"$ref\":\"{own}\"}}", draft.id));
        }
    }
    let named = schemas.iter().enumerate();
    let named = named.map(|(at, schema)| format!("\"beside{at}\":{schema}"));
    named.collect::<Vec<_>>().join(",")
}

/// Those of the draft.
fn meta_schemas(draft: &Draft) -> Vec<String> {
    let uris: &[&str] = match draft.id {
        "id" => &["http://json-schema.org/draft-04/schema"],
        _ => &[
            "https://json-schema.org/draft/2020-12/schema",
            "https://json-schema.org/draft/2020-12/meta/core",
            "https://json-schema.org/draft/2020-12/meta/applicator",
            "https://json-schema.org/draft/2020-12/meta/unevaluated",
            "https://json-schema.org/draft/2020-12/meta/validation",
            "https://json-schema.org/draft/2020-12/meta/meta-data",
            "https://json-schema.org/draft/2020-12/meta/format-annotation",
            "https://json-schema.org/draft/2020-12/meta/content",
        ],
    };
    let contents = |uri: &&str| {
        let resolver = referencing::SPECIFICATIONS.resolver(uri::from_str(uri).unwrap());
        resolver.lookup("").unwrap().contents().to_string()
    };
    uris.iter().map(contents).collect()
}

/// The JSON files of a folder, in order.
pub fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    files
}

fn text<'n>(node: Node<'n>, member: &str) -> &'n str {
    node.get(member).unwrap().as_str().unwrap()
}
