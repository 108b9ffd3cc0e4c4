//! What goes wrong: cut lines, refusals, full disks, wrong secrets, changed keys, flipped bytes.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use waybill_targets::{GitSettings, GitSignIn, GitTarget, SshSignIn, Target, TargetError};

use super::Load;
use super::places::{Place, Way};
use crate::suite::noise;

async fn error_of(settings: GitSettings) -> TargetError {
    let target = match GitTarget::new(settings) {
        Ok(target) => target,
        Err(error) => return error,
    };
    target.copies().await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_leaves_nothing_and_the_next_try_ends_it() {
    for way in [Way::Ssh, Way::Https] {
        let place = Place::new(way).await;
        let target = place.target("cache");
        let content = noise(7, 3_000_000);
        let load = Load::new("ERP", 1, &[("big.car", &content), ("small.csv", b"a,b\n")]);
        let line = place.line.as_ref().unwrap();

        // In the middle of the push.
        let mut writer = target.begin(&load.head, &load.list()).await.unwrap();
        for (file, content) in &load.files {
            writer.put(file, content.clone()).await.unwrap();
        }
        line.cut_after(1_000_000);
        let cut = writer.finish().await.unwrap_err();
        assert!(line.was_cut());
        assert!(
            matches!(cut, TargetError::Unreachable { .. }),
            "{way:?}: {cut}"
        );
        assert!(cut.is_passing());
        assert_eq!(place.git(&["for-each-ref"]), "");

        // All files are here already, in a new process too.
        let target = place.target("cache");
        let writer = target.begin(&load.head, &load.list()).await.unwrap();
        assert!(load.files.iter().all(|(file, _)| writer.has(file)));
        let finished = writer.finish().await.unwrap();
        assert_eq!(finished.kept, 2);
        load.compare(&place.target("elsewhere"), &load.head.folder)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_in_the_middle_goes_on_with_what_is_left() {
    let place = Place::new(Way::Path).await;
    let load = Load::new(
        "ERP",
        1,
        &[("a.iar", b"one"), ("b.iar", b"two"), ("c.iar", b"three")],
    );
    let target = place.target("cache");
    let mut writer = target.begin(&load.head, &load.list()).await.unwrap();
    writer
        .put(&load.files[1].0, load.files[1].1.clone())
        .await
        .unwrap();
    let half = writer.finish().await.unwrap_err();
    assert!(
        half.to_string().contains("`a.iar` was not carried"),
        "{half}"
    );
    assert_eq!(place.git(&["for-each-ref"]), "");

    let writer = place
        .target("cache")
        .begin(&load.head, &load.list())
        .await
        .unwrap();
    let there: Vec<_> = load
        .files
        .iter()
        .map(|(file, _)| writer.has(file))
        .collect();
    assert_eq!(there, [false, true, false]);
    drop(writer);
    load.carry(&target).await.unwrap();
    load.compare(&target, &load.head.folder).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_the_server_are_told_in_its_words() {
    for way in [Way::Ssh, Way::Https] {
        let place = Place::new(way).await;
        let target = place.target("cache");
        let content = noise(3, 100_000);
        let load = Load::new("ERP", 1, &[("a.iar", &content)]);

        place.refuse("main is a protected branch");
        let refused = load.carry(&target).await.unwrap_err();
        assert!(
            matches!(refused, TargetError::ReadOnly { .. }),
            "{way:?}: {refused}"
        );
        assert!(
            refused.to_string().contains("main is a protected branch"),
            "{refused}"
        );

        place.refuse("fatal: write error: No space left on device");
        let full = load.carry(&target).await.unwrap_err();
        assert!(matches!(full, TargetError::Full { .. }), "{way:?}: {full}");

        fs::remove_file(place.repository().join("hooks/pre-receive")).unwrap();
        place.git(&["config", "receive.maxInputSize", "50000"]);
        let full = load.carry(&target).await.unwrap_err();
        assert!(matches!(full, TargetError::Full { .. }), "{way:?}: {full}");

        // With space again, what was carried stays carried.
        place.git(&["config", "--unset", "receive.maxInputSize"]);
        assert_eq!(load.carry(&target).await.unwrap().kept, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_only_read_reads_and_is_told_so_when_writing() {
    let place = Place::new(Way::Https).await;
    let load = Load::new("ERP", 1, &[("a.iar", b"one")]);
    load.carry(&place.target("cache")).await.unwrap();
    let mut settings = place.settings("reader");
    if let GitSignIn::Token { user, .. } = &mut settings.sign_in {
        "reader".clone_into(user);
    }
    let reader = GitTarget::new(settings).unwrap();
    load.compare(&reader, &load.head.folder).await;
    let refused = Load::new("ERP", 2, &[("a.iar", b"two")])
        .carry(&reader)
        .await
        .unwrap_err();
    assert!(matches!(refused, TargetError::ReadOnly { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_tokens_and_unknown_authorities_are_refused() {
    let place = Place::new(Way::Https).await;
    let mut settings = place.settings("cache");
    settings.sign_in = GitSignIn::Token {
        user: "anna".to_owned(),
        token: "not-the-token".into(),
    };
    let refused = error_of(settings).await;
    assert_eq!(
        refused.to_string(),
        format!(
            "https://127.0.0.1:{}/oic.git does not let anna in: it does not take the token.",
            place.line.as_ref().unwrap().port
        )
    );

    let mut settings = place.settings("cache");
    settings.sign_in = GitSignIn::None;
    assert!(matches!(
        error_of(settings).await,
        TargetError::SignIn { .. }
    ));

    let mut settings = place.settings("cache");
    settings.ca_files.clear();
    let refused = error_of(settings).await;
    assert!(matches!(refused, TargetError::Refused { .. }), "{refused}");
    assert!(refused.to_string().contains("certificate"), "{refused}");

    let mut settings = place.settings("cache");
    settings.address = settings.address.replace("oic.git", "nothing.git");
    let missing = error_of(settings).await;
    assert!(matches!(missing, TargetError::Missing { .. }), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_keys_and_other_host_keys_are_refused() {
    let place = Place::new(Way::Ssh).await;
    let with = |file: &str, passphrase: Option<&str>| {
        let mut settings = place.settings("cache");
        settings.sign_in = GitSignIn::Ssh(SshSignIn::Key {
            file: place.ssh_key(file),
            passphrase: passphrase.map(Into::into),
        });
        settings
    };
    let refused = error_of(with("stranger", None)).await;
    assert!(
        refused.to_string().contains("it does not take the key"),
        "{refused}"
    );
    let refused = error_of(with("sealed", Some("open barley"))).await;
    assert!(
        refused
            .to_string()
            .contains("the passphrase does not open the key file"),
        "{refused}"
    );
    assert!(!refused.to_string().contains("barley"));
    let refused = error_of(with("sealed", None)).await;
    assert!(
        refused.to_string().contains("its passphrase is not known"),
        "{refused}"
    );
    assert!(matches!(refused, TargetError::SignIn { .. }));
    let refused = error_of(with("sealed.pub", None)).await;
    assert!(matches!(refused, TargetError::Unusable { .. }), "{refused}");

    let known = place.settings("cache").host_key.unwrap();
    let mut settings = place.settings("cache");
    settings.host_key = None;
    match error_of(settings).await {
        TargetError::HostKeyUnknown { shown, .. } => assert_eq!(shown, known),
        other => panic!("{other}"),
    }
    let mut settings = place.settings("cache");
    settings.host_key = Some("SHA256:another".to_owned());
    match error_of(settings).await {
        TargetError::HostKeyChanged { shown, pinned, .. } => {
            assert_eq!(
                (shown.as_str(), pinned.as_str()),
                (known.as_str(), "SHA256:another")
            );
        }
        other => panic!("{other}"),
    }

    let mut settings = place.settings("cache");
    settings.address = settings.address.replace("oic.git", "nothing.git");
    let missing = error_of(settings).await;
    assert!(matches!(missing, TargetError::Missing { .. }), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_not_there_is_said_so() {
    let place = Place::new(Way::Path).await;
    let mut settings = place.settings("cache");
    settings.address.push_str("-unmounted");
    assert!(matches!(
        error_of(settings).await,
        TargetError::Unreachable { .. }
    ));
    let mut settings = place.settings("cache");
    settings.address = format!("file://{}", place.folder.path().to_str().unwrap());
    assert!(matches!(
        error_of(settings).await,
        TargetError::Missing { .. }
    ));

    for way in [Way::Ssh, Way::Https] {
        let place = Place::new(way).await;
        let mut settings = place.settings("cache");
        let port = place.line.as_ref().unwrap().port;
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let nobody = closed.local_addr().unwrap().port();
        drop(closed);
        settings.address = settings
            .address
            .replace(&port.to_string(), &nobody.to_string());
        let gone = error_of(settings).await;
        assert!(
            matches!(gone, TargetError::Unreachable { .. }),
            "{way:?}: {gone}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_is_found_when_finishing_and_when_reading() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    let content = noise(5, 50_000);
    let load = Load::new("ERP", 1, &[("a.iar", &content), ("b.iar", b"two")]);
    let mut writer = target.begin(&load.head, &load.list()).await.unwrap();
    for (file, content) in &load.files {
        writer.put(file, content.clone()).await.unwrap();
    }
    flip(&biggest(
        &place.folder.path().join("cache/objects.git/objects"),
    ));
    let found = writer.finish().await.unwrap_err();
    assert!(
        matches!(&found, TargetError::Damaged { what, .. } if what == "a.iar"),
        "{found}"
    );
    assert_eq!(place.git(&["for-each-ref"]), "");
    // The next try carries it again.
    load.carry(&target).await.unwrap();
    load.compare(&target, &load.head.folder).await;

    // What lies in the repository is damaged: seen by the next copy, and by who reads it anew.
    let pack = biggest(&place.repository().join("objects"));
    flip(&pack);
    let again = load.carry(&target).await.unwrap_err();
    assert!(matches!(again, TargetError::Damaged { .. }), "{again}");
    let anew = place
        .target("elsewhere")
        .open(&load.head.folder)
        .await
        .err()
        .unwrap();
    assert!(matches!(anew, TargetError::Damaged { .. }), "{anew}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_list_or_not_as_listed_is_not_taken() {
    let place = Place::new(Way::Path).await;
    let target = place.target("cache");
    let load = Load::new("ERP", 1, &[("a.iar", b"one")]);
    let other = Load::new("ERP", 1, &[("b.iar", b"two")]);
    let mut writer = target.begin(&load.head, &load.list()).await.unwrap();
    let (file, _) = &load.files[0];
    let wrong = writer
        .put(file, Bytes::from_static(b"two"))
        .await
        .unwrap_err();
    assert!(matches!(wrong, TargetError::Damaged { .. }), "{wrong}");
    let (file, content) = &other.files[0];
    let wrong = writer.put(file, content.clone()).await.unwrap_err();
    assert!(matches!(wrong, TargetError::Unusable { .. }), "{wrong}");

    for name in [
        "../up.iar",
        "a//b.iar",
        ".git/config",
        "waybill-copy.json",
        "a\\b.iar",
    ] {
        let load = Load::new("ERP", 1, &[(name, b"one")]);
        let refused = target.begin(&load.head, &load.list()).await.err().unwrap();
        assert!(matches!(refused, TargetError::Unusable { .. }), "{refused}");
    }
    let both = Load::new("ERP", 1, &[("a", b"one"), ("a/b", b"two")]);
    let refused = both.carry(&target).await.unwrap_err();
    assert!(matches!(refused, TargetError::Unusable { .. }), "{refused}");
}

/// The largest file below a folder.
fn biggest(folder: &Path) -> PathBuf {
    let mut found: Option<(u64, PathBuf)> = None;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            if about.is_dir() {
                open.push(entry.path());
            } else if found.as_ref().is_none_or(|(size, _)| about.len() > *size) {
                found = Some((about.len(), entry.path()));
            }
        }
    }
    found.unwrap().1
}

/// Flips a bit in the middle of a file, that may be read-only.
fn flip(file: &Path) {
    let mut content = fs::read(file).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 1;
    fs::remove_file(file).unwrap();
    fs::write(file, content).unwrap();
}
