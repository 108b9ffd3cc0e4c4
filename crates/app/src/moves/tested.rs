//! What the journal tells of a destination: which connections were tested from here with the values that
//! they have now, and whether it let itself be changed.

use std::collections::{BTreeMap, BTreeSet};

use waybill_engine::checks::Rights;
use waybill_engine::haul::HaulRequest;
use waybill_engine::waybill::StepKind;
use waybill_engine::{Change, ChangeRequest, Run, RunStatus};
use waybill_model::{ArtifactId, ArtifactKind};

/// How the last test of each connection ended; `runs` are those of the journal, newest first. A test
/// before the values were changed tells nothing any more.
pub(super) fn tested(runs: &[Run], instance: &str) -> BTreeMap<ArtifactId, bool> {
    let mut tested = BTreeMap::new();
    let mut settled: BTreeSet<ArtifactId> = BTreeSet::new();
    let of_instance = runs
        .iter()
        .filter(|run| run.instance_id.as_deref() == Some(instance));
    for run in of_instance {
        if let Some(haul) = HaulRequest::of_run(run) {
            let steps = haul.waybill.steps.into_iter();
            let set = steps.filter(|step| step.kind == StepKind::SetConnection);
            settled.extend(set.map(|step| step.subject));
            continue;
        }
        let Some(request) = ChangeRequest::of_run(run) else {
            continue;
        };
        if request.subject.kind != ArtifactKind::Connection {
            continue;
        }
        if !matches!(request.change, Change::TestConnection) {
            settled.insert(request.subject);
            continue;
        }
        let passed = match run.status {
            RunStatus::Done => true,
            // One that may be taken up again did not come to a test.
            RunStatus::Failed if !run.resumable => false,
            _ => continue,
        };
        if settled.insert(request.subject.clone()) {
            tested.insert(request.subject, passed);
        }
    }
    tested
}

/// Whether the rights were enough the last time something was changed there. A test of the sign-in tells
/// of reading alone, and a refusal says nothing of today: rights are given within a minute.
pub(super) fn rights(runs: &[Run], instance: &str, address: &str) -> Rights {
    let of_instance = runs
        .iter()
        .filter(|run| run.instance_id.as_deref() == Some(instance));
    let changed = of_instance.into_iter().any(|run| {
        let done = run.status == RunStatus::Done;
        let by_move = || {
            let haul = HaulRequest::of_run(run)?;
            Some((haul.instance.address, !haul.waybill.steps.is_empty()))
        };
        let by_change = || {
            let request = ChangeRequest::of_run(run)?;
            let writes = !matches!(request.change, Change::TestConnection);
            Some((request.instance.address, writes))
        };
        let told = by_move().or_else(by_change);
        done && told.is_some_and(|(there, writes)| writes && there == address)
    });
    if changed {
        Rights::Enough
    } else {
        Rights::Unknown
    }
}

#[cfg(test)]
mod tests {
    use waybill_engine::{InstanceStamp, RunEnd, RunId};
    use waybill_model::{Environment, Generation};

    use super::*;

    fn ended(journal: &waybill_engine::Journal, id: &str, change: Change, status: RunStatus) {
        let request = ChangeRequest {
            run: RunId::fresh(),
            instance: InstanceStamp {
                id: "i1".to_owned(),
                name: "Acme".to_owned(),
                environment: Environment::Test,
                generation: Generation::Oic3,
                address: "https://a".to_owned(),
                instance_name: None,
            },
            subject: id.parse().unwrap(),
            change,
            title: String::new(),
            asked_by: String::new(),
            tool_version: String::new(),
        };
        let run = journal.begin(&request.new_run()).unwrap();
        let end = RunEnd {
            status,
            snapshot: None,
            headline: String::new(),
            guidance: None,
            resumable: false,
        };
        journal.end(&run.id, &end).unwrap();
    }

    #[test]
    fn the_last_test_counts_until_the_connection_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let journal = waybill_engine::Journal::open(&folder.path().join("waybill.db")).unwrap();
        let (done, failed) = (RunStatus::Done, RunStatus::Failed);
        ended(&journal, "connection:A", Change::TestConnection, done);
        ended(&journal, "connection:A", Change::TestConnection, failed);
        ended(&journal, "connection:B", Change::TestConnection, done);
        ended(&journal, "connection:C", Change::TestConnection, done);
        ended(&journal, "connection:C", Change::Delete, done);
        let runs = journal.runs(100).unwrap();
        let found: Vec<(String, bool)> = tested(&runs, "i1")
            .into_iter()
            .map(|(id, passed)| (id.to_string(), passed))
            .collect();
        assert_eq!(
            found,
            [
                ("connection:A".to_owned(), false),
                ("connection:B".to_owned(), true)
            ]
        );
        assert!(tested(&runs, "i2").is_empty());
    }
    #[test]
    fn whoever_changed_something_there_has_the_right_to_and_a_test_tells_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let journal = waybill_engine::Journal::open(&folder.path().join("waybill.db")).unwrap();
        let known = || rights(&journal.runs(100).unwrap(), "i1", "https://a");
        ended(
            &journal,
            "connection:A",
            Change::TestConnection,
            RunStatus::Done,
        );
        ended(&journal, "connection:A", Change::Delete, RunStatus::Failed);
        assert_eq!(known(), Rights::Unknown);
        ended(&journal, "connection:A", Change::Delete, RunStatus::Done);
        assert_eq!(known(), Rights::Enough);
        let runs = journal.runs(100).unwrap();
        assert_eq!(rights(&runs, "i2", "https://a"), Rights::Unknown);
        assert_eq!(rights(&runs, "i1", "https://b"), Rights::Unknown);
    }
}
