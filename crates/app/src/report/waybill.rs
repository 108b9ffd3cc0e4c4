//! A waybill as a page that can be read, signed and filed, and its steps as a table for spreadsheets.

use maud::{Markup, html};
use waybill_archive::mask_value;
use waybill_engine::waybill::{
    Activate, ConnectionBinding, ConnectionMode, Existing, SchedulePolicy, Waybill as Document,
};

use super::page::{counted, moment, page, tag};
use super::spreadsheet::{UTF8_MARK, row};
use crate::view::{FindingSeverity, MoveAction, MoveItem, MovePlan, MoveStepGroup, MoveStepKind};

/// What stands for a secret.
const MASK: &str = "••••••";
/// So many names stand in one row of the overview.
const NAMED: usize = 6;
const COLUMNS: [&str; 11] = [
    "No.",
    "What",
    "Kind",
    "Project",
    "Code",
    "Version",
    "Step",
    "Before",
    "After",
    "Key",
    "Waits for",
];

/// The steps of a waybill as CSV.
pub(crate) fn waybill_table(plan: &MovePlan) -> String {
    let mut text = String::from(UTF8_MARK);
    text.push_str(&row(&COLUMNS.map(str::to_owned)));
    for (place, step) in plan.steps.iter().enumerate() {
        let word = |value: Option<&str>| value.unwrap_or_default().to_owned();
        text.push_str(&row(&[
            (place + 1).to_string(),
            happens(step.kind).to_owned(),
            step.subject.kind.to_string(),
            word(step.subject.scope.project()),
            step.subject.code.clone(),
            word(step.subject.version.as_deref()),
            step.words.clone(),
            step.before.clone(),
            step.after.clone(),
            step.key.clone(),
            step.needs.join("; "),
        ]));
    }
    text
}

/// A waybill as a page that needs nothing else and prints well. `plan` is the same waybill as screens
/// show it.
#[must_use]
pub fn waybill_page(plan: &MovePlan, document: &Document, made_at: &str) -> String {
    let title = format!("Waybill {} {}", plan.id, document.name);
    let title = title.trim();
    let body = html! {
        (head(plan, document))
        (overview(plan, document))
        (conditions(plan, document))
        (findings(plan))
        h2 { "Artifacts " span.quiet { (plan.items.len()) } }
        table {
            thead { tr {
                th { "Artifact" } th { "Name" } th { "Why" } th { "What happens" } th { "Before" }
                th { "After" } th { "SHA-256" }
            } }
            tbody { @for one in &plan.items { (artifact(one)) } }
        }
        (bindings(document))
        h2 { "Steps " span.quiet { (plan.steps.len()) } }
        table {
            thead { tr { th.number { "No." } th { "Step" } th { "Before" } th { "After" } } }
            tbody {
                @for (place, step) in plan.steps.iter().enumerate() {
                    tr {
                        td.number { (place + 1) }
                        td { (step.words) }
                        td { (step.before) }
                        td { (step.after) }
                    }
                }
            }
        }
    };
    page(title, made_at, &body)
}

fn head(plan: &MovePlan, document: &Document) -> Markup {
    let (from, to) = (&document.source, &document.destination);
    html! {
        p.quiet { "Waybill" }
        h1 { (plan.id) @if !document.name.is_empty() { " " (document.name) } }
        p { "Fingerprint, SHA-256: " code { (plan.hash) } }
        table {
            tbody {
                tr {
                    th { "From" }
                    td { (tag(from.environment, &from.title)) " read " (moment(&from.read_at)) }
                    th { "To" }
                    td {
                        (tag(Some(to.instance.environment), &to.instance.name)) " read "
                        (moment(&to.read_at))
                    }
                }
                tr {
                    th { "Prepared by" }
                    td { (document.made_by) ", " (moment(&document.made_at)) }
                    th { "Signed off by" }
                    td { (signed(plan, document)) }
                }
            }
        }
    }
}

fn signed(plan: &MovePlan, document: &Document) -> Markup {
    html! {
        @if document.sign_offs.is_empty() { span.quiet { "nobody" } }
        @for (place, one) in document.sign_offs.iter().enumerate() {
            @if place > 0 { br; }
            (one.by) ", " (moment(&one.at))
            @if one.hash != plan.hash { " " span.quiet { "(an earlier form of it)" } }
        }
    }
}

