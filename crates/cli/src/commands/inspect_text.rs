//! What was found in an archive, for a person.
//!
//! The names come out of files that anybody may have made: what would steer a terminal is taken out
//! of them.

use std::collections::BTreeMap;
use std::fmt::Display;

use waybill_app::view::{
    FlowStep, InspectSeverity, InspectView, InspectedConnection, InspectedFinding,
    InspectedIntegration, InspectedOddity, InspectedSchedule,
};

use super::word;
use crate::output::{Put, is_command, size};

/// Characters of a column, and of examples on one line.
const WIDEST: usize = 48;

/// A text of lines with an indent and a label.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, indent: usize, text: impl Display) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.extend(std::iter::repeat_n("  ", indent));
        let text = text.to_string();
        self.0.extend(text.trim_end().chars().map(
            |sign| {
                if is_command(sign) { '�' } else { sign }
            },
        ));
    }

    /// A labelled line, where there is something to say.
    fn fact(&mut self, indent: usize, label: &str, value: &str) {
        if !value.is_empty() {
            self.line(indent, format_args!("{label:<12} {value}"));
        }
    }

    fn list(&mut self, indent: usize, label: &str, values: &[String]) {
        self.fact(indent, label, &values.join(", "));
    }
}

/// The text of one answer; `every` finding is told, or how many there are of each rule.
pub fn describe(view: &InspectView, every: bool) -> String {
    let mut page = Page::default();
    page.line(0, &view.file);
    let unpacked = if view.unpacked { ", unpacked" } else { "" };
    let size = size(view.bytes);
    page.fact(
        1,
        "Type",
        &format!("{}{unpacked}, {size}", word(&view.kind)),
    );
    page.fact(1, "Exported", &exported(view));
    page.fact(1, "Project", view.project.as_deref().unwrap_or_default());
    page.list(1, "Deployments", &view.deployments);
    page.fact(1, "Package", view.package.as_deref().unwrap_or_default());
    for one in &view.integrations {
        integration(&mut page, one);
    }
    connections(&mut page, &view.connections);
    page.list(1, "Lookups", &view.lookups);
    page.list(1, "Libraries", &view.libraries);
    page.list(1, "Certificates", &view.certificates);
    page.list(1, "Events", &view.events);
    page.list(1, "Documents", &view.documents);
    if !view.recordings.is_empty() {
        let recordings = counted(view.recordings.len(), "file");
        let words = format!("{recordings} with payloads of past runs");
        page.fact(1, "Recordings", &words);
    }
    // Those of the only integration of an archive were told with it.
    let told = |one: &InspectedOddity| matches!(view.integrations.as_slice(), [only] if only.oddities.contains(one));
    for one in view.oddities.iter().filter(|one| !told(one)) {
        oddity(&mut page, 1, one);
    }
    for note in &view.notes {
        page.fact(1, "Not read", note);
    }
    findings(&mut page, &view.findings, every);
    page.0
}

/// When and by what it was exported, as far as it tells.
fn exported(view: &InspectView) -> String {
    let service = match (view.generation, &view.service_version) {
        (Some(generation), Some(version)) => format!("{} {version}", word(&generation)),
        (Some(generation), None) => word(&generation),
        (None, version) => version.clone().unwrap_or_default(),
    };
    let facts = [view.exported_at.clone().unwrap_or_default(), service];
    let told: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    told.join(", ")
}

/// One line each, in columns, because each has facts of its own.
fn connections(page: &mut Page, all: &[InspectedConnection]) {
    let width = |of: fn(&InspectedConnection) -> &str| {
        let lengths = all.iter().map(|one| of(one).chars().count());
        lengths.max().unwrap_or_default().min(WIDEST)
    };
    let (codes, adapters) = (width(|one| &one.code), width(|one| &one.adapter));
    for (position, one) in all.iter().enumerate() {
        let mut facts = one.security_policy.clone().unwrap_or_default();
        if let Some(group) = &one.agent_group {
            facts.put(format_args!(" through agent group {group}"));
        }
        let label = if position == 0 { "Connections" } else { "" };
        page.line(
            1,
            format_args!(
                "{label:<12} {:<codes$}  {:<adapters$}  {}",
                one.code,
                one.adapter,
                facts.trim()
            ),
        );
    }
}

fn integration(page: &mut Page, one: &InspectedIntegration) {
    page.fact(
        1,
        "Integration",
        &format!("{}|{}  {}", one.code, one.version, one.name),
    );
    let mut facts = vec![one.style.clone()];
    facts.extend(one.state.clone());
    facts.extend(one.generation.map(|generation| word(&generation)));
    facts.extend(one.service_version.clone());
    if let Some(steps) = one.steps {
        facts.push(counted(steps as usize, "step"));
    }
    page.list(2, "Style", &facts);
    let connections: Vec<String> = one
        .connections
        .iter()
        .map(|using| {
            let adapter = using.adapter.as_deref().unwrap_or("adapter not known");
            format!("{} ({adapter}, {})", using.code, using.role)
        })
        .collect();
    page.list(2, "Connections", &connections);
    page.list(2, "Lookups", &one.lookups);
    page.list(2, "Libraries", &one.libraries);
    page.list(2, "Calls", &one.calls);
    if let Some(own) = &one.schedule {
        page.fact(2, "Schedule", &schedule(own));
    }
    for own in &one.oddities {
        oddity(page, 2, own);
    }
    if let Some(flow) = &one.flow {
        page.line(2, "Flow");
        steps(page, 3, flow);
    }
}

