//! What happens in the application, told to the window and, where it is asked for, to the system.

use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt;
use tokio::sync::broadcast::error::RecvError;
use waybill_app::view::{RunStatus, RunSummary};
use waybill_app::{AppEvent, Waybill};

use crate::{tray, window};

/// Carries every event of the application into the window until the application ends.
pub fn forward(handle: AppHandle, waybill: &Waybill) {
    let mut events = waybill.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    tell(&handle, &event);
                    tray::renew(&handle).await;
                }
                // Screens read again what they missed.
                Err(RecvError::Lagged(_)) => emit(&handle, "vault-changed", ()),
                Err(RecvError::Closed) => break,
            }
        }
    });
}

fn tell(handle: &AppHandle, event: &AppEvent) {
    match event {
        AppEvent::RunsChanged(run) => {
            emit(handle, "runs-changed", serde_json::json!({ "run": run }));
            if is_over(run.status) {
                notify(handle, run);
                window::leave_if_hidden(handle);
            }
        }
        AppEvent::InstancesChanged => emit(handle, "instances-changed", ()),
        AppEvent::Notice { title, text } => show(handle, title, text),
        AppEvent::VaultChanged => {
            emit(handle, "vault-changed", ());
            // Told also when what follows a run has ended.
            window::leave_if_hidden(handle);
        }
    }
}

/// Sends an event to the window; what cannot be sent is logged, because the screen will read it
/// again on its own.
pub fn emit(handle: &AppHandle, name: &str, payload: impl serde::Serialize + Clone) {
    if let Err(error) = handle.emit(name, payload) {
        tracing::warn!(name, %error, "the window was not told");
    }
}

fn is_over(status: RunStatus) -> bool {
    !matches!(status, RunStatus::Running | RunStatus::Cancelling)
}

/// A notice of the system for a run that ended while nobody looked.
fn notify(handle: &AppHandle, run: &RunSummary) {
    if window::is_looked_at(handle) || matches!(run.status, RunStatus::Cancelled) {
        return;
    }
    if let Some(headline) = &run.headline {
        show(
            handle,
            run.instance_name.as_deref().unwrap_or("Waybill"),
            headline,
        );
    }
}

/// A notice of the system, where that is wanted.
fn show(handle: &AppHandle, title: &str, text: &str) {
    let wanted = handle
        .state::<Waybill>()
        .settings_get()
        .is_ok_and(|settings| settings.notify);
    if !wanted {
        return;
    }
    let notice = handle.notification().builder().title(title).body(text);
    if let Err(error) = notice.show() {
        tracing::warn!(%error, "the system showed no notice");
    }
}
