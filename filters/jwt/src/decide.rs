//! The decision about a request, in the order in which the reasons are given.

use crate::algorithm;
use crate::claims;
use crate::extract;
use crate::jwk::{KeySet, NoKey};
use crate::policy::{Access, Keys, Policy, Provider, Requirement, Rule};
use crate::reason;
use crate::signature;
use crate::token::Token;
use tollgate_kit::path;
use tollgate_kit::stage::{Env, Request};
use tollgate_kit::verdict::{Allowance, Denial, Edits, Mode, Need, Verdict};

/// How the decision can end before it is made.
enum Halt {
    Denied(Box<Denial>),
    Waits(Need),
}

impl From<Box<Denial>> for Halt {
    fn from(denial: Box<Denial>) -> Self {
        Self::Denied(denial)
    }
}

/// Judges one request; `sets` are the remote providers' key sets, by index.
pub fn request(policy: &Policy, sets: &[KeySet], request: &Request<'_>, env: &Env<'_>) -> Verdict {
    let rule = find(policy, request);
    let mode = rule.map_or(policy.mode, |(_, rule)| rule.mode);
    match judge(policy, rule.map(|(_, rule)| rule), sets, request, env, mode) {
        Ok(edits) => Verdict::Allow(Allowance {
            edits,
            ..Allowance::default()
        }),
        Err(Halt::Waits(need)) => Verdict::Await(need),
        Err(Halt::Denied(mut denial)) => {
            // What is only reported goes on, and without the token, as if it had passed.
            denial.edits = policy.removals(request.fields);
            Verdict::Deny(told(denial.in_mode(mode), rule))
        }
    }
}

fn judge(
    policy: &Policy,
    rule: Option<&Rule>,
    sets: &[KeySet],
    request: &Request<'_>,
    env: &Env<'_>,
    mode: Mode,
) -> Result<Edits, Halt> {
    let anyone = Requirement::default();
    let access = match rule {
        Some(rule) => &rule.access,
        None if policy.deny_unmatched => {
            return Err(Denial::new(&reason::RULE, "no rule allows this request").into());
        }
        None => &Access::Required(anyone),
    };
    let requirement = match access {
        Access::Anonymous => return Ok(policy.removals(request.fields)),
        Access::Optional => None,
        Access::Required(requirement) => Some(requirement),
    };
    let found = match (
        extract::token(request.fields, &policy.sources)?,
        requirement,
    ) {
        (Some(found), _) => found,
        (None, None) => return Ok(policy.removals(request.fields)),
        (None, Some(_)) => return Err(Denial::new(&reason::MISSING, "a token is required").into()),
    };
    let token = Token::parse(found.text)
        .map_err(|malformed| Denial::new(&reason::MALFORMED, malformed.words()))?;
    claims::text_types(&token)?;
    let provider = issuer(policy, &token)?;
    if !provider
        .sources
        .iter()
        .any(|source| source.is_at(found.source))
    {
        // Its tokens count only where the policy says that they stand.
        return Err(Denial::new(&reason::MISSING, "a token is required").into());
    }
    verify(provider, sets, &token, env, mode).map_err(|halt| named(halt, provider, &token))?;
    let checked = claims::audience(&token, provider)
        .and_then(|()| claims::required(&token, provider))
        .and_then(|()| claims::times(&token, provider, env.now))
        .and_then(|()| {
            requirement.map_or(Ok(()), |requirement| {
                authorise(requirement, provider, &token)
            })
        });
    checked.map_err(|denial| named(denial.into(), provider, &token))?;
    Ok(policy.removals(request.fields))
}

/// The rule that decides: the first that matches.
fn find<'p>(policy: &'p Policy, request: &Request<'_>) -> Option<(usize, &'p Rule)> {
    let host = path::host(request.fields.get(":authority")).unwrap_or_default();
    let path = request.target.map(path::Target::path).unwrap_or_default();
    let matches = |rule: &Rule| rule.matches(&host, path, request.method(), policy.trailing_slash);
    policy
        .rules
        .iter()
        .enumerate()
        .find(|(_, rule)| matches(rule))
}

/// The provider of the token's `iss`, and that it takes the token's `alg`.
fn issuer<'p>(policy: &'p Policy, token: &Token<'_>) -> Result<&'p Provider, Halt> {
    let wanted = algorithm::named(token.algorithm());
    let takes =
        |provider: &Provider| wanted.is_some_and(|wanted| provider.algorithms.contains(&wanted));
    let issuer = token.claim("iss").and_then(|claim| claim.as_str());
    let found = policy
        .providers
        .iter()
        .find(|provider| Some(provider.issuer.as_str()) == issuer);
    let allowed = found.map_or_else(|| policy.providers.iter().any(takes), takes);
    if !allowed {
        return Err(
            Denial::new(&reason::ALGORITHM, "the token's algorithm is not accepted").into(),
        );
    }
    found.ok_or_else(|| Denial::new(&reason::ISSUER, "the token's issuer is not accepted").into())
}

