//! Prepares the desktop application: its permissions, its icon on Windows, and the folder of the front end.

use std::{fs, io, path::Path};

/// The commands that the window can call. Each needs its permission in `src-tauri/capabilities`.
const COMMANDS: &[&str] = &[
    "about",
    "home",
    "settings_get",
    "settings_set",
    "secrets_status",
    "secrets_choose",
    "secrets_unlock",
    "instances",
    "address_read",
    "instance_test",
    "instance_test_cancel",
    "instance_save",
    "instance_remove",
    "instance_policy_set",
    "instance_sign_in_view",
    "sign_in_browser",
    "sign_in_cancel",
    "sign_out",
    "practice_start",
    "practice_stop",
    "vault_status",
    "vault_unlock",
    "vault_check",
    "recovery_sheet_save",
    "vault_password_show",
    "catalogue",
    "artifact_detail",
    "artifact_export",
    "inventory_export",
    "files_choose",
    "key_file_choose",
    "folder_choose",
    "inspect",
    "inspect_save",
    "design",
    "design_text",
    "work_cancel",
    "compare",
    "project_compare",
    "difference",
    "difference_text",
    "compare_save",
    "search",
    "graph",
    "impact",
    "graph_save",
    "change_plan",
    "change_start",
    "writes_allow",
    "writes_forbid",
    "audit_entries",
    "audit_check",
    "backup_start",
    "snapshots",
    "snapshot_detail",
    "snapshot_verify",
    "snapshot_extract",
    "runs",
    "run_detail",
    "run_watch",
    "run_unwatch",
    "run_cancel",
    "run_resume",
    "run_discard",
    "moves",
    "move_new",
    "move_view",
    "move_edit",
    "move_delete",
    "move_what",
    "move_needs",
    "move_plan",
    "move_planned",
    "move_acknowledge",
    "move_connections",
    "move_bind",
    "attachment_choose",
    "move_certificate",
    "bindings_load",
    "bindings_save",
    "move_sign_off",
    "sign_off_require",
    "move_save",
    "move_open",
    "move_look",
    "move_run",
    "run_retry",
    "report",
    "report_save",
    "rollback_plan",
    "keep_rules",
    "keep_preview",
    "keep_save",
    "keep_apply",
    "keep_mark",
    "keep_unmark",
    "proof_settings",
    "proof_set",
    "proof_scratch",
    "proof_restore",
    "proofs",
    "proofs_save",
    "vault_damage",
    "vault_mend",
    "word",
    "word_set",
    "word_test",
    "word_log",
    "drift",
    "snapshot_drift",
    "access",
    "access_compare",
    "access_copy",
    "people",
    "people_set",
    "roles",
    "roles_compare",
    "roles_copy",
    "roles_edit",
    "rotation_look",
    "rotation_new",
    "projects",
    "deployments",
    "releases",
    "release",
    "builds_there",
    "release_new",
    "release_go_on",
    "release_acknowledge",
    "release_promote",
    "release_take_back",
    "release_give_up",
    "targets",
    "target_save",
    "target_remove",
    "target_check",
    "target_copies",
    "copy_now",
    "copies_of",
    "clone_containers",
    "clone_container_save",
    "clone_archives",
    "clone_plan",
    "clone_start",
    "clone_view",
    "clone_sign",
    "schedules",
    "schedule_save",
    "schedule_turn",
    "schedule_remove",
    "keeper",
    "keeper_set",
    "at_login",
    "at_login_set",
    "reveal",
    "folder_open",
];

const FRONT_END: &str = "ui/dist";

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Waybill</title>
<p>The front end of this program has not been built. Run <code>cargo xtask run</code>.</p>
</html>
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ensure_front_end(Path::new(FRONT_END))?;
    println!("cargo:rerun-if-changed={FRONT_END}");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// Puts a page that says what is missing where the front end would be, so that a fresh clone
/// compiles before Node has run. A front end that is there stays as it is.
fn ensure_front_end(folder: &Path) -> io::Result<()> {
    let page = folder.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(page, NOT_BUILT)
}
