//! Bodies, of requests and responses alike: which are awaited, by what the head
//! says, and whether they are what the document says.
//!
//! Whatever a body is, it is judged as JSON: forms become an object, text and
//! bytes a string.

pub mod form;
mod judgement;
pub mod multipart;
mod plan;

pub use plan::{BodyId, BodyPlan};

use crate::api::{Api, Content, Handling, Operation};
use crate::budget::Exhausted;
use crate::injection::{Scan, Suspicion};
use crate::media_type::{MediaType, Stream};
use crate::memo::Expected;
use crate::scratch::Scratch;
use crate::validator::Direction;
use judgement::Judgement;
use multipart::Malformed;
use tollgate_kit::fields::Fields;
use tollgate_kit::json::{ErrorKind, Node, ParseError};
use tollgate_kit::stage::Body;
use tollgate_kit::verdict::Violation;

/// Why a body is refused.
#[derive(Debug)]
pub enum Fault {
    /// There is none.
    Missing,
    /// Its media type, or that it is there at all.
    ContentType(&'static str),
    /// It is encoded.
    ContentEncoding,
    /// It has more bytes than the limit.
    TooLarge(usize),
    /// It goes over another limit.
    Limit(String),
    /// It isn't what its media type says.
    Syntax(String),
    /// It doesn't match its schema.
    Invalid(Vec<Violation>),
    /// It was judged without having been awaited.
    Unexpected,
}

/// Whether a body must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must.
    Required,
    /// It need not.
    Optional,
}

/// What follows from a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// There is nothing to read.
    Nothing,
    /// It passes as it comes, and is counted as this.
    Unjudged(&'static str),
    /// The body, of at most so many bytes.
    Body(Expected, usize),
}

/// What a body is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'j> {
    /// Which way it goes.
    pub direction: Direction,
    /// Whose it is.
    pub operation: &'j Operation,
    /// The document.
    pub api: &'j Api,
}

impl Judge<'_> {
    /// Judges what a head says of its body, where `content` may come. A body that the
    /// head only announces may turn out to be empty, which is no body.
    pub fn head(
        self,
        content: &Content,
        presence: Presence,
        fields: &Fields,
        ended: bool,
    ) -> Result<Wanted, Fault> {
        let length = length(fields);
        if ended {
            return match presence {
                Presence::Required if !content.is_empty() => Err(Fault::Missing),
                Presence::Required | Presence::Optional => Ok(Wanted::Nothing),
            };
        }
        let certain = length.is_some_and(|length| length > 0);
        if content.is_empty() {
            return match certain {
                true => Err(Fault::ContentType(NO_BODY)),
                false => Ok(Wanted::Body(Expected::Empty, 0)),
            };
        }
        let Some(media_type) = media_type(fields)? else {
            return match certain {
                true => Err(Fault::ContentType(NO_TYPE)),
                false => Ok(Wanted::Body(Expected::Untyped, 0)),
            };
        };
        let handling = content.handling(&media_type);
        match handling.ok_or(Fault::ContentType(
            "the media type is not one that is documented",
        ))? {
            Handling::Pass | Handling::Stream(_)
                if length == Some(0) && presence == Presence::Required =>
            {
                Err(Fault::Missing)
            }
            Handling::Pass => Ok(Wanted::Nothing),
            Handling::Stream(stream) => Ok(Wanted::Unjudged(unjudged(self.direction, stream))),
            Handling::Judge(id) => {
                if let Some(objection) = self.plan(id)?.objection(&media_type) {
                    return Err(Fault::ContentType(objection));
                }
                if is_encoded(fields) {
                    return Err(Fault::ContentEncoding);
                }
                let limit = self.operation.settings.limits.body;
                match length.is_some_and(|length| length > limit) {
                    true => Err(Fault::TooLarge(limit)),
                    false => Ok(Wanted::Body(Expected::Planned(id), limit)),
                }
            }
        }
    }

    /// Judges a body that was awaited; `fields` are those of its head. What only
    /// speaks against it comes back.
    pub fn judge(
        self,
        expected: Expected,
        presence: Presence,
        fields: &Fields,
        body: Body<'_>,
        scratch: &mut Scratch,
    ) -> Result<Option<Suspicion>, Fault> {
        match (expected, body) {
            (Expected::Nothing, _) => Err(Fault::Unexpected),
            (_, Body::Whole(b"")) => match (presence, expected) {
                (Presence::Required, Expected::Planned(_) | Expected::Untyped) => {
                    Err(Fault::Missing)
                }
                (Presence::Required, Expected::Empty | Expected::Nothing)
                | (Presence::Optional, _) => Ok(None),
            },
            (Expected::Empty, _) => Err(Fault::ContentType(NO_BODY)),
            (Expected::Untyped, _) => Err(Fault::ContentType(NO_TYPE)),
            (Expected::Planned(_), Body::TooLarge) => {
                Err(Fault::TooLarge(self.operation.settings.limits.body))
            }
            (Expected::Planned(id), Body::Whole(bytes)) => {
                let judged = Judgement::new(self, scratch).body(self.plan(id)?, bytes, fields);
                scratch.rest(bytes.len());
                judged
            }
        }
    }

    fn plan(&self, id: BodyId) -> Result<&BodyPlan, Fault> {
        self.api.bodies.get(id.index()).ok_or(Fault::Unexpected)
    }

    /// What speaks against a body that is what the document says; of requests only,
    /// as upstreams may send what they like.
    fn suspicion(self, root: Node<'_>) -> Option<Suspicion> {
        match self.direction {
            Direction::Request => Scan::run(&self.operation.settings, |scan| scan.body(root)),
            Direction::Response => None,
        }
    }
}

impl From<ParseError> for Fault {
    fn from(error: ParseError) -> Self {
        match error.kind {
            ErrorKind::Limit(_) => Self::Limit(error.to_string()),
            ErrorKind::Syntax(_) | ErrorKind::DuplicateKey => Self::Syntax(error.to_string()),
        }
    }
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Self::Syntax(malformed.to_string())
    }
}

impl From<Exhausted> for Fault {
    fn from(exhausted: Exhausted) -> Self {
        Self::Limit(exhausted.to_string())
    }
}

/// The end of the counter of what isn't judged.
const fn unjudged(direction: Direction, stream: Stream) -> &'static str {
    match (direction, stream) {
        (Direction::Request, Stream::Grpc) => "request.grpc",
        (Direction::Request, Stream::Other) => "request.stream",
        (Direction::Response, Stream::Grpc) => "response.grpc",
        (Direction::Response, Stream::Other) => "response.stream",
    }
}

/// The media type, if there is a field for it.
fn media_type(fields: &Fields) -> Result<Option<MediaType<'_>>, Fault> {
    let mut values = fields.get_all("content-type");
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => MediaType::parse(value)
            .map(Some)
            .ok_or(Fault::ContentType(NOT_ONE_TYPE)),
        (Some(_), Some(_)) => Err(Fault::ContentType(NOT_ONE_TYPE)),
    }
}

/// The `content-length`, if it is a number.
fn length(fields: &Fields) -> Option<usize> {
    fields.text("content-length")?.trim().parse().ok()
}

fn is_encoded(fields: &Fields) -> bool {
    let mut codings = fields.elements("content-encoding");
    codings.any(|coding| !coding.eq_ignore_ascii_case(b"identity"))
}

const NO_BODY: &str = "there is a body where none is documented";
const NOT_ONE_TYPE: &str = "the content-type field is not one media type";
const NO_TYPE: &str = "the body has no media type";
