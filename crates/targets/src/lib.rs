//! Where copies of snapshots go, and where they can be read again.
//!
//! A copy is a folder of plain files, as in the snapshot but under names that a person files them by,
//! with a note beside them (`waybill-copy.json`) that says what each is and what its content hashes to.
//! Every kind of target keeps one contract ([`Target`]): nothing counts as a copy before it is whole and
//! was compared by hash at the other end; what was carried before a cut is not carried again.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod contract;
mod crypt;
mod error;
mod files;
mod folder;
mod git;
mod note;
mod object;
mod sftp;
mod ssh;
mod tree;

pub use contract::{Checked, CopyReader, CopyWriter, Finished, Stage, StageState, Target};
pub use crypt::{Cipher, Encryption};
pub use error::{Result, TargetError};
pub use files::{Entry, Files};
pub use folder::{FolderFiles, FolderSettings, FolderTarget};
pub use git::{GitSettings, GitSignIn, GitTags, GitTarget, OthersPushed, derived_file};
pub use note::{CopyFile, CopyHead, CopyNote, NOTE};
pub use object::{
    S3Files, S3Settings, SwiftFiles, SwiftSettings, SwiftSignIn, UploadFiles, UploadSettings,
};
pub use sftp::{SftpFiles, SftpSettings, SftpTarget};
pub use ssh::{SshServer, SshSignIn};
pub use tree::Tree;
