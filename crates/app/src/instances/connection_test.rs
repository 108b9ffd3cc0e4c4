//! The connection test: six stages in order, each told as it begins and ends. The first that fails
//! ends the test; its cause is in plain words, its remedy in steps.

use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use waybill_client::{Client, Error, ErrorKind, Reach};
use waybill_model::{Generation, Scope};

use super::remedies::remedy;
use crate::errors::{exchange_view, sentence};
use crate::open::Clock;
use crate::settings::StoredInstance;
use crate::view::{
    CommandError, ErrorCode, SignInKind, StageName, StageState, TestReport, TestStage,
};

const ORDER: [StageName; 6] = [
    StageName::Address,
    StageName::Tls,
    StageName::SignIn,
    StageName::InstanceName,
    StageName::Rights,
    StageName::OneRead,
];

/// Runs the test.
///
/// # Errors
/// `Cancelled` alone; whatever else goes wrong stands in the report.
pub(super) async fn run(
    instance: &StoredInstance,
    client: Result<Client, CommandError>,
    clock: &Clock,
    cancelled: &CancellationToken,
    on_stage: &(impl Fn(&TestStage) + Send + Sync),
) -> Result<TestReport, CommandError> {
    let mut test = Test {
        instance,
        on_stage,
        stages: ORDER.map(waiting),
    };
    match test.walk(client, cancelled).await {
        Ok(()) => {}
        Err(Stop::Failed) => test.skip_the_rest(),
        Err(Stop::Cancelled) => {
            return Err(CommandError::new(
                ErrorCode::Cancelled,
                "The connection test was cancelled.",
            ));
        }
    }
    Ok(TestReport {
        passed: !test
            .stages
            .iter()
            .any(|stage| stage.state == StageState::Failed),
        stages: test.stages.to_vec(),
        at: clock.now().to_string(),
    })
}

/// Why the test does not go on.
enum Stop {
    Failed,
    Cancelled,
}

struct Test<'a, F> {
    instance: &'a StoredInstance,
    on_stage: &'a F,
    stages: [TestStage; 6],
}

