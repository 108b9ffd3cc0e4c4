//! The waybill as the screens show it.

use std::collections::{BTreeMap, BTreeSet};

use waybill_engine::checks::RULES;
use waybill_engine::plan::{History, estimate};
use waybill_engine::waybill::{
    Action, Finding, Fix, Item, Standing, Step, StepKind, Waybill as Document,
};
use waybill_engine::{Facts, Severity, StepWhat};
use waybill_model::{ArtifactId, ArtifactKind, Environment};

use super::draft::Planned;
use super::effect;
use super::plan_people::people;
use crate::places;
use crate::runs::step_kind;
use crate::view::{
    FindingSeverity, MoveAction, MoveCounts, MoveFinding, MoveFix, MoveItem, MovePlan,
    MoveStanding, MoveStep, MoveStepGroup, MoveStepKind, PassedCheck,
};

/// The order of the review.
const ORDER: [MoveStepKind; 18] = [
    MoveStepKind::Capture,
    MoveStepKind::StopSchedule,
    MoveStepKind::ImportCertificate,
    MoveStepKind::SetConnection,
    MoveStepKind::TestConnection,
    MoveStepKind::ImportLookup,
    MoveStepKind::SetLookup,
    MoveStepKind::ImportLibrary,
    MoveStepKind::Deactivate,
    MoveStepKind::ImportIntegration,
    MoveStepKind::ImportPackage,
    MoveStepKind::ImportProject,
    MoveStepKind::Activate,
    MoveStepKind::SetSchedule,
    MoveStepKind::StartSchedule,
    MoveStepKind::SetAccess,
    MoveStepKind::Delete,
    MoveStepKind::Verify,
];

/// The whole plan.
pub(super) fn plan_view(planned: &Planned) -> MovePlan {
    let document = &planned.document;
    let counts = counts(document);
    let stamp = &document.destination.instance;
    let lasting = document.findings.iter().filter(|one| lasts(one));
    let findings: Vec<MoveFinding> = lasting.map(finding).collect();
    let of = |severity| findings.iter().filter(move |one| one.severity == severity);
    MovePlan {
        id: document.id.clone(),
        hash: document.hash(),
        made_by: document.made_by.clone(),
        made_at: document.made_at.clone(),
        source_read_at: document.source.read_at.clone(),
        destination_read_at: document.destination.read_at.clone(),
        took_ms: planned.took_ms,
        items: document.items.iter().map(item).collect(),
        groups: groups(document, &planned.history()),
        steps: document.steps.iter().map(step).collect(),
        passed: planned.passed.iter().map(passed).collect(),
        counts,
        people: people(document),
        checklist: document.checklist.clone(),
        estimate_seconds: document.estimate_seconds,
        button: effect::button(counts, stamp),
        effect: effect::sentence(document, counts),
        type_name: (stamp.environment == Environment::Production).then(|| stamp.name.clone()),
        empty: document.steps.is_empty(),
        blocked: of(FindingSeverity::Blocking).next().is_some(),
        unread: of(FindingSeverity::Warning)
            .filter(|one| one.read_by.is_none())
            .fold(0, |count: u32, _| count.saturating_add(1)),
        findings,
    }
}

fn passed((rule, text): &(String, String)) -> PassedCheck {
    PassedCheck {
        rule: rule.clone(),
        text: text.clone(),
    }
}

fn item(item: &Item) -> MoveItem {
    MoveItem {
        id: item.id.clone(),
        from: item.from.clone(),
        name: places::name(&item.name),
        chosen: item.reason == waybill_engine::waybill::Reason::Chosen,
        reason: item.reason.words(),
        action: action(&item.action),
        why: match &item.action {
            Action::CannotGo { why } => Some(why.clone()),
            _ => None,
        },
        sha256: item.archive.as_ref().map(|stamp| stamp.sha256.clone()),
        bytes: item.archive.as_ref().map(|stamp| stamp.bytes),
        before: standing(&item.before),
        after: standing(&item.after),
    }
}

