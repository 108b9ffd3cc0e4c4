//! Which snapshots a target is to have, and lacks.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use waybill_engine::copies::origin;
use waybill_engine::snapshot::{self, tags};
use waybill_engine::{CopyRow, CopyState, InstanceStamp, RunId, RunStatus, SnapshotStatus};

use super::StoredTarget;
use crate::Waybill;
use crate::places::blocking;
use crate::view::CommandError;

/// After a failed try the next one waits so long, then twice as long, and so on.
const FIRST: SignedDuration = SignedDuration::from_mins(5);
/// But never longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(6);

/// A snapshot that can be copied.
#[derive(Clone, Debug)]
pub(super) struct Copyable {
    pub(super) id: String,
    /// The run that took it.
    pub(super) origin: String,
    pub(super) taken_at: Timestamp,
    pub(super) instance: InstanceStamp,
    /// It goes to targets by itself: complete, and no part of a change.
    pub(super) by_itself: bool,
}

impl Waybill {
    /// The snapshots that can be copied, newest first.
    pub(super) async fn copyable(&self) -> Result<Vec<Copyable>, CommandError> {
        if !self.shared.vault.exists() {
            return Ok(Vec::new());
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        blocking(move || {
            let mut all: Vec<Copyable> = snapshot::list(&vault)?
                .iter()
                .filter_map(|record| {
                    let (brief, run) = (snapshot::brief(record)?, origin(record)?);
                    let status = tags::status(&record.tags);
                    if status == SnapshotStatus::Unverified {
                        return None;
                    }
                    Some(Copyable {
                        id: record.id.clone(),
                        origin: run.to_owned(),
                        taken_at: record.time,
                        instance: brief.instance,
                        by_itself: status == SnapshotStatus::Complete
                            && !RunId::named(run).keeps_before_a_change(),
                    })
                })
                .collect();
            all.reverse();
            Ok(all)
        })
        .await
    }

    /// What a target lacks, oldest first: each snapshot since it was set up, and of each instance at least the
    /// newest.
    pub(super) fn lacking<'a>(
        &self,
        target: &StoredTarget,
        snapshots: &'a [Copyable],
    ) -> Result<Vec<&'a Copyable>, CommandError> {
        let rows = self.shared.journal.copies_at(&target.id)?;
        let whole: HashSet<&str> = rows
            .iter()
            .filter(|row| row.state == CopyState::Whole)
            .map(|row| row.of.origin.as_str())
            .collect();
        let given_up = self.given_up(&rows)?;
        let mut newest: HashMap<&str, Timestamp> = HashMap::new();
        for one in snapshots.iter().filter(|one| one.by_itself) {
            let known = newest.entry(&one.instance.id).or_insert(one.taken_at);
            *known = (*known).max(one.taken_at);
        }
        let mut lacking: Vec<&Copyable> = snapshots
            .iter()
            .filter(|one| one.by_itself && target.takes(&one.instance.id))
            .filter(|one| {
                one.taken_at >= target.since
                    || newest.get(one.instance.id.as_str()) == Some(&one.taken_at)
            })
            .filter(|one| !whole.contains(one.origin.as_str()) && !given_up.contains(&one.origin))
            .collect();
        lacking.reverse();
        Ok(lacking)
    }

    /// The snapshots whose copy a person cancelled or gave up: they are copied when asked for alone.
    fn given_up(&self, rows: &[CopyRow]) -> Result<HashSet<String>, CommandError> {
        let mut given_up = HashSet::new();
        for row in rows.iter().filter(|row| row.state != CopyState::Whole) {
            let status = self.copy_run_status(row)?;
            if matches!(status, Some(RunStatus::Cancelled | RunStatus::Discarded)) {
                given_up.insert(row.of.origin.clone());
            }
        }
        Ok(given_up)
    }

    /// How the run of a copy stands; none where it never began.
    pub(super) fn copy_run_status(&self, row: &CopyRow) -> Result<Option<RunStatus>, CommandError> {
        match self.shared.journal.run(&row.of.run) {
            Ok(run) => Ok(Some(run.status)),
            Err(waybill_engine::EngineError::UnknownRun(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether a failed copy is tried again now.
pub(super) fn is_time(row: &CopyRow, now: Timestamp) -> bool {
    let Some(ended) = row.ended_at.filter(|_| row.state == CopyState::Failed) else {
        return true;
    };
    let doubled = FIRST.saturating_mul(1 << row.tries.saturating_sub(1).min(10));
    let since = now.duration_since(ended);
    // A clock that was set back does not hold it up for ever.
    since.is_negative() || since >= doubled.min(LONGEST)
}

#[cfg(test)]
mod tests {
    use waybill_engine::NewCopy;

    use super::*;

    #[test]
    fn pauses_grow_to_six_hours() {
        let ended: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        let row = |tries| CopyRow {
            of: NewCopy {
                target: "t".into(),
                origin: "o".into(),
                snapshot: "s".into(),
                instance_id: "i".into(),
                taken_at: ended,
                run: RunId::fresh(),
            },
            state: CopyState::Failed,
            began_at: ended,
            ended_at: Some(ended),
            tries,
            folder: String::new(),
            build: 0,
            head: None,
            reference: None,
            problem: None,
            guidance: None,
        };
        let after = |minutes| {
            ended
                .checked_add(SignedDuration::from_mins(minutes))
                .unwrap()
        };
        for (tries, minutes) in [(1, 5), (2, 10), (4, 40), (9, 360), (4000, 360)] {
            assert!(!is_time(&row(tries), after(minutes - 1)), "{tries}");
            assert!(is_time(&row(tries), after(minutes)), "{tries}");
        }
        assert!(is_time(&row(3), after(-60)));
    }
}
