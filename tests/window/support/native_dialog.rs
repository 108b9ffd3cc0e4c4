//! The dialogs and the window of the system, reached as a person reaches them: by title, with keys.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

use super::User;

const EVERY: Duration = Duration::from_millis(50);
const AT_MOST: Duration = Duration::from_secs(40);

fn xdotool(user: &User, arguments: &[&str]) -> String {
    let output = user
        .command("xdotool")
        .args(arguments)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The window with this title, once it is shown.
pub async fn find(user: &User, title: &str) -> String {
    let begun = Instant::now();
    loop {
        let found = xdotool(
            user,
            &["search", "--onlyvisible", "--name", &format!("^{title}$")],
        );
        if let Some(window) = found.lines().last() {
            return window.to_owned();
        }
        assert!(begun.elapsed() < AT_MOST, "no window is called {title}");
        tokio::time::sleep(EVERY).await;
    }
}

async fn is_gone(user: &User, title: &str) {
    let begun = Instant::now();
    let name = format!("^{title}$");
    while !xdotool(user, &["search", "--onlyvisible", "--name", &name]).is_empty() {
        assert!(begun.elapsed() < AT_MOST, "{title} stays open");
        tokio::time::sleep(EVERY).await;
    }
}

async fn focused(user: &User, title: &str) {
    let window = find(user, title).await;
    xdotool(user, &["windowfocus", "--sync", &window]);
    // The dialog puts the cursor into the name after it has been shown.
    tokio::time::sleep(Duration::from_millis(300)).await;
}

/// Saves to a path through the save dialog with this title.
pub async fn save_as(user: &User, title: &str, path: &Path) {
    focused(user, title).await;
    xdotool(user, &["key", "--clearmodifiers", "ctrl+a"]);
    let path = path.to_str().unwrap();
    xdotool(user, &["type", "--clearmodifiers", "--delay", "4", path]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    xdotool(user, &["key", "--clearmodifiers", "Return"]);
    is_gone(user, title).await;
}

/// Opens a file through the open dialog with this title.
pub async fn open_file(user: &User, title: &str, path: &Path) {
    focused(user, title).await;
    // The first letter of a path opens the line that takes the rest of it.
    xdotool(user, &["key", "--clearmodifiers", "slash"]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let path = path.to_str().unwrap().trim_start_matches('/');
    xdotool(user, &["type", "--clearmodifiers", "--delay", "4", path]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    xdotool(user, &["key", "--clearmodifiers", "Return"]);
    is_gone(user, title).await;
}

/// Closes the dialog with this title without saving.
pub async fn cancel_dialog(user: &User, title: &str) {
    focused(user, title).await;
    xdotool(user, &["key", "--clearmodifiers", "Escape"]);
    is_gone(user, title).await;
}

/// Waits until the main window is shown.
pub async fn window_is_shown(user: &User) {
    find(user, "Waybill").await;
}

/// Asks the main window to close, as its close button does, and waits until it is no longer shown.
pub async fn close_window(user: &User) {
    let window = find(user, "Waybill").await.parse().unwrap();
    let (server, _) = x11rb::connect(None).unwrap();
    let atom = |name: &str| {
        let asked = server.intern_atom(false, name.as_bytes()).unwrap();
        asked.reply().unwrap().atom
    };
    let words = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
    let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), words);
    server
        .send_event(false, window, EventMask::NO_EVENT, event)
        .unwrap();
    server.flush().unwrap();
    is_gone(user, "Waybill").await;
}
