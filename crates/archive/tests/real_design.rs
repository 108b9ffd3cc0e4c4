//! The design of every real archive, and the same archives as folders.
//! Passed over, in plain words, where the folder of real archives is absent.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test may stop at what it did not expect, and tells what it found"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use waybill_archive::{
    Contents, Design, EndpointRole, Limits, OddityKind, Opened, Step, StepKind, read, read_design,
    read_folder,
};

/// Every real archive, by path from the folder of archives.
fn archives() -> BTreeMap<String, Vec<u8>> {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let mut found = BTreeMap::new();
    let Ok(sources) = std::fs::read_dir(&folder) else {
        eprintln!("passed over: no real archives in {}", folder.display());
        return found;
    };
    for source in sources {
        let source = source.unwrap().path();
        if !source.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(source).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ending| ending != "txt") {
                let name = file.strip_prefix(&folder).unwrap();
                found.insert(
                    name.to_string_lossy().into_owned(),
                    std::fs::read(&file).unwrap(),
                );
            }
        }
    }
    found
}

fn one(name: &str) -> Option<Opened> {
    let archives = archives();
    let (_, bytes) = archives.iter().find(|(path, _)| path.ends_with(name))?;
    Some(read_design(bytes).unwrap())
}

fn design<'opened>(opened: &'opened Opened, id: &str) -> &'opened Design {
    opened
        .contents
        .integrations
        .iter()
        .find(|integration| integration.reference.to_string() == id)
        .unwrap()
        .design
        .as_deref()
        .unwrap()
}

fn all(steps: &[Step]) -> Vec<&Step> {
    steps
        .iter()
        .flat_map(|step| std::iter::once(step).chain(all(&step.children)))
        .collect()
}

/// The tree as text: kind and name, two blanks per level.
fn outline(steps: &[Step], depth: usize, to: &mut String) {
    for step in steps {
        let name = step.name.as_deref().unwrap_or("");
        to.push_str(format!("{}{:?} {name}", "  ".repeat(depth), step.kind).trim_end());
        to.push('\n');
        outline(&step.children, depth + 1, to);
    }
}

#[test]
fn every_step_of_the_real_archives_is_known_and_has_its_map_and_expressions() {
    let (mut steps, mut maps, mut fields, mut expressions, mut flows) = (0, 0, 0, 0, 0);
    for (file, bytes) in archives() {
        let opened = read_design(&bytes).unwrap();
        for integration in &opened.contents.integrations {
            flows += 1;
            let design = integration.design.as_deref().unwrap();
            let listed = all(&design.steps);
            assert!(listed.len() >= 2, "{file}: {}", integration.reference);
            steps += listed.len();
            let mut used = BTreeSet::new();
            for step in listed {
                assert!(
                    !matches!(step.kind, StepKind::Unknown { .. }),
                    "{file}: {step:?}"
                );
                expressions += step.expressions.len();
                if step.kind == StepKind::Map {
                    let path = step.map.as_ref().unwrap();
                    assert!(design.maps[path].text.contains("stylesheet"), "{path}");
                    used.insert(path.clone());
                }
                if matches!(step.kind, StepKind::Invoke | StepKind::Publish) {
                    assert!(step.endpoint.is_some(), "{file}: {step:?}");
                    assert!(step.name.is_some(), "{file}: {step:?}");
                }
                if matches!(step.kind, StepKind::Assign | StepKind::ForEach) {
                    assert!(!step.expressions.is_empty(), "{file}: {step:?}");
                }
            }
            for (path, map) in &design.maps {
                maps += 1;
                fields += map.fields.len();
                assert_eq!(map.notes, Vec::<String>::new(), "{file}: {path}");
                assert!(map.target.is_some(), "{file}: {path}");
            }
            assert!(used.len() <= design.maps.len());
            let unknown: Vec<_> = integration
                .oddities
                .iter()
                .filter(|oddity| {
                    matches!(oddity.kind, OddityKind::Unknown | OddityKind::Unreadable)
                })
                .collect();
            assert!(unknown.is_empty(), "{file}: {unknown:?}");
        }
    }
    eprintln!(
        "{flows} integrations: {steps} steps, {maps} maps with {fields} fields, {expressions} expressions"
    );
}

