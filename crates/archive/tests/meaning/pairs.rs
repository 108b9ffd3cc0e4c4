//! Two exports of the same thing, in the real archives.

use std::collections::{BTreeMap, BTreeSet};

use waybill_archive::{Likeness, Meaning, Opened, read_design, summary};
use waybill_model::{ArtifactId, ArtifactKind, Scope};

use super::real;

/// Every archive, and every archive inside another, by path.
fn all() -> Vec<(String, Opened)> {
    fn inside(path: &str, opened: Opened, to: &mut Vec<(String, Opened)>) {
        for member in opened.members() {
            let path = format!("{path}/{}", member.path);
            inside(&path, member.opened.clone(), to);
        }
        if opened.members().is_empty() {
            to.push((path.to_owned(), opened));
        }
    }
    let mut found = Vec::new();
    for (path, bytes) in real::archives() {
        inside(&path, read_design(&bytes).unwrap(), &mut found);
    }
    found
}

/// Real edits, as the differences tell them:
/// - `PUT_APP_DEVICE_ATTR_INTG|01.00.0000`, alone and in the package of 2016: other connections
///   (`adapter/code` `IOT_REST_DVP_END` and `IOT_CONNECTION`), other `ResourceURI` (`/v2/apps/…`
///   in the package), other tracking variables, and the map alone repeats over
///   `TemplateParameters`;
/// - `REST_INTERFACE`: connections of the same code of two publishers (`securityPolicy`
///   `BASIC_AUTH` of 2019, `MULTI_TOKEN_INBOUND` with a description of 2025);
/// - `DEMO_FIRST_PROJECT`: see the test of its three exports.
const EDITED: [&str; 3] = [
    "integration:PUT_APP_DEVICE_ATTR_INTG|01.00.0000",
    "connection:REST_INTERFACE",
    "project:DEMO_FIRST_PROJECT",
];

#[test]
fn exports_of_the_same_thing_are_equal_but_for_real_edits() {
    let mut units: BTreeMap<ArtifactId, Vec<(String, Meaning)>> = BTreeMap::new();
    for (path, opened) in all() {
        for artifact in opened.catalogue().artifacts {
            let mut id = artifact.id;
            let known = !matches!(
                id.kind,
                ArtifactKind::Certificate | ArtifactKind::AgentGroup
            );
            let meaning = Meaning::in_archive(&opened, &id);
            assert_eq!(meaning.is_some(), known, "{path}: {id}");
            id.scope = Scope::Global;
            units
                .entry(id)
                .or_default()
                .extend(meaning.map(|meaning| (path.clone(), meaning)));
        }
    }
    let (mut same, mut edited) = (0, BTreeSet::new());
    for (id, list) in &units {
        for (index, (path, one)) in list.iter().enumerate() {
            for (other_path, other) in &list[index + 1..] {
                let difference = one.difference(other);
                match one.fingerprint().verdict(&other.fingerprint()) {
                    Some(Likeness::Same) => same += 1,
                    verdict => {
                        eprintln!(
                            "{id}: {verdict:?} {}\n  {path}\n  {other_path}",
                            summary(&difference)
                        );
                        edited.insert(id.to_string());
                    }
                }
            }
        }
    }
    eprintln!("{same} pairs are the same");
    if units.is_empty() {
        return;
    }
    let expected: BTreeSet<String> = EDITED.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(edited, expected);
    assert!(same >= 90, "{same}");
}
