//! The checks over moves between instances of the sandbox.

use std::collections::BTreeSet;

use waybill_engine::Severity;
use waybill_engine::waybill::{ConnectionMode, Existing, Fix, secret_account};
use waybill_model::{ArtifactId, ArtifactKind};
use waybill_sandbox::{Fault, FaultKind, InstanceSpec, Sandbox};

use crate::bench::Bench;
use crate::place::Move;

/// `dev` and `prod` with the same content.
async fn alike(number: usize) -> Move {
    Move::of(Bench::start(&["dev", "prod"], 60).await, number).await
}

/// `dev`, and a `prod` in which nothing is.
async fn into_nothing(number: usize) -> Move {
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("dev"))
        .instance(InstanceSpec::oic3("prod").empty())
        .synthetic(60, 7);
    let bench = Bench::with(sandbox.start().await.unwrap());
    Move::of(bench, number).await
}

/// The night that must not happen: what is moved is not there yet, and its connections are drafts.
#[tokio::test(flavor = "multi_thread")]
async fn every_draft_that_the_move_needs_blocks_until_its_values_are_entered() {
    let mut work = alike(25).await;
    let control = work.bench.sandbox.control().clone();
    let drafts = work.connections();
    assert!(drafts.len() >= 5, "{drafts:?}");
    for id in &drafts {
        assert!(control.set_status("prod", id, "INPROGRESS"), "{id}");
    }
    for id in &work.chosen {
        assert!(control.delete("prod", id), "{id}");
    }
    control.reset_calls();
    let checked = work.check().await;
    let found = checked.found("connection-draft");
    let subjects: BTreeSet<ArtifactId> = found
        .iter()
        .filter(|finding| finding.severity == Severity::Blocking)
        .filter_map(|finding| finding.subject.clone())
        .collect();
    assert_eq!(subjects, drafts);
    assert!(
        found
            .iter()
            .all(|one| matches!(one.fix, Some(Fix::EnterValues { .. })))
    );
    assert_eq!(control.calls().effects.len(), 0, "looking changes nothing");
    // Lists and archives are at hand already: a call for each connection there, and its agents.
    let most = u64::try_from(drafts.len()).unwrap() + 1;
    assert!(checked.calls <= most, "{} calls", checked.calls);

    for id in &drafts {
        let binding = work.bindings.connections.entry(id.clone()).or_default();
        binding.mode = ConnectionMode::Enter;
        for property in &checked.facts.connections[id].properties {
            if property.required && !property.secret && !property.file {
                let value = "https://x.example".to_owned();
                binding.values.insert(property.name.clone(), value);
            }
        }
    }
    // The secrets of these drafts are set there still.
    let checked = work.check().await;
    let open: BTreeSet<&str> = checked
        .blocking()
        .into_iter()
        .map(|(rule, _)| rule)
        .collect();
    assert!(
        !open.contains("connection-values"),
        "{:?}",
        checked.blocking()
    );
    let still: BTreeSet<ArtifactId> = checked
        .found("connection-draft")
        .into_iter()
        .filter_map(|one| one.subject.clone())
        .collect();
    let empty: BTreeSet<ArtifactId> = drafts
        .iter()
        .filter(|id| !work.bindings.connections[*id].enters())
        .cloned()
        .collect();
    assert_eq!(still, empty, "those that have nothing to enter stay drafts");
}

