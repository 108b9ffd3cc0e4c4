//! Keep rules as `settings.json` has them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use waybill_vault::KeepRules;

use crate::view::{CommandError, KeepForm, KeepOwn, KeepRulesView};

/// What somebody is offered who has no rules.
pub(super) const OFFERED: KeepRulesView = KeepRulesView {
    last: Some(10),
    hourly: None,
    daily: Some(30),
    weekly: Some(12),
    monthly: Some(24),
    yearly: None,
};
/// The largest number in a rule.
const MOST: u32 = 9_999;

/// The saved rules.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StoredKeep {
    /// For every instance without own ones.
    pub(crate) all: KeepRules,
    /// For single instances, by their ids. Empty ones keep all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) own: BTreeMap<String, KeepRules>,
    /// When they were saved (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) saved_at: Option<String>,
    /// What a later version added.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl StoredKeep {
    /// Nothing was ever set.
    pub(crate) fn is_untouched(&self) -> bool {
        *self == Self::default()
    }

    /// Any rule is set.
    pub(super) fn is_set(&self) -> bool {
        !self.all.is_empty() || self.own.values().any(|rules| !rules.is_empty())
    }

    /// The rules of an instance.
    pub(super) fn of(&self, instance: &str) -> &KeepRules {
        self.own.get(instance).unwrap_or(&self.all)
    }

    /// What a form says, on top of what it does not know.
    pub(super) fn with(&self, form: &KeepForm) -> Result<Self, CommandError> {
        check("all", &form.all)?;
        let mut own = BTreeMap::new();
        for one in &form.own {
            check("own", &one.rules)?;
            let before = self.own.get(&one.instance).cloned().unwrap_or_default();
            own.insert(one.instance.clone(), rules(&one.rules, before));
        }
        Ok(Self {
            all: rules(&form.all, self.all.clone()),
            own,
            saved_at: self.saved_at.clone(),
            other: self.other.clone(),
        })
    }

    pub(super) fn form(&self) -> KeepForm {
        KeepForm {
            all: view(&self.all),
            own: self
                .own
                .iter()
                .map(|(instance, rules)| KeepOwn {
                    instance: instance.clone(),
                    rules: view(rules),
                })
                .collect(),
        }
    }
}

fn check(field: &str, rules: &KeepRulesView) -> Result<(), CommandError> {
    let counts = [
        rules.last,
        rules.hourly,
        rules.daily,
        rules.weekly,
        rules.monthly,
        rules.yearly,
    ];
    if counts.into_iter().flatten().any(|count| count > MOST) {
        return Err(CommandError::field(
            field,
            format!("A keep rule can keep {MOST} snapshots at most."),
        )
        .guide(
            "Leave it empty to keep none by this rule; with no rule at all every snapshot stays.",
        ));
    }
    Ok(())
}

fn rules(view: &KeepRulesView, before: KeepRules) -> KeepRules {
    let count = |count: Option<u32>| count.filter(|count| *count > 0);
    KeepRules {
        last: count(view.last),
        hourly: count(view.hourly),
        daily: count(view.daily),
        weekly: count(view.weekly),
        monthly: count(view.monthly),
        yearly: count(view.yearly),
        ..before
    }
}

fn view(rules: &KeepRules) -> KeepRulesView {
    KeepRulesView {
        last: rules.last,
        hourly: rules.hourly,
        daily: rules.daily,
        weekly: rules.weekly,
        monthly: rules.monthly,
        yearly: rules.yearly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_back_as_it_was_and_own_rules_go_before() {
        let form = KeepForm {
            all: OFFERED,
            own: vec![KeepOwn {
                instance: "a".into(),
                rules: KeepRulesView::default(),
            }],
        };
        let stored = StoredKeep::default().with(&form).unwrap();
        assert_eq!(stored.form(), form);
        assert!(stored.is_set() && stored.of("a").is_empty());
        assert_eq!(stored.of("b").daily, Some(30));
        let text = serde_json::to_string(&stored).unwrap();
        assert_eq!(serde_json::from_str::<StoredKeep>(&text).unwrap(), stored);
        let too_many = KeepForm {
            all: KeepRulesView {
                last: Some(10_000),
                ..KeepRulesView::default()
            },
            own: Vec::new(),
        };
        assert!(stored.with(&too_many).is_err());
    }
}
