//! What running a waybill takes from the move that it belongs to.

use secrecy::SecretString;
use waybill_engine::plan::read_only;
use waybill_engine::waybill::{ConnectionMode, Finding, Waybill as Document};
use waybill_model::{ArtifactId, ArtifactKind, Environment};

use super::bindings_file;
use super::draft::Draft;
use super::verbs::off_thread;
use crate::Waybill;
use crate::secrets::Account;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, MoveEdit, MovePlan, MoveView};

impl Waybill {
    /// The waybill of a move, as it was planned and with nothing changed since.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where it is not planned; `FileFailed`.
    pub(crate) async fn move_document(&self, id: &str) -> Result<Document, CommandError> {
        let draft = self.draft_of(id).await?;
        let document = &planned(&draft)?.document;
        check_sense(document)?;
        Ok(document.clone())
    }

    /// A plan as screens see it. The name to type is that of the saved instance: where the waybill was
    /// planned on another computer, it may have another one there.
    pub(super) fn plan_shown(&self, draft: &Draft, planned: &super::draft::Planned) -> MovePlan {
        let mut view = super::plan_view::plan_view(planned);
        let to = draft.to.as_deref();
        if let Some(read_only) = self.read_only(draft) {
            view.blocked = true;
            view.findings
                .insert(0, super::plan_view::finding(&read_only));
        }
        if let Some(instance) = to.and_then(|to| self.stored_instance(to).ok()) {
            let is_production = instance.environment == Environment::Production;
            view.type_name = is_production.then_some(instance.name);
        }
        view
    }

    /// What is found where the destination may not be changed at this moment. It is no part of the
    /// waybill: changes are allowed for a time, and on each computer by itself.
    pub(super) fn read_only(&self, draft: &Draft) -> Option<Finding> {
        let instance = self.stored_instance(draft.to.as_deref()?).ok()?;
        let standing = self.write_standing(&instance.id).ok()?;
        let why = standing.because.filter(|_| !standing.may_write)?;
        Some(read_only(&instance.name, &why))
    }

    /// The saved instance to which a move goes. Its id may be another one than the document says,
    /// where that was planned elsewhere.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where none is chosen.
    pub(crate) async fn move_destination(&self, id: &str) -> Result<StoredInstance, CommandError> {
        let draft = self.draft_of(id).await?;
        let to = draft.to.ok_or_else(no_destination)?;
        self.stored_instance(&to)
    }

    /// Says that a run of a move has begun.
    ///
    /// # Errors
    /// `UnknownSubject`, `FileFailed`, `DiskFull`.
    pub(crate) async fn move_ran(&self, id: &str, run: &str) -> Result<(), CommandError> {
        let (run, now) = (run.to_owned(), self.now());
        self.change_draft(id, move |draft| {
            if !draft.runs.contains(&run) {
                draft.runs.push(run);
            }
            draft.ran = Some(draft.revision);
            draft.saved_at = now;
            Ok(())
        })
        .await
        .map(drop)
    }

    /// Begins a move that takes back a run.
    ///
    /// # Errors
    /// As [`Waybill::move_new`].
    pub(crate) async fn move_back(
        &self,
        edit: MoveEdit,
        rollback_of: &str,
        restart_users: bool,
    ) -> Result<MoveView, CommandError> {
        let rollback_of = Some(rollback_of.to_owned());
        self.begin_move(edit, rollback_of, restart_users).await
    }

    /// Remembers for the next moves to an instance that a connection takes a secret of this name. Where
    /// the instance has the connection, the secret is set and all else stays; where it has not, the
    /// secret goes with the values of the source.
    ///
    /// # Errors
    /// `FileFailed`, `DiskFull`.
    pub(crate) async fn remember_secret(
        &self,
        instance: &StoredInstance,
        connection: &ArtifactId,
        name: &str,
    ) -> Result<(), CommandError> {
        let (folder, id) = (self.shared.home.bindings(), instance.id.clone());
        let kept = off_thread(move || bindings_file::kept(&folder, &id)).await?;
        let mut bindings = kept.unwrap_or_default();
        if connection.kind == ArtifactKind::Certificate {
            // With its file it is named under which secrets it is opened.
            return Ok(());
        }
        let known = self.known_catalogue(instance).await?;
        let binding = bindings.connections.entry(connection.clone()).or_default();
        if binding.mode == ConnectionMode::Keep && known.get(connection).is_some() {
            binding.mode = ConnectionMode::Enter;
        }
        if !binding.secrets.iter().any(|known| known == name) {
            binding.secrets.push(name.to_owned());
        }
        self.remember_bindings(Some(&instance.id), &bindings).await
    }

    /// A secret of a waybill by its account, for the destination with this id; none where it is not
    /// kept, or the program that held it has ended.
    ///
    /// # Errors
    /// The failures of the place for secrets.
    pub(crate) async fn waybill_secret(
        &self,
        account: &str,
    ) -> Result<Option<SecretString>, CommandError> {
        let account = Account::of_waybill(account);
        let kept = self.shared.settings.read().waybill_secrets;
        let secrets = &self.shared.secrets;
        if let Some(given) = secrets.given(&account) {
            return Ok(Some(given));
        }
        match kept.get(account.as_str()) {
            Some(kind) => Ok(secrets.get_from(*kind, &account).await?),
            None => Ok(None),
        }
    }
}

/// Whether the steps of a waybill are what its artifacts call for: its file can be changed by hand.
pub(crate) fn check_sense(document: &Document) -> Result<(), CommandError> {
    document.check_sense().map_err(|error| {
        CommandError::new(
            ErrorCode::ChangeBlocked,
            format!("{} cannot be run: {error}.", document.id),
        )
        .guide("Somebody has changed it by hand. Check it again: that plans it anew.")
        .with("move", &document.id)
    })
}

/// What was planned, if nothing was changed since.
pub(super) fn planned(draft: &Draft) -> Result<&super::draft::Planned, CommandError> {
    draft.current().ok_or_else(|| {
        let words = match &draft.planned {
            Some(_) => format!("{} was changed since it was planned.", draft.id),
            None => format!("{} is not planned yet.", draft.id),
        };
        CommandError::new(ErrorCode::BadInput, words)
            .guide("Check it: that reads both places and plans it anew.")
            .with("move", &draft.id)
    })
}

pub(super) fn no_destination() -> CommandError {
    CommandError::field("to", "No destination is chosen yet.")
        .guide("Choose the instance to which the artifacts go.")
}
