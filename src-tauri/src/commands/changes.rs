//! Single changes in an instance, its write policy, and the audit log.

use secrecy::SecretString;
use waybill_app::view::{
    AuditCheckView, AuditView, ChangePlan, ChangeRequest, InstanceView, RunSummary,
};

use super::{Answer, App};

#[tauri::command]
pub async fn change_plan(
    app: App<'_>,
    instance: String,
    request: ChangeRequest,
) -> Answer<ChangePlan> {
    app.change_plan(&instance, request).await
}

#[tauri::command]
pub async fn change_start(
    app: App<'_>,
    instance: String,
    request: ChangeRequest,
    secrets: Option<Vec<(String, String)>>,
    typed_name: Option<String>,
) -> Answer<RunSummary> {
    let secrets = secrets
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name, SecretString::from(value)))
        .collect();
    app.change_start(&instance, request, secrets, typed_name)
        .await
}

#[tauri::command]
pub async fn writes_allow(
    app: App<'_>,
    instance: String,
    minutes: u32,
    typed_name: Option<String>,
) -> Answer<InstanceView> {
    app.writes_allow(&instance, minutes, typed_name).await
}

#[tauri::command]
pub async fn writes_forbid(app: App<'_>, instance: String) -> Answer<InstanceView> {
    app.writes_forbid(&instance).await
}

#[tauri::command]
pub async fn audit_entries(
    app: App<'_>,
    limit: u32,
    instance: Option<String>,
) -> Answer<Vec<AuditView>> {
    app.audit_entries(limit, instance).await
}

#[tauri::command]
pub async fn audit_check(app: App<'_>) -> Answer<AuditCheckView> {
    app.audit_check().await
}
