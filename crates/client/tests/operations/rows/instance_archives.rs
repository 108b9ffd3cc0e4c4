//! The archive of a whole instance, of today and of ICS.

use waybill_client::Error;
use waybill_client::wire::{
    ArchiveJob, ImportMode, InstanceExport, InstanceImport, JobState, StorageInfo,
};
use waybill_model::Generation::{Gen2, Ics, Oic3};

use crate::bench::Bench;
use crate::operation::{Mark, Operation};

const COMMON: &str = "/ic/api/common/v1";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::at(name, method, format!("{COMMON}{path}"))
        .on(&[Oic3, Gen2])
        .marks(&[Mark::Documented, Mark::Recorded])
}

pub fn rows() -> Vec<Operation> {
    vec![
        export(),
        export_job(),
        import(),
        import_job(),
        ics_export(),
        ics_export_job(),
    ]
}

fn storage(b: &Bench) -> StorageInfo {
    let store = &b.running().ready.object_store;
    StorageInfo {
        url: store.url.as_str().into(),
        user: store.user.clone(),
        password: store.password.as_str().into(),
    }
}

fn wanted(b: &Bench) -> InstanceExport {
    InstanceExport {
        job_name: Some("nightly".to_owned()),
        ..InstanceExport::to(storage(b))
    }
}

/// The same, without a user.
fn incomplete(b: &Bench) -> StorageInfo {
    StorageInfo {
        user: String::new(),
        ..storage(b)
    }
}

