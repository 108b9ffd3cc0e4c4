//! Saved instances and the practice instances.

use secrecy::SecretString;
use tauri::ipc::Channel;
use waybill_app::view::{AddressReading, InstanceForm, InstanceView, TestReport, TestStage};
use waybill_model::WritePolicy;

use super::{Answer, App};

#[tauri::command]
pub fn instances(app: App<'_>) -> Answer<Vec<InstanceView>> {
    app.instances()
}

#[tauri::command]
pub fn address_read(app: App<'_>, text: String) -> Answer<AddressReading> {
    app.address_read(&text)
}

#[tauri::command]
pub async fn instance_test(
    app: App<'_>,
    form: InstanceForm,
    secret: Option<String>,
    on_stage: Channel<TestStage>,
) -> Answer<TestReport> {
    let tell = move |stage: &TestStage| {
        // A window that was closed wants no more stages.
        let _ = on_stage.send(stage.clone());
    };
    app.instance_test(form, secret.map(SecretString::from), tell)
        .await
}

#[tauri::command]
pub async fn instance_test_cancel(app: App<'_>) -> Answer<()> {
    app.instance_test_cancel().await;
    Ok(())
}

#[tauri::command]
pub async fn instance_save(
    app: App<'_>,
    form: InstanceForm,
    secret: Option<String>,
    insist: bool,
) -> Answer<InstanceView> {
    app.instance_save(form, secret.map(SecretString::from), insist)
        .await
}

#[tauri::command]
pub async fn instance_remove(app: App<'_>, id: String) -> Answer<()> {
    app.instance_remove(&id).await
}

#[tauri::command]
pub async fn instance_policy_set(
    app: App<'_>,
    id: String,
    policy: WritePolicy,
) -> Answer<InstanceView> {
    app.instance_policy_set(&id, policy).await
}

#[tauri::command]
pub async fn practice_start(app: App<'_>) -> Answer<Vec<InstanceView>> {
    app.practice_start().await
}

#[tauri::command]
pub async fn practice_stop(app: App<'_>) -> Answer<()> {
    app.practice_stop().await
}
