//! Connections: read, changed, tested, removed.

use waybill_client::ListFilter;
use waybill_client::wire::{ConnectionUpdate, PropertyChange};
use waybill_model::ArtifactKind::Connection;
use waybill_model::Generation::{Gen2, Oic3};
use waybill_model::Scope::{self, Global};

use super::place::Place;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

pub fn rows() -> Vec<Operation> {
    let mut rows = Vec::new();
    for place in [Place::Outside, Place::Project] {
        rows.extend([
            list(place),
            get(place),
            update(place),
            test(place),
            delete(place),
        ]);
    }
    rows.push(metadata());
    rows
}

/// A connection of the scope.
pub async fn any(b: &Bench, within: &Scope) -> Result<String, waybill_client::Error> {
    let all = b.client.connections(within).await?;
    Ok(all[0].value.id.clone())
}

fn agents() -> ConnectionUpdate {
    ConnectionUpdate {
        agent_group_id: Some("PLANT_NETWORK".to_owned()),
        ..ConnectionUpdate::default()
    }
}

fn list(place: Place) -> Operation {
    place
        .row(
            "Retrieve connections",
            "Retrieve connections of a project",
            "GET",
            "/connections",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-get",
            "op-ic-api-integration-v1-projects-projectid-connections-get",
        ))
        .client("connections, connections_where")
        .statuses(&[200], &[500])
        .call(move |b| async move {
            let all = b.client.connections(&place.scope()).await?;
            assert!(
                all.iter()
                    .any(|one| !one.value.connection_properties.is_empty())
            );
            let filter = ListFilter {
                status: Some("CONFIGURED".to_owned()),
                order_by: Some("name".to_owned()),
                ..ListFilter::default()
            };
            let found = b.client.connections_where(&place.scope(), &filter).await?;
            assert!(!found.is_empty());
            Ok(())
        })
        .faulted(500)
        .note("Items carry `connectionProperties` without being asked (scripts).")
}

fn get(place: Place) -> Operation {
    place
        .row(
            "Retrieve a connection",
            "Retrieve a connection of a project",
            "GET",
            "/connections/{id}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-get",
            "op-ic-api-integration-v1-projects-projectid-connections-id-get",
        ))
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("connection, connection_with_adapter")
        .statuses(&[200], &[404, 500])
        .call(move |b| async move {
            let id = any(&b, &place.scope()).await?;
            let one = b.client.connection(&place.scope(), &id).await?;
            let full = b.client.connection_with_adapter(&place.scope(), &id).await?;
            assert_eq!((&one.value.id, &full.value.id), (&id, &id));
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .connection(&place.scope(), "SCHEDULE_RECEIVE")
                .await
                .map(drop)
        })
        .faulted(500)
        .note("Pseudo connections that flows name (`SCHEDULE`, `SCHEDULE_RECEIVE`) are answered with 404.")
}

fn update(place: Place) -> Operation {
    place
        .row(
            "Update a connection",
            "Update a connection of a project",
            "POST",
            "/connections/{id}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-post",
            "op-ic-api-integration-v1-projects-projectid-connections-id-post",
        ))
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("update_connection")
        .statuses(&[200], &[400, 404, 423, 500])
        .call(move |b| async move {
            let id = any(&b, &place.scope()).await?;
            let before = b.client.connection(&place.scope(), &id).await?;
            let property = before
                .value
                .connection_properties
                .iter()
                .find(|one| one.property_type.as_deref() == Some("URL"))
                .or(before.value.connection_properties.first())
                .unwrap();
            let update = ConnectionUpdate {
                connection_properties: vec![PropertyChange::plain(
                    &property.property_name,
                    "https://new.example.com",
                )],
                ..agents()
            };
            let after = b
                .client
                .update_connection(&place.scope(), &id, &update)
                .await?;
            let values = &after.value.connection_properties;
            assert!(values.iter().any(|one| {
                one.property_name == property.property_name
                    && one.property_value.as_deref() == Some("https://new.example.com")
            }));
            assert_eq!(after.value.agent_group_id.as_deref(), Some("PLANT_NETWORK"));
            Ok(())
        })
        .refused(400, move |b| async move {
            let id = any(&b, &place.scope()).await?;
            let nowhere = ConnectionUpdate {
                agent_group_id: Some("NOWHERE".to_owned()),
                ..ConnectionUpdate::default()
            };
            b.client
                .update_connection(&place.scope(), &id, &nowhere)
                .await
                .map(drop)
        })
        .refused(404, move |b| async move {
            b.client
                .update_connection(&place.scope(), "NOWHERE", &agents())
                .await
                .map(drop)
        })
        .refused(423, move |b| async move {
            let id = any(&b, &place.scope()).await?;
            b.lock(Connection, &place.scope(), &id);
            b.client
                .update_connection(&place.scope(), &id, &agents())
                .await
                .map(drop)
        })
        .faulted(500)
        .note("Sent with the required `X-HTTP-Method-Override: PATCH`. No generation has a call that creates a connection. Agent groups are assigned by this call. Which values are answered with 400 is not documented; here it is an agent group that does not exist.")
}

