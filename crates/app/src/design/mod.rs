//! What an integration does: its flow with maps, expressions and settings, as a person reads it.
//!
//! `source` finds the archive at a place and reads it, `steps` puts the flow into the types of
//! [`crate::view`], `summary` says in a few words what a step is about, `settings` which settings of a
//! step are shown, `memory` keeps what was looked at last. Every text goes through `masking` on its
//! way into a view.

mod masking;
mod memory;
mod settings;
mod source;
mod steps;
mod summary;

use std::sync::Arc;

use waybill_archive::{Contents, Design, Finding, Integration, Reference, Step};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::Waybill;
use crate::inspect::facts;
use crate::view::{
    CommandError, DesignView, ErrorCode, NamedValue, PlaceRef, StepView, TrackingView,
};

pub(crate) use memory::DesignMemory;

impl Waybill {
    /// What an integration of a place does. Of an instance its archive is fetched, of what lives in a
    /// project that of the project.
    ///
    /// # Errors
    /// `NotOffered` for other kinds than integrations; `UnknownSubject` if the place does not hold
    /// it; `ArchiveDamaged`, `ArtifactLocked`, the failures of the place.
    pub async fn design(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<DesignView, CommandError> {
        Ok(self.designed(place, id).await?.view.clone())
    }

    /// The text of a map or of a step's text file, by its path as the design names it. What may be
    /// secret is shown as dots.
    ///
    /// # Errors
    /// As [`Self::design`]; `UnknownSubject` if its flow has no such file.
    pub async fn design_text(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
        path: &str,
    ) -> Result<String, CommandError> {
        let designed = self.designed(place, id).await?;
        let text = designed
            .design
            .maps
            .get(path)
            .map(|map| map.text.as_str())
            .or_else(|| text_of(&designed.design.steps, path));
        text.map(masking::text)
            .ok_or_else(|| CommandError::unknown("file", path))
    }

    async fn designed(
        &self,
        place: &PlaceRef,
        id: &ArtifactId,
    ) -> Result<Arc<Designed>, CommandError> {
        if id.kind != ArtifactKind::Integration {
            return Err(CommandError::new(
                ErrorCode::NotOffered,
                format!("`{id}` is no integration, so it has no flow."),
            )
            .guide("Open it in Explore to see what it holds."));
        }
        let key = self.design_key(place, id).await?;
        if let Some(known) = self.shared.designs.get(&key) {
            return Ok(known);
        }
        let designed = Arc::new(self.read_design(place, id).await?);
        self.shared.designs.put(key, Arc::clone(&designed));
        Ok(designed)
    }
}

/// An integration that was looked at.
pub(crate) struct Designed {
    view: DesignView,
    /// Its texts, not masked.
    design: Arc<Design>,
}

impl Designed {
    /// Of an integration that was read with its design.
    fn new(
        id: &ArtifactId,
        integration: &Integration,
        contents: &Contents,
        findings: Vec<Finding>,
    ) -> Self {
        let design = integration.design.clone().unwrap_or_default();
        let steps = steps::steps(integration, &design);
        let view = DesignView {
            id: id.clone(),
            name: masking::text(&integration.name),
            description: masked(integration.description.as_deref()),
            style: facts::style(integration),
            service_version: integration.service_version.clone(),
            lookups: lookups(integration, &steps),
            steps,
            step_count: facts::count(&design.steps),
            tracking: design
                .tracking
                .iter()
                .map(|one| TrackingView {
                    name: one.name.clone(),
                    source: one
                        .xpath
                        .as_deref()
                        .map(|source| masking::value(&one.name, source)),
                    primary: one.primary,
                })
                .collect(),
            schedule_parameters: parameters(&design.schedule_parameters),
            properties: parameters(&design.properties),
            connections: facts::connections(integration),
            libraries: integration
                .libraries
                .iter()
                .map(Reference::to_string)
                .collect(),
            calls: integration.calls.iter().map(facts::call).collect(),
            schedule: facts::schedule(integration, contents),
            oddities: integration.oddities.iter().map(facts::oddity).collect(),
            findings: facts::findings(Ok(findings), false),
        };
        Self { view, design }
    }
}

fn masked(text: Option<&str>) -> Option<String> {
    text.map(masking::text)
}

fn parameters(all: &[waybill_archive::Parameter]) -> Vec<NamedValue> {
    all.iter()
        .map(|one| NamedValue {
            name: one.name.clone(),
            value: masking::value(&one.name, &one.value),
        })
        .collect()
}

/// Those the archive bundles for it, and those that its steps name.
fn lookups(integration: &Integration, steps: &[StepView]) -> Vec<String> {
    fn gather(steps: &[StepView], into: &mut Vec<String>) {
        for step in steps {
            for name in &step.lookups {
                if !into.contains(name) {
                    into.push(name.clone());
                }
            }
            gather(&step.steps, into);
        }
    }
    let mut found = integration.lookups.clone();
    gather(steps, &mut found);
    found
}

/// The text of a step that lies in a file.
fn text_of<'design>(steps: &'design [Step], path: &str) -> Option<&'design str> {
    steps.iter().find_map(|step| {
        step.texts
            .iter()
            .find(|text| text.path == path)
            .map(|text| text.text.as_str())
            .or_else(|| text_of(&step.children, path))
    })
}
