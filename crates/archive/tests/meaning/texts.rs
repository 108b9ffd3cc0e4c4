//! Lookups cell by cell, maps line by line.

use waybill_archive::{Meaning, summary};
use waybill_model::{ArtifactKind, ChangeKind};

use super::edits::{changed, differs, id};
use super::files::opened;
use super::made;

#[test]
fn cells_rows_and_columns_are_told_by_key() {
    let difference = differs(
        "TAX_CODES.dvm",
        "<cell>0.14</cell>",
        "<cell>0.15</cell>",
        ArtifactKind::Lookup,
    );
    assert_eq!(summary(&difference), "1 cell");
    let [section] = difference.sections.as_slice() else {
        panic!("{difference:#?}");
    };
    let table = section.table.as_ref().unwrap();
    assert_eq!(section.same, 2);
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rows[0].cells[0].left.as_deref(), Some("NS"));
    assert_eq!(table.rows[0].cells[2].left.as_deref(), Some("0.14"));
    assert_eq!(table.rows[0].cells[2].right.as_deref(), Some("0.15"));

    let row = "<row><cell>NU</cell><cell>GST5</cell><cell>0.05</cell></row>";
    let difference = differs("TAX_CODES.dvm", row, "", ArtifactKind::Lookup);
    assert_eq!(summary(&difference), "1 row");
    assert_eq!(
        difference.sections[0].table.as_ref().unwrap().rows[0].kind,
        ChangeKind::OnlyLeft
    );

    let difference = differs(
        "TAX_CODES.dvm",
        "<column name=\"rate\"/>",
        "<column name=\"tax\"/>",
        ArtifactKind::Lookup,
    );
    assert_eq!(summary(&difference), "2 columns");
}

#[test]
fn order_of_rows_and_columns_and_the_form_of_the_file_mean_nothing() {
    let csv =
        b"DVM,TAX_CODES,Codes\nrate,province,erpCode\n0.05,NU,GST5\n0.13,ON,HST13\n0.14,NS,HST14\n";
    let alone = waybill_archive::read(csv).unwrap();
    let inside = opened(&made::archive());
    let id = id(ArtifactKind::Lookup);
    let one = Meaning::in_archive(&alone, &id).unwrap();
    let other = Meaning::in_archive(&inside, &id).unwrap();
    assert_eq!(one.fingerprint(), other.fingerprint());
    assert!(one.difference(&other).sections.is_empty());
}

#[test]
fn the_text_of_a_map_is_laid_side_by_side() {
    let id = id(ArtifactKind::Integration);
    let before = opened(&made::archive());
    let after = opened(&changed(".xsl", "nsb:shipTo", "nsb:billTo"));
    let one = Meaning::in_archive(&before, &id).unwrap();
    let other = Meaning::in_archive(&after, &id).unwrap();
    let difference = one.difference(&other);
    let section = &difference.sections[0];
    assert!(section.has_text);
    let text = one.text_difference(&other, &section.key).unwrap();
    let changed: Vec<_> = text.lines.iter().filter(|line| line.changed).collect();
    let [line] = changed.as_slice() else {
        panic!("{text:#?}");
    };
    let marked = |side: &Option<waybill_model::LineSide>| -> String {
        side.as_ref()
            .unwrap()
            .pieces
            .iter()
            .filter(|piece| piece.changed)
            .map(|piece| piece.text.clone())
            .collect()
    };
    assert_eq!(
        (marked(&line.left), marked(&line.right)),
        ("shipTo".to_owned(), "billTo".to_owned())
    );
    assert!(one.text_difference(&other, "no such section").is_none());
}
