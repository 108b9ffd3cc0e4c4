//! What a person decided, between the screens and the document.

use std::collections::BTreeMap;

use waybill_engine::waybill::{
    Activate, Bindings, ConnectionPolicy, Exception, Existing, HostRule, LookupCell, Policies,
    ScheduleBinding, SchedulePolicy,
};
use waybill_model::ArtifactId;

use crate::view::{
    ActivatePolicy, ConnectionsPolicy, ExistingPolicy, HostRuleView, LookupCellView, MoveException,
    MovePolicies, ScheduleValues, SchedulesPolicy,
};

/// Policies as the document has them. An exception that says nothing is none.
pub(super) fn policies(view: MovePolicies) -> Policies {
    let exceptions = view.exceptions.into_iter().map(|(id, one)| {
        let exception = Exception {
            existing: one.existing.map(existing),
            activate: one.activate.map(activate),
            schedules: one.schedules.map(schedules),
            connections: one.connections.map(connections),
        };
        (id, exception)
    });
    Policies {
        existing: existing(view.existing),
        activate: activate(view.activate),
        schedules: schedules(view.schedules),
        connections: connections(view.connections),
        restart_users: false,
        into_project: view
            .into_project
            .map(|project| project.trim().to_owned())
            .filter(|project| !project.is_empty()),
        exceptions: exceptions
            .filter(|(_, exception)| *exception != Exception::default())
            .collect(),
    }
}

/// Policies as screens see them.
pub(crate) fn policies_view(policies: &Policies) -> MovePolicies {
    let exceptions = policies.exceptions.iter().map(|(id, one)| {
        let exception = MoveException {
            existing: one.existing.map(existing_view),
            activate: one.activate.map(activate_view),
            schedules: one.schedules.map(schedules_view),
            connections: one.connections.map(connections_view),
        };
        (id.clone(), exception)
    });
    MovePolicies {
        existing: existing_view(policies.existing),
        activate: activate_view(policies.activate),
        schedules: schedules_view(policies.schedules),
        connections: connections_view(policies.connections),
        into_project: policies.into_project.clone(),
        exceptions: exceptions.collect(),
    }
}

const fn existing(view: ExistingPolicy) -> Existing {
    match view {
        ExistingPolicy::Skip => Existing::Skip,
        ExistingPolicy::Replace => Existing::Replace,
        ExistingPolicy::ReplaceIfDifferent => Existing::ReplaceIfDifferent,
        ExistingPolicy::NewVersion => Existing::NewVersion,
    }
}

const fn existing_view(own: Existing) -> ExistingPolicy {
    match own {
        Existing::Skip => ExistingPolicy::Skip,
        Existing::Replace => ExistingPolicy::Replace,
        Existing::ReplaceIfDifferent => ExistingPolicy::ReplaceIfDifferent,
        Existing::NewVersion => ExistingPolicy::NewVersion,
    }
}

const fn activate(view: ActivatePolicy) -> Activate {
    match view {
        ActivatePolicy::AsInSource => Activate::AsInSource,
        ActivatePolicy::All => Activate::All,
        ActivatePolicy::None => Activate::None,
    }
}

const fn activate_view(own: Activate) -> ActivatePolicy {
    match own {
        Activate::AsInSource => ActivatePolicy::AsInSource,
        Activate::All => ActivatePolicy::All,
        Activate::None => ActivatePolicy::None,
    }
}

const fn schedules(view: SchedulesPolicy) -> SchedulePolicy {
    match view {
        SchedulesPolicy::AsInSource => SchedulePolicy::AsInSource,
        SchedulesPolicy::Start => SchedulePolicy::Start,
        SchedulesPolicy::Stop => SchedulePolicy::Stop,
        SchedulesPolicy::LeaveStopped => SchedulePolicy::LeaveStopped,
    }
}

const fn schedules_view(own: SchedulePolicy) -> SchedulesPolicy {
    match own {
        SchedulePolicy::AsInSource => SchedulesPolicy::AsInSource,
        SchedulePolicy::Start => SchedulesPolicy::Start,
        SchedulePolicy::Stop => SchedulesPolicy::Stop,
        SchedulePolicy::LeaveStopped => SchedulesPolicy::LeaveStopped,
    }
}

