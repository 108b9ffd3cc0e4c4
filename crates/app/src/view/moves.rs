//! A move that is prepared: from where, to where, what, and how.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment, Generation, State};

use super::{PlaceHead, PlaceRef, RunSummary, Verdict};

/// What happens to an artifact that the destination has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ExistingPolicy {
    /// It stays as it is.
    Skip,
    /// It is replaced, whether it differs or not.
    Replace,
    /// It is replaced if its design differs.
    #[default]
    ReplaceIfDifferent,
    /// What differs comes under a version of its own alone.
    NewVersion,
}

/// Which integrations are active afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ActivatePolicy {
    /// Those that are in the source.
    #[default]
    AsInSource,
    /// All that are moved.
    All,
    /// None of those that are moved.
    None,
}

/// Which schedules run afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum SchedulesPolicy {
    /// Those that run in the source; where it does not tell, those that ran before.
    #[default]
    AsInSource,
    /// All of integrations that are active.
    Start,
    /// None.
    Stop,
    /// What had to be stopped stays stopped.
    LeaveStopped,
}

/// Which values connections have afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ConnectionsPolicy {
    /// Those of the destination.
    #[default]
    Keep,
    /// Those of the source, all but secrets.
    FromSource,
}

/// How one artifact is treated in another way than the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct MoveException {
    /// If the destination has it already.
    pub existing: Option<ExistingPolicy>,
    /// Whether it is active afterwards.
    pub activate: Option<ActivatePolicy>,
    /// Whether its schedule runs afterwards.
    pub schedules: Option<SchedulesPolicy>,
    /// Which values it has afterwards.
    pub connections: Option<ConnectionsPolicy>,
}

/// What is decided for all that is moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct MovePolicies {
    /// What happens to artifacts that the destination has already.
    pub existing: ExistingPolicy,
    /// Which integrations are active afterwards.
    pub activate: ActivatePolicy,
    /// Which schedules run afterwards.
    pub schedules: SchedulesPolicy,
    /// Which values connections have afterwards.
    pub connections: ConnectionsPolicy,
    /// The project of the destination into which artifacts outside projects go.
    pub into_project: Option<String>,
    /// Exceptions, by name in the destination.
    pub exceptions: BTreeMap<ArtifactId, MoveException>,
}

/// An address of the source and what stands for it in the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HostRuleView {
    /// The host in the source, without scheme and path.
    pub from: String,
    /// The host in the destination.
    pub to: String,
}

/// The value of one cell of a lookup in the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LookupCellView {
    /// The lookup, by its name in the destination.
    pub lookup: ArtifactId,
    /// The row, by the value in its first column.
    pub row: String,
    /// The name of the column.
    pub column: String,
    /// The value.
    pub value: String,
}

/// The values of a schedule in the destination; what is not named comes from the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ScheduleValues {
    /// Its time zone.
    pub time_zone: Option<String>,
    /// When it begins, as the service writes it.
    pub start: Option<String>,
    /// When it ends, as the service writes it.
    pub end: Option<String>,
    /// Parameters of the scheduled integration.
    pub parameters: BTreeMap<String, String>,
}

/// What changes in a move that is prepared; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct MoveEdit {
    /// What it is for.
    pub name: Option<String>,
    /// From where.
    pub from: Option<PlaceRef>,
    /// To which instance, by its id.
    pub to: Option<String>,
    /// What goes along, by name in the source.
    pub chosen: Option<Vec<ArtifactId>>,
    /// What is needed and left out knowingly, by name in the source.
    pub left_out: Option<Vec<ArtifactId>>,
    /// What is deleted, by name in the destination.
    pub remove: Option<Vec<ArtifactId>>,
    /// What is decided for all of it.
    pub policies: Option<MovePolicies>,
    /// Hosts that have another name in the destination.
    pub hosts: Option<Vec<HostRuleView>>,
    /// Cells of lookups.
    pub lookup_cells: Option<Vec<LookupCellView>>,
    /// Values of schedules, by their name in the destination.
    pub schedules: Option<BTreeMap<ArtifactId, ScheduleValues>>,
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum MoveStage {
    /// Something is still to be chosen.
    Choosing,
    /// Chosen, and not planned since the last change.
    Chosen,
    /// Planned; something stands against it.
    Blocked,
    /// Planned; nothing stands against it.
    Ready,
    /// A run of it goes on.
    Running,
    /// It was run.
    Done,
}

