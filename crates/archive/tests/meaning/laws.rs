//! What holds for any two meanings.

use std::collections::BTreeMap;

use waybill_archive::{Fact, Likeness, Meaning, summary};
use waybill_model::{
    Area, ArtifactId, ArtifactKind, Change, ChangeKind, Difference, DifferenceClass, Section,
};

use super::files::{Files, meanings, opened};
use super::made;
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
fn a_record_that_tells_less_is_judged_by_the_difference_alone() {
    let name = fact("Host", Some("a"), DifferenceClass::Design);
    let port = fact("Port", Some("22"), DifferenceClass::Design);
    let one = Meaning::told(ArtifactKind::Connection, vec![name.clone(), port]);
    let other = Meaning::told(ArtifactKind::Connection, vec![name]);
    assert_eq!(one.fingerprint().verdict(&other.fingerprint()), None);
    hold(&one, &other, "records");
}

#[test]
fn an_export_of_a_deployment_says_nothing_of_the_rest_of_its_project() {
    let project = |integrations: &[&str], deployed: Option<&[&str]>| {
        let mut files = Files::new();
        files.insert(
            "project/project.yaml".to_owned(),
            b"code: SHOP\nname: Shop\n".to_vec(),
        );
        for code in integrations {
            let path = format!("project/integrations/{code}_01.00.0000/PROJECT-INF/project.xml");
            let model = made::archive()[&format!("{}PROJECT-INF/project.xml", made::OWN)].clone();
            let model = String::from_utf8(model)
                .unwrap()
                .replace(">ORDER<", &format!(">{code}<"));
            files.insert(path, model.into_bytes());
        }
        if let Some(deployed) = deployed {
            let members: Vec<String> = deployed
                .iter()
                .map(|code| format!(r#"{{"code":"{code}","version":"01.00.0000"}}"#))
                .collect();
            let label = format!(
                r#"{{"name":"First","code":"FIRST","integrations":[{}]}}"#,
                members.join(",")
            );
            files.insert("project/labels/FIRST.json".to_owned(), label.into_bytes());
        }
        let id = ArtifactId::global(ArtifactKind::Project, "SHOP", None);
        Meaning::in_archive(&opened(&files), &id).unwrap()
    };
    let all = project(&["A", "B"], None);
    let part = project(&["A"], Some(&["A"]));
    let other_part = project(&["A", "B"], Some(&["A", "B"]));
    let difference = all.difference(&part);
    assert!(difference.sections.is_empty(), "{difference:#?}");
    assert!(!difference.not_compared.is_empty());
    assert_eq!(summary(&part.difference(&other_part)), "1 member");
    hold(&all, &part, "all, part");
    hold(&part, &other_part, "part, part");
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
