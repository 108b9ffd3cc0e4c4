//! Saved instances: the form, the connection test, and the client that speaks with one.

mod browser;
mod clients;
mod connection_test;
mod form;
mod remedies;
mod secrets;
mod sign_in_form;
mod test_memory;
mod tokens;
mod verbs;
mod view;

pub(crate) use browser::BrowserSignIns;
pub use browser::SignInTarget;
pub(crate) use clients::Clients;
pub(crate) use test_memory::TestMemory;
