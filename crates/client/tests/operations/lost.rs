//! Changes whose answer, or whose request, is lost on the way: what took effect is found by looking and
//! not made again, what did not is made, and where looking cannot tell, the error says so.

use std::pin::Pin;
use std::sync::Arc;

use waybill_client::wire::{
    DeploymentRequest, Grantee, InstanceExport, IntegrationVersion, NewProject, NewRoleGrant,
    StorageInfo,
};
use waybill_client::{
    Error, ErrorKind, ErrorQuery, ErrorSelection, GitRepository, InstanceFilter, InstanceQuery,
    Period, ScimFilter, TimeWindow, Upload,
};
use waybill_model::Generation::{self, Ics, Oic3};
use waybill_model::{ArtifactKind, Scope};
use waybill_sandbox::{Fault, FaultKind};

use crate::bench::Bench;
use crate::rows::place::PROJECT;

type Future<T> = Pin<Box<dyn std::future::Future<Output = Result<T, Error>> + Send>>;

/// A change, what has to be there before it, and whether its answer was looked up.
struct Change {
    name: &'static str,
    method: &'static str,
    generation: Generation,
    before: fn(Arc<Bench>) -> Future<String>,
    call: fn(Arc<Bench>, String) -> Future<bool>,
}

fn nothing(_: Arc<Bench>) -> Future<String> {
    Box::pin(async { Ok(String::new()) })
}

fn new_project(b: Arc<Bench>) -> Future<String> {
    Box::pin(async move {
        let project = NewProject::new("NEW_ONE", "New one");
        b.client.create_project(&project).await?;
        Ok("NEW_ONE".to_owned())
    })
}

fn repository(b: Arc<Bench>) -> Future<String> {
    Box::pin(async move {
        let repository = GitRepository {
            repository: "owner/repo".to_owned(),
            branch: "main".to_owned(),
            api_key: "key".into(),
        };
        b.client.set_git_repository(&repository).await?;
        Ok(String::new())
    })
}

async fn instance(b: &Bench, status: &str) -> Result<String, Error> {
    let query = InstanceQuery {
        filter: InstanceFilter {
            status: Some(status.to_owned()),
            ..InstanceFilter::default()
        },
        period: Some(Period::Last(TimeWindow::ThreeDays)),
        most: Some(1),
        ..InstanceQuery::default()
    };
    let found = b.client.integration_instances(&query).await?;
    Ok(found.items[0].value.instance_id.clone())
}

async fn grant(b: &Bench) -> Result<NewRoleGrant, Error> {
    let filter = ScimFilter::equals("displayName", "ServiceDeployer");
    let role = b.domain().app_roles(Some(&filter)).await?.remove(0).value;
    let user = b.domain().users(None).await?.remove(0).value;
    Ok(NewRoleGrant {
        grantee_kind: Grantee::User,
        grantee: user.id,
        app: role.app.value,
        app_role: role.id,
    })
}

fn v1(id: &str) -> (&str, &str) {
    id.split_once('|').unwrap()
}

