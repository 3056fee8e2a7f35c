//! From a token's text to a verified token: what depends on neither the moment
//! nor the rule, and is therefore done once for each token.

use crate::algorithm::{self, Algorithm};
use crate::claims;
use crate::decide::Halt;
use crate::extract::Found;
use crate::jwk::{Key, KeySet, NoKey};
use crate::policy::{Keys, Policy, Provider};
use crate::reason;
use crate::signature;
use crate::state::State;
use crate::times::Times;
use crate::token::Token;
use crate::verified::Verified;
use std::rc::Rc;
use tollgate_kit::stage::Env;
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::{Denial, Mode, Need};

/// Who asks for keys, and how long it may wait for them.
#[derive(Clone, Copy)]
struct Asker<'a> {
    sets: &'a [KeySet],
    env: &'a Env<'a>,
    mode: Mode,
}

/// Verifies a token, unless it was verified before.
pub fn token(
    policy: &Policy,
    state: &mut State,
    found: &Found<'_>,
    env: &Env<'_>,
    mode: Mode,
) -> Result<Rc<Verified>, Halt> {
    let known = state.cache.get(&found.text);
    let asker = Asker {
        sets: &state.sets,
        env,
        mode,
    };
    if let Some(verified) = known
        && let Some(provider) = policy.providers.get(verified.provider)
    {
        env.trace
            .step(|| "the token was verified before".to_owned());
        stands_where_it_may(provider, found)?;
        // Keys that can no longer be had vouch for nothing.
        let keys = asker.keys(provider).map(|_| ());
        return keys
            .map_err(|halt| halt.about(provider, verified.kid.as_deref()))
            .map(|()| verified);
    }
    let verified = Rc::new(verify(policy, found, asker)?);
    state.cache.insert(&found.text, verified.clone());
    Ok(verified)
}

fn verify(policy: &Policy, found: &Found<'_>, asker: Asker<'_>) -> Result<Verified, Halt> {
    let token = Token::parse(&found.text)
        .map_err(|malformed| Denial::new(&reason::MALFORMED, malformed.words()))?;
    claims::text_types(&token.claims)?;
    let trace = asker.env.trace;
    let (at, provider) = issuer(policy, &token).inspect_err(|_| trace.step(|| expected(policy)))?;
    trace.step(|| {
        format!(
            "its iss is that of {}, its alg {}",
            provider.name,
            token.algorithm()
        )
    });
    stands_where_it_may(provider, found)?;
    let checked = key(provider, &token, asker).and_then(|key| {
        let times = constant_claims(provider, &token, trace)?;
        Ok((key, times))
    });
    let kid = token.header_text("kid").map(str::to_owned);
    match checked {
        Ok((key, times)) => Ok(Verified {
            provider: at,
            key,
            kid,
            claims: token.claims,
            times,
        }),
        Err(halt) => Err(halt.about(provider, kid.as_deref())),
    }
}

/// A provider's tokens count only where the policy says that they stand.
fn stands_where_it_may(provider: &Provider, found: &Found<'_>) -> Result<(), Halt> {
    match provider
        .sources
        .iter()
        .any(|source| source.is_at(found.source))
    {
        true => Ok(()),
        false => Err(Denial::new(&reason::MISSING, "a token is required").into()),
    }
}

/// Who issues tokens that are accepted, for people.
fn expected(policy: &Policy) -> String {
    let each = |provider: &Provider| {
        let issuer = &provider.issuer;
        let algorithms = provider.algorithms.iter().map(|known| known.name());
        let algorithms: Vec<&str> = algorithms.collect();
        format!("{issuer:?} with {}", algorithms.join(", "))
    };
    let issuers: Vec<String> = policy.providers.iter().map(each).collect();
    format!("iss and alg have to be: {}", issuers.join("; "))
}

/// The provider of the token's `iss`, and that it takes the token's `alg`.
fn issuer<'p>(policy: &'p Policy, token: &Token<'_>) -> Result<(usize, &'p Provider), Halt> {
    let wanted = algorithm::named(token.algorithm());
    let takes =
        |provider: &Provider| wanted.is_some_and(|wanted| provider.algorithms.contains(&wanted));
    let issuer = token.claims.get("iss").and_then(|claim| claim.as_str());
    let found = policy
        .providers
        .iter()
        .enumerate()
        .find(|(_, provider)| Some(provider.issuer.as_str()) == issuer);
    let allowed = match found {
        Some((_, provider)) => takes(provider),
        None => policy.providers.iter().any(takes),
    };
    if !allowed {
        return Err(
            Denial::new(&reason::ALGORITHM, "the token's algorithm is not accepted").into(),
        );
    }
    found.ok_or_else(|| Denial::new(&reason::ISSUER, "the token's issuer is not accepted").into())
}

