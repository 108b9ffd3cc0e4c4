//! Single plans, told as what they prove.

use waybill_model::{Generation, State};

use super::replay::Replay;
use super::stage::{Stage, fingerprint, id, stamp};
use crate::change::Severity;
use crate::waybill::{
    Action, ArchiveStamp, ConnectionBinding, ConnectionMode, Exception, Existing, Finding, Reason,
    Waybill,
};

const ACTIVE: Option<State> = Some(State::Active);
const CONFIGURED: Option<State> = Some(State::Configured);

fn keys(waybill: &Waybill) -> Vec<&str> {
    waybill.steps.iter().map(|step| step.key.as_str()).collect()
}

fn found<'a>(waybill: &'a Waybill, rule: &str) -> Vec<&'a Finding> {
    let findings = waybill.findings.iter();
    findings.filter(|finding| finding.rule == rule).collect()
}

fn action<'a>(waybill: &'a Waybill, of: &str) -> &'a Action {
    &waybill.item(&id(of)).unwrap().action
}

fn why<'a>(waybill: &'a Waybill, of: &str) -> &'a str {
    match action(waybill, of) {
        Action::CannotGo { why } => why,
        other => panic!("{of} goes: {other:?}"),
    }
}

/// An integration that calls another one, with a connection, a lookup and a schedule.
fn orders() -> Stage {
    let mut stage = Stage::new();
    stage.has(
        "integration:ORDER|01.02.0000",
        ACTIVE,
        1,
        &[
            ("connection:ERP", "invoke"),
            ("lookup:TAX", "lookup"),
            ("integration:TOTAL|01.00.0000", "calls"),
        ],
    );
    stage.has(
        "integration:TOTAL|01.00.0000",
        ACTIVE,
        1,
        &[("connection:ERP", "invoke")],
    );
    stage.has("connection:ERP", CONFIGURED, 1, &[]);
    stage.has("lookup:TAX", None, 1, &[]);
    stage.has(
        "schedule:ORDER|01.02.0000",
        Some(State::Started),
        1,
        &[("integration:ORDER|01.02.0000", "schedule of")],
    );
    stage.choose(&["integration:ORDER|01.02.0000"]);
    stage
}

#[test]
fn into_an_empty_instance_all_comes_in_the_order_of_needs() {
    let stage = orders();
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        [
            "import lookup:TAX",
            "import integration:ORDER|01.02.0000",
            "import integration:TOTAL|01.00.0000",
            "set connection:ERP",
            "test connection:ERP",
            "activate integration:TOTAL|01.00.0000",
            "activate integration:ORDER|01.02.0000",
            "schedule schedule:ORDER|01.02.0000",
            "start schedule:ORDER|01.02.0000",
        ]
    );
    let set = &waybill.steps[3];
    assert!(set.needs.is_empty());
    assert_eq!(
        set.any_of.len(),
        2,
        "either integration brings the connection"
    );
    let erp = waybill.item(&id("connection:ERP")).unwrap();
    assert_eq!(erp.reason.words(), "invoked by ORDER");
    assert_eq!(erp.needed_by.len(), 2);
    assert_eq!(
        erp.archive.as_ref().unwrap().carried_by,
        Some(id("integration:ORDER|01.02.0000"))
    );
    let total = waybill.item(&id("integration:TOTAL|01.00.0000")).unwrap();
    assert_eq!(total.reason.words(), "called by ORDER");
    assert_eq!(
        waybill
            .item(&id("integration:ORDER|01.02.0000"))
            .unwrap()
            .reason,
        Reason::Chosen
    );
    assert_eq!(waybill.estimate_seconds, None);
    assert!(
        waybill
            .checklist
            .iter()
            .any(|text| text.starts_with("Allow-lists"))
    );
}

