//! The audit log as screens and the command line show it.

use std::collections::BTreeMap;

use serde_json::Value;
use waybill_engine::AuditEntry;

use crate::Waybill;
use crate::view::{AuditCheckView, AuditView, CommandError};

/// So many entries are shown at most.
const MOST: u32 = 5000;

impl Waybill {
    /// The newest entries of the audit log first, at most `limit`; those of one instance, if it is
    /// named (one that is no longer saved can be named too).
    ///
    /// # Errors
    /// `FileFailed`.
    pub async fn audit_entries(
        &self,
        limit: u32,
        instance: Option<String>,
    ) -> Result<Vec<AuditView>, CommandError> {
        let wanted = instance.map(|name| {
            self.stored_instance(&name)
                .map_or_else(|_| (name.clone(), name), |known| (known.id, known.name))
        });
        let journal = self.shared.journal.clone();
        let entries = tokio::task::spawn_blocking(move || {
            let wanted = wanted
                .as_ref()
                .map(|(id, name)| (id.as_str(), name.as_str()));
            journal.audit_entries_of(limit.min(MOST), wanted)
        })
        .await
        .map_err(CommandError::internal)??;
        Ok(entries.into_iter().map(view).collect())
    }

    /// Follows the chain of the audit log from its first entry to its last.
    ///
    /// # Errors
    /// `FileFailed`.
    pub async fn audit_check(&self) -> Result<AuditCheckView, CommandError> {
        let journal = self.shared.journal.clone();
        let report = tokio::task::spawn_blocking(move || journal.verify_chain())
            .await
            .map_err(CommandError::internal)??;
        Ok(AuditCheckView {
            entries: report.entries,
            whole: report.broken_at.is_none(),
            broken_at: report.broken_at.map(i64::unsigned_abs),
        })
    }

    /// Adds an entry with its circumstances to the audit log.
    pub(crate) fn audit_with(
        &self,
        action: &str,
        subject: &str,
        details: &Value,
    ) -> Result<(), CommandError> {
        let (now, who) = (self.shared.clock.now(), &self.shared.asked_by);
        self.shared
            .journal
            .audit(now, who, action, subject, details)?;
        Ok(())
    }
}

fn view(entry: AuditEntry) -> AuditView {
    let mut details: BTreeMap<String, String> = match entry.detail {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect(),
        _ => BTreeMap::new(),
    };
    AuditView {
        number: entry.seq.unsigned_abs(),
        at: entry.at,
        who: entry.who,
        action: entry.action,
        subject: entry.subject,
        instance: details.remove("instance"),
        before: details.remove("before"),
        after: details.remove("after"),
        result: details.remove("result"),
        run: details.remove("run"),
        details,
    }
}
