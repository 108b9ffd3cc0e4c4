//! Which connections of a destination were tested from here with the values that they have now.

use std::collections::{BTreeMap, BTreeSet};

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
}
