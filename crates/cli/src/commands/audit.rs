//! `waybill audit`.

use serde_json::json;
use waybill_app::view::{AuditView, CommandError, ErrorCode};

use super::Session;
use crate::arguments::AuditVerb;
use crate::exit::Ending;
use crate::output::{bad_input, table};

pub async fn perform(session: &Session<'_>, verb: AuditVerb) -> Result<Ending, CommandError> {
    match verb {
        AuditVerb::List { instance, limit } => {
            let entries = session.app.audit_entries(limit, instance).await?;
            session
                .output
                .result("audit", &json!({ "entries": entries }), || {
                    describe(&entries)
                });
            Ok(Ending::Done)
        }
        AuditVerb::Check => {
            let report = session.app.audit_check().await?;
            if let Some(broken) = report.broken_at {
                session.output.object("auditCheck", &report);
                return Err(CommandError {
                    code: ErrorCode::FileFailed,
                    guidance: Some(
                        "Somebody changed the journal by other means than Waybill. Compare with a copy of the data folder.".into(),
                    ),
                    ..bad_input(&format!("The audit log was changed: entry {broken} does not fit the one before."))
                });
            }
            session.output.result("auditCheck", &report, || {
                format!("All {} entries fit together.", report.entries)
            });
            Ok(Ending::Done)
        }
    }
}

fn describe(entries: &[AuditView]) -> String {
    if entries.is_empty() {
        return "Nothing was done yet.".into();
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            vec![
                entry.number.to_string(),
                entry.at.clone(),
                entry.who.clone(),
                entry.action.clone(),
                entry.subject.clone(),
                entry.instance.clone().unwrap_or_default(),
                entry
                    .result
                    .clone()
                    .or_else(|| entry.after.clone())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    table(
        &[
            "NUMBER", "AT", "WHO", "WHAT", "TO WHAT", "INSTANCE", "RESULT",
        ],
        &rows,
    )
}
