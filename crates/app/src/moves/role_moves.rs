//! Service roles that are given and taken: moves whose waybills touch the identity domain alone. They are
//! read, signed off, run and taken back like any other.

use waybill_engine::access::{Grantee, RoleChange, RoleGrant, copy_roles};
use waybill_engine::plan::{Details, RolesRequest, plan_roles};
use waybill_engine::waybill::{AccessBinding, IdentityKind, PlaceKind, PlaceStamp};

use super::draft::{Draft, Planned, RolesWish};
use super::handover::no_destination;
use crate::Waybill;
use crate::places::blocking;
use crate::runs::stamp;
use crate::settings::StoredInstance;
use crate::view::{
    CommandError, ErrorCode, HolderKind, MoveEdit, MovePlan, MoveView, PlaceRef, RoleHolder,
    RolesCopy, RolesEdit, SignInForm,
};

impl Waybill {
    /// Begins a move that gives users and groups of an instance the service roles that they have in another
    /// one. Applications are left as they are.
    ///
    /// # Errors
    /// `UnknownSubject`; `NotOffered` for a sign-in that gives no token for the identity domain.
    pub async fn roles_copy(&self, ask: RolesCopy) -> Result<MoveView, CommandError> {
        let (from, to) = (
            self.stored_instance(&ask.from)?,
            self.stored_instance(&ask.to)?,
        );
        let name = format!("Service roles of {} for {}", from.name, to.name);
        let wish = RolesWish::Copy {
            take_away: ask.take_away,
        };
        self.begin_roles(name, &from, &to, wish, None).await
    }

    /// Begins a move that gives and takes service roles of an instance, by name.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where nothing is given and nothing taken.
    pub async fn roles_edit(&self, ask: RolesEdit) -> Result<MoveView, CommandError> {
        let to = self.stored_instance(&ask.instance)?;
        if ask.give.is_empty() && ask.take.is_empty() {
            return Err(CommandError::field("give", "No role is named.")
                .guide("Say which role is given to whom, or taken from whom."));
        }
        let wish = RolesWish::Named {
            give: ask.give,
            take: ask.take,
        };
        let name = format!("Service roles of {}", to.name);
        self.begin_roles(name, &to, &to, wish, None).await
    }

