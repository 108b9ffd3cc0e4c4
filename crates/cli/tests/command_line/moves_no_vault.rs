//! A vault that cannot take the snapshot before the run: then nothing is written.

use std::fs;
use std::path::Path;

use crate::support::moving::{Ready, full_and_empty, plan, ready, save_both, states};
use crate::support::{Home, Keychain, Outcome, Stand, files_below, text};

struct Ground {
    stand: Stand,
    home: Home,
    ready: Ready,
}

fn ground(home: Home) -> Ground {
    let stand = full_and_empty(4);
    save_both(&home, &stand, "test");
    let ready = ready(&home, &stand);
    stand.control().reset_calls();
    Ground { stand, home, ready }
}

impl Ground {
    /// Neither a look nor a run nor a new plan gets far; each says why and what to do.
    #[track_caller]
    fn is_refused(&self) -> Outcome {
        let (planned, file) = plan(&self.home, "anew.json", &[]);
        assert_ne!(planned.code, Some(0), "{planned:?}");
        assert!(!file.exists() || planned.code == Some(3), "{planned:?}");
        let ran = self.home.run(&self.ready.run());
        ran.expect_code(1);
        let last = ran.lines().pop().unwrap();
        ran.expect_words(text(&last["message"]), text(&last["guidance"]));
        let calls = self.stand.control().calls();
        assert!(calls.effects.is_empty(), "{calls:?}");
        assert!(states(self.stand.instance("prod")).is_empty());
        ran
    }

    #[track_caller]
    fn goes_through(&self) {
        self.home.run(&self.ready.run()).expect_code(0);
        let prod = self.stand.instance("prod");
        assert_eq!(states(prod), states(self.stand.dev()));
        self.home.run(&["vault", "check"]).expect_code(0);
    }
}

#[test]
fn a_vault_that_was_taken_away_is_named_and_comes_back_as_it_was() {
    let ground = ground(Home::new());
    let (vault, aside) = (ground.home.vault(), ground.home.path("aside"));
    fs::rename(&vault, &aside).unwrap();
    let kept = files_below(&aside);
    let ran = ground.is_refused();
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("vault"), "{said}");
    assert_eq!(files_below(&aside), kept);
    put_back(&aside, &vault);
    ground.goes_through();
}

/// What was taken away comes back in place of what a refusal may have left.
fn put_back(aside: &Path, vault: &Path) {
    assert!(!vault.exists(), "no other vault was made in its place");
    fs::rename(aside, vault).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_vault_that_cannot_be_written_is_named_before_anything_is_changed() {
    use crate::support::SmallDisk;

    let ground = ground(Home::new());
    let (vault, aside) = (ground.home.vault(), ground.home.path("aside"));
    fs::rename(&vault, &aside).unwrap();
    let Some(disk) = SmallDisk::mount(&vault, 32) else {
        return;
    };
    for (path, bytes) in files_below(&aside) {
        let to = vault.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    disk.read_only(true);
    ground.is_refused();
    disk.read_only(false);
    ground.goes_through();
}

#[test]
fn a_vault_whose_password_is_gone_from_the_keychain_is_told_with_what_to_do() {
    let home = Home::new();
    let Some(keychain) = Keychain::start(&home) else {
        return;
    };
    let stand = full_and_empty(4);
    save_both(&home, &stand, "test");
    let ready = ready(&home, &stand);
    let password = home.vault_password();
    stand.control().reset_calls();
    let kept = files_below(&home.vault());

    keychain.forget("vault/");
    let (planned, file) = plan(&home, "anew.json", &[]);
    for refused in [planned, home.run(&ready.run())] {
        refused.expect_code(1);
        let last = refused.lines().pop().unwrap();
        let (message, guidance) = (text(&last["message"]), text(&last["guidance"]));
        assert!(message.contains("password"), "{last}");
        assert!(guidance.contains("recovery sheet"), "{last}");
        refused.expect_words(message, guidance);
    }
    assert!(!file.exists());
    assert!(stand.control().calls().effects.is_empty());
    assert_eq!(files_below(&home.vault()), kept);

    // The recovery sheet has it.
    let running = [&["--vault-password-stdin"], &ready.run()[..]].concat();
    home.run_with(&running, &[&password]).expect_code(0);
    assert_eq!(states(stand.instance("prod")), states(stand.dev()));
}
