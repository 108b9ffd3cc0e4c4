//! Preparing a move from one instance of the sandbox to another: chosen, planned, bound, read, signed
//! off, written, taken in. Nothing of it writes into an instance.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use support::{Bench, bench, form, options, save, secret};
use tokio_util::sync::CancellationToken;
use waybill_app::Waybill;
use waybill_app::view::{
    BindingInput, BindingMode, ConnectionsPolicy, ErrorCode, FindingSeverity, HostRuleView,
    MoveAction, MoveConnection, MoveEdit, MovePlan, MovePolicies, MoveStage, MoveView, PaperForm,
    PlaceRef, PropertyKind, SecretHeld, SelectionView, Verdict, WhatView,
};
use waybill_model::{ArtifactId, ArtifactKind, Environment, Scope};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

const CANARY: &str = "canary-5b1e9c40d7a2";

async fn two() -> (Bench, Running) {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("test").empty())
        .synthetic(8, 11)
        .start()
        .await
        .unwrap();
    let bench = bench();
    save(&bench, &running, "dev").await;
    save(&bench, &running, "test").await;
    (bench, running)
}

async fn what(app: &Waybill, id: &str) -> WhatView {
    app.move_what(id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap()
}

async fn plan(app: &Waybill, id: &str) -> MovePlan {
    app.move_plan(id, false, &|_| {}, CancellationToken::new())
        .await
        .unwrap()
}

/// A move of the integrations outside projects, from `dev` to `test`.
async fn begun(app: &Waybill) -> MoveView {
    let dev = PlaceRef::Instance { id: "dev".into() };
    let begun = app
        .move_new(MoveEdit {
            name: Some("Orders".to_owned()),
            from: Some(dev),
            to: Some("test".to_owned()),
            policies: Some(MovePolicies {
                connections: ConnectionsPolicy::FromSource,
                ..MovePolicies::default()
            }),
            ..MoveEdit::default()
        })
        .await
        .unwrap();
    let view = what(app, &begun.summary.id).await;
    let chosen = view.rows.into_iter().map(|row| row.id);
    let chosen = chosen
        .filter(|id| id.kind == ArtifactKind::Integration && id.scope == Scope::Global)
        .collect();
    let edit = MoveEdit {
        chosen: Some(chosen),
        ..MoveEdit::default()
    };
    app.move_edit(&begun.summary.id, edit).await.unwrap()
}

/// Enters what is left to enter; `keep` into the place for secrets.
async fn bind_all(bench: &Bench, id: &str, keep: bool) -> Vec<MoveConnection> {
    let app = &bench.app;
    let file = bench.folder.path().join("service.wsdl");
    std::fs::write(&file, b"<definitions/>").unwrap();
    let file = file.display().to_string();
    let mut bound = Vec::new();
    for one in app.move_connections(id).await.unwrap().connections {
        let missing = one
            .properties
            .iter()
            .filter(|property| property.secret && !property.set_there);
        let secrets = missing
            .map(|property| (property.name.clone(), CANARY.into()))
            .collect();
        let values = one
            .properties
            .iter()
            .filter(|property| property.required && property.source.is_none())
            .filter(|property| !property.secret && property.kind != PropertyKind::File)
            .map(|property| (property.name.clone(), "entered".to_owned()));
        let files = one
            .properties
            .iter()
            .filter(|property| property.required && property.kind == PropertyKind::File)
            .map(|property| (property.name.clone(), file.clone()));
        let input = BindingInput {
            mode: BindingMode::FromSource,
            values: values.collect(),
            files: files.collect(),
            ..BindingInput::default()
        };
        bound.push(
            app.move_bind(id, &one.id, input, secrets, keep)
                .await
                .unwrap(),
        );
    }
    bound
}

/// Says that every warning was read.
async fn read_all(app: &Waybill, id: &str, mut plan: MovePlan) -> MovePlan {
    let warnings = plan.findings.clone();
    let warnings = warnings
        .into_iter()
        .filter(|one| one.severity == FindingSeverity::Warning);
    for one in warnings {
        plan = app
            .move_acknowledge(id, &one.rule, one.subject.as_ref(), true)
            .await
            .unwrap();
    }
    plan
}

fn search(folder: &Path, files: &mut usize) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            search(&path, files);
            continue;
        }
        *files += 1;
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes
            .windows(CANARY.len())
            .any(|window| window == CANARY.as_bytes());
        assert!(!found, "the secret is in {}", path.display());
    }
}