    /// Begins the way back of a run that gave and took roles.
    pub(crate) async fn roles_back_move(
        &self,
        instance: &str,
        name: String,
        changes: Vec<RoleChange>,
        run: &str,
    ) -> Result<MoveView, CommandError> {
        let to = self.stored_instance(instance)?;
        let (mut give, mut take) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                RoleChange::Grant(one) => give.push(holder(one)),
                RoleChange::Revoke(one) => take.push(holder(one)),
            }
        }
        let wish = RolesWish::Named { give, take };
        self.begin_roles(name, &to, &to, wish, Some(run.to_owned()))
            .await
    }

    async fn begin_roles(
        &self,
        name: String,
        from: &StoredInstance,
        to: &StoredInstance,
        wish: RolesWish,
        rollback_of: Option<String>,
    ) -> Result<MoveView, CommandError> {
        let edit = MoveEdit {
            name: Some(name),
            from: Some(PlaceRef::Instance {
                id: from.id.clone(),
            }),
            to: Some(to.id.clone()),
            ..MoveEdit::default()
        };
        let begun = self.begin_move(edit, rollback_of, false).await?;
        let draft = self
            .change_draft(&begun.summary.id, move |draft| {
                draft.roles = Some(wish);
                draft.changed();
                Ok(())
            })
            .await?;
        self.draft_view(&draft).await
    }

    /// Plans such a move: both identity domains are read, and nothing else.
    pub(super) async fn plan_roles_move(
        &self,
        draft: &Draft,
        wish: &RolesWish,
    ) -> Result<MovePlan, CommandError> {
        let to = draft.to.as_deref().ok_or_else(no_destination)?;
        let to = self.stored_instance(to)?;
        let there = self.roles_of(&to).await?;
        let from = match &draft.from {
            Some(PlaceRef::Instance { id }) => self.stored_instance(id)?,
            _ => to.clone(),
        };
        let (changes, people) = match wish {
            RolesWish::Copy { take_away } => {
                let here = self.roles_of(&from).await?;
                let (source, destination) =
                    futures::try_join!(self.directory_of(&from), self.directory_of(&to))?;
                let table = self.people_for(&from, &to);
                copy_roles(
                    &here.grants,
                    &there.grants,
                    &source,
                    &destination,
                    &table,
                    *take_away,
                )
            }
            RolesWish::Named { give, take } => {
                let directory = self.directory_of(&to).await?;
                let mut changes = Vec::new();
                for one in give {
                    let kind = match one.kind {
                        HolderKind::User => IdentityKind::User,
                        HolderKind::Group => IdentityKind::Group,
                        HolderKind::App => return Err(no_application()),
                    };
                    let found = directory.named(kind, &one.name);
                    let [own] = found.as_slice() else {
                        return Err(CommandError::unknown(kind.word(), &one.name).guide(format!(
                            "The identity domain of {} has to know exactly one {} of that name.",
                            to.name,
                            kind.word()
                        )));
                    };
                    let has = there
                        .grants
                        .iter()
                        .any(|known| known.role == one.role && known.id == own.id);
                    if !has {
                        changes.push(RoleChange::Grant(RoleGrant {
                            role: one.role.clone(),
                            kind: grantee(one.kind),
                            name: own.name.clone(),
                            id: own.id.clone(),
                            grant: String::new(),
                        }));
                    }
                }
                for one in take {
                    let kind = grantee(one.kind);
                    let held = there.grants.iter().filter(|known| {
                        known.role == one.role
                            && known.kind == kind
                            && known.name.to_lowercase() == one.name.to_lowercase()
                    });
                    changes.extend(held.cloned().map(RoleChange::Revoke));
                }
                (changes, AccessBinding::default())
            }
        };
        let roles = there
            .names
            .iter()
            .map(|(id, name)| (name.clone(), id.clone()))
            .collect();
        let (journal, instance) = (self.shared.journal.clone(), to.id.clone());
        let history = blocking(move || journal.step_history(&instance)).await?;
        let read_at = self.now();
        let details = Details {
            id: draft.id.clone(),
            name: draft.name.clone(),
            made_at: read_at.clone(),
            made_by: self.shared.asked_by.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let source = PlaceStamp {
            kind: PlaceKind::Instance,
            title: from.name.clone(),
            environment: Some(from.environment),
            generation: Some(from.generation),
            instance_id: Some(from.id.clone()),
            snapshot: None,
            read_at: read_at.clone(),
        };
        let destination = stamp(&self.located(&to)?);
        let document = plan_roles(&RolesRequest {
            details: &details,
            source: &source,
            destination: &destination,
            read_at: &read_at,
            now: &there.grants,
            changes: &changes,
            app: &there.app,
            roles: &roles,
            people: &people,
            own: own_application(&to),
            history: &history,
        });
        let planned = Planned {
            revision: draft.revision,
            document,
            passed: Vec::new(),
            took_ms: 0,
            step_ms: history.millis.clone(),
            imports_at_once: history.imports_at_once,
            activations_at_once: history.activations_at_once,
        };
        let id = draft.id.clone();
        let draft = self
            .change_draft(&id, move |draft| {
                if draft.revision == planned.revision {
                    draft.saved_at.clone_from(&planned.document.made_at);
                    draft.ran = None;
                    draft.chosen = planned.document.choice.iter().cloned().collect();
                    draft.planned = Some(planned);
                }
                Ok(())
            })
            .await?;
        let shown = draft
            .current()
            .map(|planned| self.plan_shown(&draft, planned));
        shown.ok_or_else(|| {
            CommandError::new(
                ErrorCode::BadInput,
                format!("{id} was changed while it was being planned."),
            )
            .guide("Check it again.")
            .with("move", &id)
        })
    }
}

/// The client id that Waybill signs in with; none for a sign-in as a person.
fn own_application(instance: &StoredInstance) -> Option<&str> {
    match &instance.sign_in {
        SignInForm::ClientCredentials { client_id, .. } => Some(client_id),
        _ => None,
    }
}

const fn grantee(kind: HolderKind) -> Grantee {
    match kind {
        HolderKind::User => Grantee::User,
        HolderKind::Group => Grantee::Group,
        HolderKind::App => Grantee::App,
    }
}

fn holder(one: RoleGrant) -> RoleHolder {
    RoleHolder {
        role: one.role,
        kind: match one.kind {
            Grantee::User => HolderKind::User,
            Grantee::Group => HolderKind::Group,
            Grantee::App => HolderKind::App,
        },
        name: one.name,
    }
}

fn no_application() -> CommandError {
    CommandError::field("give", "Waybill gives roles to users and groups alone.")
        .guide("Give an application its role in the console of the identity domain.")
}
