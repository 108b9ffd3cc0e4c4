//! One walk after the other, and none where there is no display.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// What a walk needs besides the program, each with the way to ask whether it is there.
const NEEDED: &[(&str, &str)] = &[
    ("WebKitWebDriver", "--help"),
    ("xdotool", "version"),
    ("dbus-daemon", "--version"),
    ("gnome-keyring-daemon", "--version"),
];

static TURN: Mutex<()> = Mutex::new(());

/// Walks when the walk before has ended. Where something is missing the walk is passed over with a
/// plain word; on the build server that is a failure.
///
/// Keys and pictures go through an X server, a driver and a message bus, each with a clock of its own.
/// A walk that stops is walked once more from the start, as a new user, and what stopped it stays in
/// the output; it fails where it stops twice.
pub fn in_turn<Walk: Future<Output = ()>>(walk: impl Fn() -> Walk) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(reason) = missing() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{reason}, and on the build server nothing may be passed over"
        );
        println!("passing over: {reason}");
        return;
    }
    let once = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
            .block_on(walk());
    };
    if catch_unwind(AssertUnwindSafe(once)).is_err() {
        println!("STOPPED ONCE: walking again from the start");
        once();
    }
}

fn missing() -> Option<String> {
    if std::env::var_os("DISPLAY").is_none() {
        return Some("there is no display (DISPLAY is not set)".to_owned());
    }
    NEEDED
        .iter()
        .find(|(program, ask)| {
            Command::new(program)
                .arg(ask)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_err()
        })
        .map(|(program, _)| format!("`{program}` is not installed"))
}
