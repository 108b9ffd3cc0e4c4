//! A Secret Service keychain on a session bus of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Home;
use super::canary::canary;
use super::home::say;

/// gnome-keyring on its own bus; both end with this value.
pub struct Keychain<'home> {
    home: &'home Home,
    bus: Child,
    daemon: Option<Child>,
}

impl<'home> Keychain<'home> {
    /// Starts it, unlocked, and makes the home use it. `None`, and a plain word, where it is not
    /// installed.
    pub fn start(home: &'home Home) -> Option<Self> {
        let missing = ["dbus-daemon", "gnome-keyring-daemon", "dbus-send"]
            .into_iter()
            .find(|program| {
                let asked = home.command(program).arg("--version").output();
                asked.is_err()
            });
        if let Some(program) = missing {
            say(&format!("{program} is not installed; there is no keychain"));
            return None;
        }
        let mut bus = home
            .command("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        home.use_bus(address.trim());
        let mut keychain = Self {
            home,
            bus,
            daemon: None,
        };
        let mut daemon = home
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = daemon.stdin.take().unwrap();
        write!(input, "{}", canary()).unwrap();
        drop(input);
        keychain.daemon = Some(daemon);
        let begun = Instant::now();
        while !keychain.is_ready() {
            assert!(begun.elapsed() < Duration::from_secs(10), "no keychain");
            thread::sleep(Duration::from_millis(30));
        }
        Some(keychain)
    }

    fn is_ready(&self) -> bool {
        let owned = send(
            self.home,
            "org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.freedesktop.secrets",
        );
        owned.contains("true")
            && send(
                self.home,
                "org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.ReadAlias",
                "string:default",
            )
            .contains("/collection/")
    }

    /// Locks it, as a long break does.
    pub fn lock(&self) {
        let answer = send(
            self.home,
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        );
        assert!(answer.contains("/collection/login"), "{answer}");
    }

    /// Deletes what is kept under accounts that begin so, as somebody does who tidies up.
    pub fn forget(&self, beginning: &str) {
        let found = send(
            self.home,
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.SearchItems",
            "dict:string:string:service,waybill",
        );
        let mut forgotten = 0;
        for path in found.split('"').filter(|part| part.starts_with("/org/")) {
            let of = |name: &str, then: &[&str]| {
                let mut command = self.home.command("dbus-send");
                command.args([
                    "--session",
                    "--print-reply",
                    "--dest=org.freedesktop.secrets",
                ]);
                let output = command.arg(path).arg(name).args(then).output().unwrap();
                String::from_utf8_lossy(&output.stdout).into_owned()
            };
            let properties = ["string:org.freedesktop.Secret.Item", "string:Attributes"];
            let own = of("org.freedesktop.DBus.Properties.Get", &properties);
            if own.contains(&format!("\"{beginning}")) {
                of("org.freedesktop.Secret.Item.Delete", &[]);
                forgotten += 1;
            }
        }
        assert!(forgotten > 0, "{found}");
    }
}

fn send(home: &Home, to: &str, path: &str, method: &str, argument: &str) -> String {
    let output = home
        .command("dbus-send")
        .args(["--session", "--print-reply", &format!("--dest={to}")])
        .args([path, method, argument])
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Drop for Keychain<'_> {
    fn drop(&mut self) {
        for child in self.daemon.iter_mut().chain([&mut self.bus]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
