//! Archives that a person would rather not find out about after the import: cut off, packed anew, of a newer
//! generation, without what they need. Each is told at planning, with what to do; nothing is written, and
//! the files stay as they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::support::moving::{TO, found, having_read, list, ready, save_both, states, warnings};
use crate::support::{
    Caller, Home, Outcome, Stand, canary, files_in, gen2, middle_of, oic3, rezipped, text,
};

const OLD: &str = "Acme Gen 2";

/// An instance, one of the same generation that was given all it holds, and an older one that is empty.
struct Ground {
    stand: Stand,
    home: Home,
}

impl Ground {
    fn new() -> Self {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .instance(oic3("prod").empty())
                .instance(gen2("old").empty())
                .synthetic(10, 11)
                .chains(2)
                .activation_time(Duration::from_millis(50))
        });
        let home = Home::new();
        save_both(&home, &stand, "test");
        let arguments = Home::adding(OLD, stand.instance("old"));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        home.run_with(&arguments, &[&canary()]).expect_code(0);
        let ready = ready(&home, &stand);
        home.run(&ready.run()).expect_code(0);
        stand.control().reset_calls();
        Self { stand, home }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Plans all of a file or folder; what runs afterwards stays as it is in the destination.
    fn plan(&self, from: &Path, to: &str) -> Outcome {
        let from = format!("file:{}", from.display());
        let out = self.home.path("bad.json");
        let planning = [
            "plan",
            "--from",
            &from,
            "--to",
            to,
            "--all",
            "--existing",
            "replace",
        ];
        let more = ["--activate", "all", "-o", out.to_str().unwrap()];
        self.home.run(&[&planning[..], &more].concat())
    }

    /// Plans, and gives what was found by a rule. It has to say what was found and what to do, to people
    /// too.
    #[track_caller]
    fn finding(&self, from: &Path, to: &str, rule: &str) -> (Value, Value) {
        let planned = self.plan(from, to);
        planned.expect_code(3);
        let waybill = planned.one("waybill");
        let all = found(&waybill, rule);
        assert!(!all.is_empty(), "{rule}: {:#}", waybill["findings"]);
        let finding = all[0].clone();
        let told = self.home.tell(&["show", text(&waybill["id"])]);
        for words in [&finding["text"], &finding["guidance"]] {
            assert!(text(words).ends_with('.'), "{finding}");
            assert!(told.stdout.contains(text(words)), "{}", told.stdout);
        }
        (waybill, finding)
    }

    /// What is planned cannot be run, and nothing was written.
    #[track_caller]
    fn is_refused(&self, waybill: &Value, finding: &Value) {
        assert_eq!(finding["severity"], "blocking", "{finding}");
        assert_eq!(waybill["blocked"], true);
        let rules = warnings(waybill);
        let running = having_read(&rules, &["run", text(&waybill["id"]), "--yes"]);
        self.home.run(&running).expect_error(1, "changeBlocked");
        self.nothing_written();
    }

    #[track_caller]
    fn nothing_written(&self) {
        let effects = self.stand.control().calls().effects;
        assert!(effects.is_empty(), "{effects:?}");
    }
}

/// An integration that calls another one outside projects: both ids.
fn caller_and_called(dev: &Caller) -> (String, String) {
    let all = dev.list("integrations");
    let ids: Vec<&str> = all.iter().map(|one| text(&one["id"])).collect();
    for id in &ids {
        for (_, bytes) in files_in(&dev.archive("integrations", id)) {
            let content = String::from_utf8_lossy(&bytes);
            let called = content
                .split("name=\"integration_id\" value=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            if let Some(called) = called.filter(|called| ids.contains(called)) {
                return ((*id).to_owned(), called.to_owned());
            }
        }
    }
    panic!("no integration calls another one");
}

