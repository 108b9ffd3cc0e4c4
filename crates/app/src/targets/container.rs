//! Targets as containers for archives of whole instances: the service writes into them and reads from them by
//! itself, with the address, user and auth token that it is told.

use std::sync::Arc;

use secrecy::SecretString;
use waybill_engine::copies::PATTERN;
use waybill_targets::Files;

use super::carriers::{address, files_of};
use super::secrets::AtHand;
use super::{StoredTarget, TargetSlot};
use crate::Waybill;
use crate::view::{
    CloneContainer, CloneContainerForm, CommandError, EncryptionWay, TargetForm, TargetPlace,
    TargetSecrets, TargetView,
};

/// A container, with what opens it.
pub(crate) struct OpenContainer {
    /// The address that the service is told; that of a pre-authenticated one is a secret.
    pub(crate) url: SecretString,
    pub(crate) secret_address: bool,
    pub(crate) user: String,
    pub(crate) password: SecretString,
    /// The same place, for looking into it.
    pub(crate) files: Arc<dyn Files>,
}

impl Waybill {
    /// The targets that archives of instances can go through.
    #[must_use]
    pub fn clone_containers(&self) -> Vec<CloneContainer> {
        let targets = self.shared.settings.read().targets;
        targets
            .iter()
            .filter(|target| fits(target).is_ok())
            .map(|target| CloneContainer {
                id: target.id.clone(),
                name: target.name.clone(),
                address: address(&target.place),
            })
            .collect()
    }

    /// Keeps a container as a target that nothing is copied to by itself. Its address is built from region and
    /// namespace.
    ///
    /// # Errors
    /// `BadInput` with `context.field`; as [`Self::target_save`].
    pub async fn clone_container_save(
        &self,
        form: CloneContainerForm,
        token: SecretString,
    ) -> Result<TargetView, CommandError> {
        let address = storage_address(&form)?;
        let form = TargetForm {
            id: None,
            name: form.name,
            on: false,
            instances: Some(Vec::new()),
            place: TargetPlace::Swift {
                address,
                token_first: false,
                user: form.user,
                container: form.container,
                prefix: String::new(),
                make_container: true,
                ca_file: form.ca_file,
            },
            vault: false,
            pattern: PATTERN.to_owned(),
            encryption: EncryptionWay::Plain,
            host_key: None,
        };
        let secrets = TargetSecrets {
            access: Some(token),
            ..TargetSecrets::default()
        };
        self.target_save(form, secrets).await
    }

    /// A container by the id or name of its target, with its secret.
    pub(crate) async fn open_container(
        &self,
        target: &StoredTarget,
    ) -> Result<OpenContainer, CommandError> {
        fits(target)?;
        let at_hand = self.at_hand(target, AtHand::default()).await?;
        let secret = at_hand.need(TargetSlot::Access, target)?;
        let files = files_of(target, &at_hand)?;
        Ok(match &target.place {
            TargetPlace::Swift {
                address,
                user,
                container,
                ..
            } => OpenContainer {
                url: format!("{}/{container}", address.trim().trim_end_matches('/')).into(),
                secret_address: false,
                user: user.trim().to_owned(),
                password: secret,
                files,
            },
            // The address is all there is; the service wants the other two filled in (recorded).
            _ => OpenContainer {
                url: secret,
                secret_address: true,
                user: "none".to_owned(),
                password: SecretString::from("none"),
                files,
            },
        })
    }
}

/// Where it is, for people and without a secret.
pub(crate) fn shown_address(target: &StoredTarget) -> String {
    address(&target.place)
}

/// Whether the service can use a target: it wants a container by Swift's address with user and auth token, or a
/// pre-authenticated address, and knows no folders in it.
pub(crate) fn fits(target: &StoredTarget) -> Result<(), CommandError> {
    let refused = |what: &str, guidance: &str| {
        Err(CommandError::field(
            "container",
            format!(
                "`{}` cannot take archives of instances: {what}.",
                target.name
            ),
        )
        .guide(guidance))
    };
    let another = "Add a target of the kind Swift without a folder in it, or choose another one.";
    match &target.place {
        TargetPlace::Swift { prefix, .. } | TargetPlace::Upload { prefix, .. }
            if !prefix.trim_matches('/').is_empty() =>
        {
            refused("the service knows no folder in a container", another)
        }
        TargetPlace::Swift { token_first, .. } if *token_first => refused(
            "the service signs in with user and auth token at each request",
            another,
        ),
        TargetPlace::Upload { reads, .. } if !reads => refused(
            "its address was made for writing alone",
            "Make an address that objects can be read, written and listed with.",
        ),
        TargetPlace::Swift { .. } | TargetPlace::Upload { .. } if target.vault => {
            refused("it holds a vault", another)
        }
        TargetPlace::Swift { .. } | TargetPlace::Upload { .. } => Ok(()),
        _ => refused("the service writes into object storage alone", another),
    }
}

/// `https://swiftobjectstorage.REGION.oraclecloud.com/v1/NAMESPACE` (documented).
fn storage_address(form: &CloneContainerForm) -> Result<String, CommandError> {
    let own = form.address.as_deref().map(str::trim).unwrap_or_default();
    if !own.is_empty() {
        return Ok(own.trim_end_matches('/').to_owned());
    }
    let part = |field: &'static str, text: &str, words: &str| {
        let text = text.trim();
        let is_name = !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
        if is_name {
            Ok(text.to_owned())
        } else {
            Err(CommandError::field(field, format!("`{text}` is no {words}."))
                .guide("Both stand in the console of the cloud: the region in its head, the namespace among the details of the tenancy and of each bucket."))
        }
    };
    let region = part("region", &form.region, "region of the cloud")?.to_lowercase();
    let namespace = part("namespace", &form.namespace, "namespace of object storage")?;
    Ok(format!(
        "https://swiftobjectstorage.{region}.oraclecloud.com/v1/{namespace}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_built_from_region_and_namespace() {
        let form = CloneContainerForm {
            region: " EU-Frankfurt-1 ".to_owned(),
            namespace: "axfgb2ktl0vd".to_owned(),
            ..CloneContainerForm::default()
        };
        assert_eq!(
            storage_address(&form).unwrap(),
            "https://swiftobjectstorage.eu-frankfurt-1.oraclecloud.com/v1/axfgb2ktl0vd"
        );
        let wrong = CloneContainerForm {
            region: "eu frankfurt".to_owned(),
            ..form.clone()
        };
        let error = storage_address(&wrong).unwrap_err();
        assert_eq!(error.context["field"], "region");
        let own = CloneContainerForm {
            address: Some("http://127.0.0.1:9000/v1/AUTH_backup/".to_owned()),
            ..form
        };
        assert_eq!(
            storage_address(&own).unwrap(),
            "http://127.0.0.1:9000/v1/AUTH_backup"
        );
    }
}
