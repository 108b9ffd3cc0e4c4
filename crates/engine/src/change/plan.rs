//! What a change would lead to: its title, its effects, and what the checks found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How weighty a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The change cannot be made as long as this stands.
    Blocking,
    /// It can be made, but look at this first.
    Warning,
    /// Good to know.
    Note,
}

/// One result of the checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// How weighty.
    pub severity: Severity,
    /// What was found, in a sentence.
    pub text: String,
    /// How to put it right.
    pub guidance: Option<String>,
}

/// How something stands, member by member, for the journal and the audit log; no secrets.
pub type Facts = BTreeMap<String, String>;

/// What a change would lead to, from a fresh look at the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What would be done, without the instance.
    pub title: String,
    /// What will be different afterwards, a sentence each.
    pub effects: Vec<String>,
    /// The results of the checks, the weightiest first.
    pub findings: Vec<Finding>,
    /// What a person has to type before it is made.
    pub type_name: Option<String>,
    /// How the artifact stands now.
    pub before: Facts,
    /// How it can be taken back, in a sentence.
    pub undo: Option<String>,
}

impl Plan {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            effects: Vec::new(),
            findings: Vec::new(),
            type_name: None,
            before: Facts::new(),
            undo: None,
        }
    }

    pub(super) fn effect(&mut self, text: impl Into<String>) {
        self.effects.push(text.into());
    }

    pub(super) fn block(&mut self, text: impl Into<String>, guidance: impl Into<String>) {
        self.find(Severity::Blocking, text, Some(guidance.into()));
    }

    pub(super) fn warn(&mut self, text: impl Into<String>, guidance: Option<String>) {
        self.find(Severity::Warning, text, guidance);
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.find(Severity::Note, text, None);
    }

    fn find(&mut self, severity: Severity, text: impl Into<String>, guidance: Option<String>) {
        self.findings.push(Finding {
            severity,
            text: text.into(),
            guidance,
        });
        self.findings.sort_by_key(|finding| finding.severity);
    }

    pub(super) fn stands(&mut self, name: &str, how: impl Into<String>) {
        self.before.insert(name.to_owned(), how.into());
    }

    /// The first finding that stands against the change.
    #[must_use]
    pub fn blocking(&self) -> Option<&Finding> {
        self.findings
            .first()
            .filter(|finding| finding.severity == Severity::Blocking)
    }
}

/// A list of names for a sentence: `A`, `B` and 3 more.
pub(crate) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 4;
    let all: Vec<_> = all.into_iter().map(|name| format!("`{name}`")).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if all.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many[..SHOWN].join(", "),
            many.len() - SHOWN
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_up_to_four() {
        assert_eq!(names(["A"]), "`A`");
        assert_eq!(names(["A", "B", "C"]), "`A`, `B` and `C`");
        assert_eq!(
            names(["A", "B", "C", "D", "E"]),
            "`A`, `B`, `C`, `D` and 1 more"
        );
    }

    #[test]
    fn what_blocks_comes_first() {
        let mut plan = Plan::new("X");
        plan.note("n");
        assert_eq!(plan.blocking(), None);
        plan.block("b", "g");
        assert_eq!(
            plan.blocking().map(|finding| finding.text.as_str()),
            Some("b")
        );
    }
}
