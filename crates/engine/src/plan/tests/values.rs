//! Values beside archives: where they come from, and what is said where there are none.

use waybill_model::State;

use super::replay::Replay;
use super::stage::{Stage, id};
use crate::change::Severity;
use crate::waybill::{
    Action, ConnectionBinding, ConnectionMode, ConnectionPolicy, Finding, LookupCell, Waybill,
};

fn keys(waybill: &Waybill) -> Vec<&str> {
    waybill.steps.iter().map(|step| step.key.as_str()).collect()
}

fn found<'a>(waybill: &'a Waybill, rule: &str) -> Vec<&'a Finding> {
    let findings = waybill.findings.iter();
    findings.filter(|finding| finding.rule == rule).collect()
}

/// An active integration with a connection and a lookup.
fn flow() -> Stage {
    let mut stage = Stage::new();
    stage.has(
        "integration:A|01.00.0000",
        Some(State::Active),
        1,
        &[("connection:C", "invoke"), ("lookup:L", "lookup")],
    );
    stage.has("connection:C", Some(State::Configured), 1, &[]);
    stage.has("lookup:L", None, 1, &[]);
    stage.choose(&["integration:A|01.00.0000"]);
    stage
}

fn bind(stage: &mut Stage, mode: ConnectionMode, url: Option<&str>) {
    let mut binding = ConnectionBinding {
        mode,
        ..ConnectionBinding::default()
    };
    let url = url.map(|url| ("connectionUrl".to_owned(), url.to_owned()));
    binding.values.extend(url);
    let all = &mut stage.bindings.connections;
    all.insert(id("connection:C"), binding);
}

#[test]
fn a_connection_takes_values_only_where_there_are_some() {
    let mut stage = flow();
    let with = stage.plan();
    assert!(keys(&with).contains(&"set connection:C"));
    let item = with.item(&id("connection:C")).unwrap();
    assert!(item.record.is_some());
    assert!(with.cargo().contains(&item.record.as_ref().unwrap().sha256));

    stage
        .source
        .facts
        .get_mut(&id("connection:C"))
        .unwrap()
        .record = None;
    let without = stage.plan();
    assert!(
        !keys(&without)
            .iter()
            .any(|key| key.ends_with("connection:C"))
    );
    let told = found(&without, "no-values");
    assert_eq!(told[0].severity, Severity::Warning);
    assert!(
        told[0].text.contains("arrives as a draft"),
        "{}",
        told[0].text
    );
    let item = without.item(&id("connection:C")).unwrap();
    assert_eq!(item.after.state, Some(State::Draft));

    // What a person enters is a value.
    bind(&mut stage, ConnectionMode::Keep, Some("https://c.example"));
    let entered = stage.plan();
    assert!(keys(&entered).contains(&"test connection:C"));
    assert!(found(&entered, "no-values").is_empty());
    let set = entered
        .steps
        .iter()
        .find(|step| step.key == "set connection:C");
    assert_eq!(set.unwrap().after["values"], "entered");
}

#[test]
fn a_draft_has_no_values_to_give() {
    let mut stage = flow();
    stage.has("connection:C", Some(State::Draft), 1, &[]);
    let told = stage.plan();
    assert!(
        found(&told, "no-values")[0]
            .text
            .contains("a draft in TEST too")
    );
    assert!(!keys(&told).contains(&"set connection:C"));
}

#[test]
fn what_is_entered_alone_needs_no_record() {
    let mut stage = flow();
    bind(&mut stage, ConnectionMode::Enter, Some("https://c.example"));
    let waybill = stage.plan();
    assert!(keys(&waybill).contains(&"set connection:C"));
    assert_eq!(waybill.item(&id("connection:C")).unwrap().record, None);
}

#[test]
fn a_connection_that_is_there_keeps_its_values_where_the_source_has_none() {
    let mut stage = flow();
    stage.stands("connection:C", Some(State::Configured), 2, &[]);
    stage.policies.connections = ConnectionPolicy::FromSource;
    assert!(keys(&stage.plan()).contains(&"set connection:C"));
    stage
        .source
        .facts
        .get_mut(&id("connection:C"))
        .unwrap()
        .record = None;
    let waybill = stage.plan();
    assert_eq!(
        waybill.item(&id("connection:C")).unwrap().action,
        Action::Keep
    );
    assert_eq!(found(&waybill, "no-values")[0].severity, Severity::Note);
    assert!(!keys(&waybill).contains(&"set connection:C"));
}

