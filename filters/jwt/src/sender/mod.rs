//! Whether the sender of a token is the one that it was issued to.

mod dpop;
mod mtls;
mod resource;
mod thumbprint;

pub use thumbprint::thumbprint;

use crate::policy::{Provider, Sender};
use crate::reason;
use crate::verified::Verified;
use tollgate_kit::stage::{Env, Request};
use tollgate_kit::verdict::Denial;

/// Checks what the provider asks for; `token` is the text of the token.
pub fn check(
    provider: &Provider,
    verified: &Verified,
    token: &[u8],
    request: &Request<'_>,
    env: &Env<'_>,
) -> Result<(), Box<Denial>> {
    match &provider.sender {
        Sender::Bearer => return Ok(()),
        Sender::Mtls => mtls::check(verified, request)?,
        Sender::Dpop { book } => dpop::check(book, verified, token, request, env)?,
    }
    env.trace
        .step(|| "the sender is the one that the token was issued to".to_owned());
    Ok(())
}

/// A member of `cnf` (RFC 7800 §3.1), by which a token names its holder.
fn confirmation<'v>(verified: &'v Verified, name: &str) -> Result<&'v str, Box<Denial>> {
    let member = verified.claims.get("cnf").and_then(|cnf| cnf.get(name));
    member
        .and_then(|member| member.as_str())
        .ok_or_else(|| fault(format!("the token has no {name} in cnf")))
}

fn fault(detail: impl Into<String>) -> Box<Denial> {
    Denial::new(&reason::SENDER, detail)
}
