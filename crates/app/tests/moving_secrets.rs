//! Secrets in every kind of place while something is moved, and hostile files and people at work: no
//! secret is shown or kept where it can be read, and nothing is written that was not planned, read and
//! agreed to.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "canaries/made.rs"]
mod made;
mod support;
#[path = "moving/told.rs"]
mod told;

use std::path::Path;
use std::time::Duration;

use made::{Canary, Made};
use support::{bench, ended, form, save, secret};
use told::{Told, ask, ask_of_run, entered, on_disk, planned, two};
use waybill_app::view::{BindingInput, ConnectionsPolicy, MoveEdit, MovePolicies, PlaceRef};
use waybill_model::{ArtifactId, ArtifactKind, Environment};
use waybill_sandbox::{Fault, FaultKind, InstanceSpec, Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_what_is_moved_is_shown_nowhere() {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("test").empty())
        .start()
        .await
        .unwrap();
    let bench = bench();
    let home = bench.folder.path().join("home");
    let log = waybill_app::logging::start(&home).unwrap();
    let app = &bench.app;
    save(&bench, &running, "test").await;
    let mut made = Made::new(0);
    let mut told = Told::default();
    let place = |path: &Path| PlaceRef::File {
        path: path.display().to_string(),
    };
    let (iar, car) = (made.iar(), made.car());
    for (name, bytes) in [("cargo.iar", iar), ("cargo.car", car)] {
        let path = bench.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let catalogue = app.catalogue(&place(&path), false).await.unwrap();
        let chosen: Vec<ArtifactId> = catalogue
            .artifacts
            .iter()
            .map(|one| one.id.clone())
            .collect();
        assert!(chosen.len() >= 3, "{chosen:?}");
        let begun = app
            .move_new(MoveEdit {
                from: Some(place(&path)),
                to: Some("test".to_owned()),
                chosen: Some(chosen),
                policies: Some(MovePolicies {
                    connections: ConnectionsPolicy::FromSource,
                    ..MovePolicies::default()
                }),
                ..MoveEdit::default()
            })
            .await
            .unwrap();
        let id = begun.summary.id;
        let plan = planned(app, &id).await;
        assert!(!plan.steps.is_empty(), "{plan:#?}");
        ask(&bench, &id, &mut told).await;
        match app.move_run(&id, None).await {
            Ok(run) => {
                told.json("run begun", &ended(app, &run.id).await);
                ask_of_run(&bench, &run.id, &mut told).await;
            }
            Err(refused) => told.add("refused", format!("{refused:?}")),
        }
    }
    drop(log);
    told.folder(&home);
    for part in ["waybill.db", "WB-0001.json"] {
        assert!(told.0.contains_key(part), "{part}: {:?}", told.0.keys());
    }
    let leaks = told.leaks(&made.canaries);
    assert!(
        leaks.is_empty(),
        "{} leaks\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_service_quotes_is_repeated_nowhere() {
    const SECRET: &str = "Vq7\"mLk2xPz9sTe4";
    let (bench, running, _) = two(Environment::Test).await;
    let app = &bench.app;
    let id = entered(&bench, SECRET).await;
    let plan = planned(app, &id).await;
    assert!(!plan.blocked, "{:#?}", plan.findings);
    let mut told = Told::default();
    ask(&bench, &id, &mut told).await;
    // The imports bring the connections; then their tests fail and say with what.
    let run = app.move_run(&id, None).await.unwrap();
    let first = ended(app, &run.id).await;
    told.json("first", &first);
    ask_of_run(&bench, &run.id, &mut told).await;
    let back = app.rollback_plan(&run.id, None).await.unwrap();
    told.json("way back", &planned(app, &back.summary.id).await);

    let dev = PlaceRef::Instance { id: "test".into() };
    let there = app.catalogue(&dev, true).await.unwrap();
    let words =
        format!("Login as ann with {SECRET} failed; tried https://ann:{SECRET}@a.example/ too");
    let connections = there.artifacts.iter().map(|one| &one.id);
    for id in connections.filter(|id| id.kind == ArtifactKind::Connection) {
        assert!(running.control().fail_test("test", id, Some(&words)));
    }
    let again = entered(&bench, SECRET).await;
    planned(app, &again).await;
    if let Ok(run) = app.move_run(&again, None).await {
        let second = ended(app, &run.id).await;
        let shown = format!("{second:?}");
        assert!(
            shown.contains("Login as ann"),
            "the service was heard: {shown}"
        );
        told.json("second", &second);
        ask_of_run(&bench, &run.id, &mut told).await;
    } else {
        panic!("the second run did not begin");
    }
    told.add("application", format!("{app:?}"));
    told.folder(&bench.folder.path().join("home"));
    let canaries = [Canary {
        place: "secret of a connection",
        value: SECRET[4..].to_owned(),
    }];
    let leaks = told.leaks(&canaries);
    assert!(
        leaks.is_empty(),
        "{} leaks\n{}",
        leaks.len(),
        leaks.join("\n")
    );
    for page in ["paper.html", "report.html"] {
        let text = String::from_utf8_lossy(&told.0[page]);
        assert!(text.contains("&lt;img") && !text.contains("<img"), "{page}");
    }
    running.shutdown().await;
}

/// A change of a document, in words, and how it is made.
type Tamper<'a> = (&'a str, Box<dyn Fn(&mut serde_json::Value) + 'a>);

/// What a person with an editor does to a waybill, and what of it is refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_waybill_that_was_changed_by_hand_is_not_run() {
    let (bench, running, _) = two(Environment::Test).await;
    let app = &bench.app;
    let id = entered(&bench, "Vq7-mLk2xPz9sTe4").await;
    let plan = planned(app, &id).await;
    assert!(!plan.blocked, "{:#?}", plan.findings);
    app.move_sign_off(&id, "Tomas").await.unwrap();
    let (path, whole) = on_disk(&bench, &id);
    let foreign = bench.folder.path().join("foreign.json");
    let steps = &whole["planned"]["document"]["steps"];
    let import = steps
        .as_array()
        .unwrap()
        .iter()
        .position(|step| step["kind"]["type"] == "import");
    let import = import.unwrap();
    let delete = serde_json::json!({
        "key": "delete integration:PAYROLL|01.00.0000",
        "kind": {"type": "delete"},
        "subject": "integration:PAYROLL|01.00.0000",
        "needs": [],
        "words": "Delete integration PAYROLL|01.00.0000.",
    });
    let tampers: Vec<Tamper<'_>> = vec![
        (
            "a step that deletes",
            Box::new(|document| {
                document["steps"]
                    .as_array_mut()
                    .unwrap()
                    .push(delete.clone());
            }),
        ),
        (
            "words that lie",
            Box::new(|document| {
                document["steps"][import]["words"] = "Test connection ERP.".into();
            }),
        ),
        (
            "artifacts out of order",
            Box::new(|document| {
                document["items"].as_array_mut().unwrap().reverse();
            }),
        ),
        (
            "another kind",
            Box::new(|document| {
                document["steps"][import]["kind"]["how"] = "package".into();
            }),
        ),
        (
            "a hash that leads elsewhere",
            Box::new(|document| {
                for item in document["items"].as_array_mut().unwrap() {
                    if item.get("archive").is_some() {
                        item["archive"]["sha256"] = "../../settings.json".into();
                    }
                }
            }),
        ),
        (
            "what it waits for taken out",
            Box::new(|document| {
                document["steps"][import]["needs"] = serde_json::json!(["import lookup:NONE"]);
            }),
        ),
        (
            "another step of the same name",
            Box::new(|document| {
                let again = document["steps"][import].clone();
                document["steps"].as_array_mut().unwrap().push(again);
            }),
        ),
    ];
    running.control().reset_calls();
    for (what, tamper) in tampers {
        let mut changed = whole.clone();
        tamper(&mut changed["planned"]["document"]);
        std::fs::write(&path, changed.to_string()).unwrap();
        let refused = app.move_run(&id, None).await.unwrap_err();
        let words = refused.message;
        assert!(words.contains("do not fit together"), "{what}: {words}");
        std::fs::write(&foreign, changed["planned"]["document"].to_string()).unwrap();
        let refused = app.move_take_in(&foreign).await;
        assert!(refused.is_err(), "{what}");
    }
    app.sign_off_require("test", true).await.unwrap();
    // What makes sense but was not signed, or leads elsewhere.
    let sane: Vec<Tamper<'_>> = vec![
        (
            "a value nobody signed",
            Box::new(|draft| {
                draft["planned"]["document"]["bindings"]["hosts"] =
                    serde_json::json!([{"from": "a.example", "to": "evil.example"}]);
            }),
        ),
        (
            "findings taken out, which are signed too",
            Box::new(|draft| {
                draft["planned"]["document"]["findings"] = serde_json::json!([]);
                draft["planned"]["document"]["checklist"] = serde_json::json!([]);
            }),
        ),
        (
            "another destination",
            Box::new(|draft| draft["to"] = "dev".into()),
        ),
        (
            "the address of another destination",
            Box::new(|draft| {
                draft["planned"]["document"]["destination"]["instance"]["address"] =
                    "https://evil.example".into();
            }),
        ),
    ];
    for (what, tamper) in sane {
        let mut changed = whole.clone();
        tamper(&mut changed);
        std::fs::write(&path, changed.to_string()).unwrap();
        assert!(app.move_run(&id, None).await.is_err(), "{what}");
    }
    assert!(running.control().calls().effects.is_empty());
    // As it was, it runs.
    std::fs::write(&path, whole.to_string()).unwrap();
    let run = app.move_run(&id, None).await.unwrap();
    ended(app, &run.id).await;
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_waybills_end_soon() {
    let (bench, running, _) = two(Environment::Test).await;
    let app = &bench.app;
    let given = bench.folder.path().join("given.json");
    let deep = format!(
        "{{\"format\":1,\"x\":{}{}}}",
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    for text in [
        deep.as_str(),
        "",
        "\u{feff}{}",
        "[1]",
        "{\"format\":-1}",
        "{\"format\":1e99}",
    ] {
        std::fs::write(&given, text).unwrap();
        assert!(app.move_take_in(&given).await.is_err());
        assert!(app.move_take_in(&given).await.is_err());
    }
    let huge = std::fs::File::create(&given).unwrap();
    huge.set_len(3 << 30).unwrap();
    let begun = app
        .move_new(MoveEdit {
            to: Some("test".to_owned()),
            ..MoveEdit::default()
        })
        .await
        .unwrap();
    let id = begun.summary.id;
    let connection: ArtifactId = "connection:ERP".parse().unwrap();
    let mut paths = vec![given, bench.folder.path().to_owned()];
    if cfg!(unix) {
        paths.push("/dev/zero".into());
    }
    for path in paths {
        let soon = Duration::from_secs(20);
        let asked = async {
            assert!(app.move_take_in(&path).await.is_err(), "{}", path.display());
            assert!(app.bindings_read(&id, &path).await.is_err());
            let input = BindingInput {
                files: vec![("wallet".to_owned(), path.display().to_string())],
                ..BindingInput::default()
            };
            let bound = app.move_bind(&id, &connection, input, Vec::new(), false);
            assert!(bound.await.is_err(), "{}", path.display());
        };
        tokio::time::timeout(soon, asked).await.unwrap();
    }
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_a_secret_is_in_no_value_of_a_move() {
    const SECRET: &str = "hunter22xCanary";
    let (bench, running, _) = two(Environment::Test).await;
    let app = &bench.app;
    let id = entered(&bench, "Vq7-mLk2xPz9sTe4").await;
    let refused = |edit: MoveEdit| {
        let id = id.clone();
        async move {
            let error = app.move_edit(&id, edit).await.unwrap_err();
            assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
        }
    };
    refused(MoveEdit {
        name: Some(format!("Orders, password={SECRET}")),
        ..MoveEdit::default()
    })
    .await;
    for part in [
        serde_json::json!({"hosts": [{"from": "a.example", "to": format!("ann:{SECRET}@b.example")}]}),
        serde_json::json!({"lookupCells": [{"lookup": "lookup:L", "row": "r", "column": "db_password", "value": SECRET}]}),
        serde_json::json!({"schedules": {"schedule:S|01.00.0000": {"parameters": {"apiKey": SECRET}}}}),
    ] {
        match serde_json::from_value::<MoveEdit>(part.clone()) {
            Ok(edit) => refused(edit).await,
            Err(error) => panic!("{part}: {error}"),
        }
    }
    // Nor does it come in with a waybill that somebody else wrote.
    planned(app, &id).await;
    let (_, draft) = on_disk(&bench, &id);
    let mut document = draft["planned"]["document"].clone();
    document["bindings"]["connections"]["connection:A"] = serde_json::json!({"mode": "enter", "values": {"url": format!("https://ann:{SECRET}@a.example/")}});
    let file = bench.folder.path().join("foreign.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let error = app.move_take_in(&file).await.unwrap_err();
    assert!(!format!("{error:?}").contains(SECRET), "{error:?}");
    let mut told = Told::default();
    told.folder(&bench.folder.path().join("home"));
    let canaries = [Canary {
        place: "value",
        value: SECRET.to_owned(),
    }];
    assert_eq!(told.leaks(&canaries), Vec::<String>::new());
    running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn production_wants_its_name_and_every_condition_each_time() {
    let (bench, running, there) = two(Environment::Production).await;
    let app = &bench.app;
    let id = entered(&bench, "Vq7-mLk2xPz9sTe4").await;
    let plan = planned(app, &id).await;
    assert!(!plan.blocked, "{:#?}", plan.findings);
    running.control().reset_calls();
    for typed in [None, Some(""), Some("TEST"), Some("tes")] {
        let refused = app.move_run(&id, typed).await.unwrap_err();
        assert_eq!(refused.context["field"], "typedName", "{typed:?}");
    }
    assert!(running.control().calls().effects.is_empty());
    // A waybill that says of Production that it is something else.
    let (path, whole) = on_disk(&bench, &id);
    let mut lying = whole.clone();
    lying["planned"]["document"]["destination"]["instance"]["environment"] = "test".into();
    lying["planned"]["document"]["destination"]["instance"]["name"] = "harmless".into();
    std::fs::write(&path, lying.to_string()).unwrap();
    let shown = app.move_planned(&id).await.unwrap().unwrap();
    assert_eq!(shown.type_name.as_deref(), Some("test"));
    let refused = app.move_run(&id, Some("test")).await.unwrap_err();
    assert!(refused.message.contains("is Production here"), "{refused}");
    std::fs::write(&path, whole.to_string()).unwrap();
    assert!(running.control().calls().effects.is_empty());
    // The service fails in the middle of it.
    running.control().fail_after(
        1,
        Fault {
            kind: FaultKind::Status {
                code: 403,
                retry_after: None,
            },
            times: 1000,
            path: Some("/integrations/archive".into()),
        },
    );
    let run = app.move_run(&id, Some("test")).await.unwrap();
    let twice = app.move_run(&id, Some("test")).await;
    assert!(twice.is_err(), "one run at a time");
    let cut = ended(app, &run.id).await;
    running.control().heal();
    running.control().reset_calls();
    assert!(cut.summary.resumable, "{:?}", cut.summary);

    // What is demanded meanwhile holds for going on as well.
    app.sign_off_require("test", true).await.unwrap();
    let refused = app.run_resume(&run.id).await.unwrap_err();
    assert_eq!(refused.context["signOff"], "required");
    let refused = app.run_retry(&run.id).await.unwrap_err();
    assert_eq!(refused.context["signOff"], "required");
    app.sign_off_require("test", false).await.unwrap();
    app.writes_forbid("test").await.unwrap();
    if let Ok(again) = app.run_resume(&run.id).await {
        ended(app, &again.id).await;
    }
    assert!(
        running.control().calls().effects.is_empty(),
        "the allowance has ended"
    );
    let moved = running.instance("dev").unwrap();
    let mut elsewhere = form(moved, "test");
    elsewhere.id = Some(there.id.clone());
    elsewhere.environment = Environment::Production;
    // The run that has ended is let go of a moment later.
    let mut saved = None;
    for _ in 0..100 {
        let saving = app.instance_save(elsewhere.clone(), Some(secret(moved)), true);
        saved = saving.await.ok();
        if saved.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(saved.is_some());
    let _ = app.writes_allow("test", 60, Some("test".to_owned())).await;
    assert!(app.run_resume(&run.id).await.is_err(), "another address");
    assert!(app.run_retry(&run.id).await.is_err(), "another address");
    assert!(
        app.move_run(&id, Some("test")).await.is_err(),
        "another address"
    );
    assert!(running.control().calls().effects.is_empty());
    running.shutdown().await;
}