#[test]
fn a_scheduled_flow_is_told_as_the_designer_draws_it() {
    let Some(opened) = one("SR_SCHEDULEDDISPATC_01.00.0000.iar") else {
        return;
    };
    let design = design(&opened, "SR_SCHEDULEDDISPATC|01.00.0000");
    let mut told = String::new();
    outline(&design.steps, 0, &mut told);
    assert_eq!(
        told,
        "IntegrationMetadata\n\
         ScheduleReceive\n\
         Map\n\
         Invoke GetCreationRequestsFromATP\n\
         ForEach ForEachRequest\n\
         \x20 Scope PerRequestProcessingScope\n\
         \x20   Map\n\
         \x20   StageFile WriteStageJSonString\n\
         \x20   StageFile ReadJSonPayload\n\
         \x20   Map\n\
         \x20   Invoke CallAccountCreation\n\
         Stop\n"
    );
    assert_eq!(design.schedule_parameters[0].name, "MaxRecords_fromDB");
    assert_eq!(design.tracking[0].name, "start Time");
    assert!(design.tracking[0].primary);
    assert_eq!(design.tracking.len(), 1);
    let stage = all(&design.steps)
        .into_iter()
        .find(|step| step.name.as_deref() == Some("WriteStageJSonString"))
        .unwrap();
    let roles: Vec<_> = stage
        .expressions
        .iter()
        .map(|expression| expression.role.as_str())
        .collect();
    assert_eq!(roles, ["WRITE_FILENAME", "WRITE_DIRNAME"]);
    assert!(
        stage
            .settings
            .contains(&("operation".to_owned(), "Write".to_owned()))
    );
    let called = &design.endpoints[1];
    assert_eq!(called.connection, "PRESEEDED_COLLOCATED_CONN_1741");
    assert_eq!(called.role, EndpointRole::Invoke);
    assert!(
        called
            .settings
            .iter()
            .any(|(name, _)| name == "integration_code")
    );
}

#[test]
fn basic_routing_is_told_as_a_flow() {
    let Some(opened) = one("PUT_APP_DEVICE_ATTR_INTG_01.00.0000.iar") else {
        return;
    };
    let mut told = String::new();
    let design = design(&opened, "PUT_APP_DEVICE_ATTR_INTG|01.00.0000");
    outline(&design.steps, 0, &mut told);
    let kinds: Vec<_> = design.steps.iter().map(|step| step.kind.clone()).collect();
    assert_eq!(
        kinds,
        [
            StepKind::Receive,
            StepKind::Map,
            StepKind::Invoke,
            StepKind::Map,
            StepKind::Reply
        ],
        "{told}"
    );
    assert_eq!(design.tracking.len(), 3);
}

#[test]
fn branches_carry_their_conditions_and_properties_their_values() {
    let Some(opened) = one("HEALTHCARE_ADT_PROJECT.car") else {
        return;
    };
    let design_of = design(&opened, "PROCES_ADT_HL7_V25_MESSAG|01.00.0000");
    let routes: Vec<_> = all(&design_of.steps)
        .into_iter()
        .filter(|step| step.kind == StepKind::Route)
        .collect();
    assert_eq!(routes.len(), 5);
    // The last branch of a switch may be the one without a condition.
    let conditions = routes
        .iter()
        .flat_map(|route| &route.expressions)
        .filter(|expression| !expression.xpath.is_empty())
        .count();
    assert!(conditions >= 3, "{routes:#?}");

    let demo = one("DEMO_FIRST_PROJECT_4.car").unwrap();
    let workers = design(&demo, "CREATE_PENDING_WORKERS|01.00.0002");
    let mut properties: Vec<_> = workers
        .properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    properties.sort_unstable();
    assert_eq!(properties, ["FTP_directory", "admin_email"]);
    let mail = all(&workers.steps)
        .into_iter()
        .find(|step| step.kind == StepKind::Notification)
        .unwrap();
    let texts: BTreeSet<_> = mail.texts.iter().map(|text| text.role.as_str()).collect();
    assert!(
        texts.contains("subject") && texts.contains("to"),
        "{texts:?}"
    );
}

