//! Access lists between two identity domains: nobody is let in who was not meant, and everybody who stays
//! out is named before anything is written.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;

use support::{Bench, bench, ended, save};
use tokio_util::sync::CancellationToken;
use waybill_app::view::{
    AccessCopy, AccessRight, FindingSeverity, HolderKind, MovePlan, PeopleEntry, PlaceRef,
    RoleHolder, RolesCopy, RolesEdit, RunStatus,
};
use waybill_client::wire::{AccessGroupRequest, AccessListRequest, MemberRequest};
use waybill_client::{Address, Client, ClientConfig, IdentityDomain, SignIn};
use waybill_sandbox::{Fault, FaultKind, IdentitySpec, InstanceSpec, Running, Sandbox};

const PROJECT: &str = "RETURNS_PORTAL";

fn person(number: usize, name: &str, email: &str) -> IdentitySpec {
    IdentitySpec::User {
        name: name.to_owned(),
        display: format!("Person {number}"),
        email: email.to_owned(),
        active: true,
    }
}

fn name(number: usize) -> String {
    format!("person{number:02}@example.com")
}

/// Two sandboxes, each with an identity domain of its own. The first knows 40 people and two groups. Of the
/// people the second lacks 5, and 2 have another e-mail address there.
async fn two() -> (Bench, Running, Running) {
    let mut dev = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .synthetic(4, 11)
        .domain("dev");
    for number in 0..40 {
        dev = dev.identity(person(number, &name(number), &name(number)));
    }
    let group = |members: Vec<String>| IdentitySpec::Group {
        name: "Returns Team".to_owned(),
        members,
    };
    let dev = dev.identity(group(vec![name(7)])).start().await.unwrap();
    let mut test = Sandbox::builder()
        .instance(InstanceSpec::oic3("test"))
        .synthetic(4, 11)
        .domain("test");
    for number in 5..40 {
        let (own, email) = match number {
            5 => (name(5), "renamed05@example.org".to_owned()),
            6 => (
                "renamed06@example.org".into(),
                "renamed06@example.org".into(),
            ),
            _ => (name(number), name(number)),
        };
        test = test.identity(person(number, &own, &email));
    }
    let test = test.identity(group(vec![name(8)])).start().await.unwrap();
    let bench = bench();
    save(&bench, &dev, "dev").await;
    save(&bench, &test, "test").await;
    (bench, dev, test)
}

fn config(running: &Running, name: &str) -> ClientConfig {
    let instance = running.instance(name).unwrap();
    let address = Address {
        generation: instance.generation,
        base: instance.design_url.parse().unwrap(),
        instance_name: instance.integration_instance.clone(),
    };
    let sign_in = SignIn::ClientCredentials {
        token_url: instance.token_url.parse().unwrap(),
        client_id: instance.client_id.clone(),
        client_secret: instance.client_secret.clone().into(),
        scope: instance.scope.clone(),
    };
    ClientConfig::new(address, sign_in)
}

/// Makes all 40 people editors of the project, the team and a group that is gone too.
async fn fill(dev: &Running) {
    let config = config(dev, "dev");
    let domain = IdentityDomain::new(&config).unwrap();
    let users = domain.users(None).await.unwrap();
    let users = users.into_iter().map(|read| read.value);
    let people = users.filter(|own| own.user_name.starts_with("person"));
    let member = |id: String, name: String, kind: &str| MemberRequest {
        id,
        display_name: Some(name),
        member_kind: Some(kind.to_owned()),
    };
    let mut allowed: Vec<MemberRequest> = people
        .map(|own| member(own.id, own.display_name.unwrap_or_default(), "user"))
        .collect();
    assert_eq!(allowed.len(), 40);
    let owner = allowed[20].clone();
    let groups = domain.groups(None).await.unwrap();
    let team = groups.into_iter().map(|read| read.value);
    let team = team
        .into_iter()
        .find(|own| own.display_name == "Returns Team");
    allowed.push(member(team.unwrap().id, "Returns Team".to_owned(), "group"));
    allowed.push(member("gone".to_owned(), "Old Testers".to_owned(), "group"));
    let some = |allowed: Vec<MemberRequest>| AccessGroupRequest {
        allow_all: false,
        allowed,
    };
    let list = AccessListRequest {
        administrators: some(vec![owner]),
        editors: some(allowed),
        viewers: AccessGroupRequest {
            allow_all: true,
            allowed: Vec::new(),
        },
        monitors: some(Vec::new()),
    };
    let client = Client::new(config).unwrap();
    client.set_access_list(PROJECT, &list).await.unwrap();
}

