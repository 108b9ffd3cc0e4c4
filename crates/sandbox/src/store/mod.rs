//! What a sandbox instance holds, as plain values. The shapes of the wire are made of these in
//! [`wire`](crate::wire), the archives in [`synthetic`](crate::synthetic).

mod artifacts;
mod instance;

pub(crate) use artifacts::{
    AgentGroup, Audit, Certificate, Connection, Deployment, Endpoint, Integration, Library, Lock,
    Lookup, Package, Property, PropertyType, Schedule, Style,
};
pub(crate) use instance::{Instance, Project, Space};
