//! A compiled `schema` section, and messages to judge with it.

pub use crate::suite::{WIDE, document, json_files};
use std::path::{Path, PathBuf};
use tollgate_kit::config::Setting;
use tollgate_kit::faults::{Fault, Faults};
use tollgate_kit::fields::Fields;
use tollgate_kit::json::OwnedDocument;
use tollgate_kit::path::Target;
use tollgate_kit::stage::{Body, Env, Request, Response, Stage};
use tollgate_kit::verdict::{Denial, Edits, Memo, Need, Place, Verdict};

/// The filter with one section.
pub struct Filter(Box<dyn Stage>);

/// A request; without a body the head ends it.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    pub path: Vec<u8>,
    pub body: Option<Vec<u8>>,
}

/// The edits of what passes, or why it doesn't.
pub type Judged = Result<Edits, Box<Denial>>;

// === impl Filter ===

impl Filter {
    /// The filter with a section, or its faults.
    pub fn of(section: &str) -> Result<Self, Vec<Fault>> {
        let document = OwnedDocument::parse(section.into(), &WIDE).unwrap();
        let faults = Faults::new();
        let stage = tollgate_schema::stage(Setting::root(document.root(), "", &faults));
        faults.finish(stage).map(Self).map_err(Faults::into_vec)
    }

    /// What a section is warned of, and its faults.
    pub fn findings(section: &str) -> (Vec<Fault>, Vec<Fault>) {
        let document = OwnedDocument::parse(section.into(), &WIDE).unwrap();
        let faults = Faults::new();
        let _ = tollgate_schema::stage(Setting::root(document.root(), "", &faults));
        (faults.take_warnings(), faults.into_vec())
    }

    /// The filter with a document and no options.
    pub fn with_document(openapi: &str) -> Self {
        Self::with_options(openapi, "")
    }

    /// The filter with a document and the text of other members.
    pub fn with_options(openapi: &str, options: &str) -> Self {
        let comma = if options.is_empty() { "" } else { "," };
        Self::of(&format!("{{\"openapi\":{openapi}{comma}{options}}}"))
            .unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    /// Judges a request to the end.
    pub fn request(&self, sent: &Sent) -> Judged {
        self.begin(sent).map(|(edits, _)| edits)
    }

    /// Judges a request and the response to it.
    pub fn exchange(&self, sent: &Sent, answer: &Sent) -> Judged {
        let (_, memo) = self.begin(sent)?;
        let (fields, target) = sent.head(self.stage());
        let request = head(&fields, target.as_ref(), sent);
        let fields = Fields::from_pairs(answer.fields.iter().cloned());
        let response = Response {
            fields: &fields,
            request: &request,
            end_of_stream: answer.body.is_none(),
        };
        match self.0.response(&response, memo) {
            Verdict::Allow(allowance) => Ok(allowance.edits),
            Verdict::Deny(denial) => Err(denial),
            Verdict::Await(need) => {
                let (memo, body, _) = arrived(need, answer.body.as_deref());
                settled(self.0.response_body(&response, memo, body)).map(|(edits, _)| edits)
            }
        }
    }

    /// The filter as the stream machine has it.
    pub fn stage(&self) -> &dyn Stage {
        self.0.as_ref()
    }

    fn begin(&self, sent: &Sent) -> Result<(Edits, Memo), Box<Denial>> {
        let (fields, target) = sent.head(self.stage());
        let Some(target) = target else {
            return Err(Denial::new(&tollgate_kit::reason::PATH, "ambiguous"));
        };
        let request = head(&fields, Some(&target), sent);
        match self.0.request(&request, &env()) {
            Verdict::Await(need) => {
                let (memo, body, mut edits) = arrived(need, sent.body.as_deref());
                let (more, memo) = settled(self.0.request_body(&request, memo, body))?;
                edits.follow(more);
                Ok((edits, memo))
            }
            verdict @ (Verdict::Allow(_) | Verdict::Deny(_)) => settled(verdict),
        }
    }
}

// === impl Sent ===

impl Sent {
    /// A request without a body.
    pub fn get(path: &str) -> Self {
        Self::default().to("GET", path)
    }

    /// A request with JSON in its body.
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        let typed = Self::default()
            .to("POST", path)
            .with("content-type", "application/json");
        Self {
            body: Some(body.into()),
            ..typed
        }
    }

    /// A response without a body.
    pub fn status(status: u16) -> Self {
        Self::default().with(":status", &status.to_string())
    }

    /// The same with another field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The same with a body.
    pub fn carrying(mut self, body: &str) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same by another method, to another path.
    pub fn to(self, method: &str, path: &str) -> Self {
        Self {
            path: path.into(),
            ..self.with(":method", method)
        }
    }

    fn head(&self, stage: &dyn Stage) -> (Fields, Option<Target>) {
        let fields = Fields::from_pairs(self.fields.iter().cloned());
        let semicolon = stage.judges_path().unwrap();
        let target = Target::parse(Some(&self.path), semicolon).ok();
        (fields, target)
    }
}

/// The slug of a denial; empty for what passes.
pub fn slug(judged: &Judged) -> &'static str {
    match judged {
        Ok(_) => "",
        Err(denial) => denial.reason.slug,
    }
}

/// Where a denial found violations and by which keyword, in its order.
pub fn places(denial: &Denial) -> Vec<(String, &'static str)> {
    let place = |place: &Place| match place {
        Place::Pointer(place) | Place::Parameter(place) => place.clone(),
    };
    let errors = denial.errors.iter();
    errors
        .map(|violation| (place(&violation.place), violation.keyword))
        .collect()
}

/// The folder of published data; it may not be there.
pub fn data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("TOLLGATE_DATA").map_or_else(beside, PathBuf::from)
}

/// How many cases a property is tried with: `usual`, or as many as
/// `TOLLGATE_CASES` says.
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("TOLLGATE_CASES").ok();
    asked.map_or(usual, |cases| cases.parse().unwrap())
}

/// A judgement without a clock, keys or a host.
pub fn env() -> Env<'static> {
    Env::alone(0)
}

/// The head of a request as the filter gets it.
pub fn head<'a>(fields: &'a Fields, target: Option<&'a Target>, sent: &Sent) -> Request<'a> {
    Request {
        fields,
        target,
        tls: false,
        certificate: None,
        host: "api.example.com",
        end_of_stream: sent.body.is_none(),
    }
}

/// A body as the stream machine hands it over, with the memo that was kept for it
/// and the edits that were made before.
fn arrived(need: Need, body: Option<&[u8]>) -> (Memo, Body<'_>, Edits) {
    let Need::Body {
        limit, memo, edits, ..
    } = need
    else {
        panic!("{need:?}");
    };
    match body.unwrap_or_default() {
        long if long.len() > limit => (memo, Body::TooLarge, edits),
        whole => (memo, Body::Whole(whole), edits),
    }
}

fn settled(verdict: Verdict) -> Result<(Edits, Memo), Box<Denial>> {
    match verdict {
        Verdict::Allow(allowance) => Ok((allowance.edits, allowance.memo)),
        Verdict::Deny(denial) => Err(denial),
        Verdict::Await(need) => panic!("a body was asked for twice: {need:?}"),
    }
}