#[test]
fn archives_that_are_cut_off_newer_or_without_what_they_need_are_told_before_anything_is_written() {
    let ground = Ground::new();
    let (dev, control) = (Caller::new(ground.stand.dev()), ground.stand.control());
    let prod = ground.stand.instance("prod");
    let (caller, needed) = caller_and_called(&dev);
    let whole = dev.archive("integrations", &caller);
    let before = states(prod);

    // Cut off in the middle, as a download that broke off.
    let cut = ground.file("cut.iar", &whole[..whole.len() / 2]);
    let error = ground.plan(&cut, TO).expect_error(1, "archiveDamaged");
    assert!(
        text(&error["guidance"]).contains("Export it again"),
        "{error}"
    );
    ground.nothing_written();

    // One bit is wrong in what tells what it is, and in what is sent and not looked at before.
    let flipped = |part: &str| {
        let mut bytes = whole.clone();
        bytes[middle_of(&whole, part)] ^= 0x10;
        ground.file("flipped.iar", &bytes)
    };
    let error = ground
        .plan(&flipped("project.xml"), TO)
        .expect_error(1, "archiveDamaged");
    assert!(text(&error["message"]).contains("checksum"), "{error}");
    let (waybill, finding) = ground.finding(&flipped(".wsdl"), TO, "archive-damaged");
    ground.is_refused(&waybill, &finding);

    // Written by a newer generation.
    let newer = ground.file("newer.iar", &whole);
    let (waybill, finding) = ground.finding(&newer, OLD, "wrong-generation");
    assert!(text(&finding["text"]).contains("Gen 2"), "{finding}");
    ground.is_refused(&waybill, &finding);

    // Without the integration that it calls, which the destination does not have either.
    let id = format!("integration:{needed}").parse().unwrap();
    assert!(control.delete("prod", &id));
    control.reset_calls();
    let alone = ground.file("alone.iar", &whole);
    let (waybill, finding) = ground.finding(&alone, TO, "called-missing");
    assert!(text(&finding["text"]).contains(&needed), "{finding}");
    assert!(
        found(&waybill, "need-missing").is_empty(),
        "told once: {waybill:#}"
    );
    ground.is_refused(&waybill, &finding);
    // Beside it in a folder it is taken along, and nothing is missing.
    let folder = ground.home.path("both");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("caller.iar"), &whole).unwrap();
    fs::write(
        folder.join("called.iar"),
        dev.archive("integrations", &needed),
    )
    .unwrap();
    let planned = ground.plan(&folder, TO).one("waybill");
    assert!(found(&planned, "called-missing").is_empty(), "{planned:#}");
    assert_eq!(
        list(&planned["items"])
            .iter()
            .filter(|one| one["sha256"].is_string())
            .count(),
        2
    );

    // The files are as they were, and so is the destination but for what was deleted there.
    assert_eq!(fs::read(&newer).unwrap(), whole);
    assert_eq!(fs::read(&alone).unwrap(), whole);
    let left: Vec<_> = before.into_iter().filter(|(id, _)| *id != needed).collect();
    assert_eq!(states(prod), left);
    ground.nothing_written();
}

#[test]
fn a_package_that_lost_an_archive_or_half_of_one_is_told() {
    let ground = Ground::new();
    let dev = Caller::new(ground.stand.dev());
    let all = dev.list("packages");
    let mut packages = all.iter().map(|one| {
        let name = text(&one["name"]).to_owned();
        let files = files_in(&dev.archive("packages", &name));
        (name, files)
    });
    let is_nested = |file: &(String, Vec<u8>)| {
        Path::new(&file.0)
            .extension()
            .is_some_and(|ending| ending == "iar")
    };
    let (_, files) = packages
        .find(|(_, files)| files.iter().filter(|file| is_nested(file)).count() >= 2)
        .unwrap_or_else(|| panic!("no package with two integrations"));
    let nested = files.iter().position(is_nested).unwrap();

    // One nested archive is cut off.
    let (mut half, half_name) = (files.clone(), files[nested].0.clone());
    let length = half[nested].1.len() / 2;
    half[nested].1.truncate(length);
    let half = ground.file("half.par", &rezipped(&half));
    let kept = fs::read(&half).unwrap();
    let error = ground.plan(&half, TO).expect_error(1, "archiveDamaged");
    assert!(text(&error["message"]).contains(&half_name), "{error}");
    assert_eq!(fs::read(&half).unwrap(), kept);

    // One is gone.
    let mut lost = files.clone();
    lost.remove(nested);
    let lost = ground.file("lost.par", &rezipped(&lost));
    let (waybill, finding) = ground.finding(&lost, TO, "archive-rezipped");
    assert_eq!(finding["severity"], "warning", "{finding}");
    let beside = found(&waybill, "package-neighbours");
    assert!(
        text(&beside[0]["text"]).contains("also holds what is not in its archive"),
        "{waybill:#}"
    );
    ground.nothing_written();
}

#[test]
fn an_archive_that_was_packed_anew_is_told_and_sent_as_it_is_by_whoever_wants_it() {
    let ground = Ground::new();
    let dev = Caller::new(ground.stand.dev());
    let (caller, _) = caller_and_called(&dev);
    let again = rezipped(&files_in(&dev.archive("integrations", &caller)));
    let file = ground.file("again.iar", &again);
    let (waybill, finding) = ground.finding(&file, TO, "archive-rezipped");
    assert_eq!(finding["severity"], "warning", "{finding}");
    assert!(
        text(&finding["text"]).contains("entries for folders"),
        "{finding}"
    );
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    // Unread, it stops the run.
    let id = text(&waybill["id"]);
    ground
        .home
        .run(&["run", id, "--yes"])
        .expect_error(1, "changeBlocked");
    ground.nothing_written();

    // The reference knows of no service that refuses an archive for how it was packed.
    let rules = warnings(&waybill);
    let ran = ground.home.run(&having_read(&rules, &["run", id, "--yes"]));
    ran.expect_code(0);
    assert_eq!(text(&ran.one("result")["status"]), "complete");
    assert_eq!(
        states(ground.stand.instance("prod")),
        states(ground.stand.dev())
    );
    assert_eq!(fs::read(&file).unwrap(), again);
}
