//! What a person can do with word: look, set, test, see what was said.

use std::collections::BTreeSet;
use std::sync::Mutex;

use secrecy::ExposeSecret as _;
use serde_json::json;
use waybill_engine::{Word, WordKind as Kind, WordSeverity as Weight, WordState as State};

use super::digest;
use super::fault::Stages;
use super::hook::read_address;
use super::owners::is_address;
use super::secrets::Kept;
use super::stored::{StoredWord, Way};
use super::text::{Said, weight};
use crate::schedules::Calendar;
use crate::view::{
    CommandError, DigestForm, HookForm, MailForm, MailSecurity, OpenCause, WordForm, WordKind,
    WordLine, WordSecrets, WordStage, WordState, WordTest, WordView,
};
use crate::{AppEvent, Waybill};

/// So many lines are shown at most.
const MOST: u32 = 1000;

impl Waybill {
    /// Word as it is set, and how it stands.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn word(&self) -> Result<WordView, CommandError> {
        let stored = self.shared.settings.read().word;
        let waiting = self.shared.journal.waiting_words()?;
        let open = self.shared.journal.open_causes()?;
        let places = stored
            .hooks
            .iter()
            .filter_map(|hook| {
                let id = hook.id.clone()?;
                let place = self.word_secret_place(Kept::HookAddress(&id));
                Some((id, place))
            })
            .collect();
        Ok(WordView {
            mail_password: self.word_secret_place(Kept::MailPassword),
            hook_addresses: places,
            open: open
                .iter()
                .map(|cause| OpenCause {
                    title: Said::of(&cause.detail).title,
                    severity: weight(cause.severity),
                    since: cause.began_at.to_string(),
                })
                .collect(),
            waiting: u32::try_from(waiting.len()).unwrap_or(u32::MAX),
            problem: waiting.into_iter().find_map(|word| word.problem),
            form: stored.form(),
        })
    }

    /// Sets where word goes. Secrets that are not given stay as they are; those of a webhook that is taken away, and
    /// the password of a mail server that is, are forgotten. What waits is tried again at the next look.
    ///
    /// # Errors
    /// `BadInput` with `context.field`; the failures of the place for secrets; `FileFailed`.
    pub async fn word_set(
        &self,
        form: &WordForm,
        secrets: WordSecrets,
    ) -> Result<WordView, CommandError> {
        let before = self.shared.settings.read().word;
        let form = checked(form, &before)?;
        for (name, address) in &secrets.hook_addresses {
            if !form.hooks.iter().any(|hook| hook.name == *name) {
                return Err(CommandError::field(
                    "hookAddress",
                    format!("There is no webhook `{name}`."),
                ));
            }
            if !address.expose_secret().trim().is_empty() {
                read_address(address)?;
            }
        }
        // Secrets first: a way without its secret would fail at once.
        if let Some(password) = &secrets.mail_password {
            self.word_secret_keep(Kept::MailPassword, password).await?;
        }
        for hook in &form.hooks {
            let (Some(id), Some(address)) = (&hook.id, secrets.hook_addresses.get(&hook.name))
            else {
                continue;
            };
            self.word_secret_keep(Kept::HookAddress(id), address)
                .await?;
        }
        let signs_in =
            |mail: &Option<MailForm>| mail.as_ref().is_some_and(|mail| mail.user.is_some());
        if signs_in(&before.mail) && !signs_in(&form.mail) {
            self.word_secret_forget(Kept::MailPassword).await?;
        }
        for hook in &before.hooks {
            if let Some(id) = &hook.id
                && !form.hooks.iter().any(|kept| kept.id == hook.id)
            {
                self.word_secret_forget(Kept::HookAddress(id)).await?;
            }
        }
        if form.digest != before.digest {
            self.digest_begins()?;
        }
        self.shared.settings.change(|stored| {
            stored.word = StoredWord {
                other: stored.word.other.clone(),
                ..form.clone()
            };
            Ok(())
        })?;
        self.audit("notifications set", "notifications")?;
        self.shared.journal.hurry_words(self.shared.clock.now())?;
        self.tell(AppEvent::InstancesChanged);
        self.word()
    }

    /// Sends a test message by one way, as it is saved: `mail`, or a webhook by its name or id. `told` hears of each
    /// stage.
    ///
    /// # Errors
    /// `UnknownSubject` for a way that is not set. What fails on the way is a stage in the answer.
    pub async fn word_test(
        &self,
        way: &str,
        told: &(dyn Fn(WordStage) + Send + Sync),
    ) -> Result<WordTest, CommandError> {
        let stored = self.shared.settings.read().word;
        let way = stored.way(way)?;
        let said = Said {
            title: "Waybill: this is a test".into(),
            text: vec![
                "Somebody pressed Test in Waybill. Word about backups will arrive in this way."
                    .into(),
            ],
            ..Said::default()
        };
        let now = self.shared.clock.now();
        let word = Word {
            id: 0,
            cause: "test".into(),
            way: way.name(),
            kind: Kind::Began,
            severity: Weight::Info,
            at: now,
            next_at: now,
            state: State::Sending,
            tries: 1,
            detail: json!(said),
            problem: None,
        };
        let heard = Mutex::new(Vec::new());
        let both = |stage: WordStage| {
            told(stage.clone());
            if let Ok(mut heard) = heard.lock() {
                heard.push(stage);
            }
        };
        let mut stages = Stages::new(&both);
        let sent = self.word_deliver(&stored, &way, &word, &mut stages).await;
        if let Err(fault) = &sent {
            stages.failed(fault);
        } else {
            self.shared.journal.hurry_words(now)?;
        }
        Ok(WordTest {
            way: stored.title(&way),
            passed: sent.is_ok(),
            stages: heard.into_inner().unwrap_or_default(),
        })
    }

    /// What was said and what is on its way, newest first.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn word_log(&self, limit: u32) -> Result<Vec<WordLine>, CommandError> {
        let stored = self.shared.settings.read().word;
        let words = self.shared.journal.told(limit.min(MOST))?;
        Ok(words.into_iter().map(|word| line(word, &stored)).collect())
    }
}

