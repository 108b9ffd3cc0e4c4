//! Two places side by side, and drift since the last backup.

use std::fs;

use serde_json::Value;
use waybill_model::ArtifactKind;

use crate::support::{Home, Outcome, Stand, oic3, text};

fn rows(outcome: &Outcome) -> Vec<Value> {
    let comparison = outcome.one("comparison");
    comparison["rows"].as_array().unwrap().clone()
}

#[test]
fn drift_is_nothing_after_a_backup_and_then_exactly_what_changed() {
    let stand = Stand::with(12);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.refuses(&["drift", "Acme"], &[], 1, "unknownSubject");
    home.back_up("Acme");
    let drift = home.run(&["drift", "Acme"]);
    drift.expect_code(0);
    assert!(rows(&drift).iter().all(|row| row["verdict"] == "same"));

    let gone = stand.an_integration();
    assert!(stand.control().delete("dev", &gone));
    let drift = home.run(&["drift", "Acme", "--only", "different,only-left,only-right"]);
    drift.expect_code(5);
    let told = rows(&drift);
    assert!(
        told.iter()
            .any(|row| row["id"] == gone.to_string() && row["verdict"] == "onlyLeft"),
        "{told:?}"
    );
    // The integration and what was a part of it, or held it.
    let kinds = ["integration:", "schedule:", "package:"];
    assert!(
        told.iter()
            .all(|row| kinds.iter().any(|kind| text(&row["id"]).starts_with(kind))),
        "{told:?}"
    );
    home.run(&["drift", "Acme", "--exit-zero"]).expect_code(0);
    let words = home.tell(&["drift", "Acme"]);
    words.expect_code(5);
    assert!(words.stdout.contains("only left") && words.stdout.contains(&gone.wire()));
}

#[test]
fn two_instances_are_compared_and_the_second_time_without_a_call() {
    let stand = Stand::start(|builder| {
        let builder = builder.instance(oic3("dev")).instance(oic3("test"));
        builder.synthetic(12, 3)
    });
    let home = Home::new();
    home.add("Acme DEV", stand.dev());
    home.add("Acme TEST", stand.instance("test"));
    let first = home.run(&["compare", "Acme DEV", "instance:Acme TEST"]);
    let view = first.one("comparison");
    assert_eq!(view["left"]["title"], "Acme DEV");
    assert_eq!(view["right"]["title"], "Acme TEST");
    assert!(view["fetched"].as_u64().unwrap() > 0);
    assert_eq!(view["counts"]["notCompared"], 0, "{view}");
    stand.control().reset_calls();
    let second = home.run(&["compare", "Acme DEV", "instance:Acme TEST"]);
    assert_eq!(rows(&second), rows(&first));
    assert_eq!(stand.control().calls().total, 0);

    let differing = rows(&first)
        .into_iter()
        .find(|row| row["verdict"] == "different")
        .or_else(|| {
            let all = rows(&first);
            all.into_iter().find(|row| row["verdict"] == "environment")
        });
    let Some(differing) = differing else {
        return;
    };
    let id = text(&differing["id"]);
    let one = home.run(&["compare", "Acme DEV", "Acme TEST", "--artifact", id]);
    let one = one.one("difference");
    assert_eq!(one["verdict"], differing["verdict"], "{one}");
    assert!(!text(&one["headline"]).is_empty());
    assert!(!one["difference"]["sections"].as_array().unwrap().is_empty());
    let details = home.tell(&["compare", "Acme DEV", "Acme TEST", "--details"]);
    assert!(
        details.stdout.contains(text(&one["headline"])),
        "{}",
        details.stdout
    );
}

#[test]
fn an_exported_file_is_what_the_instance_has_and_a_changed_lookup_is_told_cell_by_cell() {
    let stand = Stand::with(6);
    let home = Home::new();
    home.add("Acme", stand.dev());
    let id = stand.an_integration();
    assert_eq!(id.kind, ArtifactKind::Integration);
    let file = home.path("one.iar");
    let path = file.to_str().unwrap();
    let id = id.to_string();
    home.run(&["artifacts", "Acme", "--save", &id, "--to", path])
        .expect_code(0);
    let alone = home.run(&["compare", path, "Acme", "--artifact", &id]);
    alone.expect_code(0);
    assert_eq!(alone.one("difference")["verdict"], "same");

    for (name, rate) in [("one", "7"), ("other", "9")] {
        let folder = home.path(name);
        fs::create_dir(&folder).unwrap();
        let rows = format!("DVM,RATES,Rates\ncode,rate\nDE,19\nCH,{rate}\n");
        fs::write(folder.join("RATES.csv"), rows).unwrap();
    }
    let (one, other) = (home.path("one"), home.path("other"));
    let places = [one.to_str().unwrap(), other.to_str().unwrap()];
    let told = home.run(&["compare", places[0], places[1], "--details"]);
    told.expect_code(5);
    assert_eq!(rows(&told)[0]["summary"], "1 cell");
    let lines = told.lines();
    let difference = lines.iter().find(|line| line["type"] == "difference");
    let difference = difference.unwrap();
    let table = &difference["difference"]["sections"][0]["table"]["rows"];
    assert_eq!(table.as_array().unwrap().len(), 1, "{difference}");
    home.run(&["compare", places[0], places[0]]).expect_code(0);
    home.refuses(&["compare", places[0], "nowhere"], &[], 2, "badInput");
}
