//! Integrations activated, deactivated and changed, and what can be read of it.

use waybill_client::wire::{Activation, Deactivation, IntegrationFlags};
use waybill_client::{AwaitedIntegration, AwaitedState, Error, Patience, Settled};
use waybill_model::ArtifactKind::Integration;
use waybill_model::Generation::Oic3;
use waybill_sandbox::ActivationFault;

use super::integrations::NO_ID;
use super::place::Place;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

pub fn rows() -> Vec<Operation> {
    let mut rows = Vec::new();
    for place in [Place::Outside, Place::Project] {
        rows.extend([
            activate(place),
            deactivate(place),
            update(place),
            state(place),
            errors(place),
        ]);
    }
    rows.push(reactivate());
    rows
}

fn page(place: Place) -> &'static str {
    place.pick(
        "op-ic-api-integration-v1-integrations-id-post",
        "op-ic-api-integration-v1-projects-projectid-integrations-id-post",
    )
}

async fn settled(b: &Bench, place: Place, id: &str, state: AwaitedState) -> Result<(), Error> {
    let awaited = AwaitedIntegration {
        id: id.to_owned(),
        state,
    };
    let patience = Patience {
        first_pause: std::time::Duration::from_millis(5),
        longest_pause: std::time::Duration::from_millis(20),
        give_up_after: std::time::Duration::from_secs(20),
    };
    let ends = b
        .client
        .watch_activations(&place.scope(), &[awaited], patience, |_| {})
        .await?;
    assert_eq!(ends, [(id.to_owned(), Settled::Reached)]);
    Ok(())
}

fn activate(place: Place) -> Operation {
    place
        .row(
            "Activate an integration",
            "Activate an integration of a project",
            "POST",
            "/integrations/{id}",
        )
        .source(page(place))
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("activate_integration")
        .statuses(&[200], &[404, 412, 500])
        .call(move |b| async move {
            let id = b.integration(&place.scope(), "CONFIGURED").await?;
            let activation = Activation {
                at_once: true,
                ..Activation::default()
            };
            b.client
                .activate_integration(&place.scope(), &id, &activation)
                .await?;
            settled(&b, place, &id, AwaitedState::Activated).await
        })
        .refused(404, move |b| async move {
            b.client
                .activate_integration(&place.scope(), NO_ID, &Activation::default())
                .await
                .map(drop)
        })
        .refused(412, move |b| async move {
            let id = b.integration(&place.scope(), "ACTIVATED").await?;
            b.client
                .activate_integration(&place.scope(), &id, &Activation::default())
                .await
                .map(drop)
        })
        .faulted(500)
        .note("Sent with `X-HTTP-Method-Override: PATCH`. OIC 3 answers at once with `ACTIVATION_INPROGRESS`, also unasked; only the state read afterwards tells the end. On Gen 2 the call waits unless `enableAsyncActivationMode` is set, and a failed activation is answered with 500.")
}

fn deactivate(place: Place) -> Operation {
    place
        .row(
            "Deactivate an integration",
            "Deactivate an integration of a project",
            "POST",
            "/integrations/{id}",
        )
        .source(page(place))
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("deactivate_integration")
        .statuses(&[200], &[404, 412, 500])
        .call(move |b| async move {
            let id = b.integration(&place.scope(), "ACTIVATED").await?;
            b.client
                .deactivate_integration(&place.scope(), &id, &Deactivation::default())
                .await?;
            settled(&b, place, &id, AwaitedState::Deactivated).await
        })
        .refused(404, move |b| async move {
            b.client
                .deactivate_integration(&place.scope(), NO_ID, &Deactivation::default())
                .await
                .map(drop)
        })
        .refused(412, move |b| async move {
            let id = b.integration(&place.scope(), "CONFIGURED").await?;
            b.client
                .deactivate_integration(&place.scope(), &id, &Deactivation::default())
                .await
                .map(drop)
        })
        .faulted(500)
        .note("`stopScheduleForDeactivation` goes as a text in the body, as a public script sends it to OIC 3; without it a running schedule is refused with 412 in the sandbox.")
}

