//! Whether a window can be opened here at all, and how to say so where it cannot.

/// An error in words where this session has no display. Only Linux sessions can lack one.
pub fn available() -> Result<(), String> {
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(is_set) {
        return Err(
            "Waybill needs a display and this session has none (neither DISPLAY nor \
             WAYLAND_DISPLAY is set). Start it from a desktop session, or use the command line \
             program `waybill`."
                .to_owned(),
        );
    }
    Ok(())
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// Says why the program ends before there is a window: on standard error, and in a native dialog
/// where one can be shown.
#[expect(clippy::print_stderr, reason = "there is no window and no log yet")]
pub fn tell(reason: &str) {
    eprintln!("{reason}");
    if available().is_ok() {
        rfd::MessageDialog::new()
            .set_level(rfd::MessageLevel::Error)
            .set_title("Waybill")
            .set_description(reason)
            .show();
    }
}