#[tokio::test(flavor = "multi_thread")]
async fn into_an_empty_instance_secrets_are_asked_for_and_then_held() {
    let mut work = into_nothing(20).await;
    let checked = work.check().await;
    let lacking: Vec<ArtifactId> = checked
        .found("connection-values")
        .into_iter()
        .filter(|one| one.severity == Severity::Blocking)
        .filter_map(|one| one.subject.clone())
        .collect();
    assert!(lacking.len() >= 3, "{:?}", checked.report.findings);
    for id in &lacking {
        let source = &checked.facts.source_connections[id];
        let binding = work.bindings.connections.entry(id.clone()).or_default();
        binding.mode = ConnectionMode::FromSource;
        for property in source.properties.iter().filter(|own| own.secret) {
            binding.secrets.push(property.name.clone());
        }
        for property in source
            .properties
            .iter()
            .filter(|own| own.file && own.required)
        {
            let file = work.bench.folder.path().join("key.pem");
            std::fs::write(&file, "a key").unwrap();
            binding
                .attachments
                .push(waybill_engine::waybill::AttachmentBinding {
                    property: property.name.clone(),
                    path: file.to_str().unwrap().to_owned(),
                    sha256: waybill_engine::sha256(b"a key"),
                });
        }
    }
    let not_held = work.check().await;
    let words =
        |one: &&waybill_engine::waybill::Finding| one.text.contains("is not kept on this computer");
    assert!(not_held.found("connection-values").iter().any(words));
    for (id, binding) in &work.bindings.connections {
        let accounts = binding
            .secrets
            .iter()
            .map(|name| secret_account("prod", id, name));
        work.own.secrets_held.extend(accounts);
    }
    let settled = work.check().await;
    let blocking = settled.blocking();
    assert!(
        !blocking
            .iter()
            .any(|(rule, _)| rule.starts_with("connection-")),
        "{blocking:?}"
    );
    // A file that is another one since is found.
    if std::fs::write(work.bench.folder.path().join("key.pem"), "another").is_ok()
        && work
            .bindings
            .connections
            .values()
            .any(|own| !own.attachments.is_empty())
    {
        let changed = work.check().await;
        assert!(!changed.found("connection-file").is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_group_that_is_not_there_blocks_and_one_that_runs_does_not() {
    let mut work = alike(4).await;
    let id = work.connections().into_iter().next().unwrap();
    let binding = work.bindings.connections.entry(id.clone()).or_default();
    binding.mode = ConnectionMode::Enter;
    binding.agent_group = Some("PLANT_NETWORK".to_owned());
    let checked = work.check().await;
    let groups = checked.facts.agent_groups.as_ref().unwrap();
    assert_eq!(groups["PLANT_NETWORK"].agents, Some((2, 2)));
    let group = ArtifactId::global(ArtifactKind::AgentGroup, "PLANT_NETWORK", None);
    // What needs nothing there is as it was: the integrations have to be activated to need it.
    for own in &work.chosen {
        assert!(
            work.bench
                .sandbox
                .control()
                .set_status("prod", own, "CONFIGURED")
        );
    }
    assert_eq!(work.check().await.found("agent-group").len(), 0);
    assert!(work.bench.sandbox.control().delete("prod", &group));
    let checked = work.check().await;
    let found = checked.found("agent-group");
    assert_eq!(found[0].severity, Severity::Blocking);
    assert_eq!(found[0].subject.as_ref(), Some(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_ended_or_is_not_there_blocks() {
    let mut work = alike(4).await;
    for own in &work.chosen {
        assert!(
            work.bench
                .sandbox
                .control()
                .set_status("prod", own, "CONFIGURED")
        );
    }
    let id = work.connections().into_iter().next().unwrap();
    let binding = work.bindings.connections.entry(id).or_default();
    binding.mode = ConnectionMode::Enter;
    let name = "sslCertificateAlias".to_owned();
    binding
        .values
        .insert(name.clone(), "bank_sftp_host".to_owned());
    let checked = work.check().await;
    assert_eq!(checked.found("certificate-ends"), Vec::<&_>::new());
    assert!(
        checked
            .report
            .passed
            .iter()
            .any(|one| one.rule == "certificate-missing")
    );
    work.own.now = "2036-01-01T00:00:00Z".to_owned();
    let checked = work.check().await;
    let found = checked.found("certificate-ends");
    assert_eq!(found[0].severity, Severity::Blocking, "{found:?}");
    assert!(found[0].text.contains("bank_sftp_host"));
    let binding = work.bindings.connections.values_mut().next().unwrap();
    binding.values.insert(name, "nobody_has_it".to_owned());
    let checked = work.check().await;
    assert_eq!(
        checked.found("certificate-missing")[0].severity,
        Severity::Blocking
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_open_in_the_destination_blocks_its_replacement() {
    let mut work = alike(4).await;
    work.policies.existing = Existing::Replace;
    let locked = work.chosen.first().unwrap().clone();
    assert_eq!(work.check().await.found("locked").len(), 0);
    assert!(work.bench.sandbox.control().lock("prod", &locked));
    let checked = work.check().await;
    let found = checked.found("locked");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].subject.as_ref(), Some(&locked));
    assert!(found[0].text.contains("developer@example.com"));
    // The archives of the sandbox are whole, and as it wrote them.
    for rule in ["archive-damaged", "archive-rezipped", "messages-in-flight"] {
        let passed = checked.report.passed.iter().any(|one| one.rule == rule);
        assert_eq!(passed, rule != "messages-in-flight", "{rule}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_a_note_and_no_silent_pass() {
    let mut work = alike(4).await;
    work.policies.existing = Existing::Replace;
    let id = work.connections().into_iter().next().unwrap();
    work.bindings.connections.entry(id).or_default().agent_group = Some("PLANT_NETWORK".to_owned());
    let control = work.bench.sandbox.control().clone();
    let fault = FaultKind::Status {
        code: 403,
        retry_after: None,
    };
    control.fail(Fault {
        kind: fault,
        times: 50,
        path: Some("agentgroups/PLANT_NETWORK/agents".to_owned()),
    });
    let checked = work.check().await;
    let found = checked.found("not-checked");
    assert!(
        found.iter().any(|one| one.severity == Severity::Note
            && one.text.contains("agent of group `PLANT_NETWORK`")),
        "{found:?}"
    );
    assert!(
        !checked
            .report
            .passed
            .iter()
            .any(|one| one.rule == "agent-group")
    );
}
