//! Mail to a real server: TLS and STARTTLS, what fails has a stage, and what cannot be sent waits.

use waybill_app::view::{
    MailSecurity, OwnerRule, RunStatus, WordKind, WordStageName, WordState, WordTest,
};
use waybill_model::ArtifactKind;

use crate::post_office::{Encryption, PostOffice, is_there};
use crate::{CANARY, Office};

async fn test(office: &Office) -> WordTest {
    office.app().word_test("mail", &|_| {}).await.unwrap()
}

fn failed_at(test: &WordTest) -> WordStageName {
    assert!(!test.passed, "{test:?}");
    let last = test.stages.last().unwrap();
    assert!(!last.passed && last.remedy.is_some(), "{test:?}");
    assert!(!format!("{test:?}").contains(CANARY), "{test:?}");
    last.stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_mail_arrives_encrypted_and_signed_in_and_what_fails_has_a_stage() {
    if !is_there() {
        return;
    }
    let office = Office::begin().await;
    for (encryption, security) in [
        (Encryption::StartTls, MailSecurity::StartTls),
        (Encryption::Tls, MailSecurity::Tls),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut post = PostOffice::open(folder.path(), encryption, "waybill", CANARY);
        let ca_file = post.ca_file().display().to_string();
        let set = |form: &mut waybill_app::view::WordForm| {
            form.ca_file = Some(ca_file.clone());
            form.mail.as_mut().unwrap().security = security;
        };
        office.mail(post.port, set).await;
        let passed = test(&office).await;
        assert!(passed.passed, "{passed:?}");
        let stages: Vec<WordStageName> = passed.stages.iter().map(|stage| stage.stage).collect();
        assert_eq!(
            stages,
            [
                WordStageName::Address,
                WordStageName::Tls,
                WordStageName::SignIn,
                WordStageName::Accepted
            ]
        );
        let taken = post.taken();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0]["encrypted"], true);
        assert_eq!(taken[0]["signedIn"], true);
        assert_eq!(taken[0]["from"], "waybill@acme.com");
        assert_eq!(taken[0]["to"][0], "ops@acme.com");

        office
            .mail(post.port, |form| {
                set(form);
                form.ca_file = None;
            })
            .await;
        assert_eq!(failed_at(&test(&office).await), WordStageName::Tls);

        office
            .mail(post.port, |form| {
                set(form);
                form.mail.as_mut().unwrap().user = Some("somebody".into());
            })
            .await;
        assert_eq!(failed_at(&test(&office).await), WordStageName::SignIn);

        office
            .mail(post.port, |form| {
                set(form);
                form.mail.as_mut().unwrap().to = vec!["nobody@acme.com".into()];
            })
            .await;
        assert_eq!(failed_at(&test(&office).await), WordStageName::Accepted);

        // The other kind of encryption.
        let other = match security {
            MailSecurity::Tls => MailSecurity::StartTls,
            _ => MailSecurity::Tls,
        };
        if security == MailSecurity::StartTls {
            office
                .mail(post.port, |form| {
                    set(form);
                    form.mail.as_mut().unwrap().security = other;
                })
                .await;
            assert_eq!(failed_at(&test(&office).await), WordStageName::Tls);
        }

        office.mail(post.port, set).await;
        post.close();
        assert_eq!(failed_at(&test(&office).await), WordStageName::Address);
    }
}

#[tokio::test]
async fn a_server_on_this_computer_needs_no_encryption_and_another_one_does() {
    if !is_there() {
        return;
    }
    let office = Office::begin().await;
    let folder = tempfile::tempdir().unwrap();
    let post = PostOffice::open(folder.path(), Encryption::Plain, "", "");
    let plain = |form: &mut waybill_app::view::WordForm| {
        let mail = form.mail.as_mut().unwrap();
        mail.security = MailSecurity::None;
        mail.user = None;
    };
    office.mail(post.port, plain).await;
    let passed = test(&office).await;
    assert!(passed.passed, "{passed:?}");
    assert_eq!(post.taken()[0]["signedIn"], false);

    let mut form = office.app().word().unwrap().form;
    form.mail.as_mut().unwrap().host = "mail.example.com".into();
    let refused = office
        .app()
        .word_set(&form, waybill_app::view::WordSecrets::default())
        .await
        .unwrap_err();
    assert_eq!(refused.context["field"], "mailSecurity");
    // STARTTLS is not given up where the server does not offer it.
    office
        .mail(post.port, |form| {
            form.mail.as_mut().unwrap().user = None;
        })
        .await;
    assert_eq!(failed_at(&test(&office).await), WordStageName::Tls);
}

