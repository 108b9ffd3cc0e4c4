//! Generated archives are read by the reader of archives; loaded ones come out byte for byte.
#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use support::{Caller, beside};
use waybill_archive::ArchiveKind;
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{InstanceSpec, Sandbox, practice};

/// The files of an archive without what changes at each export.
fn design(archive: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name.ends_with(".properties") {
            let text = String::from_utf8(bytes).unwrap();
            let kept: Vec<&str> = text
                .lines()
                .filter(|line| !line.starts_with(['#']))
                .filter(|line| !line.starts_with("mod=") && !line.starts_with("validity="))
                .collect();
            bytes = kept.join("\n").into_bytes();
        }
        files.insert(name, bytes);
    }
    files
}

#[tokio::test]
async fn every_generated_archive_says_what_the_lists_say() {
    let running = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .synthetic(60, 5)
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let mut styles = BTreeMap::new();
    for item in caller.list("integrations").await {
        let id = item["id"].as_str().unwrap();
        let reply = caller.get(&format!("integrations/{id}/archive")).await;
        assert_eq!(
            reply.header("content-type"),
            Some("application/octet-stream")
        );
        let opened = waybill_archive::read(&reply.body).unwrap();
        assert_eq!(opened.kind, ArchiveKind::Integration);
        let found = &opened.contents.integrations[0];
        assert_eq!(found.reference.to_string(), id);
        assert_eq!(found.name, item["name"].as_str().unwrap());
        assert_eq!(found.package.as_deref(), item["packageName"].as_str());
        assert_eq!(
            found.scheduled,
            item["scheduleDefinedFlag"].as_bool().unwrap()
        );
        assert_eq!(
            found.style.pattern() == "Scheduled",
            item["pattern"] == "Scheduled"
        );
        *styles.entry(found.style.pattern()).or_insert(0) += 1;
        let listed: Vec<&str> = item["dependencies"]["lookups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|lookup| lookup["name"].as_str().unwrap())
            .collect();
        assert_eq!(found.lookups, listed);
        let catalogue = opened.catalogue();
        for artifact in &catalogue.artifacts {
            for link in catalogue.uses(&artifact.id) {
                let elsewhere = link.role == "calls" || link.role == "agent group";
                assert!(link.present || elsewhere, "{id} lacks {}", link.id);
            }
        }
    }
    assert_eq!(styles.len(), 3, "{styles:?}");
    for package in caller.list("packages").await {
        let name = package["name"].as_str().unwrap();
        let par = caller.get(&format!("packages/{name}/archive")).await.body;
        let opened = waybill_archive::read(&par).unwrap();
        assert_eq!(opened.kind, ArchiveKind::Package);
        let expected = usize::try_from(package["countOfIntegrations"].as_u64().unwrap()).unwrap();
        assert_eq!(opened.members().len(), expected);
        let whole = caller
            .get(&format!("packages/{name}?includeDependencies=true"))
            .await;
        assert_eq!(
            whole.json()["integrations"].as_array().unwrap().len(),
            expected
        );
    }
    for lookup in caller.list("lookups").await {
        let name = lookup["name"].as_str().unwrap();
        let csv = caller.get(&format!("lookups/{name}/archive")).await.body;
        let opened = waybill_archive::read(&csv).unwrap();
        assert_eq!(opened.contents.lookups[0].name, name);
        assert_eq!(
            opened.contents.lookups[0].rows.len() as u64,
            lookup["rowCount"].as_u64().unwrap()
        );
    }
    for library in caller.list("libraries").await {
        let id = library["id"].as_str().unwrap();
        let jar = caller.get(&format!("libraries/{id}/archive")).await.body;
        assert_eq!(
            waybill_archive::read(&jar).unwrap().kind,
            ArchiveKind::Library
        );
    }
    running.shutdown().await;
}

#[tokio::test]
async fn projects_and_their_deployments_are_exported() {
    let running = Sandbox::builder().synthetic(3, 5).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let listed = caller
        .get("projects/RETURNS_PORTAL/integrations")
        .await
        .json();
    let whole = caller
        .send(
            "POST",
            "projects/RETURNS_PORTAL/archive",
            &[],
            br#"{"label":""}"#,
        )
        .await;
    assert_eq!(
        whole.header("content-disposition"),
        Some("attachment; filename=RETURNS_PORTAL.car")
    );
    let opened = waybill_archive::read(&whole.body).unwrap();
    assert_eq!(opened.kind, ArchiveKind::Project);
    assert_eq!(
        opened.contents.integrations.len() as u64,
        listed["totalResults"].as_u64().unwrap()
    );
    assert_eq!(opened.contents.projects[0].deployments.len(), 1);
    let part = caller
        .send(
            "POST",
            "projects/RETURNS_PORTAL/archive",
            &[],
            br#"{"label":"RELEASE_1"}"#,
        )
        .await;
    assert_eq!(
        part.header("content-disposition"),
        Some("attachment; filename=RETURNS_PORTAL-RELEASE_1.car")
    );
    let part = waybill_archive::read(&part.body).unwrap();
    assert_eq!(part.contents.integrations.len(), 3);
    let missing = caller
        .send(
            "POST",
            "projects/RETURNS_PORTAL/archive",
            &[],
            br#"{"label":"NO"}"#,
        )
        .await;
    assert_eq!(missing.status, 404);
    running.shutdown().await;
}

#[tokio::test]
async fn an_export_differs_from_the_last_in_its_volatile_parts_alone() {
    let running = Sandbox::builder().synthetic(10, 5).start().await.unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let item = caller.get("integrations?limit=1").await.json()["items"][0].clone();
    let path = format!("integrations/{}/archive", item["id"].as_str().unwrap());
    let first = caller.get(&path).await.body;
    let second = caller.get(&path).await.body;
    assert_ne!(first, second);
    assert_eq!(design(&first), design(&second));
    let id = ArtifactId::global(
        ArtifactKind::Integration,
        item["code"].as_str().unwrap(),
        item["version"].as_str(),
    );
    assert!(running.control().touch("sandbox", &id));
    assert_ne!(design(&first), design(&caller.get(&path).await.body));
    running.shutdown().await;
}

#[tokio::test]
async fn two_thousand_integrations_are_there_and_the_same_each_time() {
    let running = Sandbox::builder()
        .synthetic(2_000, 9)
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&running.ready.instances[0]).await;
    let first = caller.list("integrations").await;
    assert_eq!(first.len(), 2_000);
    running.shutdown().await;
    let again = Sandbox::builder()
        .synthetic(2_000, 9)
        .start()
        .await
        .unwrap();
    let caller = Caller::sign_in(&again.ready.instances[0]).await;
    let second = caller.list("integrations").await;
    for (left, right) in first.iter().zip(&second) {
        assert_eq!(left["id"], right["id"]);
        assert_eq!(left["lastUpdated"], right["lastUpdated"]);
    }
    again.shutdown().await;
}

