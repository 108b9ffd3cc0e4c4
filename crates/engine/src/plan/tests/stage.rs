//! Sources and destinations for tests.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use waybill_archive::Fingerprint;
use waybill_model::{
    Artifact, ArtifactId, ArtifactKind, Catalogue, Dependency, Environment, Generation, State,
};

use crate::digest::sha256;
use crate::manifest::InstanceStamp;
use crate::plan::{
    Choice, DestinationFacts, Details, History, PlanDestination, PlanRequest, PlanSource,
    SourceFacts, plan,
};
use crate::waybill::{
    Activate, ArchiveStamp, Bindings, ConnectionPolicy, Existing, PlaceKind, PlaceStamp, Policies,
    SchedulePolicy, Waybill,
};

pub(crate) fn id(text: &str) -> ArtifactId {
    text.parse().unwrap()
}

/// A fingerprint of one basis: the design, and what belongs to the environment.
pub(crate) fn fingerprint(design: u32, environment: u32) -> Fingerprint {
    let part = |number: u64| format!("{number:064x}");
    let whole = u64::from(design) * 1000 + u64::from(environment);
    format!("a1-{}-{}-{}", part(1), part(u64::from(design)), part(whole))
        .parse()
        .unwrap()
}

pub(crate) fn stamp(id: &str, generation: Generation) -> InstanceStamp {
    InstanceStamp {
        id: id.to_owned(),
        name: id.to_uppercase(),
        environment: Environment::Test,
        generation,
        address: "https://design.example".to_owned(),
        instance_name: None,
    }
}

/// Everything that a plan is made of, to be changed before planning.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub source: PlanSource,
    pub destination: PlanDestination,
    pub choice: Choice,
    pub policies: Policies,
    pub bindings: Bindings,
    pub history: History,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            source: PlanSource {
                stamp: PlaceStamp {
                    kind: PlaceKind::Instance,
                    title: "TEST".to_owned(),
                    environment: Some(Environment::Test),
                    generation: Some(Generation::Oic3),
                    instance_id: Some("test".to_owned()),
                    snapshot: None,
                    read_at: "2026-11-21T08:00:00Z".to_owned(),
                },
                catalogue: Catalogue::new("2026-11-21T08:00:00Z", vec![], vec![]),
                facts: BTreeMap::new(),
            },
            destination: PlanDestination {
                stamp: stamp("prod", Generation::Oic3),
                catalogue: Catalogue::new("2026-11-21T09:00:00Z", vec![], vec![]),
                facts: BTreeMap::new(),
                read_only: None,
            },
            choice: Choice::default(),
            policies: Policies::default(),
            bindings: Bindings::default(),
            history: History::default(),
        }
    }

    pub fn plan(&self) -> Waybill {
        let details = Details {
            id: "WB-1".to_owned(),
            made_at: "2026-11-21T10:00:00Z".to_owned(),
            ..Details::default()
        };
        plan(&PlanRequest {
            details: &details,
            source: &self.source,
            choice: &self.choice,
            destination: &self.destination,
            policies: &self.policies,
            bindings: &self.bindings,
            history: &self.history,
        })
    }

    /// Something that the source has: its state, its design, what it needs.
    pub fn has(&mut self, own: &str, state: Option<State>, design: u32, needs: &[(&str, &str)]) {
        let artifact = artifact(own, state, needs);
        let mut facts = SourceFacts {
            fingerprint: tells(&artifact.id).then(|| fingerprint(design, 0)),
            ..SourceFacts::default()
        };
        if has_archive(&artifact.id) {
            facts.archive = Some(bytes_of(own));
        }
        if has_record(&artifact.id) {
            facts.record = Some(bytes_of(own));
        }
        if artifact.id.kind == ArtifactKind::Schedule {
            facts.state = state;
        }
        self.source.facts.insert(artifact.id.clone(), facts);
        self.source.catalogue = with(&self.source.catalogue, artifact);
    }

    /// Something that the destination has.
    pub fn stands(&mut self, own: &str, state: Option<State>, design: u32, needs: &[(&str, &str)]) {
        let artifact = artifact(own, state, needs);
        let facts = DestinationFacts {
            fingerprint: tells(&artifact.id).then(|| fingerprint(design, 0)),
            state: state.filter(|_| artifact.id.kind == ArtifactKind::Schedule),
            ..DestinationFacts::default()
        };
        self.destination.facts.insert(artifact.id.clone(), facts);
        self.destination.catalogue = with(&self.destination.catalogue, artifact);
    }

    pub fn choose(&mut self, ids: &[&str]) {
        self.choice.chosen = ids.iter().map(|text| id(text)).collect();
    }

    /// The destination as a snapshot of it would hold it, as a source: to roll back from.
    pub fn snapshot(&self) -> PlanSource {
        let catalogue = self.destination.catalogue.clone();
        let facts = catalogue.artifacts.iter().map(|own| {
            let id = &own.id;
            let theirs = self.destination.facts.get(id).cloned().unwrap_or_default();
            let facts = SourceFacts {
                archive: has_archive(id).then(|| bytes_of(&id.to_string())),
                record: has_record(id).then(|| bytes_of(&id.to_string())),
                fingerprint: theirs.fingerprint,
                state: theirs.state,
                tracing: theirs.tracing,
                parameters: theirs.parameters,
                ..SourceFacts::default()
            };
            (id.clone(), facts)
        });
        PlanSource {
            stamp: PlaceStamp {
                kind: PlaceKind::Snapshot,
                instance_id: Some(self.destination.stamp.id.clone()),
                ..self.source.stamp.clone()
            },
            facts: facts.collect(),
            catalogue,
        }
    }

    /// The destination holds what the source holds.
    pub fn be_equal(&mut self) {
        let source = &self.source;
        self.destination.catalogue.artifacts = source.catalogue.artifacts.clone();
        let facts = source.facts.iter();
        self.destination.facts = facts
            .map(|(id, facts)| {
                let own = DestinationFacts {
                    fingerprint: facts.fingerprint,
                    state: facts.state,
                    tracing: facts.tracing,
                    parameters: facts.parameters.clone(),
                };
                (id.clone(), own)
            })
            .collect();
    }
}

