//! What integrations do, told of instances, snapshots, files and folders; and looking into many
//! files. The real archives are passed over, in plain words, where their folder is absent.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use support::{bench, ended, save};
use waybill_app::Waybill;
use waybill_app::view::{
    DesignView, ErrorCode, InspectAnswer, PlaceRef, RunStatus, SelectionView, StepView,
};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Sandbox};

fn steps(of: &[StepView]) -> Vec<&StepView> {
    of.iter()
        .flat_map(|step| std::iter::once(step).chain(steps(&step.steps)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_does_the_same_live_backed_up_and_in_a_file() {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(8, 5)
        .start()
        .await
        .unwrap();
    let bench = bench();
    let app = &bench.app;
    let instance = save(&bench, &sandbox, "dev").await;
    let live = PlaceRef::Instance {
        id: instance.id.clone(),
    };
    let run = app
        .backup_start(&instance.id, SelectionView::Everything, None)
        .await
        .unwrap();
    let done = ended(app, &run.id).await.summary;
    assert_eq!(done.status, RunStatus::Done, "{done:?}");
    let snapshot = PlaceRef::Snapshot {
        id: app.snapshots(None).await.unwrap()[0].id.clone(),
    };

    let catalogue = app.catalogue(&live, false).await.unwrap();
    let of_kind = |kind| {
        catalogue
            .artifacts
            .iter()
            .filter(move |one| one.id.kind == kind)
    };
    let mut projects = 0;
    for one in of_kind(ArtifactKind::Integration) {
        let id = &one.id;
        let told = app.design(&live, id).await.unwrap();
        assert_eq!(&told.id, id);
        assert!(told.step_count > 0, "{id}");
        assert_eq!(told, app.design(&live, id).await.unwrap());
        assert_eq!(told, app.design(&snapshot, id).await.unwrap(), "{id}");

        // One that lives in a project comes with it.
        let whole = match id.scope.project() {
            Some(project) => ArtifactId::global(ArtifactKind::Project, project, None),
            None => id.clone(),
        };
        projects += usize::from(whole != *id);
        let file = app.artifact_bytes(&live, &whole).await.unwrap();
        let path = bench.folder.path().join(file.name);
        std::fs::write(&path, file.bytes).unwrap();
        let dropped = PlaceRef::File {
            path: path.display().to_string(),
        };
        assert_eq!(told, app.design(&dropped, id).await.unwrap(), "{id}");
    }
    assert!(projects > 0, "the sandbox has integrations in projects");

    let other = &of_kind(ArtifactKind::Connection).next().unwrap().id;
    let refused = app.design(&live, other).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotOffered);
    for place in [live, snapshot] {
        let nobody = ArtifactId::global(ArtifactKind::Integration, "NOBODY", Some("01.00.0000"));
        let refused = app.design(&place, &nobody).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::UnknownSubject, "{refused:?}");
    }
}

/// Every real archive.
fn archives() -> Vec<PathBuf> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let mut found = Vec::new();
    let Ok(sources) = std::fs::read_dir(&folder) else {
        #[expect(
            clippy::print_stderr,
            reason = "the reader of the test run has to know"
        )]
        {
            eprintln!("passed over: no real archives in {}", folder.display());
        }
        return found;
    };
    for source in sources.map(|source| source.unwrap().path()) {
        if source.is_dir() {
            let files = std::fs::read_dir(source).unwrap();
            found.extend(
                files
                    .map(|file| file.unwrap().path())
                    .filter(|path| path.extension().is_some_and(|ending| ending != "txt")),
            );
        }
    }
    found.sort();
    found
}

async fn designs(app: &Waybill, path: &Path) -> (PlaceRef, Vec<DesignView>) {
    let place = PlaceRef::File {
        path: path.display().to_string(),
    };
    let catalogue = app.catalogue(&place, false).await.unwrap();
    let mut found = Vec::new();
    for one in catalogue.artifacts {
        if one.id.kind == ArtifactKind::Integration {
            found.push(app.design(&place, &one.id).await.unwrap());
        }
    }
    (place, found)
}

/// The values that stand in clear under a name that says they are secret, and keys: found without
/// the product's own scan.
fn secrets(bytes: &[u8], found: &mut BTreeSet<String>) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return secrets_of_text(&String::from_utf8_lossy(bytes), found);
    };
    for index in 0..archive.len() {
        let mut inner = Vec::new();
        if archive
            .by_index(index)
            .unwrap()
            .read_to_end(&mut inner)
            .is_ok()
        {
            secrets(&inner, found);
        }
    }
}

