//! Cells of lookups that have other values in the destination.

use waybill_engine::waybill::{Bindings, Existing, LookupCell, Policies};
use waybill_engine::{StepNow, haul::haul_steps};
use waybill_model::{ArtifactKind, Catalogue, Scope};

use crate::stage::{choice, stage};
use crate::{goes_well, words};

fn lookups(catalogue: &Catalogue) -> waybill_engine::plan::Choice {
    choice(catalogue, |id| {
        id.kind == ArtifactKind::Lookup && id.scope == Scope::Global
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_are_set_after_the_import_and_not_sent_where_they_are_right() {
    let stage = stage(2, 0).await;
    let catalogue = stage.catalogue("source").await;
    let lookup = lookups(&catalogue).chosen.into_iter().next().unwrap();
    let client = stage.bench.client("source");
    let source = client.lookup(&Scope::Global, &lookup.code).await.unwrap();
    let source = source.value;
    let bindings = Bindings {
        lookup_cells: vec![LookupCell {
            lookup: lookup.clone(),
            row: source.rows[1].row_data[0].clone(),
            column: source.columns[1].clone(),
            value: "of this place".to_owned(),
        }],
        ..Bindings::default()
    };
    let waybill = stage
        .plan(lookups, Policies::default(), bindings.clone())
        .await;
    let kinds = words(&waybill);
    assert_eq!(kinds.iter().filter(|word| **word == "cells").count(), 1);
    let (run, _) = goes_well(&stage, &waybill).await;
    let there = stage.destination();
    let there = there.lookup(&Scope::Global, &lookup.code).await.unwrap();
    let mut wanted = source.rows.clone();
    wanted[1].row_data[1] = "of this place".to_owned();
    assert_eq!(there.value.rows, wanted);
    let steps = haul_steps(&stage.bench.journal, &run.id).unwrap();
    let cells = steps.iter().find(|step| step.key.starts_with("cells "));
    assert_eq!(cells.unwrap().state, StepNow::Done);

    // The lookup stays, and its cells are asked for again: there is nothing to send.
    let keeping = Policies {
        existing: Existing::NewVersion,
        ..Policies::default()
    };
    let again = stage.plan(lookups, keeping, bindings).await;
    assert_eq!(words(&again), ["cells"]);
    stage.bench.sandbox.control().reset_calls();
    let (run, _) = goes_well(&stage, &again).await;
    assert_eq!(stage.all_effects(), 0);
    let steps = haul_steps(&stage.bench.journal, &run.id).unwrap();
    let cells = steps.iter().find(|step| step.key.starts_with("cells "));
    assert_eq!(cells.unwrap().now.as_deref(), Some("set already"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_that_is_not_there_fails_alone_and_says_which() {
    let stage = stage(2, 0).await;
    let catalogue = stage.catalogue("source").await;
    let all = lookups(&catalogue).chosen;
    let lookup = all.iter().next().unwrap().clone();
    let bindings = Bindings {
        lookup_cells: vec![LookupCell {
            lookup: lookup.clone(),
            row: "nowhere".to_owned(),
            column: "nothing".to_owned(),
            value: "x".to_owned(),
        }],
        ..Bindings::default()
    };
    let waybill = stage.plan(lookups, Policies::default(), bindings).await;
    let run = stage.haul(&waybill).await;
    let report = stage.report(&run);
    let told: Vec<_> = report
        .items
        .iter()
        .filter_map(|item| item.why.as_ref().map(|why| (&item.id, why)))
        .collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].0, &lookup);
    assert!(told[0].1.contains("no column `nothing`"), "{told:?}");
    let here = stage.catalogue("destination").await;
    assert!(all.iter().all(|id| here.get(id).is_some()));
}
