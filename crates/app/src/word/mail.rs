//! One mail server: stage by stage, so that what fails has a name.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::fault::{Fault, PATIENCE, Stages, chain, hushed};
use crate::view::{CommandError, MailForm, MailSecurity, WordStageName as Stage};

/// A server that does not take a connection within this time is not there.
const CONNECT: Duration = Duration::from_secs(10);

/// A mail server, with what is needed to speak to it.
pub(super) struct MailServer<'a> {
    pub form: &'a MailForm,
    pub password: Option<SecretString>,
    pub ca_file: Option<&'a Path>,
}

/// A mail to send.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    /// The same for each try, so that receivers can tell a copy.
    pub id: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub at: Timestamp,
}

impl MailServer<'_> {
    /// Sends a mail, telling of each stage.
    pub(super) async fn send(&self, mail: &Mail, stages: &mut Stages<'_>) -> Result<(), Fault> {
        let message = self.message(mail)?;
        let mut connection = self.connect(stages).await?;
        self.sign_in(&mut connection, stages).await?;
        let (envelope, bytes) = (message.envelope(), message.formatted());
        let sent = within(Stage::Accepted, connection.send(envelope, &bytes)).await?;
        let answer = sent.map_err(|error| self.refused(&error))?;
        let words: Vec<&str> = answer.message().collect();
        let words = hushed(&words.join(" "), &self.secrets());
        stages.passed(
            Stage::Accepted,
            format!(
                "The server took it for {}. It says: {words}",
                mail.to.join(", ")
            ),
        );
        // It is sent; whether the good-bye is answered does not matter.
        let _ = timeout(CONNECT, connection.quit()).await;
        Ok(())
    }

    fn secrets(&self) -> Vec<&SecretString> {
        self.password.iter().collect()
    }

    fn message(&self, mail: &Mail) -> Result<Message, Fault> {
        let wrong = |what: &str, text: &str| {
            Fault::at(
                Stage::Accepted,
                format!("`{text}` is no mail address ({what})."),
            )
            .remedy("Correct it under Settings, Notifications.")
            .lasting()
        };
        let from: Mailbox = self
            .form
            .from
            .parse()
            .map_err(|_| wrong("sender", &self.form.from))?;
        let mut builder = Message::builder()
            .from(from)
            .subject(&mail.subject)
            .message_id(Some(format!("<{}@waybill>", mail.id)))
            .date(mail.at.into())
            .header(ContentType::TEXT_PLAIN);
        for to in &mail.to {
            builder = builder.to(to.parse().map_err(|_| wrong("recipient", to))?);
        }
        builder.body(mail.text.clone()).map_err(|error| {
            Fault::at(
                Stage::Accepted,
                format!("The mail could not be written: {error}."),
            )
            .lasting()
        })
    }

    async fn connect(&self, stages: &mut Stages<'_>) -> Result<AsyncSmtpConnection, Fault> {
        let MailForm {
            host,
            port,
            security,
            ..
        } = self.form;
        let addresses = self.reach().await?;
        stages.passed(Stage::Address, format!("`{host}` answers on port {port}."));
        let server = (host.as_str(), *port);
        let hello = ClientId::default();
        let open = |tls| {
            let hello = &hello;
            async move {
                let opening =
                    AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), hello, tls, None);
                within(Stage::Tls, opening).await
            }
        };
        match security {
            MailSecurity::None => {
                if !addresses.iter().all(|address| address.ip().is_loopback()) {
                    return Err(Fault::at(
                        Stage::Tls,
                        format!(
                            "`{host}` is another computer, and mail goes there encrypted alone."
                        ),
                    )
                    .remedy("Choose TLS or STARTTLS."));
                }
                let connection = open(None)
                    .await?
                    .map_err(|error| self.no_greeting(&error))?;
                stages.passed(Stage::Tls, "Not needed: the server is on this computer.");
                Ok(connection)
            }
            MailSecurity::Tls => {
                let parameters = self.trust().await?;
                let connection = open(Some(parameters))
                    .await?
                    .map_err(|error| self.untrusted(&error))?;
                stages.passed(
                    Stage::Tls,
                    format!("Encrypted, and the certificate is that of `{host}`."),
                );
                Ok(connection)
            }
            MailSecurity::StartTls => {
                let parameters = self.trust().await?;
                let mut connection = open(None)
                    .await?
                    .map_err(|error| self.no_greeting(&error))?;
                if !connection.can_starttls() {
                    return Err(Fault::at(
                        Stage::Tls,
                        format!("`{host}` offers no STARTTLS on port {port}."),
                    )
                    .remedy(
                        "Choose TLS, usually with port 465, or ask who runs the mail server.",
                    ));
                }
                let upgrade = connection.starttls(parameters, &hello);
                within(Stage::Tls, upgrade)
                    .await?
                    .map_err(|error| self.untrusted(&error))?;
                stages.passed(
                    Stage::Tls,
                    format!("Encrypted by STARTTLS, and the certificate is that of `{host}`."),
                );
                Ok(connection)
            }
        }
    }

    /// Looks whether anything answers there.
    async fn reach(&self) -> Result<Vec<SocketAddr>, Fault> {
        let MailForm { host, port, .. } = self.form;
        let found = tokio::net::lookup_host((host.as_str(), *port));
        let addresses: Vec<SocketAddr> = match within(Stage::Address, found).await? {
            Ok(found) => found.collect(),
            Err(_) => Vec::new(),
        };
        if addresses.is_empty() {
            return Err(Fault::at(
                Stage::Address,
                format!("There is no computer with the name `{host}`."),
            )
            .remedy("Check the name of the mail server, and the network."));
        }
        let tried = timeout(CONNECT, tokio::net::TcpStream::connect(&addresses[..])).await;
        if let Ok(Ok(_)) = tried {
            return Ok(addresses);
        }
        Err(Fault::at(
            Stage::Address,
            format!("`{host}` does not answer on port {port}."),
        )
        .remedy("Check the port: 465 for TLS, 587 for STARTTLS. A firewall may be in between."))
    }

    /// What is trusted: what this computer trusts, and the certificates of the file.
    async fn trust(&self) -> Result<TlsParameters, Fault> {
        let mut builder = TlsParameters::builder(self.form.host.clone());
        if let Some(path) = self.ca_file {
            let unusable = |why: String| {
                Fault::at(
                    Stage::Tls,
                    format!("The CA file `{}` cannot be used: {why}.", path.display()),
                )
                .remedy("Name a file with lines that begin with -----BEGIN CERTIFICATE-----.")
            };
            let bytes = tokio::fs::read(path)
                .await
                .map_err(|error| unusable(CommandError::internal(error).message))?;
            let certificate =
                Certificate::from_pem(&bytes).map_err(|_| unusable("it is damaged".to_owned()))?;
            builder = builder.add_root_certificate(certificate);
        }
        builder.build().map_err(|error| self.untrusted(&error))
    }

    async fn sign_in(
        &self,
        connection: &mut AsyncSmtpConnection,
        stages: &mut Stages<'_>,
    ) -> Result<(), Fault> {
        let Some(user) = self.form.user.as_deref().filter(|user| !user.is_empty()) else {
            stages.passed(Stage::SignIn, "No sign-in is set.");
            return Ok(());
        };
        let Some(password) = &self.password else {
            return Err(
                Fault::at(Stage::SignIn, format!("There is no password for `{user}`.")).remedy(
                    "Enter it under Settings, Notifications, or unlock the place for secrets.",
                ),
            );
        };
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        if connection
            .server_info()
            .get_auth_mechanism(&mechanisms)
            .is_none()
        {
            return Err(Fault::at(
                Stage::SignIn,
                format!("`{}` takes no sign-in with a password.", self.form.host),
            )
            .remedy(
                "Leave the user empty, or ask who runs the mail server which sign-in it takes.",
            ));
        }
        let credentials = Credentials::new(user.to_owned(), password.expose_secret().to_owned());
        within(Stage::SignIn, connection.auth(&mechanisms, &credentials))
            .await?
            .map_err(|error| {
                Fault::at(
                Stage::SignIn,
                format!(
                    "The server refused the sign-in of `{user}`: {}.",
                    chain(&error, &self.secrets())
                ),
            )
            .remedy(
                "Check user and password. Some providers want a password of its own for programs.",
            )
            })?;
        stages.passed(Stage::SignIn, format!("Signed in as `{user}`."));
        Ok(())
    }

    fn no_greeting(&self, error: &lettre::transport::smtp::Error) -> Fault {
        let MailForm { host, port, .. } = self.form;
        Fault::at(
            Stage::Tls,
            format!(
                "What answers at `{host}` on port {port} does not greet like a mail server: {}.",
                chain(error, &self.secrets())
            ),
        )
        .remedy("Choose TLS where the port is 465, STARTTLS where it is 587.")
    }

    fn untrusted(&self, error: &lettre::transport::smtp::Error) -> Fault {
        let host = &self.form.host;
        let words = waybill_client::tls_problem(error, host).map_or_else(
            || {
                format!(
                    "No encrypted connection to `{host}` came about: {}.",
                    chain(error, &self.secrets())
                )
            },
            |words| format!("No encrypted connection to `{host}` came about: {words}."),
        );
        Fault::at(Stage::Tls, words).remedy(
            "Check the port and the kind of encryption. Where the company has an authority of its own, name its CA file.",
        )
    }

    /// The server did not take the message.
    fn refused(&self, error: &lettre::transport::smtp::Error) -> Fault {
        let words = chain(error, &self.secrets());
        let fault = Fault::at(
            Stage::Accepted,
            format!("The mail server did not take the mail: {words}."),
        )
        .remedy("Check sender and recipients. Some servers only take mail from the address that signed in.");
        if error.is_permanent() {
            fault.lasting()
        } else {
            fault
        }
    }
}

async fn within<T>(stage: Stage, work: impl Future<Output = T>) -> Result<T, Fault> {
    timeout(PATIENCE, work).await.map_err(|_| {
        Fault::at(stage, "The server does not answer any more.")
            .remedy("Try again later; it may be too busy, or a firewall holds the answers back.")
    })
}
