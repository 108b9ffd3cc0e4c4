//! The icon in the tray: whether what there is of the instances can be relied on, and a backup without the
//! window.
//!
//! It is there while the setting says so. Where the computer has no tray, the window says so with a notice
//! when it is closed, and a second start shows it again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder, SubmenuBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;
use waybill_app::Waybill;
use waybill_app::view::{GlanceView, Safety, SelectionView};

use crate::window;

const ID: &str = "waybill";
const OPEN: &str = "open";
const QUIT: &str = "quit";
const ALL: &str = "all";
/// Before the id of the instance whose backup is asked for.
const BACK_UP: &str = "back-up:";
/// So many instances have a line of their own.
const LINES: usize = 12;
/// The colours of the marks on the icon (red, green, blue).
const AMBER: [u8; 3] = [0xb2, 0x6a, 0x00];
const RED: [u8; 3] = [0xb3, 0x26, 0x1e];

/// What the tray shows at the moment, and whether the person asked to quit.
#[derive(Debug, Default)]
pub struct Tray {
    shown: Mutex<Option<GlanceView>>,
    absent: AtomicBool,
    quitting: AtomicBool,
}

/// Whether a closed window leaves the program running.
pub fn stays(app: &AppHandle) -> bool {
    let tray = app.state::<Tray>();
    wanted(app)
        && !tray.absent.load(Ordering::SeqCst)
        && !tray.quitting.load(Ordering::SeqCst)
        && app.tray_by_id(ID).is_some()
}

fn wanted(app: &AppHandle) -> bool {
    app.state::<Waybill>()
        .settings_get()
        .is_ok_and(|settings| settings.keep_in_tray)
}

/// Shows what there is to show now: the icon as the setting says, its menu as the instances stand.
pub async fn renew(app: &AppHandle) {
    if !wanted(app) {
        if app.remove_tray_by_id(ID).is_some() {
            *held(&app.state::<Tray>()) = None;
        }
        return;
    }
    let waybill = app.state::<Waybill>().inner().clone();
    let glance = match waybill.glance().await {
        Ok(glance) => glance,
        Err(error) => {
            tracing::warn!(message = %error.message, "the tray could not be renewed");
            return;
        }
    };
    if held(&app.state::<Tray>()).as_ref() == Some(&glance) {
        return;
    }
    let handle = app.clone();
    let done = app.run_on_main_thread(move || match show(&handle, &glance) {
        Ok(()) => *held(&handle.state::<Tray>()) = Some(glance),
        Err(error) => tracing::warn!(%error, "the tray could not be renewed"),
    });
    if let Err(error) = done {
        tracing::warn!(%error, "the tray could not be renewed");
    }
}

fn held(tray: &Tray) -> MutexGuard<'_, Option<GlanceView>> {
    tray.shown.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show(app: &AppHandle, glance: &GlanceView) -> tauri::Result<()> {
    let menu = menu(app, glance)?;
    let icon = icon(app, glance.safety);
    if let Some(tray) = app.tray_by_id(ID) {
        tray.set_menu(Some(menu))?;
        tray.set_icon(icon)?;
        return tray.set_tooltip(Some(&glance.words));
    }
    if app.state::<Tray>().absent.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut builder = TrayIconBuilder::with_id(ID)
        .menu(&menu)
        .tooltip(&glance.words)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()));
    if let Some(icon) = icon {
        builder = builder.icon(icon);
    }
    // On Linux the library behind it is loaded now, and stops with a panic where it is not installed.
    if let Ok(built) = catch_unwind(AssertUnwindSafe(|| builder.build(app))) {
        return built.map(drop);
    }
    app.state::<Tray>().absent.store(true, Ordering::SeqCst);
    tracing::warn!("this computer offers no tray");
    Ok(())
}

