//! The vault of this data folder: made at the first backup, opened once, shared by all.

mod door;
mod making;
mod password;
mod recovery_sheet;
mod verbs;

pub(crate) use door::{VaultDoor, on_own_thread};