impl StoredWord {
    /// The way that a person names.
    fn way(&self, named: &str) -> Result<Way, CommandError> {
        if named == "mail" && self.mail.is_some() {
            return Ok(Way::Mail);
        }
        self.hooks
            .iter()
            .find(|hook| hook.id.as_deref() == Some(named) || hook.name == named)
            .and_then(|hook| hook.id.clone())
            .map(Way::Hook)
            .ok_or_else(|| {
                CommandError::unknown("way to send word", named)
                    .guide("Name `mail`, or a webhook that is set.")
            })
    }
}

fn line(word: Word, stored: &StoredWord) -> WordLine {
    let said = Said::of(&word.detail);
    let way = Way::named(&word.way);
    WordLine {
        id: word.id,
        at: word.at.to_string(),
        way: if said.to.is_empty() {
            stored.title(&way)
        } else {
            format!("Mail to {}", said.to.join(", "))
        },
        kind: match word.kind {
            Kind::Began => WordKind::Began,
            Kind::Still => WordKind::Still,
            Kind::Over => WordKind::Over,
            Kind::Owner => WordKind::Owner,
            Kind::Digest => WordKind::Digest,
        },
        severity: weight(word.severity),
        title: said.title,
        next_at: (word.state == State::Waiting).then(|| word.next_at.to_string()),
        state: match word.state {
            State::Waiting => WordState::Waiting,
            State::Sending => WordState::Sending,
            State::Sent => WordState::Sent,
            State::GivenUp => WordState::GivenUp,
        },
        tries: word.tries,
        problem: word.problem,
    }
}

