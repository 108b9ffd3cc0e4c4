//! The first screen: each instance with its last backup, what changed since, and what goes on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue, State};

use crate::Waybill;
use crate::glance::last_whole;
use crate::settings::StoredInstance;
use crate::view::{
    AssuranceView, ChangedSince, CommandError, HomeView, InstanceCard, IntegrationCounts, PlaceRef,
    RunStatus, RunSummary, SnapshotSummary, TargetState, TargetView,
};

/// So many runs are shown.
const RECENT: usize = 8;

impl Waybill {
    /// The first screen.
    ///
    /// # Errors
    /// `FileFailed` if settings or journal cannot be read. A vault that does not open, or an
    /// instance that cannot be reached, is no error here: the view says so.
    pub async fn home(&self) -> Result<HomeView, CommandError> {
        let runs = self.runs().await?;
        let vault = self.vault_status().await?;
        let snapshots = self.snapshots(None).await.unwrap_or_default();
        let mut cards = Vec::new();
        for instance in &self.shared.settings.read().instances {
            cards.push(self.card(instance, &runs, &snapshots).await?);
        }
        let interrupted = runs
            .iter()
            .filter(|run| run.status == RunStatus::Interrupted)
            .filter(|run| {
                cards
                    .iter()
                    .any(|card| Some(&card.instance.id) == run.instance_id.as_ref())
            })
            .cloned()
            .collect();
        Ok(HomeView {
            instances: cards,
            interrupted,
            recent: runs.into_iter().take(RECENT).collect(),
            vault,
            assurance: self.assurance().await?,
            secrets: self.secrets_status().await?,
            practice: self.practice_runs(),
        })
    }

    async fn assurance(&self) -> Result<AssuranceView, CommandError> {
        // A vault that does not open is said by its own state.
        let targets = self.targets().await.unwrap_or_default();
        let newest = targets
            .iter()
            .filter_map(|target| Some((&target.form.name, &target.last.as_ref()?.at)))
            .max_by_key(|(_, at)| at.parse::<Timestamp>().ok());
        let lags = |target: &&TargetView| {
            target.form.on && matches!(target.state, TargetState::Behind | TargetState::Failed)
        };
        let proof = self.proof_settings()?.last_restore;
        Ok(AssuranceView {
            copied_to: newest.map(|(name, _)| name.clone()),
            copied_at: newest.map(|(_, at)| at.clone()),
            behind: targets
                .iter()
                .filter(lags)
                .map(|target| target.form.name.clone())
                .collect(),
            proven_at: proof.as_ref().map(|proof| proof.at.clone()),
            proof_passed: proof.map(|proof| proof.passed),
        })
    }

    async fn card(
        &self,
        instance: &StoredInstance,
        runs: &[RunSummary],
        snapshots: &[SnapshotSummary],
    ) -> Result<InstanceCard, CommandError> {
        let last = last_whole(snapshots, instance);
        let kept = self.shared.journal.kept_catalogue(&instance.id)?;
        let changed = match (last, &kept) {
            (Some(snapshot), Some(kept)) if kept.read_at > snapshot.taken_at => {
                let place = PlaceRef::Snapshot {
                    id: snapshot.id.clone(),
                };
                // A snapshot that cannot be opened is named by the vault's own state.
                match self.catalogue(&place, false).await {
                    Ok(then) => {
                        let then = Catalogue::new(then.read_at, then.artifacts, then.gaps);
                        Some(changed_since(&then, &kept.catalogue))
                    }
                    Err(_) => None,
                }
            }
            (Some(_), Some(_)) => Some(ChangedSince {
                count: 0,
                people: 0,
                latest: None,
                latest_at: None,
            }),
            _ => None,
        };
        let problem = self
            .shared
            .journal
            .fact(&format!("problem/{}", instance.id))?
            .filter(|problem| !problem.is_empty());
        Ok(InstanceCard {
            instance: self.instance_view(instance),
            last_backup: last.cloned(),
            changed,
            integrations: kept.as_ref().map(|kept| integrations(&kept.catalogue)),
            read_at: kept.map(|kept| kept.read_at),
            running: runs
                .iter()
                .find(|run| {
                    run.instance_id.as_deref() == Some(&instance.id)
                        && matches!(run.status, RunStatus::Running | RunStatus::Cancelling)
                })
                .cloned(),
            problem,
            next_backup: self.next_backup(instance, last)?,
        })
    }
}

