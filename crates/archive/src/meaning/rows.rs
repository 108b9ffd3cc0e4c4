//! The texts of an artifact as lines: what counts, and how it may be shown.

use super::node::Node;
use super::sheet::Sheet;
use super::shown;
use super::text::Row;

/// The lines of a map.
pub(super) fn sheet_rows(sheet: &Sheet) -> Vec<Row> {
    sheet
        .lines
        .iter()
        .map(|line| {
            let indent = "  ".repeat(line.depth.min(60));
            let shown = sheet.shown(line).0;
            Row {
                counts: format!("{} {}", line.depth, line.counts),
                shown: format!("{indent}{shown}"),
            }
        })
        .collect()
}

/// The lines of the files of a library.
pub(super) fn script_rows(files: &[(String, String)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, text) in files {
        if files.len() > 1 {
            rows.push(Row {
                counts: name.clone(),
                shown: format!("// {name}"),
            });
        }
        rows.extend(text_rows("", text));
    }
    rows
}

/// The values of a step, each under its name.
pub(super) fn value_rows(node: &Node) -> Vec<Row> {
    let mut rows = Vec::new();
    for value in &node.values {
        let Some(text) = &value.text else { continue };
        rows.push(Row {
            counts: value.name.clone(),
            shown: format!("{}:", value.name),
        });
        let own = if value.secret && shown::is_value(text) {
            shown::DOTS
        } else {
            text
        };
        rows.extend(text_rows(&value.name, own));
    }
    rows
}

/// The lines of a text. Where a secret runs over several lines, the lines of what is shown are
/// compared, not those of what it stands for.
fn text_rows(name: &str, text: &str) -> Vec<Row> {
    let (shown, masked) = shown::shown(name, text, false);
    let row = |(counts, shown): (&str, &str)| Row {
        counts: counts.to_owned(),
        shown: shown.to_owned(),
    };
    if masked && shown.lines().count() != text.lines().count() {
        return shown.lines().map(|line| row((line, line))).collect();
    }
    text.lines().zip(shown.lines()).map(row).collect()
}