/// Asks until the job has ended.
async fn ended<F>(job: impl Fn() -> F) -> Result<ArchiveJob, Error>
where
    F: Future<Output = Result<waybill_client::Read<ArchiveJob>, Error>>,
{
    for _ in 0..2_000 {
        let job = job().await?.value;
        if job.state().has_ended() {
            return Ok(job);
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the job does not end");
}

/// Exports and answers with the archive's name.
async fn exported(b: &Bench) -> Result<String, Error> {
    let id = b.client.start_instance_export(&wanted(b)).await?.job_id;
    let job = ended(|| b.client.instance_export_job(&id)).await?;
    assert_eq!(job.state(), JobState::Completed, "{job:?}");
    Ok(job.archive_name.unwrap())
}

fn export() -> Operation {
    row(
        "Export the whole instance",
        "POST",
        "/exportServiceInstanceArchive",
    )
    .source("op-ic-api-common-v1-exportserviceinstancearchive-post")
    .client("start_instance_export")
    .statuses(&[202, 200], &[400, 409, 500])
    .call(|b| async move { exported(&b).await.map(drop) })
    .refused(400, |b| async move {
        let export = InstanceExport::to(incomplete(&b));
        b.client.start_instance_export(&export).await.map(drop)
    })
    .refused(409, |b| async move {
        exported(&b).await?;
        b.client.start_instance_export(&wanted(&b)).await.map(drop)
    })
    .faulted(500)
    .note("The job's number stands in the body and in the header `jobid`. No call looks for jobs: a lost answer ends with `Uncertain`.")
}

fn export_job() -> Operation {
    row(
        "Retrieve the status of an export",
        "GET",
        "/exportServiceInstanceArchive/{jobId}",
    )
    .source("op-ic-api-common-v1-exportserviceinstancearchive-jobid-get")
    .client("instance_export_job")
    .statuses(&[200], &[404, 500])
    .call(|b| async move {
        let id = b.client.start_instance_export(&wanted(&b)).await?.job_id;
        let job = ended(|| b.client.instance_export_job(&id)).await?;
        assert_eq!(job.job_id, id);
        assert!(!job.components.is_empty());
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.instance_export_job("4711").await.map(drop)
    })
    .faulted(500)
    .note("The words of the status differ between the generations and are read leniently.")
}

fn import() -> Operation {
    row(
        "Import a whole instance",
        "POST",
        "/importServiceInstanceArchive",
    )
    .source("op-ic-api-common-v1-importserviceinstancearchive-post")
    .client("start_instance_import")
    .statuses(&[202, 200], &[400, 409, 500])
    .call(|b| async move {
        let archive = exported(&b).await?;
        let import = InstanceImport::of(archive, ImportMode::ImportOnly, storage(&b));
        let id = b.client.start_instance_import(&import).await?.job_id;
        let job = ended(|| b.client.instance_import_job(&id)).await?;
        let well = matches!(
            job.state(),
            JobState::Completed | JobState::CompletedWithWarnings
        );
        assert!(well, "{job:?}");
        Ok(())
    })
    .refused(400, |b| async move {
        let import = InstanceImport::of("any", ImportMode::ImportOnly, incomplete(&b));
        b.client.start_instance_import(&import).await.map(drop)
    })
    .refused(409, |b| async move {
        let archive = exported(&b).await?;
        let mut import = InstanceImport::of(archive, ImportMode::ImportOnly, storage(&b));
        import.job_name = Some("nightly".to_owned());
        b.client.start_instance_import(&import).await.map(drop)
    })
    .faulted(500)
    .note("`ImportOnly` is sent; one page prints `importOnly`, and the service takes both.")
}

fn import_job() -> Operation {
    row(
        "Retrieve the status of an import",
        "GET",
        "/importServiceInstanceArchive/{jobId}",
    )
    .source("op-ic-api-common-v1-importserviceinstancearchive-jobid-get")
    .client("instance_import_job")
    .statuses(&[200], &[404, 500])
    .call(|b| async move {
        let archive = exported(&b).await?;
        let import = InstanceImport::of(archive, ImportMode::ImportOnly, storage(&b));
        let id = b.client.start_instance_import(&import).await?.job_id;
        let job = ended(|| b.client.instance_import_job(&id)).await?;
        assert_eq!(job.job_type.as_deref(), Some("IMPORT"));
        Ok(())
    })
    .refused(404, |b| async move {
        b.client.instance_import_job("4711").await.map(drop)
    })
    .refused(500, |b| async move {
        // The export before it is read in the same way.
        b.control().fail(waybill_sandbox::Fault {
            kind: waybill_sandbox::FaultKind::Status {
                code: 500,
                retry_after: None,
            },
            times: 1,
            path: Some("importServiceInstanceArchive".to_owned()),
        });
        b.client.instance_import_job("4711").await.map(drop)
    })
    .note("500 is a fault laid on the call.")
}

fn ics_export() -> Operation {
    Operation::at(
        "Export a whole ICS instance",
        "POST",
        "/icsapis/v2/clonepod/exportArtifacts",
    )
    .on(&[Ics])
    .marks(&[Mark::Documented])
    .source("the migration guide of ICS")
    .client("start_ics_clone_export")
    .statuses(&[200, 202], &[])
    .call(|b| async move {
        let export = InstanceExport::to(storage(&b));
        let id = b.client.start_ics_clone_export(&export).await?.job_id;
        let job = ended(|| b.client.ics_clone_export_job(&id)).await?;
        assert_eq!(job.state(), JobState::Completed, "{job:?}");
        Ok(())
    })
}

fn ics_export_job() -> Operation {
    Operation::at(
        "Retrieve the status of an ICS export",
        "GET",
        "/icsapis/v2/clonepod/exportStatus/{jobId}",
    )
    .on(&[Ics])
    .marks(&[Mark::Inferred])
    .client("ics_clone_export_job")
    .statuses(&[200], &[])
    .call(|b| async move {
        let export = InstanceExport::to(storage(&b));
        let id = b.client.start_ics_clone_export(&export).await?.job_id;
        let job = ended(|| b.client.ics_clone_export_job(&id)).await?;
        assert_eq!(job.job_id, id);
        assert!(job.archive_name.is_some());
        Ok(())
    })
    .note("The guide names a call for the status; its path is partly inferred.")
}