#[tokio::test]
async fn every_real_archive_comes_out_as_it_went_in() {
    let Some(folder) = beside("WAYBILL_ARCHIVES", "archives") else {
        return;
    };
    let running = Sandbox::builder().load(&folder).start().await.unwrap();
    let (mut served, mut connections) = (0, 0);
    for instance in &running.ready.instances {
        let caller = Caller::sign_in(instance).await;
        for file in instance.files.iter().filter(|file| !file.contains('!')) {
            let bytes = std::fs::read(folder.join(file)).unwrap();
            let opened = waybill_archive::read(&bytes).unwrap();
            let contents = &opened.contents;
            let reply = match opened.kind {
                ArchiveKind::Project => {
                    let path = format!("projects/{}/archive", contents.projects[0].code);
                    caller.send("POST", &path, &[], b"{}").await
                }
                ArchiveKind::Package => {
                    caller
                        .get(&format!("packages/{}/archive", contents.packages[0].name))
                        .await
                }
                ArchiveKind::Integration => {
                    let id = &contents.integrations[0].reference;
                    caller.get(&format!("integrations/{id}/archive")).await
                }
                other => panic!("{file} is {other:?}"),
            };
            assert_eq!(reply.status, 200, "{file}");
            assert_eq!(reply.body, bytes, "{file}");
            served += 1;
        }
        for item in caller.list("integrations").await {
            let id = item["id"].as_str().unwrap();
            let archive = caller.get(&format!("integrations/{id}/archive")).await;
            let opened = waybill_archive::read(&archive.body).unwrap();
            assert_eq!(opened.contents.integrations[0].reference.to_string(), id);
        }
        connections += caller.list("connections").await.len();
    }
    assert!(served >= 19, "only {served} files were served");
    assert!(
        connections > 20,
        "only {connections} connections came along"
    );
    assert!(
        running.ready.instances.len() > 1,
        "a second export of a project needs an instance"
    );
    running.shutdown().await;
}

#[tokio::test]
async fn the_practice_instances_share_a_client() {
    let running = practice::start(None).await.unwrap();
    let names: Vec<&str> = running
        .ready
        .instances
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, practice::NAMES);
    let development = &running.ready.instances[0];
    assert_eq!(development.client_id, practice::CLIENT_ID);
    let caller = Caller::sign_in(development).await;
    let mut artifacts = 0;
    for kind in [
        "integrations",
        "connections",
        "lookups",
        "libraries",
        "packages",
        "certificates",
    ] {
        artifacts += caller.list(kind).await.len();
    }
    for project in ["RETURNS_PORTAL", "SUPPLIER_ONBOARDING"] {
        for kind in ["integrations", "connections", "lookups"] {
            artifacts += caller
                .list(&format!("projects/{project}/{kind}"))
                .await
                .len();
        }
    }
    assert!((150..260).contains(&artifacts), "{artifacts}");
    let production = Caller::sign_in(&running.ready.instances[2]).await;
    assert!(production.list("integrations").await.len() > 40);
    running.shutdown().await;
}
