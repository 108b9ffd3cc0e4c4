//! What planning found and what the checks found, as one list. Where both tell of the same thing, or two
//! checks do, the weightier one stands alone.

use waybill_model::ArtifactId;

use crate::change::Severity;
use crate::plan::target;
use crate::waybill::{Finding, Fix, Waybill};

/// Adds what the checks found to a waybill, without what is told twice, and sorts.
pub fn join(waybill: &mut Waybill, found: Vec<Finding>) {
    waybill.findings.extend(found);
    let all = waybill.findings.clone();
    let outdone = |finding: &Finding| {
        let mut others = all.iter().filter(|other| *other != finding);
        others.any(|other| outdoes(waybill, other, finding))
    };
    let kept: Vec<Finding> = all.iter().filter(|own| !outdone(own)).cloned().collect();
    waybill.findings = kept;
    waybill.sort_findings();
}

/// The rules that tell what another one tells, about the same artifact.
const ALIKE: [(&str, &[&str]); 4] = [
    ("no-values", &["connection-draft", "connection-values"]),
    ("left-out", MISSING),
    ("need-missing", MISSING),
    // It could not be read because it is locked.
    ("not-checked", &["locked"]),
];

/// The rules about something that the destination will not have.
const MISSING: &[&str] = &[
    "connection-draft",
    "lookup-missing",
    "library-missing",
    "called-missing",
    "certificate-missing",
];

/// Whether a finding tells what another one does, and is at least as weighty; of two that weigh the same,
/// the one of the check says more than that of planning.
fn outdoes(waybill: &Waybill, one: &Finding, other: &Finding) -> bool {
    let rules = |one: &Finding, other: &Finding| {
        let mut pairs = ALIKE.iter();
        pairs.any(|(rule, by)| *rule == other.rule && by.contains(&one.rule.as_str()))
    };
    // Severities go from the weightiest on.
    let stands = (rules(one, other) && one.severity <= other.severity)
        || (rules(other, one) && one.severity < other.severity);
    let (mine, its) = (thing(waybill, one), thing(waybill, other));
    stands && one.severity != Severity::Note && mine.is_some() && mine == its
}

/// What a finding is about, by its name in the destination: what was left out, not who needs it.
fn thing(waybill: &Waybill, finding: &Finding) -> Option<ArtifactId> {
    match &finding.fix {
        Some(Fix::Add { artifact }) if finding.rule == "left-out" => {
            Some(target(&waybill.policies, artifact))
        }
        _ => finding.subject.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};

    fn told(rule: &str, severity: Severity, about: &str) -> Finding {
        Finding::new(rule, severity, format!("{rule} says so.")).about(&id(about))
    }

    /// The rules that are left of these, in the order of the list.
    fn left(found: Vec<Finding>) -> Vec<String> {
        let mut waybill = Look::settled(orders()).plan();
        waybill.findings.clear();
        join(&mut waybill, found);
        let rules = waybill.findings.into_iter();
        rules.map(|finding| finding.rule).collect()
    }

    #[test]
    fn of_two_that_tell_the_same_the_weightier_stands_alone() {
        use Severity::{Blocking, Note, Warning};
        let (erp, tax) = ("connection:ERP", "lookup:TAX");
        let both = |weight, other| {
            left(vec![
                told("no-values", weight, erp),
                told("connection-draft", other, erp),
            ])
        };
        assert_eq!(both(Warning, Blocking), ["connection-draft"]);
        assert_eq!(both(Warning, Warning), ["connection-draft"]);
        assert_eq!(both(Blocking, Warning), ["no-values"]);
        let apart = left(vec![
            told("no-values", Warning, erp),
            told("connection-draft", Blocking, "connection:OTHER"),
        ]);
        assert_eq!(apart.len(), 2, "of another connection");

        let needed = told("need-missing", Warning, tax);
        let missing = told("lookup-missing", Warning, tax);
        assert_eq!(left(vec![needed, missing]), ["lookup-missing"]);
        let unread = told("not-checked", Note, tax);
        let locked = told("locked", Blocking, tax);
        assert_eq!(left(vec![unread.clone(), locked]), ["locked"]);
        assert_eq!(left(vec![unread]), ["not-checked"]);
    }

    #[test]
    fn what_was_left_out_is_told_with_what_needs_it_and_is_the_thing_all_the_same() {
        let (user, tax) = ("integration:TOTAL|01.00.0000", "lookup:TAX");
        let left_out =
            told("left-out", Severity::Warning, user).fixed_by(Fix::Add { artifact: id(tax) });
        let missing = told("lookup-missing", Severity::Warning, tax);
        assert_eq!(left(vec![left_out.clone(), missing]), ["lookup-missing"]);
        let other = told("lookup-missing", Severity::Warning, "lookup:RATES");
        assert_eq!(left(vec![left_out, other]).len(), 2);
    }

    #[test]
    fn where_the_destination_has_one_that_is_no_finding_about_what_is_missing() {
        let note = told("left-out", Severity::Note, "lookup:TAX");
        assert_eq!(left(vec![note]), ["left-out"]);
    }
}