#[tokio::test]
async fn a_move_is_chosen_planned_bound_and_read_and_nothing_is_written() {
    let (bench, running) = two().await;
    let app = &bench.app;
    let mut shown = String::new();
    let view = begun(app).await;
    let id = view.summary.id.clone();
    assert_eq!(
        (id.as_str(), view.summary.stage),
        ("WB-0001", MoveStage::Chosen)
    );
    assert_eq!(view.summary.from_title.as_deref(), Some("dev"));

    let what = what(app, &id).await;
    assert!(what.rows.len() > 8);
    assert!(what.to.is_some());
    assert!(
        what.rows
            .iter()
            .filter(|row| row.id.kind == ArtifactKind::Integration)
            .all(|row| row.verdict == Some(Verdict::OnlyLeft) && !row.failed_last_time)
    );
    let needs = app.move_needs(&id).await.unwrap();
    assert!(!needs.complete);
    let connections: Vec<_> = needs
        .rows
        .iter()
        .filter(|row| row.id.kind == ArtifactKind::Connection)
        .collect();
    assert!(!connections.is_empty(), "{needs:?}");
    assert!(connections.iter().all(|row| !row.reason.is_empty()));

    let told = Mutex::new(Vec::new());
    let first = app
        .move_plan(
            &id,
            true,
            &|read| told.lock().unwrap().push(read.doing),
            CancellationToken::new(),
        )
        .await
        .unwrap();
    let told = told.into_inner().unwrap();
    for doing in ["Reading the lists of test", "Reading dev", "Checking"] {
        assert!(told.iter().any(|word| word == doing), "{doing}: {told:?}");
    }
    assert!(first.blocked, "no secret is entered: {:?}", first.findings);
    assert!(
        first
            .items
            .iter()
            .any(|item| item.action == MoveAction::Create)
    );
    assert!(first.button.ends_with(" in TEST"), "{}", first.button);
    assert!(app.move_needs(&id).await.unwrap().complete);
    let stage = app.move_view(&id).await.unwrap().summary.stage;
    assert_eq!(stage, MoveStage::Blocked);
    let refused = app.move_sign_off(&id, "Tomas").await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::ChangeBlocked);

    // What is entered settles each connection, and makes the plan out of date.
    let open = app.move_connections(&id).await.unwrap();
    assert!(open.connections.iter().any(|one| !one.settled));
    let bound = bind_all(&bench, &id, true).await;
    for one in &bound {
        assert!(one.settled, "{one:?}");
        let secrets = one.properties.iter().filter(|property| property.secret);
        assert!(secrets.clone().all(|one| one.held == SecretHeld::Session));
    }
    assert!(app.move_planned(&id).await.unwrap().is_none());
    write!(shown, "{bound:?}").unwrap();
    let second = plan(app, &id).await;
    assert!(!second.blocked, "{:?}", second.findings);
    let read = read_all(app, &id, second).await;
    assert_eq!(read.unread, 0);
    assert!(read.findings.iter().all(|one| {
        one.severity != FindingSeverity::Warning || one.read_by.as_deref() == Some("tester")
    }));
    let ready = app.move_view(&id).await.unwrap();
    assert_eq!(ready.summary.stage, MoveStage::Ready);
    // What was read stays read when nothing else is found.
    assert_eq!(plan(app, &id).await.unread, 0);

    // A change makes it out of date again.
    let edit = MoveEdit {
        hosts: Some(vec![HostRuleView {
            from: "a.example".to_owned(),
            to: "b.example".to_owned(),
        }]),
        ..MoveEdit::default()
    };
    let edited = app.move_edit(&id, edit).await.unwrap();
    assert!(!edited.planned);
    assert_eq!(edited.summary.stage, MoveStage::Chosen);
    let outdated = app
        .move_write(&id, PaperForm::Json, &bench.folder.path().join("x.json"))
        .await
        .unwrap_err();
    assert!(outdated.message.contains("was changed"), "{outdated}");

    // The next move to the same destination asks nothing again.
    let next = begun(app).await;
    assert_eq!(next.summary.id, "WB-0002");
    assert_eq!(next.hosts.len(), 1);
    let known = app.move_connections("WB-0002").await.unwrap();
    assert!(known.connections.iter().all(|one| one.settled), "{known:?}");
    write!(shown, "{known:?} {:?} {app:?}", plan(app, "WB-0002").await).unwrap();

    let calls = running.control().calls();
    assert!(calls.effects.is_empty(), "{:?}", calls.effects);
    assert!(!shown.contains(CANARY));
    let mut files = 0;
    search(bench.folder.path(), &mut files);
    assert!(files > 5);
}