#[test]
fn what_differs_is_stopped_callers_first_and_comes_back_the_other_way_round() {
    let mut stage = orders();
    stage.be_equal();
    for of in [
        "integration:ORDER|01.02.0000",
        "integration:TOTAL|01.00.0000",
    ] {
        let facts = stage.destination.facts.get_mut(&id(of)).unwrap();
        facts.fingerprint = Some(fingerprint(2, 0));
    }
    stage.history.millis.insert("activate".to_owned(), 10_000);
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        [
            "stop schedule:ORDER|01.02.0000",
            "deactivate integration:ORDER|01.02.0000",
            "deactivate integration:TOTAL|01.00.0000",
            "import integration:ORDER|01.02.0000",
            "import integration:TOTAL|01.00.0000",
            "activate integration:TOTAL|01.00.0000",
            "activate integration:ORDER|01.02.0000",
            "start schedule:ORDER|01.02.0000",
        ]
    );
    assert_eq!(action(&waybill, "connection:ERP"), &Action::Keep);
    assert_eq!(waybill.estimate_seconds, Some(70));
    assert!(waybill.checklist[0].starts_with("Instances in flight"));
}

#[test]
fn another_version_of_the_same_major_is_displaced_and_told() {
    let mut stage = orders();
    stage.stands("integration:ORDER|01.01.0000", ACTIVE, 1, &[]);
    stage.stands(
        "schedule:ORDER|01.01.0000",
        Some(State::Started),
        1,
        &[("integration:ORDER|01.01.0000", "schedule of")],
    );
    let waybill = stage.plan();
    assert_eq!(
        action(&waybill, "integration:ORDER|01.02.0000"),
        &Action::NewVersion
    );
    let told = found(&waybill, "same-major");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].severity, Severity::Warning);
    assert_eq!(waybill.steps[0].key, "stop schedule:ORDER|01.01.0000");
    let activate = waybill
        .steps
        .iter()
        .find(|step| step.key == "activate integration:ORDER|01.02.0000");
    assert_eq!(activate.unwrap().before["replaces"], "ORDER|01.01.0000");
    Replay::of(&stage, &waybill).agrees();
}

#[test]
fn a_new_version_is_all_that_comes_where_nothing_may_be_replaced() {
    let mut stage = orders();
    stage.be_equal();
    let facts = stage
        .destination
        .facts
        .get_mut(&id("integration:ORDER|01.02.0000"))
        .unwrap();
    facts.fingerprint = Some(fingerprint(2, 0));
    stage.policies.existing = Existing::NewVersion;
    let waybill = stage.plan();
    assert!(why(&waybill, "integration:ORDER|01.02.0000").contains("make a new version"));
    assert!(waybill.steps.is_empty());
    assert_eq!(found(&waybill, "cannot-go")[0].severity, Severity::Warning);
}

#[test]
fn what_differs_in_its_environment_alone_stays_unless_it_is_a_restore() {
    let mut stage = orders();
    stage.be_equal();
    let tax = stage.destination.facts.get_mut(&id("lookup:TAX")).unwrap();
    tax.fingerprint = Some(fingerprint(1, 7));
    let moved = stage.plan();
    assert!(moved.steps.is_empty());
    assert_eq!(found(&moved, "environment-only").len(), 1);
    stage.source.stamp.instance_id = Some("prod".to_owned());
    let restored = stage.plan();
    assert_eq!(keys(&restored), ["import lookup:TAX"]);
}

#[test]
fn what_was_left_out_is_told_with_what_needs_it() {
    let mut stage = orders();
    stage.choice.left_out.insert(id("lookup:TAX"));
    let waybill = stage.plan();
    let told = found(&waybill, "left-out");
    assert_eq!(told[0].severity, Severity::Warning);
    assert_eq!(
        told[0].text,
        "Lookup `TAX` was left out, used by ORDER. PROD has none."
    );
    stage.stands("lookup:TAX", None, 5, &[]);
    assert_eq!(found(&stage.plan(), "left-out")[0].severity, Severity::Note);
}

#[test]
fn a_circle_of_calls_is_told_and_still_has_an_order() {
    let mut stage = Stage::new();
    for (own, calls) in [("A", "B"), ("B", "A")] {
        let calls = format!("integration:{calls}|01.00.0000");
        stage.has(
            &format!("integration:{own}|01.00.0000"),
            ACTIVE,
            1,
            &[(&calls, "calls")],
        );
    }
    stage.choose(&["integration:A|01.00.0000"]);
    let waybill = stage.plan();
    assert_eq!(
        found(&waybill, "call-cycle")[0].text,
        "`A` and `B` call each other in a circle."
    );
    assert_eq!(waybill.steps.len(), 4);
}

