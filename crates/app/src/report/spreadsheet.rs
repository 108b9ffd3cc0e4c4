//! Cells of CSV (RFC 4180) that a spreadsheet shows and does not run.

/// The mark at the beginning of a file that makes spreadsheets read it as UTF-8.
pub(crate) const UTF8_MARK: &str = "\u{feff}";

/// One row, with its end of line.
pub(crate) fn row<const COLUMNS: usize>(cells: &[String; COLUMNS]) -> String {
    let mut text = cells
        .iter()
        .map(|cell| field(cell))
        .collect::<Vec<_>>()
        .join(",");
    text.push_str("\r\n");
    text
}

/// One cell. What a spreadsheet would take for a formula gets an apostrophe in front: names and
/// descriptions are written by others.
fn field(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let cell = if risky {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_formula_runs() {
        assert_eq!(field("plain"), "plain");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("say \"x\"\nnow"), "\"say \"\"x\"\"\nnow\"");
        assert_eq!(field("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
        assert_eq!(field("+1"), "'+1");
        assert_eq!(field("@SUM(A1)"), "'@SUM(A1)");
        let cells = ["a".to_owned(), "=b".to_owned()];
        assert_eq!(row(&cells), "a,'=b\r\n");
    }
}
