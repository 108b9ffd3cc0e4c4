//! Drift: what changed from one backup to the next, by whom, and whether Waybill did it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Bench, bench, ended, save};
use waybill_app::Waybill;
use waybill_app::view::{
    ChangeRequest, DriftAsk, DriftChange, DriftKind, DriftView, ErrorCode, NewValue, PlaceRef,
    RunStatus, SelectionView,
};
use waybill_model::{Artifact, ArtifactId, ArtifactKind, State, WritePolicy};
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

/// An instance, the Waybill that looks after it, and one on another computer of which that one knows nothing.
struct Stand {
    sandbox: Running,
    own: Bench,
    other: Bench,
}

impl Stand {
    async fn begin() -> Self {
        let sandbox = Sandbox::builder()
            .instance(InstanceSpec::oic3("one"))
            .synthetic(8, 5)
            .start()
            .await
            .unwrap();
        let (own, other) = (bench(), bench());
        for bench in [&own, &other] {
            save(bench, &sandbox, "one").await;
            bench
                .app
                .instance_policy_set("one", WritePolicy::Allow)
                .await
                .unwrap();
        }
        Self {
            sandbox,
            own,
            other,
        }
    }

    async fn artifacts(&self) -> Vec<Artifact> {
        let place = here();
        let catalogue = self.own.app.catalogue(&place, true).await.unwrap();
        catalogue.artifacts
    }

    async fn drift(&self, ask: &DriftAsk) -> DriftView {
        self.own.app.drift("one", ask).await.unwrap()
    }
}

fn here() -> PlaceRef {
    PlaceRef::Instance { id: "one".into() }
}

async fn settled(app: &Waybill) {
    while app.has_runs() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn back_up(app: &Waybill) -> String {
    let run = app
        .backup_start("one", SelectionView::Everything, None)
        .await
        .unwrap();
    let end = ended(app, &run.id).await;
    assert_eq!(end.summary.status, RunStatus::Done, "{:?}", end.summary);
    settled(app).await;
    end.summary.snapshot.unwrap()
}

async fn change(app: &Waybill, request: ChangeRequest) -> String {
    let run = app
        .change_start("one", request, Vec::new(), None)
        .await
        .unwrap();
    let end = ended(app, &run.id).await;
    assert_eq!(end.summary.status, RunStatus::Done, "{:?}", end.summary);
    settled(app).await;
    run.id
}

fn of<'a>(view: &'a DriftView, id: &ArtifactId) -> &'a DriftChange {
    view.steps
        .iter()
        .flat_map(|step| &step.changes)
        .find(|change| change.id == *id)
        .unwrap_or_else(|| panic!("{id} is not in {view:#?}"))
}

