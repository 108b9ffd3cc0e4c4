//! The way of a circle: planned with the checks, carried out, laid side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use waybill_engine::checks::{
    CheckFacts, CheckWork, OwnFacts, PropertyFacts, check, gather_checks,
};
use waybill_engine::plan::{
    Choice, Details, GatherWork, History, OnArchive, PlanRequest, gather_destination,
    gather_source, plan, rollback,
};
use waybill_engine::waybill::{
    Acknowledgement, Action, AttachmentBinding, Bindings, ConnectionBinding, ConnectionMode,
    Finding, Policies, Waybill, secret_account,
};
use waybill_engine::{Journal, Row, Run, Severity, Side, SnapshotPlace, Verdict, compare, sha256};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::stage::Stage;

/// What came of planning.
pub struct Planned {
    pub waybill: Waybill,
    /// What blocks.
    pub blocking: Vec<Finding>,
    facts: CheckFacts,
    from: Arc<Side>,
    choice: Choice,
    policies: Policies,
}

impl Stage {
    /// Plans and checks as the application does, its warnings read.
    pub async fn planned(
        &self,
        from: &Arc<Side>,
        choice: &Choice,
        policies: &Policies,
        bindings: &Bindings,
    ) -> Planned {
        let cancel = CancellationToken::new();
        let work = GatherWork {
            journal: &self.bench.journal,
            progress: &|_| {},
            cancel: &cancel,
        };
        let hold = self.hold.clone();
        let keep: Arc<OnArchive> = Arc::new(move |_, stamp, bytes| hold.put(&stamp.sha256, bytes));
        let source = Box::pin(gather_source(from, choice, &work, &keep)).await;
        let source = source.unwrap();
        let live = self.bench.live("destination").await;
        let stamp = self.bench.stamp("destination");
        let destination = Box::pin(gather_destination(
            &live, &stamp, None, &source, choice, policies, &work,
        ));
        let destination = destination.await.unwrap();
        let mut waybill = plan(&PlanRequest {
            details: &Details {
                id: "WB-1".into(),
                made_at: "2026-11-21T10:00:00Z".into(),
                made_by: "tester".into(),
                ..Details::default()
            },
            source: &source,
            choice,
            destination: &destination,
            policies,
            bindings,
            history: &History::default(),
        });
        let (hold, client) = (self.hold.clone(), self.destination());
        let facts = Box::pin(gather_checks(
            CheckWork {
                source: from,
                destination: &live,
                client: &client,
                waybill: &waybill,
                plan_source: &source,
                plan_destination: &destination,
                archive: Arc::new(move |sha256| hold.get(sha256).unwrap()),
                cancel: &cancel,
            },
            OwnFacts {
                secrets_held: self.book.0.lock().unwrap().keys().cloned().collect(),
                free_bytes: Some(u64::MAX),
                now: "2026-11-21T10:00:00Z".into(),
                ..OwnFacts::default()
            },
        ));
        let facts = facts.await.unwrap();
        let report = check(&waybill, &source, &destination, &facts);
        waybill.findings.extend(report.findings);
        let (blocking, mut others): (Vec<Finding>, Vec<Finding>) = waybill
            .findings
            .drain(..)
            .partition(|one| one.severity == Severity::Blocking);
        for finding in &mut others {
            finding.acknowledged = Some(Acknowledgement {
                by: "tester".into(),
                at: "2026-11-21T10:01:00Z".into(),
            });
        }
        waybill.findings = others;
        Planned {
            waybill,
            blocking,
            facts,
            from: from.clone(),
            choice: choice.clone(),
            policies: policies.clone(),
        }
    }

    /// The same plan, with the values of the source wherever there are any, and secrets and files
    /// entered wherever the source has some.
    pub async fn entered(&self, planned: &Planned) -> Planned {
        let mut bindings = planned.waybill.bindings.clone();
        let known = planned.facts.source_connections.iter();
        for (id, own) in known.chain(&planned.facts.connections) {
            let has = |property: &&PropertyFacts| property.required || property.set;
            let of = |fits: fn(&PropertyFacts) -> bool| -> Vec<String> {
                let properties = own.properties.iter().filter(|own| fits(own));
                properties.filter(has).map(|own| own.name.clone()).collect()
            };
            let secrets = of(|own| own.secret);
            for name in &secrets {
                let account = secret_account("destination", id, name);
                let mut book = self.book.0.lock().unwrap();
                book.insert(account, format!("canary-{name}"));
            }
            let attachments = of(|own| own.file && !own.secret).into_iter();
            let attachments = attachments
                .map(|property| self.file(id, property))
                .collect();
            let binding = ConnectionBinding {
                mode: ConnectionMode::FromSource,
                secrets,
                attachments,
                ..ConnectionBinding::default()
            };
            bindings.connections.entry(id.clone()).or_insert(binding);
        }
        let (from, choice) = (&planned.from, &planned.choice);
        self.planned(from, choice, &planned.policies, &bindings)
            .await
    }