/// `crit`, `typ`, the key, the signature.
fn key(provider: &Provider, token: &Token<'_>, asker: Asker<'_>) -> Result<Rc<Key>, Halt> {
    if token.is_extended() {
        let detail = "the token needs an extension that is not known";
        return Err(Denial::new(&reason::CRITICAL, detail).into());
    }
    if !provider.takes_type(token.header_text("typ")) {
        asker.env.trace.step(|| provider.types_in_words());
        return Err(Denial::new(&reason::TYPE, "the token's type is not accepted").into());
    }
    let algorithm = algorithm::named(token.algorithm())
        .ok_or_else(|| Denial::new(&reason::ALGORITHM, "the token's algorithm is not accepted"))?;
    let set = asker.keys(provider)?;
    let kid = token.header_text("kid");
    asker.env.trace.step(|| {
        let named = kid.map_or("no kid".to_owned(), |kid| format!("kid {kid:?}"));
        format!("it has {named}; {} has {}", provider.name, set.words())
    });
    let keys = match set.candidates(kid, algorithm) {
        Ok(keys) => keys,
        Err(NoKey::Unfit) => {
            let detail = "the key that kid names is not for this algorithm";
            return Err(Denial::new(&reason::ALGORITHM, detail).into());
        }
        Err(NoKey::Unknown) => return Err(asker.unknown(provider)),
    };
    signed_by(keys, algorithm, token, asker.env)
}

fn signed_by(
    keys: Vec<&Rc<Key>>,
    algorithm: Algorithm,
    token: &Token<'_>,
    env: &Env<'_>,
) -> Result<Rc<Key>, Halt> {
    for key in keys {
        match signature::holds(key, algorithm, token.input, &token.signature, env.verifier) {
            Ok(true) => {
                env.trace
                    .step(|| format!("the signature is by {}", key.words()));
                return Ok(key.clone());
            }
            Ok(false) => env
                .trace
                .step(|| format!("the signature is not by {}", key.words())),
            Err(_) => {
                let detail = "the host cannot check signatures";
                return Err(Denial::new(&tollgate_kit::reason::INTERNAL, detail).into());
            }
        }
    }
    Err(Denial::new(&reason::SIGNATURE, "the signature does not verify").into())
}

/// The audience, what is required, and that times are times.
fn constant_claims(
    provider: &Provider,
    token: &Token<'_>,
    trace: Trace<'_>,
) -> Result<Times, Box<Denial>> {
    trace.step(|| format!("aud has to name: {}", provider.audiences.join(" or ")));
    claims::audience(&token.claims, provider)?;
    trace.step(|| {
        format!(
            "claims that have to be there: {}",
            provider.require.join(", ")
        )
    });
    claims::required(&token.claims, provider)?;
    Times::of(&token.claims)
}

// === impl Asker ===

impl<'a> Asker<'a> {
    /// The provider's keys, as far as they may be used.
    fn keys<'p: 'k, 'k>(self, provider: &'p Provider) -> Result<&'k KeySet, Halt>
    where
        'a: 'k,
    {
        let remote = match &provider.keys {
            Keys::Inline(set) => return Ok(set),
            Keys::Remote(remote) => *remote,
        };
        let state = self.env.remotes.get(remote);
        if let (Some(state), Some(set)) = (state, self.sets.get(remote))
            && state.usable
        {
            return Ok(set);
        }
        self.may_wait(provider, remote)?;
        let detail = "the issuer's keys are not available";
        let mut denial = Denial::new(&reason::KEYS_UNAVAILABLE, detail);
        let seconds = state.map_or(0, |state| state.retry_after.as_secs());
        denial.retry_after = Some(seconds.saturating_add(1));
        Err(denial.into())
    }

    /// No key for this token: perhaps the issuer has newer ones than those that
    /// came while the request waited.
    fn unknown(self, provider: &Provider) -> Halt {
        let are_new = |remote: usize| {
            let age = self.env.remotes.get(remote).and_then(|state| state.age);
            age.is_some_and(|age| age < self.env.waited)
        };
        let waits = match provider.keys {
            Keys::Remote(remote) if !are_new(remote) => {
                let words = "a proxy would first fetch the set again, where its last fetch is old";
                self.env.trace.step(|| words.to_owned());
                self.may_wait(provider, remote)
            }
            Keys::Remote(_) | Keys::Inline(_) => Ok(()),
        };
        match waits {
            Err(halt) => halt,
            Ok(()) => {
                Denial::new(&reason::KEY_UNKNOWN, "the issuer has no key for this token").into()
            }
        }
    }

    /// Waits, where a fetch may bring what is missing and there is time for it.
    fn may_wait(self, provider: &Provider, remote: usize) -> Result<(), Halt> {
        let state = self.env.remotes.get(remote);
        let obtainable = state.is_some_and(|state| state.obtainable);
        match obtainable && self.env.waited < provider.patience(self.mode) {
            true => Err(Halt::Waits(Need::Document(remote))),
            false => Ok(()),
        }
    }
}
