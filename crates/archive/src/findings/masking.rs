//! How a secret is shown: not at all.
//!
//! What is a secret is decided by the same looks that report it, so that nothing which the
//! findings of an archive count as a secret is shown anywhere else.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use super::secret_names::{is_literal, may_be_secret, may_hold_a_name};
use super::{Found, secret_text, sift, written};

/// What stands in the place of a secret.
const DOTS: &str = "••••••";

/// A line of a secret that is as long as this is a secret by itself.
const LINE: usize = 12;

/// A text with more secrets than this is shown as nothing but dots.
const MOST: usize = 5_000;

/// Dots and the length, so that two findings can be told apart and none can be used.
pub(super) fn masked(value: &str) -> String {
    format!("•••• ({} characters)", value.chars().count())
}

/// The text with dots for everything in it that [`findings`](crate::findings) would report as a
/// secret if the text were a file of an archive: running text, JSON, XML, a connection, a lookup,
/// an expression. A value that is secret in one place of the text is dots in all.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let ranges = secret_ranges(text);
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(covered(text, 0, &ranges))
}

/// The value with dots for secrets, where the name it stands under tells one too: all of the value
/// where the name does, as [`mask`] otherwise. Variables, paths and functions, which stand for a
/// value and are none, stay.
#[must_use]
pub fn mask_value<'value>(name: &str, value: &'value str) -> Cow<'value, str> {
    if may_be_secret(name) && is_literal(value) {
        return Cow::Borrowed(DOTS);
    }
    mask(value)
}

/// The cells of a row of a lookup, with dots for those that are secret by their column or by a
/// name in the row, as in tables of names and values.
#[must_use]
pub fn mask_row<'row>(columns: &[String], row: &'row [String]) -> Vec<Cow<'row, str>> {
    row.iter()
        .zip(sift::secret_cells(columns, row))
        .map(|(cell, secret)| {
            if secret {
                Cow::Borrowed(DOTS)
            } else {
                mask(cell)
            }
        })
        .collect()
}

/// Where secrets stand in a text, in order and apart from each other.
pub(crate) fn secret_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = secret_text::secrets(text)
        .1
        .into_iter()
        .map(|secret| secret.value)
        .collect();
    let mut values: HashSet<String> = ranges
        .iter()
        .filter_map(|range| text.get(range.clone()))
        .map(str::to_owned)
        .collect();
    sift::by_form(text, &mut Found::values(&mut values));
    if values.is_empty() && ranges.is_empty() {
        return ranges;
    }
    if values.len() > MOST {
        return std::iter::once(0..text.len()).collect();
    }
    ranges.extend(written::places(text, values.iter()));
    merged(ranges)
}

/// What is secret in a text, for showing parts of it: some secrets are known only by what stands
/// in other parts.
#[derive(Clone, Default)]
pub struct Cover(HashSet<String>);

impl Cover {
    /// The secrets of a text; of one that has several lines, each line for itself too.
    #[must_use]
    pub fn of(whole: &str) -> Self {
        let mut values = HashSet::new();
        // All else is seen in the part itself.
        if !(whole.contains("-----BEGIN ") || may_hold_a_name(whole)) {
            return Self(values);
        }
        for range in secret_ranges(whole) {
            let secret = whole.get(range).unwrap_or_default();
            values.insert(secret.trim().to_owned());
            let lines = secret.lines().map(str::trim);
            values.extend(lines.filter(|line| line.len() >= LINE).map(str::to_owned));
        }
        Self(values)
    }

    /// The part with dots for the secrets of the whole text, and for its own.
    #[must_use]
    pub fn mask<'part>(&self, part: &'part str) -> Cow<'part, str> {
        if self.0.is_empty() {
            return mask(part);
        }
        let ranges = merged(written::places(part, self.0.iter()));
        if ranges.is_empty() {
            return mask(part);
        }
        Cow::Owned(mask(&covered(part, 0, &ranges)).into_owned())
    }
}

/// The secrets are not printed.
impl fmt::Debug for Cover {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cover")
            .field("secrets", &self.0.len())
            .finish()
    }
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// A stretch of a text that begins at `offset` in the text whose secrets stand in `ranges`, with
/// dots for those that reach into it.
pub(crate) fn covered(stretch: &str, offset: usize, ranges: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(stretch.len());
    let mut from = 0;
    for range in ranges {
        let start = range.start.saturating_sub(offset).min(stretch.len());
        let end = range.end.saturating_sub(offset).min(stretch.len());
        if range.end > offset && range.start < offset + stretch.len() && end > from {
            shown.push_str(&stretch[from..start.max(from)]);
            shown.push_str(DOTS);
            from = end;
        }
    }
    shown.push_str(&stretch[from..]);
    shown
}
