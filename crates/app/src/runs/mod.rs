//! Runs: started, watched, cancelled, resumed. A run goes on without a window; whoever looks later
//! gets how it stands and what follows.

mod finished;
mod follow;
mod hub;
mod start;
mod unfinished;
mod verbs;
mod view;
mod watch;

pub(crate) use hub::RunHub;
pub(crate) use verbs::{chosen, is_same_place, stamp};
pub(crate) use view::{step_kind, summary};
pub use watch::RunWatch;
