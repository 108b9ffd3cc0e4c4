//! The main window, seen from the shell: bringing it forward, files dropped on it, closing it while
//! a run goes on.

use std::path::PathBuf;

use tauri::{AppHandle, DragDropEvent, Manager, Window, WindowEvent};
use tauri_plugin_notification::NotificationExt;
use waybill_app::Waybill;

use crate::{events, tray};

const GOES_ON: &str =
    "A run goes on. Waybill closes when it has ended; start it again to see the window.";
const STAYS: &str =
    "Waybill goes on in the tray and looks after the schedules. Start it again to see the window.";

/// The label of the main window in `tauri.conf.json`.
pub const MAIN: &str = "main";

/// Shows the main window above the others and gives it the keyboard. What the window system
/// refuses is logged: the window is still there for the person to choose.
pub fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let steps = [
        ("show", window.show()),
        ("unminimize", window.unminimize()),
        ("focus", window.set_focus()),
    ];
    for (step, result) in steps {
        if let Err(error) = result {
            tracing::warn!(step, %error, "the window could not be brought forward");
        }
    }
}

/// Whether the person has the window before them.
pub fn is_looked_at(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN)
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// Ends the program when the window was closed while a run went on and no run goes on any more, unless it
/// stays in the tray.
pub fn leave_if_hidden(app: &AppHandle) {
    let hidden = app
        .get_webview_window(MAIN)
        .is_some_and(|window| !window.is_visible().unwrap_or(true));
    if hidden && !is_busy(app) && !tray::stays(app) {
        app.exit(0);
    }
}

/// Ends the program, or has it end once the run that goes on has ended.
pub fn quit(app: &AppHandle) {
    if !is_busy(app) {
        app.exit(0);
        return;
    }
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window could not be hidden");
    }
    say(app, GOES_ON);
}

/// Hands files to the screens: those dragged over the window, and those dropped on it. A window that is closed while a run goes on is hidden
/// instead: the run ends, then the program.
pub fn attend(window: &Window, event: &WindowEvent) {
    match event {
        WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => {
            tell(window, "files-over", None);
            tell(window, "files-dropped", Some(paths));
        }
        WindowEvent::DragDrop(DragDropEvent::Enter { paths, .. }) => {
            tell(window, "files-over", Some(paths));
        }
        WindowEvent::DragDrop(DragDropEvent::Leave) => tell(window, "files-over", None),
        WindowEvent::CloseRequested { api, .. } => {
            let app = window.app_handle();
            let stays = tray::stays(app);
            if !stays && !is_busy(app) {
                return;
            }
            api.prevent_close();
            if let Err(error) = window.hide() {
                tracing::warn!(%error, "the window could not be hidden");
            }
            say(app, if stays { STAYS } else { GOES_ON });
        }
        _ => {}
    }
}

/// Tells the screens of files; nothing of none.
fn tell(window: &Window, name: &str, paths: Option<&Vec<PathBuf>>) {
    let paths = paths.map(|paths| {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        serde_json::json!({ "paths": paths })
    });
    events::emit(window.app_handle(), name, paths);
}

/// Whether a run of this program goes on; for one of the command line nobody has to wait.
fn is_busy(app: &AppHandle) -> bool {
    app.state::<Waybill>().has_runs()
}

fn say(app: &AppHandle, words: &str) {
    let notice = app.notification().builder().title("Waybill").body(words);
    if let Err(error) = notice.show() {
        tracing::warn!(%error, "the system showed no notice");
    }
}
