//! What changes between two exports of the same design changes no fingerprint.

use std::sync::OnceLock;

use proptest::prelude::*;
use waybill_archive::read_design;

use super::files::{Files, meanings, opened, packed, unpacked};
use super::{made, real, volatile};

/// The real integration and project archives, those inside others too; a made one where they are
/// absent.
pub fn samples() -> &'static [(String, Files)] {
    static SAMPLES: OnceLock<Vec<(String, Files)>> = OnceLock::new();
    SAMPLES.get_or_init(read_samples)
}

fn read_samples() -> Vec<(String, Files)> {
    let mut found = vec![("made".to_owned(), made::archive())];
    for (path, bytes) in real::archives() {
        let direct = [".iar", ".car"].iter().any(|ending| path.ends_with(ending));
        if direct {
            found.push((path, unpacked(&bytes)));
        } else if path.ends_with(".par") {
            for member in read_design(&bytes).unwrap().members() {
                found.push((format!("{path}/{}", member.path), unpacked(&member.bytes)));
            }
        }
    }
    found
}

fn assert_same(name: &str, change: &str, before: &Files, after: &Files, seed: u64) {
    let one = meanings(&opened(before));
    let other = meanings(&read_design(&packed(after, seed)).unwrap());
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>(),
        "{name}: {change}"
    );
    for (id, meaning) in &one {
        let right = &other[id];
        let difference = meaning.difference(right);
        assert!(
            meaning.fingerprint() == right.fingerprint(),
            "{name}: {change}: {id}: {difference:#?}"
        );
        assert!(
            !difference.has(waybill_model::DifferenceClass::Design)
                && !difference.has(waybill_model::DifferenceClass::Environment),
            "{name}: {change}: {id}"
        );
    }
}

#[test]
fn every_change_of_an_export_alone_means_nothing() {
    for (name, files) in samples() {
        let mut all = files.clone();
        for (change, apply) in volatile::ALL {
            if name == "made" {
                let mut own = files.clone();
                apply(&mut own, 7);
                assert_ne!(&own, files, "{change} changes nothing");
                assert_same(name, change, files, &own, 7);
            }
            apply(&mut all, 41);
        }
        assert_same(name, "all at once", files, &all, 41);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_of_them_together_mean_nothing(pick in any::<prop::sample::Index>(), chosen in any::<u16>(), seed in any::<u64>()) {
        let samples = samples();
        let (name, files) = &samples[pick.index(samples.len())];
        let mut after = files.clone();
        let mut told = Vec::new();
        for (index, (change, apply)) in volatile::ALL.into_iter().enumerate() {
            if chosen >> index & 1 == 1 {
                apply(&mut after, seed);
                told.push(change);
            }
        }
        assert_same(name, &told.join(", "), files, &after, seed);
    }
}

#[test]
fn a_package_with_other_names_inside_means_the_same() {
    let inner = made::archive();
    let package = |file: &str, seed: u64| {
        let mut outer = Files::new();
        outer.insert(file.to_owned(), packed(&inner, seed));
        outer.insert(
            "ics_package_attributes.properties".to_owned(),
            b"#date\npackage_name=acme.orders\n".to_vec(),
        );
        outer
    };
    let one = package("icspackage_Order_01.00.0000_0c1d.iar", 1);
    let other = package("icspackage_Order_01.00.0000_ffff.iar", 2);
    assert_same("package", "names inside", &one, &other, 3);
    // Alone, it is the same integration: the package is state.
    let alone = meanings(&opened(&inner));
    let inside = meanings(&opened(&one));
    for (id, meaning) in alone {
        assert_eq!(meaning.fingerprint(), inside[&id].fingerprint(), "{id}");
    }
}
