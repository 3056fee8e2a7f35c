//! How the emulator behaves, in native filters and in modules written as text.

mod host_calls;
mod limits;
mod local_replies;
mod modules;
mod pausing;
mod scripted;
mod time;
