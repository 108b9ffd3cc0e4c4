//! What is shown of a place where the word stands.

use std::ops::Range;

use waybill_model::Piece;

use super::Needle;
use crate::findings::{covered, secret_ranges};

/// Characters that are shown of a text.
const LENGTH: usize = 120;

/// Characters before the word.
const BEFORE: usize = 40;

/// The stretch of a text around the first place where the word stands, at most some 120
/// characters, masked, on one line; the word is marked as changed. `None` where it stands only in
/// a secret, or nowhere.
#[must_use]
pub fn excerpt(text: &str, needle: &Needle) -> Option<Vec<Piece>> {
    if !needle.is_in(text) {
        return None;
    }
    within(text, 0..text.len(), &secret_ranges(text), needle)
}

/// The same of a text in which secrets are dots already.
pub(super) fn of_masked(text: &str, needle: &Needle) -> Option<Vec<Piece>> {
    within(text, 0..text.len(), &[], needle)
}

/// The same of a stretch of a text (a line), whose secrets stand in the ranges.
pub(super) fn within(
    text: &str,
    stretch: Range<usize>,
    secrets: &[Range<usize>],
    needle: &Needle,
) -> Option<Vec<Piece>> {
    let own = text.get(stretch.clone())?;
    let hidden = |range: &Range<usize>| {
        let at = secrets.partition_point(|secret| secret.end <= range.start);
        secrets
            .get(at)
            .is_some_and(|secret| secret.start < range.end)
    };
    let hits: Vec<Range<usize>> = needle
        .find(own)
        .into_iter()
        .map(|range| range.start + stretch.start..range.end + stretch.start)
        .filter(|range| !hidden(range))
        .collect();
    let first = hits.first()?;
    let start = back(text, first.start, BEFORE).max(stretch.start);
    let end = forth(text, start, LENGTH).min(stretch.end);
    let mut pieces = Vec::new();
    let mut add = |range: Range<usize>, changed: bool| {
        let words = covered(&text[range.clone()], range.start, secrets);
        if !words.is_empty() {
            pieces.push(Piece {
                text: one_line(&words),
                changed,
            });
        }
    };
    let mut from = start;
    for hit in hits.iter().take_while(|hit| hit.start < end) {
        add(from..hit.start, false);
        add(hit.start..hit.end.min(end), true);
        from = hit.end.min(end);
    }
    add(from..end, false);
    if start == stretch.start {
        if let Some(first) = pieces.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
    } else if let Some(first) = pieces.first_mut().filter(|piece| !piece.changed) {
        first.text.insert(0, '…');
    }
    if end < stretch.end {
        match pieces.last_mut().filter(|piece| !piece.changed) {
            Some(last) => last.text.push('…'),
            None => pieces.push(Piece {
                text: "…".to_owned(),
                changed: false,
            }),
        }
    }
    Some(pieces)
}

/// So many characters back, at most to the beginning.
fn back(text: &str, from: usize, most: usize) -> usize {
    text[..from]
        .char_indices()
        .rev()
        .take(most)
        .last()
        .map_or(from, |(at, _)| at)
}

/// So many characters forth, at most to the end.
fn forth(text: &str, from: usize, most: usize) -> usize {
    text[from..]
        .char_indices()
        .nth(most)
        .map_or(text.len(), |(at, _)| from + at)
}

/// Line breaks and tabs as blanks, and no more than one of them at once.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for sign in text.chars() {
        if !sign.is_whitespace() {
            line.push(sign);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, word: &str) -> Option<String> {
        let pieces = excerpt(text, &Needle::new(word, false).unwrap())?;
        Some(
            pieces
                .iter()
                .map(|piece| {
                    if piece.changed {
                        format!("[{}]", piece.text)
                    } else {
                        piece.text.clone()
                    }
                })
                .collect(),
        )
    }

    #[test]
    fn the_word_is_marked_and_its_surroundings_cut() {
        assert_eq!(
            told("Tax codes\n\tof tax", "tax").unwrap(),
            "[Tax] codes of [tax]"
        );
        let long = format!("{}word{}", "a ".repeat(100), " b".repeat(100));
        let shown = told(&long, "word").unwrap();
        assert!(shown.starts_with("…") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() <= LENGTH + 4, "{shown}");
        assert_eq!(told("Tax", "vat"), None);
    }

    #[test]
    fn a_word_that_stands_only_in_a_secret_is_not_found() {
        let text = "user=bob; password=Tiger-Lily-41; host=a";
        assert_eq!(told(text, "Tiger"), None);
        assert_eq!(told(text, "lily-41; host"), None);
        assert_eq!(
            told(text, "host").unwrap(),
            "user=bob; password=••••••; [host]=a"
        );
        // Elsewhere in the text the same word is the secret once more.
        assert_eq!(told(&format!("Tiger-Lily-41 {text}"), "tiger-lily"), None);
    }
}