fn schedule(one: &InspectedSchedule) -> String {
    let mut facts = vec![one.name.clone()];
    facts.extend(one.expression.clone());
    match (&one.frequency, &one.interval) {
        (Some(unit), Some(count)) => facts.push(format!("{unit}, each {count}")),
        (Some(unit), None) => facts.push(unit.clone()),
        (None, _) => {}
    }
    facts.extend(one.time_zone.clone());
    facts.extend(one.start.as_ref().map(|start| format!("from {start}")));
    facts.extend(one.end.as_ref().map(|end| format!("until {end}")));
    facts.join(", ")
}

fn steps(page: &mut Page, indent: usize, flow: &[FlowStep]) {
    for step in flow {
        let mut text = step.kind.replace('-', " ");
        if let Some(name) = &step.name {
            text.put(format_args!(" {name}"));
        }
        match (&step.connection, &step.operation) {
            (Some(connection), Some(operation)) => {
                text.put(format_args!(" ({connection}, {operation})"));
            }
            (Some(one), None) | (None, Some(one)) => text.put(format_args!(" ({one})")),
            (None, None) => {}
        }
        page.line(indent, text);
        steps(page, indent + 1, &step.steps);
    }
}

fn oddity(page: &mut Page, indent: usize, one: &InspectedOddity) {
    let place = match &one.path {
        Some(path) => format!("{path}: "),
        None => String::new(),
    };
    page.fact(indent, "Unusual", &format!("{place}{}", one.words));
}

/// How many there are of each rule, with what was found; in full, the same thing in many places is
/// one entry with the first of them.
fn findings(page: &mut Page, all: &[InspectedFinding], every: bool) {
    if all.is_empty() {
        return;
    }
    let count = |severity, one: &str| {
        let count = all.iter().filter(|own| own.severity == severity).count();
        counted(count, one)
    };
    page.list(
        1,
        "Findings",
        &[
            count(InspectSeverity::Warning, "warning"),
            count(InspectSeverity::Note, "note"),
        ],
    );
    let mut grouped: Groups = BTreeMap::new();
    for one in all {
        grouped
            .entry((one.severity, &one.rule))
            .or_default()
            .entry(&one.shown)
            .or_default()
            .push(&one.place);
    }
    for ((severity, rule), found) in &grouped {
        if every {
            for (shown, places) in found {
                page.line(2, format_args!("{:<8} {rule}: {shown}", word(severity)));
                for place in places {
                    page.line(3, place);
                }
            }
            continue;
        }
        let places: usize = found.values().map(Vec::len).sum();
        page.line(
            2,
            format_args!(
                "{:<8} {rule:<14} {:<10} {}",
                word(severity),
                counted(places, "place"),
                examples(found)
            ),
        );
    }
    if !every {
        page.line(2, "--findings shows where each of them is.");
    }
}

/// What was found, by severity and rule, with the places.
type Groups<'a> = BTreeMap<(InspectSeverity, &'a str), BTreeMap<&'a str, Vec<&'a str>>>;

/// The first things that were found, as far as a line has room.
fn examples(found: &BTreeMap<&str, Vec<&str>>) -> String {
    let mut words = String::new();
    let mut left = found.len();
    for shown in found.keys() {
        if left < found.len() && words.chars().count() + shown.chars().count() > WIDEST {
            break;
        }
        if !words.is_empty() {
            words.push_str(", ");
        }
        words.push_str(shown);
        left -= 1;
    }
    if left > 0 {
        words.put(format_args!(" and {left} more"));
    }
    words
}

fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal_or_begin_a_line() {
        let mut page = Page::default();
        page.fact(1, "Project", "A\u{1b}[2J\nPackage  B\u{202e}C");
        assert_eq!(page.0, "  Project      A�[2J�Package  B�C");
    }

    #[test]
    fn what_is_found_in_many_places_is_told_once() {
        let found = |severity, place: &str| InspectedFinding {
            severity,
            rule: "host".to_owned(),
            place: place.to_owned(),
            shown: "api.example.com".to_owned(),
        };
        let all = [
            found(InspectSeverity::Warning, "a"),
            found(InspectSeverity::Note, "b"),
            found(InspectSeverity::Note, "c"),
        ];
        let mut page = Page::default();
        findings(&mut page, &all, true);
        let text = "  Findings     1 warning, 2 notes\n    warning  host: api.example.com\n      a\n    note     host: api.example.com\n      b\n      c";
        assert_eq!(page.0, text);

        let mut page = Page::default();
        findings(&mut page, &all, false);
        let text = "  Findings     1 warning, 2 notes\n    warning  host           1 place    api.example.com\n    note     host           2 places   api.example.com\n    --findings shows where each of them is.";
        assert_eq!(page.0, text);
    }

    #[test]
    fn as_many_things_are_named_as_a_line_has_room_for() {
        let name = "z-rather-long-host-name.example.com";
        let found = BTreeMap::from([("a.b", vec!["x"]), ("a.c", vec!["x"]), (name, vec!["x"])]);
        assert_eq!(examples(&found), format!("a.b, a.c, {name}"));
        let longer = format!("{name}.and.a.domain");
        let found = BTreeMap::from([("a.b", vec!["x"]), (longer.as_str(), vec!["x"])]);
        assert_eq!(examples(&found), "a.b and 1 more");
    }
}
