//! A call of the program while it goes on.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::canary::Search;
use super::{Home, Outcome, Stand};

/// No call takes as long.
const PATIENCE: Duration = Duration::from_mins(2);

/// A call that goes on.
pub struct Live<'home> {
    home: &'home Home,
    arguments: String,
    child: Child,
    stdout: Arc<Mutex<Vec<u8>>>,
    stderr: Arc<Mutex<Vec<u8>>>,
    readers: Vec<JoinHandle<()>>,
    watch: Watch,
}

impl<'home> Live<'home> {
    pub(super) fn start(home: &'home Home, mut command: Command, lines: &[&str]) -> Self {
        let arguments = command
            .get_args()
            .skip(2)
            .map(|argument| argument.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ");
        let mut child = command.spawn().unwrap();
        let watch = Watch::start(child.id(), home.search());
        let mut input = child.stdin.take().unwrap();
        let mut given = lines.join("\n");
        given.push('\n');
        // A program that asks for nothing may be gone already.
        let _ = input.write_all(given.as_bytes());
        drop(input);
        let (stdout, first) = read(child.stdout.take().unwrap());
        let (stderr, second) = read(child.stderr.take().unwrap());
        Self {
            home,
            arguments,
            child,
            stdout,
            stderr,
            readers: vec![first, second],
            watch,
        }
    }

    /// Waits until standard output holds what is wanted; false if the program ended before.
    pub fn wait_for(&mut self, wanted: impl Fn(&str) -> bool) -> bool {
        let begun = Instant::now();
        loop {
            let ended = self.has_ended();
            if wanted(&String::from_utf8_lossy(&self.stdout.lock().unwrap())) {
                return true;
            }
            if ended {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "{}", self.arguments);
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for a line of this type.
    pub fn line(&mut self, kind: &str) -> serde_json::Value {
        let found = |text: &str| {
            text.lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .find(|line| line["type"] == kind)
        };
        self.wait_for(|text| found(text).is_some());
        let printed = self.stdout.lock().unwrap();
        let printed = String::from_utf8_lossy(&printed);
        found(&printed).unwrap_or_else(|| panic!("no {kind} in {printed:?}"))
    }

    /// Waits until the counts say that so many artifacts were fetched.
    pub fn wait_for_fetched(&mut self, wanted: u64) -> bool {
        self.wait_for(|text| {
            text.lines()
                .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
                .any(|line| line["counts"]["fetched"].as_u64() >= Some(wanted))
        })
    }

    /// Waits until so many archives were asked for since the counts of the sandbox were reset.
    pub fn wait_for_archives(&mut self, stand: &Stand, wanted: u64) -> bool {
        self.wait_for(|_| stand.archives_asked() >= wanted)
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// As Ctrl+C does.
    pub fn interrupt(&self) {
        let status = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Ends the program as a power cut does.
    pub fn kill(mut self) -> Outcome {
        self.child.kill().unwrap();
        self.wait()
    }

    /// Waits for its end. Neither what it printed nor what other processes could see of it may hold
    /// a secret.
    pub fn wait(mut self) -> Outcome {
        let begun = Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("waybill {} did not end", self.arguments);
            }
            thread::sleep(Duration::from_millis(5));
        }
        let code = self.child.wait().unwrap().code();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let peak_kb = self.watch.stop(&self.arguments);
        let search = self.home.search();
        let take = |bytes: &Mutex<Vec<u8>>| {
            let bytes = std::mem::take(&mut *bytes.lock().unwrap());
            assert!(!search.is_in(&bytes), "{} printed a secret", self.arguments);
            String::from_utf8(bytes).unwrap()
        };
        Outcome {
            arguments: self.arguments.clone(),
            code,
            stdout: take(&self.stdout),
            stderr: take(&self.stderr),
            peak_kb,
        }
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        // After a test failed half way nothing may go on.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut from: impl Read + Send + 'static) -> (Arc<Mutex<Vec<u8>>>, JoinHandle<()>) {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&kept);
    let reader = thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 {
                break;
            }
            into.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    });
    (kept, reader)
}

/// Looks again and again at what other processes can see of the program and its children. Only
/// Linux shows it.
struct Watch {
    stopped: Arc<AtomicBool>,
    peak_kb: Arc<AtomicU64>,
    looking: Option<JoinHandle<Option<String>>>,
}

impl Watch {
    fn start(process: u32, search: Search) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let peak_kb = Arc::new(AtomicU64::new(0));
        let (stop, peak) = (Arc::clone(&stopped), Arc::clone(&peak_kb));
        let looking = thread::spawn(move || {
            let mut seen = None;
            while !stop.load(Ordering::Relaxed) {
                for process in std::iter::once(process).chain(children(process)) {
                    for name in ["cmdline", "environ"] {
                        let bytes = fs::read(format!("/proc/{process}/{name}"));
                        if bytes.is_ok_and(|bytes| search.is_in(&bytes)) {
                            seen.get_or_insert(format!("{name} of process {process}"));
                        }
                    }
                }
                if let Some(kb) = peak_of(process) {
                    peak.fetch_max(kb, Ordering::Relaxed);
                }
                thread::sleep(Duration::from_millis(10));
            }
            seen
        });
        Self {
            stopped,
            peak_kb,
            looking: Some(looking),
        }
    }

    fn stop(&mut self, arguments: &str) -> u64 {
        self.stopped.store(true, Ordering::Relaxed);
        let seen = self
            .looking
            .take()
            .and_then(|looking| looking.join().unwrap());
        assert_eq!(seen, None, "a secret was seen in waybill {arguments}");
        self.peak_kb.load(Ordering::Relaxed)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

fn children(process: u32) -> Vec<u32> {
    fs::read_to_string(format!("/proc/{process}/task/{process}/children"))
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

/// The most memory the process held, without the pages of its own file: those of a build for tests are
/// many, and tell nothing of what it works with.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let of = |name: &str| -> Option<u64> {
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some(of("VmHWM:")?.saturating_sub(of("RssFile:")?))
}
