//! JavaScript libraries.

use waybill_client::wire::LibraryDefinition;
use waybill_client::{Error, Upload};
use waybill_model::ArtifactKind::Library;
use waybill_model::Scope::Global;

use super::place::Place;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        export(),
        import(Place::Outside),
        import(Place::Project),
        replace(),
        metadata(),
        describe(),
        delete(),
    ]
}

const NO_ID: &str = "NOWHERE|01.00.0000";

async fn any(b: &Bench) -> Result<String, Error> {
    Ok(b.client.libraries().await?[0].value.id.clone())
}

fn definition() -> LibraryDefinition {
    LibraryDefinition {
        code: "JSLIB".to_owned(),
        version: "01.00.0000".to_owned(),
        name: "JS library".to_owned(),
        description: Some("Adds".to_owned()),
        file_name: "jslib.js".to_owned(),
    }
}

fn script() -> Upload {
    Upload::Bytes("function add(a, b) { return a + b; }".into())
}

fn list() -> Operation {
    Operation::design("Retrieve libraries", "GET", "/libraries")
        .source("op-ic-api-integration-v1-libraries-get")
        .client("libraries")
        .call(|b| async move {
            assert!(!b.client.libraries().await?.is_empty());
            Ok(())
        })
}

fn get() -> Operation {
    Operation::design("Retrieve a library", "GET", "/libraries/{id}")
        .source("op-ic-api-integration-v1-libraries-id-get")
        .client("library")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let id = any(&b).await?;
            assert_eq!(b.client.library(&id).await?.value.id, id);
            Ok(())
        })
        .refused(
            404,
            |b| async move { b.client.library(NO_ID).await.map(drop) },
        )
}

fn export() -> Operation {
    Operation::design("Export a library", "GET", "/libraries/{id}/archive")
        .source("op-ic-api-integration-v1-libraries-id-archive-get")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("export_library")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let id = any(&b).await?;
            assert!(b.client.export_library(&id).await?.starts_with(b"PK"));
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.export_library(NO_ID).await.map(drop)
        })
        .faulted(500)
        .note("A `.jar`; a single script may come as a `.js` (scripts).")
}

fn import(place: Place) -> Operation {
    place
        .row(
            "Register a library",
            "Register a library in a project",
            "POST",
            "/libraries/archive",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-libraries-archive-post",
            "op-ic-api-integration-v1-projects-projectid-libraries-archive-post",
        ))
        .client("import_library")
        .statuses(
            &[204, 200],
            place.pick(&[400, 409, 500], &[400, 409]),
        )
        .call(move |b| async move {
            let done = b
                .client
                .import_library(&place.scope(), &definition(), script())
                .await?;
            assert!(done.location.is_some());
            Ok(())
        })
        .refused(400, move |b| async move {
            let typeless = LibraryDefinition {
                name: String::new(),
                ..definition()
            };
            b.client
                .import_library(&place.scope(), &typeless, Upload::Bytes(bytes::Bytes::new()))
                .await
                .map(drop)
        })
        .refused(409, move |b| async move {
            b.client
                .import_library(&place.scope(), &definition(), script())
                .await?;
            b.client
                .import_library(&place.scope(), &definition(), script())
                .await
                .map(drop)
        })
        .faulted_where(500, place == Place::Outside)
        .note(place.pick(
            "The fields are `name`, `code`, `version`, `type=API`, `file`, and `description` where wanted.",
            "Projects have no call that lists, reads or exports a library: whether a lost answer registered one cannot be told.",
        ))
}

fn replace() -> Operation {
    Operation::design("Update a library", "POST", "/libraries/{id}/archive")
        .source("op-ic-api-integration-v1-libraries-id-archive-post")
        .client("replace_library_file")
        .statuses(&[200, 204], &[])
        .call(|b| async move {
            let id = any(&b).await?;
            b.client
                .replace_library_file(&id, "jslib.js", script())
                .await
                .map(drop)
        })
}

fn metadata() -> Operation {
    Operation::design("Export library metadata", "GET", "/libraries/{id}/metadata")
        .source("op-ic-api-integration-v1-libraries-id-metadata-get")
        .client("library_metadata")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let id = any(&b).await?;
            assert!(!b.client.library_metadata(&id).await?.is_empty());
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.library_metadata(NO_ID).await.map(drop)
        })
        .faulted(500)
        .note("Deprecated in OIC 3. An XML file as a stream of bytes; which elements it has is not documented.")
}

fn describe() -> Operation {
    let xml = || Upload::Bytes("<library/>".into());
    Operation::design(
        "Import library metadata",
        "POST",
        "/libraries/{id}/metadata",
    )
    .source("op-ic-api-integration-v1-libraries-id-metadata-post")
    .client("set_library_metadata")
    .statuses(&[200], &[400, 404, 500])
    .call(move |b| async move {
        let id = any(&b).await?;
        let file = b.client.library_metadata(&id).await?;
        b.client
            .set_library_metadata(&id, Upload::Bytes(file))
            .await
            .map(drop)
    })
    .refused(400, |b| async move {
        let id = any(&b).await?;
        let empty = Upload::Bytes(bytes::Bytes::new());
        b.client.set_library_metadata(&id, empty).await.map(drop)
    })
    .refused(404, move |b| async move {
        b.client.set_library_metadata(NO_ID, xml()).await.map(drop)
    })
    .faulted(500)
    .note("Deprecated in OIC 3.")
}

fn delete() -> Operation {
    Operation::design("Delete a library version", "DELETE", "/libraries/{id}")
        .source("op-ic-api-integration-v1-libraries-id-delete")
        .client("delete_library")
        .statuses(&[200, 204], &[404, 423, 500])
        .before(|b| async move {
            b.client
                .import_library(&Global, &definition(), script())
                .await
                .map(drop)
        })
        .call(|b| async move {
            b.client.delete_library("JSLIB|01.00.0000").await?;
            let left = b.client.libraries().await?;
            assert!(left.iter().all(|one| one.value.code != "JSLIB"));
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.delete_library(NO_ID).await.map(drop)
        })
        .refused(423, |b| async move {
            let id = any(&b).await?;
            b.lock(Library, &Global, &id);
            b.client.delete_library(&id).await.map(drop)
        })
        .faulted(500)
        .note("The page has 200, 404 and 500; 423 is in use for what is locked.")
}