#[test]
fn older_generations_take_neither_projects_nor_newer_archives() {
    let mut stage = orders();
    stage.has("project:HR", None, 0, &[]);
    stage.choice.chosen.insert(id("project:HR"));
    stage.destination.stamp = stamp("old", Generation::Gen2);
    let waybill = stage.plan();
    assert_eq!(
        why(&waybill, "project:HR"),
        "OLD is Oracle Integration Gen 2, which has no projects."
    );
    assert!(why(&waybill, "integration:ORDER|01.02.0000").contains("reads no archives of a newer"));
    // A table of values is the same everywhere.
    assert_eq!(keys(&waybill), ["import lookup:TAX"]);
    stage.source.stamp.generation = Some(Generation::Ics);
    let newer = stage.plan();
    assert_eq!(
        action(&newer, "integration:ORDER|01.02.0000"),
        &Action::Create
    );
}

#[test]
fn what_goes_into_a_project_is_added_and_replaces_nothing() {
    let mut stage = orders();
    stage.policies.into_project = Some("HR".to_owned());
    let without = stage.plan();
    assert!(
        why(&without, "HR/integration:ORDER|01.02.0000").starts_with("Project `HR` is not in PROD")
    );
    stage.stands("project:HR", None, 0, &[]);
    stage.stands("HR/integration:TOTAL|01.00.0000", CONFIGURED, 2, &[]);
    let waybill = stage.plan();
    let order = waybill
        .item(&id("HR/integration:ORDER|01.02.0000"))
        .unwrap();
    assert_eq!(order.action, Action::Create);
    assert_eq!(order.from, Some(id("integration:ORDER|01.02.0000")));
    assert!(why(&waybill, "HR/integration:TOTAL|01.00.0000").contains("replaces nothing in it"));
    assert!(keys(&waybill).contains(&"set HR/connection:ERP"));
}

#[test]
fn a_package_goes_as_one_archive_or_in_pieces() {
    let mut stage = Stage::new();
    for code in ["A", "B"] {
        stage.has(&format!("integration:{code}|01.00.0000"), ACTIVE, 1, &[]);
    }
    let members = [
        ("integration:A|01.00.0000", "member"),
        ("integration:B|01.00.0000", "member"),
    ];
    stage.has("package:P", None, 0, &members);
    stage.choose(&["package:P"]);
    // The destination's package holds one more, which is active.
    stage.stands("integration:A|01.00.0000", ACTIVE, 2, &[]);
    stage.stands("integration:Z|01.00.0000", ACTIVE, 2, &[]);
    let theirs = [
        ("integration:A|01.00.0000", "member"),
        ("integration:Z|01.00.0000", "member"),
    ];
    stage.stands("package:P", None, 0, &theirs);
    let whole = stage.plan();
    assert_eq!(
        keys(&whole),
        [
            "deactivate integration:A|01.00.0000",
            "deactivate integration:Z|01.00.0000",
            "import package:P",
            "activate integration:A|01.00.0000",
            "activate integration:B|01.00.0000",
            "activate integration:Z|01.00.0000",
        ]
    );
    assert_eq!(found(&whole, "package-neighbours").len(), 1);
    Replay::of(&stage, &whole).agrees();
    let skip = Exception {
        existing: Some(Existing::Skip),
        ..Exception::default()
    };
    stage
        .policies
        .exceptions
        .insert(id("integration:A|01.00.0000"), skip);
    let pieces = stage.plan();
    assert_eq!(
        keys(&pieces),
        [
            "import integration:B|01.00.0000",
            "activate integration:B|01.00.0000"
        ]
    );
}

#[test]
fn one_integration_of_a_project_comes_with_all_of_it_which_is_told() {
    let mut stage = Stage::new();
    stage.has("HR/integration:F|01.00.0000", ACTIVE, 1, &[]);
    stage.has("HR/integration:G|01.00.0000", CONFIGURED, 1, &[]);
    let members = [
        ("HR/integration:F|01.00.0000", "member"),
        ("HR/integration:G|01.00.0000", "member"),
    ];
    stage.has("project:HR", None, 0, &members);
    stage.choose(&["HR/integration:F|01.00.0000"]);
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        ["import project:HR", "activate HR/integration:F|01.00.0000"]
    );
    assert_eq!(found(&waybill, "whole-project").len(), 1);
    stage
        .choice
        .left_out
        .insert(id("HR/integration:G|01.00.0000"));
    let refused = stage.plan();
    assert!(why(&refused, "project:HR").contains("`G|01.00.0000` was left out"));
    assert!(refused.steps.is_empty());
}

