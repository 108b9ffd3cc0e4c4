//! The first API of ICS.

use waybill_client::{Error, Upload};
use waybill_model::ArtifactKind::Integration;
use waybill_model::Generation::Ics;
use waybill_model::Scope::Global;

use crate::bench::Bench;
use crate::operation::{Mark, Operation};

const VERSION: &str = "01.00.0000";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::at(name, method, format!("/icsapis/v1/integrations{path}"))
        .on(&[Ics])
        .marks(&[Mark::Documented, Mark::Scripts])
        .source("the REST API of ICS, version 1")
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
    ]
}

/// Code and version of an integration in this state.
async fn one(b: &Bench, status: &str) -> Result<(String, String), Error> {
    let id = b.integration(&Global, status).await?;
    let (code, version) = id.split_once('|').unwrap();
    Ok((code.to_owned(), version.to_owned()))
}

fn list() -> Operation {
    row("Retrieve integrations (v1)", "GET", "")
        .client("ics_v1_integrations")
        .call(|b| async move {
            let all = b.client.ics_v1_integrations().await?;
            assert!(all.iter().all(|one| !one.value.code.is_empty()));
            assert!(!all.is_empty());
            Ok(())
        })
}

fn get() -> Operation {
    row("Retrieve an integration (v1)", "GET", "/{code}/{version}")
        .client("ics_v1_integration")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let (code, version) = one(&b, "ACTIVATED").await?;
            let found = b.client.ics_v1_integration(&code, &version).await?.value;
            assert_eq!((found.code, found.version), (code, version));
            Ok(())
        })
        .refused(404, |b| async move {
            let get = b.client.ics_v1_integration("NOWHERE", VERSION);
            get.await.map(drop)
        })
        .note("A refusal may come as plain text; connections stand in `invokes.items`.")
}

fn export() -> Operation {
    row(
        "Export an integration (v1)",
        "GET",
        "/{code}/{version}/export",
    )
    .client("ics_v1_export")
    .statuses(&[200], &[404])
    .call(|b| async move {
        let (code, version) = one(&b, "CONFIGURED").await?;
        let archive = b.client.ics_v1_export(&code, &version).await?;
        assert!(archive.starts_with(b"PK"));
        Ok(())
    })
    .refused(404, |b| async move {
        let export = b.client.ics_v1_export("NOWHERE", VERSION);
        export.await.map(drop)
    })
}

fn import() -> Operation {
    row("Import an integration (v1)", "POST", "/import")
        .client("ics_v1_import")
        .statuses(&[200, 204], &[409])
        .call(|b| async move {
            let (code, version) = one(&b, "CONFIGURED").await?;
            let archive = b.client.ics_v1_export(&code, &version).await?;
            b.remove(Integration, &Global, &format!("{code}|{version}"));
            let upload = Upload::Bytes(archive);
            b.client.ics_v1_import(&code, &version, upload).await?;
            b.client.ics_v1_integration(&code, &version).await.map(drop)
        })
        .refused(409, |b| async move {
            let (code, version) = one(&b, "CONFIGURED").await?;
            let upload = Upload::Bytes(b.client.ics_v1_export(&code, &version).await?);
            let import = b.client.ics_v1_import(&code, &version, upload);
            import.await.map(drop)
        })
}

fn replace() -> Operation {
    row("Replace an integration (v1)", "PUT", "/import")
        .client("ics_v1_replace")
        .statuses(&[200, 204], &[404])
        .call(|b| async move {
            let (code, version) = one(&b, "CONFIGURED").await?;
            let upload = Upload::Bytes(b.client.ics_v1_export(&code, &version).await?);
            let replace = b.client.ics_v1_replace(&code, &version, upload);
            replace.await.map(drop)
        })
        .refused(404, |b| async move {
            let (code, version) = one(&b, "CONFIGURED").await?;
            let upload = Upload::Bytes(b.client.ics_v1_export(&code, &version).await?);
            b.remove(Integration, &Global, &format!("{code}|{version}"));
            let replace = b.client.ics_v1_replace(&code, &version, upload);
            replace.await.map(drop)
        })
}

fn activate() -> Operation {
    row(
        "Activate an integration (v1)",
        "POST",
        "/{code}/{version}/activate",
    )
    .client("ics_v1_activate")
    .statuses(&[200], &[404, 412])
    .call(|b| async move {
        let (code, version) = one(&b, "CONFIGURED").await?;
        let activate = b.client.ics_v1_activate(&code, &version, true, false);
        activate.await?;
        let found = b.client.ics_v1_integration(&code, &version).await?.value;
        assert_eq!(found.status.as_deref(), Some("ACTIVATED"));
        Ok(())
    })
    .refused(404, |b| async move {
        let activate = b.client.ics_v1_activate("NOWHERE", VERSION, false, false);
        activate.await.map(drop)
    })
    .refused(412, |b| async move {
        let (code, version) = one(&b, "ACTIVATED").await?;
        let activate = b.client.ics_v1_activate(&code, &version, false, false);
        activate.await.map(drop)
    })
}

fn deactivate() -> Operation {
    row(
        "Deactivate an integration (v1)",
        "POST",
        "/{code}/{version}/deactivate",
    )
    .client("ics_v1_deactivate")
    .statuses(&[200], &[404, 412])
    .call(|b| async move {
        let (code, version) = one(&b, "ACTIVATED").await?;
        b.client.ics_v1_deactivate(&code, &version).await?;
        let found = b.client.ics_v1_integration(&code, &version).await?.value;
        assert_eq!(found.status.as_deref(), Some("CONFIGURED"));
        Ok(())
    })
    .refused(404, |b| async move {
        let deactivate = b.client.ics_v1_deactivate("NOWHERE", VERSION);
        deactivate.await.map(drop)
    })
    .refused(412, |b| async move {
        let (code, version) = one(&b, "CONFIGURED").await?;
        b.client.ics_v1_deactivate(&code, &version).await.map(drop)
    })
}
