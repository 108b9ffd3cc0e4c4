//! Where secrets lie: the keychain of the computer, a file encrypted with a passphrase, or memory.
//!
//! Secrets have account names: `instance/<id>/client-secret`, `…/password`,
//! `…/private-key`, `…/refresh-token`, `vault/password`, `vault/key`. Nothing here writes a secret in plain text, and no type here can
//! be printed with one.

mod account;
mod encrypted_file;
mod error;
mod keychain;
mod keychain_access;
mod session;
mod store;
mod verbs;

pub(crate) use account::{Account, Slot};
pub(crate) use error::SecretError;
pub(crate) use store::Secrets;
