//! Waybills that are run: the last look, the run, its report, and the way back.

use tauri::WebviewWindow;
use waybill_app::view::{MoveLook, MoveView, PaperForm, ReportView, RunSummary, SavedFile};
use waybill_model::ArtifactId;

use super::{Answer, App, moves::paper};

#[tauri::command]
pub async fn move_look(app: App<'_>, id: String) -> Answer<MoveLook> {
    app.move_look(&id).await
}

#[tauri::command]
pub async fn move_run(app: App<'_>, id: String, typed_name: Option<String>) -> Answer<RunSummary> {
    app.move_run(&id, typed_name.as_deref()).await
}

#[tauri::command]
pub async fn run_retry(app: App<'_>, run: String) -> Answer<RunSummary> {
    app.run_retry(&run).await
}

#[tauri::command]
pub async fn report(app: App<'_>, run: String) -> Answer<ReportView> {
    app.report(&run).await
}

#[tauri::command]
pub async fn report_save(
    app: App<'_>,
    window: WebviewWindow,
    run: String,
    form: PaperForm,
) -> Answer<Option<SavedFile>> {
    let stem = app.report_name(&run).await?;
    let Some(path) = paper(&window, "Save report", &stem, form).await else {
        return Ok(None);
    };
    app.report_write(&run, form, &path).await.map(Some)
}

#[tauri::command]
pub async fn rollback_plan(
    app: App<'_>,
    run: String,
    ids: Option<Vec<ArtifactId>>,
) -> Answer<MoveView> {
    app.rollback_plan(&run, ids).await
}
