//! Schedules of backups, and what looks after them while the window is closed.

use tauri::AppHandle;
use waybill_app::view::{BackupScheduleView, KeeperView, ScheduleForm};

use super::{Answer, App};
use crate::keeper;

#[tauri::command]
pub fn schedules(app: App<'_>) -> Answer<Vec<BackupScheduleView>> {
    app.schedules(None)
}

#[tauri::command]
pub fn schedule_save(app: App<'_>, form: ScheduleForm) -> Answer<BackupScheduleView> {
    app.schedule_save(&form)
}

#[tauri::command]
pub fn schedule_turn(app: App<'_>, id: String, on: bool) -> Answer<BackupScheduleView> {
    app.schedule_turn(&id, on)
}

#[tauri::command]
pub fn schedule_remove(app: App<'_>, id: String) -> Answer<()> {
    app.schedule_remove(&id)
}

#[tauri::command]
pub fn keeper(app: App<'_>) -> Answer<KeeperView> {
    keeper::view(&app)
}

#[tauri::command]
pub fn keeper_set(app: App<'_>, on: bool) -> Answer<KeeperView> {
    keeper::set(&app, on)
}

#[tauri::command]
pub fn at_login(app: AppHandle) -> Answer<bool> {
    keeper::at_login(&app)
}

#[tauri::command]
pub fn at_login_set(app: AppHandle, on: bool) -> Answer<bool> {
    keeper::set_at_login(&app, on)
}
