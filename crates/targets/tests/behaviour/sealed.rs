//! Encrypted copies, in a folder.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use waybill_targets::{Encryption, Target, TargetError};

use crate::{
    folder::{Folder, open},
    suite::{self, Bench, Cargo},
};

fn passphrase(words: &str) -> Encryption {
    Encryption::Passphrase(SecretString::from(words.to_owned()))
}

fn bench() -> Folder {
    Folder::new(Some(passphrase("seven slow trains")))
}

#[tokio::test]
async fn a_sealed_folder_is_checked() {
    suite::is_checked(&bench()).await;
}

#[tokio::test]
async fn a_sealed_folder_is_written_and_read_back() {
    let bench = bench();
    suite::written_and_read_back(&bench).await;
    let folder = bench.path().join("2026/11/21/Test");
    assert!(folder.join("waybill-copy.json.age").is_file());
    let sealed = std::fs::read(folder.join("Lookups/COUNTRIES.csv.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1"));
    assert!(!sealed.windows(4).any(|part| part == b"code"));
    let note = bench
        .target()
        .open("2026/11/21/Test")
        .await
        .unwrap()
        .note()
        .clone();
    assert!(
        note.files
            .iter()
            .all(|file| file.sha256 != suite::sha256(&sealed)),
        "hashes are those of the plain files"
    );
    let identity = std::fs::read(bench.path().join("waybill-identity.age")).unwrap();
    assert!(identity.starts_with(b"age-encryption.org/v1\n-> scrypt "));
}

#[tokio::test]
async fn a_sealed_folder_takes_a_copy_once() {
    suite::carried_once(&bench()).await;
}

#[tokio::test]
async fn a_sealed_folder_takes_a_copy_up_again() {
    suite::taken_up_again(&bench()).await;
}

#[tokio::test]
async fn a_flipped_byte_in_a_sealed_folder_is_found() {
    suite::flipped_byte(&bench()).await;
}

#[tokio::test]
async fn a_copy_in_a_sealed_folder_is_removed() {
    suite::removed(&bench()).await;
}

#[tokio::test]
async fn another_passphrase_opens_nothing() {
    let bench = bench();
    let cargo = Cargo::small("2026/11/21/Test");
    cargo.carry(&*bench.target()).await.unwrap();
    let other = open(bench.path(), true).encrypted(passphrase("another one"));
    let refused = other.open(&cargo.head.folder).await.map(drop).unwrap_err();
    assert!(matches!(refused, TargetError::Unusable { .. }), "{refused}");
    assert!(!refused.to_string().contains("another one"));
    Cargo::small("2026/11/22/Test")
        .carry(&other)
        .await
        .unwrap_err();
}

fn pair() -> (String, SecretString) {
    let identity = age::x25519::Identity::generate();
    (identity.to_public().to_string(), identity.to_string())
}

fn to(recipients: &[&str], identity: Option<&SecretString>) -> Encryption {
    Encryption::Recipients {
        recipients: recipients.iter().map(|&text| text.to_owned()).collect(),
        identity: identity.cloned(),
    }
}

#[tokio::test]
async fn without_a_secret_key_copies_are_written_and_not_read() {
    let bench = Folder::new(None);
    let root: &Path = bench.path();
    let ((one, secret), (two, other)) = (pair(), pair());
    let blind = || open(root, false).encrypted(to(&[&one, &two], None));
    let checked = blind().check(&|_| {}).await.unwrap();
    assert_eq!(checked.notes.len(), 1);

    // A try that was cut begins anew: what it left cannot be compared.
    let cargo = Cargo::small("2026/11/21/Test");
    let target = blind();
    let mut writer = target.begin(&cargo.head, &cargo.files).await.unwrap();
    let file = &cargo.files[0];
    writer
        .put(file, cargo.contents[&file.path].clone())
        .await
        .unwrap();
    drop(writer);
    let finished = cargo.carry(&blind()).await.unwrap();
    assert_eq!(finished.kept, 0);
    blind()
        .open(&cargo.head.folder)
        .await
        .map(drop)
        .unwrap_err();
    cargo.carry(&blind()).await.unwrap_err();

    for secret in [secret, other] {
        let seeing = open(root, true).encrypted(to(&[&one, &two], Some(&secret)));
        cargo.compare(&seeing).await;
    }
    assert!(format!("{:?}", to(&[&one], Some(&pair().1))).contains(&one));
    assert!(!format!("{:?}", to(&[&one], Some(&pair().1))).contains("AGE-SECRET"));
    assert!(pair().1.expose_secret().starts_with("AGE-SECRET-KEY-1"));
}
