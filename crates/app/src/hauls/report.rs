//! The report of a run, for screens and as files.

use std::path::Path;

use waybill_engine::haul::{HaulItem, HaulReport, HaulResult, haul_report};
use waybill_engine::plan::rollback;
use waybill_engine::waybill::{ImportHow, StepKind};
use waybill_engine::{EngineError, RunId, StepNow};
use waybill_model::{ArtifactId, ArtifactKind};

use crate::Waybill;
use crate::places::blocking;
use crate::report::{report_hash, report_json, report_page, report_table};
use crate::storage::save_file;
use crate::view::{
    CommandError, PaperForm, PlaceRef, ReportResult, ReportRow, ReportView, RollbackOffer,
    SavedFile,
};

/// So many entries of the audit log are looked through for the one of a run.
const ENTRIES: u32 = 5000;

impl Waybill {
    /// The report of the run of a waybill, as far as it has come.
    ///
    /// # Errors
    /// `UnknownSubject`; `BadInput` for a run that carries out no waybill.
    pub async fn report(&self, run: &str) -> Result<ReportView, CommandError> {
        let told = self.haul_report(run).await?;
        let rollback = self.rollback_offer(&told).await;
        let audit_entry = self.audit_entry_of(run).await?;
        let waybill = &told.request.waybill;
        let mut view = ReportView {
            run: crate::runs::summary(&told.run),
            waybill: waybill.id.clone(),
            name: waybill.name.clone(),
            waybill_hash: waybill.hash(),
            from_title: waybill.source.title.clone(),
            from_environment: waybill.source.environment,
            headline: told.headline,
            sentence: told.sentence,
            rows: told.items.into_iter().map(row).collect(),
            failed: told.failed,
            checklist: waybill.checklist.clone(),
            rollback,
            hash: String::new(),
            audit_entry,
        };
        view.hash = report_hash(&view);
        Ok(view)
    }

    /// Writes the report as a file of this form.
    ///
    /// # Errors
    /// As [`Waybill::report`]; `FileFailed`, `DiskFull`.
    pub async fn report_write(
        &self,
        run: &str,
        form: PaperForm,
        path: &Path,
    ) -> Result<SavedFile, CommandError> {
        let report = self.report(run).await?;
        let made_at = format!("{:.0}", self.shared.clock.now());
        let text = match form {
            PaperForm::Html => report_page(&report, &made_at),
            PaperForm::Json => report_json(&report),
            PaperForm::Csv => report_table(&report),
        };
        save_file(path, text.as_bytes())
    }

    /// A name for the file of a report, without its ending: `WB-0142-report`.
    ///
    /// # Errors
    /// As [`Waybill::report`].
    pub async fn report_name(&self, run: &str) -> Result<String, CommandError> {
        let told = self.haul_report(run).await?;
        let fits = |sign: &char| sign.is_ascii_alphanumeric() || *sign == '-';
        let id: String = told.request.waybill.id.chars().filter(fits).collect();
        Ok(format!("{id}-report"))
    }

    pub(super) async fn haul_report(&self, run: &str) -> Result<HaulReport, CommandError> {
        let journal = self.shared.journal.clone();
        let id = RunId::named(run);
        let told = blocking(move || match haul_report(&journal, &id) {
            Err(EngineError::NotResumable { .. }) => Ok(None),
            other => other.map(Some),
        });
        told.await?.ok_or_else(|| {
            CommandError::field("run", "Only the run of a waybill has a report.")
                .guide("Choose a run that moved something.")
        })
    }

    async fn rollback_offer(&self, told: &HaulReport) -> RollbackOffer {
        let no = |because: &str| RollbackOffer {
            possible: false,
            because: Some(because.to_owned()),
            snapshot: told.snapshot.clone(),
            taken_at: None,
            artifacts: 0,
            without_secrets: Vec::new(),
        };
        if told.run.status.is_under_way() {
            return no("It goes on. Wait until it has ended.");
        }
        let made = |state| matches!(state, StepNow::Done | StepNow::Unknown);
        if !told.outcomes.iter().any(|step| made(step.state)) {
            return no("Nothing was changed.");
        }
        let Some(snapshot) = &told.snapshot else {
            return no("No snapshot was taken before it.");
        };
        let place = PlaceRef::Snapshot {
            id: snapshot.clone(),
        };
        let side = match self.side(&place).await {
            Ok(open) => open.side,
            Err(error) => {
                return no(&format!("The snapshot cannot be read. {}", error.message));
            }
        };
        let catalogue = side.catalogue();
        let (choice, _) = rollback(&told.request.waybill, &told.outcomes, catalogue, None);
        let artifacts = choice.chosen.len() + choice.remove.len();
        RollbackOffer {
            possible: artifacts > 0,
            because: (artifacts == 0)
                .then(|| "What it changed is neither in the snapshot nor new.".to_owned()),
            snapshot: Some(snapshot.clone()),
            taken_at: Some(catalogue.read_at.clone()),
            artifacts: u32::try_from(artifacts).unwrap_or(u32::MAX),
            without_secrets: without_secrets(told),
        }
    }

    /// The number of the newest entry of the audit log that names the run.
    async fn audit_entry_of(&self, run: &str) -> Result<Option<u64>, CommandError> {
        let (journal, run) = (self.shared.journal.clone(), run.to_owned());
        let entries = blocking(move || journal.audit_entries(ENTRIES)).await?;
        let found = entries.into_iter().find(|entry| {
            let named = entry.detail.get("run").and_then(serde_json::Value::as_str);
            named == Some(run.as_str())
        });
        Ok(found.map(|entry| entry.seq.unsigned_abs()))
    }
}

/// Connections whose secrets the run replaced: what they were before, nobody can read.
fn without_secrets(told: &HaulReport) -> Vec<ArtifactId> {
    let bindings = &told.request.waybill.bindings;
    let replaced = told.outcomes.iter().filter(|step| {
        let sets_secrets = bindings
            .connections
            .get(&step.subject)
            .is_some_and(|binding| !binding.secrets.is_empty());
        let sets = matches!(step.kind, StepKind::SetConnection) && sets_secrets;
        let replaces = matches!(
            step.kind,
            StepKind::Import {
                how: ImportHow::Certificate,
                replace: true,
            }
        );
        let was_there = told
            .request
            .waybill
            .item(&step.subject)
            .is_none_or(|item| item.before.present);
        let made = matches!(step.state, StepNow::Done | StepNow::Unknown);
        made && was_there && (sets || replaces)
    });
    let mut ids: Vec<ArtifactId> = replaced
        .map(|step| step.subject.clone())
        .filter(|id| {
            matches!(
                id.kind,
                ArtifactKind::Connection | ArtifactKind::Certificate
            )
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn row(item: HaulItem) -> ReportRow {
    ReportRow {
        id: item.id,
        name: item.name,
        result: match item.result {
            HaulResult::Failed => ReportResult::Failed,
            HaulResult::Unknown => ReportResult::Unknown,
            HaulResult::NotDone => ReportResult::NotDone,
            HaulResult::Done => ReportResult::Done,
            HaulResult::Kept => ReportResult::Kept,
        },
        words: item.words,
        before: item.before,
        took_ms: item.took_ms,
        why: item.why,
        what_to_do: item.what_to_do,
        exchange: item.exchange.map(Into::into),
        sha256: item.sha256,
        verified: item.verified,
        verified_words: item.verified_words,
    }
}
