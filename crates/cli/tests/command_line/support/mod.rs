//! What the tests share, a file per thing.

mod archives;
mod browser;
mod canary;
mod chance;
#[cfg(target_os = "linux")]
mod disk;
mod files;
mod home;
mod key;
mod keychain;
mod listener;
pub mod moving;
mod outcome;
mod program;
mod repository;
mod restic;
mod rezip;
mod stand;
mod tls;
mod wire;

pub use archives::real_archives;
pub use browser::{Browser, free_port};
pub use canary::canary;
pub use chance::Chance;
#[cfg(target_os = "linux")]
pub use disk::SmallDisk;
pub use files::{files_below, flip_a_byte, largest_file};
pub use home::Home;
pub use key::Key;
pub use keychain::Keychain;
pub use listener::Listener;
pub use outcome::{Outcome, text};
pub use program::Live;
pub use repository::Repository;
pub use restic::Restic;
pub use rezip::{files_in, middle_of, rezipped};
pub use stand::{Stand, gen2, ics, oic3};
pub use tls::TlsDoor;
pub use wire::Caller;
