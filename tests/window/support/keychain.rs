//! A Secret Service keychain on a message bus of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::user::{User, canary};

/// gnome-keyring on its own bus; both end with this value.
pub struct Keychain {
    bus: Child,
    address: String,
    daemon: Option<Child>,
}

impl Keychain {
    /// Starts it, open. The user does not use it yet.
    pub fn start(user: &User) -> Self {
        let mut bus = user
            .command("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let mut keychain = Self {
            bus,
            address: address.trim().to_owned(),
            daemon: None,
        };
        let mut daemon = user
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &keychain.address)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        write!(daemon.stdin.take().unwrap(), "{}", canary()).unwrap();
        keychain.daemon = Some(daemon);
        let begun = Instant::now();
        while !keychain.is_open(user) {
            assert!(begun.elapsed() < Duration::from_secs(30), "no keychain");
            thread::sleep(Duration::from_millis(30));
        }
        keychain
    }

    /// The address of its bus.
    pub fn bus(&self) -> &str {
        &self.address
    }

    /// The daemon started here has its name on the bus, and a keyring. A call to the name before that
    /// would have the bus start another daemon, which has none.
    fn is_open(&self, user: &User) -> bool {
        let owned = self.ask(
            user,
            ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"],
            [
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ],
        );
        owned.contains("boolean true")
            && self
                .ask(
                    user,
                    ["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"],
                    ["org.freedesktop.Secret.Service.ReadAlias", "string:default"],
                )
                .contains("/collection/")
    }

    fn ask(&self, user: &User, whom: [&str; 2], what: [&str; 2]) -> String {
        let answer = user
            .command("dbus-send")
            .args(["--session", "--print-reply"])
            .args(whom)
            .args(what)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .stdout(Stdio::piped())
            .output()
            .unwrap();
        String::from_utf8_lossy(&answer.stdout).into_owned()
    }
}

impl Drop for Keychain {
    fn drop(&mut self) {
        for child in self.daemon.iter_mut().chain([&mut self.bus]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
