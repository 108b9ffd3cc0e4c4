//! A build of a project, from its deployment in Development through Git to Test and Production.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::support::{
    Program, Review, Stand, User, allow_changes, at_step, checked, count, enter_on, enter_values,
    in_turn, oic3, read_warnings, run_it, test,
};
use crate::sshd::{Sshd, user as name_of_user};

const PROJECT: &str = "RETURNS_PORTAL";
const INSIDE: usize = 20;
const RELEASE: &str = "#/release/RL-0001";

#[test]
fn twenty_integrations_go_from_development_to_production_as_one_tagged_build() {
    in_turn(|| async {
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .instance(oic3("test").empty())
                .instance(oic3("prod").empty())
                .synthetic(2, 11)
                .inside_projects(INSIDE)
                .activation_time(Duration::from_millis(50))
        })
        .await;
        let user = User::with_keychain();
        user.add("Acme DEV", stand.dev());
        user.add_as("Acme TEST", stand.instance("test"), "test");
        user.add_as("Acme PROD", stand.instance("prod"), "production");
        let server = Sshd::start("");
        let repository = repository(&user, &server);
        let program = Program::start(&user).await;
        let mut review = Review::new();

        begin(&program, &mut review).await;
        ready(&program).await;
        review.look(&program, "release").await;
        promote(&program, &user, "Acme TEST").await;
        program.go(RELEASE).await;
        program.reads(&test("stop-Acme TEST"), "There").await;
        program.fill(&test("approved-by"), "Petra Novak").await;
        promote(&program, &user, "Acme PROD").await;
        program.go(RELEASE).await;
        program.reads(&test("stop-Acme PROD"), "There").await;
        review.look(&program, "release-there").await;
        review.end();

        let told = user.command_line(&["release", "show", "RL-0001"], &[]);
        assert_eq!(told["integrations"].as_array().unwrap().len(), INSIDE);
        for promotion in told["promotions"].as_array().unwrap() {
            assert_eq!(promotion["state"], "done", "{promotion:#}");
        }
        assert_eq!(told["promotions"][1]["approvedBy"], "Petra Novak");
        let tags = git(&repository, &["tag", "--list"]);
        assert_eq!(
            String::from_utf8(tags).unwrap().trim(),
            format!("{PROJECT}/1")
        );
        let archive = format!("refs/tags/{PROJECT}/1:releases/{PROJECT}/{PROJECT}.car");
        let archive = git(&repository, &["show", &archive]);
        let saved = user.path("saved.car");
        let of = |name: &str| told[name].as_str().unwrap().to_owned();
        let place = format!("snapshot:{}", of("snapshot"));
        let deployment = told["summary"]["deployment"].as_str().unwrap();
        let deployment = format!("{PROJECT}/deployment:{deployment}");
        let save = ["artifacts", &place, "--save", &deployment, "--to"];
        user.command_line(&[&save[..], &[saved.to_str().unwrap()]].concat(), &[]);
        assert!(
            std::fs::read(&saved).unwrap() == archive,
            "other bytes in Git"
        );
        program.quit().await;
    });
}

/// Fills in what is asked of a new release.
async fn begin(program: &Program, review: &mut Review) {
    program.go("#/move").await;
    enter_on(program, &test("move-releases")).await;
    program.click(&test("release-new")).await;
    pick(program, "release-instance", "Acme DEV").await;
    pick(program, "release-project", PROJECT).await;
    program
        .fill("[data-test=release-message]", "Fixes the labels")
        .await;
    pick(program, "release-target", "Releases").await;
    program.click(&test("route-Acme TEST")).await;
    program.click(&test("route-Acme PROD")).await;
    review.look(program, "release-new").await;
    enter_on(program, &test("release-begin")).await;
    program.see(&test("release-go-on")).await;
}

/// Chooses from a list by a part of what is shown, or by the value.
async fn pick(program: &Program, list: &str, wanted: &str) {
    program
        .until(&format!(
            "(() => {{ const list = document.querySelector('[data-test={list}]'); \
               const one = [...list.options].find((one) => one.value === '{wanted}' || one.innerText.includes('{wanted}')); \
               if (!one) return false; \
               if (list.value !== one.value) {{ list.value = one.value; list.dispatchEvent(new Event('change', {{ bubbles: true }})); }} \
               return list.value === one.value; }})()"
        ))
        .await;
}

/// Goes on until the release can be promoted, reading what has to be read.
async fn ready(program: &Program) {
    program
        .until_within(
            Duration::from_mins(3),
            &format!(
                "(() => {{ if (document.querySelector('{}')) return true; \
                   const next = document.querySelector('[data-test^=read-]:not(:disabled)') \
                     ?? document.querySelector('{}:not(:disabled, [aria-busy=\"true\"])'); \
                   next?.click(); return false; }})()",
                test("promote-Acme TEST").replace('\'', "\\'"),
                test("release-go-on").replace('\'', "\\'"),
            ),
        )
        .await;
}

/// Prepares a promotion, enters what its connections need, and runs it.
async fn promote(program: &Program, user: &User, to: &str) {
    enter_on(program, &test(&format!("promote-{to}"))).await;
    checked(program).await;
    if count(program, &test("fix-allowChanges")).await > 0 {
        allow_changes(program, to).await;
        checked(program).await;
    }
    read_warnings(program).await;
    if count(program, &test("fix-enterValues")).await > 0 {
        program.click(&test("fix-enterValues")).await;
        at_step(program, "connections").await;
        program.see(&test("bind-values")).await;
        let missing = "return [...document.querySelectorAll('[data-test^=connection-]')]\
            .filter((one) => one.innerText.includes('To enter')).length";
        let missing = program.run(missing).await.as_u64().unwrap();
        for round in 0..missing {
            enter_values(program, user, round == 0).await;
        }
    } else {
        program.click(&test("step-review")).await;
    }
    at_step(program, "review").await;
    if to.ends_with("PROD") {
        program.fill(&test("typed-name"), to).await;
    }
    let headline = run_it(program).await;
    assert!(headline.contains("activated"), "{headline}");
}

/// A bare repository, and the target that reaches it by the server.
fn repository(user: &User, server: &Sshd) -> std::path::PathBuf {
    let path = user.path("releases.git");
    let made = Command::new("git")
        .args(["init", "--quiet", "--bare", "--initial-branch=main"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    let address = format!(
        "ssh://{}@127.0.0.1:{}{}",
        name_of_user(),
        server.address.port(),
        path.display()
    );
    let key = server.key("plain");
    let key = key.to_str().unwrap();
    let how = ["--key", key, "--host-key", &server.host_key, "--off"];
    let add = [&["target", "add", "git", "Releases", &address][..], &how].concat();
    user.command_line(&add, &[]);
    path
}

fn git(repository: &Path, arguments: &[&str]) -> Vec<u8> {
    let answer = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(arguments)
        .output()
        .unwrap();
    assert!(answer.status.success(), "git {arguments:?}");
    answer.stdout
}
