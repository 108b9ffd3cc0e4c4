//! The objects of the API as they stand on the wire: the members that the program uses, each of them
//! optional where the service may leave it out. camelCase, as every recorded sample has it (the
//! kebab-case of the published schemas never occurs). What is not named here stays in
//! [`Read::raw`].

mod access;
mod activation;
mod agent;
mod agent_group;
mod anything;
mod certificate;
mod certificate_request;
mod connection;
mod connection_request;
mod connection_test;
mod deployment;
mod git_project;
mod ics;
mod identity;
mod instance_archive;
mod integration;
mod integration_request;
mod lenient;
mod library;
mod library_request;
mod lookup;
mod lookup_request;
mod monitoring;
mod package;
mod package_request;
mod project;
mod schedule;
mod schedule_request;
mod work_request;

pub use access::{
    AccessGroup, AccessGroupRequest, AccessList, AccessListRequest, Member, MemberRequest,
};
pub use activation::{ActivationErrors, ActivationState};
pub use agent::Agent;
pub use agent_group::AgentGroup;
#[doc(hidden)]
pub use anything::decode_anything;
pub use certificate::Certificate;
pub use certificate_request::{CertificateDefinition, CertificateReplacement};
pub use connection::{AdapterType, Connection, ConnectionProperty};
pub use connection_request::{ConnectionUpdate, PropertyChange, PropertyValue};
pub use connection_test::ConnectionTest;
pub use deployment::{
    DeployedIntegration, DeployedResource, Deployment, DeploymentRequest, ResourceVersion,
};
pub use git_project::{GitProject, GitSettings};
pub use ics::{IcsIntegration, IcsInvoke};
pub use identity::{
    AppRole, DomainApp, DomainGroup, DomainUser, Entitlement, Grantee, NewRoleGrant, Reference,
    RoleGrant, UserEmail,
};
pub use instance_archive::{
    ArchiveJob, ArchiveJobComponent, ArchiveJobStarted, ImportMode, InstanceExport, InstanceImport,
    JobState, StorageInfo,
};
pub use integration::{
    Dependencies, EndPoint, EndPointConnection, Integration, NeededConnection, NeededIntegration,
    NeededObject,
};
pub use integration_request::{
    Activation, Deactivation, IntegrationClone, IntegrationFlags, PayloadCheck, Replay,
};
pub use library::Library;
pub use library_request::LibraryDefinition;
pub use lookup::{Lookup, LookupRow};
pub use lookup_request::{LookupCells, LookupClone, LookupDefinition};
pub use monitoring::{
    AbortAnswer, ActivityStream, AuditRecord, DiscardAnswer, ErrorGroup, ErroredInstance,
    FutureRun, HistoryEntry, InstanceState, IntegrationInstance, MessageCounts, Milestone,
    MonitoredIntegration, RecoveryJob, ResubmitAnswer, TrackingValue, TrafficSummary,
};
pub use package::{Package, PackagedIntegration};
pub use package_request::{PackageClone, PackageExport, PackageMember, PackageUpdate};
pub use project::{
    IntegrationVersion, NewProject, Project, ProjectAssets, ProjectChange, ProjectOrigin,
    ProjectState, Stamp,
};
pub use schedule::Schedule;
pub use schedule_request::{
    Recurrence, ScheduleDefinition, ScheduleMode, ScheduleParameter, ScheduleRun,
};
pub use work_request::{WorkRequest, WorkRequestData};

use serde::de::DeserializeOwned;
use serde_json::Value;

/// An object read from an instance: what the program uses of it, and all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<T> {
    /// The members that the program uses.
    pub value: T,
    /// The whole object as it came.
    pub raw: Value,
}

/// An object of the wire.
pub trait WireObject: DeserializeOwned {
    /// Fills in what can be told from the other members (`code` and `version` from `id`, …).
    fn settle(&mut self) {}

    /// What tells it from the others of its list.
    fn identity(&self) -> &str;
}

impl<T: WireObject> Read<T> {
    pub(crate) fn decode(raw: Value) -> Result<Self, serde_json::Error> {
        let mut value = T::deserialize(&raw)?;
        value.settle();
        Ok(Self { value, raw })
    }
}

/// `CODE|VERSION` taken apart.
fn split_id(id: &str) -> (String, String) {
    match id.rsplit_once('|') {
        Some((code, version)) => (code.to_owned(), version.to_owned()),
        None => (id.to_owned(), String::new()),
    }
}

/// Fills `id`, `code` and `version` from each other.
fn settle_versioned(id: &mut String, code: &mut String, version: &mut String) {
    if id.is_empty() && !code.is_empty() {
        *id = if version.is_empty() {
            code.clone()
        } else {
            format!("{code}|{version}")
        };
    }
    let (code_in_id, version_in_id) = split_id(id);
    if code.is_empty() {
        *code = code_in_id;
    }
    if version.is_empty() {
        *version = version_in_id;
    }
}
