//! Packages.

use bytes::Bytes;
use waybill_client::wire::{
    Integration, Package, PackageClone, PackageExport, PackageMember, PackageUpdate,
};
use waybill_client::{Error, ListFilter, Read, Upload};
use waybill_model::ArtifactKind;
use waybill_model::Scope::Global;

use super::integrations::no_archive;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        export(),
        import(),
        replace(),
        delete(),
        copy(),
        update(),
        samples(),
    ]
}

/// A package, and its integrations.
async fn any(b: &Bench) -> Result<(Read<Package>, Vec<Read<Integration>>), Error> {
    let all = b.client.packages().await?;
    let package = b.client.package(&all[0].value.name).await?;
    let mut members = b.integrations(&Global).await?;
    members.retain(|one| one.value.package_name.as_ref() == Some(&package.value.name));
    assert!(!members.is_empty());
    Ok((package, members))
}

/// A package none of whose integrations is active.
async fn at_rest(b: &Bench) -> Result<(String, Bytes), Error> {
    let (package, members) = any(b).await?;
    for one in members {
        b.set_status(
            ArtifactKind::Integration,
            &Global,
            &one.value.id,
            "CONFIGURED",
        );
    }
    let archive = b.client.export_package(&package.value.name).await?;
    Ok((package.value.name, archive))
}

/// The archive of a package that is not there.
async fn gone(b: &Bench) -> Result<(String, Bytes), Error> {
    let (package, members) = any(b).await?;
    let archive = b.client.export_package(&package.value.name).await?;
    for one in members {
        b.remove(ArtifactKind::Integration, &Global, &one.value.id);
    }
    b.remove(ArtifactKind::Package, &Global, &package.value.name);
    Ok((package.value.name, archive))
}

fn list() -> Operation {
    Operation::design("Retrieve packages", "GET", "/packages")
        .source("op-ic-api-integration-v1-packages-get")
        .client("packages, packages_where")
        .statuses(&[200], &[500])
        .call(|b| async move {
            assert!(!b.client.packages().await?.is_empty());
            let filter = ListFilter {
                object_type: Some("DEVELOPED".to_owned()),
                order_by: Some("name".to_owned()),
                ..ListFilter::default()
            };
            assert!(!b.client.packages_where(&filter).await?.is_empty());
            Ok(())
        })
        .faulted(500)
}

fn get() -> Operation {
    Operation::design("Retrieve a package", "GET", "/packages/{packagename}")
        .source("op-ic-api-integration-v1-packages-packagename-get")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("package")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let (package, members) = any(&b).await?;
            assert_eq!(package.value.integrations.len(), members.len());
            b.client.package(&package.value.name).await.map(drop)
        })
        .refused(404, |b| async move {
            b.client.package("no.where").await.map(drop)
        })
        .faulted(500)
        .note("Asked with `includeDependencies=true`. A name may hold dots.")
}

fn export() -> Operation {
    Operation::design("Export a package", "GET", "/packages/{packagename}/archive")
        .source("op-ic-api-integration-v1-packages-packagename-archive-get")
        .client("export_package, export_package_to")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let (package, _) = any(&b).await?;
            let name = package.value.name.as_str();
            let bytes = b.client.export_package(name).await?;
            assert!(bytes.starts_with(b"PK"));
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("one.par");
            let options = PackageExport {
                include_recording: Some(false),
                ..PackageExport::default()
            };
            let length = b.client.export_package_to(name, &options, &file).await?;
            assert_eq!(std::fs::metadata(file).unwrap().len(), length);
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.export_package("no.where").await.map(drop)
        })
        .faulted(500)
        .note("The queries `bartatype`, `builtby`, `includeRecordingFlag`, `isClone`, `isView` (Gen 2: `prebuilt`) are documented by name alone.")
}

fn import() -> Operation {
    Operation::design("Import (add) a package", "POST", "/packages/archive")
        .source("op-ic-api-integration-v1-packages-archive-post")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("import_package")
        .statuses(&[204, 200], &[400, 409, 500])
        .call(|b| async move {
            let (name, archive) = gone(&b).await?;
            b.client
                .import_package(&name, Upload::Bytes(archive), None)
                .await?;
            let there = b.client.package(&name).await?;
            assert!(!there.value.integrations.is_empty());
            Ok(())
        })
        .refused(400, |b| async move {
            b.client
                .import_package("no.where", no_archive(), None)
                .await
                .map(drop)
        })
        .refused(409, |b| async move {
            let (name, archive) = at_rest(&b).await?;
            b.client
                .import_package(&name, Upload::Bytes(archive), None)
                .await
                .map(drop)
        })
        .faulted(500)
}

