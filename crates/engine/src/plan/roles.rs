//! Service roles as a waybill: each role that somebody gets or loses is an artifact of its own
//! (`accessList:ServiceDeveloper|user|ann@example.com`), set or deleted by a step of its own. Nothing of the
//! instance itself is touched.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{Artifact, ArtifactId, ArtifactKind, Catalogue};

use super::estimate::{History, estimate};
use super::world::{Details, PlanDestination};
use super::{left_words, state_digest};
use crate::access::{Grantee, RoleChange, RoleGrant};
use crate::change::Severity;
use crate::manifest::InstanceStamp;
use crate::progress::StepNow;
use crate::waybill::{
    AccessBinding, Action, Bindings, DestinationStamp, FORMAT, Finding, Item, LeftWhy, PlaceStamp,
    Policies, Reason, RoleBinding, Standing, Step, StepKind, Waybill,
};

use super::rollback::StepOutcome;

/// The role without which nobody can give roles any more.
const ADMINISTRATOR: &str = "ServiceAdministrator";

/// Everything that a plan of roles is made of.
#[derive(Clone, Copy, Debug)]
pub struct RolesRequest<'a> {
    /// What the document says of itself.
    pub details: &'a Details,
    /// Where the roles come from; the instance itself where they are given one by one.
    pub source: &'a PlaceStamp,
    /// The instance.
    pub destination: &'a InstanceStamp,
    /// When its roles were read (RFC 3339).
    pub read_at: &'a str,
    /// Who has which role there now.
    pub now: &'a [RoleGrant],
    /// What is to change.
    pub changes: &'a [RoleChange],
    /// The id of the application that stands for the instance.
    pub app: &'a str,
    /// The ids of its roles by their names.
    pub roles: &'a BTreeMap<String, String>,
    /// Who of the source is whom there.
    pub people: &'a AccessBinding,
    /// The client id that Waybill signs in with, where it signs in as an application.
    pub own: Option<&'a str>,
    /// How long steps took in the past.
    pub history: &'a History,
}

/// The artifact that stands for somebody having a role.
#[must_use]
pub fn role_id(one: &RoleGrant) -> ArtifactId {
    let code = format!("{}|{}|{}", one.role, one.kind.word(), one.name);
    ArtifactId::global(ArtifactKind::AccessList, code, None)
}

/// Makes the waybill that gives and takes roles.
#[must_use]
pub fn plan_roles(request: &RolesRequest<'_>) -> Waybill {
    let mut bindings = Bindings::default();
    let mut items: BTreeMap<ArtifactId, Item> = BTreeMap::new();
    let mut steps: BTreeMap<ArtifactId, Step> = BTreeMap::new();
    let title = &request.destination.name;
    for change in request.changes {
        let (one, gives) = match change {
            RoleChange::Grant(one) => (one, true),
            RoleChange::Revoke(one) => (one, false),
        };
        let Some(role) = request.roles.get(&one.role) else {
            continue;
        };
        let id = role_id(one);
        let binding = RoleBinding {
            app: request.app.to_owned(),
            role: role.clone(),
            kind: one.kind,
            grantee: one.id.clone(),
        };
        bindings.roles.insert(id.clone(), binding);
        let (action, kind, words) = if gives {
            let words = format!("Set service role {} in {title}.", id.wire());
            (Action::Create, StepKind::SetAccess, words)
        } else {
            let words = format!("Delete service role {} in {title}.", id.wire());
            (Action::Remove, StepKind::Delete, words)
        };
        let stands = |present: bool| Standing {
            present,
            ..Standing::default()
        };
        items.insert(
            id.clone(),
            Item {
                id: id.clone(),
                from: None,
                name: format!("{} of {} {}", one.role, one.kind.word(), one.name),
                reason: Reason::Chosen,
                needed_by: Vec::new(),
                action,
                archive: None,
                record: None,
                before: stands(!gives),
                after: stands(gives),
            },
        );
        steps.insert(
            id.clone(),
            Step {
                key: kind.key(&id),
                kind,
                subject: id,
                needs: Vec::new(),
                any_of: Vec::new(),
                before: super::steps::facts([("role", if gives { "" } else { "given" })]),
                after: super::steps::facts([("role", if gives { "given" } else { "" })]),
                words,
            },
        );
    }
    // Given before taken: nobody is without a role meanwhile.
    let (given, taken): (Vec<Step>, Vec<Step>) = steps
        .into_values()
        .partition(|step| step.kind == StepKind::SetAccess);
    let keys: Vec<String> = given.iter().map(|step| step.key.clone()).collect();
    let taken = taken.into_iter().map(|step| Step {
        needs: keys.clone(),
        ..step
    });
    let steps: Vec<Step> = given.into_iter().chain(taken).collect();
    let details = request.details;
    let mut waybill = Waybill {
        format: FORMAT,
        id: details.id.clone(),
        name: details.name.clone(),
        made_at: details.made_at.clone(),
        made_by: details.made_by.clone(),
        tool_version: details.tool_version.clone(),
        source: request.source.clone(),
        destination: DestinationStamp {
            instance: request.destination.clone(),
            read_at: request.read_at.to_owned(),
            state_digest: String::new(),
        },
        choice: items.keys().cloned().collect(),
        left_out: Vec::new(),
        remove: Vec::new(),
        policies: Policies::default(),
        estimate_seconds: estimate(&steps, request.history),
        checklist: Vec::new(),
        items: items.into_values().collect(),
        findings: findings(request),
        steps,
        bindings,
        sign_offs: Vec::new(),
    };
    let now = PlanDestination {
        stamp: request.destination.clone(),
        catalogue: catalogue(request.read_at, request.now),
        facts: BTreeMap::new(),
        read_only: None,
    };
    waybill.destination.state_digest = state_digest(&waybill, &now);
    waybill.sort_findings();
    waybill
}