/// What was entered, if it makes sense; new webhooks get an id.
fn checked(form: &WordForm, before: &StoredWord) -> Result<StoredWord, CommandError> {
    let text = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(ToOwned::to_owned)
    };
    let mail = form.mail.as_ref().map(mail).transpose()?;
    for rule in &form.owner_rules {
        if rule.who.trim().is_empty() || (rule.to.trim() != "*" && !is_address(rule.to.trim())) {
            return Err(CommandError::field(
                "ownerRules",
                format!("`{}` to `{}` is no rule for owners.", rule.who, rule.to),
            )
            .guide(
                "Give a name, with * for anything, and a mail address, or * for the name itself.",
            ));
        }
    }
    let mut names = BTreeSet::new();
    let mut hooks: Vec<HookForm> = Vec::new();
    for hook in &form.hooks {
        let name = hook.name.trim().to_owned();
        if name.is_empty() || name == "mail" || !names.insert(name.clone()) {
            return Err(CommandError::field(
                "hookName",
                "Each webhook needs a name of its own.",
            ));
        }
        if hook.id.is_some() && !before.hooks.iter().any(|known| known.id == hook.id) {
            return Err(CommandError::unknown("webhook", &name));
        }
        hooks.push(HookForm {
            id: hook
                .id
                .clone()
                .or_else(|| Some(uuid::Uuid::new_v4().simple().to_string())),
            name,
            ..hook.clone()
        });
    }
    if let Some(rhythm) = digest::rhythm(&form.digest) {
        Calendar::read(&rhythm, None)?;
    }
    if matches!(
        form.digest,
        DigestForm::Daily { .. } | DigestForm::Weekly { .. }
    ) && mail.is_none()
        && hooks.is_empty()
    {
        return Err(CommandError::field(
            "digest",
            "A summary needs somewhere to go: set mail or a webhook first.",
        ));
    }
    Ok(StoredWord {
        mail,
        owners: form.owners,
        owner_rules: form.owner_rules.clone(),
        hooks,
        digest: form.digest.clone(),
        ca_file: text(&form.ca_file),
        other: serde_json::Map::new(),
    })
}

fn mail(form: &MailForm) -> Result<MailForm, CommandError> {
    let host = form.host.trim();
    let plain = |host: &str| {
        !host.is_empty()
            && !host.contains(|sign: char| sign.is_whitespace() || "/@\"".contains(sign))
    };
    if !plain(host) {
        return Err(CommandError::field(
            "mailHost",
            "Give the name of the mail server, as in `smtp.example.com`.",
        ));
    }
    if form.port == 0 {
        return Err(CommandError::field("mailPort", "A port is 1 to 65535."));
    }
    let here = host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    if form.security == MailSecurity::None && !here {
        return Err(CommandError::field(
            "mailSecurity",
            "Without encryption mail goes to a server on this computer alone.",
        )
        .guide("Choose TLS or STARTTLS."));
    }
    if form.from.parse::<lettre::message::Mailbox>().is_err() {
        return Err(CommandError::field(
            "mailFrom",
            format!("`{}` is no mail address.", form.from),
        ));
    }
    let to: Vec<String> = form
        .to
        .iter()
        .map(|to| to.trim().to_owned())
        .filter(|to| !to.is_empty())
        .collect();
    if to.is_empty() {
        return Err(CommandError::field(
            "mailTo",
            "Name at least one administrator.",
        ));
    }
    if let Some(wrong) = to.iter().find(|to| !is_address(to)) {
        return Err(CommandError::field(
            "mailTo",
            format!("`{wrong}` is no mail address."),
        ));
    }
    Ok(MailForm {
        host: host.to_owned(),
        user: form
            .user
            .as_deref()
            .map(str::trim)
            .filter(|user| !user.is_empty())
            .map(ToOwned::to_owned),
        from: form.from.trim().to_owned(),
        to,
        ..form.clone()
    })
}
