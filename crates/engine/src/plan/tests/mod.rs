//! Planning held to what a destination would do with the steps: `stage` makes sources and
//! destinations, `replay` takes the steps one by one as the service would, and refuses what it refuses.

mod cases;
mod properties;
mod replay;
mod restarts;
mod rollback;
pub(crate) mod stage;
mod values;