#[tokio::test]
async fn a_second_person_signs_off_and_the_waybill_travels() {
    let (bench, running) = two().await;
    let app = &bench.app;
    let view = begun(app).await;
    let id = view.summary.id;
    let required = app.sign_off_require("test", true).await.unwrap();
    assert!(required.sign_off_required);
    bind_all(&bench, &id, false).await;
    let planned = plan(app, &id).await;
    assert!(!planned.blocked, "{:?}", planned.findings);
    let own = app.move_sign_off(&id, " Tester ").await.unwrap_err();
    assert_eq!(own.code, ErrorCode::BadInput);
    let signed = app.move_sign_off(&id, "Tomas Lindqvist").await.unwrap();
    assert!(signed.sign_off_required && signed.sign_offs[0].counts);

    let folder = bench.folder.path().join("papers");
    std::fs::create_dir(&folder).unwrap();
    let file = |name: &str| folder.join(name);
    for (form, name) in [
        (PaperForm::Json, "w.json"),
        (PaperForm::Html, "w.html"),
        (PaperForm::Csv, "w.csv"),
    ] {
        app.move_write(&id, form, &file(name)).await.unwrap();
    }
    let page = std::fs::read_to_string(file("w.html")).unwrap();
    for words in [
        "WB-0001",
        "Orders",
        "Tomas Lindqvist",
        planned.hash.as_str(),
        "Capture into the vault",
        "••••••",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("<script"));
    let table = std::fs::read_to_string(file("w.csv")).unwrap();
    assert_eq!(
        table.split_terminator("\r\n").count(),
        planned.steps.len() + 1
    );
    for name in ["w.json", "w.html", "w.csv"] {
        let text = std::fs::read_to_string(file(name)).unwrap();
        assert!(!text.contains(CANARY), "{name}");
    }

    // On another computer, where the destination has another id.
    let home = bench.folder.path().join("elsewhere");
    std::fs::create_dir(&home).unwrap();
    std::fs::write(
        home.join("settings.json"),
        r#"{"version":1,"secretStore":"session"}"#,
    )
    .unwrap();
    let other = Waybill::open(options(&home)).unwrap();
    let unknown = other.move_take_in(&file("w.json")).await.unwrap_err();
    assert_eq!(unknown.code, ErrorCode::UnknownSubject);
    assert!(unknown.guidance.unwrap().contains("Add that instance"));
    let instance = running.instance("test").unwrap();
    let saved = other
        .instance_save(form(instance, "The test"), Some(secret(instance)), true)
        .await
        .unwrap();
    let taken = other.move_take_in(&file("w.json")).await.unwrap();
    assert_eq!(taken.to.as_deref(), Some(saved.id.as_str()));
    assert!(taken.planned && taken.sign_offs[0].counts);
    let plan = other
        .move_planned(&taken.summary.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((plan.hash, plan.steps), (planned.hash, planned.steps));

    // What is signed there comes back to the same move.
    other.move_sign_off(&taken.summary.id, "Ada").await.unwrap();
    other
        .move_write(&taken.summary.id, PaperForm::Json, &file("back.json"))
        .await
        .unwrap();
    let back = app.move_take_in(&file("back.json")).await.unwrap();
    assert_eq!((back.summary.id, back.sign_offs.len()), (id.clone(), 2));

    std::fs::write(file("broken.json"), b"{\"format\": 99}").unwrap();
    let newer = app.move_take_in(&file("broken.json")).await.unwrap_err();
    assert_eq!(newer.code, ErrorCode::FileFailed);
    assert!(running.control().calls().effects.is_empty());
}

#[tokio::test]
async fn bindings_go_into_a_file_and_come_back_without_secrets() {
    let (bench, _running) = two().await;
    let app = &bench.app;
    let id = begun(app).await.summary.id;
    let bound = bind_all(&bench, &id, false).await;
    let file = bench.folder.path().join("bindings.json");
    app.bindings_write(&id, &file).await.unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains(CANARY));
    assert!(text.contains(&bound[0].id.to_string()));

    let fresh = app
        .move_new(MoveEdit {
            to: Some("dev".to_owned()),
            ..MoveEdit::default()
        })
        .await
        .unwrap();
    app.bindings_read(&fresh.summary.id, &file).await.unwrap();
    let smuggled = r#"{"format":1,"connections":{"connection:A":{"mode":"enter","values":{"password":"canary-5b1e9c40d7a2"}}}}"#;
    std::fs::write(&file, smuggled).unwrap();
    let refused = app
        .bindings_read(&fresh.summary.id, &file)
        .await
        .unwrap_err();
    assert!(refused.message.contains("looks like a secret"), "{refused}");
    assert!(!format!("{refused:?}").contains(CANARY));

    let connection: ArtifactId = bound[0].id.clone();
    let input = BindingInput {
        files: vec![("wallet".to_owned(), "no-such-file.zip".to_owned())],
        ..BindingInput::default()
    };
    let gone = app
        .move_bind(&id, &connection, input, Vec::new(), false)
        .await
        .unwrap_err();
    assert_eq!(gone.context["field"], "files");
}