fn bytes_of(own: &str) -> ArchiveStamp {
    ArchiveStamp {
        sha256: sha256(own.as_bytes()),
        bytes: 1,
        carried_by: None,
    }
}

fn artifact(own: &str, state: Option<State>, needs: &[(&str, &str)]) -> Artifact {
    let mut artifact = Artifact::named(id(own), own);
    artifact.state = state.filter(|_| artifact.id.kind != ArtifactKind::Schedule);
    artifact.dependencies = needs
        .iter()
        .map(|(need, role)| Dependency {
            id: id(need),
            role: (*role).to_owned(),
        })
        .collect();
    artifact
}

fn with(catalogue: &Catalogue, artifact: Artifact) -> Catalogue {
    let mut artifacts = catalogue.artifacts.clone();
    artifacts.retain(|other| other.id != artifact.id);
    artifacts.push(artifact);
    Catalogue::new(catalogue.read_at.clone(), artifacts, vec![])
}

fn tells(id: &ArtifactId) -> bool {
    !matches!(
        id.kind,
        ArtifactKind::Package | ArtifactKind::Project | ArtifactKind::Deployment
    )
}

fn has_archive(id: &ArtifactId) -> bool {
    match id.kind {
        ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library => {
            id.scope.project().is_none()
        }
        ArtifactKind::Package | ArtifactKind::Project | ArtifactKind::Deployment => true,
        _ => false,
    }
}

fn has_record(id: &ArtifactId) -> bool {
    matches!(
        id.kind,
        ArtifactKind::Connection | ArtifactKind::Schedule | ArtifactKind::AccessList
    )
}

/// How one thing of the world stands in both places: in the source, in the destination.
#[derive(Clone, Copy, Debug)]
struct Pair {
    here: bool,
    there: bool,
    design: u32,
    active: (bool, bool),
    scheduled: (Option<bool>, Option<bool>),
}

