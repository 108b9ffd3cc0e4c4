//! Targets: where copies of snapshots go, and the copies themselves.
//!
//! `stored` is a target in the settings, `secrets` where its secrets lie, `carriers` makes of both what carries
//! copies, `verbs` saves and removes, `check` tries one out, `due` says which snapshots one lacks, `state` how it
//! stands, `copying` begins copies and takes them up, `container` lends one to archives of instances, `opened` and `listed` bring copies back.

mod carriers;
mod check;
mod container;
mod copying;
mod due;
mod listed;
mod opened;
mod secrets;
mod state;
mod stored;
mod verbs;

pub(crate) use container::{fits as container_fits, shown_address};
pub(crate) use opened::{OpenedCopies, clear as clear_opened};
pub(crate) use secrets::TargetSlot;
pub(crate) use stored::StoredTarget;