fn overview(plan: &MovePlan, document: &Document) -> Markup {
    let there = &document.destination.instance.name;
    html! {
        h2 { "What happens" }
        p { (plan.effect) }
        table {
            thead { tr {
                th.number { "No." } th { "What happens" } th.number { "Count" } th { "To what" }
                th.number { "Takes about" }
            } }
            tbody {
                @for (place, group) in plan.groups.iter().enumerate() {
                    tr {
                        td.number { (place + 1) }
                        td { b { (happens(group.kind)) } }
                        td.number { (group.subjects.len()) }
                        td { (subjects(group)) }
                        td.number { @if let Some(seconds) = group.seconds { (lasts(seconds)) } }
                    }
                }
                @if plan.counts.keep > 0 {
                    tr {
                        td {}
                        td { "Left as it is" }
                        td.number { (plan.counts.keep) }
                        td.quiet { "as it is in " (there) }
                        td {}
                    }
                }
            }
        }
        @if let Some(seconds) = plan.estimate_seconds { p { "All of it takes about " (lasts(seconds)) "." } }
    }
}

fn subjects(group: &MoveStepGroup) -> Markup {
    let more = group.subjects.len().saturating_sub(NAMED);
    html! {
        @if matches!(group.kind, MoveStepKind::Capture | MoveStepKind::Verify) {
            span.quiet { "everything that is touched" }
        } @else {
            @for (place, id) in group.subjects.iter().take(NAMED).enumerate() {
                @if place > 0 { ", " }
                code { (id.code) }
            }
            @if more > 0 { " and " (more) " more" }
        }
    }
}

/// How long it takes, as people say it.
fn lasts(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3599 if seconds.is_multiple_of(60) || seconds >= 600 => {
            format!("{} min", seconds.div_ceil(60))
        }
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

const fn happens(kind: MoveStepKind) -> &'static str {
    match kind {
        MoveStepKind::Capture => "Capture into the vault",
        MoveStepKind::StopSchedule => "Stop schedules",
        MoveStepKind::Deactivate => "Deactivate",
        MoveStepKind::ImportCertificate => "Upload certificates",
        MoveStepKind::ImportLibrary => "Import or replace libraries",
        MoveStepKind::ImportLookup => "Import or replace lookups",
        MoveStepKind::SetLookup => "Set cells of lookups",
        MoveStepKind::ImportIntegration => "Import or replace integrations",
        MoveStepKind::ImportPackage => "Import or replace packages",
        MoveStepKind::ImportProject => "Import or replace projects",
        MoveStepKind::SetConnection => "Set connections",
        MoveStepKind::TestConnection => "Test connections",
        MoveStepKind::Activate => "Activate",
        MoveStepKind::SetSchedule => "Set schedules",
        MoveStepKind::StartSchedule => "Start schedules",
        MoveStepKind::SetAccess => "Set access",
        MoveStepKind::Delete => "Delete",
        MoveStepKind::Verify => "Read back and compare",
    }
}

fn conditions(plan: &MovePlan, document: &Document) -> Markup {
    let policies = &document.policies;
    let source = &document.source.title;
    let existing = match policies.existing {
        Existing::Skip => "What is there stays",
        Existing::Replace => "Replace",
        Existing::ReplaceIfDifferent => "Replace if different",
        Existing::NewVersion => "New versions alone",
    };
    let activate = match policies.activate {
        Activate::AsInSource => format!("Activate as in {source}"),
        Activate::All => "Activate all".to_owned(),
        Activate::None => "Activate none".to_owned(),
    };
    let schedules = match policies.schedules {
        SchedulePolicy::AsInSource => format!("Schedules as in {source}"),
        SchedulePolicy::Start => "Start all schedules".to_owned(),
        SchedulePolicy::Stop => "Stop all schedules".to_owned(),
        SchedulePolicy::LeaveStopped => "Schedules that are stopped stay stopped".to_owned(),
    };
    let read = plan
        .findings
        .iter()
        .filter(|one| one.read_by.is_some())
        .count();
    html! {
        h2 { "Conditions" }
        p {
            (existing) ". " (activate) ". " (schedules) ". "
            @if let Some(project) = &policies.into_project { "Into project " code { (project) } ". " }
            @if !policies.exceptions.is_empty() {
                (counted(policies.exceptions.len(), "exception", "exceptions")) ". "
            }
            @if read > 0 { (counted(read, "warning", "warnings")) " read." }
        }
        @if !plan.checklist.is_empty() {
            h2 { "Not carried, to be seen to by a person" }
            ul { @for one in &plan.checklist { li { (one) } } }
        }
    }
}

