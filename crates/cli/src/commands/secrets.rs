//! `waybill secrets`.

use serde_json::json;
use waybill_app::view::{CommandError, SecretStoreKind, SecretStoreView};

use super::{Session, named, store_kind, word};
use crate::arguments::SecretsVerb;
use crate::exit::Ending;
use crate::input;

pub async fn perform(session: &Session<'_>, verb: SecretsVerb) -> Result<Ending, CommandError> {
    let view = match verb {
        SecretsVerb::Set {
            to,
            connection,
            name,
        } => return set(session, &to, &connection, &name).await,
        SecretsVerb::Status => session.app.secrets_status().await?,
        SecretsVerb::Choose { place } => {
            let kind = store_kind(place);
            let passphrase = (kind == SecretStoreKind::EncryptedFile)
                .then(|| input::secret("new passphrase of the secrets file", !atty()))
                .transpose()?;
            session.app.secrets_choose(kind, passphrase).await?
        }
    };
    session.output.result("secrets", &view, || describe(&view));
    Ok(Ending::Done)
}

/// Keeps a secret of a connection of a destination. It comes through standard input, never through
/// arguments.
async fn set(
    session: &Session<'_>,
    to: &str,
    connection: &str,
    name: &str,
) -> Result<Ending, CommandError> {
    let to = named(session, to)?;
    let connection = super::enter::connection(connection)?;
    let secret = input::secret(&format!("{name} of {}", connection.code), !atty())?;
    let known = session
        .app
        .connection_secret_set(&to.id, &connection, name, secret)
        .await?;
    let kept =
        json!({ "instance": to.name, "connection": connection, "name": name, "known": known });
    session.output.result("secret", &kept, || {
        let mut text = format!("Kept: {name} of `{}` in {}.", connection.code, to.name);
        if !known {
            text.push_str(
                " No instance of this computer is known to have the connection: look whether its code and the name of the secret are right.",
            );
        }
        text
    });
    Ok(Ending::Done)
}

fn atty() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdin())
}

fn describe(view: &SecretStoreView) -> String {
    let chosen = view
        .chosen
        .map_or_else(|| "nothing chosen yet".to_owned(), |kind| word(&kind));
    let state = if view.open { "open" } else { "closed" };
    format!(
        "Secrets: {chosen}, {state}. Keychain of this computer: {}.",
        word(&view.keychain)
    )
}
