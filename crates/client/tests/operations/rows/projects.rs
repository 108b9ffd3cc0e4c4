//! Projects, their archives, and copies between them.

use waybill_client::wire::{IntegrationVersion, NewProject, ProjectChange};
use waybill_client::{Error, Upload};
use waybill_model::ArtifactKind::Project;
use waybill_model::Generation::Oic3;
use waybill_model::Scope;

use super::place::PROJECT;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

/// Another project of every filled instance.
const SCRIPTS: &str = "public scripts; no page";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::design(name, method, &format!("/projects{path}")).on(&[Oic3])
}

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        create(),
        update(),
        delete(),
        export(),
        export_later(),
        import(),
        replace(),
        copy(),
    ]
}

/// The archive of the project, and the instance without it.
async fn archive(b: &Bench) -> Result<Upload, Error> {
    let bytes = b.client.export_project(PROJECT, None, None).await?;
    Ok(Upload::Bytes(bytes))
}

fn list() -> Operation {
    row("Retrieve projects", "GET", "")
        .source("op-ic-api-integration-v1-projects-get")
        .client("projects")
        .call(|b| async move {
            let all = b.client.projects().await?;
            assert!(all.iter().any(|one| one.value.code == PROJECT));
            Ok(())
        })
}

fn get() -> Operation {
    row("Retrieve a project", "GET", "/{id}")
        .source("op-ic-api-integration-v1-projects-id-get")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("project")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let one = b.client.project(PROJECT).await?.value;
            assert_eq!(one.id, PROJECT);
            assert_eq!(one.state.assets.deployments[0].code, "RELEASE_1");
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.project("NOWHERE").await.map(drop)
        })
}

fn create() -> Operation {
    row("Create a project", "POST", "")
        .marks(&[Mark::Inferred])
        .client("create_project")
        .statuses(&[201, 200], &[400, 409])
        .call(|b| async move {
            let mut project = NewProject::new("NEW_ONE", "New one");
            project.description = Some("For trying".to_owned());
            let made = b.client.create_project(&project).await?;
            assert_eq!(made.answer.unwrap().value.code, "NEW_ONE");
            let found = b.client.project("NEW_ONE").await?.value;
            assert_eq!(found.description, project.description);
            Ok(())
        })
        .refused(400, |b| async move {
            let project = NewProject::new("NEW_BA_ONE", "New_BA_one");
            b.client.create_project(&project).await.map(drop)
        })
        .refused(409, |b| async move {
            let project = NewProject::new(PROJECT, "Another name");
            b.client.create_project(&project).await.map(drop)
        })
        .note("No page for this call is published; name, code and type are what the console asks for.")
}

fn update() -> Operation {
    let change = || ProjectChange {
        description: Some("Changed".to_owned()),
        ..ProjectChange::default()
    };
    row("Update a project", "POST", "/{id}")
        .source("announced in February 2026; the page could not be read")
        .marks(&[Mark::Documented, Mark::Inferred])
        .client("update_project")
        .statuses(&[200], &[404])
        .call(move |b| async move {
            b.client.update_project(PROJECT, &change()).await?;
            let found = b.client.project(PROJECT).await?.value;
            assert_eq!(found.description.as_deref(), Some("Changed"));
            Ok(())
        })
        .refused(404, move |b| async move {
            let change = change();
            b.client.update_project("NOWHERE", &change).await.map(drop)
        })
        .note("Sent with `X-HTTP-Method-Override: PATCH`, as all partial updates; the form is inferred.")
}

fn delete() -> Operation {
    row("Delete a project", "DELETE", "/{id}")
        .source("op-ic-api-integration-v1-projects-id-delete")
        .marks(&[Mark::Documented, Mark::Scripts])
        .client("delete_project")
        .statuses(&[200], &[404, 412])
        .before(|b| async move {
            let project = NewProject::new("NEW_ONE", "New one");
            b.client.create_project(&project).await.map(drop)
        })
        .call(|b| async move {
            b.client.delete_project("NEW_ONE").await?;
            assert!(b.client.project("NEW_ONE").await.is_err());
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.delete_project("NOWHERE").await.map(drop)
        })
        .refused(412, |b| async move {
            let scope = Scope::Project(PROJECT.to_owned());
            b.integration(&scope, "ACTIVATED").await?;
            b.client.delete_project(PROJECT).await.map(drop)
        })
}

fn export() -> Operation {
    row("Export a project or deployment", "POST", "/{id}/archive")
        .source("op-ic-api-integration-v1-projects-id-archive-post")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("export_project, export_project_to")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let name = b.client.project(PROJECT).await?.value.name;
            let whole = b.client.export_project(PROJECT, Some(&name), None).await?;
            let deployment = b
                .client
                .export_project(PROJECT, None, Some("RELEASE_1"))
                .await?;
            assert!(deployment.len() < whole.len());
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("whole.car");
            let to = b.client.export_project_to(PROJECT, None, None, &file);
            assert_eq!(to.await?, std::fs::metadata(&file).unwrap().len());
            Ok(())
        })
        .refused(404, |b| async move {
            let export = b.client.export_project("NOWHERE", None, None);
            export.await.map(drop)
        })
        .faulted(500)
        .note("A read, though a POST: it is repeated without looking.")
}

