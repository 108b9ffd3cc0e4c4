//! A stand-in for Oracle Integration: the design-time REST API of one or more instances on
//! loopback, for practice, tests and benchmarks.
//!
//! It answers as the recorded service does, habits included, refuses what the service refuses, and
//! shares no code with Waybill's client, so that a misreading in one is not repeated in the other.
//! Nothing behind it is real; its secrets protect nothing.
//!
//! ```no_run
//! # async fn example() -> Result<(), waybill_sandbox::SandboxError> {
//! use waybill_sandbox::{InstanceSpec, Sandbox};
//!
//! let running = Sandbox::builder()
//!     .instance(InstanceSpec::oic3("dev"))
//!     .synthetic(200, 1)
//!     .start()
//!     .await?;
//! println!("{}", running.ready.instances[0].design_url);
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```

// The JSON of an integration has more members than macros expand by default.
#![recursion_limit = "256"]
#![expect(
    clippy::unnecessary_box_returns,
    reason = "a refusal is an error value, and errors stay small"
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        reason = "a test may stop at what it did not expect"
    )
)]

mod activation;
mod api;
mod budget;
mod calls;
mod chance;
mod clone;
mod control;
mod domain;
mod effect;
mod fault;
mod house;
mod ics;
mod identity;
mod introduce;
mod load;
mod monitoring;
mod persist;
pub mod practice;
mod ready;
mod role;
mod running;
mod sandbox;
mod serve;
mod sign_in;
mod spec;
mod store;
mod swift;
mod synthetic;
mod tls;
mod wire;

pub use activation::ActivationFault;
pub use calls::CallCounts;
pub use clone::JobFault;
pub use control::Control;
pub use fault::{Fault, FaultKind, StandingFault};
pub use ready::{Ready, ReadyInstance, ReadyStore};
pub use role::Role;
pub use running::Running;
pub use sandbox::{Builder, Sandbox, SandboxError};
pub use spec::{Application, ClientSpec, IdentitySpec, InstanceSpec, UserSpec};
