//! Into an instance that holds nothing, and back.

use std::collections::BTreeMap;
use std::time::Duration;

use waybill_engine::waybill::{Bindings, Policies, StepKind};
use waybill_engine::{RunStatus, Selection};
use waybill_model::{ArtifactId, ArtifactKind, Generation, Scope};
use waybill_sandbox::{InstanceSpec, Sandbox};

use crate::bytes::arrived;
use crate::course::{all_of, on_paper};
use crate::portrait::{otherwise, portrait};
use crate::stage::Stage;

async fn pair(from: Generation, to: Generation) -> Stage {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::new("source", from))
        .instance(InstanceSpec::new("destination", to).empty())
        .synthetic(24, 7)
        .activation_time(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    Stage::of(sandbox)
}

/// All of `source` over a snapshot into `destination`: what is there afterwards equals what there was,
/// or stands on the waybill as what cannot be carried; then back.
async fn circle(from: Generation, to: Generation) {
    let walked = walk(&pair(from, to).await, "source", &[]).await;
    assert!(walked.archives > 20 && walked.same > 40, "{walked:?}");
}

/// What a circle has shown.
#[derive(Debug)]
pub struct Walked {
    /// So many archives arrived byte by byte.
    pub archives: usize,
    /// So many artifacts are the same in both.
    pub same: usize,
    /// What is not, and what the waybill says of it.
    pub told: BTreeMap<ArtifactId, String>,
}

/// The same with instances that are there, from that of a name. What has these codes, or lies in these
/// projects, cannot go: the checks say so, and the rest goes without it.
pub async fn walk(stage: &Stage, source: &str, but: &[&str]) -> Walked {
    let generation = |name: &str| stage.bench.instance(name).generation;
    let (from, to) = (generation(source), generation("destination"));
    let kept = stage.bench.snapshot(source, Selection::Everything).await;
    let start = portrait(&stage.bench.live("destination").await).await;
    let left = |id: &ArtifactId| {
        but.contains(&&*id.code) || id.scope.project().is_some_and(|own| but.contains(&own))
    };
    let (none, policies) = (Bindings::default(), Policies::default());
    let mut choice = all_of(&kept);
    let mut asked = stage.planned(&kept, &choice, &policies, &none).await;
    // Unless secrets are entered, it is blocked.
    assert!(!asked.blocking.is_empty());
    let values = |rule: &str| matches!(rule, "connection-values" | "connection-draft");
    let others = asked.blocking.iter().filter(|one| !values(&one.rule));
    let said: Vec<&String> = others.map(|one| &one.text).collect();
    let named = |text: &str| but.iter().any(|code| text.contains(&format!("`{code}")));
    assert!(said.iter().all(|text| named(text)), "{said:#?}");
    for code in but {
        let is_there = choice.chosen.iter().any(|id| *id.code == **code);
        let is_said = said.iter().any(|text| text.contains(&format!("`{code}")));
        assert_eq!(is_there, is_said, "{code}: {said:#?}");
    }
    if !said.is_empty() {
        choice.chosen.retain(|id| !left(id));
        asked = stage.planned(&kept, &choice, &policies, &none).await;
    }
    let planned = stage.entered(&asked).await;
    assert!(planned.blocking.is_empty(), "{:#?}", planned.blocking);
    let waybill = &planned.waybill;
    let run = stage.haul(waybill).await;
    let report = stage.report(&run);
    let failed = report.items.iter();
    let failed: Vec<_> = failed
        .filter(|item| item.why.is_some() || item.verified == Some(false))
        .collect();
    assert_eq!(run.status, RunStatus::Done, "{failed:#?}");
    assert!(failed.is_empty(), "{failed:#?}");

    let live = stage.bench.live("destination").await;
    let archives = arrived(&kept, &live, waybill).await;
    let (ours, theirs) = (portrait(&kept).await, portrait(&live).await);
    let mut differing: BTreeMap<ArtifactId, String> = BTreeMap::new();
    for row in stage.differing(&kept, &live).await {
        // The oldest generation tells neither of a connection; the archive brings both.
        let untold = from == Generation::Ics && row.id.kind == ArtifactKind::Connection;
        let silent = |word: &str| matches!(word, "description" | "role");
        if untold && row.summary.split(", ").all(silent) {
            continue;
        }
        differing.insert(row.id, format!("{:?} {}", row.verdict, row.summary));
    }
    for (id, words) in otherwise(&ours, &theirs) {
        differing.entry(id).or_default().push_str(&words.join("; "));
    }
    differing.retain(|id, _| !left(id));
    let on_paper = on_paper(waybill);
    let silent: Vec<_> = differing
        .iter()
        .filter(|(id, _)| !on_paper.contains_key(id))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}\n{:#?}", waybill.checklist);
    // What is said not to go did not go, and nothing is said of what is the same.
    // Whether there is a schedule cannot be seen where none is given out.
    let untold = |id: &ArtifactId| from == Generation::Ics && id.kind == ArtifactKind::Schedule;
    let idle: Vec<_> = on_paper
        .iter()
        .filter(|(id, _)| !differing.contains_key(id) && !untold(id))
        .collect();
    assert!(idle.is_empty(), "{idle:#?}");
    let designed = differing.keys().filter(|id| {
        matches!(
            id.kind,
            ArtifactKind::Integration | ArtifactKind::Lookup | ArtifactKind::Library
        )
    });
    let inside = |id: &&ArtifactId| to == Generation::Oic3 || id.scope == Scope::Global;
    let designed: Vec<_> = designed.filter(inside).collect();
    assert!(designed.is_empty(), "{designed:#?}");
    let same = ours.len().saturating_sub(differing.len());

    let (way, run) = stage.back(waybill, &run).await;
    assert_eq!(run.status, RunStatus::Done, "{:#?}", stage.report(&run));
    let deletes = |kind: &StepKind| *kind == StepKind::Delete;
    assert!(way.steps.iter().any(|step| deletes(&step.kind)));
    let end = portrait(&stage.bench.live("destination").await).await;
    assert_eq!(otherwise(&start, &end), BTreeMap::new());
    Walked {
        archives,
        same,
        told: on_paper,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_oic3_to_oic3_with_projects() {
    circle(Generation::Oic3, Generation::Oic3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_gen2_to_gen2() {
    circle(Generation::Gen2, Generation::Gen2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_gen2_to_oic3() {
    circle(Generation::Gen2, Generation::Oic3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_ics_to_ics() {
    circle(Generation::Ics, Generation::Ics).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_ics_to_gen2() {
    circle(Generation::Ics, Generation::Gen2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_ics_to_oic3() {
    circle(Generation::Ics, Generation::Oic3).await;
}