#[test]
fn a_draft_that_is_there_is_set_and_tested_even_where_the_source_has_the_same_values() {
    let mut stage = flow();
    stage.stands("connection:C", Some(State::Draft), 1, &[]);
    bind(&mut stage, ConnectionMode::FromSource, None);
    let waybill = stage.plan();
    for step in ["set connection:C", "test connection:C"] {
        assert!(keys(&waybill).contains(&step), "{step}: {waybill:?}");
    }
    let item = waybill.item(&id("connection:C")).unwrap();
    assert_eq!(item.action, Action::Replace);
    assert_eq!(item.after.state, Some(State::Configured));

    // Where it has them and is none, there is nothing to set.
    stage.stands("connection:C", Some(State::Configured), 1, &[]);
    assert!(!keys(&stage.plan()).contains(&"set connection:C"));
    // Where nothing gives it values, neither.
    stage.stands("connection:C", Some(State::Draft), 1, &[]);
    bind(&mut stage, ConnectionMode::Keep, None);
    assert!(!keys(&stage.plan()).contains(&"set connection:C"));
    bind(&mut stage, ConnectionMode::Enter, None);
    assert!(!keys(&stage.plan()).contains(&"set connection:C"));
    bind(&mut stage, ConnectionMode::Enter, Some("https://c.example"));
    assert!(keys(&stage.plan()).contains(&"test connection:C"));
}

fn cell(lookup: &str) -> LookupCell {
    LookupCell {
        lookup: id(lookup),
        row: "DE".to_owned(),
        column: "Host".to_owned(),
        value: "prod.example".to_owned(),
    }
}

#[test]
fn cells_are_set_between_the_import_and_the_activation() {
    let mut stage = flow();
    stage.bindings.lookup_cells = vec![cell("lookup:L"), cell("lookup:OTHER")];
    let waybill = stage.plan();
    let place = |key: &str| keys(&waybill).iter().position(|own| *own == key).unwrap();
    assert!(place("import lookup:L") < place("cells lookup:L"));
    let set = &waybill.steps[place("cells lookup:L")];
    assert_eq!(set.needs, ["import lookup:L"]);
    assert_eq!(set.words, "Set 1 cell of lookup L in PROD.");
    let activate = &waybill.steps[place("activate integration:A|01.00.0000")];
    assert!(activate.needs.contains(&"cells lookup:L".to_owned()));
    Replay::of(&stage, &waybill).agrees();
    // Of what does not go along, nothing is set.
    assert!(!keys(&waybill).contains(&"cells lookup:OTHER"));
}

#[test]
fn cells_of_what_comes_within_an_archive_wait_for_that() {
    let mut stage = flow();
    stage.source.facts.get_mut(&id("lookup:L")).unwrap().archive = None;
    stage.bindings.lookup_cells = vec![cell("lookup:L")];
    let waybill = stage.plan();
    let set = waybill
        .steps
        .iter()
        .find(|step| step.key == "cells lookup:L");
    assert_eq!(set.unwrap().any_of, ["import integration:A|01.00.0000"]);
}

#[test]
fn cells_of_a_lookup_of_a_project_are_told_not_to_be_set() {
    let mut stage = flow();
    stage.policies.into_project = Some("HR".to_owned());
    stage.stands("project:HR", None, 0, &[]);
    stage.bindings.lookup_cells = vec![cell("HR/lookup:L")];
    let waybill = stage.plan();
    assert_eq!(found(&waybill, "cells-in-project").len(), 1);
    assert!(!keys(&waybill).iter().any(|key| key.starts_with("cells")));
}

#[test]
fn what_something_else_still_uses_is_not_deleted() {
    let mut stage = Stage::new();
    stage.stands("connection:C", Some(State::Configured), 1, &[]);
    let uses = [("connection:C", "invoke")];
    stage.stands("integration:OLD|01.00.0000", Some(State::Active), 1, &uses);
    stage.stands("integration:NEW|01.00.0000", Some(State::Active), 1, &uses);
    stage.choice.remove = [id("connection:C"), id("integration:NEW|01.00.0000")].into();
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        [
            "deactivate integration:NEW|01.00.0000",
            "delete integration:NEW|01.00.0000"
        ]
    );
    assert_eq!(
        found(&waybill, "still-used")[0].text,
        "Connection `C` stays in PROD: `OLD` uses it."
    );
    stage.choice.remove.insert(id("integration:OLD|01.00.0000"));
    let all = stage.plan();
    assert_eq!(keys(&all).last(), Some(&"delete connection:C"));
    assert!(found(&all, "still-used").is_empty());
}

#[test]
fn parameters_of_a_schedule_come_back_with_a_restore_alone() {
    let mut stage = flow();
    let schedule = "schedule:A|01.00.0000";
    let needs = [("integration:A|01.00.0000", "schedule of")];
    stage.has(schedule, Some(State::Stopped), 1, &needs);
    stage.be_equal();
    let own = stage.source.facts.get_mut(&id(schedule)).unwrap();
    own.parameters.insert("days".to_owned(), "7".to_owned());
    assert!(stage.plan().steps.is_empty());
    stage.source.stamp.instance_id = Some("prod".to_owned());
    assert_eq!(keys(&stage.plan()), [format!("schedule {schedule}")]);
}
