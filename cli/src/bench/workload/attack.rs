//! A mix of what attackers send, between good requests.

use hyper::Method;
use hyper::header::HeaderName;

use super::request::Draft;
use super::token::{Signer, tampered};
use crate::bench::chain::Concern;
use crate::up::issuer::keys::{Algorithm, KeyError};

const ORDER: &str = "/api/v1/orders/7";
const ORDERS: &str = "/api/v1/orders";

/// One of each kind; every third is good.
///
/// # Errors
/// Where a token can't be signed.
pub fn mix(signer: &Signer) -> Result<Vec<Draft>, KeyError> {
    let token = signer.good(Algorithm::Rs256, 0)?;
    let get = |target: &str| Draft::new(Method::GET, target);
    let with_token = |target: &str| get(target).bearer(&token);
    let post = |body: String| Draft::new(Method::POST, ORDERS).bearer(&token).json(body);
    let bad_token = |token: &str| get(ORDER).bearer(token).wrong(Concern::Token, 401);
    let of_contract = |draft: Draft, status| draft.wrong(Concern::Contract, status);
    let attacks = vec![
        bad_token(&signer.unsigned()),
        bad_token(&tampered(&token)),
        bad_token(&signer.expired()?),
        bad_token(&"A".repeat(4000)),
        with_token("/api/v1/orders%2f..%2fadmin").wrong(Concern::Envoy, 400),
        of_contract(with_token("/wp-login.php"), 404),
        of_contract(with_token("/api/v1/orders/7?expand=1%20OR%201%3D1"), 400),
        of_contract(with_token("/api/v1/orders/7%27%20UNION%20SELECT"), 400),
        of_contract(
            post(r#"{"currency":"EUR","currency":"USD"}"#.to_owned()),
            400,
        ),
        of_contract(post("[".repeat(5000)), 400),
        of_contract(post(format!(r#"{{"items":{}1}}"#, "9".repeat(3000))), 400),
        with_token(ORDER).field(HeaderName::from_static("x-http-method-override"), "DELETE"),
    ];
    let good = with_token(ORDER);
    Ok(attacks
        .chunks(2)
        .flat_map(|pair| pair.iter().cloned().chain([good.clone()]))
        .collect())
}
