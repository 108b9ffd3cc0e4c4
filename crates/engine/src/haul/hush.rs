//! What services say of a failure may repeat what was sent to them: the secrets of a run are taken out
//! of every word before it is kept or told.

use secrecy::{ExposeSecret, SecretString};
use waybill_archive::mask;

use crate::journal::{LogExchange, StepEnd, StepFailure};

/// What stands for a secret.
const DOTS: &str = "••••••";
/// Shorter ones would blot out innocent words.
const SHORTEST: usize = 4;

/// The secrets of a run, to be taken out of words.
#[derive(Default)]
pub(crate) struct Hush {
    known: Vec<SecretString>,
}

impl Hush {
    /// Knows these, also as they stand within JSON.
    pub fn knowing<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let mut known: Vec<String> = secrets
            .into_iter()
            .map(ExposeSecret::expose_secret)
            .filter(|secret| secret.trim().len() >= SHORTEST)
            .flat_map(|secret| {
                let quoted = serde_json::Value::from(secret).to_string();
                let within = quoted.get(1..quoted.len() - 1).unwrap_or_default();
                [secret.to_owned(), within.to_owned()]
            })
            .collect();
        // A secret may hold another one.
        known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        known.dedup();
        Self {
            known: known.into_iter().map(SecretString::from).collect(),
        }
    }

    /// The words without them, and without what looks like a secret.
    pub fn words(&self, words: &str) -> String {
        let mut words = words.to_owned();
        for secret in &self.known {
            let secret = secret.expose_secret();
            if words.contains(secret) {
                words = words.replace(secret, DOTS);
            }
        }
        mask(&words).into_owned()
    }

    /// How a step ended, without them.
    pub fn end(&self, end: &StepEnd) -> StepEnd {
        let hushed = |words: &Option<String>| words.as_deref().map(|words| self.words(words));
        StepEnd {
            state: end.state,
            after: hushed(&end.after),
            took_ms: end.took_ms,
            failure: end.failure.as_ref().map(|failure| StepFailure {
                why: self.words(&failure.why),
                what_to_do: hushed(&failure.what_to_do),
                exchange: failure.exchange.clone().map(|call| self.exchange(call)),
            }),
        }
    }

    /// A call and its answer, without them.
    pub fn exchange(&self, mut call: LogExchange) -> LogExchange {
        call.path = self.words(&call.path);
        call.body = self.words(&call.body);
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::StepState;

    #[test]
    fn secrets_are_taken_out_wherever_they_are_repeated() {
        let secrets: Vec<SecretString> = ["pa\"ss1", "pa\"ss1-longer", "abc"]
            .map(SecretString::from)
            .into();
        let hush = Hush::knowing(&secrets);
        assert_eq!(
            hush.words(r#"no: pa"ss1-longer, {"p":"pa\"ss1"}, abc"#),
            r#"no: ••••••, {"p":"••••••"}, abc"#
        );
        let end = hush.end(&StepEnd {
            state: StepState::Failed,
            after: Some("pa\"ss1".to_owned()),
            took_ms: Some(1),
            failure: Some(StepFailure {
                why: "user pa\"ss1".to_owned(),
                what_to_do: Some("pa\"ss1".to_owned()),
                exchange: None,
            }),
        });
        assert!(!format!("{end:?}").contains("ss1"), "{end:?}");
        assert_eq!(Hush::default().words("as it is"), "as it is");
        let told = Hush::default().words("https://bob:hunter22x@erp.example.com/ refused");
        assert!(!told.contains("hunter22x"), "{told}");
    }
}
