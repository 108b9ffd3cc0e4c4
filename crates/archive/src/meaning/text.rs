//! Two texts side by side, line by line.

use similar::DiffOp;
use waybill_model::{LineSide, TextDifference, TextLine};

use super::inline;
use super::lines::stretches;

/// Lines that are shown of one difference.
const MOST: usize = 2_000;
/// Lines around each change.
const CONTEXT: usize = 3;

/// A line: what counts, and how it is shown.
#[derive(Clone)]
pub(super) struct Row {
    pub counts: String,
    pub shown: String,
}

/// Lays two texts side by side.
pub(super) fn side_by_side(title: String, left: &[Row], right: &[Row]) -> TextDifference {
    let keys =
        |rows: &[Row]| -> Vec<String> { rows.iter().map(|row| row.counts.clone()).collect() };
    let all = all_lines(left, right, &keys(left), &keys(right));
    let mut lines: Vec<TextLine> = Vec::new();
    let mut keep = vec![false; all.len()];
    for (index, (_, _, changed)) in all.iter().enumerate() {
        if *changed {
            let from = index.saturating_sub(CONTEXT);
            let to = (index + CONTEXT + 1).min(all.len());
            keep[from..to].fill(true);
        }
    }
    let (mut skipped, mut cut_off) = (0_u32, false);
    for (index, (one, other, changed)) in all.iter().enumerate() {
        if !keep[index] {
            skipped += 1;
            continue;
        }
        if lines.len() >= MOST {
            cut_off |= *changed || all[index..].iter().any(|(_, _, changed)| *changed);
            break;
        }
        lines.push(line(
            *one,
            *other,
            *changed,
            left,
            right,
            std::mem::take(&mut skipped),
        ));
    }
    TextDifference {
        title,
        lines,
        skipped_after: if cut_off { 0 } else { skipped },
        cut_off,
    }
}

type Pair = (Option<usize>, Option<usize>, bool);

fn all_lines(left: &[Row], right: &[Row], old: &[String], new: &[String]) -> Vec<Pair> {
    let mut all = Vec::with_capacity(left.len().max(right.len()));
    for op in stretches(old, new) {
        let changed = !matches!(op, DiffOp::Equal { .. });
        let (mut one, mut other) = (op.old_range(), op.new_range());
        loop {
            let pair = (one.next(), other.next());
            if pair == (None, None) {
                break;
            }
            all.push((pair.0, pair.1, changed));
        }
    }
    all
}

fn line(
    one: Option<usize>,
    other: Option<usize>,
    changed: bool,
    left: &[Row],
    right: &[Row],
    skipped: u32,
) -> TextLine {
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let text = |rows: &[Row], index: Option<usize>| {
        index.map_or("", |index| &rows[index].shown).to_owned()
    };
    let (old, new) = (text(left, one), text(right, other));
    let (first, second) = if !changed || one.is_none() || other.is_none() || old == new {
        let both = one.is_some() && other.is_some();
        (
            inline::whole(&old, changed && both),
            inline::whole(&new, changed && both),
        )
    } else {
        inline::pieces(&old, &new)
    };
    TextLine {
        left: one.map(|index| LineSide {
            number: number(index),
            pieces: first,
        }),
        right: other.map(|index| LineSide {
            number: number(index),
            pieces: second,
        }),
        changed,
        skipped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row> {
        text.split(' ')
            .map(|word| Row {
                counts: word.to_owned(),
                shown: word.to_owned(),
            })
            .collect()
    }

    #[test]
    fn lines_far_from_changes_are_counted_and_left_out() {
        let told = side_by_side(
            "t".to_owned(),
            &rows("a b c d e f x g h i j k"),
            &rows("a b c d e f y g h i j k"),
        );
        assert_eq!(told.lines.len(), 7);
        assert_eq!(told.lines[0].skipped, 3);
        assert_eq!(told.skipped_after, 2);
        assert!(told.lines[3].changed);
        assert!(!told.cut_off);
    }
}
