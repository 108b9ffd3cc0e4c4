//! Damage is found part by part, named by the files it hits, and mended from another copy.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::collections::BTreeSet;
use std::path::PathBuf;

use fixture::*;
use waybill_vault::{Damage, Damaged, HitFile, PartReport, Silent, Vault};

const FILES: u64 = 14;

fn name(n: u64) -> String {
    format!("integrations/I{n:02}.iar")
}

fn content(n: u64) -> Vec<u8> {
    noise(n, 900_000)
}

/// Two snapshots that share all but one file.
fn filled() -> (Ground, [String; 2]) {
    let ground = Ground::new();
    let ids = [1_000, 2_000].map(|own| {
        let mut files: Vec<_> = (0..FILES).map(|n| (name(n), content(n))).collect();
        files.push(("lookups/OWN.csv".to_owned(), noise(own, 400)));
        let borrowed: Vec<_> = files.iter().map(|(p, c)| (p.as_str(), &c[..])).collect();
        ground.write(&borrowed).id
    });
    (ground, ids)
}

fn whole_check(vault: &Vault) -> PartReport {
    vault.check_part(1, 1, &Silent, &|| false).unwrap()
}

fn packs(ground: &Ground) -> Vec<PathBuf> {
    let mut packs = files_below(&ground.path().join("data"));
    packs.sort_by_key(|path| std::cmp::Reverse(path.metadata().unwrap().len()));
    packs
}

fn id_of(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn flip(path: &std::path::Path, place: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[place] ^= 0x40;
    std::fs::write(path, bytes).unwrap();
}

fn pack_damage<'a>(report: &'a PartReport, pack: &str) -> &'a Damage {
    report
        .damages
        .iter()
        .find(|damage| damage.what == Damaged::Pack && damage.id == pack)
        .unwrap_or_else(|| panic!("{pack} is not named in {report:?}"))
}

/// What is hit cannot be read; everything else is byte for byte what it was.
fn only_these_are_hit(ground: &Ground, ids: &[String; 2], hit: &BTreeSet<HitFile>) {
    let vault = ground.reopened();
    for id in ids {
        for n in 0..FILES {
            let file = HitFile {
                snapshot: id.clone(),
                path: name(n),
            };
            match vault.read(id, &name(n)) {
                Ok(read) => {
                    assert_eq!(read, content(n));
                    assert!(!hit.contains(&file), "{file:?} reads and is called damaged");
                }
                Err(error) => assert!(hit.contains(&file), "{file:?}: {error}"),
            }
        }
    }
}

fn good_copy(file: &HitFile) -> Option<Vec<u8>> {
    (0..FILES).find(|n| name(*n) == file.path).map(content)
}

