//! Proof that snapshots can be had back, and what damage was found.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

/// How something was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ProofWay {
    /// The data of the vault, or a part of it, was read.
    Check,
    /// A snapshot was restored into a folder and compared byte for byte.
    Folder,
    /// A snapshot was restored into an instance and compared.
    Instance,
    /// Damage was put right from another copy.
    Mend,
}

/// How often a snapshot is restored to prove it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ProofEvery {
    /// Each week.
    Week,
    /// Each month.
    #[default]
    Month,
    /// Each quarter of a year.
    Quarter,
}

/// What is proved by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ProofForm {
    /// Each day a thirtieth of the vault's data is read, once there is a schedule.
    pub check: bool,
    /// Snapshots are restored to prove it.
    pub restore: bool,
    /// How often.
    pub every: ProofEvery,
    /// How many artifacts of a snapshot; all, where nothing is said.
    pub artifacts: Option<u32>,
    /// Into this instance, by its id; into a folder, where nothing is said.
    pub into: Option<String>,
}

impl Default for ProofForm {
    fn default() -> Self {
        Self {
            check: true,
            restore: false,
            every: ProofEvery::Month,
            artifacts: Some(40),
            into: None,
        }
    }
}

/// An instance that snapshots may be restored into for proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProofPlace {
    /// The instance, by its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its environment; never Production.
    pub environment: Environment,
    /// A practice instance of this computer.
    pub practice: bool,
}

/// What is proved by itself, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ProofSettings {
    /// What was set.
    pub form: ProofForm,
    /// A schedule is on, so that the daily check is made.
    pub checks: bool,
    /// Where snapshots may be restored to: practice instances, and those that were marked for it.
    pub places: Vec<ProofPlace>,
    /// The last check.
    pub last_check: Option<ProofView>,
    /// The last restore.
    pub last_restore: Option<ProofView>,
}

/// Where a good copy of something damaged is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct GoodCopy {
    /// Where, in words.
    pub words: String,
    /// The target that has the same snapshot.
    pub target: Option<String>,
    /// Another snapshot that has an earlier or later state of it.
    pub snapshot: Option<String>,
}

/// A file of a snapshot that cannot be read, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct DamagedArtifact {
    /// The snapshot.
    pub snapshot: String,
    /// When it was taken.
    pub taken_at: String,
    /// The instance it was taken from.
    pub instance_name: String,
    /// The artifact, where it is one.
    pub artifact: Option<ArtifactId>,
    /// What people call it.
    pub name: String,
    /// The path in the snapshot.
    pub path: String,
    /// Where good copies are.
    pub copies: Vec<GoodCopy>,
}

/// Something in the vault that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DamageView {
    /// The file of the vault, such as `data/09ab…`.
    pub file: String,
    /// What is wrong with it, in words.
    pub detail: String,
    /// The files of snapshots that cannot be read because of it.
    pub hits: Vec<DamagedArtifact>,
}

/// What proved, or disproved, that snapshots can be had back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ProofView {
    /// Its number.
    pub id: u32,
    /// When.
    pub at: String,
    /// How.
    pub way: ProofWay,
    /// Nothing was wrong.
    pub passed: bool,
    /// What was found, in a sentence.
    pub headline: String,
    /// The part of the vault that was read, from 1.
    pub part: Option<u32>,
    /// Into how many parts it is divided.
    pub of: Option<u32>,
    /// The snapshot.
    pub snapshot: Option<String>,
    /// The instance it was taken from.
    pub instance_name: Option<String>,
    /// The instance, or the kind of place, that it was restored into.
    pub into: Option<String>,
    /// How many artifacts were compared.
    pub artifacts: u32,
    /// How many files were read or compared.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// What is wrong, a line each.
    pub problems: Vec<String>,
    /// What is damaged in the vault.
    pub damages: Vec<DamageView>,
    /// The run that proved it.
    pub run: Option<String>,
}
