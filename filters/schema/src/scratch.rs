//! Buffers that are kept from one message to the next, so that judging one
//! allocates next to nothing.

use tollgate_kit::json::Tape;

/// The buffers.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Documents.
    pub tape: Tape,
    /// Parameters as JSON.
    pub text: String,
}

impl Scratch {
    /// Lets go of what only an unusually large body needed.
    pub fn rest(&mut self, body: usize) {
        if body > KEPT {
            self.tape = Tape::new();
        }
    }
}

/// The tape of a larger body is not kept: it takes up to eight times as much.
const KEPT: usize = 256 * 1024;
