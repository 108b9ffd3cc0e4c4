//! Waybills and reports, for people at a terminal.

use waybill_app::view::{
    FindingSeverity, MoveAction, MoveFinding, MoveItem, MoveLook, MovePlan, ReportRow, ReportView,
};

use super::word;
use crate::output::{Put, duration, table};

/// A waybill: its artifacts, its steps, what was found.
pub fn describe(plan: &MovePlan) -> String {
    let mut text = format!("{}\n{}", plan.id, plan.effect);
    let moved: Vec<&MoveItem> = plan
        .items
        .iter()
        .filter(|item| item.action != MoveAction::Keep)
        .collect();
    if !moved.is_empty() {
        let rows: Vec<Vec<String>> = moved.into_iter().map(artifact).collect();
        text.push_str("\n\n");
        text.push_str(&table(
            &["ARTIFACT", "WHAT HAPPENS", "WHY", "BEFORE"],
            &rows,
        ));
    }
    if plan.counts.keep > 0 {
        text.put(format_args!("\n{} stay as they are.", plan.counts.keep));
    }
    if !plan.steps.is_empty() {
        text.push_str("\n\nSteps");
        for (number, step) in plan.steps.iter().enumerate() {
            text.put(format_args!("\n  {:>3}  {}", number + 1, step.words));
        }
    }
    if !plan.findings.is_empty() {
        text.push_str("\n\nFindings");
        for finding in &plan.findings {
            put_finding(&mut text, finding);
        }
    }
    if !plan.checklist.is_empty() {
        text.push_str("\n\nTo be seen to by a person");
        for one in &plan.checklist {
            text.put(format_args!("\n  {one}"));
        }
    }
    if let Some(seconds) = plan.estimate_seconds {
        text.put(format_args!("\n\nAbout {}.", duration(seconds * 1000)));
    }
    text.put(format_args!("\n\n{}", standing(plan)));
    text
}

/// What keeps a waybill from being run: all of it is shown elsewhere.
pub fn describe_against(plan: &MovePlan) -> String {
    let mut text = format!("{}\n{}", plan.id, plan.effect);
    if plan.findings.iter().any(is_open) {
        text.push_str("\n\nFindings");
    }
    for finding in plan.findings.iter().filter(|one| is_open(one)) {
        put_finding(&mut text, finding);
    }
    text.put(format_args!(
        "\n\n{} All of it: `waybill show {}`.",
        standing(plan),
        plan.id
    ));
    text
}

/// Whether a finding keeps a waybill from being run.
pub fn is_open(finding: &MoveFinding) -> bool {
    match finding.severity {
        FindingSeverity::Blocking => true,
        FindingSeverity::Warning => finding.read_by.is_none(),
        FindingSeverity::Note => false,
    }
}

/// Whether it can be run, in a sentence.
pub fn standing(plan: &MovePlan) -> String {
    let blocking = plan
        .findings
        .iter()
        .filter(|one| one.severity == FindingSeverity::Blocking)
        .count();
    match (plan.empty, blocking, plan.unread) {
        (true, _, _) => "There is nothing to do.".into(),
        (_, 0, 0) => format!("Nothing stands against it. {}: `waybill run`.", plan.button),
        (_, 0, 1) => "A warning has to be read: `waybill run --acknowledge RULE`.".into(),
        (_, 0, unread) => {
            format!("{unread} warnings have to be read: `waybill run --acknowledge RULE`.")
        }
        (_, 1, _) => "1 finding blocks it.".into(),
        (_, blocking, _) => format!("{blocking} findings block it."),
    }
}

fn artifact(item: &MoveItem) -> Vec<String> {
    let action = match (&item.action, &item.why) {
        (MoveAction::CannotGo, Some(why)) => format!("cannot go: {why}"),
        (MoveAction::Create, _) => "comes new".into(),
        (MoveAction::Replace, _) => "is replaced".into(),
        (MoveAction::NewVersion, _) => "comes as a new version".into(),
        (MoveAction::Keep, _) => "stays".into(),
        (MoveAction::Remove, _) => "is deleted".into(),
        (MoveAction::CannotGo, None) => "cannot go".into(),
    };
    let before = if item.before.present {
        item.before
            .state
            .map_or_else(|| "is there".into(), |state| word(&state))
    } else {
        "is not there".into()
    };
    vec![item.id.to_string(), action, item.reason.clone(), before]
}

fn put_finding(text: &mut String, finding: &MoveFinding) {
    let mark = match finding.severity {
        FindingSeverity::Blocking => "BLOCKING",
        FindingSeverity::Warning if finding.read_by.is_some() => "read    ",
        FindingSeverity::Warning => "warning ",
        FindingSeverity::Note => "note    ",
    };
    text.put(format_args!(
        "\n  {mark}  {}: {}",
        finding.rule, finding.text
    ));
    if let Some(guidance) = &finding.guidance {
        text.put(format_args!("\n            What to do: {guidance}"));
    }
}

/// A last look at the destination.
pub fn describe_look(look: &MoveLook) -> String {
    let mut text = format!("{} steps.", look.steps);
    for one in &look.changed {
        text.put(format_args!(
            "\n  changed   {}: was {}, is {}",
            one.id, one.was, one.is
        ));
    }
    for one in &look.against {
        text.put(format_args!("\n  BLOCKING  {one}"));
    }
    if look.changed.is_empty() && look.against.is_empty() {
        text.push_str(
            " The destination is as it was when this was planned, and nothing stands against it.",
        );
    }
    text
}

/// The report of a run.
pub fn describe_report(report: &ReportView) -> String {
    let mut text = format!("{}\n{}", report.headline, report.sentence);
    let rows: Vec<Vec<String>> = report.rows.iter().map(row).collect();
    if !rows.is_empty() {
        text.push_str("\n\n");
        text.push_str(&table(&["ARTIFACT", "RESULT", "BEFORE", "TOOK"], &rows));
    }
    for one in &report.rows {
        if let Some(why) = &one.why {
            text.put(format_args!("\n\n{}\n  Why: {why}", one.id));
        }
        if let Some(what) = &one.what_to_do {
            text.put(format_args!("\n  What to do: {what}"));
        }
    }
    if !report.checklist.is_empty() {
        text.push_str("\n\nTo be seen to by a person");
        for one in &report.checklist {
            text.put(format_args!("\n  {one}"));
        }
    }
    match (&report.rollback.possible, &report.rollback.because) {
        (true, _) => text.put(format_args!(
            "\n\nThe way back: `waybill rollback {}`.",
            report.run.id
        )),
        (false, Some(because)) => text.put(format_args!("\n\nNo way back: {because}")),
        (false, None) => {}
    }
    text.put(format_args!("\nHash of the report: {}", report.hash));
    text
}

fn row(one: &ReportRow) -> Vec<String> {
    vec![
        one.id.to_string(),
        one.words.clone(),
        one.before.clone(),
        one.took_ms.map(duration).unwrap_or_default(),
    ]
}
