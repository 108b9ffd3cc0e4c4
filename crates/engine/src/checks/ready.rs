//! Whether a run could begin from here: rights, room, the vault, the second person.

use std::collections::BTreeMap;

use super::facts::Rights;
use super::registry::Check;
use super::report::Rule;
use super::scene::Scene;
use crate::change::Severity;
use crate::waybill::Finding;

pub(super) const RIGHTS: Check = Check {
    rule: Rule {
        name: "rights",
        severity: Severity::Blocking,
        title: "The rights in the destination are not enough, or not known",
        remedy: "Test the instance; give the user or application the role that its finding names.",
        planned: false,
    },
    passed: "The rights in the destination are enough",
    find: rights,
};

pub(super) const SPACE: Check = Check {
    rule: Rule {
        name: "disk-space",
        severity: Severity::Blocking,
        title: "There is too little room for the snapshot before the run",
        remedy: "Free some room on the disk of Waybill's data folder.",
        planned: false,
    },
    passed: "There is room for the snapshot before the run",
    find: space,
};

pub(super) const VAULT: Check = Check {
    rule: Rule {
        name: "vault-ready",
        severity: Severity::Blocking,
        title: "The vault cannot take the snapshot before the run",
        remedy: "See that the vault can be opened.",
        planned: false,
    },
    passed: "The vault is ready",
    find: vault,
};

pub(super) const SIGN_OFF: Check = Check {
    rule: Rule {
        name: "sign-off",
        severity: Severity::Note,
        title: "A second person has to sign off",
        remedy: "Have the waybill read and signed off before the run.",
        planned: false,
    },
    passed: "Nobody else has to sign off",
    find: sign_off,
};

/// A snapshot, its copy on the way, and the cargo.
const TIMES: u64 = 3;

fn rights(scene: &Scene<'_>) -> Vec<Finding> {
    let title = scene.there();
    match &scene.facts.own.rights {
        _ if scene.waybill.steps.is_empty() => Vec::new(),
        Rights::Enough => Vec::new(),
        Rights::Lacking(why) => vec![
            RIGHTS
                .rule
                .finding(
                    Severity::Blocking,
                    format!("{title} does not let itself be changed with this sign-in."),
                )
                .guided(why.clone()),
        ],
        Rights::Unknown => vec![
            RIGHTS
                .rule
                .finding(
                    Severity::Note,
                    format!("Whether the rights in {title} are enough to change it is not known: the service tells it no sooner than at the first change."),
                )
                .guided("Importing and activating needs the role ServiceDeveloper, access lists and certificates ServiceAdministrator."),
        ],
    }
}

fn space(scene: &Scene<'_>) -> Vec<Finding> {
    let stamps = scene.waybill.items.iter();
    let stamps = stamps.filter_map(|item| item.archive.as_ref());
    let bytes: BTreeMap<&str, u64> = stamps
        .map(|stamp| (stamp.sha256.as_str(), stamp.bytes))
        .collect();
    let needed = bytes.values().sum::<u64>().saturating_mul(TIMES);
    let Some(free) = scene.facts.own.free_bytes else {
        return vec![SPACE.rule.finding(
            Severity::Note,
            "How much room there is for the snapshot before the run could not be found out.",
        )];
    };
    if free >= needed {
        return Vec::new();
    }
    vec![
        SPACE
            .rule
            .finding(
                Severity::Blocking,
                format!(
                    "There are {} left on the disk; the snapshot before the run and what is sent need up to {}.",
                    megabytes(free, false),
                    megabytes(needed, true)
                ),
            )
            .guided("Free some room on the disk of Waybill's data folder, then check again."),
    ]
}

/// Room rounded down, need rounded up.
fn megabytes(bytes: u64, up: bool) -> String {
    let number = if up {
        bytes.div_ceil(1_000_000)
    } else {
        bytes / 1_000_000
    };
    format!("{number} MB")
}

fn vault(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(why) = &scene.facts.own.vault_ready else {
        return Vec::new();
    };
    vec![
        VAULT
            .rule
            .finding(
                Severity::Blocking,
                "The vault cannot take the snapshot that is made before the run.",
            )
            .guided(why.clone()),
    ]
}

fn sign_off(scene: &Scene<'_>) -> Vec<Finding> {
    if !scene.facts.own.sign_off_required || scene.waybill.is_signed_off() {
        return Vec::new();
    }
    vec![
        SIGN_OFF
            .rule
            .finding(
                Severity::Note,
                format!("{} demands that a second person signs off before the run.", scene.there()),
            )
            .guided("Send the waybill to somebody who reads it. A sign-off counts as long as nothing is changed."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, orders};
    use crate::waybill::SignOff;

    #[test]
    fn rights_that_are_lacking_block_and_unknown_ones_are_noted() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("rights"), []);
        assert!(look.passed("rights").is_some());
        look.facts.own.rights = Rights::Unknown;
        assert_eq!(look.found("rights")[0].severity, Severity::Note);
        look.facts.own.rights = Rights::Lacking("Give the role.".to_owned());
        let found = look.found("rights");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert_eq!(found[0].guidance.as_deref(), Some("Give the role."));
    }

    #[test]
    fn too_little_room_blocks_and_unknown_room_is_no_silent_pass() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("disk-space"), []);
        // Two archives of one byte each.
        look.facts.own.free_bytes = Some(6);
        assert_eq!(look.found("disk-space"), []);
        look.facts.own.free_bytes = Some(5);
        assert_eq!(look.found("disk-space")[0].severity, Severity::Blocking);
        look.facts.own.free_bytes = None;
        assert_eq!(look.found("disk-space")[0].severity, Severity::Note);
        assert_eq!(look.passed("disk-space"), None);
    }

    #[test]
    fn a_vault_that_is_not_ready_blocks_with_the_reason() {
        let mut look = Look::settled(orders());
        assert!(look.passed("vault-ready").is_some());
        look.facts.own.vault_ready = Some("Its password is not kept here.".to_owned());
        let found = look.found("vault-ready");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert_eq!(
            found[0].guidance.as_deref(),
            Some("Its password is not kept here.")
        );
    }

    #[test]
    fn a_sign_off_is_asked_for_until_it_is_there() {
        let mut look = Look::settled(orders());
        assert_eq!(look.found("sign-off"), []);
        look.facts.own.sign_off_required = true;
        assert_eq!(look.found("sign-off")[0].severity, Severity::Note);
        let mut waybill = look.plan();
        waybill.sign_offs = vec![SignOff {
            by: "M".to_owned(),
            at: "2026-11-21T10:00:00Z".to_owned(),
            hash: waybill.hash(),
        }];
        let report = look.report_of(&waybill);
        assert!(report.passed.iter().any(|one| one.rule == "sign-off"));
    }
}
