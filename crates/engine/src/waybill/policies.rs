//! What a person decided once for a whole waybill, and where a single artifact is to be treated in
//! another way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use waybill_model::{ArtifactId, ArtifactKind};

/// What happens to an artifact that the destination has already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Existing {
    /// It stays as it is, its state and its schedule too.
    Skip,
    /// It is replaced, whether it differs or not.
    Replace,
    /// It is replaced if its design differs.
    #[default]
    ReplaceIfDifferent,
    /// Nothing is replaced: what differs can come under a version of its own alone.
    NewVersion,
}

/// Which integrations are active afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Activate {
    /// Those that are in the source.
    #[default]
    AsInSource,
    /// All that are moved; of several versions with the same major the highest.
    All,
    /// None of those that are moved.
    None,
}

/// Which schedules run afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SchedulePolicy {
    /// Those that run in the source; where the source does not tell, those that ran before.
    #[default]
    AsInSource,
    /// All of integrations that are active.
    Start,
    /// None, also of those that are otherwise left as they are.
    Stop,
    /// What had to be stopped stays stopped; the others are left as they are.
    LeaveStopped,
}

/// Which values connections have afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionPolicy {
    /// Those of the destination; a connection that it does not have takes those of the source.
    #[default]
    Keep,
    /// Those of the source, all but secrets.
    FromSource,
}

/// How one artifact is treated in another way than the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exception {
    /// If the destination has it already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<Existing>,
    /// Whether it is active afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activate: Option<Activate>,
    /// Whether its schedule runs afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedules: Option<SchedulePolicy>,
    /// Which values it has afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connections: Option<ConnectionPolicy>,
}

/// The policies of a waybill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policies {
    /// What happens to artifacts that the destination has already.
    #[serde(default)]
    pub existing: Existing,
    /// Which integrations are active afterwards.
    #[serde(default)]
    pub activate: Activate,
    /// Which schedules run afterwards.
    #[serde(default)]
    pub schedules: SchedulePolicy,
    /// Which values connections have afterwards.
    #[serde(default)]
    pub connections: ConnectionPolicy,
    /// Active integrations of the destination that use a connection which gets other values are
    /// deactivated before it and activated again after it, with their schedules.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restart_users: bool,
    /// The project of the destination into which artifacts outside projects go; none: they stay outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into_project: Option<String>,
    /// Exceptions, by the name of the artifact in the destination. One of an integration also holds for
    /// its schedule.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exceptions: BTreeMap<ArtifactId, Exception>,
}

impl Policies {
    /// What happens to the artifact if the destination has it already.
    #[must_use]
    pub fn existing(&self, id: &ArtifactId) -> Existing {
        self.exception(id, |one| one.existing)
            .unwrap_or(self.existing)
    }

    /// Whether the artifact itself is excepted from what happens to existing ones.
    #[must_use]
    pub fn excepts_existing(&self, id: &ArtifactId) -> bool {
        self.exception(id, |one| one.existing).is_some()
    }

    /// Whether the integration is active afterwards.
    #[must_use]
    pub fn activate(&self, id: &ArtifactId) -> Activate {
        self.exception(id, |one| one.activate)
            .unwrap_or(self.activate)
    }

    /// Whether the schedule runs afterwards.
    #[must_use]
    pub fn schedules(&self, id: &ArtifactId) -> SchedulePolicy {
        self.exception(id, |one| one.schedules)
            .unwrap_or(self.schedules)
    }

    /// Which values the connection has afterwards.
    #[must_use]
    pub fn connections(&self, id: &ArtifactId) -> ConnectionPolicy {
        self.exception(id, |one| one.connections)
            .unwrap_or(self.connections)
    }

    fn exception<T>(&self, id: &ArtifactId, part: impl Fn(&Exception) -> Option<T>) -> Option<T> {
        let own = self.exceptions.get(id).and_then(&part);
        if own.is_some() || id.kind != ArtifactKind::Schedule {
            return own;
        }
        let integration = ArtifactId {
            kind: ArtifactKind::Integration,
            ..id.clone()
        };
        self.exceptions.get(&integration).and_then(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_of_an_integration_holds_for_its_schedule_unless_that_has_its_own() {
        let integration: ArtifactId = "integration:A|01.00.0000".parse().unwrap();
        let schedule: ArtifactId = "schedule:A|01.00.0000".parse().unwrap();
        let mut policies = Policies::default();
        let skip = Exception {
            existing: Some(Existing::Skip),
            ..Exception::default()
        };
        policies.exceptions.insert(integration.clone(), skip);
        assert_eq!(policies.existing(&schedule), Existing::Skip);
        assert_eq!(policies.activate(&integration), Activate::AsInSource);
        let replace = Exception {
            existing: Some(Existing::Replace),
            ..Exception::default()
        };
        policies.exceptions.insert(schedule.clone(), replace);
        assert_eq!(policies.existing(&schedule), Existing::Replace);
        assert_eq!(policies.existing(&integration), Existing::Skip);
    }
}
