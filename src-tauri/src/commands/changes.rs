//! Single changes in an instance, its write policy, and the audit log.

use waybill_app::view::{AuditCheckView, AuditView, InstanceView};

use super::{Answer, App};

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