/// What has to be the same however the archive is kept. Paths and oddities differ.
fn comparable(mut contents: Contents) -> Contents {
    contents.notes.clear();
    contents.oddities.clear();
    contents.recordings.clear();
    for integration in &mut contents.integrations {
        integration.oddities.clear();
    }
    for document in &mut contents.documents {
        document.path.clear();
    }
    for schedule in &mut contents.schedules {
        schedule.file.clear();
    }
    contents
}

fn unfold(bytes: &[u8], to: &Path) {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        if entry.is_dir() {
            continue;
        }
        let path = to.join(entry.name().unwrap().as_ref());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut inner = Vec::new();
        entry.read_to_end(&mut inner).unwrap();
        std::fs::write(path, inner).unwrap();
    }
}

#[test]
fn an_unfolded_archive_says_the_same_as_the_file() {
    for (file, bytes) in archives() {
        let folder = tempfile::tempdir().unwrap();
        unfold(&bytes, folder.path());
        let packed = read(&bytes).unwrap();
        let unfolded = read_folder(folder.path(), Limits::default(), false).unwrap();
        assert_eq!(unfolded.kind, packed.kind, "{file}");
        assert_eq!(
            comparable(unfolded.contents),
            comparable(packed.contents),
            "{file}"
        );
    }
}

#[test]
fn a_repository_of_many_archives_is_read_as_one_place() {
    let archives = archives();
    if archives.is_empty() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut expected = BTreeSet::new();
    for (index, (name, bytes)) in archives.iter().enumerate() {
        let opened = read(bytes).unwrap();
        let ids = opened.contents.integrations.iter();
        expected.extend(ids.map(|one| (one.scope.clone(), one.reference.clone())));
        let own = folder.path().join(format!("part {index}"));
        if index % 2 == 0 {
            unfold(bytes, &own);
        } else {
            std::fs::create_dir_all(&own).unwrap();
            std::fs::write(own.join(name.rsplit('/').next().unwrap()), bytes).unwrap();
        }
    }
    std::fs::create_dir_all(folder.path().join(".git/PROJECT-INF")).unwrap();
    std::fs::write(folder.path().join(".git/PROJECT-INF/project.xml"), "no").unwrap();
    std::fs::write(folder.path().join("broken.iar"), b"PK\x03\x04").unwrap();
    std::fs::write(folder.path().join("README.md"), "words").unwrap();
    let opened = read_folder(folder.path(), Limits::default(), false).unwrap();
    let found: BTreeSet<_> = opened
        .contents
        .integrations
        .iter()
        .map(|one| (one.scope.clone(), one.reference.clone()))
        .collect();
    assert_eq!(found, expected);
    assert!(
        opened
            .contents
            .notes
            .iter()
            .any(|note| note.contains("broken.iar")),
        "{:?}",
        opened.contents.notes
    );
}

#[test]
fn what_is_odd_about_the_real_archives_is_told() {
    for (file, bytes) in archives() {
        let opened = read(&bytes).unwrap();
        let kinds: BTreeSet<_> = opened
            .contents
            .oddities
            .iter()
            .map(|oddity| oddity.kind)
            .collect();
        let own: Vec<_> = opened
            .contents
            .integrations
            .iter()
            .flat_map(|one| &one.oddities)
            .collect();
        let name = file.rsplit('/').next().unwrap();
        // The authors of these two packed them again by hand.
        let repacked = name.starts_with("TALEO_");
        assert_eq!(
            kinds.contains(&OddityKind::Repacked),
            repacked,
            "{file}: {:?}",
            opened.contents.oddities
        );
        let renamed = matches!(
            name,
            "DEMO_FIRST_PROJECT_3.car" | "DEMO_FIRST_PROJECT_4.car"
        );
        let told = opened.renamed(name).is_some();
        eprintln!(
            "{file}: {:?} {own:?} renamed {told}",
            opened.contents.oddities
        );
        assert_eq!(told && name.starts_with("DEMO"), renamed, "{file}");
        assert!(own.iter().all(|odd| odd.kind != OddityKind::SealRemoved));
    }
}
