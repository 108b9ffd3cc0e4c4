//! Releases, projects and deployments.

use tauri::ipc::Channel;
use waybill_app::view::{
    BuildThere, DeploymentView, MovePlan, MoveView, PlaceRef, ProjectView, PromoteForm,
    ReleaseForm, ReleaseSummary, ReleaseView, WorkProgress,
};

use super::{Answer, App, teller};

#[tauri::command]
pub async fn projects(app: App<'_>, place: PlaceRef, refresh: bool) -> Answer<Vec<ProjectView>> {
    app.projects(&place, refresh).await
}

#[tauri::command]
pub async fn deployments(
    app: App<'_>,
    place: PlaceRef,
    project: Option<String>,
    refresh: bool,
) -> Answer<Vec<DeploymentView>> {
    app.deployments(&place, project.as_deref(), refresh).await
}

#[tauri::command]
pub async fn releases(app: App<'_>) -> Answer<Vec<ReleaseSummary>> {
    app.releases().await
}

#[tauri::command]
pub async fn release(app: App<'_>, id: String) -> Answer<ReleaseView> {
    app.release(&id).await
}

#[tauri::command]
pub async fn builds_there(app: App<'_>, project: Option<String>) -> Answer<Vec<BuildThere>> {
    app.builds_there(project.as_deref()).await
}

#[tauri::command]
pub async fn release_new(app: App<'_>, form: ReleaseForm) -> Answer<ReleaseView> {
    app.release_new(form).await
}

#[tauri::command]
pub async fn release_go_on(
    app: App<'_>,
    id: String,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<ReleaseView> {
    let work = app.work(&ticket);
    app.release_go_on(&id, &teller(on_progress), work.clone())
        .await
}

#[tauri::command]
pub async fn release_acknowledge(app: App<'_>, id: String, rule: String) -> Answer<ReleaseView> {
    app.release_acknowledge(&id, &rule).await
}

#[tauri::command]
pub async fn release_promote(
    app: App<'_>,
    id: String,
    form: PromoteForm,
    ticket: String,
    on_progress: Channel<WorkProgress>,
) -> Answer<(ReleaseView, MovePlan)> {
    let work = app.work(&ticket);
    app.release_promote(&id, form, &teller(on_progress), work.clone())
        .await
}

#[tauri::command]
pub async fn release_take_back(app: App<'_>, id: String, number: u32) -> Answer<MoveView> {
    app.release_take_back(&id, number).await
}

#[tauri::command]
pub async fn release_give_up(app: App<'_>, id: String) -> Answer<ReleaseView> {
    app.release_give_up(&id).await
}
