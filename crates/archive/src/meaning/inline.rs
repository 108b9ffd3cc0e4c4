//! What differs within two texts, word by word.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use waybill_model::Piece;

/// Words of one text that are compared one by one; longer texts differ as a whole.
const WORDS: usize = 2_000;

/// The two texts in stretches, those that the other one does not have marked.
pub(super) fn pieces(left: &str, right: &str) -> (Vec<Piece>, Vec<Piece>) {
    let (old, new) = (words(left), words(right));
    if old.len() > WORDS || new.len() > WORDS {
        return (whole(left, true), whole(right, true));
    }
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        let changed = !matches!(op, DiffOp::Equal { .. });
        push(&mut one, &old[op.old_range()], changed);
        push(&mut other, &new[op.new_range()], changed);
    }
    (one, other)
}

/// The text as one stretch.
pub(super) fn whole(text: &str, changed: bool) -> Vec<Piece> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Piece {
        text: text.to_owned(),
        changed,
    }]
}

fn push(to: &mut Vec<Piece>, words: &[&str], changed: bool) {
    if words.is_empty() {
        return;
    }
    let text = words.concat();
    match to.last_mut() {
        Some(last) if last.changed == changed => last.text.push_str(&text),
        _ => to.push(Piece { text, changed }),
    }
}

/// Identifiers and numbers, runs of blanks, and every other sign for itself.
pub(super) fn words(text: &str) -> Vec<&str> {
    #[derive(PartialEq)]
    enum Sort {
        Word,
        Blank,
        Sign,
    }
    let sort = |sign: char| {
        if sign.is_alphanumeric() || matches!(sign, '_' | '•') {
            Sort::Word
        } else if sign.is_whitespace() {
            Sort::Blank
        } else {
            Sort::Sign
        }
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut before: Option<Sort> = None;
    for (at, sign) in text.char_indices() {
        let own = sort(sign);
        if before.is_some_and(|before| before != own || own == Sort::Sign) {
            found.push(&text[start..at]);
            start = at;
        }
        before = Some(own);
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| {
                if piece.changed {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn only_the_words_that_differ_are_marked() {
        let (left, right) = pieces(
            "lookupValue(\"TAX\", shipTo/state, \"GST\")",
            "lookupValue(\"TAX\", billTo/state, \"\")",
        );
        assert_eq!(
            told(&left),
            "lookupValue(\"TAX\", [shipTo]/state, \"[GST]\")"
        );
        assert_eq!(told(&right), "lookupValue(\"TAX\", [billTo]/state, \"\")");
    }

    #[test]
    fn words_put_together_are_the_text() {
        for text in ["", "a", "  a-b\n\tč€ ", "1.5*x"] {
            assert_eq!(words(text).concat(), text);
        }
    }
}
