//! Making, changing, listing, and deleting moves.

use std::collections::BTreeSet;
use std::path::Path;

use waybill_engine::sha256;
use waybill_engine::waybill::Bindings;

use super::draft::Draft;
use super::shelf::{Found, Shelf};
use super::sifted::{check_edit, check_name};
use super::{bindings_file, decided};
use crate::Waybill;
use crate::storage::{file_failed, read_given};
use crate::view::{CommandError, ErrorCode, MoveEdit, MoveSummary, MoveView, PlaceHead, PlaceRef};

/// The fact of the journal that keeps the highest number given so far.
const HIGHEST: &str = "moves/highest";
/// The longest name.
const NAME: usize = 200;

impl Waybill {
    /// The moves, newest first. A file that cannot be read is among them, and its name says why.
    ///
    /// # Errors
    /// `FileFailed` where the folder cannot be read.
    pub async fn moves(&self) -> Result<Vec<MoveSummary>, CommandError> {
        let files = self.shelf();
        let found = off_thread(move || files.all()).await?;
        let runs = self.runs().await?;
        let shown = found.into_iter().map(|found| match found {
            Found::Move(draft) => self.move_summary(&draft, &runs),
            Found::Unreadable(id, error) => super::shown::unreadable(id, &error),
        });
        Ok(shown.collect())
    }

    /// Begins a move; what is named is set from the start.
    ///
    /// # Errors
    /// As [`Waybill::move_edit`]; nothing is begun then.
    pub async fn move_new(&self, edit: MoveEdit) -> Result<MoveView, CommandError> {
        self.begin_move(edit, None, false).await
    }

    /// Begins a move. With `restart_users` what uses a connection that gets other values is taken out of
    /// service for it.
    pub(super) async fn begin_move(
        &self,
        edit: MoveEdit,
        rollback_of: Option<String>,
        restart_users: bool,
    ) -> Result<MoveView, CommandError> {
        let mut draft = Draft::new(String::new(), self.now());
        draft.rollback_of = rollback_of;
        let edit = self.prepared(edit).await?;
        apply(&mut draft, edit);
        draft.policies.restart_users = restart_users;
        if draft.rollback_of.is_some() {
            // The way back restores what was there, not what was entered for the way there.
            draft.bindings = Bindings::default();
        }
        draft.revision = 1;
        let draft = self.add_draft(draft).await?;
        self.draft_view(&draft).await
    }

    /// Keeps a draft under the next number.
    pub(super) async fn add_draft(&self, draft: Draft) -> Result<Draft, CommandError> {
        let (files, journal) = (self.shelf(), self.shared.journal.clone());
        off_thread(move || {
            let highest = journal.fact(HIGHEST)?;
            let highest = highest.and_then(|text| text.parse().ok()).unwrap_or(0);
            let draft = files.add(draft, highest)?;
            let number = super::shelf::number(&draft.id).unwrap_or_default();
            journal.set_fact(HIGHEST, &number.to_string())?;
            Ok(draft)
        })
        .await
    }

    /// A move.
    ///
    /// # Errors
    /// `UnknownSubject`; `FileFailed` where its file is damaged, or of a newer program.
    pub async fn move_view(&self, id: &str) -> Result<MoveView, CommandError> {
        let draft = self.draft_of(id).await?;
        self.draft_view(&draft).await
    }

    /// Changes a move. Any change of what is carried makes the plan out of date; another source takes
    /// the choice away, and another destination brings its own bindings.
    ///
    /// # Errors
    /// `UnknownSubject` for a move, a place or an instance that is not there; `BadInput` with
    /// `context.field`; the failures of the place; `FileFailed`, `DiskFull`.
    pub async fn move_edit(&self, id: &str, edit: MoveEdit) -> Result<MoveView, CommandError> {
        let edit = self.prepared(edit).await?;
        let bindings_may_change = edit.edit.hosts.is_some()
            || edit.edit.lookup_cells.is_some()
            || edit.edit.schedules.is_some();
        let now = self.now();
        let draft = self
            .change_draft(id, move |draft| {
                let before = draft.clone();
                apply(draft, edit);
                if *draft != before {
                    draft.saved_at = now;
                }
                Ok(())
            })
            .await?;
        if bindings_may_change {
            self.remember_bindings(draft.to.as_deref(), &draft.bindings)
                .await?;
        }
        self.draft_view(&draft).await
    }

