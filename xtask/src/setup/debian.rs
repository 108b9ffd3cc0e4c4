//! Debian, Ubuntu and what descends from them: packages through `apt-get`.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, IsTerminal},
    process::Command,
};

use anyhow::{Context, bail};

use super::Need;
use crate::{child, workspace::on_path};

/// What compiling and linking the window needs.
const BUILD: &[&str] = &[
    "build-essential",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "libxdo-dev",
    "pkg-config",
];

/// What the tests drive or compare with: the real window on a virtual display, a real keychain on
/// a bus of its own, restic, a real SSH server, a mail server, the tools of other people's scripts, and the faces of the pictures.
const TEST: &[&str] = &[
    "curl",
    "dbus",
    "dbus-x11",
    "fonts-inter",
    "fonts-jetbrains-mono",
    "git",
    "gnome-keyring",
    "jq",
    "openssh-client",
    SSH_SERVER,
    "python3",
    "python3-aiosmtpd",
    "python3-swift",
    "restic",
    "unzip",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];

/// The server that some tests start by themselves, on loopback and with settings of their own.
const SSH_SERVER: &str = "openssh-server";

/// Where this file lies, the system does not start that server for everybody who can reach the machine.
const NO_SSH_SERVER: &str = "/etc/ssh/sshd_not_to_be_run";

/// Whether this is a system whose packages are known here.
pub fn is_here() -> bool {
    cfg!(target_os = "linux")
        && on_path("dpkg-query")
        && on_path("apt-get")
        && fs::read_to_string("/etc/os-release").is_ok_and(|text| descends_from_debian(&text))
}

fn descends_from_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .any(|id| id == "debian" || id == "ubuntu")
}

/// Installs the packages that are not there, and nothing where all are.
pub fn install_missing(need: Need) -> anyhow::Result<()> {
    let wanted: Vec<&str> = match need {
        Need::Build => BUILD.to_vec(),
        Need::Test => BUILD.iter().chain(TEST).copied().collect(),
    };
    // dpkg-query fails where it knows nothing of a package, and still lists the others.
    let listed = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\\n"])
        .args(&wanted)
        .output()
        .context("dpkg-query could not be started")?;
    let missing = missing(&wanted, &String::from_utf8_lossy(&listed.stdout));
    if missing.is_empty() {
        println!("  all {} packages are installed", wanted.len());
        return Ok(());
    }
    println!("  to be installed with apt-get: {}", missing.join(" "));
    let right = Right::find(&missing)?;
    if missing.contains(&SSH_SERVER) {
        println!(
            "  the SSH server is only for tests: {NO_SSH_SERVER} keeps the system from starting it"
        );
        child::run(right.command().args([
            "install",
            "-D",
            "--mode=644",
            "/dev/null",
            NO_SSH_SERVER,
        ]))?;
    }
    child::run(right.apt_get().arg("update"))?;
    child::run(
        right
            .apt_get()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&missing),
    )
}

/// Those of the wanted packages that the list does not call installed.
fn missing<'a>(wanted: &[&'a str], listed: &str) -> Vec<&'a str> {
    let installed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    wanted
        .iter()
        .copied()
        .filter(|name| !installed.contains(name))
        .collect()
}

/// How this process may install packages.
enum Right {
    Root,
    Sudo,
    Pkexec,
}

impl Right {
    fn find(missing: &[&str]) -> anyhow::Result<Self> {
        if child::output(Command::new("id").arg("-u"))?.trim() == "0" {
            return Ok(Self::Root);
        }
        let can_ask = io::stderr().is_terminal();
        if on_path("sudo")
            && (can_ask || child::succeeds(Command::new("sudo").args(["-n", "true"])))
        {
            println!("  sudo will ask for the right to install them");
            return Ok(Self::Sudo);
        }
        if on_path("pkexec")
            && env::var_os("DISPLAY")
                .or(env::var_os("WAYLAND_DISPLAY"))
                .is_some()
        {
            println!("  the system will ask for the right to install them");
            return Ok(Self::Pkexec);
        }
        bail!(
            "these packages are missing and this user may not install them. \
             Run as root: apt-get install {}",
            missing.join(" ")
        )
    }

    /// A program with this right: its name and arguments follow.
    fn command(&self) -> Command {
        match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut command = Command::new("sudo");
                command.arg("env");
                command
            }
            Self::Pkexec => {
                let mut command = Command::new("pkexec");
                command.arg("env");
                command
            }
        }
    }

    fn apt_get(&self) -> Command {
        let mut command = self.command();
        command.args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-qq",
            "-o",
            "DPkg::Lock::Timeout=300",
            "-o",
            "Acquire::Retries=3",
        ]);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::{descends_from_debian, missing};

    #[test]
    fn descendants_are_recognised() {
        assert!(descends_from_debian(
            "NAME=\"Debian GNU/Linux\"\nID=debian\n"
        ));
        assert!(descends_from_debian(
            "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"
        ));
        assert!(!descends_from_debian("ID=fedora\nVARIANT_ID=debian-like\n"));
    }

    #[test]
    fn a_removed_package_with_its_settings_left_is_missing() {
        let listed = "xvfb installed\nrestic config-files\n";
        assert_eq!(
            missing(&["xvfb", "restic", "xauth"], listed),
            ["restic", "xauth"]
        );
    }
}
