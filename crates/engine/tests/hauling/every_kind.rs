//! A move of about sixty artifacts with steps of every kind: what is there already is replaced, what is
//! missing is brought, what is to go is deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use waybill_engine::plan::Choice;
use waybill_engine::waybill::{
    ConnectionPolicy, Existing, LookupCell, Policies, SchedulePolicy, Waybill,
};
use waybill_engine::{Run, RunStatus, StepState};
use waybill_model::{ArtifactId, ArtifactKind, Catalogue, Scope};
use waybill_sandbox::{Builder, InstanceSpec, Sandbox};

use crate::bench::not_same;
use crate::stage::Stage;

/// The kinds of steps there are, sorted.
const STEPS: [&str; 11] = [
    "access",
    "activate",
    "cells",
    "deactivate",
    "delete",
    "import",
    "schedule",
    "set",
    "start",
    "stop",
    "test",
];

/// How a run ended that nobody disturbed.
pub struct Undisturbed {
    stage: Stage,
    portrait: Vec<String>,
    effects: BTreeMap<(String, String), u64>,
    /// How long it took.
    pub took: Duration,
}

/// Of each kind so many come from the source.
const COME: [(ArtifactKind, usize); 5] = [
    (ArtifactKind::Project, 1),
    (ArtifactKind::Package, 1),
    (ArtifactKind::Library, 4),
    (ArtifactKind::Lookup, 8),
    (ArtifactKind::Integration, 30),
];

/// So many integrations are deleted in the destination.
const GO: usize = 3;

/// Two instances and the waybill between them; always the same.
pub async fn planned() -> (Stage, Waybill) {
    planned_where(|builder| builder).await
}

/// The same in a sandbox that is put together in another way.
pub async fn planned_where(more: impl FnOnce(Builder) -> Builder) -> (Stage, Waybill) {
    let builder = Sandbox::builder()
        .instance(InstanceSpec::oic3("source"))
        .instance(InstanceSpec::oic3("destination"))
        .synthetic(40, 7)
        .activation_time(Duration::from_millis(150));
    let stage = Stage::of(more(builder).start().await.unwrap());
    let catalogue = stage.catalogue("source").await;
    let choice = choice(&catalogue);
    let control = stage.bench.sandbox.control();
    for (index, id) in choice.chosen.iter().enumerate() {
        let brings = matches!(id.kind, ArtifactKind::Project | ArtifactKind::Package);
        // The others are replaced.
        if !brings && index % 3 == 0 {
            assert!(control.delete("destination", id), "{id}");
        }
    }
    let mut bindings = stage.bindings().await;
    let lookup = choice.chosen.iter();
    let mut lookup = lookup.filter(|id| id.kind == ArtifactKind::Lookup);
    let lookup = lookup.next().unwrap().clone();
    let read = stage
        .bench
        .client("source")
        .lookup(&lookup.scope, &lookup.code)
        .await
        .unwrap();
    let row = read.value.rows.first().unwrap();
    bindings.lookup_cells.push(LookupCell {
        row: row.row_data[0].clone(),
        column: read.value.columns[1].clone(),
        value: "a value of its own".to_owned(),
        lookup,
    });
    let policies = Policies {
        existing: Existing::Replace,
        connections: ConnectionPolicy::FromSource,
        schedules: SchedulePolicy::AsInSource,
        ..Policies::default()
    };
    let waybill = stage.plan(|_| choice.clone(), policies, bindings).await;
    stage.bench.sandbox.control().reset_calls();
    (stage, waybill)
}

fn choice(catalogue: &Catalogue) -> Choice {
    let mut choice = Choice::default();
    for (kind, many) in COME {
        let all = outside_projects(catalogue, kind);
        choice.chosen.extend(all.into_iter().take(many));
    }
    let integrations = outside_projects(catalogue, ArtifactKind::Integration);
    let is_called = |id: &ArtifactId| {
        let all = catalogue.artifacts.iter();
        let callers = all.filter(|own| own.id.kind == id.kind);
        let mut needs = callers.flat_map(|own| &own.dependencies);
        needs.any(|need| need.id.kind == id.kind && need.id.code == id.code)
    };
    let others = integrations.into_iter().rev();
    let others = others.filter(|id| !choice.chosen.contains(id) && !is_called(id));
    choice.remove = others.take(GO).collect();
    assert_eq!(choice.remove.len(), GO);
    choice
}

