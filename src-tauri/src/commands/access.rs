//! Who may do what: access lists, service roles, and who is whom in another identity domain; and other
//! values for connections that are in use.

use secrecy::SecretString;
use tauri::ipc::Channel;
use waybill_app::view::{
    AccessComparison, AccessCopy, AccessView, MoveView, PeopleEntry, PeopleTable, PlaceRef,
    RolesComparison, RolesCopy, RolesEdit, RolesView, RotationAsk, RotationNew, RotationView,
    WorkProgress,
};

use super::{Answer, App, teller};

#[tauri::command]
pub async fn access(app: App<'_>, place: PlaceRef, project: String) -> Answer<AccessView> {
    app.access(&place, &project).await
}

#[tauri::command]
pub async fn access_compare(
    app: App<'_>,
    left: PlaceRef,
    right: PlaceRef,
    project: String,
    other: Option<String>,
) -> Answer<AccessComparison> {
    app.access_compare(&left, &right, &project, other.as_deref())
        .await
}

#[tauri::command]
pub async fn access_copy(app: App<'_>, ask: AccessCopy) -> Answer<MoveView> {
    app.access_copy(ask).await
}

#[tauri::command]
pub async fn people(app: App<'_>, from: String, to: String) -> Answer<PeopleTable> {
    app.people(&from, &to)
}

#[tauri::command]
pub async fn people_set(
    app: App<'_>,
    from: String,
    to: String,
    entries: Vec<PeopleEntry>,
) -> Answer<PeopleTable> {
    app.people_set(&from, &to, entries)
}

#[tauri::command]
pub async fn roles(app: App<'_>, instance: String) -> Answer<RolesView> {
    app.roles(&instance).await
}

#[tauri::command]
pub async fn roles_compare(app: App<'_>, left: String, right: String) -> Answer<RolesComparison> {
    app.roles_compare(&left, &right).await
}

#[tauri::command]
pub async fn roles_copy(app: App<'_>, ask: RolesCopy) -> Answer<MoveView> {
    app.roles_copy(ask).await
}

#[tauri::command]
pub async fn roles_edit(app: App<'_>, ask: RolesEdit) -> Answer<MoveView> {
    app.roles_edit(ask).await
}

#[tauri::command]
pub async fn rotation_look(
    app: App<'_>,
    ask: RotationAsk,
    on_progress: Channel<WorkProgress>,
) -> Answer<RotationView> {
    app.rotation_look(&ask, &teller(on_progress)).await
}

#[tauri::command]
pub async fn rotation_new(
    app: App<'_>,
    ask: RotationNew,
    secrets: Vec<(String, SecretString)>,
    keep: bool,
) -> Answer<MoveView> {
    app.rotation_new(ask, secrets, keep).await
}
