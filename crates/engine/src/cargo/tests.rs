use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use waybill_vault::Vault;

use super::Hold;
use crate::digest::sha256;
use crate::error::EngineError;

const CANARY: &[u8] = b"canary-9c41 in an archive";

struct Stage {
    home: tempfile::TempDir,
    vault: Vault,
}

impl Stage {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let password = SecretString::from("a long enough password");
        let vault = Vault::create(&home.path().join("vault"), &password).unwrap();
        Self { home, vault }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("cargo")
    }

    fn hold(&self) -> Hold {
        Hold::open(&self.folder(), &self.vault).unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let items = fs::read_dir(folder).unwrap();
    items.map(|item| item.unwrap().path()).collect()
}

#[test]
fn bytes_come_back_and_nothing_of_them_or_their_name_is_readable_on_the_disk() {
    let stage = Stage::new();
    let name = sha256(CANARY);
    stage.hold().put(&name, CANARY).unwrap();
    stage.hold().put(&name, CANARY).unwrap();
    let hold = stage.hold();
    assert!(hold.has(&name));
    assert_eq!(hold.get(&name).unwrap().unwrap(), CANARY);
    assert_eq!(hold.get(&sha256(b"other")).unwrap(), None);
    for path in files(&stage.folder()) {
        let lying = fs::read(&path).unwrap();
        for word in [b"canary-9c41".as_slice(), name.as_bytes()] {
            assert!(!lying.windows(word.len()).any(|window| window == word));
        }
        assert!(!path.display().to_string().contains(&name));
    }
    assert!(!format!("{hold:?}").contains("canary"));
}

#[test]
fn what_is_not_what_its_name_says_is_not_taken() {
    let stage = Stage::new();
    let name = sha256(b"other");
    let refused = stage.hold().put(&name, CANARY).unwrap_err();
    assert!(refused.to_string().contains(&name), "{refused}");
    assert!(!stage.hold().has(&name));
}

#[test]
fn what_was_damaged_is_named_and_can_be_put_again() {
    let stage = Stage::new();
    let name = sha256(CANARY);
    stage.hold().put(&name, CANARY).unwrap();
    let blob = |path: &PathBuf| path.extension().is_some_and(|own| own == "blob");
    let path = files(&stage.folder()).into_iter().find(blob).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let told = stage.hold().get(&name).unwrap_err();
    assert!(
        matches!(&told, EngineError::CargoDamaged { sha256, .. } if *sha256 == name),
        "{told}"
    );
    stage.hold().put(&name, CANARY).unwrap();
    assert_eq!(stage.hold().get(&name).unwrap().unwrap(), CANARY);
}

#[test]
fn another_vault_opens_none_of_it() {
    let (stage, other) = (Stage::new(), Stage::new());
    let name = sha256(CANARY);
    stage.hold().put(&name, CANARY).unwrap();
    let stranger = Hold::open(&stage.folder(), &other.vault).unwrap();
    assert_eq!(stranger.get(&name).unwrap(), None);
}

#[test]
fn what_no_waybill_needs_is_forgotten() {
    let stage = Stage::new();
    let names: Vec<String> = [b"a", b"b", b"c"].map(|own| sha256(own)).into();
    for (name, own) in names.iter().zip([b"a", b"b", b"c"]) {
        stage.hold().put(name, own).unwrap();
    }
    let keep = BTreeSet::from([names[1].clone()]);
    stage.hold().prune(&keep).unwrap();
    let kept: Vec<bool> = names.iter().map(|name| stage.hold().has(name)).collect();
    assert_eq!(kept, [false, true, false]);
    assert_eq!(stage.hold().get(&names[1]).unwrap().unwrap(), &b"b"[..]);
}

#[test]
fn it_travels_to_another_computer_and_damage_on_the_way_is_named() {
    let (stage, other) = (Stage::new(), Stage::new());
    let name = sha256(CANARY);
    stage.hold().put(&name, CANARY).unwrap();
    let folder = stage.home.path().join("out");
    let all = BTreeSet::from([name.clone()]);
    stage.hold().write_out(&all, &folder).unwrap();
    assert_eq!(files(&folder), [folder.join(&name)]);
    #[cfg(unix)]
    for path in [folder.clone(), folder.join(&name)] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o077, 0);
    }
    fs::write(folder.join("READ_ME.txt"), b"not cargo").unwrap();
    assert_eq!(other.hold().take_in(&folder).unwrap(), 1);
    assert_eq!(other.hold().get(&name).unwrap().unwrap(), CANARY);
    fs::write(folder.join(&name), b"changed on the way").unwrap();
    let told = other.hold().take_in(&folder).unwrap_err();
    assert!(told.to_string().contains(&name), "{told}");
    let missing = BTreeSet::from([sha256(b"never kept")]);
    assert!(stage.hold().write_out(&missing, &folder).is_err());
    let outside = BTreeSet::from(["../outside".to_owned()]);
    assert!(stage.hold().write_out(&outside, &folder).is_err());
}
