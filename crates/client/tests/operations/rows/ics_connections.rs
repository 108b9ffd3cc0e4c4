//! Connections in the second API of ICS.

use waybill_client::wire::ConnectionUpdate;
use waybill_model::ArtifactKind;
use waybill_model::Generation::Ics;
use waybill_model::Scope::Global;

use super::connections::any;
use crate::operation::{Mark, Operation};

const PAGES: &str = "the REST API of ICS, version 2";

fn row(name: &'static str, method: &'static str, page: &'static str) -> Operation {
    Operation::at(name, method, "/icsapis/v2/connections/{id}")
        .on(&[Ics])
        .source(page)
}

pub fn rows() -> Vec<Operation> {
    vec![connection(), update()]
}

fn connection() -> Operation {
    row(
        "Retrieve a connection (v2)",
        "GET",
        "op-v2-connections-id-get",
    )
    .marks(&[Mark::Documented, Mark::Recorded])
    .client("connection")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let id = any(&b, &Global).await?;
        assert_eq!(b.client.connection(&Global, &id).await?.value.id, id);
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.connection(&Global, "SCHEDULE").await.map(drop)
    })
    .note("The page shows `@rel` and `@href` and flags as texts; the recorded answer has neither.")
}

fn update() -> Operation {
    let policy = || ConnectionUpdate {
        security_policy: Some("BASIC_AUTH".to_owned()),
        ..ConnectionUpdate::default()
    };
    row("Update a connection (v2)", "POST", PAGES)
        .client("update_connection")
        .statuses(&[200], &[404, 423])
        .call(move |b| async move {
            let id = any(&b, &Global).await?;
            let after = b.client.update_connection(&Global, &id, &policy()).await?;
            assert_eq!(after.value.id, id);
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .update_connection(&Global, "NOWHERE", &policy())
                .await
                .map(drop)
        })
        .refused(423, move |b| async move {
            let id = any(&b, &Global).await?;
            b.lock(ArtifactKind::Connection, &Global, &id);
            b.client
                .update_connection(&Global, &id, &policy())
                .await
                .map(drop)
        })
}
