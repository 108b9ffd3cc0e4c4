//! Proof: damage is found, named by artifact and put right from another copy, and every other artifact still
//! restores; snapshots are restored into a folder and into a practice instance, for real.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is passed over says so")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use secrecy::ExposeSecret as _;
use support::{Bench, bench, ended, save};
use waybill_app::view::{
    EncryptionWay, ErrorCode, PaperForm, ProofEvery, ProofForm, ProofWay, RunStatus, SelectionView,
    TargetForm, TargetPlace, TargetSecrets,
};
use waybill_engine::snapshot::extract;
use waybill_model::Environment;
use waybill_sandbox::{InstanceSpec, Running, Sandbox};
use waybill_vault::{Silent, Vault};

async fn backed_up() -> (Bench, Running, String) {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(12, 1)
        .start()
        .await
        .unwrap();
    let bench = bench();
    save(&bench, &sandbox, "dev").await;
    let run = bench
        .app
        .backup_start("dev", SelectionView::Everything, None)
        .await
        .unwrap();
    let summary = ended(&bench.app, &run.id).await.summary;
    assert_eq!(summary.status, RunStatus::Done, "{summary:?}");
    (bench, sandbox, summary.snapshot.unwrap())
}

fn vault_of(bench: &Bench) -> PathBuf {
    bench.folder.path().join("home/vault")
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let there = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copied(&item.path(), &there);
        } else {
            fs::copy(item.path(), there).unwrap();
        }
    }
}

/// Packs, the largest first.
fn packs(vault: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in fs::read_dir(vault.join("data")).unwrap() {
        for file in fs::read_dir(folder.unwrap().path()).unwrap() {
            found.push(file.unwrap().path());
        }
    }
    found.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    found
}

fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for item in fs::read_dir(next).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap();
                let name = name.to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn writable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// `restic check --read-data`, where restic is on this computer.