const fn connections(view: ConnectionsPolicy) -> ConnectionPolicy {
    match view {
        ConnectionsPolicy::Keep => ConnectionPolicy::Keep,
        ConnectionsPolicy::FromSource => ConnectionPolicy::FromSource,
    }
}

const fn connections_view(own: ConnectionPolicy) -> ConnectionsPolicy {
    match own {
        ConnectionPolicy::Keep => ConnectionsPolicy::Keep,
        ConnectionPolicy::FromSource => ConnectionsPolicy::FromSource,
    }
}

/// Rules for hosts; one that names no host is none.
pub(super) fn hosts(views: Vec<HostRuleView>) -> Vec<HostRule> {
    let rules = views.into_iter().map(|rule| HostRule {
        from: rule.from.trim().to_owned(),
        to: rule.to.trim().to_owned(),
    });
    rules
        .filter(|rule| !rule.from.is_empty() && !rule.to.is_empty())
        .collect()
}

/// Rules for hosts as screens see them.
pub(super) fn hosts_view(bindings: &Bindings) -> Vec<HostRuleView> {
    let rules = bindings.hosts.iter().map(|rule| HostRuleView {
        from: rule.from.clone(),
        to: rule.to.clone(),
    });
    rules.collect()
}

/// Cells of lookups.
pub(super) fn cells(views: Vec<LookupCellView>) -> Vec<LookupCell> {
    let cells = views.into_iter().map(|cell| LookupCell {
        lookup: cell.lookup,
        row: cell.row,
        column: cell.column,
        value: cell.value,
    });
    cells.collect()
}

/// Cells of lookups as screens see them.
pub(super) fn cells_view(bindings: &Bindings) -> Vec<LookupCellView> {
    let cells = bindings.lookup_cells.iter().map(|cell| LookupCellView {
        lookup: cell.lookup.clone(),
        row: cell.row.clone(),
        column: cell.column.clone(),
        value: cell.value.clone(),
    });
    cells.collect()
}

/// Values of schedules; one without any is none.
pub(super) fn schedule_bindings(
    views: BTreeMap<ArtifactId, ScheduleValues>,
) -> BTreeMap<ArtifactId, ScheduleBinding> {
    let bindings = views.into_iter().map(|(id, one)| {
        let binding = ScheduleBinding {
            time_zone: one.time_zone,
            start: one.start,
            end: one.end,
            parameters: one.parameters,
        };
        (id, binding)
    });
    bindings
        .filter(|(_, binding)| *binding != ScheduleBinding::default())
        .collect()
}

/// Values of schedules as screens see them.
pub(super) fn schedules_of(bindings: &Bindings) -> BTreeMap<ArtifactId, ScheduleValues> {
    let all = bindings.schedules.iter().map(|(id, one)| {
        let values = ScheduleValues {
            time_zone: one.time_zone.clone(),
            start: one.start.clone(),
            end: one.end.clone(),
            parameters: one.parameters.clone(),
        };
        (id.clone(), values)
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_come_back_as_they_were_and_empty_exceptions_do_not() {
        let id: ArtifactId = "integration:A|01.00.0000".parse().unwrap();
        let exception = MoveException {
            activate: Some(ActivatePolicy::None),
            ..MoveException::default()
        };
        let mut view = MovePolicies {
            existing: ExistingPolicy::NewVersion,
            schedules: SchedulesPolicy::LeaveStopped,
            connections: ConnectionsPolicy::FromSource,
            into_project: Some("HR".to_owned()),
            exceptions: BTreeMap::from([(id, exception)]),
            ..MovePolicies::default()
        };
        assert_eq!(policies_view(&policies(view.clone())), view);
        let other: ArtifactId = "integration:B|01.00.0000".parse().unwrap();
        view.exceptions.insert(other, MoveException::default());
        view.into_project = Some("  ".to_owned());
        let own = policies(view);
        assert_eq!((own.exceptions.len(), own.into_project), (1, None));
    }
}