fn secrets_of_text(text: &str, found: &mut BTreeSet<String>) {
    let lower = text.to_ascii_lowercase();
    for mark in [
        "password\"",
        "client_secret\"",
        "clientsecret\"",
        "secret\"",
    ] {
        for (at, _) in lower.match_indices(mark) {
            let Some(rest) = text.get(at + mark.len()..) else {
                continue;
            };
            let value = rest
                .trim_start()
                .strip_prefix(':')
                .and_then(|rest| rest.trim_start().strip_prefix('"'))
                .and_then(|rest| rest.split('"').next());
            found.extend(value.filter(|value| is_one(value)).map(str::to_owned));
        }
    }
    for (at, _) in text.match_indices("PRIVATE KEY-----") {
        let body = text[at + 16..].trim_start();
        let line: String = body
            .chars()
            .take_while(|sign| !sign.is_whitespace())
            .collect();
        if line.len() >= 40 {
            found.insert(line);
        }
    }
}

fn is_one(value: &str) -> bool {
    value.len() >= 6
        && value.bytes().any(|sign| sign.is_ascii_digit())
        && !value.starts_with(['%', '$', '/', '{', '*', '<'])
}

#[tokio::test(flavor = "multi_thread")]
async fn real_flows_are_told_in_order_with_what_they_are_about_and_without_secrets() {
    let bench = bench();
    let (mut flows, mut counted, mut summarised, mut maps, mut calls) = (0, 0, 0, 0, 0);
    for path in archives() {
        let mut own = BTreeSet::new();
        secrets(&std::fs::read(&path).unwrap(), &mut own);
        let (place, found) = designs(&bench.app, &path).await;
        for view in &found {
            flows += 1;
            let all = steps(&view.steps);
            let numbers: Vec<u32> = all.iter().filter_map(|step| step.number).collect();
            let expected: Vec<u32> = (1..=view.step_count).collect();
            assert_eq!(numbers, expected, "{}", view.id);
            let keys: BTreeSet<&str> = all.iter().map(|step| step.key.as_str()).collect();
            assert_eq!(keys.len(), all.len(), "{}", view.id);
            counted += all.len();
            summarised += all.iter().filter(|step| step.summary.is_some()).count();
            for step in &all {
                calls += usize::from(step.calls.is_some());
                let names = step.settings.iter().map(|one| one.name.to_lowercase());
                for name in names.filter(|name| name.contains("sample")) {
                    assert_eq!(name, "sample message", "{}", view.id);
                }
            }
            let mut text = serde_json::to_string(view).unwrap();
            for map in all.iter().filter_map(|step| step.map.as_ref()) {
                maps += 1;
                let sheet = bench
                    .app
                    .design_text(&place, &view.id, &map.path)
                    .await
                    .unwrap();
                assert!(sheet.contains("stylesheet"), "{}", map.path);
                text.push_str(&sheet);
            }
            for secret in &own {
                assert!(!text.contains(secret.as_str()), "{} shows one", view.id);
            }
        }
    }
    if flows == 0 {
        return;
    }
    assert!(
        flows >= 20 && maps >= 50 && calls >= 5,
        "{flows} {maps} {calls}"
    );
    assert!(summarised * 10 >= counted * 7, "{summarised} of {counted}");
}

fn ends(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, own)| own == ending)
}

