//! `waybill secrets`.

use waybill_app::view::{CommandError, SecretStoreKind, SecretStoreView};

use super::{Session, store_kind, word};
use crate::arguments::SecretsVerb;
use crate::exit::Ending;
use crate::input;

pub async fn perform(session: &Session<'_>, verb: SecretsVerb) -> Result<Ending, CommandError> {
    let view = match verb {
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
