//! Changing one artifact of an instance, as a run.
//!
//! `plan_change` looks at the instance and says what a change would lead to and what stands against it
//! (`scene`, `activation`, `connection`, `schedule`, `deployment`, `copying`, `delete`). `make_change` does it (`perform`): keeps
//! the artifact in a snapshot first (`keep`), writes each call down before it is sent and after it is
//! answered (`step`), looks until it has come to its end (`settle`), and records how it ended (`record`). All calls that write go through the one
//! door in `writer`, which asks for the permit each time.
//!
//! After a crash the same run is taken up: the instance is looked at first, and what is done is not
//! done again.

mod activation;
mod connection;
mod copying;
mod deed;
mod delete;
mod deployment;
mod keep;
mod perform;
mod plan;
mod record;
mod request;
mod scene;
mod schedule;
mod seen;
mod settle;
mod step;
mod words;
mod writer;

pub(crate) use activation::{failure as activation_failure, look_active, look_inactive};
pub(crate) use connection::{find as find_property, is_secret as is_secret_property, test_ended};
pub use deed::{Secrets, plan_change};
pub(crate) use keep::{Keeping, keep_as_is};
pub use perform::{ChangeWork, make_change};
pub(crate) use plan::names;
pub use plan::{Facts, Finding, Plan, Severity};
pub use request::{Change, ChangeRequest, ConnectionEdit, DeploymentEdit, NewValue, Tracing};
pub use scene::unlock_hint;
pub(crate) use scene::{upper, word as state_word};
pub(crate) use schedule::look as look_schedule;
pub(crate) use seen::Seen;
pub use settle::SettlePatience;
pub(crate) use settle::minutes;
pub(crate) use words::Stop;
pub(crate) use writer::{ArchiveDoor, flags as tracing_flags};
pub use writer::{Refusal, WritePermit};
