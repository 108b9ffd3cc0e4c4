//! Saved instances: the form, the connection test, and the client that speaks with one.

mod clients;
mod connection_test;
mod form;
mod remedies;
mod test_memory;
mod verbs;
mod view;

pub(crate) use clients::Clients;
pub(crate) use test_memory::TestMemory;
