//! What a person can do about a sign-in: sign in in the browser, look at it, sign out.

use std::io;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use waybill_client::{BrowserSignIn, Client};

use super::super::remedies;
use super::super::secrets::InstanceSecrets;
use super::listener::{Brought, Listener};
use crate::secrets::Slot;
use crate::settings::StoredInstance;
use crate::view::{
    CommandError, ErrorCode, InstanceForm, RefreshTokenState, SecretInputs, SecretPlace,
    SignInForm, SignInKind, SignInView,
};
use crate::{AppEvent, Waybill};

/// How long a person has in the browser.
const PATIENCE: Duration = Duration::from_mins(5);

/// Whom to sign in to.
#[derive(Clone, Debug)]
pub enum SignInTarget {
    /// A saved instance, by id or name.
    Saved(String),
    /// A form that may not be saved yet. What the sign-in gives is kept when it is.
    Form(Box<InstanceForm>),
}

impl Waybill {
    /// Signs in in the browser: `open` is handed the address of the identity domain and opens it; the
    /// answer is waited for, at most five minutes. One sign-in at a time: a new one gives up the one
    /// before.
    ///
    /// # Errors
    /// `BadInput` with `context.field`: `signIn` for an instance that signs in otherwise,
    /// `redirectPort` for a port that is taken; `Cancelled`; `TimedOut`; `SignInRefused`; the failures
    /// of `open` as `NotOffered`, with the address in `context.address`.
    pub async fn sign_in_browser(
        &self,
        target: SignInTarget,
        secrets: impl Into<SecretInputs>,
        open: impl FnOnce(&Url) -> Result<(), String> + Send,
    ) -> Result<SignInView, CommandError> {
        let stored = self.shared.settings.read();
        let (draft, saved) = match target {
            SignInTarget::Saved(id) => {
                let saved = self.stored_instance(&id)?;
                (self.located(&saved)?, Some(saved))
            }
            SignInTarget::Form(form) => {
                let before = form.id.as_deref().and_then(|id| stored.instance(id));
                let draft = self.draft(&form, before, &stored).await?;
                let saved = before.filter(|before| before.sign_in == draft.sign_in);
                (draft, saved.cloned())
            }
        };
        let SignInForm::AuthorizationCode {
            token_url,
            authorize_url,
            client_id,
            scope,
            redirect_port,
        } = &draft.sign_in
        else {
            return Err(CommandError::field(
                "signIn",
                format!("`{}` does not sign in in the browser.", draft.name),
            )
            .guide("Choose Authorization code as the sign-in of the instance."));
        };
        let entered = InstanceSecrets::entered(secrets.into(), &draft.sign_in).await?;
        let secrets = match stored.instance(&draft.id) {
            Some(_) => entered.or(self.kept_secrets(&draft).await?),
            None => entered,
        };
        let fallback = stored.view().proxy;
        let client = self.client_for_test(&draft, &secrets, fallback.as_deref())?;
        let cancelled = self.shared.browser.begin();
        let client = client.with_cancellation(cancelled.clone());

        let listener = Listener::bind(*redirect_port)
            .await
            .map_err(|source| port_failed(*redirect_port, &source))?;
        let redirect = listener.redirect().map_err(CommandError::internal)?;
        let authorize = authorize_address(token_url, authorize_url.as_deref())?;
        let journey =
            std::sync::Arc::new(BrowserSignIn::new(&authorize, client_id, scope, redirect)?);
        open(journey.address()).map_err(|reason| {
            CommandError::new(
                ErrorCode::NotOffered,
                format!(
                    "The browser could not be opened: {}.",
                    reason.trim_end_matches('.')
                ),
            )
            .guide("Choose a browser as the standard one of this computer, then sign in again.")
            .with("address", journey.address())
        })?;
        let checked = std::sync::Arc::clone(&journey);
        let waiting = listener.answer(move |state| checked.is_answered_by(state));
        let brought = tokio::select! {
            brought = waiting => brought.map_err(|source| port_failed(*redirect_port, &source))?,
            () = cancelled.cancelled() => return Err(given_up()),
            () = tokio::time::sleep(PATIENCE) => return Err(too_late(&draft)),
        };
        let code = match brought {
            Brought::Code(code) => code,
            Brought::Refusal { code, words } => return Err(refused(&draft, &code, words)),
        };
        self.finish(&draft, saved.as_ref(), client, &journey, code)
            .await
    }

