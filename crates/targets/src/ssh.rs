//! Connecting to an SSH server and signing in. A host key counts only when a person has confirmed it.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use russh::{
    MethodKind,
    client::{AuthResult, Config, Handle, Handler, KeyboardInteractiveAuthResponse},
    keys::{
        HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate,
        agent::{
            AgentIdentity,
            client::{AgentClient, AgentStream},
        },
        load_secret_key,
    },
};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

use crate::{Result, Stage, StageState, TargetError};

/// How long a server may take until it shows its host key, and again until it lets in.
const PATIENCE: Duration = Duration::from_secs(30);

/// After so long without a word, it is asked whether it is there; three questions without an answer end it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How to sign in to an SSH server.
#[derive(Clone)]
pub enum SshSignIn {
    /// With a password.
    Password(SecretString),
    /// With the file of a private key.
    Key {
        /// The file.
        file: PathBuf,
        /// What opens it, where it is encrypted.
        passphrase: Option<SecretString>,
    },
    /// With the keys of an agent of this computer: OpenSSH's, on Windows also Pageant.
    Agent {
        /// Its socket or pipe; else the usual one (`SSH_AUTH_SOCK`).
        socket: Option<PathBuf>,
    },
}

impl fmt::Debug for SshSignIn {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password(_) => out.write_str("Password(••••••)"),
            Self::Key { file, .. } => out
                .debug_struct("Key")
                .field("file", file)
                .finish_non_exhaustive(),
            Self::Agent { socket } => out.debug_struct("Agent").field("socket", socket).finish(),
        }
    }
}

/// A server, and how to get in.
#[derive(Clone, Debug)]
pub struct SshServer {
    /// Its name or address.
    pub host: String,
    /// Its port, mostly 22.
    pub port: u16,
    /// The user there.
    pub user: String,
    /// How the user signs in.
    pub sign_in: SshSignIn,
    /// The fingerprint of its host key (`SHA256:…`) that a person has confirmed.
    pub host_key: Option<String>,
}

type Told<'a> = &'a (dyn Fn(Stage) + Send + Sync);

impl SshServer {
    /// Connects and signs in, and tells `Connect` and `Sign in`. `title` is for errors.
    pub async fn connect(&self, title: &str, told: Told<'_>) -> Result<Handle<HostKey>> {
        let mut handle = stage(told, "Connect", self.reach(title).await)?;
        let signed_in = timeout(PATIENCE, self.sign_in(title, &mut handle))
            .await
            .unwrap_or_else(|_| Err(unreachable(title, "it did not answer the sign-in in time")));
        stage(told, "Sign in", signed_in)?;
        Ok(handle)
    }

    async fn reach(&self, title: &str) -> Result<Handle<HostKey>> {
        let config = Arc::new(Config {
            keepalive_interval: Some(KEEP_ALIVE),
            nodelay: true,
            ..Config::default()
        });
        let shown = Arc::new(Mutex::new(None));
        let asked = HostKey {
            confirmed: self.host_key.clone(),
            shown: Arc::clone(&shown),
        };
        let connecting = russh::client::connect(config, (self.host.as_str(), self.port), asked);
        let connected = timeout(PATIENCE, connecting).await;
        let shown = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match connected {
            Ok(Ok(handle)) => Ok(handle),
            Ok(Err(russh::Error::UnknownKey)) => {
                let (target, shown) = (title.to_owned(), shown.unwrap_or_default());
                Err(match self.host_key.clone() {
                    None => TargetError::HostKeyUnknown { target, shown },
                    Some(pinned) => TargetError::HostKeyChanged {
                        target,
                        pinned,
                        shown,
                    },
                })
            }
            Ok(Err(reason)) => Err(unreachable(title, &reason.to_string())),
            Err(_) => Err(unreachable(title, "it did not answer in time")),
        }
    }

    async fn sign_in(&self, title: &str, handle: &mut Handle<HostKey>) -> Result<()> {
        match &self.sign_in {
            SshSignIn::Password(password) => self.by_password(title, handle, password).await,
            SshSignIn::Key { file, passphrase } => {
                let key = self.key(title, file, passphrase.clone()).await?;
                let key = PrivateKeyWithHashAlg::new(Arc::new(key), rsa_hash(handle).await);
                let answer = handle.authenticate_publickey(&self.user, key).await;
                self.judge(title, answer, "it does not take the key")
            }
            SshSignIn::Agent { socket } => self.by_agent(title, handle, socket.as_deref()).await,
        }
    }