fn integrations(catalogue: &Catalogue) -> IntegrationCounts {
    let all = || {
        catalogue
            .artifacts
            .iter()
            .filter(|artifact| artifact.id.kind == ArtifactKind::Integration)
    };
    let in_state = |state| {
        all()
            .filter(|artifact| artifact.state == Some(state))
            .count()
    };
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    IntegrationCounts {
        total: number(all().count()),
        active: number(in_state(State::Active)),
        failed: number(in_state(State::Failed)),
    }
}

/// What was added, changed or removed between two catalogues. Kinds whose list could not be read
/// tell nothing.
fn changed_since(then: &Catalogue, now: &Catalogue) -> ChangedSince {
    let unread = |artifact: &Artifact| {
        then.gaps.iter().chain(&now.gaps).any(|gap| {
            gap.kind == artifact.id.kind && gap.project.as_deref() == artifact.id.scope.project()
        })
    };
    let touched: Vec<&Artifact> = now
        .artifacts
        .iter()
        .filter(|artifact| !unread(artifact))
        .filter(|artifact| {
            then.get(&artifact.id).is_none_or(|before| {
                before.updated != artifact.updated || before.state != artifact.state
            })
        })
        .collect();
    // A schedule is listed with the times of its integration: the two are one change.
    let integrations: BTreeSet<&ArtifactId> = touched
        .iter()
        .map(|artifact| &artifact.id)
        .filter(|id| id.kind == ArtifactKind::Integration)
        .collect();
    let touched: Vec<&Artifact> = touched
        .iter()
        .copied()
        .filter(|artifact| {
            let of = ArtifactId {
                kind: ArtifactKind::Integration,
                ..artifact.id.clone()
            };
            artifact.id.kind != ArtifactKind::Schedule || !integrations.contains(&of)
        })
        .collect();
    let removed = then
        .artifacts
        .iter()
        .filter(|artifact| !unread(artifact) && now.get(&artifact.id).is_none())
        .count();
    let people: BTreeSet<&str> = touched
        .iter()
        .filter_map(|artifact| artifact.updated_by.as_deref())
        .collect();
    let latest = touched
        .iter()
        .filter(|artifact| artifact.updated_by.is_some())
        .max_by(|left, right| left.updated.cmp(&right.updated));
    ChangedSince {
        count: u32::try_from(touched.len() + removed).unwrap_or(u32::MAX),
        people: u32::try_from(people.len()).unwrap_or(u32::MAX),
        latest: latest.and_then(|artifact| artifact.updated_by.clone()),
        latest_at: latest.and_then(|artifact| artifact.updated.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(code: &str, updated: &str, by: &str) -> Artifact {
        let id = format!("lookup:{code}").parse().unwrap();
        Artifact {
            updated: Some(updated.into()),
            updated_by: Some(by.into()),
            ..Artifact::named(id, code)
        }
    }

    #[test]
    fn changes_are_counted_with_who_made_the_latest() {
        let then = Catalogue::new(
            "1",
            vec![
                artifact("A", "2026-11-01T00:00:00Z", "ann"),
                artifact("B", "2026-11-01T00:00:00Z", "ann"),
                artifact("GONE", "2026-11-01T00:00:00Z", "ann"),
            ],
            vec![],
        );
        let now = Catalogue::new(
            "2",
            vec![
                artifact("A", "2026-11-01T00:00:00Z", "ann"),
                artifact("B", "2026-11-20T00:00:00Z", "bob"),
                artifact("NEW", "2026-11-19T00:00:00Z", "eve"),
            ],
            vec![],
        );
        let changed = changed_since(&then, &now);
        assert_eq!((changed.count, changed.people), (3, 2));
        assert_eq!(changed.latest.as_deref(), Some("bob"));
        assert_eq!(changed_since(&now, &now).count, 0);
    }
}
