//! What two places tell of each other where they hold not the same sort of thing: an instance and
//! what was put into it, a part of a project, a list that failed, packed and unpacked.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;

use bench::{Bench, not_same, row};
use jiff::Timestamp;
use waybill_client::Upload;
use waybill_engine::{FilePlace, Selection, Side, Verdict, compare_one};
use waybill_model::{Area, ArtifactId, ArtifactKind, ChangeKind, DifferenceClass, Scope};
use waybill_sandbox::{Fault, FaultKind};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The files of an archive in their order.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if !name.ends_with('/') {
            files.push((name, bytes));
        }
    }
    files
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Changes the text of the design of an integration.
fn redesign(files: &mut [(String, Vec<u8>)], change: impl Fn(&str) -> String) {
    let design = files
        .iter_mut()
        .find(|(name, _)| name.ends_with("PROJECT-INF/project.xml"))
        .unwrap();
    let text = String::from_utf8(design.1.clone()).unwrap();
    let changed = change(&text);
    assert_ne!(changed, text, "nothing was changed");
    design.1 = changed.into_bytes();
}

/// The integrations outside projects that can be exported.
fn integrations(side: &Side) -> Vec<ArtifactId> {
    let all = side.catalogue().artifacts.iter();
    all.filter(|artifact| {
        artifact.id.kind == ArtifactKind::Integration
            && artifact.id.scope == Scope::Global
            && !artifact.prebuilt
    })
    .map(|artifact| artifact.id.clone())
    .collect()
}

fn files(path: &Path) -> Arc<Side> {
    let place = FilePlace::open(path, Timestamp::now()).unwrap();
    let title = place.title();
    Arc::new(Side::files(place, &title))
}