    /// Deletes a move. Its runs and their reports stay.
    ///
    /// # Errors
    /// `UnknownSubject`; `AlreadyRunning` while a run of it goes on; `FileFailed` also where its file
    /// cannot be read: that is left alone.
    pub async fn move_delete(&self, id: &str) -> Result<(), CommandError> {
        let draft = self.draft_of(id).await?;
        let runs = self.runs().await?;
        if super::shown::is_running(&draft, &runs) {
            return Err(CommandError::new(
                ErrorCode::AlreadyRunning,
                format!("A run of {id} goes on."),
            )
            .guide("Wait until it has ended, or cancel it first."));
        }
        let (files, id) = (self.shelf(), id.to_owned());
        off_thread(move || files.remove(&id)).await
    }

    /// Looks up what an edit names, before anything is changed.
    async fn prepared(&self, mut edit: MoveEdit) -> Result<Prepared, CommandError> {
        if let Some(name) = &mut edit.name {
            *name = name.trim().to_owned();
            if name.chars().count() > NAME {
                return Err(CommandError::field(
                    "name",
                    format!("A name can have {NAME} characters at most."),
                ));
            }
            check_name(name)?;
        }
        check_edit(&edit)?;
        let mut head = None;
        if let Some(from) = &mut edit.from {
            if let PlaceRef::Instance { id } = from {
                *id = self.stored_instance(id)?.id;
            } else {
                head = Some(self.place_head(from).await?);
            }
        }
        let mut bindings = None;
        if let Some(to) = &mut edit.to {
            *to = self.stored_instance(to)?.id;
            let (folder, id) = (self.shared.home.bindings(), to.clone());
            bindings = off_thread(move || bindings_file::kept(&folder, &id)).await?;
        }
        Ok(Prepared {
            edit,
            head,
            bindings,
        })
    }

    /// What is known of a place that is no instance.
    async fn place_head(&self, place: &PlaceRef) -> Result<PlaceHead, CommandError> {
        Ok(self.side(place).await?.head)
    }

    pub(super) fn shelf(&self) -> Shelf {
        Shelf::new(self.shared.home.waybills())
    }

    pub(super) async fn draft_of(&self, id: &str) -> Result<Draft, CommandError> {
        let (files, id) = (self.shelf(), id.to_owned());
        off_thread(move || files.read(&id)).await
    }

    pub(super) async fn change_draft(
        &self,
        id: &str,
        change: impl FnOnce(&mut Draft) -> Result<(), CommandError> + Send + 'static,
    ) -> Result<Draft, CommandError> {
        let (files, id) = (self.shelf(), id.to_owned());
        off_thread(move || files.change(&id, change).map(|(draft, ())| draft)).await
    }

    /// The time, as documents have it.
    pub(super) fn now(&self) -> String {
        format!("{:.0}", self.shared.clock.now())
    }
}

/// An edit with what it leads to.
pub(super) struct Prepared {
    edit: MoveEdit,
    head: Option<PlaceHead>,
    bindings: Option<Bindings>,
}

