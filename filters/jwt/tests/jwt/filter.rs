//! A compiled `jwt` section, and requests to judge with it.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;
use tollgate_jwt::oracle;
use tollgate_kit::config::Setting;
use tollgate_kit::faults::{Fault, Faults};
use tollgate_kit::fields::Fields;
use tollgate_kit::host::{Digest, HostError};
use tollgate_kit::json::{Limits, OwnedDocument};
use tollgate_kit::path::{Semicolon, Target};
use tollgate_kit::remote::Availability;
use tollgate_kit::stage::{Env, Ledger, Request, Stage, Verifier};
use tollgate_kit::trace::Trace;
use tollgate_kit::verdict::Verdict;

/// The filter with one section, and what it may ask.
pub struct Filter {
    stage: Box<dyn Stage>,
    ledger: Memory,
}

/// A request, and the moment in which it comes.
#[derive(Debug, Clone)]
pub struct Asked {
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub path: Vec<u8>,
    pub certificate: Option<Vec<u8>>,
    /// Seconds since 1970.
    pub now: u64,
    pub remotes: Vec<Availability>,
}

/// The host's verifier, natively.
pub struct Oracle;

/// Used proofs, in memory.
#[derive(Default)]
pub struct Memory(RefCell<BTreeMap<(String, [u8; 16]), u64>>);

// === impl Filter ===

impl Filter {
    /// The filter with a section, or its faults.
    pub fn of(section: &Value) -> Result<Self, Vec<Fault>> {
        Self::of_text(&section.to_string())
    }

    /// The same with the text of a section.
    pub fn of_text(section: &str) -> Result<Self, Vec<Fault>> {
        let document = OwnedDocument::parse(section.into(), &Limits::DEFAULT).unwrap();
        let faults = Faults::new();
        let stage = tollgate_jwt::stage(Setting::root(document.root(), "jwt", &faults));
        let stage = faults.finish(stage).map_err(Faults::into_vec)?;
        Ok(Self {
            stage,
            ledger: Memory::default(),
        })
    }

    /// The filter with one provider, and any good token let in.
    pub fn trusting(provider: Value) -> Self {
        Self::with(&json!({ "providers": [provider] }))
    }

    /// The filter with a section that compiles.
    pub fn with(section: &Value) -> Self {
        Self::of(section).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    /// Judges a request.
    pub fn judge(&self, asked: &Asked) -> Verdict {
        asked.put(&self.ledger, |request, env| {
            self.stage.request(request, env)
        })
    }

    /// The slug of a denial; `allow` for what passes.
    pub fn outcome(&self, asked: &Asked) -> &'static str {
        outcome(&self.judge(asked))
    }

    /// Takes a key set for a remote provider.
    pub fn install(&self, remote: usize, set: &Value) -> Option<u64> {
        self.stage.install(remote, set.to_string().as_bytes())
    }
}

// === impl Asked ===

impl Asked {
    /// A request without a token.
    pub fn get(path: impl AsRef<[u8]>) -> Self {
        let asked = Self {
            fields: Vec::new(),
            path: path.as_ref().to_vec(),
            certificate: None,
            now: NOW,
            remotes: Vec::new(),
        };
        asked
            .with(":method", "GET")
            .with(":path", path)
            .with(":scheme", "https")
            .with(":authority", "api.example.com")
    }

    /// A request with a bearer token.
    pub fn bearing(token: impl AsRef<[u8]>) -> Self {
        Self::get("/").with("authorization", [b"Bearer ", token.as_ref()].concat())
    }

    /// The same with another field.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name.into(), value.as_ref().to_vec()));
        self
    }

    /// Asks with the request as decisions get it.
    pub fn put<T>(&self, ledger: &Memory, decide: impl FnOnce(&Request<'_>, &Env<'_>) -> T) -> T {
        let fields = Fields::from_pairs(self.fields.iter().cloned());
        let target = Target::parse(Some(&self.path), Semicolon::Deny).ok();
        let request = Request {
            fields: &fields,
            target: target.as_ref(),
            host: "api.example.com",
            tls: false,
            certificate: self.certificate.as_deref(),
            end_of_stream: true,
        };
        let env = Env {
            now: self.now * 1_000_000_000,
            waited: Duration::from_secs(3600),
            remotes: &self.remotes,
            verifier: &Oracle,
            ledger,
            trace: Trace::none(),
        };
        decide(&request, &env)
    }

    /// The same at another time.
    pub fn at(self, now: u64) -> Self {
        Self { now, ..self }
    }
}

impl Verifier for Oracle {
    fn verify(
        &self,
        digest: Digest,
        spki: &[u8],
        signature: &[u8],
        text: &[u8],
    ) -> Result<bool, HostError> {
        oracle::verify(digest, spki, signature, text).map_err(|_| HostError(0))
    }
}

impl Ledger for Memory {
    fn is_first(&self, book: &str, id: &[u8; 16], now: u64, until: u64) -> Result<bool, HostError> {
        let mut entries = self.0.borrow_mut();
        entries.retain(|_, until| *until > now);
        let entry = (book.to_owned(), *id);
        Ok(entries.insert(entry, until).is_none())
    }
}

/// The slug of a denial; `allow` for what passes.
pub fn outcome(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Allow(_) => "allow",
        Verdict::Deny(denial) => denial.reason.slug,
        Verdict::Await(need) => panic!("nothing is worth waiting for: {need:?}"),
    }
}

/// How many cases a property is tried with: `usual`, or as many as
/// `TOLLGATE_CASES` says.
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("TOLLGATE_CASES").ok();
    asked.map_or(usual, |cases| cases.parse().unwrap())
}

/// The usual time of a request, in seconds since 1970.
pub const NOW: u64 = 1_700_000_000;
