//! What a person can do with Waybill: instances, secrets, settings, backups, history.
//!
//! The desktop shell and the command line both enter here, through [`Waybill`], and decide nothing
//! themselves. What goes in and comes out are the types of [`view`]; every failure is a
//! [`view::CommandError`] that says what happened, why, and what to do next.
//!
//! `storage` knows the data folder, `settings` its `settings.json`, `secrets` where secrets lie,
//! `errors` how failures are put into words.

mod errors;
mod open;
mod secrets;
mod settings;
mod storage;
pub mod view;
mod waybill;

pub use open::{Clock, KeychainChoice, OpenOptions, user_name};
pub use storage::default_home;
pub use waybill::{AppEvent, Waybill};
