//! What a person can do with Waybill: instances, secrets, settings, backups, history.
//!
//! The desktop shell and the command line both enter here and decide nothing themselves.

pub mod view;
