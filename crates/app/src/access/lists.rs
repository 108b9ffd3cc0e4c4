//! Access lists: shown, laid side by side, and copied by a waybill.

use std::collections::BTreeSet;

use waybill_client::wire::{AccessGroup, AccessList};
use waybill_engine::access::Directory;
use waybill_engine::waybill::IdentityKind;
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use crate::Waybill;
use crate::compare::OpenSide;
use crate::view::{
    AccessComparison, AccessCopy, AccessDifference, AccessGroupView, AccessMember, AccessRight,
    AccessView, CommandError, ErrorCode, ExistingPolicy, HolderKind, MoveEdit, MovePolicies,
    MoveView, PlaceRef,
};

/// The access list of a project.
fn list_of(project: &str) -> ArtifactId {
    ArtifactId {
        kind: ArtifactKind::AccessList,
        scope: Scope::Project(project.to_owned()),
        code: project.to_owned(),
        version: None,
    }
}

impl Waybill {
    /// Who may do what in a project, in an instance or a snapshot.
    ///
    /// # Errors
    /// `UnknownSubject` where there is no such project, or the place tells nothing of its access list; the
    /// failures of the place. A domain that cannot be read is a note, no error.
    pub async fn access(
        &self,
        place: &PlaceRef,
        project: &str,
    ) -> Result<AccessView, CommandError> {
        let side = self.side(place).await?;
        let id = list_of(project);
        let record = match side.side.catalogue().get(&id) {
            Some(_) => side.side.record(&id).await?,
            None => None,
        };
        let list: Option<AccessList> =
            record.and_then(|record| serde_json::from_value(record).ok());
        let Some(list) = list else {
            return Err(
                CommandError::unknown("access list of project", project).guide(format!(
                    "{} has no such project, or tells nothing of who may do what. Access lists are offered by Oracle Integration 3 alone, and no archive holds them.",
                    side.head.title
                )),
            );
        };
        let (directory, notes) = self.people_of(&side).await?;
        let name = side.side.catalogue().get(&id);
        let group = |right, group: &AccessGroup| AccessGroupView {
            right,
            everyone: group.allow_all,
            members: members(group, &directory),
        };
        Ok(AccessView {
            project: name.map_or_else(|| project.to_owned(), |own| own.name.clone()),
            title: side.head.title.clone(),
            environment: side.head.environment,
            groups: vec![
                group(AccessRight::Owner, &list.administrators),
                group(AccessRight::Editor, &list.editors),
                group(AccessRight::Viewer, &list.viewers),
                group(AccessRight::Monitor, &list.monitors),
            ],
            updated: list.updated_date,
            updated_by: list.updated_by,
            notes,
            id,
        })
    }

    /// Lays the access lists of a project in two places side by side. `other` where the project has
    /// another code in the second.
    ///
    /// # Errors
    /// As [`Waybill::access`].
    pub async fn access_compare(
        &self,
        left: &PlaceRef,
        right: &PlaceRef,
        project: &str,
        other: Option<&str>,
    ) -> Result<AccessComparison, CommandError> {
        let (left, right) = futures::try_join!(
            self.access(left, project),
            self.access(right, other.unwrap_or(project))
        )?;
        let pairs = left.groups.iter().zip(&right.groups);
        let rights: Vec<AccessDifference> = pairs.map(|(own, other)| differs(own, other)).collect();
        let same = rights.iter().all(|one| {
            one.only_left.is_empty()
                && one.only_right.is_empty()
                && one.everyone_left == one.everyone_right
        });
        Ok(AccessComparison {
            left,
            right,
            rights,
            same,
        })
    }

    /// Begins a move that gives projects of an instance the access lists of another place. It is planned,
    /// read, run and rolled back like any other: planning says who is meant, and who is not let in.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` with `context.field` where no project has an access list in both
    /// places; the failures of the places.
    pub async fn access_copy(&self, ask: AccessCopy) -> Result<MoveView, CommandError> {
        let to = self.stored_instance(&ask.to)?;
        let place = PlaceRef::Instance { id: to.id.clone() };
        let (from, there) = futures::try_join!(self.side(&ask.from), self.side(&place))?;
        let lists = |side: &OpenSide| -> BTreeSet<String> {
            let all = side.side.catalogue().artifacts.iter();
            let lists = all.filter(|own| own.id.kind == ArtifactKind::AccessList);
            lists.map(|own| own.id.code.clone()).collect()
        };
        let (ours, theirs) = (lists(&from), lists(&there));
        let both: BTreeSet<String> = ours.intersection(&theirs).cloned().collect();
        let wanted: BTreeSet<String> = if ask.projects.is_empty() {
            both.clone()
        } else {
            ask.projects.into_iter().collect()
        };
        if let Some(lacking) = wanted.difference(&both).next() {
            let place = if ours.contains(lacking) {
                &there.head.title
            } else {
                &from.head.title
            };
            return Err(CommandError::field(
                "projects",
                format!("Project `{lacking}` has no access list in {place}."),
            )
            .guide("Move the project first; its access list can go along with it."));
        }
        if wanted.is_empty() {
            return Err(CommandError::field(
                "projects",
                format!(
                    "{} and {} have no project in common.",
                    from.head.title, there.head.title
                ),
            )
            .guide("Move a project first; its access list can go along with it."));
        }
        let name = match wanted.iter().next() {
            Some(one) if wanted.len() == 1 => format!("Access of {one}"),
            _ => format!("Access of {} projects", wanted.len()),
        };
        self.move_new(MoveEdit {
            name: Some(name),
            from: Some(ask.from),
            to: Some(to.id),
            chosen: Some(wanted.iter().map(|code| list_of(code)).collect()),
            // An access list stands alone: nothing that it names goes along.
            left_out: Some(
                wanted
                    .iter()
                    .map(|code| ArtifactId::global(ArtifactKind::Project, code, None))
                    .collect(),
            ),
            policies: Some(MovePolicies {
                existing: ExistingPolicy::Replace,
                ..MovePolicies::default()
            }),
            ..MoveEdit::default()
        })
        .await
    }

