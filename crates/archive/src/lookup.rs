//! Lookups: `.dvm` inside archives, `.csv` from the lookup export.
//!
//! The CSV has a line `DVM,NAME,description`, a line of column names, then rows, all after a byte
//! order mark (recorded).

use waybill_model::Scope;

use crate::xml::{child, child_text, children, parse, text};
use crate::{ArchiveError, Lookup, csv};

const NAMESPACE: &str = "http://xmlns.oracle.com/dvm";

pub(crate) fn is_csv(text: &str) -> bool {
    text.starts_with("DVM,")
}

pub(crate) fn read_dvm(path: &str, source: &str, scope: &Scope) -> Result<Lookup, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    if !root.has_tag_name((NAMESPACE, "dvm")) {
        return Err(ArchiveError::file(path, "it is no lookup"));
    }
    let name = root
        .attribute("name")
        .ok_or_else(|| ArchiveError::file(path, "the lookup has no name"))?;
    within_bounds(Lookup {
        scope: scope.clone(),
        name: name.to_owned(),
        description: child_text(root, "description"),
        columns: child(root, "columns")
            .map(|list| {
                children(list, "column")
                    .map(|column| column.attribute("name").unwrap_or_default().to_owned())
                    .collect()
            })
            .unwrap_or_default(),
        rows: child(root, "rows")
            .map(|list| {
                children(list, "row")
                    .map(|row| {
                        children(row, "cell")
                            .map(|cell| text(cell).unwrap_or_default())
                            .collect()
                    })
                    .collect()
            })
            .unwrap_or_default(),
    })
    .ok_or_else(|| ArchiveError::file(path, "it has too many cells"))
}

pub(crate) fn read_csv(source: &str) -> Result<Lookup, ArchiveError> {
    let too_many = || ArchiveError::file("the lookup", "it has too many cells");
    let mut records = csv::records(source).ok_or_else(too_many)?.into_iter();
    let mut head = records.next().unwrap_or_default().into_iter().skip(1);
    let name = head.next().unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(ArchiveError::NotAnArchive {
            reason: "the lookup file names no lookup".to_owned(),
        });
    }
    // An unquoted description may hold commas.
    let description = head.collect::<Vec<_>>().join(",");
    let columns = records.next().unwrap_or_default();
    within_bounds(Lookup {
        scope: Scope::Global,
        name,
        description: (!description.is_empty()).then_some(description),
        columns,
        rows: records
            .filter(|row| row.iter().any(|cell| !cell.is_empty()))
            .collect(),
    })
    .ok_or_else(too_many)
}

/// The lookup, unless it would have too many cells with all of its rows as wide as the widest: a
/// single row is enough for that.
fn within_bounds(lookup: Lookup) -> Option<Lookup> {
    let widest = lookup.rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = widest.max(lookup.columns.len());
    let cells = width.saturating_mul(lookup.rows.len().max(1));
    (cells <= csv::CELLS).then_some(lookup)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_the_same_lookup() {
        let xml = r#"<?xml version="1.0"?><d:dvm xmlns:d="http://xmlns.oracle.com/dvm" name="Gender">
            <d:columns><d:column name="HL7"/><d:column name="FHIR"/></d:columns>
            <d:rows><d:row><d:cell>F</d:cell><d:cell>female</d:cell></d:row>
            <d:row><d:cell>U</d:cell><d:cell/></d:row></d:rows></d:dvm>"#;
        let from_xml = read_dvm("Gender.dvm", xml, &Scope::Global).unwrap();
        let from_csv = read_csv("DVM,Gender,\nHL7,FHIR\nF,female\nU,\n").unwrap();
        assert_eq!(from_xml, from_csv);
        assert_eq!(from_csv.rows, [["F", "female"], ["U", ""]]);
    }

    #[test]
    fn one_wide_row_does_not_make_all_of_them_wide() {
        let wide = format!(
            "DVM,A,\na,b\n{}\n{}",
            "x,".repeat(20_000),
            "y\n".repeat(20_000)
        );
        let refused = read_csv(&wide).unwrap_err();
        assert!(refused.to_string().contains("too many cells"), "{refused}");
        assert!(read_csv(&format!("DVM,A,\na,b\n{}", "y,z\n".repeat(50_000))).is_ok());
    }

    #[test]
    fn a_csv_without_a_name_is_refused() {
        assert!(read_csv("DVM,\na,b\n").is_err());
    }
}