/// Who has which role, as a catalogue.
fn catalogue(read_at: &str, now: &[RoleGrant]) -> Catalogue {
    let ids: BTreeSet<ArtifactId> = now.iter().map(role_id).collect();
    let all = ids.into_iter().map(|id| {
        let name = id.code.clone();
        Artifact::named(id, name)
    });
    Catalogue::new(read_at, all.collect(), Vec::new())
}

fn findings(request: &RolesRequest<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let title = &request.destination.name;
    let taken: Vec<&RoleGrant> = request
        .changes
        .iter()
        .filter_map(|change| match change {
            RoleChange::Revoke(one) => Some(one),
            RoleChange::Grant(_) => None,
        })
        .collect();
    for one in &taken {
        if one.kind == Grantee::App && Some(one.name.as_str()) == request.own {
            findings.push(
                Finding::new(
                    "role-own",
                    Severity::Blocking,
                    format!(
                        "{} is a role of the application that Waybill signs in with.",
                        one.role
                    ),
                )
                .about(&role_id(one))
                .guided("Without it Waybill could not go on, nor take it back. Leave it out, or take it away in the console."),
            );
        }
    }
    let admins = |one: &&RoleGrant| one.role == ADMINISTRATOR && one.kind != Grantee::App;
    let before = request.now.iter().filter(admins).count();
    let gone = taken.iter().copied().filter(admins).count();
    let new = request.changes.iter().any(|change| match change {
        RoleChange::Grant(one) => admins(&one),
        RoleChange::Revoke(_) => false,
    });
    if before > 0 && gone == before && !new {
        findings.push(
            Finding::new(
                "role-last-admin",
                Severity::Blocking,
                format!("No user and no group would be {ADMINISTRATOR} of {title} any more."),
            )
            .guided("Leave one of them."),
        );
    }
    for (own, why, _) in request.people.left() {
        let text = format!(
            "{} `{}` gets no role: {}.",
            crate::change::upper(own.kind.word()),
            own.name,
            left_words(why, own.kind.word(), title)
        );
        findings.push(if why == LeftWhy::LeftOut {
            Finding::new("role-left-out", Severity::Note, text)
        } else {
            Finding::new("role-unsettled", Severity::Warning, text)
                .guided("Say who is meant with `waybill access people`; it is remembered for these two identity domains.")
        });
    }
    findings
}

/// What takes a run of such a waybill back: what was given is taken, what was taken is given again. A step
/// that failed may have had its effect, and counts; one that was never sent does not.
#[must_use]
pub fn roles_back(waybill: &Waybill, outcomes: &[StepOutcome]) -> Vec<RoleChange> {
    let sent = outcomes
        .iter()
        .filter(|step| !matches!(step.state, StepNow::Waiting | StepNow::Skipped));
    let back = sent.filter_map(|step| {
        let binding = waybill.bindings.roles.get(&step.subject)?;
        let mut parts = step.subject.code.splitn(3, '|');
        let (role, _, name) = (parts.next()?, parts.next()?, parts.next()?);
        let one = RoleGrant {
            role: role.to_owned(),
            kind: binding.kind,
            name: name.to_owned(),
            id: binding.grantee.clone(),
            grant: String::new(),
        };
        Some(if step.kind == StepKind::Delete {
            RoleChange::Grant(one)
        } else {
            RoleChange::Revoke(one)
        })
    });
    back.collect()
}
