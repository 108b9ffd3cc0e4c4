//! What files hold, as a page.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::page::{counted, moment, page};
use crate::errors::sentence;
use crate::view::{
    ArchiveType, InspectAnswer, InspectSeverity, InspectView, InspectedFinding,
    InspectedIntegration,
};

/// Findings of one rule are told so far one by one; more of them as a number.
const MOST: usize = 50;

/// What was found in files and folders.
#[must_use]
pub fn inspection_page(answers: &[InspectAnswer], made_at: &str) -> String {
    let title = format!(
        "{} inspected",
        counted(answers.len(), "archive", "archives")
    );
    let body = html! {
        h1 { (title) }
        @for answer in answers {
            @match answer {
                InspectAnswer::Read(view) => (archive(view)),
                InspectAnswer::Failed { file, error } => {
                    h2 { (name(file)) }
                    p.quiet { (file) }
                    div.note.note--blocking {
                        p { b { (error.message) } }
                        @if let Some(guidance) = &error.guidance { p { (guidance) } }
                    }
                }
            }
        }
    };
    page(&title, made_at, &body)
}

fn archive(view: &InspectView) -> Markup {
    html! {
        h2 { (name(&view.file)) }
        p { (kind(view)) }
        p.quiet { (view.file) }
        (warnings(&view.findings))
        @for oddity in &view.oddities { p.note { (sentence(&oddity.words)) } }
        @for note in &view.notes { p.note { (sentence(note)) } }
        @if !view.integrations.is_empty() {
            h3 { "Integrations" }
            table {
                thead { tr {
                    th { "Code and version" } th { "Name" } th { "Style" } th { "State" }
                    th.number { "Steps" } th { "Connections" } th { "Calls" }
                } }
                tbody { @for one in &view.integrations { (integration(one)) } }
            }
        }
        @if !view.connections.is_empty() {
            h3 { "Connections" }
            table {
                thead { tr { th { "Code" } th { "Name" } th { "Adapter" } th { "Security policy" } th { "Agent group" } } }
                tbody {
                    @for one in &view.connections {
                        tr {
                            td { code { (one.code) } }
                            td { (one.name) }
                            td { (one.adapter) }
                            td { (one.security_policy.as_deref().unwrap_or_default()) }
                            td { (one.agent_group.as_deref().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
        (names("Lookups", &view.lookups))
        (names("Libraries", &view.libraries))
        (names("Deployments", &view.deployments))
        (names("Certificates that are needed and never in an archive", &view.certificates))
        (names("Events", &view.events))
        (names("B2B documents", &view.documents))
        (strings(&view.findings))
    }
}

fn kind(view: &InspectView) -> String {
    let mut words = match view.kind {
        ArchiveType::Iar => "Integration",
        ArchiveType::Par => "Package",
        ArchiveType::Car => "Project",
        ArchiveType::Zip => "ZIP of archives",
        ArchiveType::Dvm | ArchiveType::Csv => "Lookup",
        ArchiveType::Jar | ArchiveType::Js => "Library",
        ArchiveType::Clone => "Whole instance",
    }
    .to_owned();
    for name in [&view.project, &view.package].into_iter().flatten() {
        words.push(' ');
        words.push_str(name);
    }
    if let Some(version) = &view.service_version {
        words.push_str(", exported by ");
        words.push_str(version);
    }
    if let Some(at) = &view.exported_at {
        words.push_str(", ");
        words.push_str(&moment(at));
    }
    words
}

fn integration(one: &InspectedIntegration) -> Markup {
    let mut connections: Vec<&str> = one
        .connections
        .iter()
        .map(|used| used.code.as_str())
        .collect();
    connections.dedup();
    html! {
        tr {
            td { code { (one.code) "|" (one.version) } }
            td { (one.name) }
            td { (one.style) }
            td { (one.state.as_deref().unwrap_or_default()) }
            td.number { @if let Some(steps) = one.steps { (steps) } }
            td { (connections.join(", ")) }
            td { (one.calls.join(", ")) }
        }
        @for oddity in &one.oddities { tr { td colspan="7" class="quiet" { (sentence(&oddity.words)) } } }
    }
}

fn warnings(findings: &[InspectedFinding]) -> Markup {
    let serious: Vec<_> = findings
        .iter()
        .filter(|one| one.severity == InspectSeverity::Warning)
        .collect();
    html! {
        @if !serious.is_empty() {
            div.note.note--blocking {
                p { b { "This file gives away " (counted(serious.len(), "secret", "secrets")) ". Treat it as a secret itself." } }
                table {
                    tbody {
                        @for one in serious.iter().take(MOST) {
                            tr { td { (one.rule) } td { code { (one.place) } } td { (one.shown) } }
                        }
                    }
                }
                @if serious.len() > MOST { p { "And " (serious.len() - MOST) " more." } }
            }
        }
    }
}

/// The strings of an environment, each once with the number of places.
fn strings(findings: &[InspectedFinding]) -> Markup {
    let mut found: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in findings
        .iter()
        .filter(|one| one.severity == InspectSeverity::Note)
    {
        *found.entry((&one.rule, &one.shown)).or_default() += 1;
    }
    html! {
        @if !found.is_empty() {
            h3 { "Belongs to its environment" }
            table {
                thead { tr { th { "What" } th { "Value" } th.number { "Places" } } }
                tbody {
                    @for ((rule, shown), places) in &found {
                        tr { td { (rule) } td { code { (shown) } } td.number { (places) } }
                    }
                }
            }
        }
    }
}

fn names(title: &str, names: &[String]) -> Markup {
    html! {
        @if !names.is_empty() {
            h3 { (title) " " span.quiet { (names.len()) } }
            p { @for (index, name) in names.iter().enumerate() { @if index > 0 { ", " } code { (name) } } }
        }
    }
}

fn name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}
