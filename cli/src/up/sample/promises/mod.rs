//! What the sample promises: one table of requests and their outcomes.
//!
//! Each kind of denial that the sample's policy can give is here once, and each
//! filter lets something through. A row is a line that people paste.

mod headers;
mod jwt;
mod schema;

use crate::up::issuer::Issuer;
use crate::up::issuer::keys::{Algorithm, KeyError};
use crate::up::promise::{Filter, Outcome, Outgoing, Promise};

const ORDER: &str = "/api/v1/orders/ord_00000001";

/// The whole table, filter by filter.
///
/// # Errors
/// Where a token can't be signed.
pub fn promises(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut table = readiness(issuer)?;
    table.extend(jwt::denials(issuer)?);
    table.extend(schema::rows(issuer)?);
    table.extend(headers::rows());
    Ok(table)
}

/// What has to be let through before anything is promised: once these are, the
/// gateway has the issuer's keys.
///
/// # Errors
/// Where a token can't be signed.
pub fn readiness(issuer: &Issuer) -> Result<Vec<Promise>, KeyError> {
    let mut jwt = Table::new(Filter::Jwt);
    for (name, algorithm) in [
        ("a good token, signed with RSA", Algorithm::Rs256),
        ("a good token, signed with ECDSA", Algorithm::Es256),
        ("a good token, signed with Ed25519", Algorithm::EdDsa),
    ] {
        let token = issuer.token(algorithm, "orders:read")?;
        jwt.allow(name, 200, get(ORDER).bearer(&token));
    }
    jwt.allow("no token where none is asked for", 200, get("/healthz"));
    Ok(jwt.rows)
}

/// Rows of one filter.
struct Table {
    filter: Filter,
    rows: Vec<Promise>,
}

impl Table {
    fn new(filter: Filter) -> Self {
        Self {
            filter,
            rows: Vec::new(),
        }
    }

    fn allow(&mut self, name: &'static str, status: u16, request: Outgoing) {
        self.add(
            name,
            request,
            Outcome {
                status,
                reason: None,
            },
        );
    }

    fn deny(&mut self, name: &'static str, status: u16, reason: &str, request: Outgoing) {
        let reason = Some(reason.to_owned());
        self.add(name, request, Outcome { status, reason });
    }

    fn add(&mut self, name: &'static str, request: Outgoing, outcome: Outcome) {
        self.rows.push(Promise {
            name,
            filter: self.filter,
            request,
            outcome,
        });
    }
}

fn get(target: &'static str) -> Outgoing {
    Outgoing::new("GET", target)
}
