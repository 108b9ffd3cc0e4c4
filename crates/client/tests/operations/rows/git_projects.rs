//! Projects in a Git repository.

use waybill_client::{Error, GitRepository};
use waybill_model::Generation::Oic3;
use waybill_sandbox::{Fault, FaultKind};

use super::place::PROJECT;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

const PAGE: &str = "op-ic-api-integration-v1-gitprojects";

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::design(name, method, &format!("/gitprojects{path}"))
        .on(&[Oic3])
        .source(PAGE)
}

pub fn rows() -> Vec<Operation> {
    vec![set(), fetch(), test(), list(), export(), import()]
}

fn repository(key: &str) -> GitRepository {
    GitRepository {
        repository: "owner/repo".to_owned(),
        branch: "main".to_owned(),
        api_key: key.into(),
    }
}

async fn ready(b: &Bench) -> Result<(), Error> {
    let repository = repository("key of the repository");
    b.client.set_git_repository(&repository).await.map(drop)
}

/// Puts the project into the repository, and tells where it lies there.
async fn stored(b: &Bench) -> Result<secrecy::SecretString, Error> {
    ready(b).await?;
    b.client.export_project_to_git(PROJECT).await?;
    let project = b.client.git_projects().await?.remove(0);
    Ok(project.value.download_url.unwrap())
}

fn set() -> Operation {
    row("Set the Git repository", "POST", "/settings/create")
        .client("set_git_repository")
        .statuses(&[200], &[])
        .call(|b| async move { ready(&b).await })
        .note("The page says that there are no parameters; `integrationInstance` is needed all the same.")
}

fn fetch() -> Operation {
    row("Retrieve the Git settings", "POST", "/settings/fetch")
        .client("git_settings")
        .before(|b| async move { ready(&b).await })
        .call(|b| async move {
            let settings = b.client.git_settings().await?.value;
            assert_eq!(settings.repository.as_deref(), Some("owner/repo"));
            assert_eq!(settings.branch_name.as_deref(), Some("main"));
            Ok(())
        })
        .note("A read, though a POST; the key comes back masked.")
}

fn test() -> Operation {
    row("Test the Git repository", "POST", "/settings/test")
        .marks(&[Mark::Documented, Mark::Inferred])
        .client("test_git_repository")
        .statuses(&[200], &[400])
        .call(|b| async move {
            let repository = repository("key of the repository");
            b.client.test_git_repository(&repository).await?;
            assert!(b.client.git_settings().await.is_err());
            Ok(())
        })
        .refused(400, |b| async move {
            let mut repository = repository("key of the repository");
            "no owner".clone_into(&mut repository.repository);
            b.client.test_git_repository(&repository).await.map(drop)
        })
        .note("That there is such a call is documented; path, body and 400 are inferred.")
}

fn list() -> Operation {
    row("Retrieve the projects in Git", "GET", "")
        .client("git_projects")
        .before(|b| async move { stored(&b).await.map(drop) })
        .call(|b| async move {
            let projects = b.client.git_projects().await?;
            assert_eq!(projects[0].value.id, format!("{PROJECT}.car"));
            assert_eq!(projects[0].raw["download_url"], "*****");
            Ok(())
        })
}

fn export() -> Operation {
    row(
        "Export a project to Git",
        "POST",
        "/{projectId}/exporttorepository",
    )
    .client("export_project_to_git")
    .statuses(&[200], &[400, 500])
    .before(|b| async move { ready(&b).await })
    .call(|b| async move {
        b.client.export_project_to_git(PROJECT).await?;
        assert_eq!(b.client.git_projects().await?.len(), 1);
        Ok(())
    })
    .refused(400, |b| async move {
        ready(&b).await?;
        b.client.export_project_to_git("NOWHERE").await.map(drop)
    })
    .faulted(500)
}

fn import() -> Operation {
    row(
        "Import a project from Git",
        "POST",
        "/{projectId}/importfromrepository",
    )
    .marks(&[Mark::Documented])
    .client("import_project_from_git")
    .statuses(&[200], &[400, 401, 500])
    .call(|b| async move {
        let url = stored(&b).await?;
        b.client.import_project_from_git(PROJECT, &url).await?;
        Ok(())
    })
    .refused(400, |b| async move {
        stored(&b).await?;
        let elsewhere = "https://example.com/other.car".into();
        let import = b.client.import_project_from_git(PROJECT, &elsewhere);
        import.await.map(drop)
    })
    .refused(401, |b| async move {
        let url = stored(&b).await?;
        let repository = repository("expired key");
        b.client.set_git_repository(&repository).await?;
        let import = b.client.import_project_from_git(PROJECT, &url);
        import.await.map(drop)
    })
    .refused(500, |b| async move {
        let url = stored(&b).await?;
        b.control().fail(Fault {
            kind: FaultKind::Status {
                code: 500,
                retry_after: None,
            },
            times: 1,
            path: Some("importfromrepository".to_owned()),
        });
        let import = b.client.import_project_from_git(PROJECT, &url);
        import.await.map(drop)
    })
    .note("Goes on after the answer. 500 is a fault laid on the call.")
}