#[tokio::test]
async fn what_cannot_be_sent_waits_is_shown_and_does_no_harm_to_the_backup() {
    if !is_there() {
        return;
    }
    let office = Office::begin().await;
    let folder = tempfile::tempdir().unwrap();
    let mut post = PostOffice::open(folder.path(), Encryption::StartTls, "waybill", CANARY);
    let ca_file = post.ca_file().display().to_string();
    post.close();
    office
        .mail(post.port, |form| form.ca_file = Some(ca_file.clone()))
        .await;
    let first = office.back_up().await;
    assert_eq!(first.summary.status, RunStatus::Done);
    let locked = locked(&office).await;
    let gaps = office.back_up().await;
    assert_eq!(gaps.summary.status, RunStatus::Partial);
    let view = office.app().word().unwrap();
    assert_eq!(view.waiting, 1);
    let problem = view.problem.unwrap();
    assert!(problem.contains("does not answer"), "{problem}");
    assert_eq!(
        office.app().word_log(9).unwrap()[0].state,
        WordState::Waiting
    );

    post.reopen();
    office.forward(1);
    office.app().words_look().await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    let text = taken[0]["text"].as_str().unwrap();
    assert!(text.contains("one: the backup has gaps"), "{text}");
    assert!(text.contains("What to do"), "{text}");
    let view = office.app().word().unwrap();
    assert_eq!((view.waiting, view.problem), (0, None));
    assert_eq!(view.open.len(), 1);

    assert!(office.sandbox.control().unlock("one", &locked));
    office.back_up().await;
    let taken = post.taken();
    assert_eq!(taken.len(), 2);
    let text = taken[1]["text"].as_str().unwrap();
    assert!(text.contains("the backup is complete again"), "{text}");
    assert!(office.app().word().unwrap().open.is_empty());
}

#[tokio::test]
async fn the_owner_of_what_failed_gets_one_mail_with_what_is_his() {
    if !is_there() {
        return;
    }
    let office = Office::begin().await;
    let folder = tempfile::tempdir().unwrap();
    let post = PostOffice::open(folder.path(), Encryption::StartTls, "waybill", CANARY);
    let ca_file = post.ca_file().display().to_string();
    office
        .mail(post.port, |form| {
            form.ca_file = Some(ca_file.clone());
            form.owners = true;
            form.owner_rules = vec![OwnerRule {
                who: "*".into(),
                to: "owner@acme.com".into(),
            }];
        })
        .await;
    office.back_up().await;
    locked(&office).await;
    office.back_up().await;
    office.back_up().await;
    let taken = post.taken();
    let to: Vec<&str> = taken
        .iter()
        .filter_map(|mail| mail["to"][0].as_str())
        .collect();
    assert_eq!(to, ["ops@acme.com", "owner@acme.com"]);
    let own = taken[1]["text"].as_str().unwrap();
    assert!(own.contains("that you changed last"), "{own}");
    let log = office.app().word_log(9).unwrap();
    assert_eq!(
        log.iter()
            .filter(|line| line.kind == WordKind::Owner)
            .count(),
        1
    );
}

/// Somebody opens an integration in the console.
async fn locked(office: &Office) -> waybill_model::ArtifactId {
    let place = waybill_app::view::PlaceRef::Instance {
        id: office.instance.id.clone(),
    };
    let catalogue = office.app().catalogue(&place, true).await.unwrap();
    let one = catalogue
        .artifacts
        .into_iter()
        .find(|one| one.id.kind == ArtifactKind::Integration && one.id.scope.project().is_none())
        .unwrap();
    assert!(office.sandbox.control().touch("one", &one.id));
    assert!(office.sandbox.control().lock("one", &one.id));
    one.id
}