    async fn finish(
        &self,
        draft: &StoredInstance,
        saved: Option<&StoredInstance>,
        client: Client,
        journey: &BrowserSignIn,
        code: SecretString,
    ) -> Result<SignInView, CommandError> {
        client
            .finish_sign_in(journey, code)
            .await
            .map_err(|error| {
                let remedy = remedies::remedy(crate::view::StageName::SignIn, &error, draft);
                CommandError::from(error).guide(remedy)
            })?;
        self.shared.browser.remember(&draft.sign_in, client.clone());
        if let Some(saved) = saved {
            // The client in use has the token of somebody else, or none.
            self.shared.clients.forget(&saved.id);
            self.audit("signed in in the browser", &saved.name)?;
        }
        self.tell(AppEvent::InstancesChanged);
        let current = saved.map_or_else(
            || Ok(draft.clone()),
            |saved| self.stored_instance(&saved.id),
        )?;
        Ok(self.view_of_sign_in(&current, Some(&client)))
    }

    /// Gives up the sign-in under way.
    pub fn sign_in_cancel(&self) {
        self.shared.browser.cancel();
    }

    /// Forgets the tokens of an instance. What was entered for it (client secret, password, key)
    /// stays.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` while a run of it is under way; the failures of the place
    /// for secrets.
    pub async fn sign_out(&self, id: &str) -> Result<SignInView, CommandError> {
        let instance = self.stored_instance(id)?;
        self.refuse_while_running(&instance)?;
        self.kept_tokens(&instance)
            .keep(None)
            .await
            .map_err(|failure| {
                CommandError::new(
                    ErrorCode::SecretsLocked,
                    format!(
                        "The refresh token of `{}` was not removed: {failure}.",
                        instance.name
                    ),
                )
                .guide("Unlock the place for secrets under Settings, then sign out again.")
            })?;
        self.shared.browser.forget(&instance.sign_in);
        self.shared.clients.forget(&instance.id);
        self.audit("signed out", &instance.name)?;
        self.tell(AppEvent::InstancesChanged);
        self.instance_sign_in_view(id)
    }

    /// What is known of the sign-in of an instance. Sends nothing.
    ///
    /// # Errors
    /// `UnknownSubject`.
    pub fn instance_sign_in_view(&self, id: &str) -> Result<SignInView, CommandError> {
        let instance = self.stored_instance(id)?;
        let client = self.client_in_use(&instance.id);
        let client = client.or_else(|| self.shared.browser.client(&instance.sign_in));
        Ok(self.view_of_sign_in(&instance, client.as_ref()))
    }

    /// Gets a token if there is none, and tells what is known of it.
    ///
    /// # Errors
    /// As any call to the instance; `SignInNeeded` where somebody has to sign in in the browser.
    pub async fn instance_sign_in_now(&self, id: &str) -> Result<SignInView, CommandError> {
        let instance = self.stored_instance(id)?;
        let client = self.client_of(&instance).await?;
        client.sign_in_now().await?;
        let instance = self.stored_instance(id)?;
        Ok(self.view_of_sign_in(&instance, Some(&client)))
    }