/// The archive with secrets planted where designers leave them.
fn planted(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut inner = Vec::new();
        file.read_to_end(&mut inner).unwrap();
        let name = file.name().unwrap().into_owned();
        let text = || String::from_utf8(inner.clone()).unwrap();
        let changed = if name.ends_with("expr.properties") {
            text().replacen(
                "TextExpression : ",
                "TextExpression : concat('password=W3lc0me-1', 'a') + ",
                1,
            )
        } else if ends(&name, "xsl") {
            text().replacen(
                "</xsl:template>",
                "<a:login xmlns:a=\"urn:a\"><a:password>W3lc0me-2</a:password></a:login></xsl:template>",
                1,
            )
        } else if ends(&name, "jca") {
            text().replacen(
                "<property ",
                "<property name=\"clientSecret\" value=\"W3lc0me-3\"/><property name=\"RequestSample\" value=\"W3lc0me-4\"/><property ",
                1,
            )
        } else if ends(&name, "data") {
            format!("{}\npassword=W3lc0me-5\n", text())
        } else {
            String::new()
        };
        let written = if changed.is_empty() {
            inner
        } else {
            changed.into_bytes()
        };
        let plain = zip::write::SimpleFileOptions::default();
        made.start_file(name, plain).unwrap();
        made.write_all(&written).unwrap();
    }
    made.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_were_left_in_a_design_are_dots() {
    let Some(path) = archives()
        .into_iter()
        .find(|path| path.ends_with("DEMO_FIRST_PROJECT_4.car"))
    else {
        return;
    };
    let bench = bench();
    let bytes = planted(&std::fs::read(path).unwrap());
    for mark in 1..=5 {
        let mut found = BTreeSet::new();
        holds(&bytes, &format!("W3lc0me-{mark}"), &mut found);
        assert!(!found.is_empty(), "{mark} was planted");
    }
    let path = bench.folder.path().join("planted.car");
    std::fs::write(&path, bytes).unwrap();
    let (place, found) = designs(&bench.app, &path).await;
    let mut shown = String::new();
    for view in &found {
        shown.push_str(&serde_json::to_string(view).unwrap());
        for step in steps(&view.steps) {
            if let Some(map) = &step.map {
                let text = bench.app.design_text(&place, &view.id, &map.path).await;
                shown.push_str(&text.unwrap());
            }
        }
    }
    let told = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&told);
    let tell = move |answer| {
        into.lock()
            .unwrap()
            .push_str(&serde_json::to_string(&answer).unwrap());
    };
    let work = bench.app.work("planted");
    bench
        .app
        .inspect_all(vec![path], true, tell, work.clone())
        .await
        .unwrap();
    shown.push_str(&told.lock().unwrap());
    if let Some(at) = shown.find("W3lc0me") {
        let from = shown.floor_char_boundary(at.saturating_sub(200));
        panic!("{}", &shown[from..shown.ceil_char_boundary(at + 50)]);
    }
    assert!(shown.contains("••••••"));
}

fn holds(bytes: &[u8], wanted: &str, found: &mut BTreeSet<String>) {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut inner = Vec::new();
        file.read_to_end(&mut inner).unwrap();
        if String::from_utf8_lossy(&inner).contains(wanted) {
            found.insert(file.name().unwrap().into_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_says_what_it_is_about() {
    let Some(path) = archives()
        .into_iter()
        .find(|path| path.ends_with("DEMO_FIRST_PROJECT_4.car"))
    else {
        return;
    };
    let bench = bench();
    let (place, found) = designs(&bench.app, &path).await;
    let view = found
        .iter()
        .find(|one| one.id.code == "CREATE_PENDING_WORKERS")
        .unwrap();
    let told: Vec<(&str, &str)> = view
        .steps
        .iter()
        .filter_map(|step| Some((step.name.as_deref()?, step.summary.as_deref()?)))
        .collect();
    for expected in [
        ("ReadFileFromFTP", "FTP_DEMO DownloadFileToICS"),
        ("WriteFile", "Write \"Worker.dat\""),
        ("NotifyUCMUpload", "to admin_email"),
        ("DelayFlow", "120 seconds"),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:?}");
    }
    assert_eq!(view.schedule_parameters.len(), 2);
    assert!(
        view.findings
            .iter()
            .all(|one| one.place.contains(&view.id.code))
    );
    let missing = bench.app.design_text(&place, &view.id, "no/such.xsl").await;
    assert_eq!(missing.unwrap_err().code, ErrorCode::UnknownSubject);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_in_the_order_of_the_files_until_they_are_called_off() {
    let bench = bench();
    let paths: Vec<PathBuf> = (0..60)
        .map(|number| {
            let path = bench.folder.path().join(format!("{number}.csv"));
            std::fs::write(&path, format!("DVM,L{number},\nA,B\n1,2\n")).unwrap();
            path
        })
        .collect();
    let told = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&told);
    let work = bench.app.work("one");
    bench
        .app
        .inspect_all(
            paths.clone(),
            true,
            move |answer| match answer {
                InspectAnswer::Read(view) => into.lock().unwrap().extend(view.lookups),
                InspectAnswer::Failed { error, .. } => panic!("{error:?}"),
            },
            work.clone(),
        )
        .await
        .unwrap();
    let expected: Vec<String> = (0..60).map(|number| format!("L{number}")).collect();
    assert_eq!(*told.lock().unwrap(), expected);

    let count = Arc::new(Mutex::new(0));
    let counter = Arc::clone(&count);
    let app = bench.app.clone();
    let ended = bench
        .app
        .inspect_all(
            paths,
            false,
            move |_| {
                *counter.lock().unwrap() += 1;
                app.work_cancel("one");
            },
            work.clone(),
        )
        .await;
    assert_eq!(ended.unwrap_err().code, ErrorCode::Cancelled);
    assert_eq!(*count.lock().unwrap(), 1);
}
