//! The file that names chains to compare (`--chains`).

use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

use super::material::Material;
use super::{Chain, Filters, Marks, built_in};
use crate::bench::result::NONE;
use crate::policy::{Policy, Report};
use crate::render::envoy::Layout;

/// Why a file gives no chains.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be read.
    #[error("`{}`: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// It isn't of this form.
    #[error("`{}`: {error}", path.display())]
    Form {
        /// Which.
        path: PathBuf,
        /// What is wrong, and where.
        error: serde_yaml_ng::Error,
    },
    /// An entry is wrong.
    #[error("`{}`: chain `{name}`: {fault}", path.display())]
    Entry {
        /// Which file.
        path: PathBuf,
        /// Which chain.
        name: String,
        /// What is wrong with it.
        fault: EntryFault,
    },
}

/// What is wrong with an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryFault {
    /// The name is another's, or can't be one.
    #[error(
        "a name is of lower-case letters, digits and `-`, and given once; `{NONE}` is always there"
    )]
    Name,
    /// It says nothing, or too much.
    #[error("expected exactly one of `built_in`, `policy`, `http_filters`")]
    Source,
    /// It says how a policy is loaded, and there is none.
    #[error("`layout` and `marks` are about a `policy`")]
    NoPolicy,
    /// There is no such chain.
    #[error("no chain `{0}` is built in\n  hint: `tollgate bench --help` lists them")]
    BuiltIn(String),
    /// It is held against a chain that isn't there.
    #[error("`against` names `{0}`, which is no chain of the file")]
    Against(String),
    /// The policy doesn't compile.
    #[error("the policy is refused\n{0}")]
    Policy(Report),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    chains: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    title: Option<String>,
    against: Option<String>,
    built_in: Option<String>,
    policy: Option<PathBuf>,
    layout: Option<Layout>,
    marks: Option<bool>,
    http_filters: Option<Vec<Value>>,
}

/// The chains of `file`, behind the one without filters.
///
/// # Errors
/// The first thing that is wrong.
pub fn chains(file: &Path, material: &Material) -> Result<Vec<Chain>, FileError> {
    let text = std::fs::read_to_string(file).map_err(|error| FileError::Read {
        path: file.to_owned(),
        error,
    })?;
    let read: File = serde_yaml_ng::from_str(&text).map_err(|error| FileError::Form {
        path: file.to_owned(),
        error,
    })?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut chains: Vec<Chain> = built_in::chain(NONE, material).into_iter().collect();
    for entry in &read.chains {
        let chain = if is_name(&entry.name) && chains.iter().all(|one| one.name != entry.name) {
            chain(entry, folder, material)
        } else {
            Err(EntryFault::Name)
        };
        chains.push(chain.map_err(|fault| refused(file, &entry.name, fault))?);
    }
    for chain in &chains {
        let known = |name: &&String| chains.iter().all(|one| one.name != **name);
        if let Some(missing) = chain.against.as_ref().filter(known) {
            let fault = EntryFault::Against(missing.clone());
            return Err(refused(file, &chain.name, fault));
        }
    }
    Ok(chains)
}

fn refused(file: &Path, name: &str, fault: EntryFault) -> FileError {
    FileError::Entry {
        path: file.to_owned(),
        name: name.to_owned(),
        fault,
    }
}

fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(fits)
}

fn chain(entry: &Entry, folder: &Path, material: &Material) -> Result<Chain, EntryFault> {
    if entry.policy.is_none() && (entry.layout.is_some() || entry.marks.is_some()) {
        return Err(EntryFault::NoPolicy);
    }
    let mut chain = match (&entry.built_in, &entry.policy, &entry.http_filters) {
        (Some(name), None, None) => {
            let built_in = built_in::chain(name, material);
            let chain = built_in.ok_or_else(|| EntryFault::BuiltIn(name.clone()))?;
            let name = entry.name.clone();
            // What it is held against is in the file only if the file says so.
            Chain {
                name,
                against: None,
                base: Some(NONE.to_owned()),
                ..chain
            }
        }
        (None, Some(policy), None) => {
            let policy = Policy::load(&folder.join(policy)).map_err(EntryFault::Policy)?;
            Chain::of_user(
                entry.name.clone(),
                Filters::Policy {
                    policy: Rc::new(policy),
                    layout: entry.layout.unwrap_or(Layout::Bundle),
                    marks: match entry.marks {
                        Some(false) => Marks::Bare,
                        Some(true) | None => Marks::Insisted,
                    },
                },
            )
        }
        (None, None, Some(filters)) => {
            Chain::of_user(entry.name.clone(), Filters::Plain(filters.clone()))
        }
        _ => return Err(EntryFault::Source),
    };
    if let Some(title) = &entry.title {
        chain.title.clone_from(title);
    }
    chain.against.clone_from(&entry.against);
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::up::issuer::keys::KeyRing;

    /// The names of the chains that `text` gives, or what is wrong with it.
    fn read(text: &str) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::generate().unwrap();
        let material = Material::make(folder.path(), &keys.jwks()).unwrap();
        let file = folder.path().join("chains.yaml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(
            folder.path().join("p.yaml"),
            "version: 1\nheaders: { profile: api }\n",
        )
        .unwrap();
        let names = |chains: Vec<Chain>| chains.into_iter().map(|chain| chain.name).collect();
        chains(&file, &material)
            .map(names)
            .map_err(|error| match error {
                FileError::Entry { fault, .. } => fault.to_string(),
                other => other
                    .to_string()
                    .replace(&file.display().to_string(), "FILE"),
            })
    }

    #[test]
    fn chains_of_all_three_sources_stand_behind_no_filter() {
        let text = "
chains:
- { name: a, policy: p.yaml, layout: all, marks: false }
- { name: b, built_in: jwt, against: a }
- { name: c, http_filters: [{ name: x }] }
";
        assert_eq!(read(text).unwrap(), ["none", "a", "b", "c"]);
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said() {
        for (entry, fault) in [
            (
                "{ name: a }",
                "expected exactly one of `built_in`, `policy`, `http_filters`",
            ),
            (
                "{ name: a, built_in: jwt, layout: all }",
                "`layout` and `marks` are about a `policy`",
            ),
            (
                "{ name: a, built_in: jwt, against: b }",
                "`against` names `b`, which is no chain of the file",
            ),
            (
                "{ name: a, built_in: jwtt }",
                "no chain `jwtt` is built in\n  hint: `tollgate bench --help` lists them",
            ),
            (
                "{ name: none, built_in: jwt }",
                "a name is of lower-case letters, digits and `-`, and given once; `none` is always there",
            ),
        ] {
            assert_eq!(read(&format!("chains: [{entry}]")).unwrap_err(), fault);
        }
    }

    #[test]
    fn an_unknown_member_is_an_error_with_its_place() {
        let fault = read("chains: [{ name: a, polcy: p.yaml }]").unwrap_err();
        assert!(
            fault.starts_with("`FILE`: chains[0]: unknown field `polcy`"),
            "{fault}"
        );
    }
}
