//! Who of the access lists of a move is whom in the destination.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_engine::access::{Directory, bind, members};
use waybill_engine::waybill::AccessBinding;
use waybill_model::ArtifactId;

use super::domain::domain_name;
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode};

impl Waybill {
    /// Says for each access list who of it is whom in the destination. `from` is the instance that the
    /// lists are of, where it is saved. A destination whose users and groups cannot be looked at lets
    /// nobody in, and the binding says why; a cancel, a lost network or sign-in ends it.
    ///
    /// # Errors
    /// `Cancelled`, `FileFailed`, and the failures of the network and the sign-in to the destination.
    pub(crate) async fn bind_access(
        &self,
        from: Option<&str>,
        to: &StoredInstance,
        records: Vec<(ArtifactId, Value)>,
    ) -> Result<BTreeMap<ArtifactId, AccessBinding>, CommandError> {
        let source = from.and_then(|id| self.stored_instance(id).ok());
        let domain_of = |instance: &StoredInstance| {
            let located = self.located(instance).ok()?;
            domain_name(&located)
        };
        let (first, second) = (source.as_ref().and_then(domain_of), domain_of(to));
        let there = match self.directory_of(to).await {
            Ok(directory) => directory,
            Err(error) if ends_all(&error) => return Err(error),
            Err(error) => return Ok(unread(&records, to, &error)),
        };
        let same_domain = first.is_some() && first == second;
        let here = match &source {
            Some(_) if same_domain => there.clone(),
            Some(source) => {
                let (directory, why) = self.directory_as_known(source).await?;
                if let Some(error) = why {
                    tracing::info!(
                        instance = source.id,
                        message = error.message,
                        "users and groups of the source were not read"
                    );
                }
                directory
            }
            None => Directory::default(),
        };
        let table = self.people_between(first.as_deref(), second.as_deref().unwrap_or_default());
        let bound = records.into_iter().map(|(id, record)| {
            let named = members(&record);
            (id, bind(&named, &here, &there, &table, same_domain))
        });
        Ok(bound.collect())
    }
}

/// Nothing else could be done either.
fn ends_all(error: &CommandError) -> bool {
    matches!(
        error.code,
        ErrorCode::Cancelled
            | ErrorCode::Unreachable
            | ErrorCode::AddressUnknown
            | ErrorCode::TlsUntrusted
            | ErrorCode::ProxyFailed
            | ErrorCode::SecretMissing
            | ErrorCode::SecretsLocked
            | ErrorCode::KeychainLocked
            | ErrorCode::FileFailed
            | ErrorCode::DiskFull
    )
}

fn unread(
    records: &[(ArtifactId, Value)],
    to: &StoredInstance,
    error: &CommandError,
) -> BTreeMap<ArtifactId, AccessBinding> {
    let why = format!(
        "The users and groups of {} could not be looked at, so nobody can tell who is meant there: {} Give the application of this sign-in the right to look at them (in the identity domain: role User Administrator, or Identity Domain Administrator), then check again.",
        to.name, error.message
    );
    let all = records.iter().map(|(id, _)| {
        let binding = AccessBinding {
            members: Vec::new(),
            unread: Some(why.clone()),
        };
        (id.clone(), binding)
    });
    all.collect()
}
