//! A destination that is changed behind the plan's back.

use waybill_engine::plan::{changed_since, state_digest};
use waybill_model::{ArtifactId, ArtifactKind, Scope, State};

use crate::bench::Bench;
use crate::stage::{Gathered, everything};

/// An integration outside projects in this state, which is no one else's version.
fn integration(gathered: &Gathered, state: State) -> ArtifactId {
    let all = gathered.destination.catalogue.artifacts.iter();
    let mut found = all.filter(|own| {
        own.id.kind == ArtifactKind::Integration
            && own.id.scope == Scope::Global
            && own.state == Some(state)
            && !own.prebuilt
    });
    found.next_back().unwrap().id.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_changed_since_is_named_and_nothing_else() {
    let bench = Bench::start(&["dev", "prod"], 30).await;
    let dev = bench.live("dev").await;
    let all = everything(dev.catalogue());
    let gathered = Gathered::of(&bench, &dev, all, "prod").await;
    let waybill = gathered.plan();
    let now = gathered.look_again(&bench, "prod").await;
    assert_eq!(changed_since(&waybill, &now), []);
    assert_eq!(
        state_digest(&waybill, &now),
        waybill.destination.state_digest
    );

    let control = bench.sandbox.control();
    let inactive = integration(&gathered, State::Configured);
    let active = integration(&gathered, State::Active);
    let lookup = gathered
        .destination
        .catalogue
        .artifacts
        .iter()
        .find(|own| own.id.kind == ArtifactKind::Lookup && own.id.scope == Scope::Global)
        .unwrap()
        .id
        .clone();
    assert!(control.set_status("prod", &inactive, "ACTIVATED"));
    assert!(control.delete("prod", &lookup));
    assert!(control.touch("prod", &active));
    let now = gathered.look_again(&bench, "prod").await;
    let changed = changed_since(&waybill, &now);
    let mut named: Vec<_> = changed.iter().map(|one| one.id.clone()).collect();
    named.sort();
    let mut expected = vec![inactive.clone(), active.clone(), lookup.clone()];
    expected.sort();
    assert_eq!(named, expected);
    let of = |id: &ArtifactId| changed.iter().find(|one| one.id == *id).unwrap();
    assert_eq!(of(&inactive).was.state, Some(State::Configured));
    assert_eq!(of(&inactive).is.state, Some(State::Active));
    assert!(of(&lookup).was.present && !of(&lookup).is.present);
    assert_ne!(of(&active).was.updated, of(&active).is.updated);
    assert_ne!(
        state_digest(&waybill, &now),
        waybill.destination.state_digest
    );
}
