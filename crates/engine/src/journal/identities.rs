//! Users and groups of identity domains, as they were last read: so that an access list in a snapshot can be
//! understood when its instance cannot be asked any more. Names and addresses alone; nothing secret.

use rusqlite::{TransactionBehavior, params};

use super::words::{json, word};
use super::{Journal, now};
use crate::access::Identity;
use crate::error::Result;

impl Journal {
    /// Keeps whom a domain knows. Somebody whom it knew before and does not know now stays, because an older
    /// snapshot may name them.
    pub fn keep_identities(&self, domain: &str, all: &[Identity]) -> Result<()> {
        self.with("keeping users and groups", |connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            {
                let mut insert = transaction.prepare_cached(
                    "INSERT INTO identities (domain, kind, id, read_at, detail)
                     VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT (domain, kind, id) DO UPDATE
                     SET read_at = excluded.read_at, detail = excluded.detail",
                )?;
                let read_at = now();
                for one in all {
                    let detail = serde_json::to_string(one).unwrap_or_default();
                    insert.execute(params![domain, word(&one.kind), one.id, read_at, detail])?;
                }
            }
            transaction.commit()
        })
    }

    /// Whom a domain knew, whenever that was.
    pub fn identities(&self, domain: &str) -> Result<Vec<Identity>> {
        self.with("reading users and groups", |connection| {
            connection
                .prepare_cached(
                    "SELECT detail FROM identities WHERE domain = ?1 ORDER BY kind DESC, id",
                )?
                .query_map(params![domain], |row| json(&row.get::<_, String>(0)?))?
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waybill::IdentityKind;

    #[test]
    fn whoever_left_a_domain_is_still_known_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("waybill.db")).unwrap();
        let one = |id: &str, name: &str| Identity {
            kind: IdentityKind::User,
            id: id.to_owned(),
            name: name.to_owned(),
            display: None,
            email: Some(format!("{name}@example.com")),
            active: true,
        };
        let first = [one("a", "ann"), one("b", "bob")];
        journal.keep_identities("https://one", &first).unwrap();
        let renamed = one("a", "anna");
        let second = std::slice::from_ref(&renamed);
        journal.keep_identities("https://one", second).unwrap();
        assert_eq!(
            journal.identities("https://one").unwrap(),
            [renamed, one("b", "bob")]
        );
        assert!(journal.identities("https://two").unwrap().is_empty());
    }
}