fn outside_projects(catalogue: &Catalogue, kind: ArtifactKind) -> Vec<ArtifactId> {
    let all = catalogue.artifacts.iter();
    let all = all.filter(|own| own.id.kind == kind && own.id.scope == Scope::Global);
    let mut ids: Vec<_> = all
        .filter(|own| !own.prebuilt && own.lock.is_none())
        .map(|own| own.id.clone())
        .collect();
    ids.sort();
    ids
}

/// Carries the waybill out without any disturbance.
pub async fn undisturbed() -> Undisturbed {
    let (stage, waybill) = planned().await;
    let kinds: BTreeSet<&str> = waybill.steps.iter().map(|step| step.kind.word()).collect();
    assert_eq!(kinds, STEPS.into(), "a step of every kind");
    let began = Instant::now();
    let run = stage.haul(&waybill).await;
    let took = began.elapsed();
    assert_eq!(
        run.status,
        RunStatus::Done,
        "{:?}\n{}",
        run.headline,
        stage.lines(&run.id)
    );
    Undisturbed {
        portrait: portrait(&stage).await,
        effects: effects(&stage),
        stage,
        took,
    }
}

impl Undisturbed {
    /// The other run, disturbed, ended in the same way: the same is there, each effect took place as
    /// often, and the journal tells so of each step.
    pub async fn assert_same(&self, stage: &Stage, waybill: &Waybill, run: &Run, seed: u64) {
        let told = format!("seed {seed}\n{}", stage.lines(&run.id));
        assert_eq!(run.status, RunStatus::Done, "{:?}\n{told}", run.headline);
        let did = effects(stage);
        let other: Vec<_> = did
            .iter()
            .filter(|(one, times)| self.effects.get(*one) != Some(times))
            .chain(
                self.effects
                    .iter()
                    .filter(|(one, _)| !did.contains_key(*one)),
            )
            .collect();
        assert!(other.is_empty(), "not as often: {other:#?}\n{told}");
        assert_eq!(portrait(stage).await, self.portrait, "{told}");
        let calm = self.stage.bench.live("destination").await;
        let here = stage.bench.live("destination").await;
        let comparison = stage.bench.compare(&calm, &here).await;
        // How long the certificates of a sandbox are valid depends on when it was started.
        let other: Vec<_> = not_same(&comparison)
            .into_iter()
            .filter(|row| row.id.kind != ArtifactKind::Certificate)
            .collect();
        assert!(other.is_empty(), "{other:#?}\n{told}");
        let steps = stage.steps(&run.id);
        assert_eq!(steps.len(), waybill.steps.len() + 2);
        let open: Vec<_> = steps
            .iter()
            .filter(|step| step.state != StepState::Done)
            .collect();
        assert!(open.is_empty(), "{open:#?}\n{told}");
        assert_eq!(stage.bench.journal.verify_chain().unwrap().broken_at, None);
    }
}

/// How everything in the destination stands, in words: the states, and what schedules do.
async fn portrait(stage: &Stage) -> Vec<String> {
    let client = stage.destination();
    let mut all = Vec::new();
    for own in stage.catalogue("destination").await.artifacts {
        let mut line = format!("{} {:?}", own.id, own.state);
        if own.id.kind == ArtifactKind::Integration {
            let id = &own.id;
            let schedule = client.schedule(&id.scope, &id.wire()).await.unwrap();
            if let Some(schedule) = schedule.map(|read| read.value) {
                write!(
                    line,
                    " {:?} {:?} {:?}",
                    schedule.state, schedule.ical_expression, schedule.frequency
                )
                .unwrap();
            }
        }
        all.push(line);
    }
    all.sort();
    all
}

/// Which imports, activations, deactivations and deletions took place, and how often each.
fn effects(stage: &Stage) -> BTreeMap<(String, String), u64> {
    let calls = stage.bench.sandbox.control().calls();
    let counts = |kind: &str| {
        ["archive", "ACTIVATED", "CONFIGURED", "DELETE"]
            .iter()
            .any(|word| kind.contains(word))
    };
    let all = calls.effects.into_iter().filter(|(kind, _)| counts(kind));
    all.flat_map(|(kind, subjects)| {
        subjects
            .into_iter()
            .map(move |(subject, times)| ((kind.clone(), subject), times))
    })
    .collect()
}
