//! The second API of ICS: the paths of today below another prefix.

use waybill_client::wire::{Activation, ConnectionUpdate, Deactivation};
use waybill_client::{Error, Upload};
use waybill_model::ArtifactKind;
use waybill_model::Generation::Ics;
use waybill_model::Scope::Global;

use super::connections::any;
use super::integrations::{NO_ID, no_archive};
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

fn row(name: &'static str, method: &'static str, path: &str, page: &'static str) -> Operation {
    Operation::at(name, method, format!("/icsapis/v2{path}"))
        .on(&[Ics])
        .source(page)
}

const PAGES: &str = "the REST API of ICS, version 2";

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        export(),
        import(),
        replace(),
        activate(),
        deactivate(),
        delete(),
        connection(),
        update(),
    ]
}

fn list() -> Operation {
    row("Retrieve integrations (v2)", "GET", "/integrations", PAGES)
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("integrations")
        .call(|b| async move {
            assert!(!b.client.integrations(&Global).await?.is_empty());
            Ok(())
        })
        .note("Some Gen 2 hosts still answer below `/icsapis/v2` (scripts).")
}

fn get() -> Operation {
    row(
        "Retrieve an integration (v2)",
        "GET",
        "/integrations/{id}",
        PAGES,
    )
    .marks(&[Mark::Documented, Mark::Recorded])
    .client("integration")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        assert_eq!(b.client.integration(&Global, &id).await?.value.id, id);
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.integration(&Global, NO_ID).await.map(drop)
    })
}

fn export() -> Operation {
    row(
        "Export an integration (v2)",
        "GET",
        "/integrations/{id}/archive",
        PAGES,
    )
    .client("export_integration")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        assert!(b.client.export_integration(&id).await?.starts_with(b"PK"));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.export_integration(NO_ID).await.map(drop)
    })
}

async fn archive(b: &Bench) -> Result<(String, Upload), Error> {
    let id = b.integration(&Global, "CONFIGURED").await?;
    let bytes = b.client.export_integration(&id).await?;
    Ok((id, Upload::Bytes(bytes)))
}

fn import() -> Operation {
    row(
        "Import (add) an integration (v2)",
        "POST",
        "/integrations/archive",
        PAGES,
    )
    .marks(&[Mark::Documented, Mark::Scripts])
    .client("import_integration")
    .statuses(&[204, 200], &[400, 409])
    .call(|b| async move {
        let (id, archive) = archive(&b).await?;
        b.remove(ArtifactKind::Integration, &Global, &id);
        b.client
            .import_integration(&Global, &id, archive, None)
            .await?;
        b.client.integration(&Global, &id).await.map(drop)
    })
    .refused(400, |b| async move {
        b.client
            .import_integration(&Global, NO_ID, no_archive(), None)
            .await
            .map(drop)
    })
    .refused(409, |b| async move {
        let (id, archive) = archive(&b).await?;
        b.client
            .import_integration(&Global, &id, archive, None)
            .await
            .map(drop)
    })
}

fn replace() -> Operation {
    row(
        "Import (replace) an integration (v2)",
        "PUT",
        "/integrations/archive",
        PAGES,
    )
    .marks(&[Mark::Documented, Mark::Scripts])
    .client("replace_integration")
    .statuses(&[200, 204], &[404])
    .call(|b| async move {
        let (id, archive) = archive(&b).await?;
        b.client
            .replace_integration(&id, archive, None)
            .await
            .map(drop)
    })
    .refused(404, |b| async move {
        let (id, archive) = archive(&b).await?;
        b.remove(ArtifactKind::Integration, &Global, &id);
        b.client
            .replace_integration(&id, archive, None)
            .await
            .map(drop)
    })
}

fn activate() -> Operation {
    row(
        "Activate an integration (v2)",
        "POST",
        "/integrations/{id}",
        PAGES,
    )
    .client("activate_integration")
    .statuses(&[200], &[404, 412])
    .call(|b| async move {
        let id = b.integration(&Global, "CONFIGURED").await?;
        b.client
            .activate_integration(&Global, &id, &Activation::default())
            .await?;
        let now = b.client.integration(&Global, &id).await?;
        assert_eq!(now.value.status.as_deref(), Some("ACTIVATED"));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client
            .activate_integration(&Global, NO_ID, &Activation::default())
            .await
            .map(drop)
    })
    .refused(412, |b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        b.client
            .activate_integration(&Global, &id, &Activation::default())
            .await
            .map(drop)
    })
}

fn deactivate() -> Operation {
    row(
        "Deactivate an integration (v2)",
        "POST",
        "/integrations/{id}",
        PAGES,
    )
    .client("deactivate_integration")
    .statuses(&[200], &[404, 412])
    .call(|b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        b.client
            .deactivate_integration(&Global, &id, &Deactivation::default())
            .await?;
        let now = b.client.integration(&Global, &id).await?;
        assert_eq!(now.value.status.as_deref(), Some("CONFIGURED"));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client
            .deactivate_integration(&Global, NO_ID, &Deactivation::default())
            .await
            .map(drop)
    })
    .refused(412, |b| async move {
        let id = b.integration(&Global, "CONFIGURED").await?;
        b.client
            .deactivate_integration(&Global, &id, &Deactivation::default())
            .await
            .map(drop)
    })
}

fn delete() -> Operation {
    row(
        "Delete an integration (v2)",
        "DELETE",
        "/integrations/{id}",
        PAGES,
    )
    .client("delete_integration")
    .statuses(&[200, 204], &[404, 423])
    .call(|b| async move {
        let id = b.integration(&Global, "CONFIGURED").await?;
        b.client.delete_integration(&Global, &id).await.map(drop)
    })
    .refused(404, |b| async move {
        b.client.delete_integration(&Global, NO_ID).await.map(drop)
    })
    .refused(423, |b| async move {
        let id = b.integration(&Global, "ACTIVATED").await?;
        b.client.delete_integration(&Global, &id).await.map(drop)
    })
}

fn connection() -> Operation {
    row(
        "Retrieve a connection (v2)",
        "GET",
        "/connections/{id}",
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
    row(
        "Update a connection (v2)",
        "POST",
        "/connections/{id}",
        PAGES,
    )
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
