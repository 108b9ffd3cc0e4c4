//! `waybill verify`.

use std::path::Path;

use serde_json::json;
use waybill_app::view::{CommandError, PaperForm, ProofView, RunStatus, RunSummary};

use super::Session;
use super::backup::follow;
use crate::exit::Ending;
use crate::input;
use crate::keep_arguments::{EvidenceForm, Verify};
use crate::output::{bad_input, size, table};

/// Into so many parts the vault is divided where nothing else is said.
const PARTS: u32 = 30;

pub async fn perform(session: &Session<'_>, asked: Verify) -> Result<Ending, CommandError> {
    if asked.list {
        return list(session);
    }
    if let Some(file) = &asked.save {
        let form = match asked.form {
            EvidenceForm::Html => PaperForm::Html,
            EvidenceForm::Json => PaperForm::Json,
        };
        let saved = session.app.proofs_write(form, file)?;
        session
            .output
            .result("saved", &saved, || format!("{} written.", saved.path));
        return Ok(Ending::Done);
    }
    session.unlock_vault().await?;
    if let Some(from) = &asked.mend {
        let password = asked
            .from_password_stdin
            .then(|| input::secret("password of the other vault", true))
            .transpose()?;
        let run = match (from.as_str(), from.strip_prefix("target:")) {
            ("targets", _) => session.app.vault_mend_from_target(None).await?,
            (_, Some(name)) => session.app.vault_mend_from_target(Some(name)).await?,
            (folder, None) => session.app.vault_mend(Path::new(folder), password).await?,
        };
        return proved(session, &run).await;
    }
    if let Some(id) = &asked.snapshot {
        let id = session.snapshot(id).await?.id;
        let view = session.app.snapshot_verify_now(&id).await?;
        session.output.result("result", &view, || {
            if view.passed {
                format!(
                    "All {} files are there and equal to what was stored.",
                    view.files
                )
            } else {
                view.problems.join("\n")
            }
        });
        return Ok(ending(view.passed));
    }
    let run = if asked.restore {
        let of = match &asked.of {
            Some(id) => Some(session.snapshot(id).await?.id),
            None => None,
        };
        session
            .app
            .proof_restore(of.as_deref(), asked.artifacts, asked.into.as_deref())
            .await?
    } else {
        let (part, of) = match &asked.part {
            None => (1, 1),
            Some(text) => part(text)?,
        };
        session.app.vault_check_part(part, of).await?
    };
    proved(session, &run).await
}

/// Follows a run to its end and says what it proved.
async fn proved(session: &Session<'_>, run: &RunSummary) -> Result<Ending, CommandError> {
    let ended = follow(session, &run.id).await?;
    let proof = session
        .app
        .proofs()?
        .into_iter()
        .find(|proof| proof.run.as_deref() == Some(&run.id));
    let Some(proof) = proof else {
        return Ok(ended);
    };
    session.output.result("proof", &proof, || in_words(&proof));
    let summary = session.app.run_detail(&run.id).await?.summary;
    Ok(match summary.status {
        RunStatus::Cancelled => Ending::Cancelled,
        _ => ending(proof.passed),
    })
}

const fn ending(passed: bool) -> Ending {
    if passed {
        Ending::Done
    } else {
        Ending::Damaged
    }
}

fn in_words(proof: &ProofView) -> String {
    let mut lines = vec![proof.headline.clone()];
    lines.extend(proof.problems.iter().cloned());
    lines.join("\n")
}

fn part(text: &str) -> Result<(u32, u32), CommandError> {
    let wrong = || {
        bad_input(&format!(
            "`{text}` is no part. Write a number from 1 to {PARTS}, or N/M."
        ))
    };
    match text.split_once('/') {
        None => Ok((text.parse().map_err(|_| wrong())?, PARTS)),
        Some((part, of)) => Ok((
            part.parse().map_err(|_| wrong())?,
            of.parse().map_err(|_| wrong())?,
        )),
    }
}

fn list(session: &Session<'_>) -> Result<Ending, CommandError> {
    let proofs = session.app.proofs()?;
    session
        .output
        .result("result", &json!({ "proofs": proofs }), || {
            if proofs.is_empty() {
                return "Nothing was proved yet. `waybill verify` reads the vault.".to_owned();
            }
            let rows: Vec<Vec<String>> = proofs
                .iter()
                .map(|proof| {
                    vec![
                        proof.at.clone(),
                        super::word(&proof.way),
                        if proof.passed { "passed" } else { "failed" }.to_owned(),
                        size(proof.bytes),
                        proof.headline.clone(),
                    ]
                })
                .collect();
            table(&["WHEN", "HOW", "RESULT", "READ", "FOUND"], &rows)
        });
    Ok(Ending::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_number_or_a_fraction() {
        assert_eq!(part("3").ok(), Some((3, 30)));
        assert_eq!(part("2/7").ok(), Some((2, 7)));
        for wrong in ["", "x", "1/", "/2", "-1"] {
            assert!(part(wrong).is_err(), "{wrong:?}");
        }
    }
}
