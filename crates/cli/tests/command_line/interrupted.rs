//! A backup that is cut off is continued: nothing is lost, nothing that was kept is fetched again.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Caller, Chance, Home, Listener, Restic, Stand, oic3, text};

const KILLS: usize = 20;
const INTEGRATIONS: usize = 200;
/// So many downloads can be under way at once, and are lost with the program.
const IN_FLIGHT: usize = 16;

/// The path under which the archive of an artifact is served.
fn archive_path(id: &str) -> Option<String> {
    let (head, name) = id.split_once(':')?;
    let (project, kind) = match head.rsplit_once('/') {
        Some((project, kind)) => (format!("projects/{project}/"), kind),
        None => (String::new(), head),
    };
    let list = match kind {
        "integration" if project.is_empty() => "integrations",
        "package" => "packages",
        "lookup" => "lookups",
        "library" => "libraries",
        "project" => "projects",
        _ => return None,
    };
    let base = "/ic/api/integration/v1";
    Some(format!("{base}/{project}{list}/{name}/archive"))
}

/// The archives that the journal says are kept by the interrupted run.
fn kept(home: &Home) -> BTreeSet<String> {
    let runs = home.run_bare(&["run", "list", "--json"], &[]).one("runs");
    let Some(run) = runs["runs"].as_array().unwrap().first().cloned() else {
        return BTreeSet::new();
    };
    assert_eq!(run["status"], "interrupted", "{run}");
    let detail = home
        .run_bare(&["run", "show", text(&run["id"]), "--json"], &[])
        .one("run");
    detail["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["state"] == "fetched")
        .filter_map(|item| archive_path(text(&item["id"])))
        .collect()
}

fn archives(heard: &[String]) -> Vec<&String> {
    heard
        .iter()
        .filter(|path| path.ends_with("/archive"))
        .collect()
}

#[test]
fn a_backup_killed_at_twenty_points_ends_complete_and_fetches_nothing_twice_that_was_kept() {
    let stand = Stand::start(|builder| {
        builder
            .instance(oic3("dev"))
            .synthetic(INTEGRATIONS, 11)
            .latency(Duration::from_millis(8))
    });
    let served: BTreeSet<String> = Caller::new(stand.dev())
        .served()
        .into_iter()
        .map(|(id, _, _)| id)
        .collect();
    assert!(served.len() >= INTEGRATIONS);
    let mut chance = Chance::of_the_day();
    let mut whole = Duration::from_secs(2);
    let mut kills = 0;
    let mut kept_at_a_kill = 0;
    while kills < KILLS {
        let home = Home::new();
        let listener = Listener::before(&stand.dev().design_url);
        home.add("Acme", &listener.of(stand.dev()));
        let begun = Instant::now();
        let mut here = 0;
        let mut stored = BTreeSet::new();
        let result = loop {
            let before = listener.heard().len();
            let live = home.spawn(&["backup", "Acme"]);
            // After many kills in one home there is little left to cut off.
            if kills < KILLS && here < 7 {
                thread::sleep(chance.part_of(whole));
            }
            let outcome = if kills < KILLS && here < 7 {
                live.kill()
            } else {
                live.wait()
            };
            thread::sleep(Duration::from_millis(30));
            let heard = listener.heard();
            for path in archives(&heard[before..]) {
                assert!(!stored.contains(path), "{path} was kept and fetched again");
            }
            if outcome.code.is_some() {
                outcome.expect_code(0);
                break outcome.one("result");
            }
            kills += 1;
            here += 1;
            stored = kept(&home);
            if stored.is_empty() {
                // On a busy machine it has to be let go on for longer before something is kept.
                whole += whole / 8;
            }
            kept_at_a_kill += usize::from(!stored.is_empty());
        };
        if here == 0 {
            whole = begun.elapsed();
        }
        assert_eq!(result["status"], "complete", "{result}");

        let shown = home.run(&["snapshot", "show", "latest"]).one("snapshot");
        let held: BTreeSet<String> = shown["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| text(&item["id"]).to_owned())
            .collect();
        let missing: Vec<_> = served.difference(&held).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let heard = listener.heard();
        let asked = archives(&heard);
        let once: BTreeSet<_> = asked.iter().collect();
        assert!(
            asked.len() <= once.len() + here * IN_FLIGHT,
            "{} downloads of {} archives after {here} kills",
            asked.len(),
            once.len()
        );
        assert_eq!(home.snapshots().len(), 1);
        let staged = home.data().join("staging");
        assert_eq!(std::fs::read_dir(staged).map_or(0, Iterator::count), 0);
        if let Some(restic) = Restic::of(&home, &home.vault(), &home.vault_password()) {
            restic.check();
        }
    }
    assert!(kept_at_a_kill > 0, "no kill came while something was kept");
}
