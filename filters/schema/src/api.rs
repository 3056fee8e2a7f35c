//! A compiled OpenAPI document: what each operation takes and gives.

use crate::body::{BodyId, BodyPlan, Presence};
use crate::media_type::{EXACT, Kind, MediaRange, MediaType, Stream};
use crate::parameter::{Parameter, Style};
use crate::route::Router;
use crate::settings::Settings;
use crate::validator::Validator;
use std::rc::Rc;
use tollgate_kit::path::Semicolon;

/// The document.
#[derive(Debug)]
pub struct Api {
    /// Its paths.
    pub router: Router,
    /// Its operations; path items name them by their places.
    pub operations: Vec<Operation>,
    /// Its bodies; content names them by their places.
    pub bodies: Vec<BodyPlan>,
    /// Its schemas.
    pub validator: Validator,
    /// Data, where a path has a parameter in the style `matrix`.
    pub semicolon: Semicolon,
}

/// A method of a path.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The path's template.
    pub template: Rc<str>,
    /// How it is judged.
    pub settings: Rc<Settings>,
    /// In the path, in its order, then in the query, header fields and cookies.
    pub parameters: Vec<Rc<Parameter>>,
    /// Names that the query may have without a parameter: keys of the API.
    pub query_keys: Vec<Box<str>>,
    /// Cookies that are keys of the API.
    pub cookie_keys: Vec<Box<str>>,
    /// What a request may carry; nothing where it isn't there.
    pub body: Option<Rc<RequestBody>>,
    /// What may come back, the most concrete status first.
    pub responses: Vec<(Statuses, Rc<Response>)>,
    /// Whether some response's body is judged.
    pub judges_bodies: bool,
}

/// A request's body.
#[derive(Debug)]
pub struct RequestBody {
    /// Whether it must be there.
    pub required: bool,
    /// What it may be.
    pub content: Content,
}

/// A response.
#[derive(Debug)]
pub struct Response {
    /// Its header fields.
    pub headers: Vec<Rc<Parameter>>,
    /// What its body may be; nothing where it is empty.
    pub content: Content,
}

/// The statuses of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statuses {
    /// `200`
    One(u16),
    /// `2XX`, by its first digit.
    Class(u16),
    /// `default`
    Any,
}

/// Media types, each with what becomes of bodies of it.
#[derive(Debug, Default)]
pub struct Content {
    /// By range.
    pub types: Vec<(MediaRange, Media)>,
}

/// What becomes of bodies of one media range: it may name several kinds. `None`
/// where they are refused, as there is a schema that can't be applied to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Media {
    /// JSON.
    pub json: Option<Handling>,
    /// `application/x-www-form-urlencoded`
    pub form: Option<Handling>,
    /// `multipart/form-data`
    pub multipart: Option<Handling>,
    /// Text.
    pub text: Option<Handling>,
    /// Bytes.
    pub binary: Option<Handling>,
}

/// What is to be done with a body of a documented media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// It is read and judged.
    Judge(BodyId),
    /// Nothing is said about it, and it passes unread.
    Pass,
    /// It has no end to wait for, and passes as it comes.
    Stream(Stream),
}

// === impl Api ===

impl Api {
    /// Whether some response documents header fields.
    #[must_use]
    pub fn has_response_headers(&self) -> bool {
        let mut responses = self
            .operations
            .iter()
            .flat_map(|operation| &operation.responses);
        responses.any(|(_, response)| !response.headers.is_empty())
    }
}

// === impl Operation ===

impl Operation {
    /// Whether its path has a parameter in the style `matrix`, which begins with a
    /// semicolon.
    #[must_use]
    pub fn takes_semicolons(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|parameter| parameter.reading.style == Style::Matrix)
    }

    /// Of the captures of its path those of such parameters.
    pub fn matrices<'p>(&self, captures: &[&'p [u8]]) -> impl Iterator<Item = &'p [u8]> {
        // Parameters of the path come first, in its order.
        let parameters = self.parameters.iter().zip(captures);
        let matrices = parameters.filter(|(parameter, _)| parameter.reading.style == Style::Matrix);
        matrices.map(|(_, capture)| *capture)
    }

    /// Whether it may become another protocol (RFC 9110 §15.2.2). Where a body is
    /// documented there is one to judge, whatever a client asks for.
    #[must_use]
    pub fn may_upgrade(&self) -> bool {
        let named = |(statuses, _): &(Statuses, Rc<Response>)| {
            matches!(statuses, Statuses::One(101) | Statuses::Class(1))
        };
        self.body.is_none() && self.responses.iter().any(named)
    }

    /// The response that is documented for a status.
    #[must_use]
    pub fn response(&self, status: u16) -> Option<&Rc<Response>> {
        let fits = |statuses: &Statuses| match statuses {
            Statuses::One(one) => *one == status,
            Statuses::Class(class) => status / 100 == *class,
            Statuses::Any => true,
        };
        self.responses
            .iter()
            .find(|(statuses, _)| fits(statuses))
            .map(|(_, response)| response)
    }
}

// === impl RequestBody ===

impl RequestBody {
    /// Whether it must be there.
    #[must_use]
    pub const fn presence(&self) -> Presence {
        match self.required {
            true => Presence::Required,
            false => Presence::Optional,
        }
    }
}

// === impl Content ===

impl Content {
    /// No content.
    pub const NONE: Self = Self { types: Vec::new() };

    /// What is to be done with a body of this media type; `None` where it isn't
    /// documented, or a schema is that can't be applied to it.
    #[must_use]
    pub fn handling(&self, media_type: &MediaType<'_>) -> Option<Handling> {
        let closeness = |(range, _): &&(MediaRange, Media)| range.closeness(media_type);
        let closest = self
            .types
            .iter()
            .max_by_key(closeness)
            .filter(|entry| closeness(entry) > 0)?;
        if let Some(stream) = media_type.streams() {
            // A range is no word for something that is never judged.
            return (closeness(&closest) == EXACT).then_some(Handling::Stream(stream));
        }
        closest.1.of(media_type.kind())
    }

    /// Whether some of it is read.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        self.types.iter().any(|(_, media)| media.is_judged())
    }

    /// Whether nothing is documented.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.types.is_empty()
    }
}

// === impl Media ===

impl Media {
    /// What is to be done with a body of this kind.
    #[must_use]
    pub const fn of(&self, kind: Kind) -> Option<Handling> {
        match kind {
            Kind::Json => self.json,
            Kind::Form => self.form,
            Kind::Multipart => self.multipart,
            Kind::Text => self.text,
            Kind::Binary => self.binary,
        }
    }

    /// The same, but that bodies of one kind pass.
    #[must_use]
    pub const fn passing(self, kind: Kind) -> Self {
        let pass = Some(Handling::Pass);
        match kind {
            Kind::Json => Self { json: pass, ..self },
            Kind::Form => Self { form: pass, ..self },
            Kind::Multipart => Self {
                multipart: pass,
                ..self
            },
            Kind::Text => Self { text: pass, ..self },
            Kind::Binary => Self {
                binary: pass,
                ..self
            },
        }
    }

    fn is_judged(&self) -> bool {
        [self.json, self.form, self.multipart, self.text, self.binary]
            .iter()
            .any(|handling| matches!(handling, Some(Handling::Judge(_))))
    }
}
