//! What a copy says of itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The note in the folder of each copy. It is written last: a folder without it is no copy.
pub const NOTE: &str = "waybill-copy.json";

/// What is copied, and what people will read of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyHead {
    /// The folder of this copy below the root of the target, with `/` between its parts.
    pub folder: String,
    /// One line: what changed in the instance, and by whom.
    pub title: String,
    /// More of it, line by line; may be empty.
    #[serde(default)]
    pub body: String,
    /// The name of the instance.
    pub instance: String,
    /// The id of the snapshot in its vault.
    pub snapshot: String,
    /// When the snapshot was taken.
    pub taken: Timestamp,
    /// Counts up by one per copy of an instance to a target.
    pub build: u64,
}

/// One file of a copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyFile {
    /// Where it lies in the folder of the copy, with `/` between the parts.
    pub path: String,
    /// Where it lies in the snapshot.
    pub origin: String,
    /// SHA-256 of its content before any encryption, in hexadecimal digits.
    pub sha256: String,
    /// Bytes of its content before any encryption.
    pub size: u64,
}

/// The note: head and files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyNote {
    /// The version of this form; this program writes 1.
    pub format: u32,
    /// What was copied.
    pub head: CopyHead,
    /// Its files, sorted by path.
    pub files: Vec<CopyFile>,
}
