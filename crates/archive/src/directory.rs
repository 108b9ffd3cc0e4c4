//! The table of contents of a ZIP, read once more with suspicion: a reader that unpacks by it may
//! be led astray where it contradicts itself or the headers before the files.
//!
//! Facts after the published ZIP format (APPNOTE 6.3); what an untouched export looks like is
//! recorded (deflated, sizes after the data, no folders, no extra fields).

use std::collections::{HashMap, HashSet};

use crate::{ArchiveError, Oddity, OddityKind};

const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR_64: &[u8] = b"PK\x06\x07";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";

/// Sizes follow the data, names are UTF-8: the flags of the service's own writer.
const OWN_FLAGS: u16 = 0x0808;
const FOLLOWS: u16 = 0x0008;
const ENCRYPTED: u16 = 0x0001;
const DEFLATED: u16 = 8;
const LINK: u32 = 0o120_000;
const TYPE: u32 = 0o170_000;

/// What the table says, as far as reading depends on it.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    /// The files by their names, as raw bytes.
    pub files: HashMap<Vec<u8>, Packed>,
    /// Those that are symbolic links.
    pub links: HashSet<Vec<u8>>,
    /// Set where the ZIP is not as the service writes it.
    pub repacked: Option<Oddity>,
}

/// A file as it lies in a ZIP.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Packed {
    /// Where its bytes begin.
    start: u64,
    /// How many bytes it takes.
    pub length: u64,
    /// How many bytes it has, as the ZIP says.
    pub size: u64,
    /// How it is packed.
    pub method: u16,
    /// CRC-32 of its bytes.
    pub checksum: u32,
}

impl Packed {
    /// Its packed bytes in those of the ZIP.
    pub fn bytes<'zip>(&self, zip: &'zip [u8]) -> Option<&'zip [u8]> {
        slice(zip, self.start, self.length)
    }
}

struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    size: u64,
    offset: u64,
}

/// Reads the table and compares it with the headers of the files.
pub(crate) fn read(bytes: &[u8], most: usize) -> Result<Directory, ArchiveError> {
    let (count, length, start, stop) = end(bytes).ok_or_else(cut)?;
    if count > most as u64 {
        return Err(ArchiveError::TooLarge(crate::Excess::Entries));
    }
    let table = slice(bytes, start, length).ok_or_else(cut)?;
    if start + length != stop {
        return Err(deceptive(
            "bytes that belong to nothing lie behind its table of contents".to_owned(),
        ));
    }
    let mut directory = Directory::default();
    let mut entries = Vec::new();
    let mut signs = Signs::default();
    let mut at = 0_usize;
    for _ in 0..count {
        let (entry, mode, next) = entry(table, at, &mut signs).ok_or_else(cut)?;
        at = next;
        let known = directory
            .files
            .insert(entry.name.clone(), Packed::default());
        if known.is_some() {
            return Err(deceptive(format!(
                "it holds two files of the name `{}`",
                shown(&entry.name)
            )));
        }
        if mode & TYPE == LINK {
            directory.links.insert(entry.name.clone());
        }
        entries.push(entry);
    }
    if at != table.len() {
        return Err(deceptive(
            "its table of contents holds more than it counts".to_owned(),
        ));
    }
    compare(bytes, start, entries, &mut directory.files)?;
    directory.repacked = signs.told();
    Ok(directory)
}

/// Marks of other ZIP writers.
#[derive(Default)]
struct Signs {
    stored: usize,
    folders: usize,
    extra: usize,
    other: usize,
}

impl Signs {
    fn told(&self) -> Option<Oddity> {
        let mut marks = Vec::new();
        for (count, what) in [
            (self.stored, "stored without compression"),
            (self.folders, "entries for folders"),
            (self.extra, "with extra fields"),
            (self.other, "with flags or a system of another writer"),
        ] {
            if count > 0 {
                marks.push(format!("{count} {what}"));
            }
        }
        (!marks.is_empty()).then(|| {
            Oddity::new(
                OddityKind::Repacked,
                format!(
                    "the ZIP was not written by Oracle Integration: {}",
                    marks.join(", ")
                ),
            )
        })
    }
}

/// Number of entries, length of the table, its start, and where what ends it starts.
fn end(bytes: &[u8]) -> Option<(u64, u64, u64, u64)> {
    let from = bytes.len().saturating_sub(65_557);
    let tail = bytes.get(from..)?;
    let position = from + tail.windows(4).rposition(|window| window == END)?;
    let own = bytes.get(position..position + 22)?;
    let count = u64::from(short(own, 10)?);
    let length = u64::from(long(own, 12)?);
    let start = u64::from(long(own, 16)?);
    let huge = count == 0xffff || length == 0xffff_ffff || start == 0xffff_ffff;
    if huge
        && let Some(before) = position.checked_sub(20)
        && bytes.get(before..before + 4) == Some(LOCATOR_64)
    {
        let at = usize::try_from(double(bytes, before + 8)?).ok()?;
        if bytes.get(at..at.checked_add(4)?) != Some(END_64) {
            return None;
        }
        return Some((
            double(bytes, at + 32)?,
            double(bytes, at + 40)?,
            double(bytes, at + 48)?,
            at as u64,
        ));
    }
    Some((count, length, start, position as u64))
}

