//! Puts policies together: a source holds where each policy that names the
//! directive has it. Neighbours in [`source::order`] are compared and no others,
//! so that the outcome is the Observatory's and not always what browsers do.
//! Source: `src/analyzer/cspParser.js`.

use super::source;
use std::collections::{BTreeMap, BTreeSet};

/// Policies put together.
#[derive(Debug, Default)]
pub struct Merged {
    /// The sources of each directive, in lower case.
    pub directives: BTreeMap<String, BTreeSet<String>>,
    /// Whether a policy has `report-uri` or `report-to` twice.
    pub repeats_reporting: bool,
}

/// Why policies cannot be judged.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too short for any directive.
    TooShort,
    /// A directive comes twice: the second has no effect, which few expect.
    Repeated,
    /// An escape in a source stands for no text.
    Escape,
}

/// Directives that may come twice.
const REPORTING: [&str; 2] = ["report-uri", "report-to"];

const SHORTEST: usize = 6;

/// A source of one policy.
#[derive(Debug)]
struct Source {
    text: String,
    policy: usize,
    kept: bool,
}

type Held = BTreeMap<String, Vec<Source>>;

/// Puts policies together.
pub fn merged(policies: &[String]) -> Result<Merged, Fault> {
    let texts = policies.iter().map(|text| text.replace(['\r', '\n'], ""));
    let texts: Vec<String> = texts.collect();
    if texts
        .iter()
        .any(|text| text.trim().chars().count() < SHORTEST)
    {
        return Err(Fault::TooShort);
    }
    let mut held = Held::new();
    let mut repeats_reporting = false;
    for (policy, text) in texts.iter().enumerate() {
        repeats_reporting |= read(&mut held, text, policy)?;
    }
    Ok(Merged {
        directives: held.into_iter().map(flat).collect(),
        repeats_reporting,
    })
}

/// Adds one policy; says whether it repeats one of [`REPORTING`].
fn read(held: &mut Held, text: &str, policy: usize) -> Result<bool, Fault> {
    let mut seen = BTreeSet::new();
    let mut repeats_reporting = false;
    for directive in text.split(';') {
        let mut words = directive.split_whitespace().map(str::to_lowercase);
        let Some(name) = words.next() else { continue };
        if !seen.insert(name.clone()) {
            if !REPORTING.contains(&name.as_str()) {
                return Err(Fault::Repeated);
            }
            repeats_reporting = true;
        }
        let sources = listed(&name, words);
        add(held, name, sources, policy)?;
    }
    Ok(repeats_reporting)
}

/// A list without a source allows nothing, as `'none'` does. CSP Level 3 §2.3.1.
fn listed(name: &str, words: impl Iterator<Item = String>) -> Vec<String> {
    let mut sources: Vec<String> = words.collect();
    if sources.is_empty() && name.ends_with("-src") {
        sources.push("'none'".to_owned());
    }
    sources
}

fn add(held: &mut Held, name: String, texts: Vec<String>, policy: usize) -> Result<(), Fault> {
    let is_first = policy == 0;
    let before = held.remove(&name).filter(|_| !is_first);
    let mut sources = before.unwrap_or_default();
    sources.extend(texts.into_iter().map(|text| Source {
        text,
        policy,
        kept: is_first,
    }));
    sources.sort_by(|left, right| source::order(&left.text, &right.text));
    compare_neighbours(&mut sources)?;
    sources.retain(|source| source.kept);
    if is_first {
        // A later policy with this directive has to have them too.
        sources.iter_mut().for_each(|source| source.kept = false);
    }
    held.insert(name, sources);
    Ok(())
}

fn compare_neighbours(sources: &mut [Source]) -> Result<(), Fault> {
    for at in 1..sources.len() {
        let (before, from) = sources.split_at_mut(at);
        let (previous, source) = (&before[at - 1], &mut from[0]);
        if previous.policy == source.policy {
            source.kept &= !source.text.starts_with(&previous.text);
        } else {
            source.kept |= source::covers(&previous.text, &source.text)?;
        }
    }
    Ok(())
}

/// Where policies have nothing in common, nothing is allowed.
fn flat((name, sources): (String, Vec<Source>)) -> (String, BTreeSet<String>) {
    let mut texts: BTreeSet<String> = sources.into_iter().map(|source| source.text).collect();
    if texts.is_empty() {
        texts.insert("'none'".to_owned());
    }
    (name, texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default(policies: &[&str]) -> Result<Vec<String>, Fault> {
        let policies = policies.iter().map(|list| format!("default-src {list}"));
        let merged = merged(&policies.collect::<Vec<_>>())?;
        Ok(merged.directives["default-src"].iter().cloned().collect())
    }

    #[test]
    fn a_source_holds_where_every_policy_has_it() {
        let both = default(&[
            "https://a.example 'self' b.example",
            "'self' https://a.example",
        ]);
        assert_eq!(both.unwrap(), ["'self'", "https://a.example"]);
        let neither = default(&["https://a.example", "https://b.example"]);
        assert_eq!(neither.unwrap(), ["'none'"]);
    }

    #[test]
    fn a_folder_covers_what_is_in_it() {
        let inside = default(&["https://a.example/b/", "https://a.example/b/c%20d"]);
        assert_eq!(inside.unwrap(), ["https://a.example/b/c%20d"]);
        let beside = default(&["https://a.example/b", "https://a.example/bc/"]);
        assert_eq!(beside.unwrap(), ["'none'"]);
    }

    #[test]
    fn an_escape_must_stand_for_text() {
        for source in [
            "https://a.example/%",
            "https://a.example/%zz",
            "https://a.example/%ff",
        ] {
            assert_eq!(default(&[source, source]), Err(Fault::Escape), "{source}");
        }
    }

    #[test]
    fn only_reports_may_be_directed_twice() {
        let twice = |text: &str| merged(&[text.to_owned()]).map(|merged| merged.repeats_reporting);
        assert_eq!(twice("report-uri /a; report-uri /b"), Ok(true));
        assert_eq!(twice("report-uri /a; report-to b"), Ok(false));
        assert_eq!(twice("img-src a; IMG-SRC b"), Err(Fault::Repeated));
    }
}
