//! Certificates that connections and integrations name: there, and with time left.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use waybill_archive::certificates_named;
use waybill_model::{ArtifactId, ArtifactKind};

use super::facts::CertificateFacts;
use super::registry::Check;
use super::report::Rule;
use super::scene::{Scene, Users, named};
use crate::change::{Severity, names};
use crate::waybill::{Finding, Fix, StepKind};
use crate::wire_time::moment;

pub(super) const MISSING: Check = Check {
    rule: Rule {
        name: "certificate-missing",
        severity: Severity::Blocking,
        title: "A certificate that a connection or an integration names is not in the destination",
        remedy: "Give the file of the certificate, or upload it in the console.",
        planned: false,
    },
    passed: "Every certificate that is named is there",
    find: missing,
};

pub(super) const ENDS: Check = Check {
    rule: Rule {
        name: "certificate-ends",
        severity: Severity::Blocking,
        title: "The time of a certificate is over, or soon will be",
        remedy: "Get a new one, and upload it under the same name.",
        planned: false,
    },
    passed: "The certificates that are named are valid for 30 days at least",
    find: ends,
};

/// From how many days on it is worth a warning.
const SOON: i64 = 30;

/// Who names a certificate.
#[derive(Default)]
struct Named {
    by: Vec<String>,
    any_active: bool,
}

/// The certificates that are named, by alias. Settings name the alias, lists the whole identifier, which
/// ends in it.
fn all(scene: &Scene<'_>) -> BTreeMap<String, Named> {
    let mut all: BTreeMap<String, Named> = BTreeMap::new();
    let mut tell = |alias: &str, by: &str, users: &Users<'_>| {
        let entry = all.entry(alias.to_owned()).or_default();
        entry.by.push(by.to_owned());
        entry.any_active |= users.any_active;
    };
    for (id, users) in scene.needed(ArtifactKind::Certificate) {
        let alias = alias(id);
        for user in &users.all {
            tell(alias, &user.code, &users);
        }
    }
    for (id, users) in scene.needed(ArtifactKind::Connection) {
        for alias in of_connection(scene, id, users.from) {
            tell(&alias, &id.code, &users);
        }
    }
    for named in all.values_mut() {
        named.by.sort();
        named.by.dedup();
    }
    all
}

/// The certificates that the settings of a connection name when all is done.
fn of_connection(scene: &Scene<'_>, id: &ArtifactId, from: &ArtifactId) -> Vec<String> {
    let Some(own) = scene.connection(id, from) else {
        return Vec::new();
    };
    let mut values: BTreeMap<&str, &str> = BTreeMap::new();
    let mut files: BTreeSet<&str> = BTreeSet::new();
    let mut unseen: Vec<String> = own.certificates.iter().cloned().collect();
    let source = scene.connection_of_source(from);
    let source = source.filter(|_| scene.takes_from_source(id, from));
    for facts in [Some(own), source].into_iter().flatten() {
        for property in &facts.properties {
            // What was uploaded with the connection is named after its file, and is no alias.
            if property.file {
                files.insert(&property.name);
            }
            if let Some(value) = &property.value {
                values.insert(&property.name, value);
            }
        }
    }
    if scene.takes(StepKind::SetConnection, id) {
        let binding = scene.waybill.bindings.connections.get(id);
        for (name, value) in binding.into_iter().flat_map(|binding| &binding.values) {
            values.insert(name, value);
        }
    }
    if values.is_empty() {
        return unseen;
    }
    unseen.clear();
    values.retain(|name, _| !files.contains(name));
    certificates_named(values)
}

fn alias(id: &ArtifactId) -> &str {
    id.code.rsplit('|').next().unwrap_or(&id.code)
}

/// The certificate of this alias in the destination.
fn there<'a>(
    certificates: &'a BTreeMap<ArtifactId, CertificateFacts>,
    wanted: &str,
) -> Option<(&'a ArtifactId, &'a CertificateFacts)> {
    let mut all = certificates.iter();
    all.find(|(id, own)| alias(id) == wanted || own.name == wanted)
}

