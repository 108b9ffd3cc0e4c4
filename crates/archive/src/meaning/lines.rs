//! Which lines of two texts are the same line, however long and however different they are.

use std::collections::HashMap;
use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::align::ascending;

/// Pairs of lines that are weighed one by one. Two texts that have nothing in common take a time
/// that grows with these.
const MOST: usize = 4_000_000;

/// The stretches that are equal and those that differ, in order. Of very long texts, the lines that
/// occur once in both are the same, and what lies between two of them is looked at by itself.
pub(super) fn stretches<T: Hash + Eq + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let start = old.iter().zip(new).take_while(|(one, other)| one == other);
    let start = start.count();
    let end = old[start..]
        .iter()
        .rev()
        .zip(new[start..].iter().rev())
        .take_while(|(one, other)| one == other)
        .count();
    let (one, other) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    if one.len().saturating_mul(other.len()) <= MOST {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let mut made = Made {
        old,
        new,
        left: 4 * MOST,
        at: (0, 0),
        ops: Vec::new(),
    };
    made.equal(0, 0, start);
    for (one, other) in anchors(one, other) {
        made.equal(start + one, start + other, 1);
    }
    made.equal(old.len() - end, new.len() - end, end);
    made.ops
}

/// Lines that occur once in both, as many as keep the order of both.
fn anchors<T: Hash + Eq>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let once = |lines| -> HashMap<&T, Option<usize>> {
        let lines: &[T] = lines;
        let mut found = HashMap::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            found
                .entry(line)
                .and_modify(|seen| *seen = None)
                .or_insert(Some(index));
        }
        found
    };
    let (mine, theirs) = (once(old), once(new));
    let pairs: Vec<(usize, usize)> = old
        .iter()
        .filter_map(|line| Some((mine.get(line).copied()??, theirs.get(line).copied()??)))
        .collect();
    ascending(&pairs)
}

struct Made<'text, T> {
    old: &'text [T],
    new: &'text [T],
    /// Pairs that may still be weighed.
    left: usize,
    at: (usize, usize),
    ops: Vec<DiffOp>,
}

impl<T: Hash + Eq + Ord> Made<'_, T> {
    /// What lies before two equal stretches, then these.
    fn equal(&mut self, old_index: usize, new_index: usize, len: usize) {
        self.gap(old_index, new_index);
        if len > 0 {
            self.ops.push(DiffOp::Equal {
                old_index,
                new_index,
                len,
            });
        }
        self.at = (old_index + len, new_index + len);
    }

    fn gap(&mut self, old_end: usize, new_end: usize) {
        let (old_index, new_index) = self.at;
        let (one, other) = (&self.old[old_index..old_end], &self.new[new_index..new_end]);
        let (old_len, new_len) = (one.len(), other.len());
        if old_len == 0 && new_len == 0 {
            return;
        }
        let cost = old_len.saturating_mul(new_len);
        if cost > self.left {
            self.ops.push(DiffOp::Replace {
                old_index,
                old_len,
                new_index,
                new_len,
            });
            return;
        }
        self.left -= cost;
        let inner = capture_diff_slices(Algorithm::Myers, one, other);
        self.ops.extend(
            inner
                .into_iter()
                .map(|op| shifted(op, old_index, new_index)),
        );
    }
}

fn shifted(op: DiffOp, old: usize, new: usize) -> DiffOp {
    match op {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => DiffOp::Equal {
            old_index: old_index + old,
            new_index: new_index + new,
            len,
        },
        DiffOp::Delete {
            old_index,
            old_len,
            new_index,
        } => DiffOp::Delete {
            old_index: old_index + old,
            old_len,
            new_index: new_index + new,
        },
        DiffOp::Insert {
            old_index,
            new_index,
            new_len,
        } => DiffOp::Insert {
            old_index: old_index + old,
            new_index: new_index + new,
            new_len,
        },
        DiffOp::Replace {
            old_index,
            old_len,
            new_index,
            new_len,
        } => DiffOp::Replace {
            old_index: old_index + old,
            old_len,
            new_index: new_index + new,
            new_len,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// Every line of both is in one stretch, and equal ones are equal.
    fn check(old: &[usize], new: &[usize]) -> usize {
        let (mut one, mut other, mut same) = (0, 0, 0);
        for op in stretches(old, new) {
            assert_eq!((op.old_range().start, op.new_range().start), (one, other));
            if let DiffOp::Equal { len, .. } = op {
                assert_eq!(old[op.old_range()], new[op.new_range()]);
                same += len;
            }
            (one, other) = (op.old_range().end, op.new_range().end);
        }
        assert_eq!((one, other), (old.len(), new.len()));
        same
    }

    #[test]
    fn a_few_changes_in_a_long_text_are_found() {
        // Every third line is the end of an element, as in maps.
        let old: Vec<usize> = (0..30_000)
            .map(|line| if line % 3 == 0 { 0 } else { line })
            .collect();
        let mut new = old.clone();
        new.remove(20_000);
        new.insert(10_000, 1_000_000);
        new[4_000] = 1_000_001;
        assert_eq!(check(&old, &new), 29_998);
    }

    #[test]
    fn texts_without_anything_in_common_take_no_time() {
        let old: Vec<usize> = (0..100_000).collect();
        let other: Vec<usize> = (200_000..300_000).collect();
        let turned: Vec<usize> = (0..100_000).rev().collect();
        let repeated: Vec<usize> = (0..100_000).map(|line| line % 7).collect();
        let from = Instant::now();
        assert_eq!(check(&old, &other), 0);
        assert_eq!(check(&old, &turned), 1);
        check(&old, &repeated);
        assert!(
            from.elapsed() < Duration::from_secs(20),
            "{:?}",
            from.elapsed()
        );
    }
}
