//! What is known of a job and of the archive. It stands in the journal with its step, and reaches it before the
//! next call is sent.

use serde::{Deserialize, Serialize};
use waybill_client::wire::ArchiveJob;

use crate::journal::Step;

/// What is known of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobNote {
    /// The name under which it was asked for.
    pub name: String,
    /// The number of the try, from 1.
    pub tries: u32,
    /// The number that the service gave it; none where the answer was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// What lay in the container before an export.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// What the service said of it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<JobTold>,
}

/// What the service said of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JobTold {
    /// How it stands, in the service's word.
    pub status: String,
    /// The archive, once it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<String>,
    /// When it began, as the service writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// When it ended, as the service writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The parts of the instance.
    pub components: Vec<ComponentTold>,
}

/// A part of the instance in a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ComponentTold {
    /// Its name, as the service writes it.
    pub name: String,
    /// How it stands, in the service's word.
    pub status: String,
    /// How far it is, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentage: Option<u64>,
    /// How many things it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<u64>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// The archive that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ArchiveNote {
    /// Its name in the container.
    pub name: String,
    /// Its bytes.
    pub bytes: u64,
}

impl JobNote {
    /// What a step knows.
    #[must_use]
    pub fn of(step: &Step) -> Self {
        step.base
            .clone()
            .and_then(|base| serde_json::from_value(base).ok())
            .unwrap_or_default()
    }

    /// The next try: another name each time, as the service takes a name once.
    pub(super) fn next(&self, name: &str, before: Vec<String>) -> Self {
        let tries = self.tries + 1;
        Self {
            name: if tries == 1 {
                name.to_owned()
            } else {
                format!("{name}-{tries}")
            },
            tries,
            before,
            ..Self::default()
        }
    }
}

impl JobTold {
    /// What the service says now; its words go through `words`, which takes secrets out of them.
    pub(super) fn of(job: &ArchiveJob, words: &dyn Fn(&str) -> String) -> Self {
        let said = |text: &Option<String>| text.as_deref().map(words);
        Self {
            status: job.overall_status.clone().unwrap_or_default(),
            archive: job.archive_name.clone(),
            started: job.start_time.clone(),
            ended: job.end_time.clone(),
            failure: said(&job.failure_message),
            components: job
                .components
                .iter()
                .map(|part| ComponentTold {
                    name: part.name.clone(),
                    status: part.status.clone().unwrap_or_default(),
                    percentage: part.percentage,
                    resources: part.resource_count,
                    failure: said(&part.error_message),
                })
                .collect(),
        }
    }

    /// How far it is, in one line; nothing where it says no more than its state.
    pub(super) fn line(&self) -> String {
        let parts: Vec<String> = self
            .components
            .iter()
            .map(|part| {
                let far = part
                    .percentage
                    .map(|share| format!(" {share} %"))
                    .unwrap_or_default();
                let holds = part
                    .resources
                    .map(|count| format!(", {count} things"))
                    .unwrap_or_default();
                format!("{}: {}{far}{holds}", part.name, plain(&part.status))
            })
            .collect();
        let state = plain(&self.status);
        if parts.is_empty() {
            format!("The service says: {state}.")
        } else {
            format!("The service says: {state} ({}).", parts.join("; "))
        }
    }

    /// Why it failed, from the whole and from its parts, each reason once.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        let parts = self.components.iter().filter_map(|part| {
            let failure = part.failure.as_deref()?.trim();
            Some((Some(part.name.as_str()), failure))
        });
        let whole = self
            .failure
            .as_deref()
            .map(|failure| (None, failure.trim()));
        for (part, failure) in parts.chain(whole) {
            let failure = failure.trim_end_matches('.');
            if failure.is_empty() || all.iter().any(|known| known.ends_with(failure)) {
                continue;
            }
            all.push(match part {
                Some(part) => format!("component `{part}`: {failure}"),
                None => failure.to_owned(),
            });
        }
        all
    }
}

/// A state of the service in plain letters: `COMPLETED_WITH_WARNINGS` is `completed with warnings`.
fn plain(status: &str) -> String {
    status.trim().replace('_', " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_has_a_name_of_its_own() {
        let first = JobNote::default().next("DEV-1", vec!["old".to_owned()]);
        assert_eq!((first.name.as_str(), first.tries), ("DEV-1", 1));
        let second = first.next("DEV-1", Vec::new());
        assert_eq!((second.name.as_str(), second.tries), ("DEV-1-2", 2));
        assert_eq!((second.job, second.before), (None, Vec::<String>::new()));
    }

    #[test]
    fn a_failure_is_told_once_and_with_its_component() {
        let told = JobTold {
            status: "FAILED".to_owned(),
            failure: Some("Failed to export the data".to_owned()),
            components: vec![ComponentTold {
                name: "integration".to_owned(),
                status: "FAILED".to_owned(),
                failure: Some("Failed to export the data.".to_owned()),
                ..ComponentTold::default()
            }],
            ..JobTold::default()
        };
        assert_eq!(
            told.reasons(),
            ["component `integration`: Failed to export the data"]
        );
        assert_eq!(
            told.line(),
            "The service says: failed (integration: failed)."
        );
    }
}
