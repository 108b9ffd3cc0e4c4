//! What reading costs, against unpacking every file once: `cargo bench --package waybill-archive`.
//!
//! Real archives lie in the folder of `WAYBILL_ARCHIVES`, else in `../shared/archives` beside the
//! workspace. An argument is a part of the names of the archives that are measured, each by itself.

#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use waybill_archive::{Limits, findings, inspect, read, read_design, verify};

const ROUNDS: u32 = 20;

type Work = (&'static str, fn(&[u8]));

const ALL: [Work; 6] = [
    ("unpacked", |bytes| drop(verify(bytes))),
    ("read", |bytes| drop(read(bytes))),
    ("read with design", |bytes| drop(read_design(bytes))),
    ("findings", |bytes| drop(findings(bytes, Limits::default()))),
    ("read and findings", |bytes| {
        drop(inspect(bytes, Limits::default(), false));
    }),
    ("design and findings", |bytes| {
        drop(inspect(bytes, Limits::default(), true));
    }),
];

fn main() {
    let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
        PathBuf::from,
    );
    let mut archives = Vec::new();
    collect(&folder, &mut archives);
    archives.sort();
    if archives.is_empty() {
        println!("passed over: there are no archives in {}", folder.display());
        return;
    }
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if wanted.is_empty() {
        measure(&format!("{} archives", archives.len()), &archives);
        return;
    }
    for one in &archives {
        let name = one.0.display().to_string();
        if wanted.iter().any(|part| name.contains(part)) {
            measure(&name, std::slice::from_ref(one));
        }
    }
}

fn measure(name: &str, archives: &[(PathBuf, Vec<u8>)]) {
    println!("{name}");
    let mut unpacking = None;
    for (what, work) in ALL {
        let before = spent();
        for _ in 0..ROUNDS {
            for (_, bytes) in archives {
                work(bytes);
            }
        }
        let took = spent().saturating_sub(before) / ROUNDS;
        let whole = *unpacking.get_or_insert(took);
        println!(
            "  {what:<20} {:>9.3} ms for each, {:>6.2} times unpacking",
            took.as_secs_f64() * 1000.0 / archives.len() as f64,
            took.as_secs_f64() / whole.as_secs_f64()
        );
    }
}

/// The time that a processor spent on this thread, where the system tells; else the time.
fn spent() -> Duration {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    let start = START.get_or_init(Instant::now);
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|told| told.split(' ').next()?.parse().ok())
        .map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn collect(folder: &Path, into: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() {
            collect(&path, into);
        } else if matches!(ending, Some("iar" | "par" | "car"))
            && let Ok(bytes) = fs::read(&path)
        {
            into.push((path, bytes));
        }
    }
}
