//! The whole table, and what must hold of it.

use std::collections::BTreeSet;

use crate::operation::Operation;
use crate::rows;

/// Rows of one subject.
pub struct Group {
    /// The subject, as a heading.
    pub title: &'static str,
    /// The test that runs its cases: `cargo test -p waybill-client --test operations NAME`.
    pub test: &'static str,
    pub rows: Vec<Operation>,
}

#[test]
fn no_row_lacks_a_test() {
    let flaws: Vec<String> = rows::groups()
        .iter()
        .flat_map(|group| &group.rows)
        .flat_map(Operation::flaws)
        .collect();
    assert!(flaws.is_empty(), "\n{}", flaws.join("\n"));
}

#[test]
fn no_operation_stands_twice() {
    let mut seen = BTreeSet::new();
    for group in rows::groups() {
        for row in &group.rows {
            // An ICS operation may share its path with none of the others.
            let key = format!("{} {}", row.title(), row.client);
            assert!(seen.insert(key.clone()), "{key} stands twice");
        }
    }
}

/// Every method that the table names is there, and every call of the client is named by the table.
#[test]
fn the_table_names_every_call_of_the_client() {
    let named: BTreeSet<&str> = rows::groups()
        .iter()
        .flat_map(|group| &group.rows)
        .flat_map(|row| row.client.split(", "))
        .collect();
    let calls = rows::calls_of_the_client();
    let unknown: Vec<_> = named
        .iter()
        .filter(|name| !calls.contains(**name))
        .collect();
    assert!(unknown.is_empty(), "no such call: {unknown:?}");
    let without: Vec<_> = calls
        .iter()
        .filter(|name| {
            !named.contains(name.as_str()) && !rows::BESIDE_THE_TABLE.contains(&name.as_str())
        })
        .collect();
    assert!(without.is_empty(), "calls without a row: {without:?}");
}