impl<F: Fn(&TestStage) + Send + Sync> Test<'_, F> {
    async fn walk(
        &mut self,
        made: Result<Client, CommandError>,
        cancelled: &CancellationToken,
    ) -> Result<(), Stop> {
        self.begin(StageName::Address, "Looking for the host");
        let client = match made {
            Ok(client) => client.with_cancellation(cancelled.clone()),
            Err(why) => {
                self.end(
                    StageName::Address,
                    StageState::Failed,
                    None,
                    why.message,
                    Some(
                        "Correct the field of the form that is named here, then test again."
                            .to_owned(),
                    ),
                );
                return Err(Stop::Failed);
            }
        };
        self.reach(&client).await?;
        self.sign_in(&client).await?;
        self.ask(&client).await?;
        self.read(&client).await
    }

    /// Address and TLS: one way to the host.
    async fn reach(&mut self, client: &Client) -> Result<(), Stop> {
        let begun = Instant::now();
        match client.reach().await {
            Ok(reach) => {
                let took = (reach.resolve + reach.connect).max(Duration::from_millis(1));
                self.end(
                    StageName::Address,
                    StageState::Passed,
                    Some(took),
                    found(&reach),
                    None,
                );
                self.begin(StageName::Tls, "Looking at the certificate");
                match &reach.certificate {
                    Some(certificate) => self.end(
                        StageName::Tls,
                        StageState::Passed,
                        reach.handshake,
                        format!(
                            "Certificate of {}, ends {}",
                            organisation(&certificate.issuer),
                            certificate
                                .not_after
                                .to_zoned(TimeZone::UTC)
                                .strftime("%-d %b %Y")
                        ),
                        None,
                    ),
                    None => self.end(
                        StageName::Tls,
                        StageState::Skipped,
                        None,
                        "On this computer; no certificate is needed".to_owned(),
                        None,
                    ),
                }
                Ok(())
            }
            Err(error) => {
                let at_tls = matches!(error.kind(), ErrorKind::Tls(_))
                    || error.cause().contains("TLS handshake");
                if at_tls {
                    self.end(
                        StageName::Address,
                        StageState::Passed,
                        None,
                        format!("{} found", self.host()),
                        None,
                    );
                    self.begin(StageName::Tls, "Looking at the certificate");
                    Err(self.fail(StageName::Tls, &error, begun))
                } else {
                    Err(self.fail(StageName::Address, &error, begun))
                }
            }
        }
    }

    async fn sign_in(&mut self, client: &Client) -> Result<(), Stop> {
        self.begin(StageName::SignIn, "Signing in");
        let begun = Instant::now();
        let detail = match client.sign_in_now().await {
            Ok(life) => match life.expires_in {
                Some(left) if life.can_renew => {
                    format!("Token for {}, renewed by itself", in_words(left))
                }
                Some(left) => format!(
                    "Token for {}; after that somebody has to sign in again, for the identity domain gave no refresh token",
                    in_words(left)
                ),
                None => "The password is accepted".to_owned(),
            },
            // With user and password, signing in is a first read; that it is forbidden is a matter
            // of rights, and a later stage says so.
            Err(error) if self.is_basic() && *error.kind() == ErrorKind::Forbidden => {
                "The password is accepted".to_owned()
            }
            Err(error) => return Err(self.fail(StageName::SignIn, &error, begun)),
        };
        self.end(
            StageName::SignIn,
            StageState::Passed,
            Some(begun.elapsed()),
            detail,
            None,
        );
        Ok(())
    }

    /// Instance name and rights: one call that needs both.
    async fn ask(&mut self, client: &Client) -> Result<(), Stop> {
        self.begin(StageName::InstanceName, "Asking for the instance");
        let begun = Instant::now();
        let answer = client.packages().await;
        let rights = match answer {
            Ok(_) => Ok(()),
            Err(error) if is_about_rights(error.kind()) => Err(error),
            Err(error) => return Err(self.fail(StageName::InstanceName, &error, begun)),
        };
        let named = match (&self.instance.instance_name, self.instance.generation) {
            (Some(name), Generation::Oic3) => format!("{name} answers"),
            _ => "One instance per host; no name is needed".to_owned(),
        };
        match &rights {
            // A service that refuses the token says nothing of the instance.
            Err(error) if *error.kind() == ErrorKind::Unauthorised => self.end(
                StageName::InstanceName,
                StageState::Skipped,
                None,
                "Not told: the sign-in was refused first".to_owned(),
                None,
            ),
            _ => self.end(
                StageName::InstanceName,
                StageState::Passed,
                Some(begun.elapsed()),
                named,
                None,
            ),
        }
        self.begin(StageName::Rights, "Looking at the rights");
        match rights {
            Ok(()) => {
                self.end(
                    StageName::Rights,
                    StageState::Passed,
                    Some(begun.elapsed()),
                    "May read designs".to_owned(),
                    None,
                );
                Ok(())
            }
            Err(error) => Err(self.fail(StageName::Rights, &error, begun)),
        }
    }

    async fn read(&mut self, client: &Client) -> Result<(), Stop> {
        self.begin(StageName::OneRead, "Listing the integrations");
        let begun = Instant::now();
        match client.integrations(&Scope::Global).await {
            Ok(integrations) => {
                let detail = match integrations.len() {
                    0 => "The list of integrations is empty".to_owned(),
                    1 => "1 integration listed".to_owned(),
                    count => format!("{count} integrations listed"),
                };
                self.end(
                    StageName::OneRead,
                    StageState::Passed,
                    Some(begun.elapsed()),
                    detail,
                    None,
                );
                Ok(())
            }
            Err(error) => Err(self.fail(StageName::OneRead, &error, begun)),
        }
    }

    fn begin(&mut self, stage: StageName, detail: &str) {
        self.end(stage, StageState::Running, None, detail.to_owned(), None);
    }

    fn end(
        &mut self,
        stage: StageName,
        standing: StageState,
        took: Option<Duration>,
        detail: String,
        remedy: Option<String>,
    ) {
        self.put(TestStage {
            stage,
            state: standing,
            took_ms: took.map(milliseconds),
            detail,
            remedy,
            exchange: None,
            needs_browser: false,
        });
    }

    fn fail(&mut self, stage: StageName, error: &Error, begun: Instant) -> Stop {
        if *error.kind() == ErrorKind::Cancelled {
            return Stop::Cancelled;
        }
        self.put(TestStage {
            stage,
            state: StageState::Failed,
            took_ms: Some(milliseconds(begun.elapsed())),
            detail: what_failed(stage, error, self.instance),
            remedy: Some(remedy(stage, error, self.instance)),
            exchange: error.exchange().map(exchange_view),
            needs_browser: *error.kind() == ErrorKind::SignInExpired,
        });
        Stop::Failed
    }

    fn skip_the_rest(&mut self) {
        for index in 0..self.stages.len() {
            if matches!(
                self.stages[index].state,
                StageState::Waiting | StageState::Running
            ) {
                let stage = self.stages[index].stage;
                self.end(
                    stage,
                    StageState::Skipped,
                    None,
                    "Runs when the stages before it pass".to_owned(),
                    None,
                );
            }
        }
    }

    fn put(&mut self, stage: TestStage) {
        (self.on_stage)(&stage);
        if let Some(place) = ORDER.iter().position(|name| *name == stage.stage) {
            self.stages[place] = stage;
        }
    }

    fn is_basic(&self) -> bool {
        self.instance.sign_in.kind() == SignInKind::Basic
    }

    fn host(&self) -> &str {
        let address = self.instance.address.as_str();
        address.split_once("://").map_or(address, |(_, host)| host)
    }
}

