//! The servers behind a proxy: they record what arrives and answer what they
//! are told.

mod http1;
mod http2;
mod journal;
mod keys;
mod script;
mod upstream;

pub use self::journal::{Arrival, Received};
pub use self::keys::{KeyAnswer, KeyServer};
pub use self::script::{Answer, Ending, Moment};
pub use self::upstream::Upstream;
