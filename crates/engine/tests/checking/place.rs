//! A move between two instances of the sandbox, planned and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use waybill_engine::checks::{CheckFacts, CheckReport, CheckWork, OwnFacts, check, gather_checks};
use waybill_engine::plan::{
    Choice, Details, GatherWork, History, OnArchive, PlanDestination, PlanRequest, PlanSource,
    gather_destination, gather_source, plan,
};
use waybill_engine::waybill::{Bindings, Finding, Policies, Waybill};
use waybill_engine::{Result, Severity, Side};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Scope, State};

use crate::bench::Bench;

/// What is moved from `dev` to `prod`, and how.
pub struct Move {
    pub bench: Bench,
    pub source: Arc<Side>,
    pub chosen: BTreeSet<ArtifactId>,
    pub policies: Policies,
    pub bindings: Bindings,
    pub own: OwnFacts,
}

/// What came of it.
pub struct Checked {
    pub facts: CheckFacts,
    pub report: CheckReport,
    /// How many calls were made for the checks alone.
    pub calls: u64,
}

impl Checked {
    pub fn found(&self, rule: &str) -> Vec<&Finding> {
        let findings = self.report.findings.iter();
        findings.filter(|finding| finding.rule == rule).collect()
    }

    /// What blocks, by rule and subject.
    pub fn blocking(&self) -> BTreeSet<(&str, String)> {
        let findings = self.report.findings.iter();
        findings
            .filter(|finding| finding.severity == Severity::Blocking)
            .map(|finding| {
                let subject = finding.subject.as_ref().map(ToString::to_string);
                (finding.rule.as_str(), subject.unwrap_or_default())
            })
            .collect()
    }
}

impl Move {
    /// Of all integrations outside projects that are active in `dev` and use a connection, the first so many.
    pub async fn of(bench: Bench, number: usize) -> Self {
        let source = bench.live("dev").await;
        let all = source.catalogue().artifacts.iter();
        let chosen = all
            .filter(|own| own.state == Some(State::Active) && own.id.scope == Scope::Global)
            .filter(|own| own.lock.is_none() && !own.prebuilt && !connections(own).is_empty())
            .take(number)
            .map(|own| own.id.clone());
        let chosen: BTreeSet<ArtifactId> = chosen.collect();
        assert_eq!(chosen.len(), number);
        Self {
            source,
            chosen,
            bench,
            policies: Policies::default(),
            bindings: Bindings::default(),
            own: OwnFacts {
                free_bytes: Some(u64::MAX),
                now: "2026-11-21T10:00:00Z".to_owned(),
                ..OwnFacts::default()
            },
        }
    }

    /// The connections that the chosen ones use.
    pub fn connections(&self) -> BTreeSet<ArtifactId> {
        let catalogue = self.source.catalogue();
        let chosen = self.chosen.iter().filter_map(|id| catalogue.get(id));
        chosen.flat_map(connections).collect()
    }

    pub async fn check(&self) -> Checked {
        self.try_check().await.unwrap()
    }

    pub async fn try_check(&self) -> Result<Checked> {
        let cancel = CancellationToken::new();
        let work = GatherWork {
            journal: &self.bench.journal,
            progress: &|_| {},
            cancel: &cancel,
        };
        let cargo: Arc<Mutex<BTreeMap<String, Bytes>>> = Arc::default();
        let kept = cargo.clone();
        let on_archive: Arc<OnArchive> = Arc::new(move |_, stamp, bytes| {
            let mut kept = kept.lock().unwrap();
            kept.insert(stamp.sha256.clone(), bytes.clone());
            Ok(())
        });
        let choice = Choice {
            chosen: self.chosen.clone(),
            ..Choice::default()
        };
        let source = Box::pin(gather_source(&self.source, &choice, &work, &on_archive)).await?;
        let (there, stamp) = (self.bench.live("prod").await, self.bench.stamp("prod"));
        let destination = Box::pin(gather_destination(
            &there,
            &stamp,
            None,
            &source,
            &choice,
            &self.policies,
            &work,
        ))
        .await?;
        let waybill = self.plan(&source, &destination, &choice);
        let before = self.bench.sandbox.control().calls().total;
        let facts = Box::pin(gather_checks(
            CheckWork {
                source: &self.source,
                destination: &there,
                client: &self.bench.client("prod"),
                waybill: &waybill,
                plan_source: &source,
                plan_destination: &destination,
                archive: Arc::new(move |sha256| cargo.lock().unwrap().get(sha256).cloned()),
                cancel: &cancel,
            },
            self.own.clone(),
        ))
        .await?;
        let calls = self.bench.sandbox.control().calls().total - before;
        let report = check(&waybill, &source, &destination, &facts);
        Ok(Checked {
            facts,
            report,
            calls,
        })
    }

    fn plan(&self, source: &PlanSource, destination: &PlanDestination, choice: &Choice) -> Waybill {
        let details = Details {
            id: "WB-1".into(),
            made_at: "2026-11-21T10:00:00Z".into(),
            ..Details::default()
        };
        plan(&PlanRequest {
            details: &details,
            source,
            choice,
            destination,
            policies: &self.policies,
            bindings: &self.bindings,
            history: &History::default(),
        })
    }
}

fn connections(own: &Artifact) -> BTreeSet<ArtifactId> {
    let needs = own.dependencies.iter().map(|need| &need.id);
    needs
        .filter(|id| id.kind == ArtifactKind::Connection)
        .cloned()
        .collect()
}
