//! The secrets that a waybill names.

use std::collections::BTreeSet;

use secrecy::SecretString;
use waybill_engine::haul::{SecretAnswer, SecretBook};
use waybill_engine::waybill::{ImportHow, StepKind, Waybill as Document, secret_account};
use waybill_model::ArtifactId;

use crate::Waybill;
use crate::view::CommandError;

/// Looks secrets up at the moment they are sent.
pub(super) struct Book(pub(super) Waybill);

impl SecretBook for Book {
    fn secret<'a>(&'a self, account: &'a str) -> SecretAnswer<'a> {
        Box::pin(async move {
            let found = self.0.waybill_secret(account).await;
            found.map_err(|error| error.message)
        })
    }
}

/// A secret that a run of a waybill will look up: of what, its name, its account.
pub(super) struct Named {
    pub(super) of: ArtifactId,
    pub(super) name: String,
    account: String,
}

/// The secrets that a run into this destination will look up, each once.
pub(super) fn named(document: &Document, destination: &str) -> Vec<Named> {
    let bindings = &document.bindings;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for step in &document.steps {
        let names = match step.kind {
            StepKind::SetConnection => bindings
                .connections
                .get(&step.subject)
                .map(|binding| &binding.secrets),
            StepKind::Import {
                how: ImportHow::Certificate,
                ..
            } => bindings
                .certificates
                .get(&step.subject)
                .map(|binding| &binding.secrets),
            _ => None,
        };
        for name in names.into_iter().flatten() {
            let account = secret_account(destination, &step.subject, name);
            if seen.insert(account.clone()) {
                all.push(Named {
                    of: step.subject.clone(),
                    name: name.clone(),
                    account,
                });
            }
        }
    }
    all
}

impl Waybill {
    /// Of the secrets that a run will look up, those that nobody entered.
    ///
    /// # Errors
    /// The failures of the place for secrets.
    pub(super) async fn secrets_missing(
        &self,
        document: &Document,
        destination: &str,
    ) -> Result<Vec<Named>, CommandError> {
        let mut missing = Vec::new();
        for one in named(document, destination) {
            if self.waybill_secret(&one.account).await?.is_none() {
                missing.push(one);
            }
        }
        Ok(missing)
    }

    /// Keeps a secret that a connection takes in a destination, for every move there that names it.
    /// Answers whether the connection is known to have such a secret; no instance of this computer may
    /// know the connection yet.
    ///
    /// # Errors
    /// `UnknownSubject` for the instance; `BadInput` with `context.field` `name` where the connection is
    /// known and has no secret of that name; the failures of the place for secrets.
    pub async fn connection_secret_set(
        &self,
        instance: &str,
        connection: &ArtifactId,
        name: &str,
        secret: SecretString,
    ) -> Result<bool, CommandError> {
        let instance = self.stored_instance(instance)?;
        let known = self.check_secret(&instance, connection, name).await?;
        self.hold_secret(&instance.id, connection, name, &secret, true)
            .await?;
        self.remember_secret(&instance, connection, name).await?;
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use waybill_engine::waybill::ConnectionBinding;

    use super::*;

    /// The example of the documentation.
    fn example() -> Document {
        let text = include_str!("../../../../docs/waybill-format.md");
        let block = text.split("```json\n").nth(1).unwrap();
        Document::read(block.split("```").next().unwrap().as_bytes()).unwrap()
    }

    #[test]
    fn secrets_are_looked_up_for_what_is_set_alone_and_each_once() {
        let mut document = example();
        let connection: ArtifactId = "connection:ERP".parse().unwrap();
        let binding = ConnectionBinding {
            secrets: vec!["password".to_owned()],
            ..ConnectionBinding::default()
        };
        let bound = &mut document.bindings.connections;
        bound.insert(connection.clone(), binding.clone());
        bound.insert("connection:OTHER".parse().unwrap(), binding);
        assert!(named(&document, "b2").is_empty());
        let mut step = document.steps[0].clone();
        step.kind = StepKind::SetConnection;
        step.subject = connection.clone();
        document.steps.push(step.clone());
        document.steps.push(step);
        let found = named(&document, "b2");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (&found[0].of, found[0].name.as_str()),
            (&connection, "password")
        );
        assert_eq!(found[0].account, "waybill/b2/ERP/password");
    }
}
