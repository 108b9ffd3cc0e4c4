//! How every failure becomes the one error that reaches a person.

mod build;
mod exchange;
mod table;

pub(crate) use exchange::exchange_view;
pub(crate) use table::sentence;
