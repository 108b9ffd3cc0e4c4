//! A destination that takes the steps of a waybill and refuses what Oracle Integration refuses.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, State};

use super::stage::Stage;
use crate::plan::DestinationFacts;
use crate::waybill::{ImportHow, Step, StepKind, Waybill};

pub(super) struct Replay<'a> {
    stage: &'a Stage,
    waybill: &'a Waybill,
    present: BTreeSet<ArtifactId>,
    active: BTreeSet<ArtifactId>,
    running: BTreeSet<ArtifactId>,
    set: BTreeSet<ArtifactId>,
    brought: BTreeSet<ArtifactId>,
}

fn schedule(integration: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Schedule,
        ..integration.clone()
    }
}

fn integration(schedule: &ArtifactId) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::Integration,
        ..schedule.clone()
    }
}

impl<'a> Replay<'a> {
    /// Takes all steps in their order.
    pub fn of(stage: &'a Stage, waybill: &'a Waybill) -> Self {
        let catalogue = &stage.destination.catalogue;
        let ids = || catalogue.artifacts.iter().map(|own| own.id.clone());
        let mut replay = Self {
            stage,
            waybill,
            present: ids().collect(),
            active: ids()
                .filter(|id| catalogue.get(id).unwrap().state == Some(State::Active))
                .collect(),
            running: ids()
                .filter(|id| {
                    let facts = stage.destination.facts.get(id);
                    facts.and_then(|facts| facts.state) == Some(State::Started)
                })
                .collect(),
            set: BTreeSet::new(),
            brought: BTreeSet::new(),
        };
        for step in &waybill.steps {
            replay.take(step);
        }
        replay
    }

    fn take(&mut self, step: &Step) {
        let id = &step.subject;
        let key = &step.key;
        match step.kind {
            StepKind::StopSchedule => assert!(self.running.remove(id), "{key}: does not run"),
            StepKind::Deactivate => {
                assert!(
                    !self.running.contains(&schedule(id)),
                    "{key}: its schedule runs"
                );
                assert!(self.active.remove(id), "{key}: is not active");
            }
            StepKind::Import { how, replace } => self.import(id, how, replace, key),
            StepKind::SetLookup | StepKind::SetConnection => {
                assert!(self.present.contains(id), "{key}: is not there");
                self.set.insert(id.clone());
            }
            StepKind::TestConnection => assert!(self.set.contains(id), "{key}: has no values"),
            StepKind::Activate { .. } => self.activate(id, key),
            StepKind::SetSchedule => {
                assert!(
                    self.present.contains(&integration(id)),
                    "{key}: no integration"
                );
                assert!(!self.running.contains(id), "{key}: it runs");
                self.present.insert(id.clone());
            }
            StepKind::StartSchedule => {
                assert!(self.present.contains(id), "{key}: is not there");
                assert!(
                    self.active.contains(&integration(id)),
                    "{key}: is not active"
                );
                assert!(self.running.insert(id.clone()), "{key}: runs");
            }
            StepKind::SetAccess => {
                let project = ArtifactId::global(ArtifactKind::Project, &*id.code, None);
                assert!(self.present.contains(&project), "{key}: no project");
                self.present.insert(id.clone());
            }
            StepKind::Delete => self.delete(id, key),
        }
    }

    fn import(&mut self, id: &ArtifactId, how: ImportHow, replace: bool, key: &str) {
        let into = match (how, id.scope.project()) {
            (ImportHow::Project, Some(project)) => {
                ArtifactId::global(ArtifactKind::Project, project, None)
            }
            _ => id.clone(),
        };
        assert_eq!(self.present.contains(&into), replace, "{key}");
        let carried: Vec<ArtifactId> = self
            .waybill
            .items
            .iter()
            .filter(|item| item.action.brings())
            .filter(|item| {
                let by = item
                    .archive
                    .as_ref()
                    .and_then(|own| own.carried_by.as_ref());
                item.id == *id || by == Some(id)
            })
            .map(|item| item.id.clone())
            .collect();
        for one in &carried {
            assert!(!self.active.contains(one), "{key}: {one} is active");
        }
        if let Some(own) = self.stage.destination.catalogue.get(id)
            && how == ImportHow::Package
        {
            for need in &own.dependencies {
                assert!(
                    !self.active.contains(&need.id),
                    "{key}: {} is active",
                    need.id
                );
            }
        }
        // What integrations bring along, if it is not there.
        for one in &carried {
            let own = self.stage.source.catalogue.get(one);
            for need in own.into_iter().flat_map(|own| &own.dependencies) {
                // Nothing uses a connection that is not there.
                let known = self.stage.source.catalogue.get(&need.id).is_some();
                if need.id.kind == ArtifactKind::Connection && known {
                    self.present.insert(need.id.clone());
                }
            }
            if one.kind != ArtifactKind::Schedule {
                self.present.insert(one.clone());
            }
            self.brought.insert(one.clone());
        }
        self.present.insert(into);
    }