    /// Many servers ask for the password as the answer to a question.
    async fn by_password(
        &self,
        title: &str,
        handle: &mut Handle<HostKey>,
        password: &SecretString,
    ) -> Result<()> {
        let plain = handle
            .authenticate_password(&self.user, password.expose_secret())
            .await
            .map_err(|reason| unreachable(title, &reason.to_string()))?;
        let by_question = match plain {
            AuthResult::Success => return Ok(()),
            AuthResult::Failure {
                remaining_methods, ..
            } => remaining_methods.contains(&MethodKind::KeyboardInteractive),
        };
        // A server that ends the connection here has refused the password before.
        if by_question && self.answer(handle, password).await.unwrap_or(false) {
            return Ok(());
        }
        Err(self.not_in(title, "it does not take the password"))
    }

    /// Gives the password as the answer to questions. Says whether that lets in.
    async fn answer(
        &self,
        handle: &mut Handle<HostKey>,
        password: &SecretString,
    ) -> Result<bool, russh::Error> {
        let mut asked = handle
            .authenticate_keyboard_interactive_start(&self.user, None)
            .await?;
        for _ in 0..4 {
            let KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } = asked else {
                break;
            };
            // Only a question whose answer is not shown is one for the password.
            let answers = prompts
                .iter()
                .map(|prompt| {
                    if prompt.echo {
                        String::new()
                    } else {
                        password.expose_secret().to_owned()
                    }
                })
                .collect();
            asked = handle
                .authenticate_keyboard_interactive_respond(answers)
                .await?;
        }
        Ok(matches!(asked, KeyboardInteractiveAuthResponse::Success))
    }

    async fn key(
        &self,
        title: &str,
        file: &Path,
        passphrase: Option<SecretString>,
    ) -> Result<russh::keys::PrivateKey> {
        let (path, with) = (file.to_owned(), passphrase.is_some());
        // The key of a passphrase takes a moment of pure work.
        let opened = tokio::task::spawn_blocking(move || {
            load_secret_key(path, passphrase.as_ref().map(ExposeSecret::expose_secret))
        })
        .await;
        let unusable = |detail: String| TargetError::Unusable {
            what: "The key file",
            detail: format!("`{}` {detail}", file.display()),
        };
        match opened {
            Ok(Ok(key)) => Ok(key),
            Ok(Err(russh::keys::Error::KeyIsEncrypted)) => Err(self.not_in(
                title,
                "the key file is encrypted, and its passphrase is not known",
            )),
            Ok(Err(russh::keys::Error::IO(reason))) => {
                Err(unusable(format!("cannot be read ({reason})")))
            }
            _ if with => Err(self.not_in(title, "the passphrase does not open the key file")),
            _ => Err(unusable("holds no private key".to_owned())),
        }
    }

    async fn by_agent(
        &self,
        title: &str,
        handle: &mut Handle<HostKey>,
        socket: Option<&Path>,
    ) -> Result<()> {
        let mut agent = agent(socket)
            .await
            .map_err(|_| self.not_in(title, "no agent with keys runs on this computer"))?;
        let keys = agent
            .request_identities()
            .await
            .map_err(|_| self.not_in(title, "the agent does not tell its keys"))?;
        let (hash, count) = (rsa_hash(handle).await, keys.len());
        for key in keys {
            let AgentIdentity::PublicKey { key, .. } = key else {
                continue;
            };
            let answer = handle
                .authenticate_publickey_with(&self.user, key, hash, &mut agent)
                .await;
            if answer.is_ok_and(|answer| answer.success()) {
                return Ok(());
            }
        }
        Err(self.not_in(
            title,
            &format!("it takes none of the {count} keys of the agent"),
        ))
    }

    fn judge(
        &self,
        title: &str,
        answer: Result<AuthResult, russh::Error>,
        refused: &str,
    ) -> Result<()> {
        match answer {
            Ok(answer) if answer.success() => Ok(()),
            Ok(_) => Err(self.not_in(title, refused)),
            Err(reason) => Err(unreachable(title, &reason.to_string())),
        }
    }

    fn not_in(&self, title: &str, detail: &str) -> TargetError {
        TargetError::SignIn {
            target: title.to_owned(),
            user: self.user.clone(),
            detail: detail.to_owned(),
        }
    }
}

fn unreachable(title: &str, detail: &str) -> TargetError {
    TargetError::Unreachable {
        target: title.to_owned(),
        detail: detail.to_owned(),
    }
}

fn stage<T>(told: Told<'_>, name: &'static str, ended: Result<T>) -> Result<T> {
    told(Stage {
        name,
        state: if ended.is_ok() {
            StageState::Passed
        } else {
            StageState::Failed
        },
        words: ended
            .as_ref()
            .err()
            .map(ToString::to_string)
            .unwrap_or_default(),
    });
    ended
}

