//! The second API of ICS: the calls of the later generations under another path.

use waybill_client::wire::{Activation, Deactivation};
use waybill_client::{Error, Upload};
use waybill_model::ArtifactKind::Integration;
use waybill_model::Generation::Ics;
use waybill_model::Scope::Global;

use super::integrations::NO_ID;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::at(name, method, format!("/icsapis/v2/integrations{path}"))
        .on(&[Ics])
        .marks(&[Mark::Documented, Mark::Scripts])
        .source("the REST API of ICS, version 2")
}

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
    ]
}

/// The archive of an integration that is not active.
async fn exported(b: &Bench) -> Result<(String, Upload), Error> {
    let id = b.integration(&Global, "CONFIGURED").await?;
    let archive = b.client.export_integration(&id).await?;
    Ok((id, Upload::Bytes(archive)))
}

fn list() -> Operation {
    row("Retrieve integrations (v2)", "GET", "")
        .client("integrations")
        .call(|b| async move {
            assert!(!b.client.integrations(&Global).await?.is_empty());
            Ok(())
        })
}

fn get() -> Operation {
    row("Retrieve an integration (v2)", "GET", "/{id}")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("integration")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let id = b.integration(&Global, "ACTIVATED").await?;
            let one = b.client.integration(&Global, &id).await?.value;
            assert_eq!(one.status.as_deref(), Some("ACTIVATED"));
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.integration(&Global, NO_ID).await.map(drop)
        })
}

fn export() -> Operation {
    row("Export an integration (v2)", "GET", "/{id}/archive")
        .client("export_integration")
        .statuses(&[200], &[404])
        .call(|b| async move { exported(&b).await.map(drop) })
        .refused(404, |b| async move {
            b.client.export_integration(NO_ID).await.map(drop)
        })
}

fn import() -> Operation {
    row("Import an integration (v2)", "POST", "/archive")
        .client("import_integration")
        .statuses(&[200, 204], &[400, 409])
        .call(|b| async move {
            let (id, archive) = exported(&b).await?;
            b.remove(Integration, &Global, &id);
            b.client
                .import_integration(&Global, &id, archive, None)
                .await?;
            b.client.integration(&Global, &id).await.map(drop)
        })
        .refused(400, |b| async move {
            let archive = super::integrations::no_archive();
            b.client
                .import_integration(&Global, NO_ID, archive, None)
                .await
                .map(drop)
        })
        .refused(409, |b| async move {
            let (id, archive) = exported(&b).await?;
            b.client
                .import_integration(&Global, &id, archive, None)
                .await
                .map(drop)
        })
}

fn replace() -> Operation {
    row("Replace an integration (v2)", "PUT", "/archive")
        .client("replace_integration")
        .statuses(&[200, 204], &[404])
        .call(|b| async move {
            let (id, archive) = exported(&b).await?;
            let replace = b.client.replace_integration(&id, archive, None);
            replace.await.map(drop)
        })
        .refused(404, |b| async move {
            let (id, archive) = exported(&b).await?;
            b.remove(Integration, &Global, &id);
            let replace = b.client.replace_integration(&id, archive, None);
            replace.await.map(drop)
        })
}

fn activate() -> Operation {
    row("Activate an integration (v2)", "POST", "/{id}")
        .client("activate_integration")
        .statuses(&[200], &[404, 412])
        .call(|b| async move {
            let id = b.integration(&Global, "CONFIGURED").await?;
            b.client
                .activate_integration(&Global, &id, &Activation::default())
                .await?;
            let one = b.client.integration(&Global, &id).await?.value;
            assert_eq!(one.status.as_deref(), Some("ACTIVATED"));
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
        .note("Sent with `X-HTTP-Method-Override: PATCH`.")
}

fn deactivate() -> Operation {
    row("Deactivate an integration (v2)", "POST", "/{id}")
        .client("deactivate_integration")
        .statuses(&[200], &[404, 412])
        .call(|b| async move {
            let id = b.integration(&Global, "ACTIVATED").await?;
            b.client
                .deactivate_integration(&Global, &id, &Deactivation::default())
                .await?;
            let one = b.client.integration(&Global, &id).await?.value;
            assert_eq!(one.status.as_deref(), Some("CONFIGURED"));
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
    row("Delete an integration (v2)", "DELETE", "/{id}")
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
