//! Identifiers that the service does not take.

use waybill_model::ArtifactKind;

use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, named};
use crate::change::Severity;
use crate::waybill::{Finding, Fix};

pub(super) const CHECK: Check = Check {
    rule: Rule {
        name: "name-length",
        severity: Severity::Blocking,
        title: "An identifier is longer than the service allows, or has signs that it does not take",
        remedy: "Leave it out, or give it another identifier in the source.",
        planned: false,
    },
    passed: "Every identifier is one that the service takes",
    find,
};

/// The longest identifier of an integration (`oic/archive-format.md` §1).
const LONGEST: usize = 32;

fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let brought = scene
        .waybill
        .items
        .iter()
        .filter(|item| item.action.brings());
    brought
        .filter(|item| item.id.kind == ArtifactKind::Integration)
        .filter_map(|item| {
            let code = &item.id.code;
            let length = code.chars().count();
            let plain = |sign: char| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '_';
            let why = if length > LONGEST {
                format!("is {length} characters long; the service takes {LONGEST}")
            } else if code.chars().all(plain) {
                return None;
            } else {
                "has signs other than capital letters, digits and underscores".to_owned()
            };
            let text = format!("The identifier of {} {why}.", lower(&named(&item.id)));
            Some(
                CHECK
                    .rule
                    .finding(Severity::Blocking, text)
                    .about(&item.id)
                    .guided("The service would refuse its archive, and archives are never rewritten. Clone it in the source under another identifier, or leave it out.")
                    .fixed_by(Fix::LeaveOut {
                        artifact: item.source_id().clone(),
                    }),
            )
        })
        .collect()
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};

    #[test]
    fn identifiers_that_the_service_refuses_block() {
        assert!(Look::settled(orders()).passed("name-length").is_some());
        let longest = "A".repeat(32);
        for (code, words) in [
            (longest.clone(), None),
            (format!("{longest}B"), Some("is 33 characters long")),
            ("Order-In".to_owned(), Some("capital letters")),
        ] {
            let own = format!("integration:{code}|01.00.0000");
            let mut stage = orders();
            stage.has(&own, None, 1, &[]);
            stage.choose(&[&own]);
            let found = Look::settled(stage).found("name-length");
            assert_eq!(found.is_empty(), words.is_none(), "{code}: {found:?}");
            if let Some(words) = words {
                assert_eq!(found[0].severity, Severity::Blocking);
                assert!(found[0].text.contains(words), "{found:?}");
            }
        }
    }
}