/// The hash for signatures of RSA keys: never SHA-1 where the server takes another.
async fn rsa_hash(handle: &Handle<HostKey>) -> Option<HashAlg> {
    handle
        .best_supported_rsa_hash()
        .await
        .ok()
        .flatten()
        .flatten()
}

type AnyAgent = AgentClient<Box<dyn AgentStream + Send + Unpin>>;

#[cfg(unix)]
async fn agent(socket: Option<&Path>) -> Result<AnyAgent, russh::keys::Error> {
    Ok(match socket {
        Some(socket) => AgentClient::connect_uds(socket).await?.dynamic(),
        None => AgentClient::connect_env().await?.dynamic(),
    })
}

#[cfg(windows)]
async fn agent(socket: Option<&Path>) -> Result<AnyAgent, russh::keys::Error> {
    let pipe = socket.unwrap_or_else(|| Path::new(r"\\.\pipe\openssh-ssh-agent"));
    match AgentClient::connect_named_pipe(pipe).await {
        Ok(agent) => Ok(agent.dynamic()),
        Err(_) => Ok(AgentClient::connect_pageant().await?.dynamic()),
    }
}

/// Takes the confirmed host key alone, and remembers which was shown.
pub struct HostKey {
    confirmed: Option<String>,
    shown: Arc<Mutex<Option<String>>>,
}

impl Handler for HostKey {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        let shown = match key {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.fingerprint(HashAlg::Sha256),
            PublicKeyOrCertificate::Certificate(certificate) => {
                certificate.public_key().fingerprint(HashAlg::Sha256)
            }
        }
        .to_string();
        let known = self.confirmed.as_deref().map(str::trim) == Some(shown.as_str());
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, process::Command};

    use russh::{
        MethodSet,
        server::{self, Auth, Response},
    };
    use tokio::net::TcpListener;

    use super::*;

    /// A server that knows one password, and asks for it in one of two ways.
    #[derive(Clone, Copy)]
    struct Keeper {
        by_question: bool,
    }

    impl server::Handler for Keeper {
        type Error = russh::Error;

        async fn auth_password(
            &mut self,
            user: &str,
            password: &str,
        ) -> Result<Auth, russh::Error> {
            let right = !self.by_question && (user, password) == ("anna", "nine tall masts");
            Ok(if right { Auth::Accept } else { Auth::reject() })
        }

        async fn auth_keyboard_interactive<'a>(
            &'a mut self,
            _user: &str,
            _submethods: &str,
            response: Option<Response<'a>>,
        ) -> Result<Auth, russh::Error> {
            let Some(mut answers) = response else {
                return Ok(Auth::Partial {
                    name: Cow::Borrowed(""),
                    instructions: Cow::Borrowed(""),
                    prompts: Cow::Owned(vec![(Cow::Borrowed("Password:"), false)]),
                });
            };
            let right = self.by_question
                && answers
                    .next()
                    .is_some_and(|answer| &*answer == b"nine tall masts");
            Ok(if right { Auth::Accept } else { Auth::reject() })
        }
    }

    async fn keeper(by_question: bool) -> SshServer {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("host");
        let made = Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&file)
            .status()
            .unwrap();
        assert!(made.success());
        let key = load_secret_key(&file, None).unwrap();
        let host_key = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let method = if by_question {
            MethodKind::KeyboardInteractive
        } else {
            MethodKind::Password
        };
        let config = Arc::new(server::Config {
            keys: vec![key],
            methods: MethodSet::from([method].as_slice()),
            auth_rejection_time: Duration::from_millis(1),
            ..server::Config::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(session) =
                    server::run_stream(Arc::clone(&config), stream, Keeper { by_question }).await
                {
                    tokio::spawn(session);
                }
            }
        });
        SshServer {
            host: "127.0.0.1".to_owned(),
            port,
            user: "anna".to_owned(),
            sign_in: SshSignIn::Password(SecretString::from("nine tall masts".to_owned())),
            host_key: Some(host_key),
        }
    }

    #[tokio::test]
    async fn a_password_is_given_in_both_ways_that_servers_ask_for_it() {
        for by_question in [false, true] {
            let server = keeper(by_question).await;
            server
                .connect("sftp://anna@keeper", &|_| {})
                .await
                .map(drop)
                .unwrap();
            let wrong = SshServer {
                sign_in: SshSignIn::Password(SecretString::from("nine short masts".to_owned())),
                ..server
            };
            let refused = wrong
                .connect("sftp://anna@keeper", &|_| {})
                .await
                .map(drop)
                .unwrap_err();
            assert!(matches!(refused, TargetError::SignIn { .. }), "{refused}");
            assert!(!format!("{refused} {wrong:?}").contains("masts"));
        }
    }
}
