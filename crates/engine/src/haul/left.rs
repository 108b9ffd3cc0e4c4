//! How the run left what it deactivated. Whatever bears another time right before it is replaced,
//! deleted or deactivated once more was changed by somebody else since then, and no snapshot holds that.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use waybill_client::Error;
use waybill_model::{ArtifactId, ArtifactKind};

use super::deed::{Deed, plain};
use super::explain::named;
use super::look::{Standing, standing};
use super::perform::{Hauling, broken};
use crate::change::{Stop, upper};
use crate::journal::{StepFailure, StepState};
use crate::waybill::{Step, StepKind};

/// The times that integrations bore when the run had last changed them. The journal keeps them with
/// the steps that deactivated these.
#[derive(Default)]
pub(super) struct Left(Mutex<BTreeMap<ArtifactId, Value>>);

impl Left {
    pub fn all(&self) -> MutexGuard<'_, BTreeMap<ArtifactId, Value>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hauling {
    /// Takes up what an earlier part of the run wrote down.
    pub(super) fn recall(&self, deeds: &[Deed]) {
        let mut left = self.left.all();
        for deed in deeds {
            // What is under way changes these times itself.
            let settled = matches!(deed.row.state, StepState::Done | StepState::Planned);
            if deed.step.kind == StepKind::Deactivate
                && settled
                && let Some(base) = &deed.row.base
            {
                left.insert(deed.step.subject.clone(), base.clone());
            }
        }
    }

    /// Writes down how a step has left an integration that is still to be replaced or deleted.
    pub(super) async fn remember(&self, deed: &Deed) -> Result<(), Stop> {
        let id = &of_integration(&deed.step.subject);
        let known = self.left.all().contains_key(id);
        match deed.step.kind {
            StepKind::Deactivate if self.is_to_end(&deed.step) && !known => {}
            StepKind::Activate { .. } if deed.is_back && !known => {}
            StepKind::Activate { .. } if !deed.is_back => return self.forget_displaced(id),
            // A schedule that is started or stopped changes the times of its integration.
            StepKind::StartSchedule | StepKind::StopSchedule if known => {}
            _ => return Ok(()),
        }
        // Also when the run is to stop: what follows is compared with it.
        match standing(&self.work.client, id).await {
            Ok(Standing::Present(times)) if !times.is_null() => {
                self.keep_left(id, Some(&times))?;
                self.left.all().insert(id.clone(), times);
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "how it was left could not be read"),
        }
        Ok(())
    }

    /// Before a step changes an integration once more: how it was left counts no longer. Gives it back
    /// for the journal, where the step is the one that it is kept with.
    pub(super) fn take_left(&self, deed: &Deed) -> Result<Option<Value>, Stop> {
        let id = &deed.step.subject;
        match deed.step.kind {
            StepKind::Deactivate => Ok(self.left.all().remove(id)),
            StepKind::Activate { .. } if deed.is_back => {
                self.left.all().remove(id);
                self.keep_left(id, None)?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// Why a step is not taken: somebody has changed what it would end since the run last did.
    pub(super) async fn changed_by_others(
        &self,
        deed: &Deed,
    ) -> Result<Option<StepFailure>, Error> {
        let step = &deed.step;
        let concerned: Vec<(ArtifactId, Value)> = {
            let left = self.left.all();
            let all = left.iter().filter(|(id, _)| match step.kind {
                StepKind::Deactivate | StepKind::StopSchedule => {
                    **id == of_integration(&step.subject)
                }
                StepKind::Import { replace: true, .. } | StepKind::Delete => {
                    **id == step.subject || step.needs.contains(&StepKind::Deactivate.key(id))
                }
                _ => false,
            });
            all.map(|(id, was)| (id.clone(), was.clone())).collect()
        };
        for (id, was) in concerned {
            let Standing::Present(now) = standing(&self.looking, &id).await? else {
                continue;
            };
            if now.is_null() || now == was {
                continue;
            }
            let at = now.get(1).and_then(Value::as_str);
            let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
            let name = named(&id);
            let since = match step.kind {
                StepKind::Deactivate | StepKind::StopSchedule => "put it back",
                _ => "deactivated it",
            };
            let what = if id == step.subject {
                "It is left as it is now".to_owned()
            } else {
                format!("{} is left as it is now", upper(&named(&step.subject)))
            };
            return Ok(Some(plain(
                format!(
                    "Somebody changed {name}{at}, after this run had {since}. {what}: that change is in no snapshot."
                ),
                "Look at it in the console. Then plan again: the waybill then says what would be done now.",
            )));
        }
        Ok(None)
    }

    /// Whether what a step deactivates is replaced or deleted afterwards.
    fn is_to_end(&self, step: &Step) -> bool {
        let ends = |kind: StepKind| matches!(kind, StepKind::Import { .. } | StepKind::Delete);
        let mut steps = self.waybill().steps.iter();
        steps.any(|other| ends(other.kind) && other.needs.contains(&step.key))
    }

    /// The service has just deactivated the other versions of the same integration.
    fn forget_displaced(&self, id: &ArtifactId) -> Result<(), Stop> {
        let displaced: Vec<ArtifactId> = {
            let mut left = self.left.all();
            let others = left.keys().filter(|other| {
                other.scope == id.scope && other.code == id.code && other.version != id.version
            });
            let others: Vec<ArtifactId> = others.cloned().collect();
            for other in &others {
                left.remove(other);
            }
            others
        };
        for other in &displaced {
            self.keep_left(other, None)?;
        }
        Ok(())
    }

    /// Keeps it with the step that deactivated it.
    fn keep_left(&self, id: &ArtifactId, times: Option<&Value>) -> Result<(), Stop> {
        let key = StepKind::Deactivate.key(id);
        let place = self.waybill().steps.iter().position(|step| step.key == key);
        // Before the steps of the waybill stands the snapshot.
        let Some(position) = place.and_then(|place| u32::try_from(place + 1).ok()) else {
            return Ok(());
        };
        let journal = self.journal();
        journal
            .set_base(&self.work.request.run, position, times)
            .map_err(broken)
    }
}

/// The integration that a schedule belongs to; any other artifact itself.
fn of_integration(id: &ArtifactId) -> ArtifactId {
    let mut id = id.clone();
    if id.kind == ArtifactKind::Schedule {
        id.kind = ArtifactKind::Integration;
    }
    id
}