#[test]
fn each_kind_of_damage_to_a_pack_is_named_by_its_files_and_mended() {
    let (ground, ids) = filled();
    assert!(whole_check(&ground.vault).is_whole());
    for kind in ["flipped", "truncated", "missing"] {
        let pack = packs(&ground)[0].clone();
        let size = usize::try_from(pack.metadata().unwrap().len()).unwrap();
        match kind {
            "flipped" => flip(&pack, size / 3),
            "truncated" => {
                let bytes = std::fs::read(&pack).unwrap();
                std::fs::write(&pack, &bytes[..size / 2]).unwrap();
            }
            _ => std::fs::remove_file(&pack).unwrap(),
        }
        let report = whole_check(&ground.reopened());
        let damage = pack_damage(&report, &id_of(&pack)).clone();
        let hit: BTreeSet<HitFile> = damage.files.iter().cloned().collect();
        assert!(!hit.is_empty(), "{kind}: {report:?}");
        if kind == "flipped" {
            // One file, in both snapshots.
            assert_eq!(hit.len(), 2, "{hit:?}");
        }
        assert_eq!(hit.len() % 2, 0, "{kind}: {hit:?}");
        only_these_are_hit(&ground, &ids, &hit);

        let mended = ground
            .vault
            .mend(&report.damages, &[], &good_copy, &Silent, &|| false)
            .unwrap();
        assert!(mended.lost.is_empty(), "{kind}: {mended:?}");
        assert_eq!(mended.mended.iter().cloned().collect::<BTreeSet<_>>(), hit);
        only_these_are_hit(&ground, &ids, &BTreeSet::new());
        assert!(whole_check(&ground.reopened()).is_whole(), "{kind}");
        let again = ground
            .vault
            .mend(&report.damages, &[], &good_copy, &Silent, &|| false)
            .unwrap();
        assert!(again.mended.is_empty() && again.replaced == 0, "{again:?}");
    }
    let report = ground.vault.check(true, &Silent, &|| false).unwrap();
    assert!(report.is_whole(), "{report:?}");
    if restic_is_here("each_kind_of_damage_to_a_pack") {
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}

#[test]
fn what_nobody_has_stays_lost_and_costs_nothing_else() {
    let (ground, ids) = filled();
    let pack = packs(&ground)[0].clone();
    flip(&pack, 100_000);
    let report = whole_check(&ground.vault);
    let hit: BTreeSet<HitFile> = report
        .damages
        .iter()
        .flat_map(|d| d.files.clone())
        .collect();
    // A wrong content is no good copy.
    let wrong = |_: &HitFile| Some(vec![7; 900_000]);
    let mended = ground
        .vault
        .mend(&report.damages, &[], &wrong, &Silent, &|| false)
        .unwrap();
    assert_eq!(mended.lost.iter().cloned().collect::<BTreeSet<_>>(), hit);
    assert!(mended.mended.is_empty());
    only_these_are_hit(&ground, &ids, &hit);
    // The bad pack is kept aside, and what is lost is still named.
    let aside = ground.path().join("damaged").join(id_of(&pack));
    assert!(aside.is_file() && !pack.exists());
    let report = whole_check(&ground.reopened());
    assert_eq!(report.damages.len(), 1);
    assert_eq!(report.damages[0].what, Damaged::Content);
    // Later, a good copy turns up.
    let mended = ground
        .vault
        .mend(&report.damages, &[], &good_copy, &Silent, &|| false)
        .unwrap();
    assert!(mended.lost.is_empty(), "{mended:?}");
    only_these_are_hit(&ground, &ids, &BTreeSet::new());
    assert!(whole_check(&ground.reopened()).is_whole());
}

#[test]
fn a_backup_after_a_pack_was_cut_short_loses_no_more_than_the_cut_did() {
    let (ground, ids) = filled();
    let pack = packs(&ground)[0].clone();
    let bytes = std::fs::read(&pack).unwrap();
    std::fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    let hits = |report: &PartReport| -> BTreeSet<HitFile> {
        let files = report.damages.iter().flat_map(|d| d.files.clone());
        files.filter(|file| ids.contains(&file.snapshot)).collect()
    };
    let before = hits(&whole_check(&ground.vault));
    assert!(!before.is_empty());
    // It brings the index in line with the packs.
    ground.write(&[("lookups/NEW.csv", b"new")]);
    let report = whole_check(&ground.reopened());
    assert_eq!(hits(&report), before, "{report:?}");
    only_these_are_hit(&ground, &ids, &before);
    let mended = ground
        .vault
        .mend(&report.damages, &[], &good_copy, &Silent, &|| false)
        .unwrap();
    assert!(mended.lost.is_empty(), "{mended:?}");
    assert!(whole_check(&ground.reopened()).is_whole());
}

#[test]
fn lists_of_files_and_of_snapshots_come_back_from_another_vault() {
    let (ground, ids) = filled();
    let folder = tempfile::tempdir().unwrap();
    let other = Vault::create(&folder.path().join("other"), &password()).unwrap();
    Vault::copy_snapshots(&ground.vault, &other, &ids, &Silent, &|| false).unwrap();
    // The small packs hold lists of files: all of them go, and the list of a snapshot with them.
    for pack in packs(&ground) {
        if pack.metadata().unwrap().len() < 20_000 {
            std::fs::remove_file(pack).unwrap();
        }
    }
    let list = ground.path().join("snapshots").join(&ids[0]);
    flip(&list, 40);
    let report = whole_check(&ground.reopened());
    let whole_snapshot = HitFile {
        snapshot: ids[1].clone(),
        path: "/".to_owned(),
    };
    assert!(
        report
            .damages
            .iter()
            .any(|d| d.files.contains(&whole_snapshot)),
        "{report:?}"
    );
    assert!(
        report
            .damages
            .iter()
            .any(|d| d.what == Damaged::Snapshot && d.id == ids[0])
    );
    let alone = ground
        .vault
        .mend(&report.damages, &[], &good_copy, &Silent, &|| false)
        .unwrap();
    assert_eq!(alone.lost, std::slice::from_ref(&whole_snapshot));
    assert_eq!(alone.lost_snapshots, [ids[0].clone()]);

    let report = whole_check(&ground.reopened());
    let mended = ground
        .vault
        .mend(&report.damages, &[&other], &|_| None, &Silent, &|| false)
        .unwrap();
    assert!(
        mended.lost.is_empty() && mended.lost_snapshots.is_empty(),
        "{mended:?}"
    );
    assert!(mended.mended.contains(&whole_snapshot));
    let [(old, new)] = &mended.snapshots[..] else {
        panic!("{mended:?}")
    };
    assert_eq!(old, &ids[0]);
    only_these_are_hit(&ground, &[new.clone(), ids[1].clone()], &BTreeSet::new());
    assert!(whole_check(&ground.reopened()).is_whole());
    if restic_is_here("lists_of_files_and_of_snapshots") {
        restic_ok(&ground.path(), &["check", "--read-data"]);
    }
}

#[test]
fn a_damaged_index_is_named_hides_nothing_and_is_made_again() {
    let (ground, ids) = filled();
    let index = files_below(&ground.path().join("index"))[0].clone();
    flip(&index, 50);
    let report = whole_check(&ground.reopened());
    assert_eq!(report.damages.len(), 1, "{report:?}");
    assert_eq!(report.damages[0].what, Damaged::Index);
    assert_eq!(report.damages[0].id, id_of(&index));
    let mended = ground
        .vault
        .mend(&report.damages, &[], &|_| None, &Silent, &|| false)
        .unwrap();
    assert!(mended.lost.is_empty(), "{mended:?}");
    only_these_are_hit(&ground, &ids, &BTreeSet::new());
    assert!(whole_check(&ground.reopened()).is_whole());
}

#[test]
fn the_parts_together_read_every_pack_and_each_sees_what_is_missing() {
    let (ground, _) = filled();
    let all = packs(&ground);
    let mut read = 0;
    for part in 1..=4 {
        let report = ground
            .vault
            .check_part(part, 4, &Silent, &|| false)
            .unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert_eq!((report.part, report.of), (part, 4));
        assert_eq!(report.packs, all.len() as u64);
        read += report.packs_read;
    }
    assert_eq!(read, all.len() as u64);
    let flipped = &all[0];
    flip(flipped, 1_000);
    let found: Vec<u32> = (1..=4)
        .filter(|part| {
            !ground
                .vault
                .check_part(*part, 4, &Silent, &|| false)
                .unwrap()
                .is_whole()
        })
        .collect();
    let first = u32::from_str_radix(&id_of(flipped)[..2], 16).unwrap();
    assert_eq!(found, [first % 4 + 1]);
    std::fs::remove_file(flipped).unwrap();
    for part in 1..=4 {
        let report = ground
            .vault
            .check_part(part, 4, &Silent, &|| false)
            .unwrap();
        pack_damage(&report, &id_of(flipped));
    }
}