fn export_later() -> Operation {
    row(
        "Export a project in the background",
        "POST",
        "/{id}/archive",
    )
    .source("a browser extension that drives the console's calls")
    .marks(&[Mark::Scripts])
    .client("start_project_export")
    .statuses(&[202], &[])
    .call(|b| async move {
        let id = b.client.start_project_export(PROJECT, None, None).await?;
        let work = b.client.work_request(&id).await?.unwrap();
        assert_eq!(work.value.id, id);
        Ok(())
    })
    .note("With `enableAsync=true`. Where the file is fetched afterwards is not known, so backups do not use it.")
}

fn import() -> Operation {
    row("Import (add) a project", "POST", "/archive")
        .source("op-ic-api-integration-v1-projects-archive-post")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("import_project")
        .statuses(&[200, 201, 202, 204], &[400, 409, 500])
        .call(|b| async move {
            // Streamed out to a file, and back in from it.
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("whole.car");
            let to = b.client.export_project_to(PROJECT, None, None, &file);
            to.await?;
            b.remove(Project, &Scope::Global, PROJECT);
            let import = b.client.import_project(PROJECT, Upload::File(file));
            let made = import.await?;
            let project = made.answer.unwrap().value;
            assert_eq!(project.code, PROJECT);
            assert_eq!(project.state.status.as_deref(), Some("DRAFT"));
            assert_eq!(project.state.project_revision_id, Some(0));
            Ok(())
        })
        .refused(400, |b| async move {
            let archive = super::integrations::no_archive();
            b.client.import_project("ANY", archive).await.map(drop)
        })
        .refused(409, |b| async move {
            let archive = archive(&b).await?;
            b.client.import_project(PROJECT, archive).await.map(drop)
        })
        .faulted(500)
        .note("200 was recorded; public scripts take 201, 202 and 204 for success too.")
}

fn replace() -> Operation {
    row("Import (replace) a project", "PUT", "/archive")
        .source("Oracle's script oic3_import_project.sh; no page")
        .marks(&[Mark::Scripts])
        .client("replace_project")
        .statuses(&[200, 201, 202, 204], &[404, 412])
        .call(|b| async move {
            let archive = archive(&b).await?;
            let within = Scope::Project(PROJECT.to_owned());
            for one in b.integrations(&within).await? {
                let kind = waybill_model::ArtifactKind::Integration;
                b.set_status(kind, &within, &one.value.id, "CONFIGURED");
            }
            let made = b.client.replace_project(PROJECT, archive).await?;
            assert_eq!(made.answer.unwrap().value.code, PROJECT);
            Ok(())
        })
        .refused(404, |b| async move {
            let archive = archive(&b).await?;
            b.remove(Project, &Scope::Global, PROJECT);
            b.client.replace_project(PROJECT, archive).await.map(drop)
        })
        .refused(412, |b| async move {
            let archive = archive(&b).await?;
            let scope = Scope::Project(PROJECT.to_owned());
            b.integration(&scope, "ACTIVATED").await?;
            b.client.replace_project(PROJECT, archive).await.map(drop)
        })
        .note("The statuses of refusal are inferred from its neighbours.")
}

fn copy() -> Operation {
    async fn into_new(b: &Bench, from: &str, version: &str) -> Result<(), Error> {
        let within = Scope::Project(PROJECT.to_owned());
        let one = b.integrations(&within).await?.remove(0).value;
        let integration = IntegrationVersion {
            code: one.code,
            version: if version.is_empty() {
                one.version
            } else {
                version.to_owned()
            },
        };
        let wanted = [integration];
        let copy = b.client.copy_integrations("NEW_ONE", from, &wanted);
        copy.await.map(drop)
    }
    async fn target(b: &Bench) -> Result<(), Error> {
        let project = NewProject::new("NEW_ONE", "New one");
        b.client.create_project(&project).await.map(drop)
    }
    row(
        "Copy integrations into a project",
        "POST",
        "/{id}/integrations/copy",
    )
    .source(SCRIPTS)
    .marks(&[Mark::Scripts])
    .client("copy_integrations")
    .statuses(&[200, 201, 202, 204], &[404, 409])
    .before(|b| async move { target(&b).await })
    .call(|b| async move {
        into_new(&b, PROJECT, "").await?;
        let copies = b
            .integrations(&Scope::Project("NEW_ONE".to_owned()))
            .await?;
        assert_eq!(copies.len(), 1);
        Ok(())
    })
    .refused(404, |b| async move {
        target(&b).await?;
        into_new(&b, PROJECT, "99.99.9999").await
    })
    .refused(409, |b| async move {
        target(&b).await?;
        into_new(&b, PROJECT, "").await?;
        into_new(&b, PROJECT, "").await
    })
    .note("Statuses are inferred: scripts only say that failures carry title and type.")
}
