//! Whether a connection or certificate has a secret of a name: what is kept under another one would never be
//! sent.

use waybill_engine::waybill::CertificateBinding;
use waybill_model::{ArtifactId, ArtifactKind};

use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, PlaceRef, PropertyKind, PropertyView};

impl Waybill {
    /// Looks at the connection in the destination, then wherever else a saved instance is known to have
    /// it: it may still have to come, or take another security policy. False where nobody knows it.
    pub(super) async fn check_secret(
        &self,
        to: &StoredInstance,
        of: &ArtifactId,
        name: &str,
    ) -> Result<bool, CommandError> {
        if of.kind == ArtifactKind::Certificate {
            return opens(of, name).map(|()| true);
        }
        let mut known: Vec<PropertyView> = Vec::new();
        let mut instances = vec![to.id.clone()];
        instances.extend(self.instances()?.into_iter().map(|one| one.id));
        instances.dedup();
        for id in instances {
            known.extend(self.properties_in(&id, of).await);
            if known.iter().any(|one| one.secret && one.name == name) {
                return Ok(true);
            }
        }
        judged(of, name, &known)
    }

    /// The properties of a connection in an instance; none where it does not have it, or cannot be asked.
    async fn properties_in(&self, instance: &str, of: &ArtifactId) -> Vec<PropertyView> {
        let Ok(Some(kept)) = self.shared.journal.kept_catalogue(instance) else {
            return Vec::new();
        };
        if kept.catalogue.get(of).is_none() {
            return Vec::new();
        }
        let place = PlaceRef::Instance {
            id: instance.to_owned(),
        };
        match self.artifact_detail(&place, of).await {
            Ok(detail) => detail.connection.map(|own| own.properties),
            Err(error) => {
                tracing::info!(message = error.message, "a connection could not be read");
                None
            }
        }
        .unwrap_or_default()
    }
}

/// What is to be said of a name that is no secret of the connection.
fn judged(of: &ArtifactId, name: &str, known: &[PropertyView]) -> Result<bool, CommandError> {
    if known.is_empty() {
        return Ok(false);
    }
    let mut secrets: Vec<&str> = known
        .iter()
        .filter(|one| one.secret)
        .map(|one| one.name.as_str())
        .collect();
    secrets.sort_unstable();
    secrets.dedup();
    let secrets = match secrets.as_slice() {
        [] => "It has no secrets.".to_owned(),
        [only] => format!("Its only secret is `{only}`."),
        many => format!("Its secrets are `{}`.", many.join("`, `")),
    };
    let other = known.iter().find(|one| one.name == name);
    let (words, guidance) = match other.map(|one| one.kind) {
        Some(PropertyKind::File) => (
            format!("`{name}` of connection `{}` is a file.", of.code),
            format!("Give it to `waybill plan` with `--attach`. {secrets}"),
        ),
        Some(_) => (
            format!("`{name}` of connection `{}` is no secret.", of.code),
            format!("Give it to `waybill plan` with `--value`. {secrets}"),
        ),
        None => (
            format!("Connection `{}` has no secret called `{name}`.", of.code),
            secrets,
        ),
    };
    Err(CommandError::field("name", words).guide(guidance))
}

/// The secrets that open the file of a certificate follow from its type and category, which its id names.
fn opens(of: &ArtifactId, name: &str) -> Result<(), CommandError> {
    let mut parts = of.code.split('|').skip(1);
    let (kind, category) = (parts.next(), parts.next());
    let (Some(kind), Some(category)) = (kind, category) else {
        // Known by its alias alone: any that opens one.
        return Ok(());
    };
    let names = CertificateBinding::opened_by(kind, category);
    if names.contains(&name) {
        return Ok(());
    }
    let words = format!("Certificate `{}` is not opened by a `{name}`.", of.code);
    let guidance = match names {
        [] => "Files of its type and category are opened by no secret.".to_owned(),
        many => format!("What opens it: `{}`.", many.join("`, `")),
    };
    Err(CommandError::field("name", words).guide(guidance))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property(name: &str, kind: PropertyKind) -> PropertyView {
        PropertyView {
            name: name.to_owned(),
            label: name.to_uppercase(),
            value: None,
            secret: kind == PropertyKind::Secret,
            required: true,
            set: false,
            kind,
            options: Vec::new(),
        }
    }

    #[test]
    fn a_name_that_is_no_secret_is_refused_with_those_that_are() {
        let erp: ArtifactId = "connection:ERP".parse().unwrap();
        let known = [
            property("url", PropertyKind::Text),
            property("password", PropertyKind::Secret),
            property("WALLET", PropertyKind::File),
        ];
        let told = |name: &str| {
            let error = judged(&erp, name, &known).unwrap_err();
            format!("{} {}", error.message, error.guidance.unwrap())
        };
        assert_eq!(
            told("pasword"),
            "Connection `ERP` has no secret called `pasword`. Its only secret is `password`."
        );
        assert!(told("url").contains("--value"), "{}", told("url"));
        assert!(told("WALLET").contains("--attach"), "{}", told("WALLET"));
        assert!(!judged(&erp, "anything", &[]).unwrap());
    }

    #[test]
    fn a_certificate_is_opened_by_what_its_type_and_category_say() {
        let key: ArtifactId = "certificate:USER|PGP|PRIVATE|payroll".parse().unwrap();
        assert!(opens(&key, "passPhrase").is_ok());
        let refused = opens(&key, "password").unwrap_err();
        assert!(refused.guidance.unwrap().contains("passPhrase"));
        let public: ArtifactId = "certificate:USER|PGP|PUBLIC|bank".parse().unwrap();
        assert!(opens(&public, "passPhrase").is_err());
    }
}
