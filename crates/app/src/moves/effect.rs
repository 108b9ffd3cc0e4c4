//! What a waybill does, in the words of its button, and what that means for whoever works there.

use std::collections::BTreeSet;

use waybill_engine::InstanceStamp;
use waybill_engine::waybill::{StepKind, Waybill as Document};
use waybill_model::{ArtifactId, Environment};

use crate::view::MoveCounts;

/// What people call the destination for short.
pub(super) fn short(stamp: &InstanceStamp) -> &str {
    match stamp.environment {
        Environment::Development => "DEV",
        Environment::Test => "TEST",
        Environment::Production => "PROD",
        Environment::Other => &stamp.name,
    }
}

/// What the button says: `Replace 12 and activate 9 in PROD`.
pub(super) fn button(counts: MoveCounts, stamp: &InstanceStamp) -> String {
    let there = short(stamp);
    let connections = counted(counts.connections, "connection", "connections");
    let schedules = counted(counts.start, "schedule", "schedules");
    let versions = counted(counts.new_version, "version", "versions");
    let named = [
        (counts.create, format!("import {}", counts.create)),
        (counts.new_version, format!("add {versions}")),
        (counts.replace, format!("replace {}", counts.replace)),
        (counts.activate, format!("activate {}", counts.activate)),
        (counts.remove, format!("delete {}", counts.remove)),
    ];
    let mut parts: Vec<String> = told(named);
    if parts.is_empty() {
        parts = told([
            (counts.connections, format!("set {connections}")),
            (
                counts.deactivate,
                format!("deactivate {}", counts.deactivate),
            ),
            (counts.start, format!("start {schedules}")),
        ]);
    }
    if parts.is_empty() {
        return format!("Carry it out in {there}");
    }
    format!("{} in {there}", upper(&listed(&parts)))
}

fn told<const N: usize>(parts: [(u32, String); N]) -> Vec<String> {
    let told = parts.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(_, words)| words).collect()
}

fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn upper(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn counted(count: u32, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

/// What it does to the destination, in a sentence or two.
pub(super) fn sentence(document: &Document, counts: MoveCounts) -> String {
    let there = short(&document.destination.instance);
    if document.steps.is_empty() {
        return format!("{there} holds all of it already. Nothing is changed.");
    }
    let subjects = |wanted: fn(StepKind) -> bool| -> BTreeSet<&ArtifactId> {
        let steps = document.steps.iter().filter(|step| wanted(step.kind));
        steps.map(|step| &step.subject).collect()
    };
    let down = subjects(|kind| kind == StepKind::Deactivate);
    let up = subjects(|kind| matches!(kind, StepKind::Activate { .. }));
    let stopped = subjects(|kind| kind == StepKind::StopSchedule);
    let started = subjects(|kind| kind == StepKind::StartSchedule);
    let pause = down.intersection(&up).count();
    let rest = down.difference(&up).count();
    let stay_stopped = stopped.difference(&started).count();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut sentences = Vec::new();
    if pause > 0 {
        let who = counted(number(pause), "integration pauses", "integrations pause");
        let it = if pause == 1 { "it is" } else { "each is" };
        sentences.push(format!("{who} while {it} replaced."));
    }
    if rest > 0 {
        let who = counted(number(rest), "integration is", "integrations are");
        sentences.push(format!("{who} not active afterwards."));
    }
    if stay_stopped > 0 {
        let who = counted(number(stay_stopped), "schedule stays", "schedules stay");
        sentences.push(format!("{who} stopped."));
    }
    if counts.remove > 0 {
        let who = counted(counts.remove, "artifact is", "artifacts are");
        sentences.push(format!("{who} deleted."));
    }
    if sentences.is_empty() {
        sentences.push(format!("Nothing that runs in {there} is interrupted."));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use waybill_model::Generation;

    use super::*;

    fn stamp(environment: Environment) -> InstanceStamp {
        InstanceStamp {
            id: "i".to_owned(),
            name: "Acme".to_owned(),
            environment,
            generation: Generation::Oic3,
            address: "https://a".to_owned(),
            instance_name: None,
        }
    }

    #[test]
    fn the_button_names_its_effect() {
        let counts = MoveCounts {
            replace: 12,
            activate: 9,
            connections: 4,
            ..MoveCounts::default()
        };
        let prod = stamp(Environment::Production);
        assert_eq!(button(counts, &prod), "Replace 12 and activate 9 in PROD");
        let all = MoveCounts {
            create: 3,
            new_version: 1,
            ..counts
        };
        assert_eq!(
            button(all, &prod),
            "Import 3, add 1 version, replace 12 and activate 9 in PROD"
        );
        let values = MoveCounts {
            connections: 1,
            ..MoveCounts::default()
        };
        assert_eq!(
            button(values, &stamp(Environment::Other)),
            "Set 1 connection in Acme"
        );
    }
}
