//! Copies that go well: carried, committed, tagged, listed, read back.

use std::sync::Mutex;

use waybill_targets::{
    GitSignIn, GitTags, GitTarget, SshSignIn, StageState, Target, TargetError, derived_file,
};

use super::Load;
use super::places::{Place, WAYS, Way};
use crate::suite::noise;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_committed_and_read_back_on_every_way() {
    for way in WAYS {
        let place = Place::new(way).await;
        let mut settings = place.settings("cache");
        settings.folder = "oic/<instance>".to_owned();
        settings.tags = Some(GitTags::default());
        let target = GitTarget::new(settings.clone()).unwrap();
        assert!(target.copies().await.unwrap().is_empty());

        let long = format!("Lookups/{}ß.csv", "x".repeat(180));
        let first = Load::new(
            "ERP Köln",
            1,
            &[
                ("Integrations/HELLO_01.00.0000.iar", &noise(1, 70_000)),
                (
                    "Integrations/HELLO_01.00.0000/icspackage/project.xml",
                    b"<a>\n</a>\n",
                ),
                ("Lookups/Länder und Währungen.csv", b"DE,EUR\r\n"),
                (&long, b"a\n"),
                ("Lookups/empty.csv", b""),
            ],
        );
        let finished = first.carry(&target).await.unwrap();
        assert!(
            finished
                .reference
                .ends_with("on main, tag waybill/ERP-Köln/1"),
            "{finished:?}"
        );
        assert_eq!(finished.kept, 0);
        assert!(finished.carried > 70_000);

        // What the real Git sees.
        place.git(&["fsck", "--strict", "--full"]);
        assert_eq!(
            place
                .git(&["log", "--format=%an|%ae|%at|%B", "main"])
                .trim(),
            "Waybill|waybill@localhost|1793563200|ERP Köln: copy 1\n\n\
             changed HELLO 01.00.0000, by anna\n\nWaybill-Instance: ERP Köln\nWaybill-Build: 1\n\
             Waybill-Snapshot: ERP Köln-1\nWaybill-Taken: 2026-11-01T20:00:00Z"
        );
        assert_eq!(
            place.git(&[
                "cat-file",
                "-p",
                "main:oic/ERP Köln/Lookups/Länder und Währungen.csv"
            ]),
            "DE,EUR\r\n"
        );
        assert_eq!(
            place
                .git(&["cat-file", "-t", "refs/tags/waybill/ERP-Köln/1"])
                .trim(),
            "tag"
        );

        // The next one: a file changed, one gone, one new. Only that is carried.
        let second = Load::new(
            "ERP Köln",
            2,
            &[
                ("Integrations/HELLO_01.00.0000.iar", &noise(1, 70_000)),
                (
                    "Integrations/HELLO_01.00.0000/icspackage/project.xml",
                    b"<a>\n<b/>\n</a>\n",
                ),
                ("Lookups/Länder und Währungen.csv", b"DE,EUR\r\n"),
                (&long, b"a\n"),
                ("Lookups/new.csv", b"new"),
            ],
        );
        let finished = second.carry(&target).await.unwrap();
        assert_eq!(finished.kept, 3);
        assert!(finished.carried < 5_000, "{finished:?}");
        assert_eq!(
            place.git(&["show", "--format=", "--name-status", "--no-renames", "main"]),
            "M\toic/ERP Köln/Integrations/HELLO_01.00.0000/icspackage/project.xml\n\
             D\toic/ERP Köln/Lookups/empty.csv\nA\toic/ERP Köln/Lookups/new.csv\n\
             M\toic/ERP Köln/waybill-copy.json\n"
        );

        // Another computer, that has nothing yet, finds and reads both: by folder, tag and commit.
        settings.cache = place.folder.path().join("elsewhere");
        let elsewhere = GitTarget::new(settings).unwrap();
        assert_eq!(
            elsewhere.copies().await.unwrap(),
            [second.head.clone(), first.head.clone()]
        );
        first.compare(&elsewhere, &first.head.folder).await;
        first.compare(&elsewhere, "waybill/ERP-Köln/1").await;
        second
            .compare(&elsewhere, place.git(&["rev-parse", "main"]).trim())
            .await;
        first
            .compare(&elsewhere, &place.git(&["rev-parse", "main~1"])[..10])
            .await;
        let missing = elsewhere.open("2025/01/01/ERP").await.err().unwrap();
        assert!(matches!(missing, TargetError::Missing { .. }), "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_changed_there_is_no_commit() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    let first = Load::new("ERP", 1, &[("a.iar", b"one")]);
    let copied = first.carry(&target).await.unwrap();
    let again = first.carry(&target).await.unwrap();
    let later = Load::new("ERP", 2, &[("a.iar", b"one")])
        .carry(&place.target("other"))
        .await
        .unwrap();
    let commit = copied.reference.split(' ').nth(1).unwrap();
    for finished in [again, later] {
        assert_eq!(
            finished.reference,
            format!("nothing changed since commit {commit} on main")
        );
        assert_eq!((finished.carried, finished.kept), (0, 1));
    }
    assert_eq!(place.git(&["rev-list", "--count", "main"]).trim(), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_lie_beside_each_other_and_a_folder_used_twice_keeps_both_copies() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    let erp = Load::new("ERP", 1, &[("a.iar", b"one")]);
    let hcm = Load::new("HCM", 1, &[("a.iar", b"two")]);
    let mut erp_again = Load::new("ERP", 2, &[("a.iar", b"three")]);
    erp_again.head.folder.clone_from(&erp.head.folder);
    for load in [&erp, &hcm, &erp_again] {
        load.carry(&target).await.unwrap();
    }
    let copies = target.copies().await.unwrap();
    assert_eq!(copies.len(), 3);
    assert_eq!(copies[0], erp_again.head);
    assert_eq!(copies[1], hcm.head);
    erp_again.compare(&target, &copies[0].folder).await;
    hcm.compare(&target, &copies[1].folder).await;
    erp.compare(&target, &copies[2].folder).await;
    assert!(copies[2].folder.ends_with(":ERP"), "{}", copies[2].folder);

    let kept = target.remove(&erp.head.folder).await.unwrap_err();
    assert!(kept.to_string().contains("Git keeps its history"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_really_writes_lists_reads_and_removes() {
    for way in WAYS {
        let place = Place::new(way).await;
        let target = place.target("cache");
        let stages = Mutex::new(Vec::new());
        let told = |stage: waybill_targets::Stage| stages.lock().unwrap().push(stage);
        let checked = target.check(&told).await.unwrap();
        let passed: Vec<_> = stages
            .lock()
            .unwrap()
            .iter()
            .filter(|stage| stage.state == StageState::Passed)
            .map(|stage| stage.name)
            .collect();
        let expected: &[&str] = if way == Way::Path {
            &["Connect", "Write", "List", "Read", "Remove"]
        } else {
            &["Connect", "Sign in", "Write", "List", "Read", "Remove"]
        };
        assert_eq!(passed, expected, "{way:?}");
        assert!(
            checked.notes[0].contains("main is not there yet"),
            "{checked:?}"
        );
        assert_eq!(place.git(&["for-each-ref"]), "", "a branch was left");

        #[cfg(unix)]
        if way != Way::Path {
            place.refuse("GL-HOOK-ERR: you are not allowed to push");
            stages.lock().unwrap().clear();
            let refused = target.check(&told).await.unwrap_err();
            assert!(matches!(refused, TargetError::ReadOnly { .. }), "{refused}");
            let last = stages.lock().unwrap().pop().unwrap();
            assert_eq!((last.name, last.state), ("Write", StageState::Failed));
            assert!(
                last.words.contains("you are not allowed to push"),
                "{last:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_an_agent_and_keys_without_a_passphrase_are_taken() {
    let place = Place::new(Way::Ssh).await;
    let load = Load::new("ERP", 1, &[("a.iar", b"one")]);
    let mut settings = place.settings("plain");
    settings.sign_in = GitSignIn::Ssh(SshSignIn::Key {
        file: place.ssh_key("plain"),
        passphrase: None,
    });
    load.carry(&GitTarget::new(settings.clone()).unwrap())
        .await
        .unwrap();

    let socket = place.folder.path().join("agent");
    let mut agent = std::process::Command::new("ssh-agent")
        .args(["-D", "-a"])
        .arg(&socket)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !socket.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    settings.sign_in = GitSignIn::Ssh(SshSignIn::Agent {
        socket: Some(socket.clone()),
    });
    let target = GitTarget::new(settings).unwrap();
    let empty = target.copies().await.unwrap_err();
    assert!(empty.to_string().contains("none of the 0 keys"), "{empty}");
    let added = std::process::Command::new("ssh-add")
        .args(["-q"])
        .arg(place.ssh_key("plain"))
        .env("SSH_AUTH_SOCK", &socket)
        .status()
        .unwrap();
    assert!(added.success());
    let copies = target.copies().await;
    agent.kill().unwrap();
    agent.wait().unwrap();
    assert_eq!(copies.unwrap(), [load.head]);
}

#[test]
fn a_derived_file_has_no_origin() {
    let derived = derived_file("HELLO/project.xml", b"<a/>");
    assert_eq!((derived.origin.as_str(), derived.size), ("", 4));
    assert_eq!(derived.sha256.len(), 64);
}
