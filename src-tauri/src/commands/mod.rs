//! What the window may ask for: each command parses, calls the application, maps its answer.
//!
//! The names stand in `src-tauri/build.rs` too, so that each needs its permission in the
//! capability of the window. Nothing is decided here.
#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands every argument over by value"
)]

pub mod access;
pub mod activity;
pub mod backups;
pub mod catalogue;
pub mod changes;
pub mod clones;
pub mod compare;
pub mod files;
pub mod graph;
pub mod hauls;
pub mod inspect;
pub mod instances;
pub mod keep;
pub mod moves;
pub mod releases;
pub mod schedules;
pub mod settings;
pub mod targets;
pub mod vault;
pub mod word;

use tauri::ipc::Channel;
use waybill_app::Waybill;
use waybill_app::view::{CommandError, WorkProgress};

/// What every command answers.
pub type Answer<T> = Result<T, CommandError>;

/// The application, as Tauri hands it to a command.
pub type App<'a> = tauri::State<'a, Waybill>;

/// Hands progress to the window; one that is gone hears nothing more.
fn teller(channel: Channel<WorkProgress>) -> impl Fn(WorkProgress) + Send + Sync {
    move |progress| drop(channel.send(progress))
}