/// One line of the table: the entry, its mode, where the next begins.
fn entry(table: &[u8], at: usize, signs: &mut Signs) -> Option<(Entry, u32, usize)> {
    let fixed = table.get(at..at.checked_add(46)?)?;
    if fixed.get(..4) != Some(ENTRY) {
        return None;
    }
    let name_length = usize::from(short(fixed, 28)?);
    let extra_length = usize::from(short(fixed, 30)?);
    let comment_length = usize::from(short(fixed, 32)?);
    let name_start = at + 46;
    let extra_start = name_start + name_length;
    let next = extra_start + extra_length + comment_length;
    let name = table.get(name_start..extra_start)?.to_vec();
    let extra = table.get(extra_start..extra_start + extra_length)?;
    table.get(..next)?;
    let mut entry = Entry {
        flags: short(fixed, 8)?,
        method: short(fixed, 10)?,
        checksum: long(fixed, 16)?,
        packed: u64::from(long(fixed, 20)?),
        size: u64::from(long(fixed, 24)?),
        offset: u64::from(long(fixed, 42)?),
        name,
    };
    enlarge(&mut entry, extra);
    let system = *fixed.get(5)?;
    let mode = if system == 3 {
        long(fixed, 38)? >> 16
    } else {
        0
    };
    let folder = entry.name.ends_with(b"/");
    signs.folders += usize::from(folder);
    signs.stored += usize::from(!folder && entry.method != DEFLATED);
    signs.extra += usize::from(extra_length > 0);
    signs.other += usize::from(system != 0 || entry.flags & OWN_FLAGS != OWN_FLAGS);
    Some((entry, mode, next))
}

/// Takes over sizes of ZIP64, which stand in an extra field, in this order and only where needed.
fn enlarge(entry: &mut Entry, extra: &[u8]) {
    let mut at = 0;
    while let (Some(id), Some(length)) = (short(extra, at), short(extra, at + 2)) {
        let Some(body) = extra.get(at + 4..at + 4 + usize::from(length)) else {
            return;
        };
        if id == 1 {
            let mut place = 0;
            for value in [&mut entry.size, &mut entry.packed, &mut entry.offset] {
                if *value == 0xffff_ffff
                    && let Some(large) = double(body, place)
                {
                    *value = large;
                    place += 8;
                }
            }
        }
        at += 4 + usize::from(length);
    }
}

/// Every file lies apart from the others, and its own header says what the table says.
fn compare(
    bytes: &[u8],
    table: u64,
    mut entries: Vec<Entry>,
    files: &mut HashMap<Vec<u8>, Packed>,
) -> Result<(), ArchiveError> {
    entries.sort_by_key(|entry| entry.offset);
    let mut free = 0_u64;
    for entry in entries {
        if entry.offset < free {
            return Err(deceptive(format!(
                "`{}` lies in the bytes of another file",
                shown(&entry.name)
            )));
        }
        let fixed = slice(bytes, entry.offset, 30).ok_or_else(cut)?;
        if fixed.get(..4) != Some(LOCAL) {
            return Err(ArchiveError::Damaged {
                reason: format!("`{}` does not start where it should", shown(&entry.name)),
            });
        }
        let read = || {
            let name = u64::from(short(fixed, 26)?);
            let extra = u64::from(short(fixed, 28)?);
            Some((
                slice(bytes, entry.offset + 30, name)?,
                entry.offset + 30 + name + extra,
            ))
        };
        let (name, data) = read().ok_or_else(cut)?;
        free = data.checked_add(entry.packed).ok_or_else(cut)?;
        if free > table {
            return Err(deceptive(format!(
                "`{}` runs into the table of contents",
                shown(&entry.name)
            )));
        }
        let follows = short(fixed, 6).unwrap_or(0) & FOLLOWS != 0;
        let declared = |at: usize, value: u64| {
            let own = u64::from(long(fixed, at).unwrap_or(0));
            own == value || own == 0xffff_ffff || (follows && own == 0)
        };
        let agrees = name == entry.name
            && short(fixed, 8) == Some(entry.method)
            && (short(fixed, 6).unwrap_or(0) ^ entry.flags) & ENCRYPTED == 0
            && declared(14, u64::from(entry.checksum))
            && declared(18, entry.packed)
            && declared(22, entry.size);
        if !agrees {
            return Err(deceptive(format!(
                "the header of `{}` contradicts the table of contents",
                shown(&entry.name)
            )));
        }
        let file = Packed {
            start: data,
            length: entry.packed,
            size: entry.size,
            method: entry.method,
            checksum: entry.checksum,
        };
        files.insert(entry.name, file);
    }
    Ok(())
}

fn slice(bytes: &[u8], start: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(start).ok()?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    bytes.get(start..end)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let part = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(part.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(part.try_into().ok()?))
}

fn double(bytes: &[u8], at: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(part.try_into().ok()?))
}

fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

fn cut() -> ArchiveError {
    ArchiveError::Damaged {
        reason: "its table of contents is missing or cut off".to_owned(),
    }
}

fn deceptive(reason: String) -> ArchiveError {
    ArchiveError::Deceptive { reason }
}
