//! Two places side by side, one artifact of both, and drift.
//!
//! The comparison itself is `waybill_engine::compare`. Here places are opened for it (`sides`), and
//! what it found gets the words of a person (`words`).

mod sides;
mod words;

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;
use waybill_engine::{Progressed, Verdict as Found, compare_one, last_same};
use waybill_model::{Artifact, ArtifactId, TextDifference};

pub(crate) use sides::{CompareMemory, OpenSide};

use crate::Waybill;
use crate::places::{self, blocking};
use crate::view::{
    CommandError, CompareCounts, CompareView, ComparedRow, DifferenceView, ErrorCode, LastSame,
    PlaceRef, RelatedDifference, SideFacts, SnapshotStatus, Verdict, WorkProgress,
};

impl Waybill {
    /// Lays two places side by side. Of an instance: what was last read of its lists, unless nothing
    /// was or `refresh` asks for them anew. What could not be told from lists, hashes and earlier
    /// comparisons is fetched; `progress` hears of it.
    ///
    /// # Errors
    /// `Cancelled`; the failures of the instances, the vault, or the files. What cannot be read of a
    /// single artifact is said in its row.
    pub async fn compare(
        &self,
        left: &PlaceRef,
        right: &PlaceRef,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<CompareView, CommandError> {
        let began = Instant::now();
        let sides = self.open_sides(left, right, refresh, progress);
        let (left, right) = cancel
            .run_until_cancelled(sides)
            .await
            .ok_or_else(cancelled)??;
        let told = |read: Progressed| {
            progress(WorkProgress {
                doing: "Comparing".to_owned(),
                done: read.done,
                total: Some(read.total),
            });
        };
        let compared = waybill_engine::compare(
            &left.side,
            &right.side,
            &self.shared.journal,
            &told,
            &cancel,
        );
        let compared = Box::pin(compared).await.map_err(|error| {
            if error.is_cancelled() {
                cancelled()
            } else {
                error.into()
            }
        })?;
        let rows: Vec<ComparedRow> = compared
            .rows
            .into_iter()
            .map(|row| viewed(row, &left, &right))
            .collect();
        Ok(CompareView {
            counts: counts(&rows),
            rows,
            notes: compared.notes,
            fetched: compared.fetched,
            took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            left: left.head,
            right: right.head,
        })
    }

    /// The difference of one artifact of each place, in the words of the designer.
    ///
    /// # Errors
    /// `UnknownSubject` where neither place holds it; the failures of the places.
    pub async fn difference(
        &self,
        left: &PlaceRef,
        left_id: &ArtifactId,
        right: &PlaceRef,
        right_id: &ArtifactId,
    ) -> Result<DifferenceView, CommandError> {
        let (ours, theirs) = futures::try_join!(self.side(left), self.side(right))?;
        let journal = &self.shared.journal;
        let compared = compare_one(&ours.side, left_id, &theirs.side, right_id, journal);
        let compared = Box::pin(compared).await?;
        let artifacts = (
            ours.side.catalogue().get(left_id),
            theirs.side.catalogue().get(right_id),
        );
        let headline = words::headline(&compared, &ours, left_id, &theirs, right_id);
        let last_same = match &compared.meanings {
            Some(meanings)
                if left_id == right_id
                    && matches!(compared.verdict, Found::Different | Found::Environment) =>
            {
                self.last_same(&ours, &theirs, left_id, meanings.clone())
                    .await
            }
            _ => None,
        };
        if let Some(meanings) = compared.meanings {
            let pair = (
                left.clone(),
                left_id.clone(),
                right.clone(),
                right_id.clone(),
            );
            self.shared.compared.keep(pair, Arc::new(meanings));
        }
        let name = artifacts
            .0
            .or(artifacts.1)
            .map(|artifact| places::name(&artifact.name));
        Ok(DifferenceView {
            left_id: left_id.clone(),
            right_id: right_id.clone(),
            name: name.unwrap_or_else(|| left_id.code.clone()),
            verdict: verdict(compared.verdict),
            headline,
            left: artifacts.0.map(facts),
            right: artifacts.1.map(facts),
            difference: compared.difference,
            related: compared
                .related
                .into_iter()
                .map(|needed| RelatedDifference {
                    id: needed.id,
                    role: needed.role,
                    verdict: verdict(needed.verdict),
                    summary: needed.summary,
                    difference: needed.difference,
                })
                .collect(),
            last_same,
        })
    }

    /// The texts of both artifacts in one section of their difference, side by side.
    ///
    /// # Errors
    /// `UnknownSubject` if there is no such section or it has no text; as [`Waybill::difference`].
    pub async fn difference_text(
        &self,
        left: &PlaceRef,
        left_id: &ArtifactId,
        right: &PlaceRef,
        right_id: &ArtifactId,
        key: &str,
    ) -> Result<TextDifference, CommandError> {
        let pair = (
            left.clone(),
            left_id.clone(),
            right.clone(),
            right_id.clone(),
        );
        if self.shared.compared.meanings(&pair).is_none() {
            self.difference(left, left_id, right, right_id).await?;
        }
        let section = key.to_owned();
        let text = match self.shared.compared.meanings(&pair) {
            Some(meanings) => {
                blocking(move || Ok(meanings.0.text_difference(&meanings.1, &section))).await?
            }
            None => None,
        };
        text.ok_or_else(|| {
            CommandError::unknown("text", key).guide("Compare the two again: they have changed.")
        })
    }

    /// The places whose comparison is the drift of an instance: its last complete snapshot of
    /// everything, and the instance as it is.
    ///
    /// # Errors
    /// `UnknownSubject` for an instance that is not saved, or of which there is no such snapshot; the
    /// failures of the vault.
    pub async fn drift_places(&self, instance: &str) -> Result<(PlaceRef, PlaceRef), CommandError> {
        let instance = self.stored_instance(instance)?;
        let snapshots = self.snapshots(Some(&instance.id)).await?;
        let last = snapshots.into_iter().find(|snapshot| {
            snapshot.status == SnapshotStatus::Complete
                && !snapshot.selection
                && !snapshot.before_change
        });
        let last = last.ok_or_else(|| {
            CommandError::new(
                ErrorCode::UnknownSubject,
                format!("There is no complete snapshot of {} yet.", instance.name),
            )
            .guide("Back it up first: drift is what changed since the last complete backup.")
            .with("instance", &instance.name)
        })?;
        Ok((
            PlaceRef::Snapshot { id: last.id },
            PlaceRef::Instance { id: instance.id },
        ))
    }

    /// When both were last the same. A vault that cannot be opened tells nothing.
    async fn last_same(
        &self,
        left: &OpenSide,
        right: &OpenSide,
        id: &ArtifactId,
        meanings: (waybill_archive::Meaning, waybill_archive::Meaning),
    ) -> Option<LastSame> {
        if !self.shared.vault.exists() {
            return None;
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await.ok()?;
        let (ours, theirs, id) = (left.side.clone(), right.side.clone(), id.clone());
        let journal = self.shared.journal.clone();
        let found = blocking(move || last_same(&vault, &ours, &theirs, &id, &meanings, &journal));
        match found.await {
            Ok(found) => found.map(|found| LastSame {
                snapshot: found.snapshot,
                taken_at: found.taken_at,
            }),
            Err(error) => {
                tracing::warn!(message = error.message, "snapshots were not looked through");
                None
            }
        }
    }
}

fn cancelled() -> CommandError {
    CommandError::new(ErrorCode::Cancelled, "The comparison was cancelled.")
        .guide("What was found out so far is kept for the next time.")
}

fn viewed(row: waybill_engine::Row, left: &OpenSide, right: &OpenSide) -> ComparedRow {
    let ours = left.side.catalogue().get(&row.id);
    let theirs = right.side.catalogue().get(&row.id);
    let states = (
        ours.and_then(|artifact| artifact.state),
        theirs.and_then(|artifact| artifact.state),
    );
    ComparedRow {
        state_differs: matches!(states, (Some(ours), Some(theirs)) if ours != theirs),
        id: row.id,
        name: places::name(&row.name),
        verdict: verdict(row.verdict),
        summary: row.summary,
        left: ours.map(facts),
        right: theirs.map(facts),
        other_versions: row.other_versions,
    }
}

fn facts(artifact: &Artifact) -> SideFacts {
    SideFacts {
        state: artifact.state,
        updated: artifact.updated.clone(),
        updated_by: artifact.updated_by.clone(),
    }
}

pub(crate) const fn verdict(found: Found) -> Verdict {
    match found {
        Found::OnlyLeft => Verdict::OnlyLeft,
        Found::OnlyRight => Verdict::OnlyRight,
        Found::Different => Verdict::Different,
        Found::Environment => Verdict::Environment,
        Found::Same => Verdict::Same,
        Found::NotCompared => Verdict::NotCompared,
    }
}

pub(crate) fn counts(rows: &[ComparedRow]) -> CompareCounts {
    let mut counts = CompareCounts::default();
    for row in rows {
        *match row.verdict {
            Verdict::OnlyLeft => &mut counts.only_left,
            Verdict::OnlyRight => &mut counts.only_right,
            Verdict::Different => &mut counts.different,
            Verdict::Environment => &mut counts.environment,
            Verdict::Same => &mut counts.same,
            Verdict::NotCompared => &mut counts.not_compared,
        } += 1;
    }
    counts
}
