//! What an archive that goes along tells the checks.

use waybill_archive::{
    ArchiveKind, Connection, Finding, Limits, Oddity, OddityKind, Opened, Rule, inspect, verify,
};
use waybill_model::{ArtifactId, ArtifactKind, Generation};

use super::facts::{ArchiveFacts, ConnectionFacts, FoundThere, PropertyFacts};

/// What an archive tells, and which of its files could not be looked through. Blocks.
pub(super) fn archive_facts(bytes: &[u8]) -> (ArchiveFacts, Vec<String>) {
    let mut facts = ArchiveFacts::default();
    let (opened, found) = match inspect(bytes, Limits::default(), false) {
        Ok(inspected) => inspected,
        Err(error) => {
            facts.damage.push(error.to_string());
            return (facts, Vec::new());
        }
    };
    facts.kind = Some(opened.kind);
    if bytes.starts_with(b"PK")
        && let Err(error) = verify(bytes)
    {
        facts.damage.push(error.to_string());
    }
    of_contents(&opened, &mut facts);
    let mut unseen = Vec::new();
    match found {
        Ok(found) => {
            for one in found {
                sort(one, &mut facts, &mut unseen);
            }
        }
        Err(error) => unseen.push(error.to_string()),
    }
    (facts, unseen)
}

fn of_contents(opened: &Opened, facts: &mut ArchiveFacts) {
    let contents = &opened.contents;
    for (path, error) in &opened.unread {
        facts
            .damage
            .push(format!("`{path}` in it cannot be read: {error}"));
    }
    let integrations = &contents.integrations;
    let oddities = integrations.iter().flat_map(|own| &own.oddities);
    for oddity in contents.oddities.iter().chain(oddities) {
        note(oddity, facts);
    }
    let alone = matches!(opened.kind, ArchiveKind::Integration | ArchiveKind::Package);
    if alone && integrations.is_empty() {
        facts.damage.push("it holds no integration".to_owned());
    }
    let packages = contents.packages.iter().flat_map(|own| &own.integrations);
    for member in packages {
        if !integrations.iter().any(|own| own.reference == *member) {
            facts.damage.push(format!(
                "integration `{member}`, which belongs to it, is not in it"
            ));
        }
    }
    facts.damage.sort();
    facts.damage.dedup();
    facts.generation = integrations.iter().filter_map(|own| own.generation).max();
    if !contents.projects.is_empty() {
        facts.generation = Some(Generation::Oic3);
    }
    for artifact in contents.catalogue().artifacts {
        if matches!(
            artifact.id.kind,
            ArtifactKind::Lookup | ArtifactKind::Library
        ) {
            facts.holds.insert(artifact.id);
        }
    }
    for connection in &contents.connections {
        let id = ArtifactId {
            kind: ArtifactKind::Connection,
            scope: connection.scope.clone(),
            code: connection.code.clone(),
            version: None,
        };
        facts.connections.insert(id, of_connection(connection));
    }
}

fn note(oddity: &Oddity, facts: &mut ArchiveFacts) {
    let words = match &oddity.path {
        Some(path) => format!("`{path}`: {}", oddity.words),
        None => oddity.words.clone(),
    };
    match oddity.kind {
        OddityKind::Unreadable => facts.damage.push(words),
        // Without a path it is a lookup that the flow names, which may well be in the destination.
        OddityKind::Missing if oddity.path.is_some() => facts.damage.push(words),
        OddityKind::Repacked
        | OddityKind::FileManagerTraces
        | OddityKind::SealRemoved
        | OddityKind::IdentityDiffers => facts.repacked.push(words),
        _ => {}
    }
}

