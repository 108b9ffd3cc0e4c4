//! `waybill-desktop`: the window of Waybill.
//!
//! The shell composes what the other crates offer and decides nothing itself. It owns the window,
//! its plugins and the way from a screen to a method of `waybill-app`.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod display;
mod window;

use std::process::ExitCode;

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

/// Opens the window and returns when the person has quit.
#[expect(clippy::exit, reason = "inside the context that Tauri generates")]
fn start() -> tauri::Result<()> {
    tauri::Builder::default()
        // First, so that a second start hands over to the first before it opens anything.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| {
                window::bring_forward(app);
            },
        ))
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init())
        .run(tauri::generate_context!())
}
