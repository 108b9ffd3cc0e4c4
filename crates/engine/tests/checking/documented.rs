//! The page of the documentation is written from the table that the program goes by.

use std::fmt::Write as _;
use std::path::Path;

use waybill_engine::Severity;
use waybill_engine::checks::{RULES, Rule};

const HEAD: &str = "# Checks

What is looked for before a waybill is run. The names stay the same over versions; `waybill run --acknowledge NAME` reads a warning by its name. This page is written from the table that the program goes by, and a test fails where it is stale: `WAYBILL_UPDATE_DOCS=1 cargo test -p waybill-engine --test checking documented` writes it anew.

The severity is the highest that a check can have. A *blocking* finding keeps the waybill from being run, and so does a *warning* that nobody has read; a *note* does not. What could not be read is told as `not-checked` and never counts as passed.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    table(&mut page, "Checks over the plan", false);
    table(&mut page, "What planning finds by itself", true);
    page
}

fn table(page: &mut String, title: &str, planned: bool) {
    write!(
        page,
        "\n## {title}\n\n| name | severity | what | how to put it right |\n|---|---|---|---|\n"
    )
    .unwrap();
    for rule in RULES.iter().filter(|rule| rule.planned == planned) {
        let Rule {
            name,
            title,
            remedy,
            ..
        } = rule;
        let severity = match rule.severity {
            Severity::Blocking => "blocking",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        writeln!(page, "| `{name}` | {severity} | {title} | {remedy} |").unwrap();
    }
}

#[test]
fn the_page_of_the_documentation_is_the_table_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md");
    let page = page();
    if std::env::var_os("WAYBILL_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written.replace("\r\n", "\n") == page,
        "docs/checks.md is stale"
    );
}
