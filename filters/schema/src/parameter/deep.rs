//! `deepObject`: names with brackets, `x[a][b]=1`. OpenAPI defines one level with
//! primitives; further levels, `x[a][]=1` and `x[a][0]=1` are what libraries write
//! who have more.

use super::reading::{Fault, Raw};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A member on the way to be read.
#[derive(Debug, Default)]
struct Branch<'m> {
    texts: Vec<Cow<'m, str>>,
    members: BTreeMap<String, Branch<'m>>,
}

/// What pairs of brackets and encoded values say.
pub(super) fn read<'m>(
    pairs: &[(Cow<'m, str>, &'m [u8])],
    decode: impl Fn(&'m [u8]) -> Result<Cow<'m, str>, Fault>,
) -> Result<Raw<'m>, Fault> {
    let mut root = Branch::default();
    for (brackets, value) in pairs {
        let mut branch = &mut root;
        let mut rest = &**brackets;
        for depth in 0.. {
            if rest.is_empty() {
                break;
            }
            let (name, after) = rest
                .strip_prefix('[')
                .and_then(|open| open.split_once(']'))
                .filter(|(name, _)| depth < MAX_DEPTH && !name.contains('['))
                .ok_or(Fault::Style)?;
            branch = branch.members.entry(name.to_owned()).or_default();
            rest = after;
        }
        branch.texts.push(decode(value)?);
    }
    match root.members.is_empty() {
        true => Err(Fault::Style),
        false => root.finish(),
    }
}

impl<'m> Branch<'m> {
    /// What it says; not both a value and members.
    fn finish(self) -> Result<Raw<'m>, Fault> {
        let mut texts = self.texts.into_iter().map(Raw::Text);
        match (texts.len(), self.members.is_empty()) {
            (1, true) => texts.next().ok_or(Fault::Style),
            (_, true) => Ok(Raw::List(texts.collect())),
            (0, false) => {
                let mut members: Vec<_> = self.members.into_iter().collect();
                // Elements in the order of their numbers.
                members.sort_by_cached_key(|(name, _)| name.parse::<usize>().ok());
                let members = members.into_iter();
                let finished =
                    members.map(|(name, branch)| Ok((Cow::Owned(name), branch.finish()?)));
                finished.collect::<Result<_, _>>().map(Raw::Members)
            }
            (_, false) => Err(Fault::Style),
        }
    }
}

/// Brackets within brackets; reading them is recursive.
const MAX_DEPTH: usize = 16;
