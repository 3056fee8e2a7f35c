//! What the stream machine asks of a filter. Decisions are pure: all they see
//! is here.

use crate::fields::Fields;
use crate::host::{Digest, Host, HostError};
use crate::ledger;
use crate::path::{self, PathFault, Semicolon, Target};
use crate::reason;
use crate::remote::{Availability, Remote};
use crate::trace::Trace;
use crate::verdict::{Denial, Edits, Memo, Mode, Verdict};
use std::time::Duration;

/// A filter with a compiled policy.
pub trait Stage {
    /// `jwt`, `schema` or `headers`.
    fn name(&self) -> &'static str;

    /// The strictest mode of the section, for what the kit itself denies.
    fn mode(&self) -> Mode;

    /// How much the replies say.
    fn detail(&self) -> Detail;

    /// Whether it judges the path, and what a raw `;` means to it then.
    fn judges_path(&self) -> Option<Semicolon> {
        None
    }

    /// The documents that it wants fetched and kept fresh.
    fn remotes(&self) -> &[Remote] {
        &[]
    }

    /// The books of what may be used once that it keeps in shared data.
    fn books(&self) -> &[String] {
        &[]
    }

    /// Takes a fetched document, and tells how many of its parts it had to leave
    /// out; `None` where it cannot be used.
    fn install(&self, _remote: usize, _document: &[u8]) -> Option<u64> {
        None
    }

    /// The most bytes of a body that it reads: what the listener must be able to buffer.
    fn body_limit(&self) -> usize {
        0
    }

    /// Whether it lets a request become another protocol (RFC 9110 §7.8).
    fn may_upgrade(&self) -> bool {
        false
    }

    /// Judges the head of a request.
    fn request(&self, request: &Request<'_>, env: &Env<'_>) -> Verdict;

    /// Judges a request's body, after `Await(Need::Body)`.
    fn request_body(&self, request: &Request<'_>, _memo: Memo, _body: Body<'_>) -> Verdict {
        self.unexpected(request)
    }

    /// What is to be changed in a request's trailers.
    fn trailers(&self, _trailers: &Fields) -> Edits {
        Edits::new()
    }

    /// Which responses it judges.
    fn judges_responses(&self) -> Interest {
        Interest::None
    }

    /// Whether it wants to know if the client's connection is TLS.
    fn minds_tls(&self) -> bool {
        false
    }

    /// Whether it wants to know the certificate that the client's connection showed.
    fn minds_certificate(&self) -> bool {
        false
    }

    /// Whether its decisions depend on the time; `Env::now` is 0 where no stage's do.
    fn minds_clock(&self) -> bool {
        false
    }

    /// Judges the head of a response.
    fn response(&self, _response: &Response<'_>, _memo: Memo) -> Verdict {
        Verdict::Allow(crate::verdict::Allowance::default())
    }

    /// Judges a response's body, after `Await(Need::Body)`.
    fn response_body(&self, response: &Response<'_>, _memo: Memo, _body: Body<'_>) -> Verdict {
        self.unexpected(response.request)
    }

    /// The denial of a state that cannot be.
    fn unexpected(&self, _request: &Request<'_>) -> Verdict {
        let denial = Denial::new(&reason::INTERNAL, "a body was judged that nobody asked for");
        Verdict::Deny(denial.in_mode(self.mode()))
    }
}

/// How much a reply says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// With `detail` and `errors`.
    #[default]
    Full,
    /// Reason, title and status only.
    Minimal,
}

/// The head of a request.
#[derive(Debug)]
pub struct Request<'a> {
    /// Its fields, pseudo-fields included, as the filters before left them.
    pub fields: &'a Fields,
    /// Its normalised path; there for every stage that judges paths.
    pub target: Option<&'a Target>,
    /// Its host, without port and in lower case; there for every stage that judges paths.
    pub host: &'a str,
    /// Whether the client's connection is TLS; false for stages that don't mind.
    pub tls: bool,
    /// SHA-256 of the client's certificate in hexadecimal digits, for stages that mind it.
    pub certificate: Option<&'a [u8]>,
    /// Whether there is no body and there are no trailers.
    pub end_of_stream: bool,
}

/// The head of a response.
#[derive(Debug)]
pub struct Response<'a> {
    /// Its fields, `:status` included.
    pub fields: &'a Fields,
    /// The request it answers.
    pub request: &'a Request<'a>,
    /// Whether there is no body.
    pub end_of_stream: bool,
}

