//! What comes in between after a move was planned: a colleague, somebody at the console, an administrator
//! who takes a right away. Each stops what it has to, says so, and leaves nothing half told.

use waybill_sandbox::FaultKind;

use crate::support::moving::{
    FROM, TO, found, full_and_empty, having_read, list, plan, ready, save_both, states, warnings,
};
use crate::support::{Caller, Home, text};

#[test]
fn a_destination_that_was_changed_meanwhile_and_what_is_locked_there_stop_it_before_anything_is_written()
 {
    let stand = full_and_empty(6);
    let home = Home::new();
    save_both(&home, &stand, "test");
    let first = ready(&home, &stand);
    home.run(&first.run()).expect_code(0);
    let (dev, control) = (Caller::new(stand.dev()), stand.control());
    let more = ["--existing".to_owned(), "replace".to_owned()];
    let (planned, file) = plan(&home, "again.json", &more);
    let waybill = planned.one("waybill");
    assert_eq!(waybill["blocked"], false, "{:#}", waybill["findings"]);
    let (rules, path) = (warnings(&waybill), file.to_str().unwrap());
    let running = having_read(&rules, &["run", path, "--yes"]);

    // A colleague saved one of them in between.
    let one = text(&dev.list("integrations")[0]["id"]).to_owned();
    let id = format!("integration:{one}").parse().unwrap();
    assert!(control.touch("prod", &id));
    control.reset_calls();
    let looked = home.run(&having_read(&rules, &["run", path, "--dry-run"]));
    looked.expect_code(3);
    let changed = looked.one("look")["changed"].clone();
    assert_eq!(list(&changed).len(), 1, "{changed}");
    let ran = home.run(&running);
    ran.expect_code(1);
    let last = ran.lines().pop().unwrap();
    let (message, guidance) = (text(&last["message"]), text(&last["guidance"]));
    assert!(
        message.contains("has changed since the waybill was planned"),
        "{last}"
    );
    ran.expect_words(message, guidance);
    assert!(control.calls().effects.is_empty());

    // Somebody has it open in the console.
    assert!(control.lock("prod", &id));
    let (planned, file) = plan(&home, "locked.json", &more);
    planned.expect_code(3);
    let waybill = planned.one("waybill");
    let about = format!("integration:{one}");
    let barred = found(&waybill, "locked");
    assert_eq!(barred.len(), 1, "told once: {:#}", waybill["findings"]);
    assert_eq!(barred[0]["severity"], "blocking");
    assert_eq!(barred[0]["subject"], about.as_str());
    assert!(text(&barred[0]["text"]).contains("developer@example.com"));
    let rules = warnings(&waybill);
    let running = having_read(&rules, &["run", file.to_str().unwrap(), "--yes"]);
    home.run(&running).expect_error(1, "changeBlocked");
    assert!(control.calls().effects.is_empty());
    assert!(control.unlock("prod", &id));
}

#[test]
fn rights_that_are_withdrawn_in_the_middle_stop_the_run_and_it_goes_on_once_they_are_back() {
    let stand = full_and_empty(8);
    let home = Home::new();
    save_both(&home, &stand, "production");
    crate::support::moving::allow(&home);
    let ready = ready(&home, &stand);
    let control = stand.control();
    control.reset_calls();
    let forbidden = FaultKind::Status {
        code: 403,
        retry_after: None,
    };
    let running = [&ready.run()[..], &["--instance-name", TO]].concat();
    let mut live = home.spawn(&running);
    assert!(live.wait_for(|_| !control.calls().effects.is_empty()));
    stand.fail_always(forbidden, "");
    let ran = live.wait();
    ran.expect_code(1);
    let last = ran.lines().pop().unwrap();
    ran.expect_words(text(&last["message"]), text(&last["guidance"]));
    control.heal();

    // Production wants its name before it goes on, as it did before it began.
    for verb in ["resume", "retry"] {
        let error = home.run(&[verb, "latest"]).expect_error(2, "badInput");
        assert_eq!(
            text(&error["guidance"]),
            format!("Add `--instance-name \"{TO}\"`.")
        );
        let wrong = [verb, "latest", "--instance-name", FROM];
        home.run(&wrong).expect_error(2, "badInput");
    }
    // And an allowance that ended is told before anything begins.
    home.run(&["instance", "read-only", TO]).expect_code(0);
    let resuming = ["resume", "latest", "--instance-name", TO];
    let error = home.run(&resuming).expect_error(1, "readOnly");
    assert!(text(&error["guidance"]).contains("waybill instance allow-writes"));
    crate::support::moving::allow(&home);
    home.run(&resuming).expect_code(0);
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
    let twice: Vec<_> = control
        .calls()
        .effects
        .into_iter()
        .filter(|(kind, _)| kind.contains("archive") || kind.contains("ACTIVATED"))
        .flat_map(|(kind, subjects)| {
            let twice = subjects.into_iter().filter(|(_, times)| *times > 1);
            twice.map(move |(subject, _)| format!("{kind} {subject}"))
        })
        .collect();
    assert!(twice.is_empty(), "{twice:#?}");
}
