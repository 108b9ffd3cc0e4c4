//! `waybill instance sign-in`, `sign-out`, `token`; and what `add` says about signing in.

use std::process::{Command, Stdio};

use secrecy::SecretString;
use serde_json::json;
use waybill_app::SignInTarget;
use waybill_app::view::{
    CommandError, KeyFile, RefreshTokenState, SecretInputs, SignInForm, SignInView,
};

use super::instance::named;
use super::{Session, word};
use crate::arguments::{AuthName, InstanceAdd};
use crate::exit::Ending;
use crate::input;

/// How the new instance signs in.
pub fn form(session: &Session<'_>, add: &InstanceAdd) -> SignInForm {
    let given = |value: &Option<String>| value.clone().unwrap_or_default();
    let (token_url, client_id) = (given(&add.token_url), given(&add.client_id));
    let (scope, user) = (given(&add.scope), given(&add.user));
    match add.auth {
        AuthName::ClientCredentials => SignInForm::ClientCredentials {
            token_url,
            client_id,
            scope,
        },
        AuthName::AuthorizationCode => SignInForm::AuthorizationCode {
            token_url,
            authorize_url: add.authorize_url.clone(),
            client_id,
            scope,
            redirect_port: add.redirect_port,
        },
        AuthName::Jwt => SignInForm::JwtAssertion {
            token_url,
            client_id,
            scope,
            user,
            key_id: add.key_id.clone(),
        },
        AuthName::Password => {
            session.output.notice(
                "The password of the user goes through Waybill and lies in the place for secrets. Whoever has it can do all that the user can. A browser, a signed assertion or client credentials are safer.",
            );
            SignInForm::Password {
                token_url,
                client_id,
                scope,
                user,
            }
        }
        AuthName::Basic => SignInForm::Basic { user },
    }
}

/// The secrets it signs in with, from standard input in the order the options are documented in, or
/// asked for on the terminal.
pub fn secrets(add: &InstanceAdd) -> Result<SecretInputs, CommandError> {
    let passphrase = add
        .key_passphrase_stdin
        .then(|| input::secret("passphrase of the key", true))
        .transpose()?;
    let password = matches!(add.auth, AuthName::Password | AuthName::Basic)
        .then(|| input::secret("password", add.secret_stdin))
        .transpose()?;
    let has_secret = add.auth != AuthName::Basic && !add.no_client_secret;
    let client_secret = has_secret
        .then(|| input::secret("client secret", add.secret_stdin))
        .transpose()?;
    Ok(SecretInputs {
        client_secret,
        password,
        key_file: add.key_file.as_ref().map(|path| KeyFile {
            path: path.display().to_string(),
            passphrase,
        }),
    })
}

/// A secret that was given in place of the kept one: the password where the sign-in has one, else the
/// client secret.
pub fn in_place(sign_in: &SignInForm, secret: Option<SecretString>) -> SecretInputs {
    match sign_in {
        SignInForm::Password { .. } | SignInForm::Basic { .. } => SecretInputs {
            password: secret,
            ..SecretInputs::default()
        },
        _ => SecretInputs {
            client_secret: secret,
            ..SecretInputs::default()
        },
    }
}

/// Signs in in the browser and waits for it.
pub async fn in_browser(
    session: &Session<'_>,
    name: &str,
    no_browser: bool,
) -> Result<Ending, CommandError> {
    let instance = named(session, name)?;
    let output = session.output.clone();
    let cancelling = session.app.clone();
    let open = move |address: &url::Url| {
        output.object("address", &json!({ "address": address.as_str() }));
        output.notice(&format!(
            "Sign in in the browser, at most five minutes from now:\n{address}"
        ));
        // On a machine without one the person opens the address elsewhere.
        if !no_browser && let Err(error) = browse(address.as_str()) {
            output.notice(&format!("The browser could not be opened: {error}."));
        }
        Ok(())
    };
    let signing_in = session.app.sign_in_browser(
        SignInTarget::Saved(instance.id.clone()),
        SecretInputs::default(),
        open,
    );
    tokio::pin!(signing_in);
    let view = tokio::select! {
        view = &mut signing_in => view?,
        _ = tokio::signal::ctrl_c() => {
            cancelling.sign_in_cancel();
            signing_in.await?
        }
    };
    session.output.result("signIn", &view, || {
        format!("Signed in to {}.\n{}", instance.name, describe(&view))
    });
    Ok(Ending::Done)
}

/// Forgets tokens.
pub async fn out(session: &Session<'_>, name: &str) -> Result<Ending, CommandError> {
    let instance = named(session, name)?;
    let view = session.app.sign_out(&instance.id).await?;
    session.output.result("signIn", &view, || {
        format!("The tokens of {} are forgotten.", instance.name)
    });
    Ok(Ending::Done)
}

/// Shows what is known of the sign-in; gets a token where there is none.
pub async fn token(
    session: &Session<'_>,
    name: &str,
    secret_stdin: bool,
) -> Result<Ending, CommandError> {
    let instance = named(session, name)?;
    if secret_stdin {
        let secret = input::secret("client secret or password", true)?;
        session
            .app
            .instance_secret_for_session(&instance.id, secret)?;
    }
    let view = session.app.instance_sign_in_now(&instance.id).await?;
    session.output.result("signIn", &view, || describe(&view));
    Ok(Ending::Done)
}

fn describe(view: &SignInView) -> String {
    let or_dash = |text: Option<&String>| text.cloned().unwrap_or_else(|| "-".to_owned());
    let renewal = match (view.can_renew, view.refresh_token) {
        (true, RefreshTokenState::Kept) => "by itself, with a refresh token",
        (true, RefreshTokenState::None) => "by itself",
        (false, _) => "no: somebody has to sign in again",
    };
    [
        format!("sign-in     {}", word(&view.kind)),
        format!("in name of  {}", or_dash(view.subject.as_ref())),
        format!("issued      {}", or_dash(view.issued_at.as_ref())),
        format!("ends        {}", or_dash(view.expires_at.as_ref())),
        format!("scopes      {}", view.scopes.join(" ")),
        format!("renewed     {renewal}"),
    ]
    .join("\n")
}

/// Hands the address to the browser of this computer.
fn browse(address: &str) -> std::io::Result<()> {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(target_os = "windows") {
        // Not `start`: the shell would take the `&` of the address for its own.
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
}