/// The first invocation of a flow: its text and the name it has.
fn first_invoke(text: &str) -> (String, String) {
    let start = text.find("<ns2:invoke ").unwrap();
    let element = text[start..].split_inclusive("/>").next().unwrap();
    let name = element.split("name=\"").nth(1).unwrap();
    let name = name.split('"').next().unwrap().to_owned();
    (element.to_owned(), name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_integration_is_told_with_the_step_that_differs() {
    let bench = Bench::start(&["dev"], 12).await;
    let before = bench.snapshot("dev", Selection::Everything).await;
    let client = bench.client("dev");
    let mut chosen = None;
    for id in integrations(&before) {
        let bytes = client.export_integration(&id.wire()).await.unwrap();
        let files = unpacked(&bytes);
        let design = files
            .iter()
            .find(|(name, _)| name.ends_with("PROJECT-INF/project.xml"));
        let text = String::from_utf8(design.unwrap().1.clone()).unwrap();
        if text.contains("<ns2:invoke ") {
            chosen = Some((id, files, first_invoke(&text)));
            break;
        }
    }
    let (id, mut files, (element, name)) = chosen.expect("an integration that calls something");
    redesign(&mut files, |text| text.replacen(&element, "", 1));
    assert!(bench.sandbox.control().set_status("dev", &id, "CONFIGURED"));
    client
        .replace_integration(&id.wire(), Upload::Bytes(packed(&files).into()), None)
        .await
        .unwrap();

    let live = bench.live("dev").await;
    let drift = bench.compare(&before, &live).await;
    let told: Vec<_> = not_same(&drift).into_iter().map(|row| &row.id).collect();
    assert_eq!(told, [&id], "{:?}", not_same(&drift));
    let told = row(&drift, &id);
    assert_eq!(told.verdict, Verdict::Different);
    assert!(told.summary.contains("1 step"), "{}", told.summary);

    let compared = Box::pin(compare_one(&before, &id, &live, &id, &bench.journal))
        .await
        .unwrap();
    let flow = compared
        .difference
        .sections
        .iter()
        .find(|section| section.area == Area::Flow)
        .unwrap();
    assert_eq!(flow.class, DifferenceClass::Design);
    let steps: Vec<_> = flow
        .changes
        .iter()
        .map(|change| (change.kind, change.name.as_str()))
        .collect();
    assert_eq!(steps, [(ChangeKind::OnlyLeft, name.as_str())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_deployment_lacks_nothing_of_its_project() {
    let bench = Bench::start(&["dev"], 60).await;
    let live = bench.live("dev").await;
    let client = bench.client("dev");
    let inside = |code: &str, kind| {
        let scope = Scope::Project(code.to_owned());
        let all = live.catalogue().artifacts.iter();
        all.filter(|artifact| artifact.id.kind == kind && artifact.id.scope == scope)
            .map(|artifact| artifact.id.code.clone())
            .collect::<Vec<_>>()
    };
    // One of which the deployment is a part: it holds three integrations at most.
    let project = live
        .catalogue()
        .artifacts
        .iter()
        .filter(|artifact| artifact.id.kind == ArtifactKind::Project)
        .map(|artifact| artifact.id.code.clone())
        .find(|code| inside(code, ArtifactKind::Integration).len() > 3)
        .expect("a project with more integrations than its deployment has");
    let deployment = inside(&project, ArtifactKind::Deployment).remove(0);
    let whole = client.export_project(&project, None, None).await.unwrap();
    let part = client
        .export_project(&project, None, Some(&deployment))
        .await
        .unwrap();
    let folder = bench.folder.path();
    let path = |name: String| folder.join(name);
    let whole_path = path(format!("{project}.car"));
    fs::write(&whole_path, whole).unwrap();
    let whole = files(&whole_path);

    // By the name of the file, and where somebody renamed it.
    for name in [format!("{project}-{deployment}.car"), "part.car".to_owned()] {
        fs::write(path(name.clone()), &part).unwrap();
        let part = files(&path(name.clone()));
        assert!(part.catalogue().artifacts.len() < whole.catalogue().artifacts.len());
        let comparison = bench.compare(&part, &whole).await;
        assert!(
            not_same(&comparison).is_empty(),
            "{name}: {:?}",
            not_same(&comparison)
        );
        let compared = comparison.rows.iter();
        assert!(
            compared
                .filter(|row| row.id.kind == ArtifactKind::Integration)
                .count()
                > 0
        );
        let about = |note: &&String| note.contains("one deployment") && note.contains(&project);
        assert!(
            comparison.notes.iter().any(|note| about(&note)),
            "{name}: {:?}",
            comparison.notes
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_did_not_tell_is_not_taken_for_absent() {
    let bench = Bench::start(&["dev", "test"], 20).await;
    bench.sandbox.control().fail(Fault {
        kind: FaultKind::Status {
            code: 403,
            retry_after: None,
        },
        times: 50,
        path: Some("GET /lookups".to_owned()),
    });
    let dev = bench.live("dev").await;
    bench.sandbox.control().heal();
    let test = bench.live("test").await;
    let is_lookup = |id: &ArtifactId| id.kind == ArtifactKind::Lookup && id.scope == Scope::Global;
    let has_lookups = |side: &Side| {
        let all = &side.catalogue().artifacts;
        all.iter().any(|artifact| is_lookup(&artifact.id))
    };
    assert!(!has_lookups(&dev) && has_lookups(&test));

    for (left, right) in [(&dev, &test), (&test, &dev)] {
        let comparison = bench.compare(left, right).await;
        let lookups: Vec<_> = comparison
            .rows
            .iter()
            .filter(|row| is_lookup(&row.id))
            .collect();
        assert!(!lookups.is_empty());
        for row in lookups {
            assert_eq!(row.verdict, Verdict::NotCompared, "{row:?}");
            assert!(row.summary.starts_with("dev: "), "{row:?}");
        }
        let mut notes = comparison.notes.iter();
        assert!(
            notes.any(|note| note.starts_with("dev: ")),
            "{:?}",
            comparison.notes
        );
        // What other lists told is compared all the same.
        let mut others = comparison.rows.iter();
        assert!(others.any(|row| row.verdict == Verdict::Same));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unpacked_archives_mean_what_their_packed_twins_mean() {
    let bench = Bench::start(&["dev"], 10).await;
    let live = bench.live("dev").await;
    let client = bench.client("dev");
    let (packed, loose) = (
        bench.folder.path().join("packed"),
        bench.folder.path().join("loose"),
    );
    fs::create_dir_all(&packed).unwrap();
    let ids = integrations(&live);
    for id in &ids {
        let bytes = client.export_integration(&id.wire()).await.unwrap();
        let name = format!("{}_{}", id.code, id.version.as_deref().unwrap());
        fs::write(packed.join(format!("{name}.iar")), &bytes).unwrap();
        for (path, bytes) in unpacked(&bytes) {
            let path = loose.join(&name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
    let twins = bench.compare(&files(&loose), &files(&packed)).await;
    assert!(not_same(&twins).is_empty(), "{:?}", not_same(&twins));
    let compared = twins.rows.iter().filter(|row| ids.contains(&row.id));
    assert_eq!(compared.count(), ids.len());

    // Somebody edits one in the folder, as people do who keep them in Git.
    let id = &ids[0];
    let name = format!("{}_{}", id.code, id.version.as_deref().unwrap());
    let design = format!("icspackage/project/{name}/PROJECT-INF/project.xml");
    let design = loose.join(&name).join(design);
    let text = fs::read_to_string(&design).unwrap();
    let described = text.replacen("</projectDescription>", " anew</projectDescription>", 1);
    assert_ne!(described, text);
    fs::write(&design, described).unwrap();
    let edited = bench.compare(&files(&loose), &files(&packed)).await;
    let told: Vec<_> = not_same(&edited).into_iter().map(|row| &row.id).collect();
    assert_eq!(told, [id]);
}