    fn activate(&mut self, id: &ArtifactId, key: &str) {
        assert!(self.present.contains(id), "{key}: is not there");
        assert!(!self.active.contains(id), "{key}: is active");
        let item = self.waybill.item(id);
        if item.is_some_and(|item| item.action.brings()) {
            assert!(self.brought.contains(id), "{key}: comes before its import");
        }
        let version = id.version.clone().unwrap();
        let displaced: Vec<ArtifactId> = self
            .active
            .iter()
            .filter(|other| {
                let theirs = other.version.clone().unwrap();
                other.scope == id.scope && other.code == id.code && theirs[..2] == version[..2]
            })
            .cloned()
            .collect();
        for other in displaced {
            assert!(
                !self.running.contains(&schedule(&other)),
                "{key}: {other} is scheduled"
            );
            self.active.remove(&other);
        }
        let own = match item {
            Some(item) if item.action.brings() => self.stage.source.catalogue.get(id),
            _ => self.stage.destination.catalogue.get(id),
        };
        for need in own.into_iter().flat_map(|own| &own.dependencies) {
            let values = StepKind::TestConnection.key(&need.id);
            if self.waybill.steps.iter().any(|step| step.key == values) {
                assert!(
                    self.set.contains(&need.id),
                    "{key}: {} has no values",
                    need.id
                );
            }
            let called = StepKind::Activate { tracing: None }.key(&need.id);
            let waits = self.waybill.steps.iter().any(|step| step.key == called);
            if need.role == "calls" && waits && !self.calls(&need.id, id) {
                assert!(
                    self.active.contains(&need.id),
                    "{key}: {} is not active",
                    need.id
                );
            }
            let imported = format!("import {}", need.id);
            if self.waybill.steps.iter().any(|step| step.key == imported) {
                assert!(
                    self.brought.contains(&need.id),
                    "{key}: {} is missing",
                    need.id
                );
            }
        }
        self.active.insert(id.clone());
    }

    /// Whether one calls the other, directly or through others.
    fn calls(&self, from: &ArtifactId, to: &ArtifactId) -> bool {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![from.clone()];
        while let Some(id) = waiting.pop() {
            if id == *to {
                return true;
            }
            let item = self.waybill.item(&id);
            let own = match item {
                Some(item) if item.action.brings() => self.stage.source.catalogue.get(&id),
                _ => self.stage.destination.catalogue.get(&id),
            };
            for need in own.into_iter().flat_map(|own| &own.dependencies) {
                if need.role == "calls" && seen.insert(need.id.clone()) {
                    waiting.push(need.id.clone());
                }
            }
        }
        false
    }

    fn delete(&mut self, id: &ArtifactId, key: &str) {
        assert!(!self.active.contains(id), "{key}: is active");
        assert!(self.present.remove(id), "{key}: is not there");
        if id.kind == ArtifactKind::Integration {
            self.present.remove(&schedule(id));
        }
        if matches!(id.kind, ArtifactKind::Project) {
            let inside = |other: &ArtifactId| other.scope.project() == Some(id.code.as_str());
            assert!(
                !self.active.iter().any(inside),
                "{key}: something in it is active"
            );
            self.present.retain(|other| !inside(other));
        }
    }

    /// The destination as the items say that it ends.
    pub fn agrees(&self) {
        for item in &self.waybill.items {
            let id = &item.id;
            let lies_in_what_is_gone = id.scope.project().is_some_and(|project| {
                let project = ArtifactId::global(ArtifactKind::Project, project, None);
                !self.present.contains(&project)
            });
            if lies_in_what_is_gone {
                continue;
            }
            assert_eq!(self.present.contains(id), item.after.present, "{id} after");
            if id.kind == ArtifactKind::Integration {
                let active = item.after.state == Some(State::Active);
                assert_eq!(self.active.contains(id), active, "{id} active");
            }
            if id.kind == ArtifactKind::Schedule {
                let running = item.after.state == Some(State::Started);
                assert_eq!(self.running.contains(id), running, "{id} running");
            }
        }
    }

    /// The stage with the destination as it is now.
    pub fn stage(&self) -> Stage {
        let mut stage = self.stage.clone();
        let mut artifacts = Vec::new();
        let mut facts: BTreeMap<ArtifactId, DestinationFacts> = BTreeMap::new();
        for id in &self.present {
            let item = self.waybill.item(id);
            let brought = item.is_some_and(|item| item.action.brings());
            let ours = stage.source.catalogue.get(id);
            let theirs = stage.destination.catalogue.get(id);
            let own = if brought {
                ours.or(theirs)
            } else {
                theirs.or(ours)
            };
            let mut own = own
                .cloned()
                .unwrap_or_else(|| Artifact::named(id.clone(), ""));
            if id.kind == ArtifactKind::Integration {
                own.state = Some(if self.active.contains(id) {
                    State::Active
                } else {
                    State::Configured
                });
            }
            let mut known = stage.destination.facts.get(id).cloned().unwrap_or_default();
            if brought || theirs.is_none() {
                let ours = stage.source.facts.get(id);
                known.fingerprint = ours.and_then(|facts| facts.fingerprint);
            }
            if id.kind == ArtifactKind::Schedule {
                known.state = Some(if self.running.contains(id) {
                    State::Started
                } else {
                    State::Stopped
                });
            }
            facts.insert(id.clone(), known);
            artifacts.push(own);
        }
        stage.destination.catalogue = Catalogue::new("", artifacts, vec![]);
        stage.destination.facts = facts;
        stage
    }
}