/// Which responses a filter judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// None.
    None,
    /// Those of the upstream only, not the local replies of Envoy and its filters.
    Upstream,
    /// All.
    All,
}

/// A body as far as it may be read.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// It is longer than the limit.
    TooLarge,
}

/// What a decision may know besides the request.
pub struct Env<'a> {
    /// Nanoseconds since 1970, for a stage that minds the clock.
    pub now: u64,
    /// How long this request has been waiting for a document.
    pub waited: Duration,
    /// How each remote document stands, by index.
    pub remotes: &'a [Availability],
    /// Checks signatures where the host can.
    pub verifier: &'a dyn Verifier,
    /// Remembers what may be used once.
    pub ledger: &'a dyn Ledger,
    /// What the decision says about its steps.
    pub trace: Trace<'a>,
}

/// Checks a signature: one of the two things that a decision asks the host for.
pub trait Verifier {
    /// Whether `signature` (ECDSA: DER) over `text` verifies under the SPKI key.
    fn verify(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError>;
}

/// Remembers what may be used once, for all workers: the other.
pub trait Ledger {
    /// Enters `id` into `book` until `until`, and tells whether it was not there;
    /// times are nanoseconds since 1970.
    fn is_first(&self, book: &str, id: &[u8; 16], now: u64, until: u64) -> Result<bool, HostError>;
}

/// A host as what decisions may ask.
pub struct HostEnv<'h>(pub &'h dyn Host);

impl Ledger for HostEnv<'_> {
    fn is_first(&self, book: &str, id: &[u8; 16], now: u64, until: u64) -> Result<bool, HostError> {
        ledger::enter(self.0, book, id, now, until)
    }
}

impl Verifier for HostEnv<'_> {
    fn verify(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError> {
        self.0.verify_signature(digest, spki, signature, text)
    }
}

/// No host: whatever is asked fails.
#[derive(Debug, Clone, Copy)]
pub struct NoHost;

impl Ledger for NoHost {
    fn is_first(&self, _: &str, _: &[u8; 16], _: u64, _: u64) -> Result<bool, HostError> {
        Err(HostError(0))
    }
}

impl Verifier for NoHost {
    fn verify(&self, _: Digest, _: &[u8], _: &[u8], _: &[u8]) -> Result<bool, HostError> {
        Err(HostError(0))
    }
}

// === impl Env ===

impl Env<'static> {
    /// Of a decision that needs neither keys nor a host, at `now` nanoseconds since 1970.
    #[must_use]
    pub fn alone(now: u64) -> Self {
        Self {
            now,
            waited: Duration::ZERO,
            remotes: &[],
            verifier: &NoHost,
            ledger: &NoHost,
            trace: Trace::none(),
        }
    }
}

/// Where a request goes, as a stage judges it.
#[derive(Debug)]
pub struct Destination {
    /// The host, without port and in lower case.
    pub host: String,
    /// The normalised path.
    pub target: Target,
    /// What makes the request's path the same.
    pub edits: Edits,
}

/// Where a request goes; `None` for stages that don't judge it.
///
/// # Errors
/// `kit_path`, in the stage's mode, for what can be read in more than one way.
pub fn destination(stage: &dyn Stage, fields: &Fields) -> Result<Option<Destination>, Box<Denial>> {
    let Some(semicolon) = stage.judges_path() else {
        return Ok(None);
    };
    let ambiguous =
        |fault: PathFault| Denial::new(&reason::PATH, fault.to_string()).in_mode(stage.mode());
    let host = path::host(fields.get(":authority")).map_err(ambiguous)?;
    let target = Target::parse(fields.get(":path"), semicolon).map_err(ambiguous)?;
    let mut edits = Edits::new();
    if let Some(path) = target.rewritten().filter(|_| stage.mode() == Mode::Enforce) {
        edits.set(":path", path);
        edits.reroute();
    }
    Ok(Some(Destination {
        host,
        target,
        edits,
    }))
}

// === impl Request ===

impl Request<'_> {
    /// The method; empty where it is missing or no text.
    #[must_use]
    pub fn method(&self) -> &str {
        self.fields.text(":method").unwrap_or("")
    }

    /// Whether it is gRPC, by its content type.
    #[must_use]
    pub fn is_grpc(&self) -> bool {
        self.fields.get("content-type").is_some_and(|value| {
            value
                .strip_prefix(b"application/grpc")
                .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';' | b' ')))
        })
    }
}
