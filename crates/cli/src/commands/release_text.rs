//! Releases, for people at a terminal.

use waybill_app::view::{
    BuildThere, FindingSeverity, PromotionState, ReleaseStage, ReleaseSummary, ReleaseView,
};

use crate::output::{Put, size, table};

/// A release: what is in it, what was found, where it is, what comes next.
pub fn describe(view: &ReleaseView) -> String {
    let head = &view.summary;
    let mut text = format!(
        "{}  {} {}, {} from {}",
        head.id, head.project, head.name, head.deployment, head.instance_name
    );
    text.put(format_args!("\n{} integrations", view.integrations.len()));
    if let (Some(sha256), Some(bytes)) = (&view.sha256, view.bytes) {
        text.put(format_args!(", {}, SHA-256 {sha256}", size(bytes)));
    }
    if let Some(pushed) = &view.pushed {
        text.put(format_args!(
            "\nIn Git: {}, {}/{}",
            pushed.reference, pushed.folder, pushed.archive
        ));
    }
    for finding in &view.findings {
        let weight = match finding.severity {
            FindingSeverity::Blocking => "BLOCKING",
            FindingSeverity::Warning if finding.read_by.is_some() => "WARNING, read",
            FindingSeverity::Warning => "WARNING",
            FindingSeverity::Note => "NOTE",
        };
        text.put(format_args!(
            "\n\n{weight}  {}  {}",
            finding.rule, finding.text
        ));
        if let Some(guidance) = &finding.guidance {
            text.put(format_args!("\n  What to do: {guidance}"));
        }
    }
    if !view.promotions.is_empty() {
        let rows: Vec<Vec<String>> = view
            .promotions
            .iter()
            .map(|one| {
                vec![
                    one.instance_name.clone(),
                    state(one.state).to_owned(),
                    one.moved_by.clone(),
                    one.approved_by.clone().unwrap_or_default(),
                    one.words.clone(),
                ]
            })
            .collect();
        text.push_str("\n\n");
        text.push_str(&table(
            &["INSTANCE", "STATE", "WAYBILL", "APPROVED BY", ""],
            &rows,
        ));
    }
    for stop in view.route.iter().filter(|stop| !stop.there) {
        match &stop.waits_for {
            Some(waits) => text.put(format_args!("\n{}: waits. {waits}", stop.instance_name)),
            None => text.put(format_args!(
                "\n{}: next. `waybill release promote {} --to \"{}\"`",
                stop.instance_name, head.id, stop.instance_name
            )),
        }
    }
    if let Some(problem) = &view.problem {
        text.put(format_args!("\n\n{problem}"));
        if let Some(guidance) = &view.guidance {
            text.put(format_args!("\nWhat to do: {guidance}"));
        }
    }
    text.put(format_args!("\n\n{}", standing(view)));
    text
}

fn standing(view: &ReleaseView) -> String {
    let id = &view.summary.id;
    match view.summary.stage {
        ReleaseStage::Ready => "It can be promoted.".to_owned(),
        ReleaseStage::GivenUp => "It was given up.".to_owned(),
        ReleaseStage::Checking if view.unread > 0 => {
            format!("Read the warnings; then `waybill release go-on {id} --acknowledge RULE`.")
        }
        ReleaseStage::Checking if view.blocked => "It cannot go on as it is.".to_owned(),
        _ => format!("To go on with it: `waybill release go-on {id}`."),
    }
}

const fn state(state: PromotionState) -> &'static str {
    match state {
        PromotionState::Prepared => "prepared",
        PromotionState::Running => "running",
        PromotionState::Done => "there",
        PromotionState::Failed => "failed",
        PromotionState::TakenBack => "taken back",
        PromotionState::NotThis => "another archive",
    }
}

const fn stage(stage: ReleaseStage) -> &'static str {
    match stage {
        ReleaseStage::Deploying => "to be deployed",
        ReleaseStage::Exporting => "to be exported",
        ReleaseStage::Checking => "to be read",
        ReleaseStage::Pushing => "to be pushed",
        ReleaseStage::Ready => "ready",
        ReleaseStage::GivenUp => "given up",
    }
}

pub fn describe_list(all: &[ReleaseSummary]) -> String {
    if all.is_empty() {
        return "No release yet. `waybill release new --help` says how to begin one.".to_owned();
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                one.id.clone(),
                one.project.clone(),
                one.build.to_string(),
                one.name.clone(),
                stage(one.stage).to_owned(),
                one.there.join(", "),
            ]
        })
        .collect();
    table(
        &["RELEASE", "PROJECT", "BUILD", "NAME", "STATE", "IN"],
        &rows,
    )
}

pub fn describe_where(all: &[BuildThere]) -> String {
    if all.is_empty() {
        return "Nothing was promoted yet.".to_owned();
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                one.project.clone(),
                one.instance_name.clone(),
                one.build.to_string(),
                one.release.clone(),
                one.since.clone(),
                one.doubt.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(
        &["PROJECT", "INSTANCE", "BUILD", "RELEASE", "SINCE", ""],
        &rows,
    )
}
