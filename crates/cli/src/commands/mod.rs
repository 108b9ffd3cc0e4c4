//! One module per verb; each parses its words, calls the application, prints.

mod access;
mod artifacts;
mod audit;
mod backup;
mod certificate;
mod change;
mod choice;
mod clone;
mod compare;
mod compare_text;
mod drift;
mod enter;
mod graph;
mod haul;
mod inspect;
mod inspect_text;
mod instance;
mod keep;
mod plan;
mod policy_words;
mod practice;
mod project;
mod release;
mod release_text;
mod rotate;
mod run;
mod schedule;
mod search;
mod secrets;
mod settle;
mod sign_in;
mod snapshot;
mod target;
mod target_add;
mod to_enter;
mod vault;
mod verify;
mod waybill_text;
mod word;

pub use instance::named;

use clap::CommandFactory;
use waybill_app::view::{CommandError, ErrorCode, SecretStoreKind, SnapshotSummary};
use waybill_app::{OpenOptions, Waybill, default_home};

use crate::arguments::{Arguments, StoreName, Verb};
use crate::exit::Ending;
use crate::input;
use crate::output::{Output, bad_input};

/// Does what the arguments say.
pub async fn perform(arguments: Arguments, output: &Output) -> Result<Ending, CommandError> {
    if let Verb::Completions { shell } = arguments.verb {
        clap_complete::generate(
            shell,
            &mut Arguments::command(),
            "waybill",
            &mut std::io::stdout(),
        );
        return Ok(Ending::Done);
    }
    if let Verb::Inspect(asked) = arguments.verb {
        // It reads what it is given and nothing else, so it needs no data folder.
        return Ok(inspect::perform(&asked, output));
    }
    let home = match arguments.home {
        Some(home) => home,
        None => default_home()?,
    };
    let _log = match waybill_app::logging::start(&home) {
        Ok(guard) => Some(guard),
        Err(error) => {
            output.note(&error.message);
            None
        }
    };
    let mut options = OpenOptions::new(home);
    options.secret_store = arguments.secret_store.map(store_kind);
    let app = Waybill::open(options)?;
    for notice in app.notices() {
        output.notice(&notice);
    }
    if arguments.passphrase_stdin {
        let passphrase = input::secret("passphrase of the secrets file", true)?;
        app.secrets_unlock(passphrase).await?;
    }
    let session = Session {
        app: &app,
        output,
        vault_password_stdin: arguments.vault_password_stdin,
    };
    let ending = match arguments.verb {
        Verb::Instance(verb) => instance::perform(&session, verb).await,
        Verb::Backup(backup) => backup::perform(&session, backup).await,
        Verb::Schedule(verb) => schedule::perform(&session, verb).await,
        Verb::Forget(asked) => keep::forget(&session, asked).await,
        Verb::Keep(verb) => keep::perform(&session, verb).await,
        Verb::Verify(asked) => verify::perform(&session, asked).await,
        Verb::Target(verb) => Box::pin(target::perform(&session, verb)).await,
        Verb::Change(verb) => Box::pin(change::perform(&session, verb)).await,
        Verb::Audit(verb) => audit::perform(&session, verb).await,
        Verb::Snapshot(verb) => snapshot::perform(&session, verb).await,
        Verb::Artifacts(artifacts) => artifacts::perform(&session, artifacts).await,
        Verb::Graph(asked) => graph::perform(&session, asked).await,
        Verb::Search(asked) => search::perform(&session, asked).await,
        Verb::Compare(asked) => Box::pin(compare::compare(&session, asked)).await,
        Verb::Drift(asked) => Box::pin(compare::drift(&session, asked)).await,
        Verb::Plan(asked) => Box::pin(plan::perform(&session, *asked)).await,
        Verb::Show(asked) => haul::show(&session, asked).await,
        Verb::SignOff(asked) => haul::sign_off(&session, asked).await,
        Verb::Run(asked) => Box::pin(run::perform(&session, *asked)).await,
        Verb::Resume(asked) => haul::resume(&session, &asked).await,
        Verb::Retry(asked) => haul::retry(&session, &asked).await,
        Verb::Rollback(asked) => Box::pin(haul::rollback(&session, *asked)).await,
        Verb::Report(asked) => haul::report(&session, asked).await,
        Verb::Release(verb) => Box::pin(release::perform(&session, verb)).await,
        Verb::Project(verb) => Box::pin(project::projects(&session, verb)).await,
        Verb::Deployment(verb) => Box::pin(project::deployments(&session, verb)).await,
        Verb::Access(verb) => Box::pin(access::perform(&session, verb)).await,
        Verb::Roles(verb) => Box::pin(access::roles(&session, verb)).await,
        Verb::Rotate(verb) => Box::pin(rotate::perform(&session, verb)).await,
        Verb::Clone(verb) => Box::pin(clone::perform(&session, *verb)).await,
        Verb::Vault(verb) => vault::perform(&session, verb).await,
        Verb::Word(verb) => word::perform(&session, verb).await,
        Verb::Secrets(verb) => secrets::perform(&session, verb).await,
        Verb::Practice(verb) => practice::perform(&session, verb).await,
        Verb::Completions { .. } | Verb::Inspect(_) => Ok(Ending::Done),
    };
    settle::settle(&session).await;
    ending
}

/// What every verb works with.
pub struct Session<'a> {
    pub(crate) app: &'a Waybill,
    pub(crate) output: &'a Output,
    vault_password_stdin: bool,
}

impl Session<'_> {
    /// Takes the vault's password from standard input, if the arguments say so.
    pub(crate) async fn unlock_vault(&self) -> Result<(), CommandError> {
        if self.vault_password_stdin {
            let password = input::secret("password of the vault", true)?;
            self.app.vault_unlock(password).await?;
        }
        Ok(())
    }

    /// The snapshot with this id, this beginning of an id, or the latest. What was kept before a single
    /// change is not meant by that.
    pub(crate) async fn snapshot(&self, id: &str) -> Result<SnapshotSummary, CommandError> {
        let snapshots = self.app.snapshots(None).await?;
        let mut matching = snapshots.into_iter().filter(|snapshot| match id {
            "latest" => !snapshot.before_change,
            _ => snapshot.id.starts_with(id),
        });
        match (matching.next(), matching.next()) {
            (Some(snapshot), None) => Ok(snapshot),
            (Some(snapshot), Some(_)) if id == "latest" => Ok(snapshot),
            (Some(_), Some(_)) => Err(CommandError {
                guidance: Some("Give more of the id.".into()),
                ..bad_input(&format!("More than one snapshot begins with `{id}`."))
            }),
            (None, _) => Err(CommandError {
                code: ErrorCode::UnknownSubject,
                guidance: Some("`waybill snapshot list` shows those there are.".into()),
                ..bad_input(&format!("There is no snapshot `{id}`."))
            }),
        }
    }
}

fn store_kind(name: StoreName) -> SecretStoreKind {
    match name {
        StoreName::Keychain => SecretStoreKind::Keychain,
        StoreName::File => SecretStoreKind::EncryptedFile,
        StoreName::Session => SecretStoreKind::Session,
    }
}

/// The word for a value as its JSON spells it (`partial`, `oic3`, …).
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
