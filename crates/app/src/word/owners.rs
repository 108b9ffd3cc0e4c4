//! Who owns an artifact: whoever changed it last, and the mail address that a rule gives them.

use std::collections::BTreeMap;

use serde_json::json;
use waybill_engine::{NewWord, Run, WordKind, WordSeverity};
use waybill_model::ArtifactId;

use super::stored::{StoredWord, Way};
use super::text::Said;
use crate::Waybill;
use crate::places::name;
use crate::view::{CommandError, OwnerRule};

/// So many artifacts are named in one mail.
const NAMED: usize = 25;

/// An artifact that could not be handled.
pub(super) struct Failed {
    pub id: ArtifactId,
    pub name: String,
    pub why: String,
}

impl Waybill {
    /// One mail for each owner with what failed of his.
    pub(super) fn owner_words(
        &self,
        stored: &StoredWord,
        run: &Run,
        title: &str,
        failed: &[Failed],
    ) -> Result<Vec<NewWord>, CommandError> {
        let can_send = stored.mail.as_ref().is_some_and(|mail| mail.on);
        let Some(instance) = run.instance_id.as_deref() else {
            return Ok(Vec::new());
        };
        if !stored.owners || !can_send || failed.is_empty() {
            return Ok(Vec::new());
        }
        let Some(known) = self.shared.journal.kept_catalogue(instance)? else {
            return Ok(Vec::new());
        };
        let mut of: BTreeMap<String, Vec<&Failed>> = BTreeMap::new();
        for one in failed {
            let by = known
                .catalogue
                .get(&one.id)
                .and_then(|artifact| artifact.updated_by.as_deref());
            if let Some(address) = by.and_then(|by| address(&stored.owner_rules, by)) {
                of.entry(address).or_default().push(one);
            }
        }
        let words = of.into_iter().map(|(to, own)| {
            let mut text = vec![match own.len() {
                1 => "This concerns an artifact that you changed last:".to_owned(),
                count => format!("This concerns {count} artifacts that you changed last:"),
            }];
            text.extend(
                own.iter()
                    .take(NAMED)
                    .map(|one| format!("{} ({}): {}", name(&one.name), one.id, one.why)),
            );
            if own.len() > NAMED {
                text.push(format!("And {} more.", own.len() - NAMED));
            }
            let said = Said {
                title: title.to_owned(),
                text,
                remedy: run.guidance.clone(),
                instance: run.instance_name.clone(),
                environment: run.environment,
                to: vec![to],
                ..Said::default()
            };
            NewWord {
                way: Way::Mail.name(),
                kind: WordKind::Owner,
                severity: WordSeverity::Warning,
                detail: json!(said.masked()),
            }
        });
        Ok(words.collect())
    }
}

/// The mail address of somebody, by the first rule that fits.
pub(super) fn address(rules: &[OwnerRule], who: &str) -> Option<String> {
    let rule = rules.iter().find(|rule| fits(&rule.who, who))?;
    let to = if rule.to.trim() == "*" {
        who
    } else {
        rule.to.trim()
    };
    is_address(to).then(|| to.to_owned())
}

/// Whether a text is a mail address.
pub(super) fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

/// Whether a pattern with `*` fits; capital letters do not count.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.trim().to_lowercase(), text.trim().to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_in_their_order() {
        let rule = |who: &str, to: &str| OwnerRule {
            who: who.into(),
            to: to.into(),
        };
        let rules = [
            rule("M.Tanaka", "mei@acme.com"),
            rule("*@acme.com", "*"),
            rule("svc_*", "ops@acme.com"),
        ];
        let of = |who| address(&rules, who);
        assert_eq!(of("m.tanaka").as_deref(), Some("mei@acme.com"));
        assert_eq!(of("ana@acme.com").as_deref(), Some("ana@acme.com"));
        assert_eq!(of("svc_oic_prod").as_deref(), Some("ops@acme.com"));
        assert_eq!(of("somebody"), None);
        assert_eq!(
            address(&[rule("*", "*")], "not an address"),
            None,
            "a name is no address"
        );
    }

    #[test]
    fn patterns_fit_from_end_to_end() {
        assert!(fits("a*c*e", "abcde"));
        assert!(!fits("a*c", "abcd"));
        assert!(fits("*", "anything"));
        assert!(!fits("abc", "abcd"));
    }
}