fn findings(plan: &MovePlan) -> Markup {
    html! {
        @if !plan.findings.is_empty() {
            h2 { "Findings " span.quiet { (plan.findings.len()) } }
            @for one in &plan.findings {
                @let class = match one.severity {
                    FindingSeverity::Blocking => "note note--blocking",
                    FindingSeverity::Warning => "note",
                    FindingSeverity::Note => "quiet",
                };
                div class=(class) {
                    p {
                        b { @match one.severity {
                            FindingSeverity::Blocking => "Blocks: ",
                            FindingSeverity::Warning => "Warning: ",
                            FindingSeverity::Note => "Note: ",
                        } }
                        (one.text) " " span.quiet { (one.rule) }
                    }
                    @if let Some(guidance) = &one.guidance { p { (guidance) } }
                    @if let Some(by) = &one.read_by {
                        p.quiet { "Read by " (by) @if let Some(at) = &one.read_at { ", " (moment(at)) } }
                    }
                }
            }
        }
        @if !plan.passed.is_empty() {
            h3 { "In order" }
            ul { @for one in &plan.passed { li { (one.text) } } }
        }
    }
}

fn artifact(one: &MoveItem) -> Markup {
    let stands = |standing: &crate::view::MoveStanding| {
        if !standing.present {
            return "not there".to_owned();
        }
        let state = standing
            .state
            .and_then(|state| serde_json::to_value(state).ok())
            .and_then(|value| value.as_str().map(str::to_owned));
        let words = [standing.version.clone(), state].into_iter().flatten();
        let words = words.collect::<Vec<_>>().join(", ");
        if words.is_empty() {
            "there".to_owned()
        } else {
            words
        }
    };
    let action = match one.action {
        MoveAction::Create => "comes new",
        MoveAction::Replace => "is replaced",
        MoveAction::NewVersion => "comes as a new version",
        MoveAction::Keep => "stays",
        MoveAction::Remove => "is deleted",
        MoveAction::CannotGo => "cannot go",
    };
    html! {
        tr {
            td { code { (one.id) } }
            td { (one.name) }
            td { (one.reason) }
            td { (action) @if let Some(why) = &one.why { ": " (why) } }
            td { (stands(&one.before)) }
            td { (stands(&one.after)) }
            td { @if let Some(hash) = &one.sha256 { code { (hash.get(..16).unwrap_or(hash)) "…" } } }
        }
    }
}

fn bindings(document: &Document) -> Markup {
    let all = &document.bindings;
    html! {
        @if !all.connections.is_empty() {
            h2 { "Connections" }
            table {
                thead { tr { th { "Connection" } th { "Values" } th { "What is set" } } }
                tbody {
                    @for (id, binding) in &all.connections {
                        tr {
                            td { code { (id) } }
                            td { @match binding.mode {
                                ConnectionMode::Keep => "those of the destination",
                                ConnectionMode::FromSource => "those of the source",
                                ConnectionMode::Enter => "entered",
                            } }
                            td { (bound(binding)) }
                        }
                    }
                }
            }
        }
        @if !all.hosts.is_empty() {
            h3 { "Hosts" }
            table { tbody { @for rule in &all.hosts {
                tr { td { code { (rule.from) } } td { "becomes" } td { code { (rule.to) } } }
            } } }
        }
        @if !all.lookup_cells.is_empty() {
            h3 { "Cells of lookups" }
            table { tbody { @for cell in &all.lookup_cells {
                tr {
                    td { code { (cell.lookup.code) } }
                    td { (cell.row) ", " (cell.column) }
                    td { (mask_value(&cell.row, &mask_value(&cell.column, &cell.value))) }
                }
            } } }
        }
        @if !all.schedules.is_empty() {
            h3 { "Schedules" }
            table { tbody { @for (id, values) in &all.schedules {
                tr {
                    td { code { (id) } }
                    td {
                        @if let Some(zone) = &values.time_zone { "time zone " (zone) " " }
                        @if let Some(start) = &values.start { "from " (start) " " }
                        @if let Some(end) = &values.end { "until " (end) " " }
                        @for (name, value) in &values.parameters {
                            code { (name) } " " (mask_value(name, value)) " "
                        }
                    }
                }
            } } }
        }
    }
}

fn bound(binding: &ConnectionBinding) -> Markup {
    html! {
        @for (name, value) in &binding.values { code { (name) } " " (mask_value(name, value)) br; }
        @for name in &binding.secrets { code { (name) } " " (MASK) br; }
        @for file in &binding.attachments {
            code { (file.property) } " file "
            (file.path.rsplit(['/', '\\']).next().unwrap_or_default()) br;
        }
        @if let Some(policy) = &binding.security_policy { "security policy " (policy) br; }
        @if let Some(group) = &binding.agent_group {
            @if group.is_empty() { "no agent group" } @else { "agent group " (group) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        for (seconds, words) in [
            (40, "40 s"),
            (90, "1 min 30 s"),
            (120, "2 min"),
            (660, "11 min"),
            (7260, "2 h 1 min"),
        ] {
            assert_eq!(lasts(seconds), words);
        }
    }
}
