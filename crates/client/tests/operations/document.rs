//! The table as `docs/operations.md`.

use std::fmt::Write;
use std::path::Path;

use waybill_model::Generation;

use crate::operation::{Mark, Operation, Provocation};
use crate::rows;
use crate::table::Group;

/// What stands above the tables.
const HEAD: &str = "\
# Operations

Every call of Oracle Integration that Waybill's client offers. This page is written from the table that the tests run (`crates/client/tests/operations`); a test fails where the page is stale, where a row has no test of its success, or where a documented error status has none. `WAYBILL_UPDATE_DOCS=1 cargo test -p waybill-client --test operations` writes it anew.

Each test runs the client against the sandbox, on every generation of the row that the sandbox plays, and looks at the status that went over the wire. Success lists every status that some source saw. An error status in *italics* comes from a fault laid on the call, because no state of the sandbox brings it about; the others come from real state.

| mark | meaning |
|---|---|
| **D** | documented by Oracle |
| **R** | recorded: seen in a published answer of a real instance |
| **P** | public scripts that work against real instances rely on it |
| **I** | inferred; seen nowhere |

Pages are named by their files below these roots: OIC 3 `https://docs.oracle.com/en/cloud/paas/application-integration/rest-api/`, Gen 2 `https://docs.oracle.com/en/cloud/paas/integration-cloud/rest-api/`, ICS `https://docs.oracle.com/en/cloud/paas/integration-cloud-service/icsrb/`. What is known of the wire beyond single operations stands in [fidelity.md](fidelity.md).
";

fn generation(one: Generation) -> &'static str {
    match one {
        Generation::Oic3 => "OIC 3",
        Generation::Gen2 => "Gen 2",
        Generation::Ics => "ICS",
    }
}

fn joined<T>(all: &[T], one: impl Fn(&T) -> String) -> String {
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn row(page: &mut String, row: &Operation, group: &Group) {
    let errors = joined(row.errors, |status| {
        let by_fault = row
            .provocations
            .iter()
            .any(|(own, how)| own == status && matches!(how, Provocation::Fault));
        if by_fault {
            format!("*{status}*")
        } else {
            status.to_string()
        }
    });
    let client = row
        .client
        .split(", ")
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>();
    writeln!(
        page,
        "| {}<br>`{} {}` | {} | {} | {} | {} | {} | `{}` |",
        row.name,
        row.method,
        row.path,
        joined(&row.generations, |one| generation(*one).to_owned()),
        joined(&row.marks, |mark: &Mark| mark.letter().to_owned()),
        joined(row.success, u16::to_string),
        if errors.is_empty() { "–" } else { &errors },
        client.join(", "),
        group.test,
    )
    .unwrap();
}

fn facts(page: &mut String, group: &Group) {
    page.push_str("\nSources and notes:\n\n");
    for row in &group.rows {
        let mut words: Vec<String> = row
            .sources
            .iter()
            .map(|source| {
                if source.contains(' ') {
                    (*source).to_owned()
                } else {
                    format!("`{source}`")
                }
            })
            .collect();
        if words.is_empty() {
            words.push("no source".to_owned());
        }
        let mut line = format!("- {}: {}.", row.name, words.join("; "));
        for note in &row.notes {
            line.push(' ');
            line.push_str(note);
        }
        page.push_str(&line);
        page.push('\n');
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for group in rows::groups() {
        write!(
            page,
            "\n## {}\n\n| operation | generation | mark | success | errors | client | test |\n|---|---|---|---|---|---|---|\n",
            group.title
        )
        .unwrap();
        for one in &group.rows {
            row(&mut page, one, &group);
        }
        facts(&mut page, &group);
    }
    page
}

#[test]
fn the_page_is_the_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
    let page = page();
    if std::env::var_os("WAYBILL_UPDATE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed.replace("\r\n", "\n") == page,
        "docs/operations.md is stale; WAYBILL_UPDATE_DOCS=1 writes it anew"
    );
}
