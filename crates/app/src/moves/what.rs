//! What can be chosen: the artifacts of the source, laid beside the destination.

use std::collections::{BTreeMap, BTreeSet};

use tokio_util::sync::CancellationToken;
use waybill_engine::haul::{HaulResult, haul_report};
use waybill_engine::plan::target;
use waybill_engine::{EngineError, Progressed, RunId};
use waybill_model::{Artifact, ArtifactId, Catalogue};

use super::draft::Draft;
use crate::Waybill;
use crate::compare::{OpenSide, verdict};
use crate::places::{self, blocking};
use crate::view::{
    CommandError, ErrorCode, PlaceRef, RunKind, Verdict, WhatRow, WhatView, WorkProgress,
};

/// How an artifact stands in the destination, with the difference in a few words.
type Stands = BTreeMap<ArtifactId, (Verdict, String)>;

impl Waybill {
    /// What can be chosen, laid beside the destination if there is one. A destination that cannot be
    /// compared is no error: the notes say why.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where no source is chosen; `Cancelled`; the failures of the source.
    pub async fn move_what(
        &self,
        id: &str,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<WhatView, CommandError> {
        let looking = self.look(id, refresh, progress, &cancel);
        let ended = cancel.run_until_cancelled(looking).await;
        ended.unwrap_or_else(|| Err(called_off()))
    }

    async fn look(
        &self,
        id: &str,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<WhatView, CommandError> {
        let draft = self.draft_of(id).await?;
        let from = draft.from.clone().ok_or_else(no_source)?;
        let source = self.side_anew(&from, refresh, progress);
        let destination = async {
            let place = PlaceRef::Instance {
                id: draft.to.clone()?,
            };
            Some(self.side_anew(&place, refresh, progress).await)
        };
        let (source, destination) = futures::join!(source, destination);
        let source = source?;
        let mut notes = Vec::new();
        let mut stands = Stands::new();
        let mut there = None;
        match destination {
            Some(Ok(opened)) => {
                let compared = self
                    .stands(&draft, &source, &opened, progress, cancel)
                    .await;
                match compared {
                    Ok((found, said)) => {
                        stands = found;
                        notes = said;
                    }
                    Err(error) if error.code == ErrorCode::Cancelled => return Err(error),
                    Err(error) => notes.push(not_compared(&opened.head.title, &error)),
                }
                there = Some(opened);
            }
            Some(Err(error)) => {
                let title = draft
                    .to
                    .as_deref()
                    .and_then(|to| self.stored_instance(to).ok());
                let title = title.map_or_else(|| "The destination".to_owned(), |one| one.name);
                notes.push(not_compared(&title, &error));
            }
            None => {}
        }
        let failed = self.failed_last_time(&draft).await;
        let catalogue = source.side.catalogue();
        let packages = packages(catalogue);
        let others = there.as_ref().map(|there| there.side.catalogue());
        let rows = catalogue.artifacts.iter().map(|artifact| {
            let to = target(&draft.policies, &artifact.id);
            let theirs = others.and_then(|others| others.get(&to));
            let (verdict, summary) = stands.remove(&artifact.id).unzip();
            WhatRow {
                name: places::name(&artifact.name),
                state: artifact.state,
                updated: artifact.updated.clone(),
                packages: packages_of(artifact, &packages),
                verdict,
                summary: summary.unwrap_or_default(),
                state_there: theirs.and_then(|theirs| theirs.state),
                failed_last_time: failed.contains(&to),
                id: artifact.id.clone(),
            }
        });
        let rows = rows.collect();
        Ok(WhatView {
            rows,
            notes,
            from: source.head,
            to: there.map(|there| there.head),
        })
    }

    /// How the artifacts of the source stand in the destination.
    async fn stands(
        &self,
        draft: &Draft,
        source: &OpenSide,
        destination: &OpenSide,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<(Stands, Vec<String>), CommandError> {
        let told = |read: Progressed| {
            progress(WorkProgress {
                doing: "Comparing".to_owned(),
                done: read.done,
                total: Some(read.total),
            });
        };
        let (left, right) = (&source.side, &destination.side);
        let comparing = waybill_engine::compare(left, right, &self.shared.journal, &told, cancel);
        let compared = Box::pin(comparing).await.map_err(failed)?;
        let there = right.catalogue();
        let rows = compared.rows.into_iter().filter(|row| {
            let (own, to) = (&row.id, target(&draft.policies, &row.id));
            // What goes into a project is compared where it will be.
            left.catalogue().get(own).is_some() && (*own == to || there.get(&to).is_none())
        });
        let stands = rows.map(|row| {
            let to = target(&draft.policies, &row.id);
            let how = if row.id == to {
                (verdict(row.verdict), row.summary)
            } else {
                (Verdict::OnlyLeft, String::new())
            };
            (row.id, how)
        });
        Ok((stands.collect(), compared.notes))
    }

    /// What failed in the last run into the destination that had it in its waybill.
    async fn failed_last_time(&self, draft: &Draft) -> BTreeSet<ArtifactId> {
        let Some(to) = draft.to.clone() else {
            return BTreeSet::new();
        };
        let Ok(runs) = self.runs().await else {
            return BTreeSet::new();
        };
        let runs: Vec<String> = runs
            .into_iter()
            .filter(|run| {
                run.kind == RunKind::Move && run.instance_id.as_deref() == Some(to.as_str())
            })
            .take(RUNS)
            .map(|run| run.id)
            .collect();
        let journal = self.shared.journal.clone();
        let read = blocking(move || {
            let (mut seen, mut failed) = (BTreeSet::new(), BTreeSet::new());
            for run in runs {
                // One that cannot be understood any more tells nothing.
                let Ok(report) = haul_report(&journal, &RunId::named(&run)) else {
                    continue;
                };
                for item in report.items {
                    if seen.insert(item.id.clone()) && item.result == HaulResult::Failed {
                        failed.insert(item.id);
                    }
                }
            }
            Ok(failed)
        });
        read.await.unwrap_or_default()
    }
}

/// So many of the last runs are looked at.
const RUNS: usize = 10;

/// The packages that hold an artifact, by their archives' lists.
fn packages(catalogue: &Catalogue) -> BTreeMap<&ArtifactId, BTreeSet<&str>> {
    let mut all: BTreeMap<&ArtifactId, BTreeSet<&str>> = BTreeMap::new();
    let packages = catalogue.artifacts.iter();
    for package in packages.filter(|own| own.id.kind == waybill_model::ArtifactKind::Package) {
        for member in package
            .dependencies
            .iter()
            .filter(|need| need.role == "member")
        {
            all.entry(&member.id).or_default().insert(&package.id.code);
        }
    }
    all
}

fn packages_of(
    artifact: &Artifact,
    packages: &BTreeMap<&ArtifactId, BTreeSet<&str>>,
) -> Vec<String> {
    let mut names = packages.get(&artifact.id).cloned().unwrap_or_default();
    names.extend(artifact.package.as_deref());
    names.into_iter().map(str::to_owned).collect()
}

fn not_compared(title: &str, error: &CommandError) -> String {
    format!("{title} could not be compared: {}", error.message)
}

pub(super) fn no_source() -> CommandError {
    CommandError::field("from", "No source is chosen yet.")
        .guide("Choose the instance, the snapshot or the files from which artifacts are taken.")
}

/// A failure of the engine; where the person called it off, it says so.
pub(super) fn failed(error: EngineError) -> CommandError {
    if error.is_cancelled() {
        called_off()
    } else {
        error.into()
    }
}

pub(super) fn called_off() -> CommandError {
    CommandError::new(ErrorCode::Cancelled, "It was cancelled.")
        .guide("What was found out so far is kept for the next time.")
}
