//! Runs and their live progress.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tauri::ipc::Channel;
use tokio::task::AbortHandle;
use waybill_app::view::{RunDetail, RunProgress, RunSummary};

use super::{Answer, App};

/// The tasks that carry progress into the window, by run.
#[derive(Default)]
pub struct Watches(Mutex<HashMap<String, AbortHandle>>);

impl Watches {
    fn put(&self, run: String, task: AbortHandle) {
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = watches.insert(run, task) {
            before.abort();
        }
    }

    fn end(&self, run: &str) {
        let mut watches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = watches.remove(run) {
            task.abort();
        }
    }
}

#[tauri::command]
pub async fn runs(app: App<'_>) -> Answer<Vec<RunSummary>> {
    app.runs().await
}

#[tauri::command]
pub async fn run_detail(app: App<'_>, run: String) -> Answer<RunDetail> {
    app.run_detail(&run).await
}

#[tauri::command]
pub async fn run_watch(
    app: App<'_>,
    watches: tauri::State<'_, Watches>,
    run: String,
    on_progress: Channel<RunProgress>,
) -> Answer<RunDetail> {
    let mut watch = app.run_watch(&run).await?;
    let detail = watch.detail().clone();
    let task = tokio::spawn(async move {
        while let Some(progress) = watch.next().await {
            if on_progress.send(progress).is_err() {
                break;
            }
        }
    });
    watches.put(run, task.abort_handle());
    Ok(detail)
}

#[tauri::command]
pub fn run_unwatch(watches: tauri::State<'_, Watches>, run: String) {
    watches.end(&run);
}

#[tauri::command]
pub async fn run_cancel(app: App<'_>, run: String) -> Answer<RunSummary> {
    app.run_cancel(&run).await
}

#[tauri::command]
pub async fn run_resume(app: App<'_>, run: String) -> Answer<RunSummary> {
    app.run_resume(&run).await
}

#[tauri::command]
pub async fn run_discard(app: App<'_>, run: String) -> Answer<RunSummary> {
    app.run_discard(&run).await
}
