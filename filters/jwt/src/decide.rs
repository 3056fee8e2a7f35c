//! The decision about a request, in the order in which the reasons are given.

use crate::authenticate;
use crate::authorise;
use crate::binding::Facts;
use crate::extract;
use crate::policy::{Access, Policy, Provider, Requirement, Rule, Source};
use crate::reason;
use crate::removal;
use crate::sender;
use crate::state::State;
use tollgate_kit::path;
use tollgate_kit::stage::{Env, Request};
use tollgate_kit::template::Captures;
use tollgate_kit::verdict::{Allowance, Denial, Mode, Need, Verdict};

/// How the decision can end before it is made.
pub enum Halt {
    /// With a denial.
    Denied(Box<Denial>),
    /// For now: something has to come first.
    Waits(Need),
}

/// The rule that decides, and what is known of the request by then.
struct Matched<'p> {
    rule: Option<(usize, &'p Rule)>,
    captures: Captures,
    mode: Mode,
}

/// Judges one request.
pub fn request(
    policy: &Policy,
    state: &mut State,
    request: &Request<'_>,
    env: &Env<'_>,
) -> Verdict {
    let matched = find(policy, request);
    env.trace.step(|| matched.words(policy));
    match judge(policy, state, &matched, request, env) {
        Ok(allowance) => Verdict::Allow(allowance),
        Err(Halt::Waits(need)) => Verdict::Await(need),
        Err(Halt::Denied(mut denial)) => {
            // What is only reported goes on, and without the token, as if it had passed.
            denial.edits = removal::of_head(policy, request.fields);
            denial.schemes = policy.schemes(matched.rule.map(|(_, rule)| rule));
            Verdict::Deny(told(denial.in_mode(matched.mode), matched.rule))
        }
    }
}

fn judge(
    policy: &Policy,
    state: &mut State,
    matched: &Matched<'_>,
    request: &Request<'_>,
    env: &Env<'_>,
) -> Result<Allowance, Halt> {
    let rule = matched.rule.map(|(_, rule)| rule);
    let anyone = Requirement::default();
    let access = match rule {
        Some(rule) => &rule.access,
        None if policy.deny_unmatched => {
            return Err(Denial::new(&reason::RULE, "no rule allows this request").into());
        }
        None => &Access::Required(anyone),
    };
    let clean = || Allowance {
        edits: removal::of_head(policy, request.fields),
        ..Allowance::default()
    };
    let requirement = match access {
        Access::Anonymous => return Ok(clean()),
        Access::Optional => None,
        Access::Required(requirement) => Some(requirement),
    };
    env.trace.step(|| looked_in(policy.sources_of(rule)));
    let found = match (
        extract::token(request, policy.sources_of(rule))?,
        requirement,
    ) {
        (Some(found), _) => found,
        (None, None) => return Ok(clean()),
        (None, Some(_)) => return Err(Denial::new(&reason::MISSING, "a token is required").into()),
    };
    env.trace
        .step(|| format!("there is one in {}", found.source.words()));
    let verified = authenticate::token(policy, state, &found, env, matched.mode)?;
    let provider = policy
        .providers
        .get(verified.provider)
        .ok_or_else(|| Denial::new(&tollgate_kit::reason::INTERNAL, "a provider is missing"))?;
    let facts = Facts {
        request,
        captures: &matched.captures,
    };
    let mut allowance = clean();
    let checked = verified
        .times
        .check(provider, env.now, env.trace)
        .and_then(|()| sender::check(provider, &verified, &found.text, request, env))
        .and_then(|()| match requirement {
            Some(requirement) => {
                authorise::check(requirement, provider, &verified, &facts, env.trace)
            }
            None => Ok(()),
        })
        .and_then(|()| {
            provider
                .forward
                .fill(&found.text, &verified, &mut allowance)
        });
    match checked {
        Ok(()) => Ok(allowance),
        Err(denial) => Err(Halt::from(denial).about(provider, verified.kid.as_deref())),
    }
}

/// The rule that decides: the first that matches.
fn find<'p>(policy: &'p Policy, request: &Request<'_>) -> Matched<'p> {
    let path = request.target.map(path::Target::path).unwrap_or_default();
    let method = request.method();
    let found = policy.rules.iter().enumerate().find_map(|(at, rule)| {
        let captures = rule.matches(request.host, path, method, policy.trailing_slash)?;
        Some(((at, rule), captures))
    });
    let (rule, captures) = found.unzip();
    Matched {
        mode: rule.map_or(policy.mode, |(_, rule)| rule.mode),
        rule,
        captures: captures.unwrap_or_default(),
    }
}

fn looked_in(sources: &[Source]) -> String {
    let places: Vec<String> = sources.iter().map(Source::words).collect();
    format!("a token may stand in: {}", places.join(", "))
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

// === impl Matched ===

impl Matched<'_> {
    fn words(&self, policy: &Policy) -> String {
        let Some((at, rule)) = self.rule else {
            let default = match policy.deny_unmatched {
                true => "is refused",
                false => "requires a token, any good one",
            };
            let rules = policy.rules.len();
            return format!("no rule of {rules} matches: what matches none {default}");
        };
        let path = rule.path.as_ref().map_or("any path", |path| path.text());
        let access = match &rule.access {
            Access::Anonymous => "lets anyone in",
            Access::Optional => "takes a token where there is one",
            Access::Required(_) => "requires a token",
        };
        let mode = match rule.mode {
            Mode::Enforce => "",
            Mode::Report => ", and only reports",
        };
        format!("rules[{at}] ({path}) is the first that matches: it {access}{mode}")
    }
}

// === impl Halt ===

impl Halt {
    /// The log line says whose token it was.
    #[must_use]
    pub fn about(self, provider: &Provider, kid: Option<&str>) -> Self {
        match self {
            Self::Waits(need) => Self::Waits(need),
            Self::Denied(denial) => {
                let denial = denial.with_fact("provider", provider.name.as_str());
                Self::Denied(match kid {
                    Some(kid) => denial.with_fact("kid", kid),
                    None => denial,
                })
            }
        }
    }
}

impl From<Box<Denial>> for Halt {
    fn from(denial: Box<Denial>) -> Self {
        Self::Denied(denial)
    }
}
