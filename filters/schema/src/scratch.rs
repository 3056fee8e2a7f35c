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
        // Bytes take more as the text that stands for them.
        self.tape.shrink_above(KEPT_TAPE);
    }
}

/// The tape of a larger body is not kept: it takes up to eight times as much.
const KEPT: usize = 256 * 1024;
/// A tape that is this large without a large body is not kept either.
const KEPT_TAPE: usize = 8 * KEPT;