fn pair() -> impl Strategy<Value = Pair> {
    let schedule = || prop::option::of(any::<bool>());
    (
        prop::bool::weighted(0.85),
        prop::bool::weighted(0.6),
        0_u32..3,
        any::<(bool, bool)>(),
        (schedule(), schedule()),
    )
        .prop_map(|(here, there, design, active, scheduled)| Pair {
            here,
            there,
            design,
            active,
            scheduled,
        })
}

const INTEGRATIONS: [&str; 10] = [
    "integration:A|01.00.0000",
    "integration:A|01.01.0000",
    "integration:A|02.00.0000",
    "integration:B|01.00.0000",
    "integration:C|01.00.0000",
    "integration:D|01.00.0000",
    "integration:E|01.00.0000",
    "HR/integration:F|01.00.0000",
    "HR/integration:G|01.00.0000",
    "integration:H|01.00.0000",
];
const NEEDED: [(&str, &str); 8] = [
    ("connection:X", "invoke"),
    ("connection:Y", "trigger"),
    ("lookup:L", "lookup"),
    ("lookup:M", "lookup"),
    ("library:S|01.00.0000", "library"),
    ("certificate:K", "certificate"),
    ("HR/connection:X", "invoke"),
    ("HR/lookup:L", "lookup"),
];
const PACKAGED: [&str; 2] = ["integration:D|01.00.0000", "integration:E|01.00.0000"];

/// A world with versions, calls in circles, a package and a project.
pub(crate) fn stages() -> impl Strategy<Value = Stage> {
    let integrations = prop::collection::vec(pair(), INTEGRATIONS.len());
    let needed = prop::collection::vec(pair(), NEEDED.len());
    let calls = prop::collection::vec((0..INTEGRATIONS.len(), 0..INTEGRATIONS.len()), 0..14);
    let uses = prop::collection::vec((0..INTEGRATIONS.len(), 0..NEEDED.len()), 0..14);
    let containers = prop::collection::vec(pair(), 4);
    let picks = prop::collection::vec(0..40_usize, 1..8);
    let out = prop::collection::vec(0..40_usize, 0..3);
    let removed = prop::collection::vec(0..40_usize, 0..3);
    (
        (integrations, needed, containers),
        (calls, uses),
        (picks, out, removed),
        policies(),
    )
        .prop_map(
            |((integrations, needed, containers), (calls, uses), picks, policies)| {
                let mut stage = Stage::new();
                stage.policies = policies;
                build(
                    &mut stage,
                    &integrations,
                    &needed,
                    &containers,
                    &calls,
                    &uses,
                );
                let ours: Vec<_> = ids(&stage.source.catalogue);
                let theirs: Vec<_> = ids(&stage.destination.catalogue);
                stage.choice = Choice {
                    chosen: pick(&ours, &picks.0),
                    left_out: pick(&ours, &picks.1),
                    remove: pick(&theirs, &picks.2),
                };
                stage
            },
        )
}

fn ids(catalogue: &Catalogue) -> Vec<ArtifactId> {
    catalogue
        .artifacts
        .iter()
        .map(|own| own.id.clone())
        .collect()
}

fn pick(from: &[ArtifactId], numbers: &[usize]) -> BTreeSet<ArtifactId> {
    let picked = numbers.iter().filter(|_| !from.is_empty());
    picked
        .map(|number| from[number % from.len()].clone())
        .collect()
}

fn policies() -> impl Strategy<Value = Policies> {
    (
        prop::sample::select(vec![
            Existing::Skip,
            Existing::Replace,
            Existing::ReplaceIfDifferent,
            Existing::NewVersion,
        ]),
        prop::sample::select(vec![Activate::AsInSource, Activate::All, Activate::None]),
        prop::sample::select(vec![
            SchedulePolicy::AsInSource,
            SchedulePolicy::Start,
            SchedulePolicy::Stop,
            SchedulePolicy::LeaveStopped,
        ]),
        prop::sample::select(vec![ConnectionPolicy::Keep, ConnectionPolicy::FromSource]),
    )
        .prop_map(|(existing, activate, schedules, connections)| Policies {
            existing,
            activate,
            schedules,
            connections,
            ..Policies::default()
        })
}

