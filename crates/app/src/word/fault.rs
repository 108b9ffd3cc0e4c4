//! Why a message did not arrive: at which stage, in plain words, and what to do about it.

use std::error::Error;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret as _, SecretString};

use crate::view::{WordStage, WordStageName};

/// A stage that takes longer has failed.
pub(super) const PATIENCE: Duration = Duration::from_secs(25);

/// Why a message did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub stage: WordStageName,
    pub words: String,
    pub remedy: Option<String>,
    /// It is about this message and not about the server: trying again leads to the same.
    pub lasts: bool,
}

impl Fault {
    pub(super) fn at(stage: WordStageName, words: impl Into<String>) -> Self {
        Self {
            stage,
            words: words.into(),
            remedy: None,
            lasts: false,
        }
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(super) fn lasting(mut self) -> Self {
        self.lasts = true;
        self
    }

    /// In one line.
    pub(super) fn line(&self) -> String {
        match &self.remedy {
            Some(remedy) => format!("{} {remedy}", self.words),
            None => self.words.clone(),
        }
    }
}

/// Hears of the stages of a delivery.
pub(super) struct Stages<'a> {
    told: &'a (dyn Fn(WordStage) + Send + Sync),
    since: Instant,
}

impl<'a> Stages<'a> {
    pub(super) fn new(told: &'a (dyn Fn(WordStage) + Send + Sync)) -> Self {
        Self {
            told,
            since: Instant::now(),
        }
    }

    /// A stage was passed.
    pub(super) fn passed(&mut self, stage: WordStageName, words: impl Into<String>) {
        self.tell(stage, true, words.into(), None);
    }

    /// A stage was not passed.
    pub(super) fn failed(&mut self, fault: &Fault) {
        self.tell(
            fault.stage,
            false,
            fault.words.clone(),
            fault.remedy.clone(),
        );
    }

    fn tell(&mut self, stage: WordStageName, passed: bool, words: String, remedy: Option<String>) {
        let took = self.since.elapsed();
        self.since = Instant::now();
        (self.told)(WordStage {
            stage,
            passed,
            words,
            remedy,
            took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
    }
}

/// The words of an error with those of its causes, without what is secret.
pub(super) fn chain(error: &(dyn Error + 'static), secrets: &[&SecretString]) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let own = cause.to_string();
        if !words.contains(&own) {
            words = format!("{words}: {own}");
        }
        next = cause.source();
    }
    hushed(&words, secrets)
}

/// Words of a server, without what is secret, in one line of bearable length.
pub(super) fn hushed(words: &str, secrets: &[&SecretString]) -> String {
    let mut words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    for secret in secrets {
        let secret = secret.expose_secret().trim();
        if !secret.is_empty() {
            words = words.replace(secret, "••••••");
        }
    }
    let mut words = waybill_archive::mask(&words).into_owned();
    if let Some((end, _)) = words.char_indices().nth(300) {
        words.truncate(end);
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_server_bear_no_secret() {
        let secret = SecretString::from("canary-7");
        let shown = hushed("535 5.7.8\r\n  canary-7 is wrong", &[&secret]);
        assert_eq!(shown, "535 5.7.8 •••••• is wrong");
        assert_eq!(hushed(&"x".repeat(999), &[]).chars().count(), 301);
    }
}
