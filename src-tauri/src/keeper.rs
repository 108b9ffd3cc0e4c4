//! Looks after the schedules: itself while the program runs, and the computer's own scheduler otherwise.

use std::path::PathBuf;
use std::time::Duration;

use tauri::{AppHandle, Manager};
use tauri_plugin_autostart::ManagerExt;
use waybill_app::Waybill;
use waybill_app::view::{CommandError, ErrorCode, KeeperView};

use crate::tray;

/// Between two looks. Short, so that a computer that wakes makes up for what it slept through at once.
const BETWEEN: Duration = Duration::from_secs(20);

/// Looks at the schedules until the program ends.
pub fn watch(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        let waybill = app.state::<Waybill>().inner().clone();
        loop {
            tokio::time::sleep(BETWEEN).await;
            match waybill.schedules_look().await {
                Ok(round) => {
                    for line in round.told {
                        tracing::info!("{line}");
                    }
                }
                Err(error) => {
                    tracing::warn!(message = %error.message, "the schedules could not be looked at");
                }
            }
            // What is shown grows old also where nothing happens.
            tray::renew(&app).await;
        }
    });
}

/// How the computer's own scheduler stands.
pub fn view(waybill: &Waybill) -> Result<KeeperView, CommandError> {
    let program = program();
    let mut view = waybill.keeper(&program)?.view();
    if !program.is_file() && view.problem.is_none() {
        view.problem = Some(format!(
            "The command line is not at {}, so the computer has nothing to call.",
            program.display()
        ));
    }
    Ok(view)
}

/// Has the computer look by itself, or no longer.
pub fn set(waybill: &Waybill, on: bool) -> Result<KeeperView, CommandError> {
    let keeper = waybill.keeper(&program())?;
    let done = if on {
        keeper.install()?
    } else {
        keeper.remove()?
    };
    let mut shown = view(waybill)?;
    if let Some(left) = done.left.first() {
        shown.problem = Some(format!(
            "The system did not take this; run it by hand: {left}"
        ));
    }
    Ok(shown)
}

/// Whether the program starts when the person signs in at this computer.
pub fn at_login(app: &AppHandle) -> Result<bool, CommandError> {
    let asked = app.autolaunch().is_enabled();
    asked.map_err(|error| not_told("asked", &error))
}

/// Has the program start at login, in the tray, or no longer.
pub fn set_at_login(app: &AppHandle, on: bool) -> Result<bool, CommandError> {
    let login = app.autolaunch();
    let told = if on { login.enable() } else { login.disable() };
    told.map_err(|error| not_told("told", &error))?;
    at_login(app)
}

fn not_told(how: &str, error: &tauri_plugin_autostart::Error) -> CommandError {
    CommandError::new(
        ErrorCode::FileFailed,
        format!("The system could not be {how} about starting Waybill at login: {error}."),
    )
}

/// The command line, which is installed beside this program.
fn program() -> PathBuf {
    let name = format!("waybill{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(&name)))
        .unwrap_or_else(|| name.into())
}
