//! The CSV dialect of lookup exports: commas, double quotes, cells that may hold line breaks.

/// Cells of one table; the largest real one has some 40,000.
pub(crate) const CELLS: usize = 2_000_000;

/// The records of the text; none if it has more cells than a lookup can have. A quote that is never
/// closed runs to the end.
pub(crate) fn records(text: &str) -> Option<Vec<Vec<String>>> {
    let mut left = CELLS;
    let mut all = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut started = false;
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        started = true;
        if !quoted && matches!(sign, ',' | '\n') {
            left = left.checked_sub(1)?;
        }
        match sign {
            '"' if quoted => {
                if signs.peek() == Some(&'"') {
                    signs.next();
                    cell.push('"');
                } else {
                    quoted = false;
                }
            }
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted && signs.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                all.push(std::mem::take(&mut record));
                started = false;
            }
            other => cell.push(other),
        }
    }
    if started {
        record.push(cell);
        all.push(record);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_commas_and_line_breaks_stay_in_their_cell() {
        assert_eq!(
            records("a,\"b, \"\"c\"\"\",d\r\n\"x\ny\",,\n").unwrap(),
            [["a", "b, \"c\"", "d"], ["x\ny", "", ""]]
        );
        assert_eq!(records("one").unwrap(), [["one"]]);
        assert!(records("").unwrap().is_empty());
        assert!(records(&",".repeat(CELLS + 1)).is_none());
    }
}
