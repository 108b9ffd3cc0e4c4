//! How far a step is, as the instance shows it: asked where nobody knows whether its call came through.

use serde_json::{Value, json};
use waybill_client::{Client, Error, ErrorKind};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::change::{Change, Seen, look_active, look_inactive, look_schedule};
use crate::waybill::{Step, StepKind};

/// How far a step is. `base` is how its subject stood right before the call was sent.
pub(super) async fn look(
    client: &Client,
    step: &Step,
    base: Option<&Value>,
) -> Result<Seen, Error> {
    let id = &step.subject;
    match step.kind {
        StepKind::Activate { .. } => look_active(client, id).await,
        StepKind::Deactivate => look_inactive(client, id).await,
        StepKind::StopSchedule => look_schedule(client, id, &Change::StopSchedule).await,
        StepKind::StartSchedule => look_schedule(client, id, &Change::StartSchedule).await,
        StepKind::Import { replace, .. } => {
            let now = standing(client, id).await?;
            Ok(imported(replace, base, now))
        }
        StepKind::Delete => gone(client, id).await,
        // The same values again change nothing, and a test leaves nothing behind: they are sent again.
        StepKind::SetLookup
        | StepKind::SetConnection
        | StepKind::TestConnection
        | StepKind::SetSchedule
        | StepKind::SetAccess => Ok(Seen::NotDone("not set".to_owned())),
    }
}

/// Whether a step may be sent again though nobody knows whether it came through: the same again leads
/// to the same.
pub(super) const fn is_repeatable(kind: StepKind) -> bool {
    !matches!(kind, StepKind::Activate { .. } | StepKind::Deactivate)
}

/// What is known of how an artifact stands.
#[derive(Debug)]
pub(super) enum Standing {
    Absent,
    /// With the times it bears.
    Present(Value),
    /// No call tells.
    Unknown,
}

impl Standing {
    /// As the journal keeps it.
    pub fn to_base(&self) -> Option<Value> {
        match self {
            Self::Absent => Some(json!({"present": false})),
            Self::Present(times) => Some(json!({"present": true, "times": times})),
            Self::Unknown => None,
        }
    }
}

fn imported(replace: bool, base: Option<&Value>, now: Standing) -> Seen {
    let was_there = base.and_then(|base| base.get("present")?.as_bool());
    let times = base.and_then(|base| base.get("times"));
    match now {
        Standing::Absent => Seen::NotDone("not there".to_owned()),
        Standing::Unknown => Seen::Unknown("no call tells whether it is there".to_owned()),
        Standing::Present(_) if was_there == Some(false) => Seen::Done("there".to_owned()),
        Standing::Present(_) if !replace => Seen::Done("there".to_owned()),
        Standing::Present(now) if now.is_null() || times.is_none() => {
            Seen::Unknown("the service does not say when it was changed".to_owned())
        }
        Standing::Present(now) if times == Some(&now) => {
            Seen::NotDone("as it was before".to_owned())
        }
        Standing::Present(_) => Seen::Done("replaced".to_owned()),
    }
}

/// How an artifact stands now.
pub(super) async fn standing(client: &Client, id: &ArtifactId) -> Result<Standing, Error> {
    let wire = id.wire();
    let scope = &id.scope;
    let read = match (id.kind, scope) {
        (ArtifactKind::Integration, _) => client.integration(scope, &wire).await.map(|r| r.raw),
        (ArtifactKind::Connection, _) => client.connection(scope, &id.code).await.map(|r| r.raw),
        (ArtifactKind::Lookup, _) => client.lookup(scope, &id.code).await.map(|r| r.raw),
        (ArtifactKind::Library, Scope::Global) => client.library(&wire).await.map(|r| r.raw),
        (ArtifactKind::Package, _) => client.package(&id.code).await.map(|r| r.raw),
        (ArtifactKind::Project, _) => client.project(&id.code).await.map(|r| r.raw),
        (ArtifactKind::Deployment, Scope::Project(project)) => {
            client.deployment(project, &id.code).await.map(|r| r.raw)
        }
        (ArtifactKind::Certificate, _) => client.certificate(&id.code).await.map(|r| r.raw),
        _ => return Ok(Standing::Unknown),
    };
    match read {
        Ok(raw) => Ok(Standing::Present(times(&raw))),
        Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Standing::Absent),
        Err(error) => Err(error),
    }
}

/// When it was made and changed, as the service writes it; null where it says neither.
pub(super) fn times(raw: &Value) -> Value {
    let first = |names: &[&str]| {
        let mut found = names.iter().filter_map(|name| raw.get(*name)?.as_str());
        found.next().map(str::to_owned)
    };
    let made = first(&["created", "createdDate"]);
    let changed = first(&["lastUpdated", "lastUpdatedDate", "updated", "updatedDate"]);
    match (&made, &changed) {
        (None, None) => Value::Null,
        _ => json!([made, changed]),
    }
}

async fn gone(client: &Client, id: &ArtifactId) -> Result<Seen, Error> {
    Ok(match standing(client, id).await? {
        Standing::Absent => Seen::Done("deleted".to_owned()),
        Standing::Present(_) => Seen::NotDone("there".to_owned()),
        Standing::Unknown => Seen::Unknown("no call tells whether it is there".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_shows_in_the_times_that_the_artifact_bears() {
        let base = |present: bool, times: Value| json!({"present": present, "times": times});
        let there = |times: Value| Standing::Present(times);
        let old = json!(["a", "b"]);
        let new = json!(["a", "c"]);
        for (replace, before, now, seen) in [
            (false, None, Standing::Absent, "not done"),
            (false, None, there(Value::Null), "done"),
            (
                true,
                Some(base(true, old.clone())),
                there(old.clone()),
                "not done",
            ),
            (
                true,
                Some(base(true, old.clone())),
                there(new.clone()),
                "done",
            ),
            (true, Some(base(false, Value::Null)), there(new), "done"),
            (
                true,
                Some(base(true, Value::Null)),
                there(Value::Null),
                "unknown",
            ),
            (true, None, there(old), "unknown"),
            (true, None, Standing::Absent, "not done"),
        ] {
            let found = match imported(replace, before.as_ref(), now) {
                Seen::Done(_) => "done",
                Seen::NotDone(_) => "not done",
                _ => "unknown",
            };
            assert_eq!(found, seen, "{replace} {before:?}");
        }
    }

    #[test]
    fn times_are_found_under_the_names_that_each_kind_gives_them() {
        assert_eq!(times(&json!({"name": "x"})), Value::Null);
        let library = json!({"createdDate": "1", "lastUpdatedDate": "2"});
        assert_eq!(times(&library), json!(["1", "2"]));
    }
}
