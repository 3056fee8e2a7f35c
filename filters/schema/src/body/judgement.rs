//! One judgement of a body: its plan makes JSON of it where it is none, and a
//! schema is applied to that. All readings of one body share a budget.

use super::{BodyPlan, Fault, Judge};
use crate::budget::Budgets;
use crate::injection::Suspicion;
use crate::parameter::{self, Interpretation, Raw, Shape};
use crate::scratch::Scratch;
use crate::settings::Limits;
use crate::validator::{SchemaId, Step};
use std::borrow::Cow;
use tollgate_kit::fields::Fields;
use tollgate_kit::json::{Document, Limits as JsonLimits, ParseError, Tape, escape_into};
use tollgate_kit::verdict::Violation;

/// A judgement under way.
pub(super) struct Judgement<'j> {
    pub(super) judge: Judge<'j>,
    pub(super) limits: &'j Limits,
    pub(super) scratch: &'j mut Scratch,
    pub(super) budgets: Budgets,
    /// Whether what is valid is looked at: bytes are no text, whatever they look like.
    is_text: bool,
    /// What speaks against the value that was found valid last.
    suspicion: Option<Suspicion>,
}

/// What is wrong with a value: nothing, or some violations, which may be none
/// where finding them costs too much.
pub(super) type Judged = Result<Option<Vec<Violation>>, Fault>;

impl<'j> Judgement<'j> {
    pub(super) fn new(judge: Judge<'j>, scratch: &'j mut Scratch) -> Self {
        let limits = &judge.operation.settings.limits;
        Self {
            judge,
            limits,
            scratch,
            budgets: Budgets::new(limits.work),
            is_text: true,
            suspicion: None,
        }
    }

    /// Judges a body by its plan; `fields` are those of its head. What only speaks
    /// against it comes back.
    pub(super) fn body(
        mut self,
        plan: &BodyPlan,
        bytes: &[u8],
        fields: &Fields,
    ) -> Result<Option<Suspicion>, Fault> {
        let judged = match plan {
            BodyPlan::Json(schema) => {
                let limits = &self.limits.json;
                self.apply(*schema, |tape| tape.parse(bytes, limits))
            }
            BodyPlan::Form(plan) => self.urlencoded(plan, bytes),
            BodyPlan::Multipart(plan) => self.multipart(plan, bytes, fields),
            BodyPlan::Text(schema, types) => self.text(*schema, &Shape::scalar(*types), bytes),
            BodyPlan::Binary(schema) => self.binary(*schema, bytes),
        };
        match judged? {
            None => Ok(self.suspicion),
            Some(violations) => Err(Fault::Invalid(violations)),
        }
    }

    fn text(&mut self, schema: SchemaId, shape: &Shape, bytes: &[u8]) -> Judged {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            Fault::Syntax(format!("invalid UTF-8 at byte {}", error.valid_up_to()))
        })?;
        let raw = Raw::Text(Cow::Borrowed(text));
        self.readings(schema, shape.interpretations(), |interpretation, json| {
            parameter::write(&raw, shape, interpretation, json);
            Ok(())
        })
    }

    /// Applies a schema to what `write` makes of each reading, until one is valid;
    /// of the others that counts which is closest to it.
    pub(super) fn readings(
        &mut self,
        schema: SchemaId,
        interpretations: &[Interpretation],
        write: impl Fn(Interpretation, &mut String) -> Result<(), Fault>,
    ) -> Judged {
        let mut closest: Option<Vec<Violation>> = None;
        for interpretation in interpretations {
            let mut json = String::new();
            write(*interpretation, &mut json)?;
            let Some(violations) = self.written(schema, json)? else {
                return Ok(None);
            };
            let closer = |known: &Vec<Violation>| violations.len() < known.len();
            if closest.as_ref().is_none_or(closer) {
                closest = Some(violations);
            }
        }
        Ok(Some(closest.unwrap_or_default()))
    }

    fn binary(&mut self, schema: SchemaId, bytes: &[u8]) -> Judged {
        self.is_text = false;
        let mut json = String::with_capacity(bytes.len().saturating_mul(2));
        write_bytes(bytes, &mut json);
        self.written(schema, json)
    }

    /// Applies a schema to what was written. How long its texts may be was looked at
    /// before: some are as long as the body.
    fn written(&mut self, schema: SchemaId, json: String) -> Judged {
        let limits = JsonLimits {
            string: usize::MAX,
            ..self.limits.json
        };
        self.apply(Some(schema), |tape| {
            tape.parse_vec(json.into_bytes(), &limits)
        })
    }

    /// Applies a schema to JSON.
    fn apply(
        &mut self,
        schema: Option<SchemaId>,
        parse: impl for<'t> FnOnce(&'t mut Tape) -> Result<Document<'t>, ParseError>,
    ) -> Judged {
        let root = parse(&mut self.scratch.tape)?.root();
        if let Some(schema) = schema {
            let (validator, direction) = (&self.judge.api.validator, self.judge.direction);
            let judged = validator.judge(schema, root, direction, &mut self.budgets, Step::Body)?;
            if judged.is_some() {
                return Ok(judged);
            }
        }
        if self.is_text {
            self.suspicion = self.judge.suspicion(root);
        }
        Ok(None)
    }
}

/// Writes bytes as a string of as many characters: a length is one in bytes.
pub(super) fn write_bytes(bytes: &[u8], json: &mut String) {
    json.push('"');
    let mut buffer = [0; 4];
    for byte in bytes {
        match byte {
            b' '..=b'~' if !matches!(byte, b'"' | b'\\') => json.push(char::from(*byte)),
            _ => escape_into(char::from(*byte).encode_utf8(&mut buffer), json),
        }
    }
    json.push('"');
}