const fn action(action: &Action) -> MoveAction {
    match action {
        Action::Create => MoveAction::Create,
        Action::Replace => MoveAction::Replace,
        Action::NewVersion => MoveAction::NewVersion,
        Action::Keep => MoveAction::Keep,
        Action::Remove => MoveAction::Remove,
        Action::CannotGo { .. } => MoveAction::CannotGo,
    }
}

fn standing(standing: &Standing) -> MoveStanding {
    MoveStanding {
        present: standing.present,
        version: standing.version.clone(),
        state: standing.state,
    }
}

fn step(step: &Step) -> MoveStep {
    MoveStep {
        key: step.key.clone(),
        kind: kind(step),
        subject: step.subject.clone(),
        words: step.words.clone(),
        before: facts(&step.before),
        after: facts(&step.after),
        needs: step.needs.iter().chain(&step.any_of).cloned().collect(),
    }
}

pub(super) const fn kind(step: &Step) -> MoveStepKind {
    step_kind(StepWhat::Waybill(step.kind))
}

/// Facts in words: `state active, version 01.02.0003`.
pub(super) fn facts(facts: &Facts) -> String {
    let all = facts.iter().map(|(name, how)| format!("{name} {how}"));
    all.collect::<Vec<_>>().join(", ")
}

/// The steps by sort, in the order of the review.
pub(super) fn groups(document: &Document, history: &History) -> Vec<MoveStepGroup> {
    if document.steps.is_empty() {
        return Vec::new();
    }
    let mut by_kind: BTreeMap<MoveStepKind, Vec<&Step>> = BTreeMap::new();
    for step in &document.steps {
        by_kind.entry(kind(step)).or_default().push(step);
    }
    let touched = touched(document);
    let whole = |kind| MoveStepGroup {
        kind,
        subjects: touched.clone(),
        seconds: None,
    };
    // Connections that come with what is imported are set after that.
    let arrives = |kind: &MoveStepKind| {
        let steps = by_kind.get(kind).into_iter().flatten();
        let mut imports = steps.flat_map(|step| &step.any_of);
        imports.next().is_some()
    };
    let late = arrives(&MoveStepKind::SetConnection);
    let mut groups = Vec::new();
    for kind in ordered(late) {
        if matches!(kind, MoveStepKind::Capture | MoveStepKind::Verify) {
            groups.push(whole(kind));
        } else if let Some(steps) = by_kind.get(&kind) {
            groups.push(MoveStepGroup {
                kind,
                subjects: steps.iter().map(|step| step.subject.clone()).collect(),
                seconds: seconds(steps, history),
            });
        }
    }
    groups
}

fn ordered(connections_late: bool) -> Vec<MoveStepKind> {
    let of_connections = |kind: &MoveStepKind| {
        matches!(
            kind,
            MoveStepKind::SetConnection | MoveStepKind::TestConnection
        )
    };
    if !connections_late {
        return ORDER.to_vec();
    }
    let (connections, mut others): (Vec<_>, Vec<_>) = ORDER.into_iter().partition(of_connections);
    let at = others
        .iter()
        .position(|kind| *kind == MoveStepKind::Activate)
        .unwrap_or(others.len());
    others.splice(at..at, connections);
    others
}

/// What is there now and is changed: what a run takes a snapshot of.
fn touched(document: &Document) -> Vec<ArtifactId> {
    let subjects: BTreeSet<&ArtifactId> = document.steps.iter().map(|step| &step.subject).collect();
    let there = subjects.into_iter().filter(|id| {
        let item = document.item(id);
        item.is_none_or(|item| item.before.present)
    });
    there.cloned().collect()
}

/// How long such steps take, several at once, by what they took in the past.
fn seconds(steps: &[&Step], history: &History) -> Option<u64> {
    let own: Vec<Step> = steps.iter().map(|step| (*step).clone()).collect();
    estimate(&own, history)
}

