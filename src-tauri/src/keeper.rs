//! Looks after the schedules: itself while the program runs, and the computer's own scheduler otherwise.

use std::path::PathBuf;
use std::time::Duration;

use waybill_app::Waybill;
use waybill_app::view::{CommandError, KeeperView};

/// Between two looks. Short, so that a computer that wakes makes up for what it slept through at once.
const BETWEEN: Duration = Duration::from_secs(20);

/// Looks at the schedules until the program ends.
pub fn watch(waybill: Waybill) {
    tauri::async_runtime::spawn(async move {
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

/// The command line, which is installed beside this program.
fn program() -> PathBuf {
    let name = format!("waybill{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(&name)))
        .unwrap_or_else(|| name.into())
}
