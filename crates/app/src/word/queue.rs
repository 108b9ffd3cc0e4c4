//! The queue: what waits is sent, and what could not be sent is tried again with growing pauses.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use waybill_engine::{Word, WordState};

use super::fault::{Fault, Stages};
use super::hook::Hook;
use super::mail::{Mail, MailServer};
use super::secrets::Kept;
use super::stored::{StoredWord, Way};
use super::text::{About, Said};
use crate::Waybill;
use crate::view::{CommandError, WordStageName};

/// So many words are sent at one look.
const AT_ONCE: usize = 50;
/// Words that a program took and did not settle for so long are taken again.
const LOST: SignedDuration = SignedDuration::from_mins(10);
/// Words older than this are not tried any more.
const OLD: SignedDuration = SignedDuration::from_hours(72);
/// The pauses before the second, third, … try; then the last one each time.
const PAUSES: [i64; 6] = [1, 5, 15, 30, 60, 120];

impl Waybill {
    /// Sends what waits. What cannot be sent is written down with its reason.
    pub(super) async fn words_send(&self) -> Result<(), CommandError> {
        let stored = self.shared.settings.read().word;
        // A server that just failed is not asked again for each message.
        let mut failed: BTreeSet<String> = BTreeSet::new();
        for _ in 0..AT_ONCE {
            let now = self.shared.clock.now();
            let lost = now.checked_sub(LOST).unwrap_or(now);
            let Some(word) = self.shared.journal.take_word(now, lost)? else {
                break;
            };
            let way = Way::named(&word.way);
            if failed.contains(&word.way) {
                let problem = word.problem.clone();
                self.shared.journal.settle_word(
                    word.id,
                    WordState::Waiting,
                    later(now, word.tries),
                    problem.as_deref(),
                )?;
                continue;
            }
            let sent = self
                .word_deliver(&stored, &way, &word, &mut Stages::new(&|_| {}))
                .await;
            let end = self.shared.clock.now();
            match sent {
                Ok(()) => {
                    self.shared
                        .journal
                        .settle_word(word.id, WordState::Sent, end, None)?;
                }
                Err(fault) => {
                    let problem = fault.line();
                    tracing::warn!(way = %word.way, stage = ?fault.stage, tries = word.tries, problem, "word was not sent");
                    let old = end.duration_since(word.at) > OLD;
                    let state = if fault.lasts || old {
                        WordState::GivenUp
                    } else {
                        failed.insert(word.way.clone());
                        WordState::Waiting
                    };
                    self.shared.journal.settle_word(
                        word.id,
                        state,
                        later(end, word.tries),
                        Some(&problem),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Sends one message by its way.
    pub(super) async fn word_deliver(
        &self,
        stored: &StoredWord,
        way: &Way,
        word: &Word,
        stages: &mut Stages<'_>,
    ) -> Result<(), Fault> {
        let said = Said::of(&word.detail);
        let ca_file = stored.ca_file.as_deref().map(Path::new);
        let unreadable = |error: CommandError| {
            let fault = Fault::at(WordStageName::SignIn, error.message);
            match error.guidance {
                Some(guidance) => fault.remedy(guidance),
                None => fault,
            }
        };
        let gone = |what: &str| {
            Fault::at(
                WordStageName::Address,
                format!("{what} is not set any more."),
            )
            .lasting()
        };
        match way {
            Way::Mail => {
                let Some(form) = &stored.mail else {
                    return Err(gone("The mail server"));
                };
                let password = match &form.user {
                    Some(_) => self
                        .word_secret(Kept::MailPassword)
                        .await
                        .map_err(unreadable)?,
                    None => None,
                };
                let server = MailServer {
                    form,
                    password,
                    ca_file,
                };
                let mail = Mail {
                    id: format!("{}-{}", word.id, word.at.as_second()),
                    to: if said.to.is_empty() {
                        form.to.clone()
                    } else {
                        said.to.clone()
                    },
                    subject: said.title.clone(),
                    text: said.mail(),
                    at: word.at,
                };
                server.send(&mail, stages).await
            }
            Way::Hook(id) => {
                let Some(form) = stored.hook(id) else {
                    return Err(gone("The webhook"));
                };
                let address = self
                    .word_secret(Kept::HookAddress(id))
                    .await
                    .map_err(unreadable)?
                    .ok_or_else(|| {
                        Fault::at(
                            WordStageName::Address,
                            format!("The address of {} is not at hand.", form.name),
                        )
                        .remedy("Enter it under Settings, Notifications, or unlock the place for secrets.")
                    })?;
                let proxy = self.shared.settings.read().view().proxy;
                let hook = Hook {
                    name: &form.name,
                    address,
                    proxy: proxy.as_deref(),
                    ca_file,
                };
                let about = About {
                    cause: &word.cause,
                    kind: word.kind,
                    severity: word.severity,
                    at: word.at.to_string(),
                };
                hook.post(&said.hook(form.kind, &about), stages).await
            }
        }
    }
}

/// When words are tried again that were tried so often.
fn later(now: Timestamp, tries: u32) -> Timestamp {
    let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let minutes = PAUSES.get(index).or(PAUSES.last()).copied().unwrap_or(60);
    now.checked_add(SignedDuration::from_mins(minutes))
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_then_stay() {
        let now: Timestamp = "2026-11-21T06:00:00Z".parse().unwrap();
        let minutes = |tries| later(now, tries).duration_since(now).as_mins();
        assert_eq!([1, 2, 3, 6, 7, 99].map(minutes), [1, 5, 15, 120, 120, 120]);
    }
}
