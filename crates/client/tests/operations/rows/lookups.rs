//! Lookups.

use bytes::Bytes;
use waybill_client::wire::{LookupClone, LookupDefinition};
use waybill_client::{Error, ListFilter, Upload};
use waybill_model::ArtifactKind::Lookup;
use waybill_model::Scope::{self, Global};

use super::place::Place;
use crate::bench::Bench;
use crate::operation::Operation;

pub fn rows() -> Vec<Operation> {
    let mut rows = Vec::new();
    for place in [Place::Outside, Place::Project] {
        rows.extend([
            list(place),
            get(place),
            create(place),
            export(place),
            import(place),
        ]);
    }
    rows.extend([update(), copy(), replace(), delete()]);
    rows
}

/// A lookup of the scope; one is made where there is none.
async fn any(b: &Bench, within: &Scope) -> Result<String, Error> {
    let all = b.client.lookups(within).await?;
    if let Some(one) = all.first() {
        return Ok(one.value.name.clone());
    }
    b.client.create_lookup(within, &definition()).await?;
    Ok(definition().name)
}

fn definition() -> LookupDefinition {
    LookupDefinition::new(
        "myLookup",
        &["rightnow", "soap"],
        &[&["RN1", "SOAP1"], &["RN2", "SOAP2"]],
    )
}

/// The file of a lookup, and its name.
async fn file(b: &Bench) -> Result<(String, Bytes), Error> {
    let name = any(b, &Global).await?;
    let csv = b.client.export_lookup(&Global, &name).await?;
    Ok((name, csv))
}

fn list(place: Place) -> Operation {
    place
        .row(
            "Retrieve lookups",
            "Retrieve lookups of a project",
            "GET",
            "/lookups",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-lookups-get",
            "op-ic-api-integration-v1-projects-projectid-lookups-get",
        ))
        .client("lookups, lookups_where")
        .statuses(&[200], &[500])
        .call(move |b| async move {
            b.client.lookups(&place.scope()).await?;
            let filter = ListFilter {
                name_part: Some("o".to_owned()),
                ..ListFilter::default()
            };
            let found = b.client.lookups_where(&place.scope(), &filter).await?;
            assert!(
                found
                    .iter()
                    .all(|one| one.value.name.to_lowercase().contains('o'))
            );
            Ok(())
        })
        .faulted(500)
}

fn get(place: Place) -> Operation {
    place
        .row(
            "Retrieve a lookup",
            "Retrieve a lookup of a project",
            "GET",
            "/lookups/{name}",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-lookups-name-get",
            "op-ic-api-integration-v1-projects-projectid-lookups-name-get",
        ))
        .client("lookup")
        .statuses(&[200], &[404, 500])
        .call(move |b| async move {
            let name = any(&b, &place.scope()).await?;
            let one = b.client.lookup(&place.scope(), &name).await?;
            assert!(one.value.columns.len() > 1 && !one.value.rows.is_empty());
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client.lookup(&place.scope(), "Nowhere").await.map(drop)
        })
        .faulted(500)
}

fn create(place: Place) -> Operation {
    place
        .row(
            "Create a lookup",
            "Create a lookup in a project",
            "POST",
            "/lookups",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-lookups-post",
            "op-ic-api-integration-v1-projects-projectid-lookups-post",
        ))
        .client("create_lookup")
        .statuses(&[200, 201], &[400, 500])
        .call(move |b| async move {
            b.client
                .create_lookup(&place.scope(), &definition())
                .await?;
            let made = b.client.lookup(&place.scope(), "myLookup").await?;
            assert_eq!(made.value.rows[1].row_data, ["RN2", "SOAP2"]);
            Ok(())
        })
        .refused(400, move |b| async move {
            let narrow = LookupDefinition::new("narrow", &["one"], &[]);
            b.client
                .create_lookup(&place.scope(), &narrow)
                .await
                .map(drop)
        })
        .faulted(500)
        .note("What a name that exists is answered with is not documented; the sandbox says 409.")
}

fn update() -> Operation {
    Operation::design("Update a lookup", "PUT", "/lookups/{name}")
        .source("op-ic-api-integration-v1-lookups-name-put")
        .client("update_lookup")
        .call(|b| async move {
            b.client.create_lookup(&Global, &definition()).await?;
            let other = LookupDefinition::new("myLookup", &["a", "b"], &[&["1", "2"]]);
            b.client.update_lookup(&other).await?;
            let now = b.client.lookup(&Global, "myLookup").await?;
            assert_eq!(now.value.columns, ["a", "b"]);
            Ok(())
        })
        .note("No error statuses are known; the sandbox says 400, 404 and 423.")
}