fn deactivate(id: &ArtifactId) -> ChangeRequest {
    ChangeRequest::Deactivate {
        id: id.clone(),
        stop_schedule: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_with_its_meaning_by_whom_and_from_where() {
    let stand = Stand::begin().await;
    back_up(&stand.other.app).await;
    let first = back_up(&stand.own.app).await;
    assert_eq!(stand.own.app.snapshot_drift(&first).await.unwrap(), None);
    let artifacts = stand.artifacts().await;
    let global = |kind| {
        artifacts
            .iter()
            .filter(move |one| one.id.kind == kind && one.id.scope.project().is_none())
    };
    let mut active = global(ArtifactKind::Integration)
        .filter(|one| one.state == Some(State::Active) && one.lock.is_none() && !one.prebuilt);
    let ours = active.next().unwrap().id.clone();
    let theirs = active.next().unwrap().id.clone();
    let touched = global(ArtifactKind::Integration)
        .find(|one| one.id != ours && one.id != theirs && !one.prebuilt)
        .unwrap()
        .id
        .clone();
    let lookup = global(ArtifactKind::Lookup).next().unwrap().id.clone();
    let place = here();
    let mut edited = None;
    for connection in global(ArtifactKind::Connection) {
        let detail = stand
            .own
            .app
            .artifact_detail(&place, &connection.id)
            .await
            .unwrap();
        let text = serde_json::to_string(&detail).unwrap();
        if text.contains("connectionUrl") {
            edited = Some(connection.id.clone());
            break;
        }
    }
    let connection = edited.unwrap();

    let run = change(&stand.own.app, deactivate(&ours)).await;
    change(&stand.other.app, deactivate(&theirs)).await;
    let value = ChangeRequest::EditConnection {
        id: connection.clone(),
        values: vec![NewValue {
            name: "connectionUrl".into(),
            value: Some("https://new.example.com:8443".into()),
        }],
        secrets: Vec::new(),
        security_policy: None,
        agent_group: None,
    };
    change(&stand.other.app, value).await;
    assert!(stand.sandbox.control().touch("one", &touched));
    assert!(stand.sandbox.control().delete("one", &lookup));
    let second = back_up(&stand.own.app).await;

    let all = stand.drift(&DriftAsk::default()).await;
    assert_eq!(all.steps.len(), 1, "{all:#?}");
    assert_eq!(all.steps[0].snapshot.as_deref(), Some(second.as_str()));
    assert_eq!(all.steps[0].before.as_deref(), Some(first.as_str()));

    let inside = of(&all, &ours);
    assert_eq!(inside.words, "deactivated");
    assert_eq!(inside.kinds, [DriftKind::State]);
    assert_eq!(inside.run.as_deref(), Some(run.as_str()));
    assert!(!inside.outside);
    let outside = of(&all, &theirs);
    assert_eq!(outside.words, "deactivated");
    assert!(outside.outside && outside.run.is_none());

    let value = of(&all, &connection);
    assert!(
        value.words.contains("connectionUrl") && value.words.contains("new.example.com:8443"),
        "{value:?}"
    );
    assert!(value.kinds.contains(&DriftKind::ConnectionValues));
    assert!(value.outside);
    let author = of(&all, &touched);
    assert_eq!(author.by.as_deref(), Some("developer@example.com"));
    assert!(author.outside && author.at.is_some(), "{author:?}");
    let gone = of(&all, &lookup);
    assert_eq!((gone.words.as_str(), gone.by.clone()), ("removed", None));
    assert_eq!(gone.kinds, [DriftKind::Removed]);

    let from_outside = stand
        .drift(&DriftAsk {
            only_outside: true,
            ..DriftAsk::default()
        })
        .await;
    let changes = &from_outside.steps[0].changes;
    assert!(changes.iter().all(|change| change.outside));
    let one = stand
        .drift(&DriftAsk {
            artifact: Some(lookup.clone()),
            ..DriftAsk::default()
        })
        .await;
    assert_eq!(one.steps[0].changes.len(), 1);

    // A backup without a change adds nothing, and what was found out stays as it was.
    let third = back_up(&stand.own.app).await;
    let step = stand.own.app.snapshot_drift(&third).await.unwrap().unwrap();
    assert!(step.changes.is_empty(), "{step:#?}");
    let again = stand.drift(&DriftAsk::default()).await;
    assert_eq!(again.steps, all.steps);
    assert_eq!(again.looked_at, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_once_is_neither_new_nor_forgotten() {
    let stand = Stand::begin().await;
    back_up(&stand.own.app).await;
    let artifacts = stand.artifacts().await;
    let one = artifacts
        .iter()
        .find(|one| one.id.kind == ArtifactKind::Integration && one.id.scope.project().is_none())
        .unwrap()
        .id
        .clone();
    let control = stand.sandbox.control();
    assert!(control.touch("one", &one) && control.lock("one", &one));
    let run = stand
        .own
        .app
        .backup_start("one", SelectionView::Everything, None)
        .await
        .unwrap();
    let partial = ended(&stand.own.app, &run.id).await;
    assert_eq!(partial.summary.status, RunStatus::Partial);
    settled(&stand.own.app).await;
    assert!(control.unlock("one", &one));
    back_up(&stand.own.app).await;
    let view = stand.drift(&DriftAsk::default()).await;
    let told: Vec<&DriftChange> = view
        .steps
        .iter()
        .flat_map(|step| &step.changes)
        .filter(|change| change.id == one)
        .collect();
    assert_eq!(told.len(), 1, "{view:#?}");
    assert!(!told[0].kinds.contains(&DriftKind::Added), "{told:?}");
    assert!(!told[0].kinds.contains(&DriftKind::Removed), "{told:?}");
}

#[tokio::test]
async fn a_time_that_is_none_and_an_instance_that_is_none_are_refused() {
    let own = bench();
    let ask = DriftAsk {
        since: Some("last week".into()),
        ..DriftAsk::default()
    };
    let nobody = own.app.drift("nobody", &ask).await.unwrap_err();
    assert_eq!(nobody.code, ErrorCode::UnknownSubject);
    let sandbox = Sandbox::builder()
        .instance(InstanceSpec::oic3("one"))
        .start()
        .await
        .unwrap();
    save(&own, &sandbox, "one").await;
    let refused = own.app.drift("one", &ask).await.unwrap_err();
    assert_eq!(refused.context["field"], "since");
    let empty = own.app.drift("one", &DriftAsk::default()).await.unwrap();
    assert_eq!((empty.steps.len(), empty.looked_at), (0, 0));
}
