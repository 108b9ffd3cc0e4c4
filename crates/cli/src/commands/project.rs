//! `waybill project` and `waybill deployment`.

use serde_json::json;
use waybill_app::view::{
    ChangeRequest, CommandError, CompareView, DeploymentView, PlaceRef, ProjectView, Verdict,
};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::change::make;
use super::plan::{id, with_progress};
use super::{Session, named, word};
use crate::arguments::{DeploymentOf, DeploymentVerb, ProjectVerb};
use crate::exit::Ending;
use crate::output::{bad_input, table};
use crate::place;

pub async fn projects(session: &Session<'_>, verb: ProjectVerb) -> Result<Ending, CommandError> {
    match verb {
        ProjectVerb::List { place, cached } => {
            let place = place::parse(session, &place).await?;
            let all = session.app.projects(&place, !cached).await?;
            session
                .output
                .result("projects", &json!({ "projects": all }), || {
                    projects_text(&all)
                });
            Ok(Ending::Done)
        }
        ProjectVerb::Copy { to, select } => {
            let project = whole(&to.id, ArtifactKind::Project)?;
            let integrations = select
                .iter()
                .map(|text| id(text))
                .collect::<Result<Vec<_>, _>>()?;
            let request = ChangeRequest::CopyInto {
                id: project,
                integrations,
            };
            make(session, &to, request).await
        }
    }
}

pub async fn deployments(
    session: &Session<'_>,
    verb: DeploymentVerb,
) -> Result<Ending, CommandError> {
    match verb {
        DeploymentVerb::List {
            place,
            project,
            cached,
        } => {
            let place = place::parse(session, &place).await?;
            let all = session
                .app
                .deployments(&place, project.as_deref(), !cached)
                .await?;
            session
                .output
                .result("deployments", &json!({ "deployments": all }), || {
                    deployments_text(&all)
                });
            Ok(Ending::Done)
        }
        DeploymentVerb::Create { of } => set(session, of, true).await,
        DeploymentVerb::Update { of } => set(session, of, false).await,
        DeploymentVerb::Compare {
            instance,
            deployment,
            with,
        } => compare(session, &instance, &deployment, &with).await,
    }
}

async fn set(
    session: &Session<'_>,
    of: DeploymentOf,
    create: bool,
) -> Result<Ending, CommandError> {
    let deployment = whole(&of.to.id, ArtifactKind::Deployment)?;
    let integrations = of
        .select
        .iter()
        .map(|text| member(text, &deployment.scope))
        .collect::<Result<Vec<_>, _>>()?;
    let name = of.name.clone().unwrap_or_else(|| deployment.code.clone());
    let request = if create {
        ChangeRequest::CreateDeployment {
            id: deployment,
            name,
            description: of.description.clone(),
            integrations,
        }
    } else {
        ChangeRequest::UpdateDeployment {
            id: deployment,
            name,
            description: of.description.clone(),
            integrations,
        }
    };
    make(session, &of.to, request).await
}

async fn compare(
    session: &Session<'_>,
    instance: &str,
    deployment: &str,
    with: &str,
) -> Result<Ending, CommandError> {
    let left = PlaceRef::Instance {
        id: named(session, instance)?.id,
    };
    let right = place::parse(session, with).await?;
    let subject = whole(deployment, ArtifactKind::Deployment)?;
    let view = with_progress(session, async |tell, cancel| {
        session
            .app
            .project_compare(&left, &right, &subject, tell, cancel)
            .await
    })
    .await?;
    let differs = view.rows.iter().any(|row| row.verdict != Verdict::Same);
    session
        .output
        .result("comparison", &view, || compared_text(&view));
    Ok(if differs {
        Ending::Different
    } else {
        Ending::Done
    })
}

/// A project by its code, or a deployment as `PROJECT/CODE`; whole ids are taken as well.
fn whole(text: &str, kind: ArtifactKind) -> Result<ArtifactId, CommandError> {
    if text.contains(':') {
        return id(text);
    }
    match (kind, text.split_once('/')) {
        (ArtifactKind::Project, None) => Ok(ArtifactId::global(kind, text, None)),
        (ArtifactKind::Deployment, Some((project, code))) => Ok(ArtifactId {
            kind,
            scope: Scope::Project(project.to_owned()),
            code: code.to_owned(),
            version: None,
        }),
        (ArtifactKind::Deployment, None) => Err(bad_input(&format!(
            "`{text}` names no deployment: write PROJECT/CODE."
        ))),
        _ => Err(bad_input(&format!("`{text}` names no project."))),
    }
}

/// `CODE|VERSION` of the project, or a whole id.
fn member(text: &str, scope: &Scope) -> Result<ArtifactId, CommandError> {
    if text.contains(':') {
        return id(text);
    }
    let (code, version) = text.split_once('|').ok_or_else(|| {
        bad_input(&format!(
            "`{text}` names no integration: write CODE|VERSION."
        ))
    })?;
    Ok(ArtifactId {
        kind: ArtifactKind::Integration,
        scope: scope.clone(),
        code: code.to_owned(),
        version: Some(version.to_owned()),
    })
}

fn projects_text(all: &[ProjectView]) -> String {
    if all.is_empty() {
        return "There is no project in it.".to_owned();
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            let count = |kind| one.counts.get(&kind).copied().unwrap_or_default();
            vec![
                one.id.code.clone(),
                one.name.clone(),
                format!("{} of {}", one.active, count(ArtifactKind::Integration)),
                count(ArtifactKind::Connection).to_string(),
                count(ArtifactKind::Deployment).to_string(),
                one.needs.len().to_string(),
            ]
        })
        .collect();
    table(
        &[
            "PROJECT",
            "NAME",
            "ACTIVE",
            "CONNECTIONS",
            "DEPLOYMENTS",
            "NEEDS OUTSIDE",
        ],
        &rows,
    )
}

fn compared_text(view: &CompareView) -> String {
    if view.rows.is_empty() {
        return "Neither place holds any of it.".to_owned();
    }
    let rows: Vec<Vec<String>> = view
        .rows
        .iter()
        .map(|row| vec![row.id.to_string(), word(&row.verdict), row.summary.clone()])
        .collect();
    table(&["ARTIFACT", "VERDICT", "DIFFERENCE"], &rows)
}

fn deployments_text(all: &[DeploymentView]) -> String {
    if all.is_empty() {
        return "There is no deployment in it.".to_owned();
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                one.id.scope.project().unwrap_or_default().to_owned(),
                one.id.code.clone(),
                one.name.clone(),
                one.members.len().to_string(),
                one.words.clone(),
            ]
        })
        .collect();
    table(
        &[
            "PROJECT",
            "DEPLOYMENT",
            "NAME",
            "INTEGRATIONS",
            "AGAINST THE PROJECT",
        ],
        &rows,
    )
}