/// Whether a finding holds for as long as the plan does. Whether the destination may be changed is judged
/// anew each time.
pub(crate) fn lasts(finding: &Finding) -> bool {
    finding.rule != "read-only"
}

/// A finding.
pub(super) fn finding(finding: &Finding) -> MoveFinding {
    MoveFinding {
        rule: finding.rule.clone(),
        title: RULES
            .iter()
            .find(|rule| rule.name == finding.rule)
            .map(|rule| rule.title.to_owned()),
        severity: match finding.severity {
            Severity::Blocking => FindingSeverity::Blocking,
            Severity::Warning => FindingSeverity::Warning,
            Severity::Note => FindingSeverity::Note,
        },
        subject: finding.subject.clone(),
        text: finding.text.clone(),
        guidance: finding.guidance.clone(),
        fix: finding.fix.clone().map(fix),
        read_by: finding.acknowledged.as_ref().map(|read| read.by.clone()),
        read_at: finding.acknowledged.as_ref().map(|read| read.at.clone()),
    }
}

fn fix(fix: Fix) -> MoveFix {
    match fix {
        Fix::EnterValues { connection } => MoveFix::EnterValues { connection },
        Fix::TestConnection { connection } => MoveFix::TestConnection { connection },
        Fix::StopSchedule { schedule } => MoveFix::StopSchedule { schedule },
        Fix::UploadCertificate { certificate } => MoveFix::UploadCertificate { certificate },
        Fix::Add { artifact } => MoveFix::Add { artifact },
        Fix::LeaveOut { artifact } => MoveFix::LeaveOut { artifact },
        Fix::AllowChanges => MoveFix::AllowChanges,
    }
}

/// How many of what. Connections, schedules and access lists take values and are not counted among what
/// comes or is replaced.
fn counts(document: &Document) -> MoveCounts {
    let mut counts = MoveCounts::default();
    let up = |count: &mut u32| *count = count.saturating_add(1);
    for item in &document.items {
        let takes_values = matches!(
            item.id.kind,
            ArtifactKind::Connection | ArtifactKind::Schedule | ArtifactKind::AccessList
        );
        match &item.action {
            Action::Keep => up(&mut counts.keep),
            Action::Remove => up(&mut counts.remove),
            Action::CannotGo { .. } => up(&mut counts.cannot_go),
            _ if takes_values => {}
            Action::Create => up(&mut counts.create),
            Action::Replace => up(&mut counts.replace),
            Action::NewVersion => up(&mut counts.new_version),
        }
    }
    for step in &document.steps {
        match step.kind {
            StepKind::SetConnection => up(&mut counts.connections),
            StepKind::Activate { .. } => up(&mut counts.activate),
            StepKind::Deactivate => up(&mut counts.deactivate),
            StepKind::StartSchedule => up(&mut counts.start),
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_takes_as_long_as_its_steps_do_that_run_at_once() {
        let kind = StepKind::Activate { tracing: None };
        let steps: Vec<Step> = (0..30)
            .map(|number| {
                let code = format!("A{number}");
                let subject =
                    ArtifactId::global(ArtifactKind::Integration, &code, Some("01.00.0000"));
                Step {
                    key: kind.key(&subject),
                    kind,
                    subject,
                    needs: Vec::new(),
                    any_of: Vec::new(),
                    before: Facts::new(),
                    after: Facts::new(),
                    words: String::new(),
                }
            })
            .collect();
        let all: Vec<&Step> = steps.iter().collect();
        let mut history = History {
            millis: BTreeMap::new(),
            imports_at_once: 4,
            activations_at_once: 6,
        };
        assert_eq!(seconds(&all, &history), None);
        history.millis.insert("activate".to_owned(), 5_000);
        assert_eq!(seconds(&all, &history), Some(25));
        assert_eq!(seconds(&all[..1], &history), Some(5));
    }
}
