//! The tags by which snapshots are found: `waybill`, `instance:<id>`, `run:<id>`, `status:<word>`; and
//! for one that was marked to stay for ever `keep`, with `kept-as:<name>`.

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

/// Marks the name under which a snapshot stays for ever.
const KEPT_AS: &str = "kept-as:";

/// The name under which a snapshot was marked to stay for ever; empty where another program marked it.
#[must_use]
pub fn kept_as(tags: &[String]) -> Option<&str> {
    if !tags.iter().any(|tag| tag == waybill_vault::ALWAYS) {
        return None;
    }
    Some(
        tags.iter()
            .find_map(|tag| tag.strip_prefix(KEPT_AS))
            .unwrap_or_default(),
    )
}

/// The tags with the mark under this name, or without any.
#[must_use]
pub fn marked(tags: &[String], name: Option<&str>) -> Vec<String> {
    let mut tags: Vec<String> = tags
        .iter()
        .filter(|tag| *tag != waybill_vault::ALWAYS && !tag.starts_with(KEPT_AS))
        .cloned()
        .collect();
    if let Some(name) = name {
        tags.push(waybill_vault::ALWAYS.to_owned());
        tags.push(format!("{KEPT_AS}{name}"));
    }
    tags
}

/// The run that took the snapshot.
#[must_use]
pub fn run_of(tags: &[String]) -> Option<RunId> {
    tags.iter()
        .find_map(|tag| tag.strip_prefix("run:"))
        .map(RunId::named)
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

    #[test]
    fn a_mark_comes_and_goes_and_leaves_the_rest() {
        let plain = all("i1", SnapshotStatus::Complete, &RunId::named("r1"));
        assert_eq!(kept_as(&plain), None);
        let once = marked(&plain, Some("Before go-live"));
        assert_eq!(kept_as(&once), Some("Before go-live"));
        let again = marked(&once, Some("Audit 2026"));
        assert_eq!(kept_as(&again), Some("Audit 2026"));
        assert_eq!(again.len(), plain.len() + 2);
        assert_eq!(marked(&again, None), plain);
        assert_eq!(run_of(&again), Some(RunId::named("r1")));
    }
}
