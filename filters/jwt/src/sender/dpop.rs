//! Proofs of possession (RFC 9449 §4.3, §7): a JWS in the `dpop` field, signed for
//! this request and this token by the key that the token is bound to.

use super::resource::Resource;
use super::thumbprint::thumbprint;
use super::{confirmation, fault};
use crate::algorithm;
use crate::jwk::Key;
use crate::policy::plain_type;
use crate::signature;
use crate::times::Moment;
use crate::token::Token;
use crate::verified::Verified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tollgate_kit::json::Node;
use tollgate_kit::stage::{Env, Request};
use tollgate_kit::verdict::Denial;

type Checked = Result<(), Box<Denial>>;

pub(super) fn check(
    book: &str,
    verified: &Verified,
    token: &[u8],
    request: &Request<'_>,
    env: &Env<'_>,
) -> Checked {
    let bound = confirmation(verified, "jkt")?;
    let proof = proof(request)?;
    signed_by(bound, &proof, env)?;
    is_for(&proof, request)?;
    let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(token));
    if text(&proof, "ath") != Some(ath.as_str()) {
        return Err(fault("the proof is for another token"));
    }
    is_fresh(book, bound, &proof, env)
}

/// Exactly one proof; Envoy joins several fields by commas.
fn proof<'r>(request: &'r Request<'_>) -> Result<Token<'r>, Box<Denial>> {
    let mut proofs = request.fields.get_all("dpop");
    let (Some(proof), None) = (proofs.next(), proofs.next()) else {
        return Err(fault("the request needs exactly one proof"));
    };
    let proof = Token::parse(proof).map_err(|_| fault("the proof is malformed"))?;
    let typ = proof.header_text("typ").map(plain_type);
    if typ.as_deref() != Some("dpop+jwt") || proof.is_extended() {
        return Err(fault("the proof is not of type dpop+jwt"));
    }
    Ok(proof)
}

/// Signed by the key in its header, and that key is the token's.
fn signed_by(bound: &str, proof: &Token<'_>, env: &Env<'_>) -> Checked {
    let wrong_key = || fault("the proof has no key that can be used");
    let jwk = proof.header("jwk").ok_or_else(wrong_key)?;
    let key = Key::read(jwk).map_err(|_| wrong_key())?;
    if thumbprint(jwk).as_deref() != Some(bound) {
        return Err(fault("the proof is by another key than the token's"));
    }
    let algorithm = algorithm::named(proof.algorithm())
        .filter(|algorithm| key.fits(*algorithm))
        .ok_or_else(|| fault("the proof's algorithm is not one of its key"))?;
    match signature::holds(&key, algorithm, proof.input, &proof.signature, env.verifier) {
        Ok(true) => Ok(()),
        Ok(false) => Err(fault("the proof's signature does not verify")),
        Err(_) => Err(Denial::new(
            &tollgate_kit::reason::INTERNAL,
            "the host cannot check signatures",
        )),
    }
}

fn is_for(proof: &Token<'_>, request: &Request<'_>) -> Checked {
    if text(proof, "htm") != Some(request.method()) {
        return Err(fault("the proof is for another method"));
    }
    let resource = text(proof, "htu").and_then(Resource::parse);
    if resource.is_none() || resource != Resource::of(request) {
        return Err(fault("the proof is for another resource"));
    }
    Ok(())
}

/// Of this minute, and not seen before by this Envoy (RFC 9449 §11.1).
fn is_fresh(book: &str, bound: &str, proof: &Token<'_>, env: &Env<'_>) -> Checked {
    let issued = proof.claims.get("iat").and_then(Node::as_number);
    let issued = issued
        .and_then(Moment::of)
        .ok_or_else(|| fault("the proof has no time"))?;
    let now = u128::from(env.now);
    let last = issued.nanos().saturating_add(WINDOW_NS);
    if issued.is_after(now.saturating_add(WINDOW_NS)) || last < now {
        return Err(fault("the proof is not of this minute"));
    }
    let id = text(proof, "jti").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| fault("the proof has no jti"))?;
    let hash = Sha256::new()
        .chain_update(bound)
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let id = hash.first_chunk().copied().unwrap_or_default();
    let until = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
    match env.ledger.is_first(book, &id, env.now, until) {
        Ok(true) => Ok(()),
        Ok(false) => Err(fault("the proof was used before")),
        Err(_) => Err(Denial::new(
            &tollgate_kit::reason::INTERNAL,
            "used proofs cannot be remembered",
        )),
    }
}

fn text<'p>(proof: &'p Token<'_>, claim: &str) -> Option<&'p str> {
    proof.claims.get(claim)?.as_str()
}

/// How far from now the time of a proof may be.
const WINDOW_NS: u128 = 60_000_000_000;
