//! The door through which a run of a waybill writes into an instance. Each call asks for the permit
//! first, at the moment it is made.

use std::sync::Arc;

use bytes::Bytes;
use tokio_util::sync::CancellationToken;
use waybill_client::wire::{
    AccessListRequest, Activation, CertificateDefinition, CertificateReplacement, Connection,
    ConnectionTest, ConnectionUpdate, Deactivation, Grantee as WireGrantee, LibraryDefinition,
    LookupDefinition, NewRoleGrant, ScheduleDefinition, ScheduleMode, ScheduleParameter,
    ScheduleRun,
};
use waybill_client::{Client, Error, ErrorKind, IdentityDomain, Upload};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::roles::grants;
use crate::access::Grantee;
use crate::change::{Refusal, Tracing, WritePermit, tracing_flags};
use crate::waybill::RoleBinding;

/// Why a call did not come through.
#[derive(Debug)]
pub(super) enum Halt {
    /// The permit is gone; nothing was sent.
    Refused(Refusal),
    /// The call failed.
    Call(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// Whether the answer was lost, and looking showed that the call had come through.
pub(super) type LookedUp = bool;

type Sent<T> = Result<T, Halt>;

/// Writes into one instance.
pub(super) struct Writer {
    client: Client,
    domain: Option<IdentityDomain>,
    permit: Arc<dyn WritePermit>,
}

/// A file that is sent.
pub(super) struct File {
    pub name: String,
    pub bytes: Bytes,
}

impl File {
    fn upload(&self) -> Upload {
        Upload::Bytes(self.bytes.clone())
    }
}

impl Writer {
    /// A call under way is never cut off: a token of its own, which nobody cancels.
    pub fn new(
        client: &Client,
        domain: Option<&IdentityDomain>,
        permit: Arc<dyn WritePermit>,
    ) -> Self {
        Self {
            client: client.with_cancellation(CancellationToken::new()),
            domain: domain.map(|domain| domain.with_cancellation(CancellationToken::new())),
            permit,
        }
    }

    /// Whether a write would be let through now.
    pub fn check(&self) -> Result<(), Refusal> {
        self.permit.check()
    }

    fn open(&self) -> Sent<&Client> {
        self.check().map_err(Halt::Refused)?;
        Ok(&self.client)
    }

    /// Sends the archive of an integration.
    pub async fn integration(&self, id: &ArtifactId, file: &File, replace: bool) -> Sent<LookedUp> {
        let (client, wire) = (self.open()?, id.wire());
        let sent = match (&id.scope, replace) {
            (Scope::Global, true) => {
                client
                    .replace_integration(&wire, file.upload(), None)
                    .await?
            }
            (scope, _) => {
                client
                    .import_integration(scope, &wire, file.upload(), None)
                    .await?
            }
        };
        Ok(sent.looked_up)
    }

    /// Sends the archive of a package.
    pub async fn package(&self, id: &ArtifactId, file: &File, replace: bool) -> Sent<LookedUp> {
        let (client, name) = (self.open()?, &id.code);
        let sent = if replace {
            client.replace_package(name, file.upload(), None).await?
        } else {
            client.import_package(name, file.upload(), None).await?
        };
        Ok(sent.looked_up)
    }

    /// Sends the archive of a project or of one of its deployments.
    pub async fn project(&self, code: &str, file: &File, replace: bool) -> Sent<LookedUp> {
        let client = self.open()?;
        let sent = if replace {
            client.replace_project(code, file.upload()).await?
        } else {
            client.import_project(code, file.upload()).await?
        };
        Ok(sent.looked_up)
    }

    /// Sends the file of a lookup.
    pub async fn lookup(&self, id: &ArtifactId, file: &File, replace: bool) -> Sent<LookedUp> {
        let (client, name) = (self.open()?, &id.code);
        let sent = match (&id.scope, replace) {
            (Scope::Global, true) => client.replace_lookup(name, file.upload()).await?,
            (scope, _) => client.import_lookup(scope, name, file.upload()).await?,
        };
        Ok(sent.looked_up)
    }

    /// Replaces the rows of a lookup outside projects.
    pub async fn lookup_rows(&self, lookup: &LookupDefinition) -> Sent<LookedUp> {
        Ok(self.open()?.update_lookup(lookup).await?.looked_up)
    }

    /// Sends the file of a library.
    pub async fn library(
        &self,
        id: &ArtifactId,
        definition: &LibraryDefinition,
        file: &File,
        replace: bool,
    ) -> Sent<LookedUp> {
        let client = self.open()?;
        let sent = if replace {
            client
                .replace_library_file(&id.wire(), &file.name, file.upload())
                .await?
        } else {
            client
                .import_library(&id.scope, definition, file.upload())
                .await?
        };
        Ok(sent.looked_up)
    }

    /// Sends the file of a certificate.
    pub async fn certificate(
        &self,
        id: &ArtifactId,
        definition: &CertificateDefinition,
        file: &File,
        replace: bool,
    ) -> Sent<LookedUp> {
        let client = self.open()?;
        let sent = if replace {
            let replacement = CertificateReplacement {
                id: id.code.clone(),
                name: definition.name.clone(),
                keystore: definition.category.clone(),
                certificate_type: definition.certificate_type.clone(),
                ascii_armored: None,
                cipher_algorithm: None,
            };
            client
                .replace_certificate(&replacement, &file.name, file.upload())
                .await?
        } else {
            client
                .add_certificate(definition, &file.name, file.upload())
                .await?
        };
        Ok(sent.looked_up)
    }

    /// Sets values of a connection.
    pub async fn connection(&self, id: &ArtifactId, update: &ConnectionUpdate) -> Sent<Connection> {
        let client = self.open()?;
        let read = client
            .update_connection(&id.scope, &id.code, update)
            .await?;
        Ok(read.value)
    }

    /// Sets the file that is a value of a connection.
    pub async fn attachment(
        &self,
        id: &ArtifactId,
        property: &str,
        file: &File,
    ) -> Sent<Connection> {
        let client = self.open()?;
        let read = client
            .set_connection_attachment(
                &id.scope,
                &id.code,
                property,
                &file.name,
                file.upload(),
                None,
            )
            .await?;
        Ok(read.value)
    }

    /// Lets the service test a connection.
    pub async fn test(&self, id: &ArtifactId) -> Sent<ConnectionTest> {
        let client = self.open()?;
        Ok(client.test_connection(&id.scope, &id.code).await?.value)
    }

    /// Asks for an integration to be activated.
    pub async fn activate(&self, id: &ArtifactId, tracing: Option<Tracing>) -> Sent<LookedUp> {
        let activation = Activation {
            flags: tracing.map(tracing_flags).unwrap_or_default(),
            at_once: true,
            ..Activation::default()
        };
        let client = self.open()?;
        let sent = client
            .activate_integration(&id.scope, &id.wire(), &activation)
            .await?;
        Ok(sent.looked_up)
    }

    /// Asks for an integration to be deactivated.
    pub async fn deactivate(&self, id: &ArtifactId) -> Sent<LookedUp> {
        // Its schedule was stopped before, by a step of its own.
        let deactivation = Deactivation {
            at_once: true,
            ..Deactivation::default()
        };
        let client = self.open()?;
        let sent = client
            .deactivate_integration(&id.scope, &id.wire(), &deactivation)
            .await?;
        Ok(sent.looked_up)
    }

    /// Defines the schedule of an integration.
    pub async fn schedule(
        &self,
        id: &ArtifactId,
        definition: &ScheduleDefinition,
        is_there: bool,
    ) -> Sent<LookedUp> {
        let (client, wire) = (self.open()?, id.wire());
        let sent = if is_there {
            client.update_schedule(&id.scope, &wire, definition).await?
        } else {
            client.create_schedule(&id.scope, &wire, definition).await?
        };
        Ok(sent.looked_up)
    }

    /// Sets values of schedule parameters.
    pub async fn parameters(
        &self,
        id: &ArtifactId,
        parameters: &[ScheduleParameter],
    ) -> Sent<LookedUp> {
        let client = self.open()?;
        let sent = client
            .set_schedule_parameters(&id.scope, &id.wire(), parameters)
            .await?;
        Ok(sent.looked_up)
    }

    /// Starts the schedule of an integration.
    pub async fn start(&self, id: &ArtifactId) -> Sent<LookedUp> {
        let (client, run) = (self.open()?, ScheduleRun::default());
        let mode = ScheduleMode::default();
        let sent = client
            .start_schedule(&id.scope, &id.wire(), &run, mode)
            .await?;
        Ok(sent.looked_up)
    }

    /// Stops the schedule of an integration.
    pub async fn stop(&self, id: &ArtifactId) -> Sent<LookedUp> {
        let (client, mode) = (self.open()?, ScheduleMode::default());
        let sent = client.stop_schedule(&id.scope, &id.wire(), mode).await?;
        Ok(sent.looked_up)
    }

    /// Says who may do what in a project.
    pub async fn access(&self, project: &str, list: &AccessListRequest) -> Sent<LookedUp> {
        let client = self.open()?;
        Ok(client.set_access_list(project, list).await?.looked_up)
    }

    fn open_domain(&self) -> Sent<&IdentityDomain> {
        self.check().map_err(Halt::Refused)?;
        self.domain.as_ref().ok_or_else(|| {
            Halt::Refused(Refusal {
                message: "The sign-in of this instance gives no token for its identity domain."
                    .to_owned(),
                guidance: "Choose client credentials as the sign-in of the instance.".to_owned(),
            })
        })
    }

    /// Gives somebody a service role. Who has it already has it.
    pub async fn grant(&self, role: &RoleBinding) -> Sent<LookedUp> {
        let domain = self.open_domain()?;
        let grant = NewRoleGrant {
            grantee_kind: match role.kind {
                Grantee::User => WireGrantee::User,
                Grantee::Group => WireGrantee::Group,
                Grantee::App => WireGrantee::App,
            },
            grantee: role.grantee.clone(),
            app: role.app.clone(),
            app_role: role.role.clone(),
        };
        match domain.create_grant(&grant).await {
            Ok(made) => Ok(made.looked_up),
            Err(error) if *error.kind() == ErrorKind::Conflict => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a service role away. Who does not have it any more does not have it.
    pub async fn revoke(&self, role: &RoleBinding) -> Sent<LookedUp> {
        let domain = self.open_domain()?;
        let mut looked_up = false;
        for id in grants(domain, role).await? {
            match domain.delete_grant(&id).await {
                Ok(changed) => looked_up |= changed.looked_up,
                Err(error) if *error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(looked_up)
    }

    /// Deletes an artifact. One that is no longer there counts as deleted.
    pub async fn delete(&self, id: &ArtifactId) -> Sent<LookedUp> {
        let client = self.open()?;
        let (scope, wire) = (&id.scope, id.wire());
        let sent = match (id.kind, scope) {
            (ArtifactKind::Integration, _) => client.delete_integration(scope, &wire).await,
            (ArtifactKind::Connection, _) => client.delete_connection(scope, &id.code).await,
            (ArtifactKind::Lookup, _) => client.delete_lookup(&id.code).await,
            (ArtifactKind::Library, _) => client.delete_library(&wire).await,
            (ArtifactKind::Package, _) => client.delete_package(&id.code).await,
            (ArtifactKind::Project, _) => client.delete_project(&id.code).await,
            (ArtifactKind::Deployment, Scope::Project(project)) => {
                client.delete_deployment(project, &id.code).await
            }
            (ArtifactKind::Schedule, Scope::Project(project)) => {
                client.delete_schedule(project, &wire).await
            }
            // Planning lets no other kind through.
            _ => client.delete_certificate(&id.code).await,
        };
        match sent {
            Ok(changed) => Ok(changed.looked_up),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