fn test(place: Place) -> Operation {
    place
        .row(
            "Test a connection",
            "Test a connection of a project",
            "POST",
            "/connections/{id}/test",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-test-post",
            "op-ic-api-integration-v1-projects-projectid-connections-id-test-post",
        ))
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("test_connection")
        .statuses(&[200], &[404, 409, 412, 500])
        .call(move |b| async move {
            let id = any(&b, &place.scope()).await?;
            b.set_status(Connection, &place.scope(), &id, "CONFIGURED");
            let test = b.client.test_connection(&place.scope(), &id).await?;
            assert!(test.value.succeeded(), "{:?}", test.value);
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .test_connection(&place.scope(), "NOWHERE")
                .await
                .map(drop)
        })
        .refused(409, move |b| async move {
            let id = any(&b, &place.scope()).await?;
            b.set_status(Connection, &place.scope(), &id, "INPROGRESS");
            b.client
                .test_connection(&place.scope(), &id)
                .await
                .map(drop)
        })
        .refused(412, move |b| async move {
            let id = any(&b, &place.scope()).await?;
            b.lock(Connection, &place.scope(), &id);
            b.client
                .test_connection(&place.scope(), &id)
                .await
                .map(drop)
        })
        .faulted(500)
        .note("How a test that failed is answered is not known: as an error, or with a `status` other than `SUCCESS`; both are taken.")
}

fn delete(place: Place) -> Operation {
    place
        .row(
            "Delete a connection",
            "Delete a connection of a project",
            "DELETE",
            "/connections/{id}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-delete",
            "op-ic-api-integration-v1-projects-projectid-connections-id-delete",
        ))
        .client("delete_connection")
        .statuses(&[200, 204], place.pick(&[404, 423, 500], &[404, 423]))
        .call(move |b| async move {
            let within = place.scope();
            let id = any(&b, &within).await?;
            // The sandbox keeps connections that are used.
            for one in b.integrations(&within).await? {
                b.remove(
                    waybill_model::ArtifactKind::Integration,
                    &within,
                    &one.value.id,
                );
            }
            b.client.delete_connection(&within, &id).await?;
            let left = b.client.connections(&within).await?;
            assert!(left.iter().all(|one| one.value.id != id));
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .delete_connection(&place.scope(), "NOWHERE")
                .await
                .map(drop)
        })
        .refused(423, move |b| async move {
            let id = any(&b, &place.scope()).await?;
            b.lock(Connection, &place.scope(), &id);
            b.client
                .delete_connection(&place.scope(), &id)
                .await
                .map(drop)
        })
        .faulted_where(500, place == Place::Outside)
        .note("What one in use is answered with is not documented; the sandbox says 423.")
}

fn metadata() -> Operation {
    Operation::design(
        "Refresh the metadata of a connection",
        "POST",
        "/connections/{id}/metadata",
    )
    .on(&[Oic3, Gen2])
    .source("op-ic-api-integration-v1-connections-id-metadata-post")
    .client("refresh_connection_metadata")
    .statuses(&[200], &[404, 412, 500])
    .call(|b| async move {
        let id = any(&b, &Global).await?;
        b.set_status(Connection, &Global, &id, "CONFIGURED");
        b.client.refresh_connection_metadata(&id).await.map(drop)
    })
    .refused(404, |b| async move {
        b.client
            .refresh_connection_metadata("NOWHERE")
            .await
            .map(drop)
    })
    .refused(412, |b| async move {
        let id = any(&b, &Global).await?;
        b.lock(Connection, &Global, &id);
        b.client.refresh_connection_metadata(&id).await.map(drop)
    })
    .faulted(500)
}