/// A connection as an archive tells it: nobody knows what it has to have.
fn of_connection(connection: &Connection) -> ConnectionFacts {
    let properties = connection.properties.iter().map(|own| PropertyFacts {
        name: own.name.clone(),
        label: own.name.clone(),
        secret: own.withheld,
        value: own
            .value
            .clone()
            .filter(|value| !value.starts_with("%%") && !value.is_empty()),
        ..PropertyFacts::default()
    });
    ConnectionFacts {
        adapter: None,
        adapter_id: Some(connection.adapter.clone()).filter(|adapter| !adapter.is_empty()),
        preinstalled: true,
        security_policy: connection.security_policy.clone(),
        properties: properties.collect(),
        agent_group: connection.agent_group.clone(),
        certificates: connection.certificates.iter().cloned().collect(),
        tested: None,
        of_archive: true,
    }
}

fn sort(found: Finding, facts: &mut ArchiveFacts, unseen: &mut Vec<String>) {
    let place = if found.place.is_empty() {
        found.path.clone()
    } else {
        format!("{} ({})", found.path, found.place)
    };
    let secret = match found.rule {
        Rule::PrivateKey => "a private key",
        Rule::Wallet => "a wallet",
        Rule::Password => "a password",
        Rule::Token => "a token",
        Rule::Recording => "payloads of past runs",
        Rule::WholeInstance => "the credentials of a whole instance",
        Rule::NotScanned => {
            unseen.push(found.path);
            return;
        }
        Rule::Pod | Rule::Host => {
            if !of_connection_file(&found.path) {
                facts.hosts.push(FoundThere {
                    what: found.shown,
                    place,
                });
            }
            return;
        }
        Rule::EmailAddress | Rule::Path | Rule::Zone => return,
    };
    facts.secrets.push(FoundThere {
        what: secret.to_owned(),
        place,
    });
}

/// Addresses of connections are set in the destination.
fn of_connection_file(path: &str) -> bool {
    path.contains("appinstances/") || path.contains("connections/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_archive_and_what_is_cut_off_is_damaged() {
        let (facts, _) = archive_facts(b"PK\x03\x04 and nothing else");
        assert_eq!(facts.kind, None);
        assert_eq!(facts.damage.len(), 1);
    }

    #[test]
    fn a_lookup_with_a_password_and_an_address_tells_both() {
        let csv = b"DVM,Systems,Where they are\nname,password,url\nERP,Tr0ub4dor&3x,https://erp-test.acme.example/x\n";
        let (facts, unseen) = archive_facts(csv);
        assert_eq!(facts.damage, Vec::<String>::new());
        assert_eq!(unseen, Vec::<String>::new());
        assert!(
            facts.secrets.iter().any(|one| one.what == "a password"),
            "{facts:?}"
        );
        assert!(!format!("{facts:?}").contains("Tr0ub4dor"));
        assert!(
            facts
                .hosts
                .iter()
                .any(|one| one.what == "erp-test.acme.example"),
            "{facts:?}"
        );
    }

    /// Archives that the service wrote, or people took from it. Passed over, in plain words, where the
    /// folder of real archives is absent.
    #[test]
    fn no_real_archive_counts_as_damaged() {
        let folder = std::env::var_os("WAYBILL_ARCHIVES").map_or_else(
            || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/archives"),
            std::path::PathBuf::from,
        );
        let Ok(expected) = std::fs::read(folder.join("expected.json")) else {
            #[expect(
                clippy::print_stderr,
                reason = "the reader of the test run has to know"
            )]
            {
                eprintln!("passed over: no real archives in {}", folder.display());
            }
            return;
        };
        let expected: serde_json::Value = serde_json::from_slice(&expected).unwrap();
        let mut damaged = Vec::new();
        for name in expected.as_object().unwrap().keys() {
            let Ok(bytes) = std::fs::read(folder.join(name)) else {
                continue;
            };
            let (facts, unseen) = archive_facts(&bytes);
            if !facts.damage.is_empty() || !unseen.is_empty() {
                damaged.push((name.clone(), facts.damage, unseen));
            }
        }
        assert_eq!(damaged, []);
    }
}
