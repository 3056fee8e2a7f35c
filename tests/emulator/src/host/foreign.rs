//! Foreign functions: `verify_signature` and `clear_route_cache`. The
//! cryptography itself is the test's, so that there is none here.

use std::rc::Rc;

use super::{Guest, Host, HostCall, HostResult, Status, Stream, View};

/// Checks a signature: name of the hash function, DER of the public key
/// (`SubjectPublicKeyInfo`), signature, text. An error is the text Envoy would give.
pub type Verifier = Rc<dyn Fn(&str, &[u8], &[u8], &[u8]) -> Result<bool, String>>;

impl Host {
    /// Gives the host a `verify_signature`; without one the function is unknown.
    pub fn set_verifier(
        &self,
        verifier: impl Fn(&str, &[u8], &[u8], &[u8]) -> Result<bool, String> + 'static,
    ) {
        self.state().verifier = Some(Rc::new(verifier));
    }
}

impl Guest {
    /// `proxy_call_foreign_function`.
    pub fn call_foreign_function(&self, name: &[u8], argument: &[u8]) -> HostResult<Vec<u8>> {
        self.host().enter(HostCall::CallForeignFunction)?;
        match name {
            b"verify_signature" => self.verify_signature(argument),
            b"clear_route_cache" => {
                let clear = |_: &mut View, stream: &mut Stream| stream.route_cache_clears += 1;
                self.host().with_view(self.context(), clear);
                Ok(Vec::new())
            }
            _ => Err(Status::NotFound),
        }
    }

    fn verify_signature(&self, argument: &[u8]) -> HostResult<Vec<u8>> {
        let verifier = self
            .host()
            .state()
            .verifier
            .clone()
            .ok_or(Status::NotFound)?;
        let question = Question::parse(argument).ok_or(Status::BadArgument)?;
        let hash = std::str::from_utf8(question.hash).map_err(|_| Status::BadArgument)?;
        let verdict = verifier(hash, question.key, question.signature, question.text);
        Ok(match verdict {
            Ok(true) => vec![0x08, 0x01],
            Ok(false) => error_field("Failed to verify digest. Error code: 0"),
            Err(text) => error_field(&text),
        })
    }
}

/// Field 2 of the answer. Field 1 is false, and so isn't written.
fn error_field(text: &str) -> Vec<u8> {
    let mut message = vec![0x12];
    let mut length = text.len();
    while length >= 0x80 {
        message.push(length as u8 | 0x80);
        length >>= 7;
    }
    message.push(length as u8);
    message.extend_from_slice(text.as_bytes());
    message
}

#[derive(Default)]
struct Question<'a> {
    hash: &'a [u8],
    key: &'a [u8],
    signature: &'a [u8],
    text: &'a [u8],
}

impl<'a> Question<'a> {
    /// Reads the protobuf message. Unknown fields are skipped as protobuf does.
    fn parse(mut message: &'a [u8]) -> Option<Self> {
        let mut question = Self::default();
        while !message.is_empty() {
            let tag = varint(&mut message)?;
            let (field, value) = (tag >> 3, value(&mut message, tag & 7)?);
            match (field, tag & 7) {
                (0, _) => return None,
                (1, 2) => question.hash = value,
                (2, 2) => question.key = value,
                (3, 2) => question.signature = value,
                (4, 2) => question.text = value,
                _ => {}
            }
        }
        Some(question)
    }
}

fn varint(message: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = message.split_first()?;
        *message = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn value<'a>(message: &mut &'a [u8], wire_type: u64) -> Option<&'a [u8]> {
    let length = match wire_type {
        0 => return varint(message).map(|_| &[][..]),
        1 => 8,
        2 => usize::try_from(varint(message)?).ok()?,
        5 => 4,
        _ => return None,
    };
    let (value, rest) = message.split_at_checked(length)?;
    *message = rest;
    Some(value)
}
