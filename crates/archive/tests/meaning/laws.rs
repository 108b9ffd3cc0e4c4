//! What holds for any two meanings.

use std::collections::BTreeMap;

use waybill_archive::{Fact, Likeness, Meaning, summary};
use waybill_model::{Area, ArtifactKind, Change, ChangeKind, Difference, DifferenceClass, Section};

use super::files::{meanings, opened};
use super::stable::samples;

fn mirrored(mut difference: Difference) -> Difference {
    fn turned(kind: ChangeKind) -> ChangeKind {
        match kind {
            ChangeKind::OnlyLeft => ChangeKind::OnlyRight,
            ChangeKind::OnlyRight => ChangeKind::OnlyLeft,
            other => other,
        }
    }
    fn turn(section: &mut Section) {
        let change = |change: &mut Change| {
            change.kind = turned(change.kind);
            std::mem::swap(&mut change.left, &mut change.right);
        };
        section.changes.iter_mut().for_each(change);
        if let Some(table) = &mut section.table {
            for column in &mut table.columns {
                column.change = column.change.map(turned);
            }
            for row in &mut table.rows {
                row.kind = turned(row.kind);
                for cell in &mut row.cells {
                    std::mem::swap(&mut cell.left, &mut cell.right);
                }
            }
        }
    }
    difference.sections.iter_mut().for_each(turn);
    difference
}

fn hold(left: &Meaning, right: &Meaning, place: &str) {
    let difference = left.difference(right);
    let design = difference.has(DifferenceClass::Design);
    let environment = difference.has(DifferenceClass::Environment);
    match left.fingerprint().verdict(&right.fingerprint()) {
        Some(Likeness::Same) => assert!(!design && !environment, "{place}: {difference:#?}"),
        Some(Likeness::Environment) => assert!(!design && environment, "{place}: {difference:#?}"),
        Some(Likeness::Different) => assert!(design, "{place}: {difference:#?}"),
        None => {}
    }
    let mut mirror = mirrored(right.difference(left));
    // What is called differently in the two bears the name that the left one gives it.
    for (turned, own) in mirror.sections.iter_mut().zip(&difference.sections) {
        turned.title.clone_from(&own.title);
    }
    assert_eq!(mirror, difference, "{place}");
    assert_eq!(
        summary(&difference).is_empty(),
        !design && !environment,
        "{place}"
    );
    for section in &difference.sections {
        assert_eq!(
            left.text_difference(right, &section.key).is_some(),
            section.has_text,
            "{place}"
        );
    }
}

#[test]
fn fingerprint_and_difference_agree_on_any_two_real_artifacts() {
    let mut kinds: BTreeMap<ArtifactKind, Vec<(String, Meaning)>> = BTreeMap::new();
    for (name, files) in samples() {
        for (id, meaning) in meanings(&opened(files)) {
            let own = meaning.difference(&meaning);
            assert!(
                own.sections.is_empty() && own.not_compared.is_empty(),
                "{name}: {id}"
            );
            kinds
                .entry(id.kind)
                .or_default()
                .push((format!("{name} {id}"), meaning));
        }
    }
    for list in kinds.values() {
        for (index, (name, one)) in list.iter().enumerate() {
            // Each with the three after it: pairs of everything take minutes.
            for (other_name, other) in list[index + 1..].iter().take(3) {
                hold(one, other, &format!("{name} / {other_name}"));
            }
        }
    }
}

fn fact(name: &str, value: Option<&str>, class: DifferenceClass) -> Fact {
    Fact {
        area: Area::Connection,
        name: name.to_owned(),
        value: value.map(str::to_owned),
        class,
        secret: false,
    }
}

#[test]
fn what_is_not_told_is_not_different_and_is_said() {
    use DifferenceClass::{Design, Environment};
    let one = Meaning::told(
        ArtifactKind::Connection,
        vec![
            fact("Host", Some("dev.acme.example"), Environment),
            fact("Port", Some("22"), Environment),
            fact("Adapter", Some("ftp"), Design),
        ],
    );
    let other = Meaning::told(
        ArtifactKind::Connection,
        vec![
            fact("Host", Some("%%FTP_Host"), Environment),
            fact("Adapter", Some("ftp"), Design),
        ],
    );
    let difference = one.difference(&other);
    assert!(difference.sections.is_empty(), "{difference:#?}");
    assert_eq!(
        difference.not_compared,
        ["Not compared, because one of the two does not tell it: Host, Port."]
    );
    assert_eq!(one.fingerprint().verdict(&other.fingerprint()), None);
}

#[test]
fn state_is_told_and_never_in_a_fingerprint() {
    let base = Meaning::told(
        ArtifactKind::Integration,
        vec![fact("Name", Some("a"), DifferenceClass::Design)],
    );
    let state = |word| {
        base.clone()
            .with(vec![fact("State", Some(word), DifferenceClass::State)])
    };
    let (one, other) = (state("ACTIVATED"), state("CONFIGURED"));
    assert_eq!(one.fingerprint(), other.fingerprint());
    let difference = one.difference(&other);
    assert_eq!(difference.sections.len(), 1);
    assert_eq!(difference.sections[0].class, DifferenceClass::State);
    assert_eq!(summary(&difference), "");
    hold(&one, &other, "state");
}
