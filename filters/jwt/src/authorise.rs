//! What a rule asks of a verified token: its providers, scopes, claims and bindings.

use crate::binding::{self, Facts};
use crate::condition;
use crate::policy::{Provider, Requirement};
use crate::reason;
use crate::verified::Verified;
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::Denial;

/// Checks them in this order.
pub fn check(
    requirement: &Requirement,
    provider: &Provider,
    verified: &Verified,
    facts: &Facts<'_>,
    trace: Trace<'_>,
) -> Result<(), Box<Denial>> {
    if !requirement.providers.is_empty() && !requirement.providers.contains(&provider.name) {
        trace.step(|| format!("the rule takes: {}", requirement.providers.join(", ")));
        return Err(Denial::new(
            &reason::ISSUER,
            "the token's issuer is not accepted here",
        ));
    }
    scopes(requirement, verified, trace)?;
    condition::check(&requirement.claims, &verified.claims, trace)?;
    binding::check(&requirement.binding, &verified.claims, facts, trace)
}

fn scopes(
    requirement: &Requirement,
    verified: &Verified,
    trace: Trace<'_>,
) -> Result<(), Box<Denial>> {
    let has = |scope: &String| verified.claims.has_scope(scope);
    for (words, scopes) in [("all", &requirement.all), ("one", &requirement.any)] {
        if !scopes.is_empty() {
            trace.step(|| format!("scopes, {words} of: {}", each(scopes, has)));
        }
    }
    let missing = if !requirement.all.iter().all(has) {
        &requirement.all
    } else if !requirement.any.is_empty() && !requirement.any.iter().any(has) {
        &requirement.any
    } else {
        return Ok(());
    };
    let mut denial = Denial::new(&reason::SCOPE, "the token lacks a scope");
    denial.scope = Some(missing.join(" "));
    Err(denial)
}

/// For people: the scopes, and which of them the token has.
fn each(scopes: &[String], has: impl Fn(&String) -> bool) -> String {
    let words = |scope| match has(scope) {
        true => format!("{scope}: yes"),
        false => format!("{scope}: no"),
    };
    let words: Vec<String> = scopes.iter().map(words).collect();
    words.join(", ")
}
