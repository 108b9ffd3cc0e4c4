//! Archives that the real service exported, imported by calls.
//! Passed over, in plain words, where the folder of archives is absent.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use waybill_archive::ArchiveKind;

use crate::support::beside;
use crate::world::{empty, text};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[tokio::test]
async fn real_archives_come_in_and_go_out_unchanged() {
    let Some(folder) = beside("WAYBILL_ARCHIVES", "archives") else {
        return;
    };
    let mut all = Vec::new();
    files(&folder, &mut all);
    all.sort();
    let (running, caller) = empty().await;
    let mut known = BTreeSet::new();
    let mut counts = [0_usize; 3];
    for file in all {
        let bytes = std::fs::read(&file).unwrap();
        let Ok(opened) = waybill_archive::read(&bytes) else {
            continue;
        };
        let shown = file.display();
        let contents = &opened.contents;
        let ids: Vec<String> = contents
            .integrations
            .iter()
            .map(|one| one.reference.to_string())
            .collect();
        match opened.kind {
            ArchiveKind::Integration => {
                let id = &ids[0];
                let reply = caller.import("POST", "integrations/archive", &bytes).await;
                if known.insert(id.clone()) {
                    assert_eq!(reply.status, 204, "{shown}: {}", text(&reply));
                } else {
                    assert_eq!(reply.status, 409, "{shown}: {}", text(&reply));
                    let again = caller.import("PUT", "integrations/archive", &bytes).await;
                    assert_eq!(again.status, 200, "{shown}: {}", text(&again));
                }
                counts[0] += 1;
                let back = caller.get(&format!("integrations/{id}/archive")).await;
                assert_eq!(back.body, bytes, "{shown}");
            }
            ArchiveKind::Package => {
                let reply = caller.import("POST", "packages/archive", &bytes).await;
                let hindered = ids.iter().any(|id| known.contains(id));
                if hindered || reply.status == 409 {
                    assert_eq!(reply.status, 409, "{shown}: {}", text(&reply));
                    continue;
                }
                assert_eq!(reply.status, 204, "{shown}: {}", text(&reply));
                known.extend(ids);
                counts[1] += 1;
            }
            ArchiveKind::Lookup | ArchiveKind::Project | ArchiveKind::Library => {
                let reply = caller.import("POST", "integrations/archive", &bytes).await;
                assert_eq!(reply.status, 400, "{shown}");
                counts[2] += 1;
            }
            ArchiveKind::Bundle | ArchiveKind::Clone => {}
        }
    }
    assert!(counts[0] > 5, "only {counts:?} archives were tried");
    for connection in caller.list("connections").await {
        // What asks for nothing has nothing that could be missing.
        let asks = |list: &str| {
            connection[list]
                .as_array()
                .is_some_and(|all| !all.is_empty())
        };
        if asks("connectionProperties") || asks("securityProperties") {
            assert_eq!(connection["status"], "INPROGRESS", "{connection}");
        } else {
            assert_eq!(connection["status"], "CONFIGURED", "{connection}");
        }
        assert!(!connection.to_string().contains("%%"), "{connection}");
    }
    running.shutdown().await;
}
