//! A move that is prepared, as it lies on the disk: what was chosen and decided, the waybill once it is
//! planned, and the runs of it. No secret is in it: of secrets the names alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use waybill_engine::plan::{Choice, History};
use waybill_engine::waybill::{Bindings, Policies, Waybill as Document};
use waybill_model::ArtifactId;

use crate::view::{PlaceHead, PlaceRef, RoleHolder};

/// The version that this program writes and the newest it reads.
pub(super) const VERSION: u32 = 1;

/// A move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Draft {
    /// The version of the format.
    pub version: u32,
    /// Its number: `WB-0142`.
    pub id: String,
    /// What it is for.
    #[serde(default)]
    pub name: String,
    /// When it was last saved (RFC 3339).
    pub saved_at: String,
    /// Grows with each change of what is planned.
    #[serde(default)]
    pub revision: u64,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<PlaceRef>,
    /// That place as it was when it was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_head: Option<PlaceHead>,
    /// To which saved instance, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What goes along, by name in the source.
    #[serde(default)]
    pub chosen: BTreeSet<ArtifactId>,
    /// What is needed and left out knowingly, by name in the source.
    #[serde(default)]
    pub left_out: BTreeSet<ArtifactId>,
    /// What is deleted, by name in the destination.
    #[serde(default)]
    pub remove: BTreeSet<ArtifactId>,
    /// What is decided for all of it.
    #[serde(default)]
    pub policies: Policies,
    /// The values that artifacts take in the destination.
    #[serde(default)]
    pub bindings: Bindings,
    /// The waybill as it was last planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Planned>,
    /// Its runs, the first one first.
    #[serde(default)]
    pub runs: Vec<String>,
    /// The revision that was run last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ran: Option<u64>,
    /// The run that it takes back, where it is a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_of: Option<String>,
    /// The service roles that it gives and takes, where it does that and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<RolesWish>,
    /// What a later version added.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Which service roles are given and taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub(crate) enum RolesWish {
    /// Those of the source.
    Copy {
        /// What the source does not have is taken away.
        take_away: bool,
    },
    /// These, by name.
    Named {
        /// Given.
        give: Vec<RoleHolder>,
        /// Taken away.
        take: Vec<RoleHolder>,
    },
}

/// The waybill of a move.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Planned {
    /// The revision of the draft that it was made of: of another one it is out of date.
    pub revision: u64,
    /// The document.
    pub document: Document,
    /// What the checks found in order: the rule and the words.
    #[serde(default)]
    pub passed: Vec<(String, String)>,
    /// How long planning and checking took, in milliseconds.
    #[serde(default)]
    pub took_ms: u64,
    /// How long steps took in the past, by the word of their kind, in milliseconds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub step_ms: BTreeMap<String, u64>,
    /// How many imports and changes run at once.
    #[serde(default)]
    pub imports_at_once: u32,
    /// How many activations run at once.
    #[serde(default)]
    pub activations_at_once: u32,
}

impl Planned {
    /// What past runs of the destination took, as it was known when this was planned.
    pub fn history(&self) -> History {
        History {
            millis: self.step_ms.clone(),
            imports_at_once: self.imports_at_once,
            activations_at_once: self.activations_at_once,
        }
    }
}

impl Draft {
    /// An empty one.
    pub fn new(id: String, saved_at: String) -> Self {
        Self {
            version: VERSION,
            id,
            name: String::new(),
            saved_at,
            revision: 1,
            from: None,
            from_head: None,
            to: None,
            chosen: BTreeSet::new(),
            left_out: BTreeSet::new(),
            remove: BTreeSet::new(),
            policies: Policies::default(),
            bindings: Bindings::default(),
            planned: None,
            runs: Vec::new(),
            ran: None,
            rollback_of: None,
            roles: None,
            other: Map::new(),
        }
    }

    /// What was chosen.
    pub fn choice(&self) -> Choice {
        Choice {
            chosen: self.chosen.clone(),
            left_out: self.left_out.clone(),
            remove: self.remove.clone(),
        }
    }

    /// The waybill, unless something was changed since it was planned.
    pub fn current(&self) -> Option<&Planned> {
        let planned = self.planned.as_ref();
        planned.filter(|planned| planned.revision == self.revision)
    }

    /// Says that what is planned is out of date.
    pub fn changed(&mut self) {
        self.revision += 1;
    }
}
