//! Waybills on paper and as files: written for people, spreadsheets and other programs, and taken in
//! from where they were planned or signed off.

use std::io::ErrorKind;
use std::path::Path;

use waybill_engine::InstanceStamp;
use waybill_engine::waybill::{PlaceKind, Waybill as Document, WaybillError};

use super::draft::{Draft, Planned};
use super::handover::planned;
use super::plan_view::plan_view;
use super::shelf::Found;
use super::sifted::check_bindings;
use super::verbs::off_thread;
use crate::Waybill;
use crate::report::{waybill_page, waybill_table};
use crate::runs::{is_same_place, stamp};
use crate::settings::StoredInstance;
use crate::storage::{file_failed, read_given, save_file};
use crate::view::{CommandError, ErrorCode, MoveView, PaperForm, PlaceRef, SavedFile};

/// No waybill is larger.
const LARGEST: u64 = 256 * 1024 * 1024;

impl Waybill {
    /// Writes the waybill of a move: JSON that can be taken in again, a page that prints well, or its
    /// steps as a table.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` where it is not planned, or was changed since; `FileFailed`,
    /// `DiskFull`.
    pub async fn move_write(
        &self,
        id: &str,
        form: PaperForm,
        path: &Path,
    ) -> Result<SavedFile, CommandError> {
        let draft = self.draft_of(id).await?;
        let current = planned(&draft)?;
        let text = match form {
            PaperForm::Json => current.document.to_json(),
            PaperForm::Html => waybill_page(&plan_view(current), &current.document, &self.now()),
            PaperForm::Csv => waybill_table(&plan_view(current)),
        };
        let path = path.to_owned();
        off_thread(move || save_file(&path, text.as_bytes())).await
    }

    /// Takes a saved waybill in, as a move of its own. Where the same waybill is here already, what was
    /// signed and read elsewhere is added to it.
    ///
    /// # Errors
    /// `FileFailed` for a file that is no waybill, or that a newer program wrote; `BadInput` where what
    /// looks like a secret stands among its values; `UnknownSubject`
    /// where its destination is not among the saved instances.
    pub async fn move_take_in(&self, path: &Path) -> Result<MoveView, CommandError> {
        let file = path.to_owned();
        let document = off_thread(move || read(&file)).await?;
        check_bindings(&document.bindings)?;
        let to = self.destination_of(&document.destination.instance)?;
        if let Some(known) = self.same_waybill(&document).await? {
            let draft = self
                .change_draft(&known, move |draft| {
                    if let Some(planned) = &mut draft.planned {
                        add_agreement(&mut planned.document, document);
                    }
                    Ok(())
                })
                .await?;
            return self.draft_view(&draft).await;
        }
        let mut draft = Draft::new(String::new(), self.now());
        draft.name.clone_from(&document.name);
        draft.from = self.source_place(&document).await;
        draft.to = Some(to.id);
        draft.chosen = document.choice.iter().cloned().collect();
        draft.left_out = document.left_out.iter().cloned().collect();
        draft.remove = document.remove.iter().cloned().collect();
        draft.policies = document.policies.clone();
        draft.bindings = document.bindings.clone();
        draft.planned = Some(Planned {
            revision: draft.revision,
            passed: Vec::new(),
            took_ms: 0,
            step_ms: std::collections::BTreeMap::new(),
            imports_at_once: 0,
            activations_at_once: 0,
            document,
        });
        let draft = self.add_draft(draft).await?;
        self.draft_view(&draft).await
    }

    /// The saved instance that a waybill goes to: by its id, else by its address and name.
    fn destination_of(&self, wanted: &InstanceStamp) -> Result<StoredInstance, CommandError> {
        let saved = self.shared.settings.read().instances;
        let by_id = saved.iter().find(|own| own.id == wanted.id);
        let by_id = by_id.filter(|own| is_same_place(wanted, own));
        let by_address = || saved.iter().find(|own| wanted.is_same_place(&stamp(own)));
        by_id.or_else(by_address).cloned().ok_or_else(|| {
            CommandError::unknown("instance", &wanted.name)
                .guide(format!(
                    "The waybill goes to `{}`, `{}`. Add that instance first, then open the waybill again.",
                    wanted.instance_name.as_deref().unwrap_or(&wanted.name),
                    wanted.address
                ))
                .with("instance", &wanted.name)
                .with("address", &wanted.address)
        })
    }

    /// Where the cargo came from, if that is at hand here.
    async fn source_place(&self, document: &Document) -> Option<PlaceRef> {
        let source = &document.source;
        match source.kind {
            PlaceKind::Instance => {
                let id = self
                    .stored_instance(source.instance_id.as_deref()?)
                    .ok()?
                    .id;
                Some(PlaceRef::Instance { id })
            }
            PlaceKind::Snapshot => {
                let id = source.snapshot.clone()?;
                let snapshots = self.snapshots(None).await.ok()?;
                let known = snapshots.iter().any(|snapshot| snapshot.id == id);
                known.then_some(PlaceRef::Snapshot { id })
            }
            PlaceKind::Files => None,
        }
    }

    /// The move whose waybill says the same.
    async fn same_waybill(&self, document: &Document) -> Result<Option<String>, CommandError> {
        let (files, hash) = (self.shelf(), document.hash());
        let found = off_thread(move || files.all()).await?;
        let mut moves = found.into_iter().filter_map(|found| match found {
            Found::Move(draft) => Some(draft),
            Found::Unreadable(..) => None,
        });
        let same = moves.find(|draft| {
            let current = draft.current();
            current.is_some_and(|planned| planned.document.hash() == hash)
        });
        Ok(same.map(|draft| draft.id.clone()))
    }
}

fn read(path: &Path) -> Result<Document, CommandError> {
    let failed = |source: std::io::Error| file_failed("read", path, &source);
    let refused = |cause: String| {
        CommandError::new(
            ErrorCode::FileFailed,
            format!("`{}` cannot be opened: {cause}.", path.display()),
        )
        .with("path", path.display())
    };
    let bytes = match read_given(path, LARGEST) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            return Err(refused("it is too large for a waybill".to_owned())
                .guide("Choose the JSON file of a waybill."));
        }
        Err(error) => return Err(failed(error)),
    };
    Document::read(&bytes).map_err(|error| {
        let guidance = match &error {
            WaybillError::Newer { .. } => "Update Waybill on this computer, then open it again.",
            WaybillError::NotOne { .. } => {
                "Choose the JSON file of a waybill: the page for people cannot be read back."
            }
            WaybillError::Broken { .. } => {
                "Ask for the file again where it was planned: somebody has changed it."
            }
        };
        refused(error.to_string()).guide(guidance)
    })
}

/// Adds the sign-offs and what was read of another copy of the same waybill.
fn add_agreement(own: &mut Document, other: Document) {
    for finding in own
        .findings
        .iter_mut()
        .filter(|one| one.acknowledged.is_none())
    {
        let same = other.findings.iter().find(|known| {
            known.rule == finding.rule
                && known.subject == finding.subject
                && known.text == finding.text
        });
        finding.acknowledged = same.and_then(|known| known.acknowledged.clone());
    }
    for sign_off in other.sign_offs {
        if !own.sign_offs.contains(&sign_off) {
            own.sign_offs.push(sign_off);
        }
    }
}