fn menu(app: &AppHandle, glance: &GlanceView) -> tauri::Result<Menu<tauri::Wry>> {
    let line = |text: &str| MenuItemBuilder::new(text).enabled(false).build(app);
    let mut menu = MenuBuilder::new(app)
        .item(&line(&glance.words)?)
        .separator();
    for instance in glance.instances.iter().take(LINES) {
        let mark = match (instance.running, instance.safety) {
            (true, _) => "…",
            (false, Safety::Safe) => "✓",
            (false, Safety::Attention) => "!",
            (false, Safety::Unsafe) => "✗",
        };
        let words = if instance.running {
            "a run goes on"
        } else {
            instance.words.as_str()
        };
        menu = menu.item(&line(&format!("{mark}  {}: {words}", instance.name))?);
    }
    if !glance.instances.is_empty() {
        let mut back_up = SubmenuBuilder::new(app, "Back up now");
        if glance.instances.len() > 1 {
            back_up = back_up
                .text(format!("{BACK_UP}{ALL}"), "All instances")
                .separator();
        }
        for instance in &glance.instances {
            let item =
                MenuItemBuilder::with_id(format!("{BACK_UP}{}", instance.id), &instance.name)
                    .enabled(!instance.running)
                    .build(app)?;
            back_up = back_up.item(&item);
        }
        menu = menu.separator().item(&back_up.build()?);
    }
    menu.text(OPEN, "Open Waybill")
        .separator()
        .text(QUIT, "Quit")
        .build()
}

fn chosen(app: &AppHandle, item: &str) {
    match item {
        OPEN => window::bring_forward(app),
        QUIT => {
            app.state::<Tray>().quitting.store(true, Ordering::SeqCst);
            window::quit(app);
        }
        other => {
            if let Some(instance) = other.strip_prefix(BACK_UP) {
                back_up(app, instance.to_owned());
            }
        }
    }
}

/// Begins a backup of one instance, or of all, as the button of the window does. Why it could not begin is
/// said in a notice: nobody has the window before them.
fn back_up(app: &AppHandle, instance: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let waybill = app.state::<Waybill>().inner().clone();
        let chosen = if instance == ALL {
            let glance = waybill.glance().await;
            glance.map_or_else(
                |_| Vec::new(),
                |glance| glance.instances.into_iter().map(|one| one.id).collect(),
            )
        } else {
            vec![instance]
        };
        for instance in chosen {
            let begun = waybill
                .backup_start(&instance, SelectionView::Everything, None)
                .await;
            if let Err(error) = begun {
                let notice = app
                    .notification()
                    .builder()
                    .title("Waybill")
                    .body(&error.message);
                if let Err(error) = notice.show() {
                    tracing::warn!(%error, "the system showed no notice");
                }
            }
        }
    });
}

/// The program's icon, with a mark in its corner where something is to be seen to.
fn icon(app: &AppHandle, safety: Safety) -> Option<Image<'static>> {
    let own = app.default_window_icon()?;
    let (width, height) = (own.width(), own.height());
    let mut pixels = own.rgba().to_vec();
    let colour = match safety {
        Safety::Safe => return Some(Image::new_owned(pixels, width, height)),
        Safety::Attention => AMBER,
        Safety::Unsafe => RED,
    };
    mark(&mut pixels, width, height, colour);
    Some(Image::new_owned(pixels, width, height))
}

/// Draws a disc with a light rim into the lower right corner of a picture of four bytes a pixel.
fn mark(pixels: &mut [u8], width: u32, height: u32, colour: [u8; 3]) {
    let radius = i64::from(width.min(height)) / 4;
    let rim = (radius / 4).max(1);
    let centre = (
        i64::from(width) - radius - 1,
        i64::from(height) - radius - 1,
    );
    for (index, pixel) in (0_i64..).zip(pixels.chunks_exact_mut(4)) {
        let (x, y) = (index % i64::from(width), index / i64::from(width));
        let away = (x - centre.0).pow(2) + (y - centre.1).pow(2);
        if away > radius.pow(2) {
            continue;
        }
        let [red, green, blue] = if away > (radius - rim).pow(2) {
            [0xff; 3]
        } else {
            colour
        };
        pixel.copy_from_slice(&[red, green, blue, 0xff]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_lies_in_the_lower_right_corner_and_leaves_the_rest() {
        let mut pixels = vec![7; 32 * 32 * 4];
        mark(&mut pixels, 32, 32, RED);
        let at = |x: usize, y: usize| &pixels[(y * 32 + x) * 4..(y * 32 + x) * 4 + 4];
        assert_eq!(at(0, 0), [7; 4]);
        assert_eq!(at(15, 15), [7; 4]);
        assert_eq!(at(23, 23), [RED[0], RED[1], RED[2], 0xff]);
        assert_eq!(at(23, 31), [0xff; 4], "the rim");
    }
}
