//! What is kept of proofs: written down, listed, saved as a page.

use std::path::Path;

use maud::html;
use serde::{Deserialize, Serialize};
use waybill_engine::{Proof, ProofKind, RunId, snapshot};

use crate::Waybill;
use crate::report::evidence_page;
use crate::storage::save_file;
use crate::view::{CommandError, DamageView, PaperForm, ProofView, ProofWay, SavedFile};

/// So many proofs are listed at most.
const LISTED: u32 = 200;

/// What is kept beside the columns of the table.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Detail {
    pub(super) headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) part: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instance_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) into: Option<String>,
    pub(super) artifacts: u32,
    pub(super) files: u32,
    pub(super) bytes: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) problems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) damages: Vec<DamageView>,
}

/// A proof to be kept.
#[derive(Clone, Debug)]
pub(super) struct NewProof {
    pub(super) kind: ProofKind,
    pub(super) snapshot: Option<String>,
    pub(super) instance_id: Option<String>,
    pub(super) passed: bool,
    pub(super) detail: Detail,
    pub(super) run: RunId,
}

impl Waybill {
    /// The proofs, newest first.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn proofs(&self) -> Result<Vec<ProofView>, CommandError> {
        let proofs = self.shared.journal.proofs(None, LISTED)?;
        Ok(proofs.into_iter().map(view).collect())
    }

    /// Writes the proofs as a page or as JSON: evidence for whoever asks for it.
    ///
    /// # Errors
    /// `BadInput` for another form, `FileFailed`, `DiskFull`.
    pub fn proofs_write(&self, form: PaperForm, path: &Path) -> Result<SavedFile, CommandError> {
        let proofs = self.proofs()?;
        match form {
            PaperForm::Html => {
                let now = format!("{:.0}", self.shared.clock.now());
                save_file(path, page(&proofs, &now).as_bytes())
            }
            PaperForm::Json => {
                let text = serde_json::to_string_pretty(&proofs).map_err(CommandError::internal)?;
                save_file(path, text.as_bytes())
            }
            PaperForm::Csv => Err(CommandError::field(
                "form",
                "Proofs are saved as a page or as JSON.",
            )),
        }
    }

    pub(super) fn keep_proof(&self, new: NewProof) -> Result<ProofView, CommandError> {
        let mut proof = Proof {
            id: 0,
            at: self.shared.clock.now(),
            kind: new.kind,
            snapshot: new.snapshot,
            instance_id: new.instance_id,
            passed: new.passed,
            detail: serde_json::to_value(&new.detail).map_err(CommandError::internal)?,
            run: Some(new.run),
        };
        proof.id = self.shared.journal.add_proof(&proof)?;
        Ok(view(proof))
    }

    /// The newest proof of one of these kinds.
    pub(super) fn last_proof(
        &self,
        kinds: &[ProofKind],
    ) -> Result<Option<ProofView>, CommandError> {
        let mut newest: Option<Proof> = None;
        for kind in kinds {
            let one = self.shared.journal.proofs(Some(*kind), 1)?.pop();
            if let Some(one) = one
                && newest.as_ref().is_none_or(|known| known.id < one.id)
            {
                newest = Some(one);
            }
        }
        Ok(newest.map(view))
    }
}

pub(super) fn view(proof: Proof) -> ProofView {
    // What an older version wrote may lack members.
    let detail: Detail = serde_json::from_value(proof.detail).unwrap_or_default();
    ProofView {
        id: u32::try_from(proof.id).unwrap_or_default(),
        at: format!("{:.0}", proof.at),
        way: match proof.kind {
            ProofKind::Check => ProofWay::Check,
            ProofKind::Folder => ProofWay::Folder,
            ProofKind::Instance => ProofWay::Instance,
            ProofKind::Mend => ProofWay::Mend,
        },
        passed: proof.passed,
        headline: detail.headline,
        part: detail.part,
        of: detail.of,
        snapshot: proof.snapshot,
        instance_name: detail.instance_name,
        into: detail.into,
        artifacts: detail.artifacts,
        files: detail.files,
        bytes: detail.bytes,
        problems: detail.problems,
        damages: detail.damages,
        run: proof.run.map(|run| run.to_string()),
    }
}

fn page(proofs: &[ProofView], now: &str) -> String {
    let body = html! {
        h1 { "Proof that the backups can be had back" }
        p {
            (proofs.len()) " proofs, newest first. A check reads the data of the vault and compares it with what was "
            "written; a restore writes artifacts into a folder or an instance and compares what arrived."
        }
        table {
            thead { tr { th { "When" } th { "How" } th { "Result" } th { "Snapshot" } th { "Files" } th { "What was found" } } }
            tbody {
                @for proof in proofs {
                    tr {
                        td { (crate::report::page_moment(&proof.at)) }
                        td { (way_words(proof)) }
                        td { @if proof.passed { "passed" } @else { b { "failed" } } }
                        td {
                            @if let Some(id) = &proof.snapshot {
                                code { (snapshot::short(id)) } " " (proof.instance_name.as_deref().unwrap_or_default())
                            }
                        }
                        td { (proof.files) }
                        td {
                            (proof.headline)
                            @if !proof.problems.is_empty() {
                                ul { @for problem in &proof.problems { li { (problem) } } }
                            }
                        }
                    }
                }
            }
        }
    };
    evidence_page("Proof of backups", now, &body)
}

pub(super) fn way_words(proof: &ProofView) -> String {
    match (proof.way, proof.part, proof.of) {
        (ProofWay::Check, Some(_), Some(1)) => "All data read".to_owned(),
        (ProofWay::Check, Some(part), Some(of)) => format!("Part {part} of {of} read"),
        (ProofWay::Check, ..) => "Data read".to_owned(),
        (ProofWay::Folder, ..) => "Restored into a folder".to_owned(),
        (ProofWay::Instance, ..) => format!(
            "Restored into {}",
            proof.into.as_deref().unwrap_or("an instance")
        ),
        (ProofWay::Mend, ..) => "Put right from a copy".to_owned(),
    }
}
