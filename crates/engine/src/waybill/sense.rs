//! Whether a document makes sense: its steps fit together and do what its artifacts say, so that what a
//! person reads is what a run does. A file can be changed by hand; what this lets through, planning could
//! have made.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{ArtifactId, ArtifactKind};

use super::{Action, ImportHow, Step, StepKind, Waybill, WaybillError};

fn broken<T>(cause: String) -> Result<T, WaybillError> {
    Err(WaybillError::Broken { cause })
}

impl Waybill {
    /// Each key once, each step after what it needs, and no step that its artifact does not call for.
    ///
    /// # Errors
    /// `Broken`: somebody changed it by hand.
    pub fn check_sense(&self) -> Result<(), WaybillError> {
        self.check_order()?;
        self.check_items()?;
        self.steps.iter().try_for_each(|step| self.check_step(step))
    }

    fn check_order(&self) -> Result<(), WaybillError> {
        let mut all = BTreeMap::new();
        for step in &self.steps {
            if step.key != step.kind.key(&step.subject) {
                return broken(format!("`{}` is not what its step does", step.key));
            }
            if all.insert(step.key.as_str(), step).is_some() {
                return broken(format!("`{}` is there twice", step.key));
            }
        }
        let mut before = BTreeSet::new();
        for step in &self.steps {
            for need in step.needs.iter().chain(&step.any_of) {
                if !all.contains_key(need.as_str()) {
                    return broken(format!("`{}` needs `{need}`, which is not there", step.key));
                }
                if !before.contains(need.as_str()) {
                    return broken(format!(
                        "`{}` comes before `{need}`, which it needs",
                        step.key
                    ));
                }
            }
            before.insert(step.key.as_str());
        }
        Ok(())
    }

    /// Sorted, each once, and named by hashes that are hashes: they name files.
    fn check_items(&self) -> Result<(), WaybillError> {
        for pair in self.items.windows(2) {
            if pair[0].id >= pair[1].id {
                return broken(format!("`{}` is not in its place", pair[1].id));
            }
        }
        for item in &self.items {
            for stamp in item.archive.iter().chain(&item.record) {
                if !is_hash(&stamp.sha256) {
                    return broken(format!("what `{}` sends has no hash", item.id));
                }
            }
        }
        Ok(())
    }

    fn check_step(&self, step: &Step) -> Result<(), WaybillError> {
        let (id, key) = (&step.subject, &step.key);
        if !fits(step.kind, id) {
            return broken(format!("`{key}` cannot be done to it"));
        }
        if !step.words.starts_with(verb(step.kind)) || !step.words.contains(&id.wire()) {
            return broken(format!("the words of `{key}` are not what it does"));
        }
        let item = self.item(id);
        let action = item.map(|item| &item.action);
        let brings = action.is_some_and(Action::brings);
        let called_for = match step.kind {
            StepKind::Delete => action == Some(&Action::Remove),
            StepKind::Import {
                how: ImportHow::Certificate,
                ..
            } => brings && self.bindings.certificates.contains_key(id),
            StepKind::Import { .. } => {
                let archive = item.and_then(|item| item.archive.as_ref());
                brings && archive.is_some_and(|archive| archive.carried_by.is_none())
            }
            StepKind::SetConnection | StepKind::SetAccess => brings,
            StepKind::SetLookup | StepKind::SetSchedule => item.is_some(),
            StepKind::TestConnection
            | StepKind::StopSchedule
            | StepKind::Deactivate
            | StepKind::Activate { .. }
            | StepKind::StartSchedule => true,
        };
        if called_for {
            Ok(())
        } else {
            broken(format!("`{key}` is not what happens to its artifact"))
        }
    }
}

/// The word with which the sentence about such a step begins.
const fn verb(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Import { replace: true, .. } => "Replace ",
        StepKind::Import { .. } => "Import ",
        StepKind::StopSchedule => "Stop ",
        StepKind::StartSchedule => "Start ",
        StepKind::SetLookup | StepKind::SetConnection | StepKind::SetAccess => "Set ",
        StepKind::Deactivate => "Deactivate ",
        StepKind::SetSchedule => "Define ",
        StepKind::Delete => "Delete ",
        StepKind::TestConnection => "Test ",
        StepKind::Activate { .. } => "Activate ",
    }
}

/// Whether such a step can be about such an artifact.
fn fits(kind: StepKind, id: &ArtifactId) -> bool {
    let wanted: &[ArtifactKind] = match kind {
        StepKind::StopSchedule | StepKind::SetSchedule | StepKind::StartSchedule => {
            &[ArtifactKind::Schedule]
        }
        StepKind::Deactivate | StepKind::Activate { .. } => &[ArtifactKind::Integration],
        StepKind::SetLookup => &[ArtifactKind::Lookup],
        StepKind::SetConnection | StepKind::TestConnection => &[ArtifactKind::Connection],
        StepKind::SetAccess => &[ArtifactKind::AccessList],
        StepKind::Import { how, .. } => match how {
            ImportHow::Integration => &[ArtifactKind::Integration],
            ImportHow::Package => &[ArtifactKind::Package],
            ImportHow::Project => &[ArtifactKind::Project, ArtifactKind::Deployment],
            ImportHow::Lookup => &[ArtifactKind::Lookup],
            ImportHow::Library => &[ArtifactKind::Library],
            ImportHow::Certificate => &[ArtifactKind::Certificate],
        },
        StepKind::Delete => return true,
    };
    wanted.contains(&id.kind)
}

/// A SHA-256 in hex.
fn is_hash(text: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.bytes().all(is_digit)
}
