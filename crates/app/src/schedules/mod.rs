//! Schedules: backups that keep themselves.
//!
//! `calendar` knows when, `round` looks what is due and sees to it, `verbs` is what a person can do, `view` how it
//! is shown, `coming` what of it Home shows, `power` whether there is mains, `platform` has the computer look while nobody has the window open.
//! Whoever looks, the window or the command line, takes a due time in the journal first; so a time is
//! never used twice.

mod calendar;
mod coming;
mod platform;
mod power;
mod round;
mod stored;
mod verbs;
mod view;

pub(crate) use calendar::Calendar;
pub use platform::{Installed, Keeper};
pub use power::Power;
pub(crate) use round::SCHEDULE as ASKED_BY;
pub(crate) use stored::StoredSchedule;