/// `crit`, `typ`, the key, the signature.
fn verify(
    provider: &Provider,
    sets: &[KeySet],
    token: &Token<'_>,
    env: &Env<'_>,
    mode: Mode,
) -> Result<(), Halt> {
    if token.header("crit").is_some()
        || token
            .header("b64")
            .is_some_and(|b64| b64.as_bool() != Some(true))
    {
        return Err(Denial::new(
            &reason::CRITICAL,
            "the token needs an extension that is not known",
        )
        .into());
    }
    if !provider.takes_type(token.header_text("typ")) {
        return Err(Denial::new(&reason::TYPE, "the token's type is not accepted").into());
    }
    let algorithm = algorithm::named(token.algorithm())
        .ok_or_else(|| Denial::new(&reason::ALGORITHM, "the token's algorithm is not accepted"))?;
    let set = match &provider.keys {
        Keys::Inline(set) => set,
        Keys::Remote(remote) => available(provider, *remote, sets, env, mode)?,
    };
    let keys = match set.candidates(token.header_text("kid"), algorithm) {
        Ok(keys) => keys,
        Err(NoKey::Unfit) => {
            return Err(Denial::new(
                &reason::ALGORITHM,
                "the key that kid names is not for this algorithm",
            )
            .into());
        }
        Err(NoKey::Unknown) => return Err(unknown(provider, env, mode)),
    };
    for key in keys {
        match signature::holds(key, algorithm, token.input, &token.signature, env.verifier) {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(_) => {
                return Err(Denial::new(
                    &tollgate_kit::reason::INTERNAL,
                    "the host cannot check signatures",
                )
                .into());
            }
        }
    }
    Err(Denial::new(&reason::SIGNATURE, "the signature does not verify").into())
}

fn available<'s>(
    provider: &Provider,
    remote: usize,
    sets: &'s [KeySet],
    env: &Env<'_>,
    mode: Mode,
) -> Result<&'s KeySet, Halt> {
    let state = env.remotes.get(remote);
    if let (Some(state), Some(set)) = (state, sets.get(remote))
        && state.usable
    {
        return Ok(set);
    }
    if state.is_some_and(|state| state.obtainable) && env.waited < provider.patience(mode) {
        return Err(Halt::Waits(Need::Document(remote)));
    }
    let mut denial = Denial::new(
        &reason::KEYS_UNAVAILABLE,
        "the issuer's keys are not available",
    );
    denial.retry_after =
        Some(state.map_or(1, |state| state.retry_after.as_secs().saturating_add(1)));
    Err(denial.into())
}

/// No key for this token: perhaps the issuer has newer ones.
fn unknown(provider: &Provider, env: &Env<'_>, mode: Mode) -> Halt {
    if let Keys::Remote(remote) = provider.keys
        && env
            .remotes
            .get(remote)
            .is_some_and(|state| state.obtainable)
        && env.waited < provider.patience(mode)
    {
        return Halt::Waits(Need::Document(remote));
    }
    Denial::new(&reason::KEY_UNKNOWN, "the issuer has no key for this token").into()
}

/// The rule's providers, then its scopes.
fn authorise(
    requirement: &Requirement,
    provider: &Provider,
    token: &Token<'_>,
) -> Result<(), Box<Denial>> {
    if !requirement.providers.is_empty() && !requirement.providers.contains(&provider.name) {
        return Err(Denial::new(
            &reason::ISSUER,
            "the token's issuer is not accepted here",
        ));
    }
    let has = claims::scopes(token);
    let all = requirement
        .all
        .iter()
        .all(|scope| has.contains(&scope.as_str()));
    let any = requirement.any.is_empty()
        || requirement
            .any
            .iter()
            .any(|scope| has.contains(&scope.as_str()));
    if all && any {
        return Ok(());
    }
    let missing = if all {
        &requirement.any
    } else {
        &requirement.all
    };
    let mut denial = Denial::new(&reason::SCOPE, "the token lacks a scope");
    denial.scope = Some(missing.join(" "));
    Err(denial)
}

/// The log line says whose token it was.
fn named(halt: Halt, provider: &Provider, token: &Token<'_>) -> Halt {
    match halt {
        Halt::Waits(need) => Halt::Waits(need),
        Halt::Denied(denial) => {
            let denial = denial.with_fact("provider", provider.name.as_str());
            Halt::Denied(match token.header_text("kid") {
                Some(kid) => denial.with_fact("kid", kid),
                None => denial,
            })
        }
    }
}

/// The log line says which rule it was; the path is the rule's template.
fn told(denial: Box<Denial>, rule: Option<(usize, &Rule)>) -> Box<Denial> {
    let Some((at, rule)) = rule else {
        return denial;
    };
    let denial = denial.with_fact("rule", at.to_string());
    match &rule.path {
        Some(template) => denial.with_fact("path", template.text().to_string()),
        None => denial,
    }
}
