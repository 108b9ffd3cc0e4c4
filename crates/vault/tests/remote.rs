//! A vault at a remote place: the same work, the same guards, and restic reads it there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fixture::*;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use waybill_vault::{RemoteFile, RemoteFiles, Silent, Vault, VaultError};

/// A folder that stands for a server, and goes away after so many writes where that is wanted.
struct Server {
    root: PathBuf,
    writes_left: AtomicI64,
    then: io::ErrorKind,
}

impl Server {
    fn at(root: &Path) -> Arc<Self> {
        Arc::new(Self {
            root: root.to_path_buf(),
            writes_left: AtomicI64::new(i64::MAX),
            then: io::ErrorKind::ConnectionReset,
        })
    }

    fn failing(root: &Path, writes: i64, then: io::ErrorKind) -> Arc<Self> {
        Arc::new(Self {
            root: root.to_path_buf(),
            writes_left: AtomicI64::new(writes),
            then,
        })
    }

    fn answer(&self, path: &str) -> io::Result<()> {
        if path.starts_with("locks") || self.writes_left.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Ok(());
        }
        Err(self.then.into())
    }
}

impl RemoteFiles for Server {
    fn location(&self) -> String {
        "sftp://backup.example/vault".to_owned()
    }

    fn list(&self, folder: &str) -> io::Result<Vec<RemoteFile>> {
        let start = self.root.join(folder);
        if !start.is_dir() {
            return Ok(Vec::new());
        }
        files_below(&start)
            .into_iter()
            .map(|file| {
                let path = file.strip_prefix(&self.root).unwrap();
                let path = path.to_str().unwrap().replace('\\', "/");
                let facts = file.metadata()?;
                Ok(RemoteFile {
                    path,
                    size: facts.len(),
                    modified: Timestamp::try_from(facts.modified()?).ok(),
                })
            })
            .collect()
    }

    fn get(&self, path: &str) -> io::Result<Vec<u8>> {
        std::fs::read(self.root.join(path))
    }

    fn get_part(&self, path: &str, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let from = usize::try_from(offset).unwrap();
        let whole = std::fs::read(self.root.join(path))?;
        let part = whole.get(from..from + length);
        part.map(<[u8]>::to_vec)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn put(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.answer(path)?;
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, content)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.answer(path)?;
        match std::fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn files() -> Vec<(String, Vec<u8>)> {
    (0..20)
        .map(|n| (format!("integrations/I{n}.iar"), noise(n, 60_000)))
        .collect()
}

fn fill(vault: &Vault) -> String {
    let files = files();
    let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
    write(vault, &borrowed).unwrap().id
}

fn reads(vault: &Vault, id: &str) {
    for (path, content) in files() {
        assert_eq!(vault.read(id, &path).unwrap(), content, "{path}");
    }
}

#[test]
fn all_that_a_vault_does_works_at_a_remote_place_and_restic_reads_it_there() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("there");
    let server = Server::at(&root);
    assert!(!Vault::exists_remote(&*server).unwrap());
    assert!(matches!(
        Vault::open_remote(server.clone(), &password()),
        Err(VaultError::NotAVault { .. })
    ));
    let vault = Vault::create_remote(server.clone(), &password()).unwrap();
    assert!(vault.is_remote() && Vault::exists_remote(&*server).unwrap());
    assert!(matches!(
        Vault::create_remote(server.clone(), &password()),
        Err(VaultError::NotEmpty { .. })
    ));
    assert!(matches!(
        Vault::open_remote(server.clone(), &SecretString::from("another")),
        Err(VaultError::WrongPassword { .. })
    ));
    let first = fill(&vault);
    let second = write(&vault, &[("a", b"1")]).unwrap();
    let key = vault.export_key();
    let vault = Vault::open_remote_with_key(server.clone(), &key).unwrap();
    reads(&vault, &first);
    let first = vault.retag(&first, &["status:complete".into()]).unwrap();
    assert!(
        vault
            .check_part(1, 1, &Silent, &|| false)
            .unwrap()
            .is_whole()
    );
    assert!(vault.check(true, &Silent, &|| false).unwrap().is_whole());
    vault.forget_many(&[second.id]).unwrap();
    for _ in 0..2 {
        vault
            .prune(SignedDuration::ZERO, &Silent, &|| false)
            .unwrap();
    }
    reads(&vault, &first);
    assert!(vault.size().unwrap().bytes > 1_000_000);
    assert!(vault.staging("run-1").is_err() && vault.stagings().unwrap().is_empty());
    assert!(server.list("locks").unwrap().is_empty());
    if restic_is_here("all_that_a_vault_does_works_at_a_remote_place") {
        restic_ok(&root, &["check", "--read-data"]);
        let out = folder.path().join("out");
        restic_ok(
            &root,
            &["restore", "latest", "--target", out.to_str().unwrap()],
        );
        for (path, content) in files() {
            assert_eq!(std::fs::read(out.join(path)).unwrap(), content);
        }
    }
}

#[test]
fn two_writers_at_a_remote_place_do_not_work_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::at(&folder.path().join("there"));
    let vault = Vault::create_remote(server.clone(), &password()).unwrap();
    let second = Vault::open_remote_with_key(server.clone(), &vault.export_key()).unwrap();
    let refused = std::cell::RefCell::new(None);
    let told = |_: waybill_vault::Progress| {
        refused
            .borrow_mut()
            .get_or_insert_with(|| write(&second, &[("b", b"2")]).unwrap_err());
    };
    vault
        .write(&head(), entries(&[("a", b"1")]), &told, &|| false)
        .unwrap();
    let refused = refused.take().unwrap();
    assert!(matches!(&refused, VaultError::Locked { by } if by.starts_with("Waybill")));
    write(&second, &[("b", b"2")]).unwrap();
    assert!(server.list("locks").unwrap().is_empty());
}

