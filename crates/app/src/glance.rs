//! All instances at a glance: on which backups one can rely, and which one cannot.

use jiff::{SignedDuration, Timestamp};

use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{
    CommandError, GlanceView, InstanceGlance, NextBackup, Safety, ScheduleState, SnapshotStatus,
    SnapshotSummary, VaultState,
};

/// Without a schedule, a backup older than this is one to renew.
const OLD: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Waybill {
    /// All instances at a glance. Cheap: it reads the list of snapshots and the journal, no instance.
    ///
    /// # Errors
    /// `FileFailed` if settings or journal cannot be read. A vault that does not open is no error: it is
    /// said.
    pub async fn glance(&self) -> Result<GlanceView, CommandError> {
        let vault = self.vault_status().await?;
        let shut = match vault.state {
            VaultState::Locked => Some("The vault is locked."),
            VaultState::Failed => Some("The vault cannot be read."),
            VaultState::None | VaultState::Ready => None,
        };
        let snapshots = self.snapshots(None).await.unwrap_or_default();
        let now = self.shared.clock.now();
        let mut instances = Vec::new();
        for instance in &self.shared.settings.read().instances {
            let last = last_whole(&snapshots, instance);
            let next = self.next_backup(instance, last)?;
            let (safety, words) = match shut {
                Some(words) => (Safety::Unsafe, words.to_owned()),
                None => stands(last, next.as_ref(), now),
            };
            instances.push(InstanceGlance {
                id: instance.id.clone(),
                name: instance.name.clone(),
                safety,
                words,
                running: self.shared.runs.is_busy(&instance.id),
            });
        }
        Ok(sum(instances, shut))
    }
}

/// The last snapshot of the whole instance that one may rely on; `snapshots` has the newest first.
pub(crate) fn last_whole<'a>(
    snapshots: &'a [SnapshotSummary],
    instance: &StoredInstance,
) -> Option<&'a SnapshotSummary> {
    // One that was never read back is none to rely on, and one of a choice (such as what is kept before a
    // single change) is no backup of the instance.
    snapshots
        .iter()
        .filter(|summary| summary.instance_id == instance.id)
        .find(|summary| !summary.selection && summary.status != SnapshotStatus::Unverified)
}

fn stands(
    last: Option<&SnapshotSummary>,
    next: Option<&NextBackup>,
    now: Timestamp,
) -> (Safety, String) {
    let Some(last) = last else {
        return (Safety::Unsafe, "no backup yet".into());
    };
    let age = last
        .taken_at
        .parse::<Timestamp>()
        .map_or(SignedDuration::MAX, |taken| now.duration_since(taken));
    let state = next.map_or(ScheduleState::Off, |next| next.state);
    let trouble = match state {
        ScheduleState::Missed => Some("the last backup was missed"),
        ScheduleState::Failed => Some("the last backup failed"),
        ScheduleState::Postponed => Some("the backup was postponed"),
        ScheduleState::Off if age > OLD => None,
        _ if last.status == SnapshotStatus::Partial => Some("the last backup has gaps"),
        _ => None,
    };
    if let Some(words) = trouble {
        return (Safety::Attention, words.into());
    }
    let safety = if state == ScheduleState::Off && age > OLD {
        Safety::Attention
    } else {
        Safety::Safe
    };
    (safety, format!("backed up {}", ago(age)))
}

fn ago(age: SignedDuration) -> String {
    match age.as_hours() {
        ..1 => "within the hour".into(),
        1 => "an hour ago".into(),
        hours @ 2..48 => format!("{hours} hours ago"),
        hours => format!("{} days ago", hours / 24),
    }
}

fn sum(instances: Vec<InstanceGlance>, shut: Option<&str>) -> GlanceView {
    let safety = instances.iter().map(|one| one.safety).max();
    let safety = safety.unwrap_or(Safety::Safe);
    let unsafe_ones: Vec<&InstanceGlance> = instances
        .iter()
        .filter(|one| one.safety != Safety::Safe)
        .collect();
    let words = match (shut, unsafe_ones.as_slice()) {
        (Some(words), _) => words.to_owned(),
        (None, []) if instances.is_empty() => "No instance yet.".into(),
        (None, []) => "All instances have a backup.".into(),
        (None, [one]) => format!("{}: {}.", one.name, one.words),
        (None, several) => format!("{} instances want to be looked at.", several.len()),
    };
    GlanceView {
        safety,
        words,
        instances,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance(name: &str, safety: Safety) -> InstanceGlance {
        InstanceGlance {
            id: name.into(),
            name: name.into(),
            safety,
            words: "no backup yet".into(),
            running: false,
        }
    }

    #[test]
    fn the_one_that_stands_worst_counts() {
        assert_eq!(sum(Vec::new(), None).words, "No instance yet.");
        let one = sum(
            vec![glance("DEV", Safety::Safe), glance("PROD", Safety::Unsafe)],
            None,
        );
        assert_eq!(one.safety, Safety::Unsafe);
        assert_eq!(one.words, "PROD: no backup yet.");
        let two = sum(
            vec![
                glance("DEV", Safety::Attention),
                glance("PROD", Safety::Unsafe),
            ],
            None,
        );
        assert_eq!(two.words, "2 instances want to be looked at.");
        let shut = sum(
            vec![glance("DEV", Safety::Unsafe)],
            Some("The vault is locked."),
        );
        assert_eq!(shut.words, "The vault is locked.");
    }

    #[test]
    fn what_was_missed_counts_more_than_what_there_is() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        assert_eq!(stands(None, None, now).0, Safety::Unsafe);
        assert_eq!(ago(SignedDuration::from_hours(30)), "30 hours ago");
        assert_eq!(ago(SignedDuration::from_hours(50)), "2 days ago");
    }
}