    fn view_of_sign_in(&self, instance: &StoredInstance, client: Option<&Client>) -> SignInView {
        let life = client
            .filter(|_| instance.sign_in.kind() != SignInKind::Basic)
            .and_then(Client::token_life);
        let is_kept = self.place_of(instance, Slot::RefreshToken) != SecretPlace::Missing
            || self
                .shared
                .browser
                .refresh_token(&instance.sign_in)
                .is_some();
        let through_browser = instance.sign_in.kind() == SignInKind::AuthorizationCode;
        SignInView {
            kind: instance.sign_in.kind(),
            issued_at: life
                .as_ref()
                .and_then(|life| life.issued_at)
                .map(|at| format!("{at:.0}")),
            expires_at: life
                .as_ref()
                .and_then(|life| life.expires_at)
                .map(|at| format!("{at:.0}")),
            subject: life.as_ref().and_then(|life| life.subject.clone()),
            scopes: life.map(|life| life.scopes).unwrap_or_default(),
            can_renew: is_kept || !through_browser,
            refresh_token: if is_kept {
                RefreshTokenState::Kept
            } else {
                RefreshTokenState::None
            },
            needs_browser: self.needs_browser(instance),
        }
    }
}

/// Where the browser goes: as given, else beside the token endpoint (documented:
/// `/oauth2/v1/authorize` beside `/oauth2/v1/token`).
fn authorize_address(token_url: &str, authorize_url: Option<&str>) -> Result<Url, CommandError> {
    let parsed = |text: &str, field: &str| {
        Url::parse(text).map_err(|reason| {
            CommandError::field(field, format!("The address cannot be used: {reason}."))
        })
    };
    match authorize_url {
        Some(text) => parsed(text, "authorizeUrl"),
        None => parsed(token_url, "tokenUrl")?
            .join("authorize")
            .map_err(CommandError::internal),
    }
}

fn port_failed(port: u16, source: &io::Error) -> CommandError {
    let why = match source.kind() {
        io::ErrorKind::AddrInUse => "another program has it".to_owned(),
        _ => source.to_string(),
    };
    CommandError::field(
        "redirectPort",
        format!("Waybill cannot use port {port} of this computer, to which the browser comes back: {why}."),
    )
    .guide("End the program that has the port. Or choose another port in the instance, and register the redirect URL with it in the application.")
}

fn given_up() -> CommandError {
    CommandError::new(
        ErrorCode::Cancelled,
        "The sign-in in the browser was cancelled.",
    )
}

fn too_late(draft: &StoredInstance) -> CommandError {
    CommandError::new(
        ErrorCode::TimedOut,
        "The browser did not come back within 5 minutes.",
    )
    .guide(format!(
        "Sign in again. If the browser showed an error about the redirect URL: {}",
        remedies::redirect(draft)
    ))
}

fn refused(draft: &StoredInstance, code: &str, words: Option<String>) -> CommandError {
    let said = words.map_or_else(String::new, |words| {
        format!(
            " The identity domain says: {}.",
            words.trim_end_matches('.')
        )
    });
    let (error, message, guidance) = match code {
        "access_denied" => (
            ErrorCode::SignInRefused,
            "The sign-in was refused in the browser.",
            "Sign in again as a user who may use this application, and agree to what it asks for.".to_owned(),
        ),
        "invalid_scope" => (
            ErrorCode::ScopeRefused,
            "The identity domain refused the scope.",
            "Compare the scope with the one of the application; it ends in `/ic/api/`. Refresh token has to be ticked under Allowed grant types too.".to_owned(),
        ),
        "unauthorized_client" | "unsupported_response_type" => (
            ErrorCode::SignInRefused,
            "The application is not allowed to sign in with an authorization code.",
            remedies::redirect(draft),
        ),
        _ => (
            ErrorCode::SignInRefused,
            "The identity domain refused the sign-in.",
            "Sign in again; if it stays, give the words of the identity domain to its administrator.".to_owned(),
        ),
    };
    CommandError::new(error, format!("{message}{said}"))
        .guide(guidance)
        .with("reason", code)
        .with("instance", &draft.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_goes_beside_the_token_endpoint_unless_told_otherwise() {
        let token = "https://idcs-1.identity.oraclecloud.com/oauth2/v1/token";
        assert_eq!(
            authorize_address(token, None).unwrap().as_str(),
            "https://idcs-1.identity.oraclecloud.com/oauth2/v1/authorize"
        );
        assert_eq!(
            authorize_address(token, Some("https://sso.acme.com/auth"))
                .unwrap()
                .as_str(),
            "https://sso.acme.com/auth"
        );
    }
}