fn changes() -> Vec<Change> {
    let change = |name, method, before, call| Change {
        name,
        method,
        generation: Oic3,
        before,
        call,
    };
    let older = |name, before, call| Change {
        name,
        method: "POST",
        generation: Ics,
        before,
        call,
    };
    vec![
        change("create_project", "POST", nothing, |b, _| {
            Box::pin(async move {
                let project = NewProject::new("NEW_ONE", "New one");
                Ok(b.client.create_project(&project).await?.looked_up)
            })
        }),
        change("delete_project", "DELETE", new_project, |b, code| {
            Box::pin(async move { Ok(b.client.delete_project(&code).await?.looked_up) })
        }),
        change("import_project", "POST", nothing, |b, _| {
            Box::pin(async move {
                // The export is a POST too: the archive comes from a client that meets no fault.
                let bytes = b.client.export_project(PROJECT, None, None).await?;
                b.remove(ArtifactKind::Project, &Scope::Global, PROJECT);
                lay(&b, "POST");
                let import = b.client.import_project(PROJECT, Upload::Bytes(bytes));
                Ok(import.await?.looked_up)
            })
        }),
        change("copy_integrations", "POST", new_project, |b, into| {
            Box::pin(async move {
                let within = Scope::Project(PROJECT.to_owned());
                let one = b.integrations(&within).await?.remove(0).value;
                let wanted = [IntegrationVersion {
                    code: one.code,
                    version: one.version,
                }];
                let copy = b.client.copy_integrations(&into, PROJECT, &wanted);
                Ok(copy.await?.looked_up)
            })
        }),
        change("create_deployment", "POST", nothing, |b, _| {
            Box::pin(async move {
                let deployment = DeploymentRequest::new("RELEASE_2", "Release 2");
                let create = b.client.create_deployment(PROJECT, &deployment);
                Ok(create.await?.looked_up)
            })
        }),
        change("delete_deployment", "DELETE", nothing, |b, _| {
            Box::pin(async move {
                let delete = b.client.delete_deployment(PROJECT, "RELEASE_1");
                Ok(delete.await?.looked_up)
            })
        }),
        change("export_project_to_git", "POST", repository, |b, _| {
            Box::pin(async move { Ok(b.client.export_project_to_git(PROJECT).await?.looked_up) })
        }),
        change(
            "create_grant",
            "POST",
            |b| {
                Box::pin(async move {
                    grant(&b).await?;
                    Ok(String::new())
                })
            },
            |b, _| {
                Box::pin(async move {
                    let grant = grant(&b).await?;
                    Ok(b.domain().create_grant(&grant).await?.looked_up)
                })
            },
        ),
        change(
            "delete_grant",
            "DELETE",
            |b| {
                Box::pin(async move {
                    let made = b.domain().create_grant(&grant(&b).await?).await?;
                    Ok(made.answer.unwrap().value.id)
                })
            },
            |b, id| Box::pin(async move { Ok(b.domain().delete_grant(&id).await?.looked_up) }),
        ),
        change(
            "abort_integration_instance",
            "POST",
            |b| Box::pin(async move { instance(&b, "IN_PROGRESS").await }),
            |b, id| {
                Box::pin(async move {
                    let abort = b.client.abort_integration_instance(&id);
                    Ok(abort.await?.looked_up)
                })
            },
        ),
        change(
            "discard_error",
            "POST",
            |b| Box::pin(async move { instance(&b, "FAILED").await }),
            |b, id| Box::pin(async move { Ok(b.client.discard_error(&id).await?.looked_up) }),
        ),
        older(
            "ics_v1_activate",
            |b| Box::pin(async move { b.integration(&Scope::Global, "CONFIGURED").await }),
            |b, id| {
                Box::pin(async move {
                    let (code, version) = v1(&id);
                    let activate = b.client.ics_v1_activate(code, version, false, false);
                    Ok(activate.await?.looked_up)
                })
            },
        ),
        older(
            "ics_v1_deactivate",
            |b| Box::pin(async move { b.integration(&Scope::Global, "ACTIVATED").await }),
            |b, id| {
                Box::pin(async move {
                    let (code, version) = v1(&id);
                    Ok(b.client.ics_v1_deactivate(code, version).await?.looked_up)
                })
            },
        ),
        older(
            "ics_v1_import",
            |b| Box::pin(async move { b.integration(&Scope::Global, "CONFIGURED").await }),
            |b, id| {
                Box::pin(async move {
                    let (code, version) = v1(&id);
                    let archive = b.client.ics_v1_export(code, version).await?;
                    b.remove(ArtifactKind::Integration, &Scope::Global, &id);
                    let import = b
                        .client
                        .ics_v1_import(code, version, Upload::Bytes(archive));
                    Ok(import.await?.looked_up)
                })
            },
        ),
    ]
}

/// Loses the answer of the next call of this method.
fn lay(b: &Bench, method: &str) {
    lay_kind(b, method, FaultKind::DropAfter);
}

fn lay_kind(b: &Bench, method: &str, kind: FaultKind) {
    b.control().heal();
    b.control().fail(Fault {
        kind,
        times: 1,
        path: Some(format!("{method} /")),
    });
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_found_and_not_made_again() {
    for change in changes() {
        let b = Arc::new(Bench::new(change.generation).await);
        let subject = (change.before)(Arc::clone(&b)).await.unwrap();
        lay(&b, change.method);
        let looked_up = (change.call)(Arc::clone(&b), subject).await;
        assert!(looked_up.unwrap(), "{}", change.name);
    }
}

#[tokio::test]
async fn a_change_whose_request_is_lost_is_made() {
    for change in changes() {
        // Lays its own fault.
        if change.name == "import_project" {
            continue;
        }
        let b = Arc::new(Bench::new(change.generation).await);
        let subject = (change.before)(Arc::clone(&b)).await.unwrap();
        lay_kind(&b, change.method, FaultKind::DropBefore);
        let looked_up = (change.call)(Arc::clone(&b), subject).await;
        assert!(!looked_up.unwrap(), "{}", change.name);
    }
}

#[tokio::test]
async fn where_looking_cannot_tell_the_error_says_so() {
    let b = Bench::new(Oic3).await;
    let store = &b.running().ready.object_store;
    let export = InstanceExport::to(StorageInfo {
        url: store.url.as_str().into(),
        user: store.user.clone(),
        password: store.password.as_str().into(),
    });
    lay(&b, "POST");
    let error = b.client.start_instance_export(&export).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Uncertain);

    let query = ErrorQuery {
        period: Some(Period::Last(TimeWindow::ThreeDays)),
        most: Some(20),
        ..ErrorQuery::default()
    };
    let failed = b.client.errored_instances(&query).await.unwrap().items;
    let stuck = failed.iter().find(|one| one.value.recoverable).unwrap();
    let id = stuck.value.instance_id.clone();
    let selection = ErrorSelection::Ids(vec![id.clone()]);
    lay(&b, "POST");
    let error = b.client.resubmit_errors(&selection).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Uncertain);
    // It was sent on once, and that is all.
    let jobs = b.client.recovery_jobs().await.unwrap();
    assert_eq!(jobs.items.len(), 1);

    lay_kind(&b, "POST", FaultKind::DropBefore);
    let other = failed
        .iter()
        .find(|one| one.value.recoverable && one.value.instance_id != id);
    let other = &other.unwrap().value.instance_id;
    let error = b.client.resubmit_error(other, false).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Uncertain);
}
