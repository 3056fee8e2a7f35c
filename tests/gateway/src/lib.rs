//! What the filters do in a real Envoy, where it is Envoy that decides it:
//! holding, replacing, failing, changing, being many.
//!
//! A test takes gates: listeners with the filters of a policy, written by
//! `tollgate render`, each with an upstream of its own. All gates of a side
//! stand in one Envoy, because its start costs more than most tests.

pub mod form;
pub mod gate;
pub mod hardening;
pub mod harness;
pub mod house;
pub mod order;
pub mod policy;
pub mod side;
pub mod sight;
pub mod site;
pub mod token;

pub use form::Form;
pub use gate::{Gate, Place};
pub use harness::{Company, Test, Topic, World};
pub use house::{House, Say};
pub use side::Side;
pub use sight::Sight;
pub use site::Site;
