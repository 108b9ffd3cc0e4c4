//! The data folder and how files in it are written: whole or not at all.

mod atomic_file;
mod given_file;
mod home_folder;

pub(crate) use atomic_file::{file_failed, save_file, write_atomically, write_new};
pub(crate) use given_file::read_given;
pub use home_folder::default_home;
pub(crate) use home_folder::{HomeFolder, make_private};
