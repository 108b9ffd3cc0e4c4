use std::fs;

use super::*;
use crate::remote::FolderFiles;
use rustic_core::repofile::MasterKey;

fn secret() -> Arc<MasterSecret> {
    Arc::new(MasterSecret::from_master_key(MasterKey::new()).expect("a new key is whole"))
}

fn lay(vault: &Path, secret: &MasterSecret, lock: &LockFile) -> PathBuf {
    let folder = vault.join("locks");
    fs::create_dir_all(&folder).expect("folder");
    let file = secret
        .encrypt(&serde_json::to_vec(lock).expect("json"))
        .expect("encrypts");
    let path = folder.join(hex::encode(Sha256::digest(&file)));
    fs::write(&path, file).expect("written");
    path
}

const HERE: Terms = Terms {
    exclusive: false,
    only_writer: true,
};

fn acquire(vault: &Path, secret: Arc<MasterSecret>) -> Result<RepositoryLock> {
    acquire_on(vault, secret, HERE)
}

fn acquire_on(vault: &Path, secret: Arc<MasterSecret>, terms: Terms) -> Result<RepositoryLock> {
    RepositoryLock::acquire(Arc::new(FolderFiles::new(vault)), secret, terms)
}

fn count(vault: &Path) -> usize {
    fs::read_dir(vault.join("locks")).expect("listed").count()
}

#[test]
fn an_exclusive_lock_of_a_living_process_is_respected_and_named() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let lock = LockFile {
        exclusive: true,
        waybill_writer: false,
        username: "ann".to_owned(),
        ..LockFile::ours(false)
    };
    let path = lay(dir.path(), &secret, &lock);
    let error = acquire(dir.path(), secret.clone()).err().expect("refused");
    assert!(error.to_string().contains("restic of ann on "), "{error}");
    assert!(path.exists());
    assert_eq!(count(dir.path()), 1);
}

#[test]
fn locks_left_behind_are_removed() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let base = LockFile {
        exclusive: true,
        waybill_writer: false,
        ..LockFile::ours(false)
    };
    lay(
        dir.path(),
        &secret,
        &LockFile {
            pid: 0x3fff_fff0,
            ..base.clone()
        },
    );
    lay(
        dir.path(),
        &secret,
        &LockFile {
            time: Timestamp::now() - SignedDuration::from_mins(31),
            hostname: "elsewhere".to_owned(),
            ..base.clone()
        },
    );
    lay(
        dir.path(),
        &secret,
        &LockFile {
            waybill_writer: true,
            ..base
        },
    );
    let lock = acquire(dir.path(), secret).expect("taken");
    assert_eq!(count(dir.path()), 1);
    drop(lock);
    assert_eq!(count(dir.path()), 0);
}

#[test]
fn a_lock_that_cannot_be_read_stands_until_it_is_old() {
    let dir = tempfile::tempdir().expect("folder");
    fs::create_dir(dir.path().join("locks")).expect("folder");
    let path = dir.path().join("locks").join("0".repeat(64));
    let file = fs::File::create(&path).expect("written");
    let secret = secret();
    assert!(acquire(dir.path(), secret.clone()).is_err());
    let old = std::time::SystemTime::now() - Duration::from_mins(31);
    file.set_modified(old).expect("dated");
    drop(acquire(dir.path(), secret).expect("taken"));
    assert_eq!(count(dir.path()), 0);
}

#[test]
fn a_lock_of_another_computer_stands_until_it_is_old() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let lock = LockFile {
        exclusive: true,
        hostname: "elsewhere".to_owned(),
        pid: 0x3fff_fff0,
        ..LockFile::ours(false)
    };
    lay(dir.path(), &secret, &lock);
    assert!(acquire(dir.path(), secret).is_err());
}

#[test]
fn a_held_lock_is_refreshed_under_a_new_name() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let lock = RepositoryLock::acquire_refreshed(
        Arc::new(FolderFiles::new(dir.path())),
        secret.clone(),
        HERE,
        Duration::from_millis(20),
    )
    .expect("taken");
    let name = || lock.held.file.lock().expect("not poisoned").clone();
    let first = name();
    let begun = std::time::Instant::now();
    while name() == first && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_ne!(name(), first);
    assert!(
        holder(&FolderFiles::new(dir.path()), &secret).is_some_and(|by| by.starts_with("Waybill"))
    );
    drop(lock);
    assert_eq!(count(dir.path()), 0);
}

#[test]
fn an_exclusive_lock_stands_alone() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let exclusive = Terms {
        exclusive: true,
        ..HERE
    };
    let theirs = LockFile {
        waybill_writer: false,
        ..LockFile::ours(false)
    };
    let shared = lay(dir.path(), &secret, &theirs);
    // A shared lock of restic beside ours is well as long as ours is shared too.
    drop(acquire(dir.path(), secret.clone()).expect("taken"));
    assert!(acquire_on(dir.path(), secret.clone(), exclusive).is_err());
    fs::remove_file(shared).expect("removed");
    drop(acquire_on(dir.path(), secret, exclusive).expect("taken"));
    assert_eq!(count(dir.path()), 0);
}

#[test]
fn without_the_operating_systems_lock_one_writer_of_waybill_keeps_the_other_away() {
    let dir = tempfile::tempdir().expect("folder");
    let secret = secret();
    let there = Terms {
        only_writer: false,
        ..HERE
    };
    let first = acquire_on(dir.path(), secret.clone(), there).expect("taken");
    let refused = acquire_on(dir.path(), secret.clone(), there)
        .err()
        .expect("refused");
    assert!(refused.to_string().contains("Waybill"), "{refused}");
    drop(first);
    drop(acquire_on(dir.path(), secret, there).expect("taken"));
}