fn replace() -> Operation {
    Operation::design("Import (replace) a package", "PUT", "/packages/archive")
        .source("op-ic-api-integration-v1-packages-archive-put")
        .client("replace_package")
        .statuses(&[200, 204], &[400, 404, 412, 500])
        .call(|b| async move {
            let (name, archive) = at_rest(&b).await?;
            b.client
                .replace_package(&name, Upload::Bytes(archive), None)
                .await
                .map(drop)
        })
        .refused(400, |b| async move {
            b.client
                .replace_package("no.where", no_archive(), None)
                .await
                .map(drop)
        })
        .refused(404, |b| async move {
            let (name, archive) = gone(&b).await?;
            b.client
                .replace_package(&name, Upload::Bytes(archive), None)
                .await
                .map(drop)
        })
        .refused(412, |b| async move {
            let (name, archive) = at_rest(&b).await?;
            let (_, members) = any(&b).await?;
            b.set_status(
                ArtifactKind::Integration,
                &Global,
                &members[0].value.id,
                "ACTIVATED",
            );
            b.client
                .replace_package(&name, Upload::Bytes(archive), None)
                .await
                .map(drop)
        })
        .faulted(500)
}

fn delete() -> Operation {
    Operation::design("Delete a package", "DELETE", "/packages/{packagename}")
        .source("op-ic-api-integration-v1-packages-packagename-delete")
        .client("delete_package")
        .statuses(&[200, 204], &[404, 412, 500])
        .call(|b| async move {
            let (name, _) = at_rest(&b).await?;
            b.client.delete_package(&name).await?;
            let left = b.client.packages().await?;
            assert!(left.iter().all(|one| one.value.name != name));
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.delete_package("no.where").await.map(drop)
        })
        .refused(412, |b| async move {
            let (package, members) = any(&b).await?;
            b.lock(ArtifactKind::Integration, &Global, &members[0].value.id);
            b.client
                .delete_package(&package.value.name)
                .await
                .map(drop)
        })
        .faulted(500)
        .note("The page also refuses every package of type DEVELOPED with 412; common use contradicts it, and the sandbox does not play it.")
}

fn copy() -> Operation {
    let clone = || PackageClone {
        name: "copy.of.it".to_owned(),
        integrations: Vec::new(),
    };
    Operation::design("Clone a package", "POST", "/packages/{packagename}/clone")
        .source("op-ic-api-integration-v1-packages-packagename-clone-post")
        .client("clone_package")
        .statuses(&[200, 201], &[400, 404, 500])
        .call(move |b| async move {
            let (package, _) = any(&b).await?;
            b.client
                .clone_package(&package.value.name, &clone())
                .await?;
            b.client.package("copy.of.it").await.map(drop)
        })
        .faulted(400)
        .refused(404, move |b| async move {
            b.client.clone_package("no.where", &clone()).await.map(drop)
        })
        .faulted(500)
        .note("Of the body, the name and a list `listOfIntegrationsId` are documented by name. A clone without a name, the documented 400, the client refuses by itself.")
}

fn update() -> Operation {
    Operation::design("Update package dependencies", "POST", "/packages/{packagename}")
        .source("op-ic-api-integration-v1-packages-packagename-post")
        .client("update_package")
        .call(|b| async move {
            let (package, members) = any(&b).await?;
            let update = PackageUpdate {
                name: package.value.name.clone(),
                integrations: members
                    .iter()
                    .map(|one| PackageMember {
                        code: one.value.code.clone(),
                        version: one.value.version.clone(),
                    })
                    .collect(),
            };
            let after = b
                .client
                .update_package(&package.value.name, &update)
                .await?;
            assert_eq!(after.value.name, package.value.name);
            Ok(())
        })
        .note("`X-HTTP-Method-Override` is required by the OIC 3 page; its value PATCH is inferred. Which members of the printed body are taken is not documented; the sandbox takes a description alone.")
}

fn samples() -> Operation {
    Operation::design("Import sample packages", "POST", "/packages/loadSamples")
        .source("api-integrations-packages")
        .client("load_sample_packages")
        .statuses(&[200, 204], &[])
        .call(|b| async move {
            let before = b.client.packages().await?.len();
            b.client.load_sample_packages().await?;
            assert!(b.client.packages().await?.len() > before);
            Ok(())
        })
}