    fn file(&self, id: &ArtifactId, property: String) -> AttachmentBinding {
        let name = format!("{}-{property}.bin", id.code);
        let path = self.bench.folder.path().join(&name);
        std::fs::write(&path, &name).unwrap();
        AttachmentBinding {
            property,
            path: path.to_str().unwrap().to_owned(),
            sha256: sha256(name.as_bytes()),
        }
    }

    /// Plans and runs the way back of a run.
    pub async fn back(&self, waybill: &Waybill, run: &Run) -> (Waybill, Run) {
        let taken = run.snapshot.clone().unwrap();
        let place = SnapshotPlace::open(self.bench.vault.clone(), &taken).unwrap();
        let before = Arc::new(Side::snapshot(place, "before").unwrap());
        let done = self.report(run).outcomes;
        let (choice, policies) = rollback(waybill, &done, before.catalogue(), None);
        let planned = self
            .planned(&before, &choice, &policies, &Bindings::default())
            .await;
        assert!(planned.blocking.is_empty(), "{:#?}", planned.blocking);
        let run = self.haul(&planned.waybill).await;
        (planned.waybill, run)
    }

    /// What does not mean the same in both, by a journal that knows nothing yet.
    pub async fn differing(&self, left: &Arc<Side>, right: &Arc<Side>) -> Vec<Row> {
        let folder = tempfile::tempdir().unwrap();
        let journal = Arc::new(Journal::open(&folder.path().join("waybill.db")).unwrap());
        let cancel = CancellationToken::new();
        let comparison = compare(left, right, &journal, &|_| {}, &cancel);
        let rows = comparison.await.unwrap().rows.into_iter();
        rows.filter(|row| row.verdict != Verdict::Same).collect()
    }
}

/// All that a place lists, but what Oracle delivers.
pub fn all_of(side: &Side) -> Choice {
    let all = side.catalogue().artifacts.iter();
    let chosen: BTreeSet<_> = all
        .filter(|own| !own.prebuilt)
        .map(|own| own.id.clone())
        .collect();
    Choice {
        chosen,
        ..Choice::default()
    }
}

/// What a waybill says that will not be as in the source, artifact by artifact, and how it says so.
pub fn on_paper(waybill: &Waybill) -> BTreeMap<ArtifactId, String> {
    let mut told = BTreeMap::new();
    for item in &waybill.items {
        if let Action::CannotGo { why } = &item.action {
            told.insert(item.source_id().clone(), why.clone());
            continue;
        }
        let subject = match item.id.kind {
            ArtifactKind::Package | ArtifactKind::Deployment => "Descriptions: ",
            ArtifactKind::Project => "Projects: ",
            _ => continue,
        };
        let name = match item.id.scope.project() {
            Some(project) => format!("`{} of {project}`", item.id.code),
            None => format!("`{}`", item.id.code),
        };
        let lines = waybill.checklist.iter();
        let mut lines = lines.filter(|line| line.starts_with(subject) && line.contains(&name));
        told.extend(lines.next().map(|line| (item.id.clone(), line.clone())));
    }
    // What a place gives out nothing of.
    for line in waybill
        .checklist
        .iter()
        .filter(|line| line.starts_with("Schedules: "))
    {
        let integrations = waybill.items.iter();
        let integrations = integrations.filter(|item| item.id.kind == ArtifactKind::Integration);
        for item in integrations.filter(|item| line.contains(&format!("`{}`", item.id.code))) {
            let schedule = ArtifactId {
                kind: ArtifactKind::Schedule,
                ..item.id.clone()
            };
            told.insert(schedule, line.clone());
        }
    }
    told
}
