//! The document as a whole: reading it, writing it, and the hash that a person signs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use waybill_model::{ArtifactId, Environment, Generation};

use super::{Bindings, Finding, Item, Policies, Step, canonical};
use crate::digest::sha256;
use crate::manifest::InstanceStamp;

/// The version of the format that this program writes.
pub const FORMAT: u32 = 1;

/// What sort of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaceKind {
    /// A live instance.
    Instance,
    /// A snapshot.
    Snapshot,
    /// Archive files.
    Files,
}

/// Where the cargo comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlaceStamp {
    /// What sort of place.
    pub kind: PlaceKind,
    /// What people call it.
    pub title: String,
    /// The environment of the instance that it is, or came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// The generation of that instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<Generation>,
    /// The id of that instance in the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// The id of the snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// When it was read (RFC 3339); of a snapshot, when it was taken.
    pub read_at: String,
}

/// Where the cargo goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationStamp {
    /// The instance.
    pub instance: InstanceStamp,
    /// When it was read (RFC 3339).
    pub read_at: String,
    /// SHA-256 of how everything stood there that the waybill touches, in hex.
    pub state_digest: String,
}

/// A second person read the waybill and agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOff {
    /// Who.
    pub by: String,
    /// When (RFC 3339).
    pub at: String,
    /// The hash of the waybill at that moment.
    pub hash: String,
}

/// A waybill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waybill {
    /// The version of the format.
    pub format: u32,
    /// Its number, as people see it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// When it was planned (RFC 3339).
    pub made_at: String,
    /// Who planned it.
    pub made_by: String,
    /// The version of the program that planned it.
    pub tool_version: String,
    /// Where the cargo comes from.
    pub source: PlaceStamp,
    /// Where it goes.
    pub destination: DestinationStamp,
    /// What a person chose, by name in the source.
    pub choice: Vec<ArtifactId>,
    /// What would be needed and was left out knowingly, by name in the source.
    #[serde(default)]
    pub left_out: Vec<ArtifactId>,
    /// What is to be deleted in the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<ArtifactId>,
    /// What was decided for all of it.
    pub policies: Policies,
    /// The artifacts, sorted by id.
    pub items: Vec<Item>,
    /// The steps, in an order in which they can be taken one after the other.
    pub steps: Vec<Step>,
    /// What the checks found, the weightiest first.
    pub findings: Vec<Finding>,
    /// The values that artifacts take in the destination.
    pub bindings: Bindings,
    /// What a person has to see to, because no call of the service does it.
    pub checklist: Vec<String>,
    /// How long it will take, by what past runs took; none without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate_seconds: Option<u64>,
    /// Who agreed.
    #[serde(default)]
    pub sign_offs: Vec<SignOff>,
}

/// Why a file is no waybill that can be used.
#[derive(Debug, thiserror::Error)]
pub enum WaybillError {
    /// It is something else, or damaged.
    #[error("the file is no waybill: {cause}")]
    NotOne {
        /// What was wrong.
        cause: String,
    },
    /// A newer program wrote it.
    #[error("the waybill has format {found}; this program reads format {FORMAT}")]
    Newer {
        /// The format of the file.
        found: u64,
    },
    /// Its steps make no sense: somebody changed it by hand.
    #[error("the steps of the waybill do not fit together: {cause}")]
    Broken {
        /// What does not fit.
        cause: String,
    },
}

impl Waybill {
    /// Reads a saved waybill.
    ///
    /// # Errors
    /// It is no waybill, of a newer format, or its steps do not fit together.
    pub fn read(bytes: &[u8]) -> Result<Self, WaybillError> {
        let wrong = |error: serde_json::Error| WaybillError::NotOne {
            cause: error.to_string(),
        };
        let value: Value = serde_json::from_slice(bytes).map_err(wrong)?;
        let Some(format) = value.get("format").and_then(Value::as_u64) else {
            return Err(WaybillError::NotOne {
                cause: "it names no format".to_owned(),
            });
        };
        if format > u64::from(FORMAT) {
            return Err(WaybillError::Newer { found: format });
        }
        let waybill: Self = serde_json::from_value(value).map_err(wrong)?;
        waybill.check_sense()?;
        Ok(waybill)
    }

