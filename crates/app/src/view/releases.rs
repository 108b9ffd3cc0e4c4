//! Releases: builds of a project, exported once, pushed to Git, and promoted unchanged from instance to instance.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use waybill_model::{ArtifactId, Environment};

use super::{FindingSeverity, MoveStage, RunSummary};

/// What comes next for a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ReleaseStage {
    /// Its deployment is made.
    Deploying,
    /// It is exported into a snapshot.
    Exporting,
    /// What was exported is looked through, and read by a person where something was found.
    Checking,
    /// It is pushed to Git.
    Pushing,
    /// It can be promoted.
    Ready,
    /// It was given up.
    GivenUp,
}

/// A release to begin.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct ReleaseForm {
    /// The instance that it comes from, by its id or name.
    pub instance: String,
    /// The project, by its code.
    pub project: String,
    /// The number of the build; none for the next one of the project.
    pub build: Option<u64>,
    /// A deployment that is there, by its code. None: one is made, or changed, of `integrations`.
    pub deployment: Option<String>,
    /// The integrations of the deployment that is made; empty for all of the project that are not drafts.
    pub integrations: Vec<ArtifactId>,
    /// What people call it; `Build 12` otherwise.
    pub name: Option<String>,
    /// What changed, for the commit.
    pub message: Option<String>,
    /// The Git target that it is pushed to, by its id or name; none: it is not.
    pub target: Option<String>,
    /// The folder in the repository, `<project>` standing for the project; `releases/<project>` otherwise.
    pub folder: Option<String>,
    /// The tag, `<project>` and `<build>` standing for what they say; `<project>/<build>` otherwise.
    pub tag: Option<String>,
    /// The instances that it goes through, by id or name, in this order. Each waits for the one before it.
    pub route: Vec<String>,
    /// It is not promoted where the project is there already.
    pub stop_if_there: bool,
}

/// Something that was found in what was exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ReleaseFinding {
    /// The name of the check.
    pub rule: String,
    /// How weighty.
    pub severity: FindingSeverity,
    /// What was found, in a sentence.
    pub text: String,
    /// What it means and how to put it right.
    pub guidance: Option<String>,
    /// Who read it.
    pub read_by: Option<String>,
    /// When.
    pub read_at: Option<String>,
}

/// Where a release lies in Git.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReleasePush {
    /// Where it is, for people: commit, branch, tag.
    pub reference: String,
    /// The folder in the repository.
    pub folder: String,
    /// The tag.
    pub tag: String,
    /// The name of the archive in that folder.
    pub archive: String,
    /// When it was pushed and read back there.
    pub at: String,
}

/// How a promotion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum PromotionState {
    /// Its waybill is prepared, and not run yet.
    Prepared,
    /// Its run goes on.
    Running,
    /// It is there: every step was made and read back.
    Done,
    /// Its run ended otherwise; it holds the promotions after it.
    Failed,
    /// It was taken back: the destination is as it was before.
    TakenBack,
    /// Its waybill carries another archive than the release.
    NotThis,
}

/// A release on its way to an instance, or there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct PromotionView {
    /// Counts up from 1 in a release.
    pub number: u32,
    /// The destination, by its id.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// Its environment.
    pub environment: Option<Environment>,
    /// How it stands.
    pub state: PromotionState,
    /// That in a sentence.
    pub words: String,
    /// The move that carries it.
    pub moved_by: String,
    /// How far that move is, while it is there.
    pub stage: Option<MoveStage>,
    /// Its run.
    pub run: Option<RunSummary>,
    /// The move that takes it back.
    pub back: Option<String>,
    /// The run of that.
    pub back_run: Option<RunSummary>,
    /// Who agreed that it goes there.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<String>,
    /// Who began it.
    pub asked_by: String,
    /// When.
    pub began_at: String,
}

/// An instance of the route of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct RouteStop {
    /// The instance, by its id.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// Its environment; none for an instance that was removed.
    pub environment: Option<Environment>,
    /// The release is there.
    pub there: bool,
    /// Why it cannot go there now; none: it can.
    pub waits_for: Option<String>,
}

/// A release in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ReleaseSummary {
    /// Its number: `RL-0012`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The instance that it comes from, by its id.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// Its environment; none for an instance that was removed.
    pub environment: Option<Environment>,
    /// The project, by its code.
    pub project: String,
    /// The number of the build.
    pub build: u64,
    /// The deployment, by its code.
    pub deployment: String,
    /// How many integrations are in it.
    pub integrations: u32,
    /// What comes next.
    pub stage: ReleaseStage,
    /// Who began it.
    pub asked_by: String,
    /// When.
    pub began_at: String,
    /// The names of the instances that it is in.
    pub there: Vec<String>,
}

/// A release opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ReleaseView {
    /// What the list says of it.
    pub summary: ReleaseSummary,
    /// What changed, for the commit.
    pub message: String,
    /// The integrations in it.
    pub integrations: Vec<ArtifactId>,
    /// The snapshot that holds it.
    pub snapshot: Option<String>,
    /// SHA-256 of its archive: the same in the snapshot, in Git, and in each destination.
    pub sha256: Option<String>,
    /// The size of its archive in bytes.
    pub bytes: Option<u64>,
    /// What was found in it, the weightiest first.
    pub findings: Vec<ReleaseFinding>,
    /// Warnings that nobody has read.
    pub unread: u32,
    /// A finding keeps it from going on.
    pub blocked: bool,
    /// The Git target that it is pushed to, by its name.
    pub target: Option<String>,
    /// Where it lies in Git.
    pub pushed: Option<ReleasePush>,
    /// Why the last step did not come to its end, in a sentence.
    pub problem: Option<String>,
    /// What to do about it.
    pub guidance: Option<String>,
    /// The instances that it goes through.
    pub route: Vec<RouteStop>,
    /// Where it was promoted to, in order.
    pub promotions: Vec<PromotionView>,
}

/// Which build of a project is in an instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct BuildThere {
    /// The project, by its code.
    pub project: String,
    /// The instance, by its id.
    pub instance_id: String,
    /// Its name.
    pub instance_name: String,
    /// Its environment; none for an instance that was removed.
    pub environment: Option<Environment>,
    /// The release.
    pub release: String,
    /// The number of the build.
    pub build: u64,
    /// What people call it.
    pub name: String,
    /// Since when.
    pub since: String,
    /// The run that brought it.
    pub run: String,
    /// What stands in the way of trusting that, in a sentence: a later promotion that failed.
    pub doubt: Option<String>,
}

/// A promotion to prepare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(export, optional_fields)]
pub struct PromoteForm {
    /// The instance that it goes to, by id or name; none: the next of its route.
    pub to: Option<String>,
    /// Who agrees that it goes there: needed from the second instance of a route on.
    pub approved_by: Option<String>,
}
