//! Archives as people make them: taken apart and packed again.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The files in an archive, by path.
pub fn files_in(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let count = zip.len();
    (0..count)
        .map(|index| {
            let mut file = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// A byte in the packed content of the first file in an archive whose path ends so.
pub fn middle_of(archive: &[u8], ending: &str) -> usize {
    let mut zip = ZipArchive::new(Cursor::new(archive)).unwrap();
    let count = zip.len();
    let mut places = (0..count).filter_map(|index| {
        let file = zip.by_index_raw(index).unwrap();
        let fits = file.name().unwrap().ends_with(ending);
        fits.then(|| file.data_start().unwrap() + file.compressed_size() / 2)
    });
    usize::try_from(places.next().unwrap()).unwrap()
}

/// Packs files as an archiver of a desktop does: with folders, and small files as they are.
pub fn rezipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut folders: Vec<&str> = files
        .iter()
        .filter_map(|(path, _)| Some(path.split_once('/')?.0))
        .collect();
    folders.dedup();
    folders.sort_unstable();
    folders.dedup();
    for folder in folders {
        zip.add_directory(folder, stored).unwrap();
    }
    for (path, bytes) in files {
        let how = if bytes.len() < 200 { stored } else { packed };
        zip.start_file(path, how).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