    /// The document as it is saved: readable JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// SHA-256, in hex, of all that a person agrees to: the canonical JSON without sign-offs and
    /// acknowledgements.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut bare = self.clone();
        bare.sign_offs.clear();
        for finding in &mut bare.findings {
            finding.acknowledged = None;
        }
        let value = serde_json::to_value(&bare).unwrap_or_default();
        sha256(canonical(&value).as_bytes())
    }

    /// Whether somebody agreed to it as it is now.
    #[must_use]
    pub fn is_signed_off(&self) -> bool {
        let hash = self.hash();
        self.sign_offs.iter().any(|sign_off| sign_off.hash == hash)
    }

    /// The findings that keep it from being run.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// The item of an artifact, by its name in the destination.
    #[must_use]
    pub fn item(&self, id: &ArtifactId) -> Option<&Item> {
        let found = self.items.binary_search_by(|item| item.id.cmp(id));
        found.ok().and_then(|index| self.items.get(index))
    }

    /// SHA-256, in hex, of all bytes that a run of it needs: archives that are sent and records of the
    /// source.
    #[must_use]
    pub fn cargo(&self) -> BTreeSet<String> {
        let own = self.items.iter().flat_map(|item| {
            let archive = item.archive.as_ref();
            let sent = archive.filter(|archive| archive.carried_by.is_none());
            sent.into_iter().chain(&item.record)
        });
        own.map(|stamp| stamp.sha256.clone()).collect()
    }

    /// Puts the weightiest findings first; those of one weight stay in their order by rule and subject.
    pub fn sort_findings(&mut self) {
        self.findings.sort_by(|left, right| {
            let key = |finding: &Finding| {
                (
                    finding.severity,
                    finding.rule.clone(),
                    finding.subject.clone(),
                    finding.text.clone(),
                )
            };
            key(left).cmp(&key(right))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The JSON of the documentation, block by block.
    fn written_down() -> Vec<Value> {
        let text = include_str!("../../../../docs/waybill-format.md");
        text.split("```json\n")
            .skip(1)
            .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn the_example_of_the_documentation_is_a_waybill_and_loses_nothing() {
        let example = &written_down()[0];
        let waybill = Waybill::read(example.to_string().as_bytes()).unwrap();
        assert_eq!(&serde_json::to_value(&waybill).unwrap(), example);
    }

    #[test]
    fn the_schema_requires_what_reading_requires() {
        let (example, schema) = (&written_down()[0], &written_down()[1]);
        for name in schema["required"].as_array().unwrap() {
            let mut less = example.clone();
            let gone = less.as_object_mut().unwrap().remove(name.as_str().unwrap());
            assert!(gone.is_some(), "the example lacks {name}");
            assert!(
                Waybill::read(less.to_string().as_bytes()).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_finding_blocks_until_it_is_read_and_reading_it_leaves_the_hash() {
        use crate::change::Severity;
        use crate::waybill::Acknowledgement;

        let mut waybill = Waybill::read(written_down()[0].to_string().as_bytes()).unwrap();
        waybill.findings = [Severity::Note, Severity::Warning]
            .map(|severity| Finding::new("x", severity, "X."))
            .into();
        let hash = waybill.hash();
        assert_eq!(waybill.open_findings().count(), 1);
        waybill.findings[1].acknowledged = Some(Acknowledgement {
            by: "P".to_owned(),
            at: "2026-11-19T14:20:00Z".to_owned(),
        });
        assert_eq!(waybill.open_findings().count(), 0);
        assert_eq!(waybill.hash(), hash);
    }
}