fn copy() -> Operation {
    let clone = |name: &str| LookupClone {
        name: name.to_owned(),
        ..LookupClone::default()
    };
    Operation::design("Clone a lookup", "POST", "/lookups/{name}/clone")
        .source("op-ic-api-integration-v1-lookups-name-clone-post")
        .client("clone_lookup")
        .statuses(&[200, 201], &[400, 404, 500])
        .call(move |b| async move {
            let name = any(&b, &Global).await?;
            b.client.clone_lookup(&name, &clone("copy")).await?;
            b.client.lookup(&Global, "copy").await.map(drop)
        })
        .faulted(400)
        .refused(404, move |b| async move {
            b.client
                .clone_lookup("Nowhere", &clone("copy"))
                .await
                .map(drop)
        })
        .faulted(500)
        .note("A clone without a name, the documented 400, the client refuses by itself.")
}

fn export(place: Place) -> Operation {
    place
        .row(
            "Export a lookup",
            "Export a lookup of a project",
            "GET",
            "/lookups/{name}/archive",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-lookups-name-archive-get",
            "op-ic-api-integration-v1-projects-projectid-lookups-name-archive-get",
        ))
        .client("export_lookup")
        .statuses(&[200], &[404, 423, 500])
        .call(move |b| async move {
            let name = any(&b, &place.scope()).await?;
            let csv = b.client.export_lookup(&place.scope(), &name).await?;
            assert!(String::from_utf8_lossy(&csv).contains(&name));
            Ok(())
        })
        .refused(404, move |b| async move {
            b.client
                .export_lookup(&place.scope(), "Nowhere")
                .await
                .map(drop)
        })
        .refused(423, move |b| async move {
            let name = any(&b, &place.scope()).await?;
            b.lock(Lookup, &place.scope(), &name);
            b.client
                .export_lookup(&place.scope(), &name)
                .await
                .map(drop)
        })
        .faulted(500)
}

fn import(place: Place) -> Operation {
    place
        .row(
            "Import (add) a lookup",
            "Import (add) a lookup into a project",
            "POST",
            "/lookups/archive",
        )
        .source(place.pick(
            "op-ic-api-integration-v1-lookups-archive-post",
            "op-ic-api-integration-v1-projects-projectid-lookups-archive-post",
        ))
        .client("import_lookup")
        .statuses(&[204, 200], &[400, 409, 500])
        .call(move |b| async move {
            let (name, csv) = file(&b).await?;
            let there = b.client.lookups(&place.scope()).await?;
            if there.iter().any(|one| one.value.name == name) {
                b.remove(Lookup, &place.scope(), &name);
            }
            let done = b
                .client
                .import_lookup(&place.scope(), &name, Upload::Bytes(csv))
                .await?;
            assert!(done.location.is_some());
            b.client.lookup(&place.scope(), &name).await.map(drop)
        })
        .refused(400, move |b| async move {
            b.client
                .import_lookup(&place.scope(), "Nowhere", Upload::Bytes(Bytes::new()))
                .await
                .map(drop)
        })
        .refused(409, move |b| async move {
            let name = any(&b, &place.scope()).await?;
            let csv = b.client.export_lookup(&place.scope(), &name).await?;
            b.client
                .import_lookup(&place.scope(), &name, Upload::Bytes(csv))
                .await
                .map(drop)
        })
        .faulted(500)
}

fn replace() -> Operation {
    Operation::design("Import (replace) a lookup", "PUT", "/lookups/archive")
        .source("op-ic-api-integration-v1-lookups-archive-put")
        .client("replace_lookup")
        .statuses(&[200, 204], &[400, 404, 500])
        .call(|b| async move {
            let (name, csv) = file(&b).await?;
            b.client
                .replace_lookup(&name, Upload::Bytes(csv))
                .await
                .map(drop)
        })
        .refused(400, |b| async move {
            let empty = Upload::Bytes(Bytes::new());
            b.client.replace_lookup("Nowhere", empty).await.map(drop)
        })
        .refused(404, |b| async move {
            let (name, csv) = file(&b).await?;
            b.remove(Lookup, &Global, &name);
            b.client
                .replace_lookup(&name, Upload::Bytes(csv))
                .await
                .map(drop)
        })
        .faulted(500)
        .note("Takes effect in active integrations without activating them anew (inferred).")
}

fn delete() -> Operation {
    Operation::design("Delete a lookup", "DELETE", "/lookups/{name}")
        .source("op-ic-api-integration-v1-lookups-name-delete")
        .client("delete_lookup")
        .statuses(&[200, 204], &[404, 423, 500])
        .before(|b| async move {
            b.client
                .create_lookup(&Global, &definition())
                .await
                .map(drop)
        })
        .call(|b| async move { b.client.delete_lookup("myLookup").await.map(drop) })
        .refused(404, |b| async move {
            b.client.delete_lookup("Nowhere").await.map(drop)
        })
        .refused(423, |b| async move {
            let name = any(&b, &Global).await?;
            b.lock(Lookup, &Global, &name);
            b.client.delete_lookup(&name).await.map(drop)
        })
        .faulted(500)
}
