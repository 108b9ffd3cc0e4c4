//! The vault: snapshots in restic's format, so that they can be read without Waybill.
//!
//! A [`Vault`] is a restic repository (version 2) in a folder. It is written and read through
//! `rustic_core`, with guards around the places where that library goes on after a failure:
//! every content is read and counted ([`Vault::write`] keeps a snapshot whole or does not write
//! it), the first failure stops every further write, one writer works at a time, restic's own
//! commands are kept away by its own lock files, and panics become errors. What was written can
//! be read back and compared ([`Vault::verify`]), the whole vault checked ([`Vault::check`]), and
//! files taken out ([`Vault::read`], [`Vault::restore`]). [`KeepRules`] say which snapshots stay,
//! [`Vault::prune`] gives back the room of the others, [`Vault::check_part`] proves a part of the
//! data and [`Vault::mend`] puts damage right. A vault can lie elsewhere ([`RemoteFiles`]) and take
//! copies of snapshots ([`Vault::copy_snapshots`]). A [`Staging`] keeps downloads of a run
//! until they are in a snapshot. All calls block; `docs/vault-format.md` describes what lies on
//! the disk.
//!
//! ```no_run
//! use waybill_vault::{Content, Entry, NewSnapshot, Silent, Vault};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let password = secrecy::SecretString::from("correct horse battery staple");
//! let vault = Vault::create("/backups/vault".as_ref(), &password)?;
//! let now = jiff::Timestamp::now();
//! let head = NewSnapshot { label: "prod".into(), tags: vec![], time: now, description: None };
//! let entry = Entry {
//!     path: "lookups/COUNTRIES.csv".into(),
//!     modified: now,
//!     size: 3,
//!     content: Content::Bytes("a,b".into()),
//! };
//! let written = vault.write(&head, vec![entry], &Silent, &|| false)?;
//! assert_eq!(vault.read(&written.id, "lookups/COUNTRIES.csv")?, b"a,b");
//! # Ok(()) }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod attend;
mod check;
mod copy;
mod entry;
mod error;
#[cfg(test)]
mod faults;
mod gate;
mod keep;
mod key;
mod ledger;
mod progress;
mod proof;
mod prune;
mod remote;
mod repository_lock;
mod restore;
mod safe_name;
mod size;
mod snapshots;
mod source;
mod staging;
mod tidy;
mod trees;
mod vault;
mod verify;
mod write;
mod writer_lock;

pub use check::CheckReport;
pub use copy::CopiedSnapshot;
pub use entry::{Content, Entry, NewSnapshot};
pub use error::{Result, VaultError};
pub use keep::{ALWAYS, KeepRules, KeepSpan, Kept, NotASpan};
pub use progress::{Progress, Silent, WriteProgress};
pub use proof::{Damage, Damaged, HitFile, MendReport, PartReport};
pub use prune::PruneReport;
pub use remote::{RemoteFile, RemoteFiles};
pub use restore::Restored;
pub use size::VaultSize;
pub use snapshots::{FileRecord, SnapshotRecord, TAG};
pub use staging::Staging;
pub use vault::Vault;
pub use verify::{Mismatch, MismatchReason};
pub use write::Written;
