//! Copies elsewhere by the command line: added, checked, copied, named as places, and killed in the middle.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sshd::{Sshd, user};
use crate::support::{Home, Stand, canary, text};

/// Where a copy is cut off: what it does, and how many files it has carried.
const POINTS: [(&str, u64); 3] = [("verifying", 0), ("writing", 1), ("preparing", 0)];

fn folder(home: &Home, name: &str) -> PathBuf {
    let path = home.path(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Nothing differs between the newest copy and the newest snapshot.
fn is_equal(home: &Home, target: &str) {
    let place = format!("copy:{target}/latest");
    home.run(&["compare", &place, "snapshot:latest"])
        .expect_code(0);
}

#[test]
fn a_target_is_added_checked_and_copied_to_and_its_copies_are_places() {
    let stand = Stand::with(5);
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let disk = folder(&home, "disk");
    let added = home.run_with(
        &[
            "target",
            "add",
            "folder",
            "Disk",
            shown(&disk),
            "--encrypt",
            "--off",
        ],
        &[&canary()],
    );
    added.expect_code(0);
    let target = added.one("result");
    assert_eq!(target["form"]["name"], "Disk");
    assert_eq!(target["state"], "empty", "{target}");

    let check = home.run(&["target", "check", "Disk"]);
    check.expect_code(0);
    assert_eq!(check.one("check")["passed"], true);
    home.tell(&["target", "check", "disk"]).expect_code(0);
    home.run(&["target", "copy", "Disk"]).expect_code(0);
    let list = home.run(&["target", "list"]).one("result");
    assert_eq!(list["targets"][0]["state"], "equal", "{list}");
    let copies = home.run(&["target", "copies", "Disk"]).one("result");
    let copy = text(&copies["copies"][0]["copy"]).to_owned();
    assert!(copy.starts_with("OIC_Backups/"), "{copy}");
    is_equal(&home, "Disk");
    let artifacts = home.run(&["artifacts", &format!("copy:Disk/{copy}")]);
    artifacts.expect_code(0);

    home.refuses(&["target", "check", "Nowhere"], &[], 2, "badInput");
    home.refuses(&["artifacts", "copy:Disk"], &[], 2, "badInput");
    home.run(&["artifacts", "copy:Disk/none"]).expect_code(1);
    home.run(&["target", "remove", "Disk"]).expect_code(0);
    assert!(std::fs::read_dir(&disk).unwrap().next().is_some());
    let list = home.run(&["target", "list"]).one("result");
    assert_eq!(list["targets"], serde_json::json!([]));
}

#[test]
fn a_copy_that_is_killed_is_taken_up_and_ends_whole() {
    let stand = Stand::with(24);
    let server = Sshd::start("");
    let home = Home::new();
    home.add("Acme", stand.dev());
    home.back_up("Acme");
    let key = home.path("key");
    std::fs::copy(server.key("plain"), &key).unwrap();
    private(&key);
    let port = server.address.port().to_string();
    let repository = folder(&home, "repository");
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare", "--initial-branch=main"])
        .arg(&repository)
        .status()
        .unwrap();
    assert!(made.success());
    for (name, vault) in [("Server", false), ("Vault", true)] {
        let far = folder(&home, &format!("far-{name}"));
        let user = user();
        let mut arguments = vec![
            "target",
            "add",
            "sftp",
            name,
            "127.0.0.1",
            "--port",
            &port,
            "--user",
            &user,
            "--folder",
            shown(&far),
            "--key",
            shown(&key),
            "--host-key",
            &server.host_key,
            "--off",
        ];
        if vault {
            arguments.push("--vault");
        }
        home.run(&arguments).expect_code(0);
    }
    home.run(&["target", "add", "git", "Git", shown(&repository), "--off"])
        .expect_code(0);
    let mut interrupted = 0;
    for (target, points) in [
        ("Server", &POINTS[..]),
        ("Git", &POINTS[1..]),
        ("Vault", &POINTS[1..]),
    ] {
        interrupted += u32::from(cut_off(&home, target, points));
        is_equal(&home, target);
    }
    assert!(interrupted > 0, "each copy was faster than its end");
    let list = home.run(&["target", "list"]).one("result");
    for target in list["targets"].as_array().unwrap() {
        assert_eq!(target["state"], "equal", "{target}");
    }
    let verified = home.run(&["snapshot", "verify", "latest"]);
    verified.expect_code(0);
}

/// Kills the copy while it is compared, on its way and at its beginning, and lets the last try end. Says whether
/// the last one that was killed was not at its end.
fn cut_off(home: &Home, target: &str, points: &[(&str, u64)]) -> bool {
    for point in points {
        let mut live = home.spawn(&["target", "copy", target]);
        if live.wait_for(|text| reached(text, *point)) {
            live.kill();
        } else {
            live.wait().expect_code(0);
        }
    }
    let shown = home.run(&["target", "show", target]).one("result");
    home.run(&["target", "copy", target]).expect_code(0);
    shown["copies"][0]["standing"] == "interrupted"
}

/// Whether a line of progress says that the copy has come so far.
fn reached(text: &str, (phase, carried): (&str, u64)) -> bool {
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .any(|line| {
            line["phase"] == phase && line["counts"]["fetched"].as_u64().unwrap_or(0) >= carried
        })
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}
