//! ZIPs with the fingerprint of real exports: deflated, sizes in data descriptors, no folder
//! entries, one moment for all files, and the order of a hash table.

use std::io::Write;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::Export;

/// Files by path.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

pub(crate) fn zipped(mut files: Files, export: &mut Export) -> Vec<u8> {
    export.chance.shuffle(&mut files);
    write(files, export).unwrap_or_default()
}

/// Writing to memory does not fail; the result only passes on the signature of the writer.
fn write(files: Files, export: &Export) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(export.dos_time());
    let mut zip = ZipWriter::new_stream(Vec::new());
    for (path, bytes) in files {
        zip.start_file(path, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The moment as ZIPs keep it; 1980 where it cannot be kept.
pub(crate) fn dos_time(moment: jiff::civil::DateTime) -> DateTime {
    let number = |value: i8| u8::try_from(value).unwrap_or_default();
    DateTime::from_date_and_time(
        u16::try_from(moment.year()).unwrap_or(1980),
        number(moment.month()),
        number(moment.day()),
        number(moment.hour()),
        number(moment.minute()),
        number(moment.second()),
    )
    .unwrap_or_default()
}