/// A move in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveSummary {
    /// Its number: `WB-0142`.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// When it was last saved.
    pub saved_at: String,
    /// How far it is.
    pub stage: MoveStage,
    /// The place it comes from.
    pub from_title: Option<String>,
    /// The environment of that place.
    pub from_environment: Option<Environment>,
    /// The instance it goes to.
    pub to_title: Option<String>,
    /// Its environment.
    pub to_environment: Option<Environment>,
    /// How many artifacts were chosen.
    pub chosen: u32,
    /// The run that it takes back, where it is a rollback.
    pub rollback_of: Option<String>,
    /// Its newest run.
    pub last_run: Option<RunSummary>,
}

/// Somebody agreed to a waybill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SignOffView {
    /// Who.
    pub by: String,
    /// When.
    pub at: String,
    /// It counts for the waybill as it is now.
    pub counts: bool,
}

/// A move opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct MoveView {
    /// What the list says of it.
    pub summary: MoveSummary,
    /// From where.
    pub from: Option<PlaceRef>,
    /// That place, where it could be opened.
    pub from_head: Option<PlaceHead>,
    /// To which instance, by its id.
    pub to: Option<String>,
    /// The generation of that instance.
    pub to_generation: Option<Generation>,
    /// What goes along, by name in the source.
    pub chosen: Vec<ArtifactId>,
    /// What is needed and left out knowingly.
    pub left_out: Vec<ArtifactId>,
    /// What is deleted, by name in the destination.
    pub remove: Vec<ArtifactId>,
    /// What is decided for all of it.
    pub policies: MovePolicies,
    /// Hosts that have another name in the destination.
    pub hosts: Vec<HostRuleView>,
    /// Cells of lookups.
    pub lookup_cells: Vec<LookupCellView>,
    /// Values of schedules.
    pub schedules: BTreeMap<ArtifactId, ScheduleValues>,
    /// There is a plan, and nothing was changed since.
    pub planned: bool,
    /// The destination demands that a second person signs off.
    pub sign_off_required: bool,
    /// Who agreed.
    pub sign_offs: Vec<SignOffView>,
    /// Its runs, newest first.
    pub runs: Vec<RunSummary>,
}

/// One artifact that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WhatRow {
    /// Its name in the source.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Its state in the source.
    pub state: Option<State>,
    /// When it was last changed there.
    pub updated: Option<String>,
    /// The packages it is in.
    pub packages: Vec<String>,
    /// How it stands in the destination; none where there is no destination yet, and `onlyLeft`
    /// where it is not there.
    pub verdict: Option<Verdict>,
    /// The difference in a few words.
    pub summary: String,
    /// Its state in the destination.
    pub state_there: Option<State>,
    /// It failed in the last run that moved it to this destination.
    pub failed_last_time: bool,
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct WhatView {
    /// The source.
    pub from: PlaceHead,
    /// The destination, where one is chosen and could be compared.
    pub to: Option<PlaceHead>,
    /// Every artifact of the source, sorted by id.
    pub rows: Vec<WhatRow>,
    /// What holds for all of it, in plain words; also why the destination could not be compared.
    pub notes: Vec<String>,
}

/// Something that what was chosen needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct NeedRow {
    /// Its name in the source.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// Why it goes along, in plain words: `called by ORDER_SYNC`, `invoked by 8 of 9`.
    pub reason: String,
    /// All that need it.
    pub needed_by: Vec<ArtifactId>,
    /// It was left out knowingly.
    pub left_out: bool,
    /// The source does not hold it.
    pub missing: bool,
    /// How it stands in the destination, as far as that is known without a call.
    pub verdict: Option<Verdict>,
}

/// What goes along because it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NeedsView {
    /// Sorted by kind and name.
    pub rows: Vec<NeedRow>,
    /// The archives were read, so that nothing is missing here; lists tell less.
    pub complete: bool,
}
