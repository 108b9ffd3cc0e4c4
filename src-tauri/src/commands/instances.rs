//! Saved instances and the practice instances.

use tauri::AppHandle;
use tauri::ipc::Channel;
use tauri_plugin_opener::OpenerExt as _;
use waybill_app::SignInTarget;
use waybill_app::view::{
    AddressReading, InstanceForm, InstanceView, SecretInputs, SignInView, TestReport, TestStage,
};
use waybill_model::WritePolicy;

use super::{Answer, App};
use crate::{dialogs, window};

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
    secrets: Option<SecretInputs>,
    on_stage: Channel<TestStage>,
) -> Answer<TestReport> {
    let tell = move |stage: &TestStage| {
        // A window that was closed wants no more stages.
        let _ = on_stage.send(stage.clone());
    };
    app.instance_test(form, secrets.unwrap_or_default(), tell)
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
    secrets: Option<SecretInputs>,
    insist: bool,
) -> Answer<InstanceView> {
    app.instance_save(form, secrets.unwrap_or_default(), insist)
        .await
}

#[tauri::command]
pub async fn instance_remove(app: App<'_>, id: String) -> Answer<()> {
    app.instance_remove(&id).await
}

/// Asks for the file with the private key of a signed assertion; `None` when the dialog was closed.
#[tauri::command]
pub async fn key_file_choose(window: tauri::WebviewWindow) -> Answer<Option<String>> {
    Ok(dialogs::open_key(&window).await)
}

/// Signs in in the browser: to a saved instance, or to a form. The window comes back to the front
/// when the browser has answered.
#[tauri::command]
pub async fn sign_in_browser(
    handle: AppHandle,
    app: App<'_>,
    id: Option<String>,
    form: Option<InstanceForm>,
    secrets: Option<SecretInputs>,
) -> Answer<SignInView> {
    let target = match form {
        Some(form) => SignInTarget::Form(Box::new(form)),
        None => SignInTarget::Saved(id.unwrap_or_default()),
    };
    let shell = handle.clone();
    let open = move |address: &tauri::Url| {
        let opened = shell.opener().open_url(address.as_str(), None::<&str>);
        opened.map_err(|error| error.to_string())
    };
    let answer = app
        .sign_in_browser(target, secrets.unwrap_or_default(), open)
        .await;
    window::bring_forward(&handle);
    answer
}

#[tauri::command]
pub async fn sign_in_cancel(app: App<'_>) -> Answer<()> {
    app.sign_in_cancel();
    Ok(())
}

#[tauri::command]
pub async fn sign_out(app: App<'_>, id: String) -> Answer<SignInView> {
    app.sign_out(&id).await
}

#[tauri::command]
pub fn instance_sign_in_view(app: App<'_>, id: String) -> Answer<SignInView> {
    app.instance_sign_in_view(&id)
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
