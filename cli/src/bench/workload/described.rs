//! Requests for a policy of the user's, from files as `tollgate check --request` reads them.

use std::path::Path;

use hyper::Method;
use hyper::header::HeaderName;

use super::built_in::WorkloadError;
use super::request::Draft;
use super::{Reach, Workload};
use crate::bench::result::{self, Kind, Protocol};
use crate::check::request::file::Given;
use crate::policy::{Policy, Report};

/// Why a description gives no request.
#[derive(Debug, thiserror::Error)]
pub enum DescribedError {
    /// It is wrong.
    #[error("the request is refused\n{0}")]
    Request(Report),
    /// It can't be sent.
    #[error("`{name}`: {error}")]
    Send {
        /// Which.
        name: String,
        /// Why.
        error: WorkloadError,
    },
}

/// `GET /`, where nothing is described.
///
/// # Errors
/// None that is known.
pub fn plain(connections: usize) -> Result<Workload, DescribedError> {
    let draft = Draft::new(Method::GET, "/");
    workload("get", "GET /", &draft, 0, connections)
}

/// The request that `file` describes, named as the file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(file: &Path, policy: &Policy, connections: usize) -> Result<Workload, DescribedError> {
    let given = Given::load(file, policy.remotes()).map_err(DescribedError::Request)?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let text = |name: &str| given.fields.text(name).unwrap_or_default().to_owned();
    let method = Method::from_bytes(text(":method").as_bytes()).unwrap_or(Method::GET);
    let title = format!("{method} {}", text(":path"));
    let mut draft = Draft::bare(method, text(":path"), text(":authority"));
    for (name, value) in given.fields.iter() {
        // The length is the client's to say.
        let name = HeaderName::from_bytes(name).ok();
        let name = name.filter(|name| name != hyper::header::CONTENT_LENGTH);
        if let Some(name) = name {
            draft = draft.field(name, String::from_utf8_lossy(value));
        }
    }
    let length = given.body.len();
    workload(&stem, &title, &draft.body(given.body), length, connections)
}

fn workload(
    name: &str,
    title: &str,
    draft: &Draft,
    body: usize,
    connections: usize,
) -> Result<Workload, DescribedError> {
    let ready = draft.ready(Protocol::Http1, 0);
    let request = ready.map_err(|error| DescribedError::Send {
        name: name.to_owned(),
        error: error.into(),
    })?;
    Ok(Workload {
        described: result::Workload {
            name: name.to_owned(),
            title: title.to_owned(),
            kind: Kind::Allow,
            protocol: Protocol::Http1,
            connections,
            streams: 1,
            body,
        },
        requests: vec![request],
        reach: Reach::Every,
        allowed: None,
        latency: true,
    })
}
