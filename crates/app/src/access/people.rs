//! Who is whom in another identity domain, as a person said: kept in the settings, for two domains at a
//! time, because the same people meet in every move between them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use waybill_engine::access::{Table, TableEntry};
use waybill_engine::waybill::IdentityKind;

use super::domain::domain_name;
use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, ErrorCode, HolderKind, PeopleEntry, PeopleTable};

/// The table of two identity domains, in the settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredPeople {
    /// The first identity domain.
    pub(crate) from: String,
    /// The second.
    pub(crate) to: String,
    /// What was said.
    #[serde(default)]
    pub(crate) entries: Vec<TableEntry>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl Waybill {
    /// Who is whom in the identity domain of the second instance, as it was said.
    ///
    /// # Errors
    /// `UnknownSubject`; `NotOffered` for an instance whose sign-in knows no identity domain.
    pub fn people(&self, from: &str, to: &str) -> Result<PeopleTable, CommandError> {
        let (from, to) = self.two_domains(from, to)?;
        let stored = self.shared.settings.read();
        let mut all = stored.identities.iter();
        let known = all.find(|one| one.from == from && one.to == to);
        let entries: Option<Vec<PeopleEntry>> =
            known.map(|known| known.entries.iter().map(shown).collect());
        Ok(PeopleTable {
            same_domain: from == to,
            entries: entries.unwrap_or_default(),
            from,
            to,
        })
    }

    /// Says who is whom; what is given takes the place of the whole table. Plans that were made before say
    /// what they said, and say so when they are looked at again.
    ///
    /// # Errors
    /// As [`Waybill::people`]; `BadInput` with `context.field` for an entry without a name, for two about the
    /// same one, or for an application; `FileFailed`.
    pub fn people_set(
        &self,
        from: &str,
        to: &str,
        entries: Vec<PeopleEntry>,
    ) -> Result<PeopleTable, CommandError> {
        let (first, second) = self.two_domains(from, to)?;
        let mut taken = Vec::with_capacity(entries.len());
        for entry in entries {
            let entry = checked(entry)?;
            if taken
                .iter()
                .any(|known: &TableEntry| is_same(known, &entry))
            {
                return Err(CommandError::field(
                    "entries",
                    format!("`{}` is in the table twice.", entry.from),
                )
                .guide("Keep one line for each user and group."));
            }
            taken.push(entry);
        }
        self.shared.settings.change(|stored| {
            let all = &mut stored.identities;
            let known = all
                .iter_mut()
                .find(|one| one.from == first && one.to == second);
            match known {
                Some(known) => known.entries = taken,
                None => all.push(StoredPeople {
                    from: first.clone(),
                    to: second.clone(),
                    entries: taken,
                    other: Map::new(),
                }),
            }
            stored.identities.retain(|one| !one.entries.is_empty());
            Ok(())
        })?;
        self.people(from, to)
    }

    /// The table as the engine takes it.
    pub(super) fn people_between(&self, from: Option<&str>, to: &str) -> Table {
        let stored = self.shared.settings.read();
        let mut known = stored.identities.iter();
        let known = known.find(|one| Some(one.from.as_str()) == from && one.to == to);
        Table::of(known.map_or(&[][..], |known| &known.entries[..]))
    }

    /// The same, for two instances.
    pub(crate) fn people_for(&self, from: &StoredInstance, to: &StoredInstance) -> Table {
        let domain = |instance: &StoredInstance| {
            let located = self.located(instance).ok()?;
            domain_name(&located)
        };
        let to = domain(to).unwrap_or_default();
        self.people_between(domain(from).as_deref(), &to)
    }

    fn two_domains(&self, from: &str, to: &str) -> Result<(String, String), CommandError> {
        let domain = |name: &str| {
            let instance = self.stored_instance(name)?;
            domain_name(&self.located(&instance)?).ok_or_else(|| no_domain(&instance))
        };
        Ok((domain(from)?, domain(to)?))
    }
}

/// An instance that is signed in to without an identity domain.
pub(super) fn no_domain(instance: &StoredInstance) -> CommandError {
    CommandError::new(
        ErrorCode::NotOffered,
        format!(
            "Waybill signs in to {} with user and password, which tells no identity domain.",
            instance.name
        ),
    )
    .guide("Choose client credentials as the sign-in of the instance, with an application that may look at users and groups.")
    .with("instance", &instance.id)
}

fn checked(entry: PeopleEntry) -> Result<TableEntry, CommandError> {
    let kind = match entry.kind {
        HolderKind::User => IdentityKind::User,
        HolderKind::Group => IdentityKind::Group,
        HolderKind::App => {
            return Err(
                CommandError::field("entries", "An application stands in no access list.")
                    .guide("Take its line out of the table."),
            );
        }
    };
    let from = entry.from.trim().to_owned();
    if from.is_empty() {
        return Err(
            CommandError::field("entries", "A line of the table names nobody.").guide(
                "Enter the user name, e-mail address or name of the group, or take the line out.",
            ),
        );
    }
    let to = entry.to.map(|to| to.trim().to_owned());
    Ok(TableEntry {
        kind,
        from,
        to: to.filter(|to| !to.is_empty()),
    })
}

fn is_same(one: &TableEntry, other: &TableEntry) -> bool {
    one.kind == other.kind && one.from.to_lowercase() == other.from.to_lowercase()
}

fn shown(entry: &TableEntry) -> PeopleEntry {
    PeopleEntry {
        kind: match entry.kind {
            IdentityKind::User => HolderKind::User,
            IdentityKind::Group => HolderKind::Group,
        },
        from: entry.from.clone(),
        to: entry.to.clone(),
    }
}
