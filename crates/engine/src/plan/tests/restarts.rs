//! Other values for a connection that is in use: what uses it goes down before, and comes back whatever
//! becomes of it.

use waybill_model::State;

use super::stage::{Stage, id};
use crate::waybill::{
    Action, ConnectionBinding, ConnectionMode, Existing, Step, StepKind, Waybill,
};

/// An instance as source and destination of itself: two active integrations use the connection, of which
/// one calls the other and one runs by a schedule; a third one is inactive, a fourth uses another one.
fn rotation() -> Stage {
    let mut stage = Stage::new();
    stage.source.stamp.instance_id = Some("prod".to_owned());
    let all = [
        (
            "integration:A|01.00.0000",
            State::Active,
            &[("connection:C", "invoke")][..],
        ),
        (
            "integration:B|01.00.0000",
            State::Active,
            &[
                ("connection:C", "invoke"),
                ("integration:A|01.00.0000", "calls"),
            ][..],
        ),
        (
            "integration:OFF|01.00.0000",
            State::Configured,
            &[("connection:C", "invoke")][..],
        ),
        (
            "integration:X|01.00.0000",
            State::Active,
            &[("connection:D", "invoke")][..],
        ),
        ("schedule:A|01.00.0000", State::Started, &[][..]),
        ("connection:C", State::Configured, &[][..]),
        ("connection:D", State::Configured, &[][..]),
    ];
    for (own, state, needs) in all {
        stage.has(own, Some(state), 1, needs);
        stage.stands(own, Some(state), 1, needs);
    }
    stage.choose(&["connection:C"]);
    stage.policies.existing = Existing::Skip;
    stage.policies.restart_users = true;
    let binding = ConnectionBinding {
        mode: ConnectionMode::Enter,
        secrets: vec!["password".to_owned()],
        ..ConnectionBinding::default()
    };
    stage
        .bindings
        .connections
        .insert(id("connection:C"), binding);
    stage
}

fn step<'a>(waybill: &'a Waybill, key: &str) -> &'a Step {
    let mut steps = waybill.steps.iter();
    let found = steps.find(|step| step.key == key);
    found.unwrap_or_else(|| panic!("no step {key}: {:#?}", keys(waybill)))
}

fn keys(waybill: &Waybill) -> Vec<&str> {
    waybill.steps.iter().map(|step| step.key.as_str()).collect()
}

#[test]
fn what_uses_the_connection_goes_down_callers_first_and_comes_up_called_first() {
    let waybill = rotation().plan();
    assert_eq!(
        keys(&waybill),
        [
            "stop schedule:A|01.00.0000",
            "deactivate integration:B|01.00.0000",
            "deactivate integration:A|01.00.0000",
            "set connection:C",
            "test connection:C",
            "activate integration:A|01.00.0000",
            "activate integration:B|01.00.0000",
            "start schedule:A|01.00.0000",
        ]
    );
    waybill.check_sense().unwrap();
    let set = step(&waybill, "set connection:C");
    for user in ["A", "B"] {
        let down = format!("deactivate integration:{user}|01.00.0000");
        assert!(set.needs.contains(&down), "{set:#?}");
    }
    let item = waybill.item(&id("integration:A|01.00.0000")).unwrap();
    assert_eq!(item.action, Action::Keep);
    assert_eq!(item.after.state, Some(State::Active));
    assert_eq!(item.reason.words(), "deactivated and activated again for C");
    assert!(waybill.item(&id("integration:OFF|01.00.0000")).is_none());
    assert!(waybill.item(&id("integration:X|01.00.0000")).is_none());
}

#[test]
fn an_activation_waits_for_its_own_deactivation_to_be_done_and_for_the_rest_to_have_ended() {
    let waybill = rotation().plan();
    let up = step(&waybill, "activate integration:B|01.00.0000");
    let down = "deactivate integration:B|01.00.0000".to_owned();
    assert_eq!(up.needs, std::slice::from_ref(&down));
    for ended in [
        &*down,
        "set connection:C",
        "test connection:C",
        "activate integration:A|01.00.0000",
    ] {
        assert!(up.any_of.iter().any(|key| key == ended), "{up:#?}");
    }
}

#[test]
fn without_the_policy_what_uses_it_is_left_alone() {
    let mut stage = rotation();
    stage.policies.restart_users = false;
    let waybill = stage.plan();
    assert_eq!(keys(&waybill), ["set connection:C", "test connection:C"]);
}

#[test]
fn there_is_no_most_to_how_many_use_it() {
    let mut stage = rotation();
    for number in 0..120 {
        let own = format!("integration:N{number:03}|01.00.0000");
        let needs = [("connection:C", "trigger")];
        stage.has(&own, Some(State::Active), 1, &needs);
        stage.stands(&own, Some(State::Active), 1, &needs);
    }
    let waybill = stage.plan();
    let count = |kind: StepKind| {
        let steps = waybill.steps.iter();
        steps.filter(|step| step.kind.word() == kind.word()).count()
    };
    assert_eq!(count(StepKind::Deactivate), 122);
    assert_eq!(count(StepKind::Activate { tracing: None }), 122);
    assert_eq!(count(StepKind::SetConnection), 1);
    waybill.check_sense().unwrap();
}
