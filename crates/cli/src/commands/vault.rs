//! `waybill vault`.

use waybill_app::view::CommandError;

use super::{Session, word};
use crate::arguments::VaultVerb;
use crate::exit::Ending;
use crate::input;
use crate::output::{duration, size};

pub async fn perform(session: &Session<'_>, verb: VaultVerb) -> Result<Ending, CommandError> {
    match verb {
        VaultVerb::Status => {
            session.unlock_vault().await?;
            let view = session.app.vault_status().await?;
            session.output.result("vault", &view, || {
                let mut text = format!(
                    "{}\n{}, {} snapshots, {}, {} free",
                    view.path,
                    word(&view.state),
                    view.snapshots,
                    size(view.bytes),
                    size(view.free_bytes)
                );
                if let Some(problem) = &view.problem {
                    text.push('\n');
                    text.push_str(problem);
                }
                text
            });
            Ok(Ending::Done)
        }
        VaultVerb::Check => {
            session.unlock_vault().await?;
            let view = session.app.vault_check_now().await?;
            session.output.result("result", &view, || {
                if view.passed {
                    format!("Nothing is wrong. Read in {}.", duration(view.took_ms))
                } else {
                    view.problems.join("\n")
                }
            });
            Ok(if view.passed {
                Ending::Done
            } else {
                Ending::Failed
            })
        }
        VaultVerb::Unlock => {
            let password = input::secret("password of the vault", true)?;
            let view = session.app.vault_unlock(password).await?;
            session
                .output
                .result("vault", &view, || "The vault is open.".into());
            Ok(Ending::Done)
        }
        VaultVerb::RecoverySheet { to } => {
            session.unlock_vault().await?;
            let saved = session.app.recovery_sheet_write(&to).await?;
            session.output.result("saved", &saved, || {
                format!(
                    "{} holds the vault's password. Print it, or keep it where only you can read it.",
                    saved.path
                )
            });
            Ok(Ending::Done)
        }
    }
}