fn missing(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(certificates) = &scene.facts.certificates else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (wanted, by) in all(scene) {
        let comes = scene.waybill.items.iter().any(|item| {
            item.id.kind == ArtifactKind::Certificate
                && alias(&item.id) == wanted
                && item.action.brings()
        });
        if comes || there(certificates, &wanted).is_some() {
            continue;
        }
        // What the source calls it, so that the file is given for the same one.
        let known = scene.source.catalogue.artifacts.iter().map(|own| &own.id);
        let mut known = known.filter(|id| id.kind == ArtifactKind::Certificate);
        let id = known
            .find(|id| alias(id) == wanted)
            .cloned()
            .unwrap_or_else(|| ArtifactId::global(ArtifactKind::Certificate, &wanted, None));
        let severity = if by.any_active {
            Severity::Blocking
        } else {
            Severity::Warning
        };
        let who = names(by.by.iter().map(String::as_str));
        findings.push(
            MISSING
                .rule
                .finding(
                    severity,
                    format!(
                        "Certificate `{wanted}` is not in {}. {who} {} it.",
                        scene.there(),
                        if by.by.len() == 1 { "names" } else { "name" }
                    ),
                )
                .about(&id)
                .guided("No archive and no call gives out certificates. Give its file here, or upload it in the console under this name.")
                .fixed_by(Fix::UploadCertificate { certificate: id.clone() }),
        );
    }
    findings
}

fn ends(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(certificates) = &scene.facts.certificates else {
        return Vec::new();
    };
    let now: Option<Timestamp> = scene.facts.own.now.parse().ok();
    let mut findings = Vec::new();
    for (wanted, by) in all(scene) {
        let Some((id, own)) = there(certificates, &wanted) else {
            continue;
        };
        let end = own.ends.as_deref().and_then(moment);
        let over = own.expired || end.zip(now).is_some_and(|(end, now)| end <= now);
        let soon = end
            .zip(now)
            .is_some_and(|(end, now)| end < now + SignedDuration::from_hours(24 * SOON));
        let day = end.map(|end| end.strftime("%Y-%m-%d").to_string());
        let day = day.map(|day| format!(" on {day}")).unwrap_or_default();
        let title = scene.there();
        let (severity, text) = if over && by.any_active {
            (
                Severity::Blocking,
                format!("{} of {title} ended{day}.", named(id)),
            )
        } else if over {
            (
                Severity::Warning,
                format!("{} of {title} ended{day}.", named(id)),
            )
        } else if soon {
            (
                Severity::Warning,
                format!("{} of {title} ends{day}.", named(id)),
            )
        } else {
            continue;
        };
        let who = names(by.by.iter().map(String::as_str));
        findings.push(
            ENDS.rule
                .finding(severity, text)
                .about(id)
                .guided(format!("{who} cannot connect with it from then on. Get a new one, and upload it under the same name."))
                .fixed_by(Fix::UploadCertificate { certificate: id.clone() }),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::stage::{Look, id, orders};

    const ERP: &str = "connection:ERP";
    const CERTIFICATE: &str = "certificate:USER|X509|TRUST|erp_host";

    fn naming() -> Look {
        let mut look = Look::settled(orders());
        look.connection(ERP, &[("sslCertificateAlias", false, false, "erp_host")]);
        look
    }

    fn with(look: &mut Look, ends: &str) {
        let own = CertificateFacts {
            ends: Some(ends.to_owned()),
            ..CertificateFacts::default()
        };
        look.facts.certificates = Some([(id(CERTIFICATE), own)].into());
    }

    #[test]
    fn a_certificate_that_a_connection_names_has_to_be_there() {
        let mut look = naming();
        let found = look.found("certificate-missing");
        assert_eq!(found[0].severity, Severity::Blocking);
        assert!(
            found[0]
                .text
                .contains("`erp_host` is not in PROD. `ERP` names it"),
            "{found:?}"
        );
        assert!(matches!(found[0].fix, Some(Fix::UploadCertificate { .. })));
        with(&mut look, "2028-01-01T00:00:00Z");
        assert_eq!(look.found("certificate-missing"), []);
        assert!(look.passed("certificate-missing").is_some());
    }

    #[test]
    fn a_file_that_was_uploaded_with_a_connection_is_no_certificate_that_is_missing() {
        let mut look = naming();
        look.connection(ERP, &[("HostKeyCertificate", false, false, "host.pub")]);
        assert_eq!(look.found("certificate-missing").len(), 1);
        let own = look.facts.connections.get_mut(&id(ERP)).unwrap();
        own.properties[0].file = true;
        assert_eq!(look.found("certificate-missing"), []);
    }

    #[test]
    fn one_that_has_ended_blocks_and_one_that_ends_soon_is_a_warning() {
        let mut look = naming();
        for (ends, severity) in [
            ("2026-11-20T00:00:00.000+0000", Some(Severity::Blocking)),
            ("2026-12-01T00:00:00.000+0000", Some(Severity::Warning)),
            ("2027-12-01T00:00:00.000+0000", None),
        ] {
            with(&mut look, ends);
            let found = look.found("certificate-ends");
            assert_eq!(found.first().map(|one| one.severity), severity, "{ends}");
            assert_eq!(
                look.passed("certificate-ends").is_some(),
                severity.is_none()
            );
        }
    }
}
