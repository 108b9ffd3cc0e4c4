//! `waybill-desktop`: the window of Waybill.
//!
//! The shell composes what the other crates offer and decides nothing itself. It owns the window,
//! its plugins, the native dialogs, and the way from a screen to a method of `waybill-app`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod dialogs;
mod display;
mod events;
mod keeper;
mod tray;
mod window;

use std::process::ExitCode;

use tauri::Manager;
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_window_state::StateFlags;
use waybill_app::{OpenOptions, Waybill, default_home};

use crate::commands::activity::Watches;
use crate::commands::{
    access, activity, backups, catalogue, changes, clones, compare, files, graph, hauls, inspect,
    instances, keep, moves, releases, schedules, settings, targets, vault, word,
};

/// Started so, at login, the window stays hidden and the tray shows the program.
const IN_TRAY: &str = "--in-tray";

fn main() -> ExitCode {
    if let Err(reason) = display::available() {
        display::tell(&reason);
        return ExitCode::FAILURE;
    }
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            display::tell(&format!("Waybill could not open its window. {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Opens the application and its window; returns when the person has quit.
#[expect(
    clippy::exit,
    reason = "inside the macro that Tauri makes the context with"
)]
fn start() -> Result<(), Box<dyn std::error::Error>> {
    let home = match std::env::var_os("WAYBILL_HOME").filter(|home| !home.is_empty()) {
        Some(home) => home.into(),
        None => default_home()?,
    };
    let _log = waybill_app::logging::start(&home)?;
    let runtime = tauri::async_runtime::handle();
    let waybill = {
        let _entered = runtime.inner().enter();
        Waybill::open(OpenOptions::new(home))?
    };
    tauri::Builder::default()
        // First, so that a second start hands over to the first before it opens anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| {
                window::bring_forward(app);
            },
        ))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                // Whether the window is shown is decided at the start.
                .with_state_flags(StateFlags::all() - StateFlags::VISIBLE)
                .build(),
        )
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_autostart::init(
            MacosLauncher::LaunchAgent,
            Some(vec![IN_TRAY]),
        ))
        .manage(waybill)
        .manage(tray::Tray::default())
        .manage(Watches::default())
        .invoke_handler(tauri::generate_handler![
            settings::about,
            settings::home,
            settings::settings_get,
            settings::settings_set,
            settings::secrets_status,
            settings::secrets_choose,
            settings::secrets_unlock,
            instances::instances,
            instances::address_read,
            instances::instance_test,
            instances::instance_test_cancel,
            instances::instance_save,
            instances::instance_remove,
            instances::instance_policy_set,
            instances::instance_sign_in_view,
            instances::key_file_choose,
            instances::sign_in_browser,
            instances::sign_in_cancel,
            instances::sign_out,
            instances::practice_start,
            instances::practice_stop,
            vault::vault_status,
            vault::vault_unlock,
            vault::vault_check,
            vault::recovery_sheet_save,
            vault::vault_password_show,
            catalogue::catalogue,
            catalogue::artifact_detail,
            catalogue::artifact_export,
            catalogue::inventory_export,
            catalogue::files_choose,
            inspect::inspect,
            inspect::inspect_save,
            inspect::design,
            inspect::design_text,
            inspect::work_cancel,
            inspect::folder_choose,
            compare::compare,
            compare::project_compare,
            compare::difference,
            compare::difference_text,
            compare::compare_save,
            compare::search,
            graph::graph,
            graph::impact,
            graph::graph_save,
            changes::change_plan,
            changes::change_start,
            changes::writes_allow,
            changes::writes_forbid,
            changes::audit_entries,
            changes::audit_check,
            backups::backup_start,
            backups::snapshots,
            backups::snapshot_detail,
            backups::snapshot_verify,
            backups::snapshot_extract,
            activity::runs,
            activity::run_detail,
            activity::run_watch,
            activity::run_unwatch,
            activity::run_cancel,
            activity::run_resume,
            activity::run_discard,
            moves::moves,
            moves::move_new,
            moves::move_view,
            moves::move_edit,
            moves::move_delete,
            moves::move_what,
            moves::move_needs,
            moves::move_plan,
            moves::move_planned,
            moves::move_acknowledge,
            moves::move_connections,
            moves::move_bind,
            moves::attachment_choose,
            moves::move_certificate,
            moves::bindings_load,
            moves::bindings_save,
            moves::move_sign_off,
            moves::sign_off_require,
            moves::move_save,
            moves::move_open,
            hauls::move_look,
            hauls::move_run,
            hauls::run_retry,
            hauls::report,
            hauls::report_save,
            hauls::rollback_plan,
            keep::keep_rules,
            keep::keep_preview,
            keep::keep_save,
            keep::keep_apply,
            keep::keep_mark,
            keep::keep_unmark,
            keep::proof_settings,
            keep::proof_set,
            keep::proof_scratch,
            keep::proof_restore,
            keep::proofs,
            keep::proofs_save,
            keep::vault_damage,
            keep::vault_mend,
            word::word,
            word::word_set,
            word::word_test,
            word::word_log,
            word::drift,
            word::snapshot_drift,
            schedules::schedules,
            schedules::schedule_save,
            schedules::schedule_turn,
            schedules::schedule_remove,
            schedules::keeper,
            schedules::keeper_set,
            access::access,
            access::access_compare,
            access::access_copy,
            access::people,
            access::people_set,
            access::roles,
            access::roles_compare,
            access::roles_copy,
            access::roles_edit,
            access::rotation_look,
            access::rotation_new,
            releases::projects,
            releases::deployments,
            releases::releases,
            releases::release,
            releases::builds_there,
            releases::release_new,
            releases::release_go_on,
            releases::release_acknowledge,
            releases::release_promote,
            releases::release_take_back,
            releases::release_give_up,
            targets::targets,
            targets::target_save,
            targets::target_remove,
            targets::target_check,
            targets::target_copies,
            targets::copy_now,
            targets::copies_of,
            clones::clone_containers,
            clones::clone_container_save,
            clones::clone_archives,
            clones::clone_plan,
            clones::clone_start,
            clones::clone_view,
            clones::clone_sign,
            schedules::at_login,
            schedules::at_login_set,
            files::reveal,
            files::folder_open,
        ])
        .setup(|app| {
            events::forward(app.handle().clone(), app.state::<Waybill>().inner());
            keeper::watch(app.handle().clone());
            let handle = app.handle().clone();
            let hides = std::env::args().any(|argument| argument == IN_TRAY);
            if !hides {
                window::bring_forward(&handle);
            }
            tauri::async_runtime::spawn(async move {
                tray::renew(&handle).await;
                if hides && !tray::stays(&handle) {
                    window::bring_forward(&handle);
                }
            });
            Ok(())
        })
        .on_window_event(window::attend)
        .run(tauri::generate_context!())?;
    Ok(())
}
