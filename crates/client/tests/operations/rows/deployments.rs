//! Deployments and access lists of projects.

use waybill_client::Error;
use waybill_client::wire::{AccessListRequest, DeploymentRequest, IntegrationVersion};
use waybill_model::Generation::Oic3;
use waybill_model::Scope;

use super::place::PROJECT;
use crate::bench::Bench;
use crate::operation::{Mark, Operation};

fn row(name: &'static str, method: &'static str, path: &str) -> Operation {
    Operation::design(name, method, &format!("/projects/{{projectId}}{path}")).on(&[Oic3])
}

pub fn rows() -> Vec<Operation> {
    vec![
        list(),
        get(),
        create(),
        update(),
        delete(),
        read_access(),
        set_access(),
    ]
}

/// A deployment with one integration of the project.
async fn wanted(b: &Bench, code: &str) -> Result<DeploymentRequest, Error> {
    let within = Scope::Project(PROJECT.to_owned());
    let one = b.integrations(&within).await?.remove(0).value;
    let mut deployment = DeploymentRequest::new(code, "Release 2");
    deployment.description = Some("The second".to_owned());
    deployment.integrations = Some(vec![IntegrationVersion {
        code: one.code,
        version: one.version,
    }]);
    Ok(deployment)
}

fn list() -> Operation {
    row("Retrieve deployments", "GET", "/deployments")
        .source("op-ic-api-integration-v1-projects-id-deployments-get")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("deployments")
        .call(|b| async move {
            let all = b.client.deployments(PROJECT).await?;
            assert_eq!(all[0].value.code, "RELEASE_1");
            assert!(!all[0].value.integrations.is_empty());
            Ok(())
        })
        .note("The recorded list has items alone, without counters.")
}

fn get() -> Operation {
    row("Retrieve a deployment", "GET", "/deployments/{code}")
        .source("op-ic-api-integration-v1-projects-id-deployments-code-get")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("deployment")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let one = b.client.deployment(PROJECT, "RELEASE_1").await?;
            assert_eq!(one.value.name, "Release 1");
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.deployment(PROJECT, "NONE").await.map(drop)
        })
}

fn create() -> Operation {
    row("Create a deployment", "POST", "/deployments")
        .source("op-ic-api-integration-v1-projects-id-deployments-post")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("create_deployment")
        .statuses(&[201], &[400, 409])
        .call(|b| async move {
            let deployment = wanted(&b, "RELEASE_2").await?;
            let made = b.client.create_deployment(PROJECT, &deployment).await?;
            let echo = made.answer.unwrap().value;
            assert_eq!(echo.code, "RELEASE_2");
            assert!(echo.integrations.is_empty());
            let found = b.client.deployment(PROJECT, "RELEASE_2").await?.value;
            assert_eq!(found.integrations.len(), 1);
            Ok(())
        })
        .refused(400, |b| async move {
            let mut deployment = DeploymentRequest::new("RELEASE_2", "Release 2");
            deployment.integrations = Some(vec![IntegrationVersion {
                code: "NOWHERE".to_owned(),
                version: "01.00.0000".to_owned(),
            }]);
            let create = b.client.create_deployment(PROJECT, &deployment);
            create.await.map(drop)
        })
        .refused(409, |b| async move {
            let deployment = wanted(&b, "RELEASE_1").await?;
            let create = b.client.create_deployment(PROJECT, &deployment);
            create.await.map(drop)
        })
        .note("The answer is a short echo without the integrations. The statuses of refusal are inferred.")
}

fn update() -> Operation {
    row("Update a deployment", "POST", "/deployments/{code}")
        .source("op-ic-api-integration-v1-projects-id-deployments-code-post")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("update_deployment")
        .statuses(&[200], &[404])
        .call(|b| async move {
            let deployment = wanted(&b, "RELEASE_1").await?;
            b.client.update_deployment(PROJECT, &deployment).await?;
            let found = b.client.deployment(PROJECT, "RELEASE_1").await?.value;
            assert_eq!(found.integrations.len(), 1);
            assert_eq!(found.name, "Release 2");
            Ok(())
        })
        .refused(404, |b| async move {
            let deployment = wanted(&b, "NONE").await?;
            let update = b.client.update_deployment(PROJECT, &deployment);
            update.await.map(drop)
        })
        .note("Sent with `X-HTTP-Method-Override: PATCH`, which is required here.")
}

fn delete() -> Operation {
    row("Delete a deployment", "DELETE", "/deployments/{code}")
        .source("op-ic-api-integration-v1-projects-id-deployments-code-delete")
        .marks(&[Mark::Documented, Mark::Recorded])
        .client("delete_deployment")
        .statuses(&[204, 200], &[404, 500])
        .call(|b| async move {
            b.client.delete_deployment(PROJECT, "RELEASE_1").await?;
            assert!(b.client.deployments(PROJECT).await?.is_empty());
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.delete_deployment(PROJECT, "NONE").await.map(drop)
        })
        .faulted(500)
        .note("204 was recorded where 200 is documented.")
}

fn read_access() -> Operation {
    row("Retrieve the access list of a project", "GET", "/acl")
        .source("op-ic-api-integration-v1-projects-id-acl-get")
        .client("access_list")
        .statuses(&[200], &[404, 500])
        .call(|b| async move {
            let list = b.client.access_list(PROJECT).await?.value;
            assert!(!list.administrators.allowed.is_empty());
            Ok(())
        })
        .refused(404, |b| async move {
            b.client.access_list("NOWHERE").await.map(drop)
        })
        .faulted(500)
}

fn set_access() -> Operation {
    row("Set the access list of a project", "PUT", "/acl")
        .source("op-ic-api-integration-v1-projects-id-acl-put")
        .client("set_access_list")
        .statuses(&[204], &[404, 500])
        .call(|b| async move {
            let list = b.client.access_list(PROJECT).await?.value;
            let mut wanted = AccessListRequest::from(&list);
            wanted.monitors.allow_all = !wanted.monitors.allow_all;
            b.client.set_access_list(PROJECT, &wanted).await?;
            let now = b.client.access_list(PROJECT).await?.value;
            assert_eq!(AccessListRequest::from(&now), wanted);
            Ok(())
        })
        .refused(404, |b| async move {
            let list = AccessListRequest::default();
            b.client.set_access_list("NOWHERE", &list).await.map(drop)
        })
        .faulted(500)
        .note("Ids are those of the identity domain: a list is not valid in another one.")
}
