//! Watches, while the tests run, that the secret is in the arguments or the environment of no
//! process. Only Linux shows both; elsewhere nothing is watched.

use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::leaks::Canary;

const EVERY: Duration = Duration::from_millis(200);

/// Looks at all processes again and again until it is stopped.
pub struct Watch {
    stopped: Arc<AtomicBool>,
    looking: JoinHandle<BTreeSet<String>>,
}

impl Watch {
    /// Starts looking.
    pub fn start(canary: Canary) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        let looking = thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                look(&canary, &mut seen);
                thread::sleep(EVERY);
            }
            seen
        });
        Self { stopped, looking }
    }

    /// Where the secret was seen, empty where it never was.
    pub fn stop(self) -> Vec<String> {
        self.stopped.store(true, Ordering::Relaxed);
        match self.looking.join() {
            Ok(seen) => seen.into_iter().collect(),
            Err(_) => vec!["nothing, because the watch itself broke".to_owned()],
        }
    }
}

/// A process may end while it is looked at; then there is nothing to read.
fn look(canary: &Canary, seen: &mut BTreeSet<String>) {
    let Ok(processes) = fs::read_dir("/proc") else {
        return;
    };
    for folder in processes.flatten().map(|entry| entry.path()) {
        let name = || {
            fs::read_to_string(folder.join("comm"))
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        if fs::read(folder.join("cmdline")).is_ok_and(|text| canary.is_in(&text)) {
            seen.insert(format!("the arguments of `{}`", name()));
        }
        if fs::read(folder.join("environ")).is_ok_and(|text| in_environment(canary, &text)) {
            seen.insert(format!("the environment of `{}`", name()));
        }
    }
}

/// The variable through which the tests are told the secret does not count.
fn in_environment(canary: &Canary, environment: &[u8]) -> bool {
    let told = format!("{}=", Canary::VARIABLE);
    environment
        .split(|byte| *byte == 0)
        .any(|entry| !entry.starts_with(told.as_bytes()) && canary.is_in(entry))
}

#[cfg(test)]
mod tests {
    use super::{Canary, in_environment};

    #[test]
    fn only_the_telling_variable_may_hold_the_secret() {
        let canary = Canary::new("0123456789abcdef");
        let told = format!("HOME=/root\0WAYBILL_CANARY={}\0", canary.word());
        assert!(!in_environment(&canary, told.as_bytes()));
        let leaked = format!("{told}PASSWORD={}\0", canary.word());
        assert!(in_environment(&canary, leaked.as_bytes()));
    }
}
