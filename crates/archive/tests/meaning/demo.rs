//! Three exports of one project, days apart. What differs was found by hand, with `diff` over the
//! unpacked files:
//! - under `integrations/`, every file of an integration that is in two of the exports is the same
//!   byte for byte, but `info.json`, in which `mod` and `validity` differ in all, `persistedState`
//!   (`ACTIVATED` first, `CONFIGURED` later) and `transientState` (`NEW` in the second, empty in the
//!   third) in some;
//! - files under `connections/` and `schedules/` that are in two exports are the same byte for byte;
//! - `project.yaml`: further assets, `status` `ACTIVE` in the first and `CONFIGURED` later, revisions
//!   and dates; name and no description in all three;
//! - `oic_project.properties` and `rpa.zip` differ in dates and seal.

use waybill_archive::{Likeness, Meaning, Opened, summary};
use waybill_model::{ArtifactId, ArtifactKind, ChangeKind, DifferenceClass};

use super::real;

const PROJECT: &str = "DEMO_FIRST_PROJECT";

fn project(opened: &Opened) -> Meaning {
    Meaning::in_archive(
        opened,
        &ArtifactId::global(ArtifactKind::Project, PROJECT, None),
    )
    .unwrap()
}

/// What the second has that the first has not; nothing was taken away.
const SECOND: [&str; 9] = [
    "connection CALLOPENWEATHERAPI",
    "connection FTP_DEMO",
    "connection ORACLE_HCM",
    "connection REST_TRIGGER",
    "integration CREATE_PENDING_WORKERS|01.00.0002",
    "integration GETWEATHERINFO|01.00.0000",
    "integration HELLO_WORLD|01.00.0000",
    "integration HELLO_WORLD|02.00.0001",
    "schedule CREATE_PENDING_WORKERS|01.00.0002",
];

/// What the third has that the second has not.
const THIRD: [&str; 3] = [
    "connection ALTERNATE_COUNTRY_SERVICE",
    "integration RETRIEVE_COUNTRY_INFORMATIO|02.00.0000",
    "library RANDOM|01.00.0000",
];

/// Artifacts of two exports whose state differs; nothing else of any artifact does.
const STATES: [&[&str]; 2] = [
    &["RETRIEVE_COUNTRY_INFORMATIO|01.00.0000 State"],
    &[
        "GETWEATHERINFO|01.00.0000 Transient state",
        "RETRIEVE_COUNTRY_INFORMATIO|01.00.0000 Transient state",
    ],
];

#[test]
fn three_exports_of_a_project_differ_as_a_person_finds_by_hand() {
    let exports: Option<Vec<Opened>> = [
        "DEMO_FIRST_PROJECT.car",
        "DEMO_FIRST_PROJECT_3.car",
        "DEMO_FIRST_PROJECT_4.car",
    ]
    .iter()
    .map(|name| real::one(name))
    .collect();
    let Some(exports) = exports else {
        return;
    };
    for (at, added) in [(0, &SECOND[..]), (1, &THIRD[..])] {
        let (before, after) = (&exports[at], &exports[at + 1]);
        let difference = project(before).difference(&project(after));
        let members: Vec<_> = difference
            .sections
            .iter()
            .filter(|section| section.class != DifferenceClass::State)
            .flat_map(|section| &section.changes)
            .map(|change| (change.kind, change.name.as_str()))
            .collect();
        let expected: Vec<_> = added
            .iter()
            .map(|name| (ChangeKind::OnlyRight, *name))
            .collect();
        assert_eq!(members, expected);
        assert_eq!(summary(&difference), format!("{} members", added.len()));
        assert_eq!(difference.has(DifferenceClass::State), at == 0);

        let mut states = Vec::new();
        for artifact in before.catalogue().artifacts {
            if artifact.id.kind == ArtifactKind::Project {
                continue;
            }
            let one = Meaning::in_archive(before, &artifact.id).unwrap();
            let other = Meaning::in_archive(after, &artifact.id).unwrap();
            assert_eq!(
                one.fingerprint().verdict(&other.fingerprint()),
                Some(Likeness::Same),
                "{}",
                artifact.id
            );
            for section in one.difference(&other).sections {
                assert_eq!(section.class, DifferenceClass::State, "{}", artifact.id);
                states.extend(
                    section
                        .changes
                        .iter()
                        .map(|change| format!("{} {}", artifact.id.wire(), change.name)),
                );
            }
        }
        assert_eq!(states, STATES[at]);
    }
}