#[test]
fn connections_take_what_is_bound_and_the_rest_stays() {
    let mut stage = orders();
    stage.be_equal();
    let entered = ConnectionBinding {
        mode: ConnectionMode::Enter,
        secrets: vec!["password".to_owned()],
        ..ConnectionBinding::default()
    };
    stage
        .bindings
        .connections
        .insert(id("connection:ERP"), entered);
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        ["set connection:ERP", "test connection:ERP"]
    );
    assert_eq!(waybill.steps[0].after["secrets"], "password");
}

#[test]
fn rolling_back_removes_what_came_and_brings_back_what_was() {
    let mut stage = Stage::new();
    stage.source.stamp.instance_id = Some("prod".to_owned());
    stage.has("integration:A|01.00.0000", ACTIVE, 1, &[]);
    stage.choose(&["integration:A|01.00.0000"]);
    stage.stands("integration:A|01.00.0000", CONFIGURED, 1, &[]);
    let uses = [("connection:NEW", "invoke")];
    stage.stands("integration:A|01.01.0000", ACTIVE, 2, &uses);
    stage.stands("connection:NEW", CONFIGURED, 1, &[]);
    stage.choice.remove = [id("integration:A|01.01.0000"), id("connection:NEW")].into();
    let waybill = stage.plan();
    assert_eq!(
        keys(&waybill),
        [
            "deactivate integration:A|01.01.0000",
            "activate integration:A|01.00.0000",
            "delete integration:A|01.01.0000",
            "delete connection:NEW",
        ]
    );
    Replay::of(&stage, &waybill).agrees();
}

#[test]
fn what_files_hold_within_archives_comes_along_where_it_is_missing() {
    let mut stage = orders();
    stage
        .source
        .facts
        .get_mut(&id("lookup:TAX"))
        .unwrap()
        .archive = None;
    let waybill = stage.plan();
    let tax = waybill.item(&id("lookup:TAX")).unwrap();
    assert_eq!(tax.action, Action::Create);
    assert_eq!(
        tax.archive.as_ref().unwrap().carried_by,
        Some(id("integration:ORDER|01.02.0000"))
    );
    assert!(!keys(&waybill).contains(&"import lookup:TAX"));
    stage.stands("lookup:TAX", None, 2, &[]);
    let there = stage.plan();
    assert_eq!(action(&there, "lookup:TAX"), &Action::Keep);
    assert_eq!(found(&there, "comes-within").len(), 1);
}

#[test]
fn a_signature_holds_until_something_else_is_planned() {
    let mut waybill = orders().plan();
    let hash = waybill.hash();
    waybill.sign_offs.push(crate::waybill::SignOff {
        by: "T. Lindqvist".to_owned(),
        at: "2026-11-21T11:00:00Z".to_owned(),
        hash: hash.clone(),
    });
    assert_eq!(waybill.hash(), hash);
    assert!(waybill.is_signed_off());
    let order = &mut waybill.items[0];
    order.archive = Some(ArchiveStamp {
        sha256: "0".repeat(64),
        bytes: 1,
        carried_by: None,
    });
    assert!(!waybill.is_signed_off());
}

#[test]
fn steps_that_were_changed_by_hand_are_refused() {
    let mut waybill = orders().plan();
    waybill.steps.swap(0, 1);
    let refused = Waybill::read(waybill.to_json().as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("comes before"), "{refused}");
    let newer = r#"{"format": 2}"#;
    let refused = Waybill::read(newer.as_bytes()).unwrap_err();
    assert!(refused.to_string().contains("format 2"), "{refused}");
}

#[test]
fn a_destination_that_was_changed_since_is_told_artifact_by_artifact() {
    let mut stage = orders();
    stage.be_equal();
    let waybill = stage.plan();
    assert!(crate::plan::changed_since(&waybill, &stage.destination).is_empty());
    stage.stands("lookup:TAX", None, 9, &[]);
    let changed = crate::plan::changed_since(&waybill, &stage.destination);
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].id, id("lookup:TAX"));
    stage
        .destination
        .catalogue
        .artifacts
        .retain(|own| own.id != id("lookup:TAX"));
    let digest = crate::plan::state_digest(&waybill, &stage.destination);
    assert_ne!(digest, waybill.destination.state_digest);
}
