//! The tags by which snapshots are found: `waybill`, `instance:<id>`, `run:<id>`, `status:<word>`.

use crate::journal::RunId;
use crate::manifest::SnapshotStatus;

/// The tag of an instance.
#[must_use]
pub fn instance(id: &str) -> String {
    format!("instance:{id}")
}

/// The tag of a run.
#[must_use]
pub fn run(id: &RunId) -> String {
    format!("run:{id}")
}

/// All tags of a snapshot.
#[must_use]
pub fn all(instance_id: &str, status: SnapshotStatus, run_id: &RunId) -> Vec<String> {
    vec![
        waybill_vault::TAG.to_owned(),
        instance(instance_id),
        run(run_id),
        format!("status:{}", status.word()),
    ]
}

/// How a snapshot stands by its tags. One without such a tag was never confirmed.
#[must_use]
pub fn status(tags: &[String]) -> SnapshotStatus {
    let has = |status: SnapshotStatus| {
        tags.iter()
            .any(|tag| tag.strip_prefix("status:") == Some(status.word()))
    };
    if has(SnapshotStatus::Unverified) {
        SnapshotStatus::Unverified
    } else if has(SnapshotStatus::Complete) {
        SnapshotStatus::Complete
    } else if has(SnapshotStatus::Partial) {
        SnapshotStatus::Partial
    } else {
        SnapshotStatus::Unverified
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_stands_in_the_tags() {
        for status_given in [
            SnapshotStatus::Complete,
            SnapshotStatus::Partial,
            SnapshotStatus::Unverified,
        ] {
            let tags = all("i1", status_given, &RunId::named("r1"));
            assert_eq!(status(&tags), status_given);
            assert!(
                tags.contains(&"instance:i1".to_owned()) && tags.contains(&"run:r1".to_owned())
            );
        }
        assert_eq!(status(&[]), SnapshotStatus::Unverified);
    }
}