async fn planned(bench: &Bench) -> MovePlan {
    let begun = bench
        .app
        .access_copy(AccessCopy {
            from: PlaceRef::Instance { id: "dev".into() },
            to: "test".to_owned(),
            projects: vec![PROJECT.to_owned()],
        })
        .await
        .unwrap();
    let id = begun.summary.id;
    bench
        .app
        .move_plan(&id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap()
}

/// Reads all warnings.
async fn acknowledge(bench: &Bench, plan: &MovePlan) {
    for finding in &plan.findings {
        if finding.severity == FindingSeverity::Warning {
            bench
                .app
                .move_acknowledge(&plan.id, &finding.rule, finding.subject.as_ref(), true)
                .await
                .unwrap();
        }
    }
}

/// Who edits the project there, by name.
async fn editors(bench: &Bench, instance: &str) -> BTreeSet<String> {
    let place = PlaceRef::Instance {
        id: instance.to_owned(),
    };
    let view = bench.app.access(&place, PROJECT).await.unwrap();
    let groups = view.groups.into_iter();
    let mut editors = groups.filter(|group| group.right == AccessRight::Editor);
    let members = editors.next().unwrap().members;
    members.into_iter().map(|own| own.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_forty_people_the_eight_in_doubt_are_named_and_nobody_wrong_is_let_in() {
    let (bench, dev, _test) = two().await;
    fill(&dev).await;
    let plan = planned(&bench).await;
    let told: Vec<String> = plan
        .findings
        .iter()
        .filter(|finding| finding.rule == "identity-unsettled")
        .map(|finding| finding.text.clone())
        .collect();
    assert_eq!(told.len(), 8, "{told:#?}");
    for number in 0..7 {
        let named = told.iter().filter(|text| text.contains(&name(number)));
        assert_eq!(named.count(), 1, "{number}: {told:#?}");
    }
    assert!(told.iter().any(|text| text.contains("Old Testers")));

    acknowledge(&bench, &plan).await;
    let before = editors(&bench, "test").await;
    let run = bench.app.move_run(&plan.id, None).await.unwrap();
    let detail = ended(&bench.app, &run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done, "{detail:#?}");
    let expected: BTreeSet<String> = (7..40)
        .map(name)
        .chain(["Returns Team".to_owned()])
        .collect();
    assert_eq!(editors(&bench, "test").await, expected);

    // And back, as it was.
    let back = bench.app.rollback_plan(&run.id, None).await.unwrap();
    let id = back.summary.id;
    let back = bench
        .app
        .move_plan(&id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    acknowledge(&bench, &back).await;
    let run = bench.app.move_run(&id, None).await.unwrap();
    ended(&bench.app, &run.id).await;
    assert_eq!(editors(&bench, "test").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_says_is_remembered_and_lets_in_whom_it_names() {
    let (bench, dev, _test) = two().await;
    fill(&dev).await;
    let said = |from: usize, to: Option<String>| PeopleEntry {
        kind: HolderKind::User,
        from: name(from),
        to,
    };
    let table = bench
        .app
        .people_set(
            "dev",
            "test",
            vec![
                said(5, Some(name(5))),
                said(6, Some("renamed06@example.org".to_owned())),
                said(0, None),
            ],
        )
        .unwrap();
    assert!(!table.same_domain);
    assert_eq!(bench.app.people("dev", "test").unwrap(), table);
    let plan = planned(&bench).await;
    let count = |rule: &str| plan.findings.iter().filter(|one| one.rule == rule).count();
    assert_eq!(count("identity-unsettled"), 5);
    assert_eq!(count("identity-left-out"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_that_cannot_be_read_lets_nobody_in() {
    let (bench, dev, test) = two().await;
    fill(&dev).await;
    test.control().fail(Fault {
        kind: FaultKind::Status {
            code: 403,
            retry_after: None,
        },
        times: 1000,
        path: Some("/admin/v1/".into()),
    });
    let plan = planned(&bench).await;
    assert!(plan.steps.is_empty(), "{:#?}", plan.steps);
    let told = plan.findings.iter().find(|one| one.rule == "cannot-go");
    let guidance = told.unwrap().guidance.clone().unwrap();
    assert!(guidance.contains("could not be looked at"), "{guidance}");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_shown_and_compared() {
    let (bench, _dev, _test) = two().await;
    let view = bench.app.roles("dev").await.unwrap();
    assert_eq!(view.roles.len(), 8);
    assert!(
        view.holders
            .iter()
            .any(|own| own.role == "ServiceAdministrator" && own.kind == HolderKind::App)
    );
    let told = bench.app.roles_compare("dev", "test").await.unwrap();
    let people = told.same.iter().filter(|own| own.kind == HolderKind::User);
    assert_eq!(people.count(), 1);
}

/// Who of the people and groups has a role there.
async fn has(bench: &Bench, instance: &str, role: &str) -> BTreeSet<String> {
    let view = bench.app.roles(instance).await.unwrap();
    let holders = view.holders.into_iter();
    holders
        .filter(|own| own.role == role && own.kind != HolderKind::App)
        .map(|own| own.name)
        .collect()
}

fn holder(kind: HolderKind, name: String) -> RoleHolder {
    RoleHolder {
        role: "ServiceMonitor".to_owned(),
        kind,
        name,
    }
}

/// Plans, reads and runs a move.
async fn carried_out(bench: &Bench, id: &str) -> String {
    let plan = bench
        .app
        .move_plan(id, true, &|_| {}, CancellationToken::new())
        .await
        .unwrap();
    acknowledge(bench, &plan).await;
    let run = bench.app.move_run(id, None).await.unwrap();
    let detail = ended(&bench.app, &run.id).await;
    assert_eq!(detail.summary.status, RunStatus::Done, "{detail:#?}");
    run.id
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_given_copied_and_taken_back_by_waybills() {
    let (bench, _dev, _test) = two().await;
    let give = vec![
        holder(HolderKind::User, name(7)),
        holder(HolderKind::User, name(0)),
        holder(HolderKind::Group, "Returns Team".to_owned()),
    ];
    let edit = RolesEdit {
        instance: "dev".to_owned(),
        give,
        take: Vec::new(),
    };
    let begun = bench.app.roles_edit(edit).await.unwrap();
    carried_out(&bench, &begun.summary.id).await;
    assert_eq!(has(&bench, "dev", "ServiceMonitor").await.len(), 3);

    let before = has(&bench, "test", "ServiceMonitor").await;
    let copy = RolesCopy {
        from: "dev".to_owned(),
        to: "test".to_owned(),
        take_away: false,
    };
    let begun = bench.app.roles_copy(copy).await.unwrap();
    let run = carried_out(&bench, &begun.summary.id).await;
    // The first of the people is not known there.
    let expected = BTreeSet::from([name(7), "Returns Team".to_owned()]);
    assert_eq!(has(&bench, "test", "ServiceMonitor").await, expected);

    let back = bench.app.rollback_plan(&run, None).await.unwrap();
    carried_out(&bench, &back.summary.id).await;
    assert_eq!(has(&bench, "test", "ServiceMonitor").await, before);
}
