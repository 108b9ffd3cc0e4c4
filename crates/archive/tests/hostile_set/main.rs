//! A set of files that mean harm. Each is answered: by an error, or by what is odd about it.
//!
//! Bounds for every one of them: 256 MB of memory for the whole process (held below where the
//! system tells its peak), 2 seconds in an optimised build (printed, for machines differ).

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::format_push_string,
    reason = "a test may stop at what it did not expect, and tells what it found"
)]

mod maker;
mod texts;
mod zips;

use std::time::{Duration, Instant};

use waybill_archive::{ArchiveError, Limits, Needle, Opened, findings, read, read_design, search};

/// One file and the words of which one has to be in the answer, separated by `|`. No words: any
/// answer will do, even that there is nothing to say, as long as it comes.
pub struct Case {
    name: String,
    words: String,
    make: Box<dyn FnOnce() -> Vec<u8>>,
}

impl Case {
    /// A file, made when its turn comes.
    pub fn new(name: &str, words: &str, make: impl FnOnce() -> Vec<u8> + 'static) -> Self {
        Self {
            name: name.to_owned(),
            words: words.to_owned(),
            make: Box::new(make),
        }
    }
}

/// Everything the reader says about a file.
fn told(result: Result<Opened, ArchiveError>) -> String {
    match result {
        Err(error) => error.to_string(),
        Ok(opened) => {
            let contents = &opened.contents;
            let own = contents.integrations.iter().flat_map(|one| &one.oddities);
            let maps = contents
                .integrations
                .iter()
                .filter_map(|one| one.design.as_deref())
                .flat_map(|design| design.maps.values())
                .flat_map(|map| map.notes.iter().cloned());
            contents
                .oddities
                .iter()
                .chain(own)
                .map(|oddity| format!("{} {}", oddity.words, oddity.path.as_deref().unwrap_or("")))
                .chain(maps)
                .chain(contents.notes.iter().cloned())
                .collect::<Vec<_>>()
                .join("; ")
        }
    }
}

/// The most memory this process ever had, in KiB, where the system tells.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn every_hostile_file_is_answered_within_bounds() {
    let mut cases = zips::cases();
    cases.extend(texts::cases());
    let count = cases.len();
    assert!(count >= 60, "only {count} files");
    let mut slowest = (Duration::ZERO, String::new());
    let mut wrong = Vec::new();
    for case in cases {
        let bytes = (case.make)();
        let start = Instant::now();
        let answer = told(read_design(&bytes));
        // Looking for secrets reads every file; it has to come to an end as well.
        let scanned = findings(&bytes, Limits::default());
        let took = start.elapsed();
        let needle = Needle::new("a", false).unwrap();
        drop(search(&bytes, &needle, Limits::default()));
        let took_all = start.elapsed();
        drop(scanned);
        eprintln!(
            "{took:>9.1?}, {took_all:>9.1?} with a search; {}: {:.150}",
            case.name, answer
        );
        if took > slowest.0 {
            slowest = (took, case.name.clone());
        }
        if !case.words.split('|').any(|word| answer.contains(word)) {
            wrong.push(format!("{}: {answer}", case.name));
        }
    }
    eprintln!(
        "{count} files; slowest {:.1?} ({}); peak memory {:?} KiB",
        slowest.0,
        slowest.1,
        peak()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
    if let Some(peak) = peak() {
        assert!(peak < 256 << 10, "{peak} KiB");
    }
}

#[test]
fn an_archive_cut_at_any_percent_is_answered() {
    let whole = maker::with(&[(
        "icspackage/appinstances/A.xml",
        b"<ApplicationInstance xmlns='http://xmlns.oracle.com/adapters/cloud'><instanceCode>A</instanceCode></ApplicationInstance>",
    )]);
    assert!(read(&whole).is_ok());
    for percent in 0..100 {
        let cut = &whole[..whole.len() * percent / 100];
        assert!(read(cut).is_err(), "{percent} %");
    }
}
