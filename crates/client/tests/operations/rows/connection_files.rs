//! Files of connections, and values tried out before they are saved.

use waybill_client::wire::ConnectionUpdate;
use waybill_client::{ConnectionAttachment, Error, Upload};
use waybill_model::ArtifactKind::Connection;
use waybill_model::Scope::{self, Global};

use super::connections::any;
use super::place::Place;
use crate::bench::Bench;
use crate::operation::Operation;

pub fn rows() -> Vec<Operation> {
    let mut rows = Vec::new();
    for place in [Place::Outside, Place::Project] {
        rows.extend([fetch(place), send(place)]);
    }
    rows.extend([test(), validate()]);
    rows
}

/// A connection with a property that is a file.
async fn with_file(b: &Bench, within: &Scope) -> Result<(String, String), Error> {
    let all = b.client.connections(within).await?;
    let found = all.iter().find_map(|one| {
        let properties = one
            .value
            .connection_properties
            .iter()
            .chain(&one.value.security_properties);
        let file = properties
            .clone()
            .find(|property| property.has_attachment)
            .or_else(|| {
                properties
                    .clone()
                    .find(|property| property.property_name.contains("WSDL"))
            })?;
        Some((one.value.id.clone(), file.property_name.clone()))
    });
    Ok(found.unwrap())
}

fn key() -> Upload {
    Upload::Bytes("a key of nobody".into())
}

async fn set(b: &Bench, within: &Scope, id: &str, property: &str) -> Result<(), Error> {
    b.client
        .set_connection_attachment(within, id, property, "key.pem", key(), None)
        .await
        .map(drop)
}

fn fetch(place: Place) -> Operation {
    place
        .row(
            "Retrieve a file of a connection",
            "Retrieve a file of a connection of a project",
            "GET",
            "/connections/{id}/attachments/{connPropName}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-attachments-connpropname-get",
            "op-ic-api-integration-v1-projects-projectid-connections-id-attachments-connpropname-get",
        ))
        .client("connection_attachment")
        .statuses(&[200], &[404, 423, 500])
        .before(move |b| async move {
            let (id, property) = with_file(&b, &place.scope()).await?;
            set(&b, &place.scope(), &id, &property).await
        })
        .call(move |b| async move {
            let (id, property) = with_file(&b, &place.scope()).await?;
            let bytes = b
                .client
                .connection_attachment(&place.scope(), &id, &property)
                .await?;
            assert_eq!(bytes, "a key of nobody");
            Ok(())
        })
        .refused(404, move |b| async move {
            let (id, _) = with_file(&b, &place.scope()).await?;
            b.client
                .connection_attachment(&place.scope(), &id, "Nothing")
                .await
                .map(drop)
        })
        .refused(423, move |b| async move {
            let (id, property) = with_file(&b, &place.scope()).await?;
            b.lock(Connection, &place.scope(), &id);
            b.client
                .connection_attachment(&place.scope(), &id, &property)
                .await
                .map(drop)
        })
        .faulted(500)
}

fn send(place: Place) -> Operation {
    place
        .row(
            "Upload a file of a connection",
            "Upload a file of a connection of a project",
            "POST",
            "/connections/{id}/attachments/{connPropName}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-connections-id-attachments-connpropname-post",
            "op-ic-api-integration-v1-projects-projectid-connections-id-attachments-connpropname-post",
        ))
        .client("set_connection_attachment")
        .statuses(&[200], &[404, 423, 500])
        .call(move |b| async move {
            let (id, property) = with_file(&b, &place.scope()).await?;
            set(&b, &place.scope(), &id, &property).await
        })
        .refused(404, move |b| async move {
            set(&b, &place.scope(), "NOWHERE", "Nothing").await
        })
        .refused(423, move |b| async move {
            let (id, property) = with_file(&b, &place.scope()).await?;
            b.lock(Connection, &place.scope(), &id);
            set(&b, &place.scope(), &id, &property).await
        })
        .faulted(500)
        .note("With the second field `type=application/octet-stream`, as the examples show. `serviceWSDL` names the WSDL in a ZIP.")
}

fn test() -> Operation {
    async fn tried(b: &Bench, id: &str) -> Result<(), Error> {
        b.client
            .test_connection_with_attachments(id, &ConnectionUpdate::default(), &[], true)
            .await
            .map(drop)
    }
    Operation::design(
        "Validate and test a connection",
        "POST",
        "/connections/{id}/testWithAttachments",
    )
    .source("op-ic-api-integration-v1-connections-id-testwithattachments-post")
    .client("test_connection_with_attachments")
    .statuses(&[200], &[404, 409, 412, 500])
    .call(|b| async move {
        let (id, _) = with_file(&b, &Global).await?;
        let attachment = ConnectionAttachment {
            property: "targetWSDLURL".to_owned(),
            file_name: "shop.wsdl".to_owned(),
            content: key(),
        };
        let test = b
            .client
            .test_connection_with_attachments(
                &id,
                &ConnectionUpdate::default(),
                &[attachment],
                true,
            )
            .await?;
        assert_eq!(test.value.id, id);
        Ok(())
    })
    .refused(404, |b| async move { tried(&b, "NOWHERE").await })
    .refused(409, |b| async move {
        let id = any(&b, &Global).await?;
        // Without its address it is a draft.
        let one = b.client.connection(&Global, &id).await?;
        let emptied = ConnectionUpdate {
            connection_properties: one
                .value
                .connection_properties
                .iter()
                .filter(|property| property.required_flag)
                .map(|property| {
                    waybill_client::wire::PropertyChange::plain(&property.property_name, "")
                })
                .collect(),
            ..ConnectionUpdate::default()
        };
        b.client
            .test_connection_with_attachments(&id, &emptied, &[], true)
            .await
            .map(drop)
    })
    .refused(412, |b| async move {
        let id = any(&b, &Global).await?;
        b.lock(Connection, &Global, &id);
        tried(&b, &id).await
    })
    .faulted(500)
    .note("The names of the parts are not documented: the values go as `patch`, a file under the name of its property. The sandbox takes the first part that is JSON for the values.")
}

fn validate() -> Operation {
    Operation::design(
        "Validate a connection",
        "POST",
        "/connections/{id}/validate",
    )
    .source("op-ic-api-integration-v1-connections-id-validate-post")
    .client("validate_connection")
    .statuses(&[200], &[404, 412, 500])
    .call(|b| async move {
        let id = any(&b, &Global).await?;
        b.client
            .validate_connection(&id, &ConnectionUpdate::default(), &[])
            .await
            .map(drop)
    })
    .refused(404, |b| async move {
        b.client
            .validate_connection("NOWHERE", &ConnectionUpdate::default(), &[])
            .await
            .map(drop)
    })
    .refused(412, |b| async move {
        let id = any(&b, &Global).await?;
        b.lock(Connection, &Global, &id);
        b.client
            .validate_connection(&id, &ConnectionUpdate::default(), &[])
            .await
            .map(drop)
    })
    .faulted(500)
}
