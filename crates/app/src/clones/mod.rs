//! Archives of whole instances: planned, begun, followed, signed off.
//!
//! `ask` makes of what a person asks for what the engine does, and says what is to be known before; `start` begins
//! it and takes it up again; `look` shows how it stands, what lies in a container, and signs off what is left. The
//! containers are targets (`crate::targets::container`).

mod ask;
mod look;
mod start;
