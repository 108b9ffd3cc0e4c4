//! What is searched for.

use std::ops::Range;

use memchr::memchr2;

/// Characters that a word may have.
const MOST: usize = 1_000;

/// A word or phrase that is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// As given, or in small letters where case does not count.
    text: String,
    match_case: bool,
}

impl Needle {
    /// `None` for a text without any sign but white space, and for one of more than 1,000
    /// characters, which stands nowhere. White space around it does not count.
    #[must_use]
    pub fn new(text: &str, match_case: bool) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MOST {
            return None;
        }
        Some(Self {
            text: if match_case {
                text.to_owned()
            } else {
                small(text)
            },
            match_case,
        })
    }

    /// Where it stands in the text, in order; the places do not overlap.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(range) = self.next(text, from) {
            from = range.end;
            found.push(range);
        }
        found
    }

    /// Whether it stands in the text at all.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.next(text, 0).is_some()
    }

    fn next(&self, text: &str, from: usize) -> Option<Range<usize>> {
        if self.match_case {
            let at = from + text.get(from..)?.find(&self.text)?;
            return Some(at..at + self.text.len());
        }
        if self.text.is_ascii() {
            return self.next_ascii(text.as_bytes(), from);
        }
        let first = self.text.chars().next()?;
        text.get(from..)?.char_indices().find_map(|(at, sign)| {
            (sign.to_lowercase().next() == Some(first))
                .then(|| self.begins(text, from + at))
                .flatten()
        })
    }

    fn next_ascii(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let word = self.text.as_bytes();
        let first = *word.first()?;
        let big = first.to_ascii_uppercase();
        let last = text.len().checked_sub(word.len())?;
        let mut at = from;
        while at <= last {
            at += memchr2(first, big, text.get(at..=last)?)?;
            if text.get(at..at + word.len())?.eq_ignore_ascii_case(word) {
                return Some(at..at + word.len());
            }
            at += 1;
        }
        None
    }

    /// The range, where the text at this place is the word but for the case.
    fn begins(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let mut wanted = self.text.chars().peekable();
        for (offset, sign) in text.get(at..)?.char_indices() {
            if wanted.peek().is_none() {
                return Some(at..at + offset);
            }
            for own in sign.to_lowercase() {
                // A letter that becomes two is found whole or not at all.
                if wanted.next() != Some(own) {
                    return None;
                }
            }
        }
        wanted.peek().is_none().then_some(at..text.len())
    }
}

/// Letter by letter, as texts are compared: the same letter becomes the same in every word.
fn small(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(word: &str, match_case: bool, text: &str) -> Vec<String> {
        let ranges = Needle::new(word, match_case).unwrap().find(text);
        ranges
            .into_iter()
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn case_counts_where_it_is_asked_for() {
        assert_eq!(
            places("erp", false, "ERP, Erp and erp"),
            ["ERP", "Erp", "erp"]
        );
        assert_eq!(places("Erp", true, "ERP, Erp and erp"), ["Erp"]);
        assert_eq!(places("größe", false, "GRÖSSE GRÖßE"), ["GRÖßE"]);
        assert_eq!(places("ÉTÉ", false, "l'été à l'Été"), ["été", "Été"]);
        assert_eq!(places("aa", false, "AAA"), ["AA"]);
        assert!(places("erp", false, "er").is_empty());
    }

    #[test]
    fn nothing_is_not_searched_for() {
        assert_eq!(Needle::new(" \n", false), None);
        assert_eq!(Needle::new(&"x".repeat(1_001), false), None);
    }
}