fn update(place: Place) -> Operation {
    let debug = || IntegrationFlags {
        tracing: Some(true),
        payload_tracing: Some(true),
        ..IntegrationFlags::default()
    };
    place
        .row(
            "Set flags of an integration (tracing)",
            "Set flags of an integration of a project",
            "POST",
            "/integrations/{id}",
        )
        .source(page(place))
        .marks(&[Mark::Inferred])
        .client("update_integration")
        .statuses(&[200], &[404, 412, 500])
        .call(move |b| async move {
            let id = b.integration(&place.scope(), "ACTIVATED").await?;
            b.client
                .update_integration(&place.scope(), &id, &debug())
                .await?;
            let now = b.client.integration(&place.scope(), &id).await?.value;
            assert!(now.tracing_enabled_flag && now.payload_tracing_enabled_flag);
            assert_eq!(now.status.as_deref(), Some("ACTIVATED"));
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .update_integration(&place.scope(), NO_ID, &debug())
                .await
                .map(drop)
        })
        .faulted(412)
        .faulted(500)
        .note("The flags are documented beside `status`; that they are taken alone is inferred, and so are the pairs behind the levels Production, Audit and Debug.")
}

fn state(place: Place) -> Operation {
    place
        .row(
            "Retrieve the activation status",
            "Retrieve the activation status in a project",
            "GET",
            "/integrations/{id}/activationStatus",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-integrations-id-activationstatus-get",
            "op-ic-api-integration-v1-projects-projectid-integrations-id-activationstatus-get",
        ))
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("activation_state, watch_activations")
        .statuses(&[200], &[404, 412, 500])
        .call(move |b| async move {
            let id = b.integration(&place.scope(), "ACTIVATED").await?;
            let state = b.client.activation_state(&place.scope(), &id).await?;
            assert_eq!(state.value.activation_status, "ACTIVATED");
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .activation_state(&place.scope(), NO_ID)
                .await
                .map(drop)
        })
        .faulted(412)
        .faulted(500)
        .note("The member of the same name in an integration speaks another language (`ACTIVATION_SUCCEEDED`). When 412 comes is not documented.")
}

fn errors(place: Place) -> Operation {
    place
        .row(
            "Retrieve activation errors",
            "Retrieve activation errors in a project",
            "GET",
            "/integrations/{id}/activationErrors",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-integrations-id-activationerrors-get",
            "op-ic-api-integration-v1-projects-projectid-integrations-id-activationerrors-get",
        ))
        .marks(place.pick(&[Mark::Documented, Mark::Scripts], &[Mark::Documented]))
        .client("activation_errors")
        .before(move |b| async move {
            let id = b.integration(&place.scope(), "CONFIGURED").await?;
            b.control().disturb_activations(ActivationFault {
                integration: id.clone(),
                millis: None,
                error: Some("No agent is running.".to_owned()),
                times: None,
            });
            let activation = Activation {
                at_once: true,
                ..Activation::default()
            };
            b.client
                .activate_integration(&place.scope(), &id, &activation)
                .await?;
            let mut status = String::new();
            while status != "FAILEDACTIVATION" {
                let state = b.client.activation_state(&place.scope(), &id).await?;
                status = state.value.activation_status;
            }
            Ok(())
        })
        .call(move |b| async move {
            let all = b.integrations(&place.scope()).await?;
            let failed = all
                .iter()
                .find(|one| one.value.status.as_deref() == Some("FAILEDACTIVATION"));
            let id = &failed.unwrap().value.id;
            let errors = b.client.activation_errors(&place.scope(), id).await?;
            assert_eq!(errors.value.words, ["No agent is running."]);
            Ok(())
        })
        .note("The shape of the answer is not documented: whatever looks like words is taken.")
}

fn reactivate() -> Operation {
    let outside = Place::Outside.scope();
    Operation::design(
        "Reactivate integrations",
        "POST",
        "/integrations/reactivate",
    )
    .on(&[Oic3])
    .source("op-ic-api-integration-v1-integrations-reactivate-post")
    .client("reactivate_integrations")
    .statuses(&[202, 200], &[])
    .call(move |b| {
        let outside = outside.clone();
        async move {
            let id = b.integration(&outside, "ACTIVATED").await?;
            b.client.reactivate_integrations(&[&id]).await?;
            b.set_status(Integration, &outside, &id, "ACTIVATED");
            Ok(())
        }
    })
    .note("Whether it is answered with 200 or 202 is not known.")
}