#[test]
fn a_place_that_fails_at_any_write_costs_the_copy_and_nothing_else() {
    let ground = Ground::new();
    let id = fill(&ground.vault);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("there");
    let vault = Vault::create_remote(Server::at(&root), &password()).unwrap();
    let key = vault.export_key();
    let mut failed = 0;
    let ids = [id.clone()];
    for writes in 0..12 {
        let then = if writes % 2 == 0 {
            io::ErrorKind::ConnectionReset
        } else {
            io::ErrorKind::StorageFull
        };
        let server = Server::failing(&root, writes, then);
        let there = Vault::open_remote_with_key(server, &key).unwrap();
        let copied = Vault::copy_snapshots(&ground.vault, &there, &ids, &Silent, &|| false);
        let Err(error) = copied else { break };
        failed += 1;
        if writes % 2 == 0 {
            assert!(matches!(error, VaultError::Io { .. }), "{error}");
        } else {
            assert!(matches!(error, VaultError::DiskFull { .. }), "{error}");
        }
        let vault = Vault::open_remote_with_key(Server::at(&root), &key).unwrap();
        assert!(vault.snapshots().unwrap().is_empty());
        assert!(vault.check(true, &Silent, &|| false).unwrap().is_whole());
    }
    assert!(failed >= 2, "only {failed} copies failed");
    let vault = Vault::open_remote_with_key(Server::at(&root), &key).unwrap();
    let copied = Vault::copy_snapshots(&ground.vault, &vault, &ids, &Silent, &|| false).unwrap();
    reads(&vault, &copied[0].to);
}

#[test]
fn a_copy_keeps_what_the_snapshot_says_and_is_made_once() {
    let ground = Ground::new();
    let id = fill(&ground.vault);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("there");
    let there = Vault::create_remote(Server::at(&root), &SecretString::from("other")).unwrap();
    let copy = |ids: &[String]| {
        Vault::copy_snapshots(&ground.vault, &there, ids, &Silent, &|| false).unwrap()
    };
    let both = copy(&[id.clone(), id.clone()]);
    let (first, twice) = (&both[0], &both[1]);
    assert!(twice.was_there && twice.to == first.to);
    assert!(!first.was_there && first.from == id && first.to != id);
    let (ours, theirs) = (
        ground.vault.snapshot(&id).unwrap(),
        there.snapshot(&first.to).unwrap(),
    );
    assert_eq!(
        (
            ours.time,
            &ours.label,
            &ours.tags,
            &ours.description,
            ours.files
        ),
        (
            theirs.time,
            &theirs.label,
            &theirs.tags,
            &theirs.description,
            theirs.files
        )
    );
    reads(&there, &first.to);
    let bytes = there.size().unwrap().bytes;
    let again = copy(std::slice::from_ref(&id)).remove(0);
    assert!(again.was_there && again.to == first.to);
    assert_eq!(there.size().unwrap().bytes, bytes);

    let list = std::fs::read(root.join("snapshots").join(&first.to)).unwrap();
    // Other tags follow, and a snapshot of the same content brings almost nothing.
    let tagged = ground
        .vault
        .retag(&id, &["status:complete".into()])
        .unwrap();
    let second = fill(&ground.vault);
    let both = copy(&[tagged.clone(), second]);
    assert!(both[0].was_there && !both[1].was_there);
    let tags = there.snapshot(&both[0].to).unwrap().tags;
    assert_eq!(tags, ["status:complete", "waybill"]);
    assert_eq!(there.snapshots().unwrap().len(), 2);
    assert!(there.size().unwrap().bytes < bytes + 20_000);
    // A change of tags there that was cut short left the old list beside the new one.
    let older = root.join("snapshots").join(&first.to);
    std::fs::write(older, &list).unwrap();
    assert_eq!(there.snapshots().unwrap().len(), 3);
    assert_eq!(copy(std::slice::from_ref(&tagged))[0].to, both[0].to);
    assert_eq!(there.snapshots().unwrap().len(), 2);
    // Nothing goes there twice on the way back either.
    let back = Vault::copy_snapshots(
        &there,
        &ground.vault,
        &[both[0].to.clone()],
        &Silent,
        &|| false,
    );
    assert_eq!(back.unwrap()[0].to, tagged);
}

#[test]
fn a_snapshot_that_cannot_be_read_whole_is_not_copied() {
    let ground = Ground::new();
    let id = fill(&ground.vault);
    let good = write(&ground.vault, &[("a", b"1")]).unwrap();
    let pack = files_below(&ground.path().join("data"))
        .into_iter()
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap();
    let mut bytes = std::fs::read(&pack).unwrap();
    bytes[5_000] ^= 1;
    std::fs::write(&pack, bytes).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let there =
        Vault::create_remote(Server::at(&folder.path().join("there")), &password()).unwrap();
    let both = [good.id.clone(), id];
    let refused = Vault::copy_snapshots(&ground.vault, &there, &both, &Silent, &|| false);
    assert!(
        matches!(refused, Err(VaultError::Damaged { .. })),
        "{refused:?}"
    );
    // The one that is whole came before it.
    assert_eq!(there.snapshots().unwrap().len(), 1);
    let again = Vault::copy_snapshots(&ground.vault, &there, &[good.id], &Silent, &|| false);
    assert!(again.unwrap()[0].was_there);
    assert!(there.check(true, &Silent, &|| false).unwrap().is_whole());
}