/// Makes an edit.
fn apply(draft: &mut Draft, prepared: Prepared) {
    let Prepared {
        edit,
        head,
        bindings,
    } = prepared;
    if let Some(name) = edit.name {
        // A new name is no new plan; whoever signed off agreed to the old one.
        if let Some(planned) = &mut draft.planned {
            planned.document.name.clone_from(&name);
        }
        draft.name = name;
    }
    let before = draft.clone();
    if let Some(from) = edit.from
        && draft.from.as_ref() != Some(&from)
    {
        draft.from = Some(from);
        draft.chosen.clear();
        draft.left_out.clear();
    }
    if head.is_some() || draft.from != before.from {
        draft.from_head = head;
    }
    if let Some(to) = edit.to
        && draft.to.as_ref() != Some(&to)
    {
        draft.to = Some(to);
        draft.remove.clear();
        draft.bindings = bindings.unwrap_or_default();
    }
    let set = |ids: Vec<_>| ids.into_iter().collect::<BTreeSet<_>>();
    if let Some(chosen) = edit.chosen {
        draft.chosen = set(chosen);
    }
    if let Some(left_out) = edit.left_out {
        draft.left_out = set(left_out);
    }
    if let Some(remove) = edit.remove {
        draft.remove = set(remove);
    }
    if let Some(policies) = edit.policies {
        let restart_users = draft.policies.restart_users;
        draft.policies = decided::policies(policies);
        // What a rotation is made for is no choice of the screens of a move.
        draft.policies.restart_users = restart_users;
    }
    if let Some(hosts) = edit.hosts {
        draft.bindings.hosts = decided::hosts(hosts);
    }
    if let Some(cells) = edit.lookup_cells {
        draft.bindings.lookup_cells = decided::cells(cells);
    }
    if let Some(schedules) = edit.schedules {
        draft.bindings.schedules = decided::schedule_bindings(schedules);
    }
    // What the place is called decides nothing.
    let same_head = Draft {
        from_head: draft.from_head.clone(),
        ..before
    };
    if *draft != same_head {
        draft.changed();
    }
}

/// The largest file that goes into a connection.
const LARGEST: u64 = 20 * 1024 * 1024;

/// SHA-256 of a file that a person gives. Blocks.
pub(super) fn file_hash(path: &Path) -> Result<String, CommandError> {
    let failed = |source: std::io::Error| file_failed("read", path, &source).with("field", "files");
    match read_given(path, LARGEST) {
        Ok(bytes) => Ok(sha256(&bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => Err(CommandError::field(
            "files",
            format!(
                "`{}` is too large for a key, a wallet or a certificate.",
                path.display()
            ),
        )
        .guide("Choose the file itself, of 20 MB at most.")),
        Err(error) => Err(failed(error)),
    }
}

/// Files are not waited for on the threads of the async runtime.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(draft: &mut Draft, edit: MoveEdit) {
        apply(
            draft,
            Prepared {
                edit,
                head: None,
                bindings: Some(Bindings::default()),
            },
        );
    }

    fn instance(id: &str) -> PlaceRef {
        PlaceRef::Instance { id: id.to_owned() }
    }

    #[test]
    fn another_source_takes_the_choice_away_and_the_same_one_does_not() {
        let mut draft = Draft::new("WB-0001".to_owned(), String::new());
        let a: waybill_model::ArtifactId = "lookup:A".parse().unwrap();
        edited(
            &mut draft,
            MoveEdit {
                from: Some(instance("i1")),
                chosen: Some(vec![a.clone()]),
                left_out: Some(vec![a.clone()]),
                ..MoveEdit::default()
            },
        );
        let revision = draft.revision;
        let to = |id: &str| MoveEdit {
            from: Some(instance(id)),
            ..MoveEdit::default()
        };
        edited(&mut draft, to("i1"));
        assert_eq!((draft.revision, draft.chosen.len()), (revision, 1));
        edited(&mut draft, to("i2"));
        assert!(draft.revision > revision);
        assert!(draft.chosen.is_empty() && draft.left_out.is_empty());
    }

    #[test]
    fn a_new_name_is_no_new_plan() {
        let mut draft = Draft::new("WB-0001".to_owned(), String::new());
        let revision = draft.revision;
        edited(
            &mut draft,
            MoveEdit {
                name: Some("Order to cash".to_owned()),
                ..MoveEdit::default()
            },
        );
        assert_eq!(
            (draft.name.as_str(), draft.revision),
            ("Order to cash", revision)
        );
    }
}