fn waiting(stage: StageName) -> TestStage {
    TestStage {
        stage,
        state: StageState::Waiting,
        took_ms: None,
        detail: String::new(),
        remedy: None,
        exchange: None,
        needs_browser: false,
    }
}

fn is_about_rights(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Forbidden | ErrorKind::Unauthorised)
}

/// The finding of a stage that failed, in a sentence.
fn what_failed(stage: StageName, error: &Error, instance: &StoredInstance) -> String {
    let who = match instance.sign_in.kind() {
        SignInKind::ClientCredentials => "application",
        _ => "user",
    };
    let is_basic = instance.sign_in.kind() == SignInKind::Basic;
    match (stage, error.kind()) {
        (StageName::Rights | StageName::OneRead, ErrorKind::Forbidden) => {
            format!("The sign-in works, but the {who} may not read integrations.")
        }
        (StageName::Rights | StageName::OneRead, ErrorKind::Unauthorised) => {
            "The identity domain gave a token, but the instance does not accept it.".to_owned()
        }
        (StageName::SignIn, ErrorKind::Unauthorised) if is_basic => {
            "The user name or the password is wrong, or the user has to confirm with a second factor (MFA) or through single sign-on, which a password alone cannot do."
                .to_owned()
        }
        _ => sentence(error.cause()),
    }
}

fn found(reach: &Reach) -> String {
    if reach.through_proxy {
        format!("{} found through the proxy", reach.host)
    } else {
        format!("{} found", reach.host)
    }
}

/// The organisation in the name of an issuer, else its common name.
fn organisation(issuer: &str) -> String {
    let part = |key: &str| {
        issuer
            .split(',')
            .map(str::trim)
            .find_map(|part| part.strip_prefix(key))
            .map(str::to_owned)
    };
    part("O=")
        .or_else(|| part("CN="))
        .unwrap_or_else(|| issuer.to_owned())
}

fn in_words(life: Duration) -> String {
    let minutes = (life.as_secs() + 30) / 60;
    match minutes {
        0 => format!("{} seconds", life.as_secs()),
        1 => "1 minute".to_owned(),
        60 => "1 hour".to_owned(),
        minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}

fn milliseconds(took: Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_and_issuers_read_well() {
        assert_eq!(in_words(Duration::from_secs(3599)), "1 hour");
        assert_eq!(in_words(Duration::from_secs(25)), "25 seconds");
        assert_eq!(in_words(Duration::from_hours(2)), "2 hours");
        assert_eq!(in_words(Duration::from_mins(10)), "10 minutes");
        assert_eq!(organisation("C=US, O=DigiCert Inc, CN=X"), "DigiCert Inc");
        assert_eq!(organisation("CN=own authority"), "own authority");
    }
}
