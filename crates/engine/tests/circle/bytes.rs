//! Not one byte of an archive differs between what the source gave and what the destination received.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};
use std::sync::Arc;

use waybill_engine::waybill::Waybill;
use waybill_engine::{Side, sha256};
use waybill_model::ArtifactKind;
use zip::ZipArchive;

/// What was planned is what the source holds, and what the destination serves is what was sent. A
/// package is packed anew by the service at each export: its members are what was in the one that
/// came. Gives back how many were compared.
pub async fn arrived(from: &Arc<Side>, to: &Arc<Side>, waybill: &Waybill) -> usize {
    let mut compared = 0;
    for item in waybill.items.iter().filter(|item| item.action.brings()) {
        let own = item.archive.as_ref();
        let Some(sent) = own.filter(|sent| sent.carried_by.is_none()) else {
            continue;
        };
        let given = from.archive(item.source_id()).await.unwrap();
        assert_eq!(sha256(&given), sent.sha256, "{}", item.id);
        let served = to.archive(&item.id).await.unwrap();
        if item.id.kind == ArtifactKind::Package {
            assert_eq!(members(&given), members(&served), "{}", item.id);
        } else {
            assert_eq!(sha256(&served), sent.sha256, "{}", item.id);
        }
        compared += 1;
    }
    compared
}

/// The hashes of the archives in a package.
fn members(package: &[u8]) -> BTreeSet<String> {
    let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
    let mut hashes = BTreeSet::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if bytes.starts_with(b"PK") {
            hashes.insert(sha256(&bytes));
        }
    }
    assert!(!hashes.is_empty());
    hashes
}