    /// Whom the identity domain of a place knows, and what is to be said where it could not be read.
    async fn people_of(&self, side: &OpenSide) -> Result<(Directory, Vec<String>), CommandError> {
        let instance = side.head.instance_id.as_deref();
        let Some(instance) = instance.and_then(|id| self.stored_instance(id).ok()) else {
            let note = "The instance is not saved here, so nobody is known but by what the list calls them.";
            return Ok((Directory::default(), vec![note.to_owned()]));
        };
        let (directory, error) = self.directory_as_known(&instance).await?;
        let notes = error.map(|error| {
            if error.code == ErrorCode::NotOffered {
                error.message
            } else {
                format!(
                    "The users and groups of {} could not be read: {}",
                    instance.name, error.message
                )
            }
        });
        Ok((directory, notes.into_iter().collect()))
    }
}

fn members(group: &AccessGroup, directory: &Directory) -> Vec<AccessMember> {
    let all = group.allowed.iter().map(|member| {
        let kind = IdentityKind::from_wire(member.member_kind.as_deref());
        let kind = kind.unwrap_or(IdentityKind::User);
        let known = directory.get(kind, &member.id);
        let listed = member.display_name.clone();
        AccessMember {
            kind: match kind {
                IdentityKind::User => HolderKind::User,
                IdentityKind::Group => HolderKind::Group,
            },
            name: known.map_or_else(
                || listed.unwrap_or_else(|| member.id.clone()),
                |known| known.name.clone(),
            ),
            email: known.and_then(|known| known.email.clone()),
            dangling: member.id_not_found,
        }
    });
    let mut all: Vec<AccessMember> = all.collect();
    all.sort();
    all
}

/// The same one has the same kind, and name or e-mail address. Whoever one domain knows and the other does not
/// know any more is not the same: one is let in, the other is not.
fn is_same(one: &AccessMember, other: &AccessMember) -> bool {
    let alike = |left: &str, right: &str| left.to_lowercase() == right.to_lowercase();
    let mailed = match (&one.email, &other.email) {
        (Some(left), Some(right)) => Some(alike(left, right)),
        _ => None,
    };
    one.kind == other.kind
        && one.dangling == other.dangling
        && mailed.unwrap_or_else(|| alike(&one.name, &other.name))
}

fn differs(left: &AccessGroupView, right: &AccessGroupView) -> AccessDifference {
    let lacks = |own: &[AccessMember], theirs: &[AccessMember]| -> Vec<AccessMember> {
        let all = own.iter();
        let all = all.filter(|one| !theirs.iter().any(|other| is_same(one, other)));
        all.cloned().collect()
    };
    let only_left = lacks(&left.members, &right.members);
    let same = left.members.len() - only_left.len();
    AccessDifference {
        right: left.right,
        everyone_left: left.everyone,
        everyone_right: right.everyone,
        only_right: lacks(&right.members, &left.members),
        only_left,
        same: u32::try_from(same).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(members: &[(&str, Option<&str>)]) -> AccessGroupView {
        let members = members.iter().map(|(name, email)| AccessMember {
            kind: HolderKind::User,
            name: (*name).to_owned(),
            email: email.map(str::to_owned),
            dangling: false,
        });
        AccessGroupView {
            right: AccessRight::Editor,
            everyone: false,
            members: members.collect(),
        }
    }

    #[test]
    fn the_address_tells_who_is_the_same_where_both_are_known() {
        let left = group(&[
            ("alee", Some("Ann@example.com")),
            ("bob", Some("bob@example.com")),
        ]);
        let right = group(&[
            ("ann", Some("ann@example.com")),
            ("bob", Some("robert@example.com")),
        ]);
        let told = differs(&left, &right);
        assert_eq!(
            (told.same, told.only_left.len(), told.only_right.len()),
            (1, 1, 1)
        );
        assert_eq!(told.only_left[0].name, "bob");
        let mut unknown = group(&[("BOB", None)]);
        assert_eq!(differs(&left, &unknown).same, 1);
        unknown.members[0].dangling = true;
        assert_eq!(differs(&left, &unknown).same, 0);
    }
}
