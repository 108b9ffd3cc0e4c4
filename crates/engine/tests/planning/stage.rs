//! A source, a destination, and what is gathered of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use waybill_engine::plan::{
    Choice, Details, GatherWork, History, OnArchive, PlanDestination, PlanRequest, PlanSource,
    gather_destination, gather_source, plan,
};
use waybill_engine::waybill::{Bindings, Policies, Waybill};
use waybill_engine::{FilePlace, Side, sha256};
use waybill_model::{ArtifactId, Catalogue};

use crate::bench::Bench;

pub fn id(text: &str) -> ArtifactId {
    text.parse().unwrap()
}

/// All that a place lists.
pub fn everything(catalogue: &Catalogue) -> Choice {
    let all = catalogue.artifacts.iter();
    Choice {
        chosen: all.map(|own| own.id.clone()).collect(),
        ..Choice::default()
    }
}

pub fn one(chosen: &ArtifactId) -> Choice {
    Choice {
        chosen: BTreeSet::from([chosen.clone()]),
        ..Choice::default()
    }
}

pub fn archives(path: &Path) -> Arc<Side> {
    let place = FilePlace::open(path, Timestamp::now()).unwrap();
    let title = place.title();
    Arc::new(Side::files(place, &title))
}

/// What was gathered for a move.
pub struct Gathered {
    pub source: PlanSource,
    pub destination: PlanDestination,
    pub choice: Choice,
    pub policies: Policies,
    pub bindings: Bindings,
    /// What was given to be kept, by its SHA-256.
    pub cargo: BTreeMap<String, Vec<u8>>,
}

impl Gathered {
    pub async fn of(bench: &Bench, from: &Arc<Side>, choice: Choice, to: &str) -> Self {
        Self::with(bench, from, choice, to, Policies::default()).await
    }

    pub async fn with(
        bench: &Bench,
        from: &Arc<Side>,
        choice: Choice,
        to: &str,
        policies: Policies,
    ) -> Self {
        let cancel = CancellationToken::new();
        let work = GatherWork {
            journal: &bench.journal,
            progress: &|_| {},
            cancel: &cancel,
        };
        let cargo: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let kept = cargo.clone();
        let on_archive: Arc<OnArchive> = Arc::new(move |id, stamp, bytes| {
            assert_eq!(sha256(bytes), stamp.sha256, "{id}");
            assert_eq!(bytes.len() as u64, stamp.bytes, "{id}");
            let mut kept = kept.lock().unwrap();
            kept.insert(stamp.sha256.clone(), bytes.to_vec());
            Ok(())
        });
        let source = Box::pin(gather_source(from, &choice, &work, &on_archive))
            .await
            .unwrap();
        let live = bench.live(to).await;
        let stamp = bench.stamp(to);
        let destination = Box::pin(gather_destination(
            &live, &stamp, None, &source, &choice, &policies, &work,
        ))
        .await
        .unwrap();
        let cargo = cargo.lock().unwrap().clone();
        Self {
            source,
            destination,
            choice,
            policies,
            bindings: Bindings::default(),
            cargo,
        }
    }

    /// The destination as it is now.
    pub async fn look_again(&self, bench: &Bench, to: &str) -> PlanDestination {
        let cancel = CancellationToken::new();
        let work = GatherWork {
            journal: &bench.journal,
            progress: &|_| {},
            cancel: &cancel,
        };
        let (live, stamp) = (bench.live(to).await, bench.stamp(to));
        Box::pin(gather_destination(
            &live,
            &stamp,
            None,
            &self.source,
            &self.choice,
            &self.policies,
            &work,
        ))
        .await
        .unwrap()
    }

    /// The plan, with what holds of every plan: it is the same the second time, it is read back as it
    /// was saved, and all that it will send has been given.
    pub fn plan(&self) -> Waybill {
        let details = Details {
            id: "WB-1".into(),
            made_at: "2026-11-21T10:00:00Z".into(),
            ..Details::default()
        };
        let request = PlanRequest {
            details: &details,
            source: &self.source,
            choice: &self.choice,
            destination: &self.destination,
            policies: &self.policies,
            bindings: &self.bindings,
            history: &History::default(),
        };
        let waybill = plan(&request);
        assert_eq!(plan(&request), waybill);
        let read = Waybill::read(waybill.to_json().as_bytes()).unwrap();
        assert_eq!(read, waybill);
        for sha256 in waybill.cargo() {
            assert!(self.cargo.contains_key(&sha256), "{sha256} was not given");
        }
        waybill
    }
}

pub fn keys(waybill: &Waybill) -> Vec<&str> {
    waybill.steps.iter().map(|step| step.key.as_str()).collect()
}

pub fn rules(waybill: &Waybill) -> Vec<String> {
    let findings = waybill.findings.iter();
    findings
        .map(|one| {
            let guidance = one.guidance.as_deref().unwrap_or_default();
            format!("{}: {} {guidance}", one.rule, one.text)
        })
        .collect()
}