#[tokio::test]
async fn what_is_missing_is_said_and_a_snapshot_or_a_lost_destination_is_no_dead_end() {
    let (bench, running) = two().await;
    let app = &bench.app;
    let empty = app.move_new(MoveEdit::default()).await.unwrap();
    let id = empty.summary.id;
    assert_eq!(empty.summary.stage, MoveStage::Choosing);
    let cancel = CancellationToken::new;
    let error = app.move_plan(&id, false, &|_| {}, cancel()).await;
    assert_eq!(error.unwrap_err().context["field"], "from");
    let error = app.move_connections(&id).await.unwrap_err();
    assert_eq!(error.context["field"], "from");
    let run = app
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap();
    let detail = support::ended(app, &run.id).await;
    let snapshot = detail.summary.snapshot.unwrap();
    let edit = MoveEdit {
        from: Some(PlaceRef::Snapshot { id: snapshot }),
        ..MoveEdit::default()
    };
    let edited = app.move_edit(&id, edit).await.unwrap();
    assert_eq!(edited.summary.from_title.as_deref(), Some("dev"));
    assert_eq!(edited.summary.from_environment, Some(Environment::Test));
    let error = app.move_plan(&id, false, &|_| {}, cancel()).await;
    assert_eq!(error.unwrap_err().context["field"], "to");
    let to = MoveEdit {
        to: Some("test".to_owned()),
        ..MoveEdit::default()
    };
    app.move_edit(&id, to).await.unwrap();
    let error = app.move_plan(&id, false, &|_| {}, cancel()).await;
    assert_eq!(error.unwrap_err().context["field"], "chosen");
    let rows = what(app, &id).await.rows;
    let lookup = rows
        .iter()
        .find(|row| row.id.kind == ArtifactKind::Lookup && row.id.scope == Scope::Global)
        .unwrap();
    let edit = MoveEdit {
        chosen: Some(vec![lookup.id.clone()]),
        ..MoveEdit::default()
    };
    app.move_edit(&id, edit).await.unwrap();
    let first = plan(app, &id).await;
    assert_eq!(first.counts.create, 1);
    assert!(!first.blocked, "{:?}", first.findings);
    // The archive of a snapshot is the same each time: nothing but the time is another.
    app.move_sign_off(&id, "Tomas").await.unwrap();
    assert_eq!(plan(app, &id).await.hash, first.hash);
    let kept = app.move_view(&id).await.unwrap();
    assert!(kept.sign_offs[0].counts);
    assert!(running.control().calls().effects.is_empty());

    let called_off = CancellationToken::new();
    called_off.cancel();
    let error = app.move_plan(&id, true, &|_| {}, called_off).await;
    assert_eq!(error.unwrap_err().code, ErrorCode::Cancelled);
    running.shutdown().await;
    let view = what(app, &id).await;
    assert!(view.to.is_none());
    assert!(
        view.notes[0].starts_with("test could not be compared"),
        "{:?}",
        view.notes
    );
    app.move_delete(&id).await.unwrap();
    assert!(app.moves().await.unwrap().is_empty());
}
