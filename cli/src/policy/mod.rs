//! The policy file: read with its places, compiled by the filters themselves,
//! and kept as the JSON that each of them takes.

mod bundle;
mod derive;
pub mod document;
mod example;
mod grammar;
pub mod json;
pub mod load;
mod print;
mod quoted;
mod report;
mod scalar;
pub mod source;
mod strip;
mod syntax;
mod warning;
pub mod yaml;

use std::path::Path;

use tollgate_kit::faults::{Fault, Faults};
use tollgate_kit::plugin::{self, Plugin};
use tollgate_kit::remote::Remote;
use tollgate_kit::stage::Stage;

use self::document::{Mark, Member, Node, Value};
use self::load::Loaded;
pub use self::report::{Finding, Position, Printable, Report, Severity};

/// A policy that compiles.
#[derive(Debug, Clone)]
pub struct Policy {
    loaded: Loaded,
    json: String,
    sections: Vec<Section>,
    remotes: Vec<Remote>,
    hash: String,
    body_limit: usize,
    may_upgrade: bool,
    warnings: Report,
}

/// A section of the file: what its filter takes as its configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Whose it is.
    pub filter: Filter,
    /// JSON; numbers are as they were written.
    pub json: String,
}

/// The filters, in the order in which requests pass them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filter {
    /// Response hardening and request hygiene.
    Headers,
    /// Tokens.
    Jwt,
    /// Requests and responses against an OpenAPI document.
    Schema,
}

/// What `schema` holds back until it has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Head and body: needs `allow_on_headers_stop_iteration`.
    Headers,
    /// The body only.
    Body,
}

// === impl Policy ===

impl Policy {
    /// Reads and compiles a policy file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(file: &Path) -> Result<Self, Report> {
        Loaded::file(file).and_then(Self::compile)
    }

    /// The same, and warns of examples in the document that its schemas refuse.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load_with_examples(file: &Path) -> Result<Self, Report> {
        let mut loaded = Loaded::file(file)?;
        loaded.examine();
        Self::compile(loaded)
    }

    /// Compiles the text of a policy file; `base_dir` is where its relative paths start.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn from_text(text: &str, base_dir: &Path) -> Result<Self, Report> {
        Loaded::text(Path::new("tollgate.yaml"), text.to_owned(), base_dir).and_then(Self::compile)
    }

    /// The sections that are there, in the order of the chain.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The section of `filter`.
    #[must_use]
    pub fn section(&self, filter: Filter) -> Option<&Section> {
        self.sections
            .iter()
            .find(|section| section.filter == filter)
    }

    /// The whole file as JSON: the configuration for `root_id: all`.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The documents that its filters fetch.
    #[must_use]
    pub fn remotes(&self) -> &[Remote] {
        &self.remotes
    }

    /// Sixteen hexadecimal digits that stand for its text: those that a filter
    /// with `root_id: all` logs at its start.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How many bytes of a body `schema` reads; 0 where there is no `schema`.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Whether the OpenAPI document has an operation that becomes another protocol.
    #[must_use]
    pub fn may_upgrade(&self) -> bool {
        self.may_upgrade
    }

    /// What compiles and still deserves a second look.
    #[must_use]
    pub fn warnings(&self) -> &Report {
        &self.warnings
    }

    /// What `schema.hold` says, where the file says it.
    #[must_use]
    pub fn hold(&self) -> Option<Hold> {
        match self.loaded.root.get("schema")?.get("hold")?.as_text()? {
            "body" => Some(Hold::Body),
            _ => Some(Hold::Headers),
        }
    }

    /// The same policy with `schema.hold`, where there is a `schema` and the
    /// file doesn't say it.
    ///
    /// # Errors
    /// What cannot be had with it: heads that the file wants held, among others.
    pub fn with_hold(&self, hold: Hold) -> Result<Self, Report> {
        let mut loaded = self.loaded.clone();
        if (self.hold(), hold) == (Some(Hold::Headers), Hold::Body) {
            return Err(loaded.refuse(vec![Fault {
                path: "schema.hold".to_owned(),
                message: "a `WasmPlugin` cannot hold heads".to_owned(),
                hint: Some("leave it out, or attach the filters by an `EnvoyFilter`".to_owned()),
            }]));
        }
        let mark = loaded.root.find("schema");
        let Some(Value::Map(members)) = loaded.root.get_mut("schema").map(|node| &mut node.value)
        else {
            return Ok(self.clone());
        };
        if members.iter().any(|member| member.name == "hold") {
            return Ok(self.clone());
        }
        members.insert(0, hold.member(mark));
        Self::compile(loaded)
    }

    /// The filters with this policy, in the order of the chain and compiled anew.
    ///
    /// # Errors
    /// None that loading the policy hasn't shown.
    pub fn stages(&self) -> Result<Vec<Box<dyn Stage>>, Report> {
        let refused = |faults: Faults| self.loaded.clone().refuse(faults.into_vec());
        plugin(&self.json)
            .map(|plugin| plugin.stages)
            .map_err(refused)
    }

    fn compile(loaded: Loaded) -> Result<Self, Report> {
        let (stages, unenforced) = match plugin(&print::json(&loaded.root)) {
            Ok(plugin) if loaded.findings.is_empty() => (plugin.stages, plugin.warnings),
            Ok(_) => return Err(loaded.refuse(Vec::new())),
            Err(faults) => return Err(loaded.refuse(faults.into_vec())),
        };
        let remotes: Vec<Remote> = stages
            .iter()
            .flat_map(|stage| stage.remotes().iter().cloned())
            .collect();
        let body_limit = stages.iter().map(|stage| stage.body_limit()).max();
        let body_limit = body_limit.unwrap_or(0);
        let root = stripped(&loaded.root);
        let json = print::json(&root);
        let sections = Filter::ALL
            .into_iter()
            .filter_map(|filter| {
                let node = root.get(filter.name())?;
                Some(Section {
                    filter,
                    json: print::json(node),
                })
            })
            .collect();
        Ok(Self {
            hash: format!("{:016x}", tollgate_kit::remote::fnv(json.as_bytes())),
            body_limit,
            may_upgrade: stages.iter().any(|stage| stage.may_upgrade()),
            warnings: warning::of(&loaded, unenforced, body_limit, &remotes),
            loaded,
            json,
            sections,
            remotes,
        })
    }
}

