//! What a chain answers, found out before anything is measured.

use std::time::{Duration, Instant};

use hyper::body::Bytes;

use super::chain::Chain;
use super::load::{LoadError, Target, ask};
use super::rounds::expected;
use super::workload::{Prepared, Workload};

/// The statuses by kind of request, as they are to be and as they come.
///
/// # Errors
/// The first answer that isn't the expected one.
pub async fn statuses(
    chain: &Chain,
    workload: &Workload,
    target: &Target,
) -> Result<Vec<u16>, LoadError> {
    let mut statuses = Vec::new();
    for (request, expected) in workload.kinds().into_iter().zip(expected(chain, workload)) {
        let (came, body) = settled(target, workload, request).await?;
        match expected {
            Some(expected) if came != expected => {
                return Err(LoadError::unexpected(request, expected, came, &body));
            }
            Some(_) | None => statuses.push(came),
        }
    }
    Ok(statuses)
}

/// A chain that fetches keys says 503 until it has them.
async fn settled(
    target: &Target,
    workload: &Workload,
    request: &Prepared,
) -> Result<(u16, Bytes), LoadError> {
    const PATIENCE: Duration = Duration::from_secs(10);
    const PAUSE: Duration = Duration::from_millis(50);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask(target, workload, request).await?;
        if answer.0 != 503 || Instant::now() > deadline {
            return Ok(answer);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