async fn restic_agrees(bench: &Bench) {
    let password = bench.app.vault_password_show().await.unwrap();
    let ran = Command::new("restic")
        .args(["check", "--read-data", "--no-cache", "--repo"])
        .arg(vault_of(bench))
        .env("RESTIC_PASSWORD", password.expose_secret())
        .output();
    match ran {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(_) => eprintln!(
            "restic is not on this computer; its view of the mended vault was passed over"
        ),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_named_by_artifact_and_put_right_from_another_copy() {
    let (bench, sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    let vault = vault_of(&bench);
    let spare = bench.folder.path().join("spare");
    copied(&vault, &spare);
    let restored = bench.folder.path().join("restored");
    app.snapshot_extract_now(&snapshot, &restored)
        .await
        .unwrap();
    assert!(app.vault_damage().unwrap().is_empty());

    for harm in ["a flipped byte", "a truncated file", "a missing pack"] {
        let pack = packs(&vault).remove(0);
        let name = pack.file_name().unwrap().to_str().unwrap().to_owned();
        writable(&pack);
        let mut bytes = fs::read(&pack).unwrap();
        match harm {
            "a flipped byte" => {
                let middle = bytes.len() / 3;
                bytes[middle] ^= 0x20;
                fs::write(&pack, bytes).unwrap();
            }
            "a truncated file" => {
                bytes.truncate(bytes.len() / 2);
                fs::write(&pack, bytes).unwrap();
            }
            _ => fs::remove_file(&pack).unwrap(),
        }
        // The part of the vault in which it lies finds it; a missing or cut one, any part.
        let part = u32::from_str_radix(&name[..2], 16).unwrap() % 30 + 1;
        let found = app.vault_check_part_now(part, 30).await.unwrap();
        assert!(!found.passed, "{harm}: {found:?}");
        assert_eq!((found.part, found.of), (Some(part), Some(30)));
        let damage = &found.damages[0];
        assert!(damage.file.ends_with(&name), "{harm}: {damage:?}");
        let hit: Vec<_> = found.damages.iter().flat_map(|one| &one.hits).collect();
        assert!(
            hit.iter()
                .any(|one| one.artifact.is_some() && one.snapshot == snapshot),
            "{harm}: {hit:?}"
        );
        assert_eq!(app.vault_damage().unwrap(), found.damages);
        assert_eq!(app.vault_status().await.unwrap().check_passed, Some(false));

        // Every other artifact still restores; asked of the disk, as another program would.
        let folder = bench.folder.path().join(format!("hurt {harm}"));
        let password = app.vault_password_show().await.unwrap();
        let fresh = Vault::open(&vault, &password).unwrap();
        extract(&fresh, &snapshot, &folder, &Silent, &|| false).unwrap();
        let mut whole = 0;
        for (path, bytes) in files_below(&restored) {
            let is_hit = hit.iter().any(|one| one.path == path);
            let there = fs::read(folder.join(&path)).ok();
            assert_eq!(there.is_none(), is_hit, "{harm}: {path}");
            whole += usize::from(there == Some(bytes));
        }
        assert_eq!(whole + hit.len(), files_below(&restored).len(), "{harm}");

        // From another copy of the vault, from restored files, and from the other copy again.
        let from = if harm == "a truncated file" {
            &restored
        } else {
            &spare
        };
        let run = app.vault_mend(from, None).await.unwrap();
        let mended = ended(app, &run.id).await;
        assert_eq!(
            mended.summary.status,
            RunStatus::Done,
            "{harm}: {mended:#?}"
        );
        assert!(app.vault_damage().unwrap().is_empty(), "{harm}");
        let verified = app.snapshot_verify_now(&snapshot).await.unwrap();
        assert!(verified.passed, "{harm}: {:?}", verified.problems);
        assert_eq!(app.vault_status().await.unwrap().check_passed, Some(true));
        restic_agrees(&bench).await;
    }
    let ways: Vec<ProofWay> = app.proofs().unwrap().iter().map(|one| one.way).collect();
    assert_eq!(ways.len(), 6);
    assert_eq!(ways[..2], [ProofWay::Mend, ProofWay::Check]);
    let page = bench.folder.path().join("proofs.html");
    app.proofs_write(PaperForm::Html, &page).unwrap();
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("Put right from a copy") && page.contains(&snapshot[..8]));
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_nobody_has_a_copy_of_stays_named() {
    let (bench, sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    let pack = packs(&vault_of(&bench)).remove(0);
    fs::remove_file(&pack).unwrap();
    let empty = bench.folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let run = app.vault_mend(&empty, None).await.unwrap();
    let ended = ended(app, &run.id).await.summary;
    assert_eq!(ended.status, RunStatus::Partial, "{ended:?}");
    let left = app.vault_damage().unwrap();
    assert!(
        left.iter()
            .flat_map(|one| &one.hits)
            .any(|hit| hit.snapshot == snapshot)
    );
    let nowhere = app
        .vault_mend(&bench.folder.path().join("nowhere"), None)
        .await
        .unwrap_err();
    assert_eq!(nowhere.context["field"], "from");
    let refused = app.vault_check_part(31, 30).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::BadInput);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_put_right_from_a_target() {
    let (bench, sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    app.settled().await;
    let place = bench.folder.path().join("elsewhere");
    fs::create_dir(&place).unwrap();
    let form = TargetForm {
        id: None,
        name: "Share".into(),
        on: false,
        instances: None,
        place: TargetPlace::Folder {
            path: place.display().to_string(),
        },
        vault: false,
        pattern: String::new(),
        encryption: EncryptionWay::Plain,
        host_key: None,
    };
    app.target_save(form, TargetSecrets::default())
        .await
        .unwrap();
    let run = app.copy_now("Share", Some(&snapshot)).await.unwrap();
    let copied = ended(app, &run.id).await.summary;
    assert_eq!(copied.status, RunStatus::Done, "{copied:?}");
    fs::remove_file(packs(&vault_of(&bench)).remove(0)).unwrap();
    let found = app.vault_check_part_now(1, 1).await.unwrap();
    let hit: Vec<_> = found.damages.iter().flat_map(|one| &one.hits).collect();
    let first = hit.iter().find(|one| one.artifact.is_some()).unwrap();
    assert_eq!(
        first.copies[0].words,
        "the copy of this snapshot at target `Share`"
    );
    assert!(first.copies[0].target.is_some());
    let run = app.vault_mend_from_target(Some("share")).await.unwrap();
    let mended = ended(app, &run.id).await;
    assert_eq!(mended.summary.status, RunStatus::Done, "{mended:#?}");
    let verified = app.snapshot_verify_now(&snapshot).await.unwrap();
    assert!(verified.passed, "{:?}", verified.problems);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_manifest_costs_nothing_but_itself() {
    let (bench, sandbox, snapshot) = backed_up().await;
    let app = &bench.app;
    let vault = vault_of(&bench);
    let restored = bench.folder.path().join("restored");
    app.snapshot_extract_now(&snapshot, &restored)
        .await
        .unwrap();
    let password = app.vault_password_show().await.unwrap();
    let key = Vault::open(&vault, &password).unwrap().export_key();
    let fresh = || Vault::open_with_key(&vault, &key).unwrap();
    let aside = bench.folder.path().join("aside");
    let lost = packs(&vault).into_iter().find(|pack| {
        fs::rename(pack, &aside).unwrap();
        let vault = fresh();
        let hit = vault.files(&snapshot).is_ok() && vault.read(&snapshot, "manifest.json").is_err();
        if !hit {
            fs::rename(&aside, pack).unwrap();
        }
        hit
    });
    assert!(lost.is_some(), "no pack holds the manifest alone");
    let found = app.vault_check_part_now(1, 1).await.unwrap();
    let hit: Vec<_> = found.damages.iter().flat_map(|one| &one.hits).collect();
    assert!(hit.iter().any(|one| one.path == "manifest.json"), "{hit:?}");
    for one in &hit {
        let is_own = one.path == "manifest.json" || one.path == "catalogue.json";
        assert_eq!(one.artifact.is_none(), is_own, "{one:?}");
    }
    let folder = bench.folder.path().join("hurt");
    let report = extract(&fresh(), &snapshot, &folder, &Silent, &|| false).unwrap();
    assert!(
        report.problems[0].starts_with("manifest.json"),
        "{report:?}"
    );
    for (path, bytes) in files_below(&restored) {
        let is_hit = hit.iter().any(|one| one.path == path);
        let there = fs::read(folder.join(&path)).ok();
        assert_eq!(there, (!is_hit).then_some(bytes), "{path}");
    }
    let run = app.vault_mend(&restored, None).await.unwrap();
    let mended = ended(app, &run.id).await;
    assert_eq!(mended.summary.status, RunStatus::Done, "{mended:#?}");
    assert!(app.snapshot_verify_now(&snapshot).await.unwrap().passed);
    sandbox.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_proved_in_a_folder_and_in_a_practice_instance() {
    let bench = bench();
    let app = &bench.app;
    let nothing = app.practice_start().await.unwrap();
    assert_eq!(nothing.len(), 3);
    let run = app
        .backup_start("Practice DEV", SelectionView::Everything, None)
        .await
        .unwrap();
    let backup = ended(app, &run.id).await.summary;
    let snapshot = backup.snapshot.clone().unwrap();
    assert_eq!(backup.status, RunStatus::Done, "{backup:?}");
    app.settled().await;

    let run = app.proof_restore(None, Some(7), None).await.unwrap();
    let proved = ended(app, &run.id).await;
    assert_eq!(proved.summary.status, RunStatus::Done, "{proved:#?}");
    let proof = app.proofs().unwrap().remove(0);
    assert_eq!(
        (proof.way, proof.passed, proof.artifacts),
        (ProofWay::Folder, true, 7)
    );
    assert_eq!(proof.snapshot.as_deref(), Some(snapshot.as_str()));
    assert!(proof.files >= 7 && proof.bytes > 0);
    let left = fs::read_dir(bench.folder.path().join("home")).unwrap();
    let scratch = |item: &fs::DirEntry| item.file_name().to_string_lossy().starts_with("proof-");
    assert_eq!(left.flatten().filter(scratch).count(), 0);

    let refused = app
        .proof_restore(None, None, Some("Practice PROD"))
        .await
        .unwrap_err();
    assert_eq!(refused.context["field"], "into");
    let run = app
        .proof_restore(Some(&snapshot), Some(6), Some("Practice TEST"))
        .await
        .unwrap();
    let proved = ended(app, &run.id).await;
    assert_eq!(
        proved.summary.status,
        RunStatus::Done,
        "{:#?}",
        proved.summary
    );
    let proof = app.proofs().unwrap().remove(0);
    assert_eq!(
        (proof.way, proof.passed),
        (ProofWay::Instance, true),
        "{proof:?}"
    );
    assert!(proof.artifacts > 0 && proof.into.as_deref() == Some("Practice TEST"));
    assert!(
        app.moves().await.unwrap().is_empty(),
        "its waybill was put away"
    );

    let set = app
        .proof_set(&ProofForm {
            restore: true,
            every: ProofEvery::Week,
            into: Some("Practice TEST".into()),
            ..ProofForm::default()
        })
        .unwrap();
    assert!(
        set.form.check && set.form.restore && !set.checks,
        "no schedule is on"
    );
    assert!(
        set.places
            .iter()
            .all(|one| one.environment != Environment::Production)
    );
    assert_eq!(set.places.len(), 2);
    app.practice_stop().await.unwrap();
}
