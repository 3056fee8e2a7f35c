//! A compiled `headers` section, and messages to judge with it.

use tollgate_kit::config::Setting;
use tollgate_kit::faults::Faults;
use tollgate_kit::fields::Fields;
use tollgate_kit::json::{Limits, OwnedDocument};
use tollgate_kit::stage::{Env, Request, Response, Stage};
use tollgate_kit::verdict::{Denial, Edits, Verdict};

pub type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The stage, or the faults as an operator reads them.
pub fn compile(section: &str) -> Result<Box<dyn Stage>, String> {
    let document = OwnedDocument::parse(section.as_bytes().to_vec(), &Limits::DEFAULT).unwrap();
    let faults = Faults::new();
    let stage = tollgate_headers::stage(Setting::root(document.root(), "headers", &faults));
    faults.finish(stage).map_err(|faults| faults.to_string())
}

pub fn stage(section: &str) -> Box<dyn Stage> {
    compile(section).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The request as it goes upstream.
pub fn requested(stage: &dyn Stage, pairs: &[(&[u8], &[u8])]) -> Result<Pairs, Box<Denial>> {
    let mut fields = Fields::from_pairs(pairs.iter().copied());
    let verdict = stage.request(&head(&fields, Connection::Plain), &env());
    fields.apply(&edits(verdict)?);
    Ok(owned(&fields))
}

/// The edits of a response.
pub fn response_edits(stage: &dyn Stage, connection: Connection, fields: &Fields) -> Edits {
    let request = Fields::default();
    let response = Response {
        fields,
        request: &head(&request, connection),
        end_of_stream: false,
    };
    edits(stage.response(&response, 0)).unwrap()
}

/// The response as it goes downstream.
pub fn responded(stage: &dyn Stage, connection: Connection, pairs: &[(&[u8], &[u8])]) -> Pairs {
    let mut fields = Fields::from_pairs(pairs.iter().copied());
    let edits = response_edits(stage, connection, &fields);
    fields.apply(&edits);
    owned(&fields)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    Tls,
    Plain,
}

pub fn owned(fields: &Fields) -> Pairs {
    let owned = |(name, value): (&[u8], &[u8])| (name.to_vec(), value.to_vec());
    fields.iter().map(owned).collect()
}

pub fn values<'p>(pairs: &'p Pairs, name: &str) -> Vec<&'p [u8]> {
    let named = pairs.iter().filter(|pair| pair.0 == name.as_bytes());
    named.map(|pair| pair.1.as_slice()).collect()
}

fn edits(verdict: Verdict) -> Result<Edits, Box<Denial>> {
    match verdict {
        Verdict::Allow(allowance) => Ok(allowance.edits),
        Verdict::Deny(denial) => Err(denial),
        Verdict::Await(need) => panic!("{need:?}"),
    }
}

fn head(fields: &Fields, connection: Connection) -> Request<'_> {
    Request {
        fields,
        target: None,
        tls: connection == Connection::Tls,
        certificate: None,
        host: "api.example.com",
        end_of_stream: true,
    }
}

fn env() -> Env<'static> {
    Env::alone(0)
}
