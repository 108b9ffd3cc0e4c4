//! What a sandbox instance holds, as plain values. The shapes of the wire are made of these in
//! [`wire`](crate::wire), the archives in [`synthetic`](crate::synthetic).

mod artifacts;
pub(crate) mod blob;
mod instance;
mod operation;
mod project_access;
mod schedule;
mod work;

pub(crate) use artifacts::{
    AgentGroup, Attachment, Audit, Certificate, Connection, Deployment, Endpoint, Integration,
    Library, Lock, Lookup, Package, Property, PropertyType, Style, Upkeep,
};
pub(crate) use instance::{Instance, Project, Space};
pub(crate) use operation::{Operation, Pending};
pub(crate) use project_access::{
    Access, AccessGroup, AccessGroups, Allowed, AllowedKind, Git, GitFile, GitSettings,
    PendingImport,
};
pub(crate) use schedule::{Schedule, ScheduledRun};
pub(crate) use work::{WorkRequest, WorkState};