fn build(
    stage: &mut Stage,
    integrations: &[Pair],
    needed: &[Pair],
    containers: &[Pair],
    calls: &[(usize, usize)],
    uses: &[(usize, usize)],
) {
    // One active version of a major in each place, as the service has it.
    let mut majors: BTreeSet<(bool, String)> = BTreeSet::new();
    for (index, own) in INTEGRATIONS.iter().enumerate() {
        let pair = integrations[index];
        let project = own.starts_with("HR/");
        let mut needs: BTreeSet<(&str, &str)> = BTreeSet::new();
        let called = calls.iter().filter(|(from, _)| *from == index);
        needs.extend(called.map(|(_, to)| (INTEGRATIONS[*to], "calls")));
        let drawn = uses.iter().filter(|(from, _)| *from == index);
        needs.extend(
            drawn
                .map(|(_, to)| NEEDED[*to])
                .filter(|(need, _)| need.starts_with("HR/") == project),
        );
        let needs: Vec<_> = needs.into_iter().collect();
        let schedule = own.replace("integration:", "schedule:");
        let scheduled = [(own.to_owned(), "schedule of")];
        let major = own.split_at(own.len() - 8).0.to_owned();
        for there in [false, true] {
            let (present, active, runs) = if there {
                (pair.there, pair.active.1, pair.scheduled.1)
            } else {
                (pair.here, pair.active.0, pair.scheduled.0)
            };
            let active = present && active && majors.insert((there, major.clone()));
            let how = Some(if active {
                State::Active
            } else {
                State::Configured
            });
            let runs = runs.map(|runs| runs && active);
            let rest = runs.map(|runs| if runs { State::Started } else { State::Stopped });
            match (there, present) {
                (false, true) => {
                    stage.has(own, how, pair.design, &needs);
                    if runs.is_some() {
                        stage.has(&schedule, rest, 0, &scheduled);
                    }
                }
                (true, true) => {
                    stage.stands(own, how, pair.design / 2, &needs);
                    if runs.is_some() {
                        stage.stands(&schedule, rest, pair.design / 2, &scheduled);
                    }
                }
                _ => {}
            }
        }
    }
    for ((own, _), pair) in NEEDED.iter().zip(needed) {
        if pair.here {
            stage.has(own, None, pair.design, &[]);
        }
        if pair.there {
            stage.stands(own, None, pair.design / 2, &[]);
        }
    }
    let members =
        |catalogue: &Catalogue, all: &[&'static str]| -> Vec<(&'static str, &'static str)> {
            let present = all.iter().filter(|own| catalogue.get(&id(own)).is_some());
            present.map(|own| (*own, "member")).collect()
        };
    for (own, all, pair) in [
        ("package:P", &PACKAGED[..], containers[0]),
        ("project:HR", &INTEGRATIONS[7..9], containers[1]),
        ("HR/deployment:ONE", &INTEGRATIONS[7..8], containers[2]),
    ] {
        // Where something lies in a project, the project is there.
        let ours = members(&stage.source.catalogue, all);
        let theirs = members(&stage.destination.catalogue, all);
        let project = own.contains("project");
        let inside = |catalogue: &Catalogue| {
            catalogue
                .artifacts
                .iter()
                .any(|one| one.id.scope.project().is_some())
        };
        if pair.here || (project && inside(&stage.source.catalogue)) {
            stage.has(own, None, 0, &ours);
        }
        if pair.there || (project && inside(&stage.destination.catalogue)) {
            stage.stands(own, None, 0, &theirs);
        }
    }
    if containers[3].here && stage.source.catalogue.get(&id("project:HR")).is_some() {
        stage.has("HR/accessList:HR", None, 1, &[("project:HR", "access of")]);
    }
    let deployed = id("HR/deployment:ONE");
    let project = id("project:HR");
    // Each project of an instance has one.
    if stage.destination.catalogue.get(&project).is_some() {
        stage.stands("HR/accessList:HR", None, 2, &[("project:HR", "access of")]);
    }
    for catalogue in [
        &mut stage.source.catalogue,
        &mut stage.destination.catalogue,
    ] {
        if catalogue.get(&project).is_none() {
            catalogue.artifacts.retain(|own| own.id != deployed);
        }
    }
}
