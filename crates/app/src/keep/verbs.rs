//! What a person can do with keep rules: look what they would do, save them, have them done.

use std::sync::Arc;

use jiff::tz::TimeZone;
use waybill_vault::Vault;

use super::judge::{Bench, going, judge, name_of, preview};
use super::stored::OFFERED;
use crate::places::blocking;
use crate::view::{CommandError, ErrorCode, KeepForm, KeepPreviewView, KeepView, RunSummary};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// The keep rules as they are saved. A new data folder has none: all snapshots stay.
    #[must_use]
    pub fn keep_rules(&self) -> KeepView {
        let stored = self.shared.settings.read().keep;
        KeepView {
            form: stored.form(),
            offered: OFFERED,
            set: stored.is_set(),
            saved_at: stored.saved_at,
        }
    }

    /// What these rules would do now, or the saved ones; to all snapshots, or to those of one instance.
    /// Touches nothing. Without a vault there is nothing that could go.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, `UnknownSubject` for an instance, the failures of the vault and its
    /// password.
    pub async fn keep_preview(
        &self,
        form: Option<&KeepForm>,
        instance: Option<&str>,
    ) -> Result<KeepPreviewView, CommandError> {
        let bench = self.keep_bench(form, instance)?;
        if !self.shared.vault.exists() {
            return Ok(KeepPreviewView {
                previewed: String::new(),
                goes: 0,
                stays: 0,
                bytes: 0,
                snapshots: Vec::new(),
            });
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        self.settle_marks(&vault).await?;
        let journal = Arc::clone(&self.shared.journal);
        blocking(move || {
            let judged = judge(&vault, &journal, &bench)?;
            preview(&vault, judged, bench.only.as_deref())
        })
        .await
    }

    /// Saves keep rules. `previewed` names the preview that was shown of them: from now on they are
    /// followed after each scheduled backup, and so nobody saves them without having seen what they do.
    ///
    /// # Errors
    /// As [`Self::keep_preview`]; `BadInput` with `context.previewed` where the preview is out of date;
    /// `FileFailed`.
    pub async fn keep_save(
        &self,
        form: &KeepForm,
        previewed: &str,
    ) -> Result<KeepView, CommandError> {
        let bench = self.keep_bench(Some(form), None)?;
        if self.shared.vault.exists() {
            let vault = self.shared.vault.open(&self.shared.secrets).await?;
            self.keep_checked(vault, bench, previewed).await?;
        }
        let now = format!("{:.0}", self.shared.clock.now());
        self.shared.settings.change(|stored| {
            stored.keep = stored.keep.with(form)?;
            stored.keep.saved_at = Some(now.clone());
            Ok(())
        })?;
        self.audit("keep rules saved", &words(form))?;
        self.tell(AppEvent::VaultChanged);
        Ok(self.keep_rules())
    }

    /// Removes what the preview showed, as a run, and gives back its room. Where the list is no longer what
    /// was shown, nothing is removed.
    ///
    /// # Errors
    /// As [`Self::keep_preview`]; `BadInput` with `context.previewed` where something changed since the
    /// preview; `NoVault`. Later failures end the run.
    pub async fn keep_apply(
        &self,
        form: Option<&KeepForm>,
        instance: Option<&str>,
        previewed: &str,
    ) -> Result<RunSummary, CommandError> {
        let bench = self.keep_bench(form, instance)?;
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        self.keep_checked(Arc::clone(&vault), bench.clone(), previewed)
            .await?;
        self.start_removing(vault, bench, previewed.to_owned(), &self.shared.asked_by)
    }

    async fn keep_checked(
        &self,
        vault: Arc<Vault>,
        bench: Bench,
        previewed: &str,
    ) -> Result<(), CommandError> {
        self.settle_marks(&vault).await?;
        let journal = Arc::clone(&self.shared.journal);
        let now = blocking(move || Ok(name_of(&vault, &going(&judge(&vault, &journal, &bench)?))))
            .await?;
        if now == previewed {
            Ok(())
        } else {
            Err(changed_meanwhile())
        }
    }

    pub(super) fn keep_bench(
        &self,
        form: Option<&KeepForm>,
        instance: Option<&str>,
    ) -> Result<Bench, CommandError> {
        let stored = self.shared.settings.read();
        let only = instance
            .map(|name| self.stored_instance(name).map(|instance| instance.id))
            .transpose()?;
        Ok(Bench {
            rules: match form {
                Some(form) => stored.keep.with(form)?,
                None => stored.keep,
            },
            now: self.shared.clock.now(),
            zone: TimeZone::system(),
            only,
        })
    }
}

pub(super) fn changed_meanwhile() -> CommandError {
    CommandError::new(
        ErrorCode::BadInput,
        "Something changed since this was shown: other snapshots would go now.",
    )
    .guide("Look again at what would go. Nothing was removed.")
    .with("previewed", "changed")
}

fn words(form: &KeepForm) -> String {
    let all = &form.all;
    let parts = [
        ("last", all.last),
        ("hourly", all.hourly),
        ("daily", all.daily),
        ("weekly", all.weekly),
        ("monthly", all.monthly),
        ("yearly", all.yearly),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter_map(|(word, count)| Some(format!("{word} {}", count.filter(|count| *count > 0)?)))
        .collect();
    let mut text = if said.is_empty() {
        "all stay".to_owned()
    } else {
        said.join(", ")
    };
    if !form.own.is_empty() {
        text.push_str("; own rules of ");
        text.push_str(&form.own.len().to_string());
    }
    text
}