/// The policy as filters take it.
fn stripped(root: &Node) -> Node {
    let mut root = root.clone();
    let section = root.get_mut("schema");
    if let Some(document) = section.and_then(|section| section.get_mut("openapi")) {
        strip::strip(document);
    }
    root
}

fn plugin(json: &str) -> Result<Plugin, Faults> {
    Plugin::compile(json.as_bytes(), plugin::Shape::File(CHAIN))
}

/// What the module of all filters compiles under `root_id: all`.
static CHAIN: &[plugin::Section] = &[
    tollgate_headers::SECTION,
    tollgate_jwt::SECTION,
    tollgate_schema::SECTION,
];

// === impl Filter ===

impl Filter {
    /// All, in the order of the chain.
    pub const ALL: [Self; 3] = [Self::Headers, Self::Jwt, Self::Schema];

    /// The file of the module that holds all of them.
    pub const TOGETHER: &'static str = "tollgate.wasm";

    /// The section's name, the `root_id` and the end of the mark.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Jwt => "jwt",
            Self::Schema => "schema",
        }
    }

    /// Its module's file.
    #[must_use]
    pub fn module(self) -> &'static str {
        match self {
            Self::Headers => "tollgate_headers.wasm",
            Self::Jwt => "tollgate_jwt.wasm",
            Self::Schema => "tollgate_schema.wasm",
        }
    }
}

// === impl Hold ===

impl Hold {
    fn member(self, mark: Mark) -> Member {
        let text = match self {
            Self::Headers => "headers",
            Self::Body => "body",
        };
        Member {
            name: "hold".to_owned(),
            mark,
            value: Node {
                mark,
                value: Value::Text(text.to_owned()),
            },
        }
    }
}
