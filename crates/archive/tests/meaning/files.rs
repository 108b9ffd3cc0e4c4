//! Archives as files that can be changed and packed again.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use waybill_archive::{Meaning, Opened, read_design};
use waybill_model::ArtifactId;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The files of an archive by path.
pub type Files = BTreeMap<String, Vec<u8>>;

pub fn unpacked(bytes: &[u8]) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        if name.ends_with('/') || name.contains("__MACOSX") {
            continue;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(name, bytes);
    }
    files
}

/// Packs the files, in an order and with a method that the seed decides.
pub fn packed(files: &Files, seed: u64) -> Vec<u8> {
    let mut list: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    list.sort_by_key(|(name, _)| {
        name.bytes().fold(seed, |sum, byte| {
            sum.wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(u64::from(byte))
        })
    });
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (index, (name, bytes)) in list.into_iter().enumerate() {
        let method = if (seed >> (index % 60)) & 1 == 0 {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Changes the text of the files whose path the choice takes; says how many were changed.
pub fn edit(
    files: &mut Files,
    choice: impl Fn(&str) -> bool,
    change: impl Fn(&str) -> String,
) -> usize {
    let mut count = 0;
    for (name, bytes) in files.iter_mut().filter(|(name, _)| choice(name)) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            continue;
        };
        let new = change(text).into_bytes();
        assert!(!name.is_empty());
        if new != *bytes {
            *bytes = new;
            count += 1;
        }
    }
    count
}

pub fn opened(files: &Files) -> Opened {
    read_design(&packed(files, 0)).unwrap()
}

/// What everything in the archive means.
pub fn meanings(opened: &Opened) -> BTreeMap<ArtifactId, Meaning> {
    opened
        .catalogue()
        .artifacts
        .into_iter()
        .filter_map(|artifact| {
            let meaning = Meaning::in_archive(opened, &artifact.id)?;
            Some((artifact.id, meaning))
        })
        .collect()
}
