//! What of a value may be shown. Everything that leaves this folder as text passes through here.

use std::borrow::Cow;

use crate::findings::{Cover, is_literal, mask, may_be_secret};

/// Stands for what is not shown.
pub(super) const DOTS: &str = "••••••";

/// Whether a value under this name is to be hidden.
pub(super) fn secret_name(name: &str) -> bool {
    name.len() < 200 && may_be_secret(name)
}

/// Whether it is a message that somebody pasted, which may hold data of real persons
/// (`RequestSample`, `ResponseSample`, `EventTypeJsonSample`).
fn holds_a_sample(name: &str) -> bool {
    name.len() < 200 && name.to_ascii_lowercase().contains("sample")
}

/// The text as it may be shown under this name, and whether something was hidden.
pub(super) fn shown(name: &str, text: &str, secret: bool) -> (String, bool) {
    if text.is_empty() {
        return (String::new(), false);
    }
    if secret || holds_a_sample(name) || (secret_name(name) && is_value(text)) {
        return (DOTS.to_owned(), true);
    }
    free(text)
}

/// The text with dots for every secret that a scan would find in it.
pub(super) fn free(text: &str) -> (String, bool) {
    match mask(text) {
        Cow::Borrowed(text) => (text.to_owned(), false),
        Cow::Owned(text) => (text, true),
    }
}

/// A part of a text as it may be shown, and whether something was hidden.
pub(super) fn part(text: &str, whole: &Cover) -> (String, bool) {
    match whole.mask(text) {
        Cow::Borrowed(text) => (text.to_owned(), false),
        Cow::Owned(text) => (text, true),
    }
}

/// Whether the text stands for itself: a literal, quoted or not, and no path, variable, function or
/// token of the export. What the findings count as a value is one here too.
pub(super) fn is_value(text: &str) -> bool {
    let text = text.trim();
    if is_literal(text) {
        return true;
    }
    match text.chars().next() {
        Some('"' | '\'') => text.len() > 2,
        Some('$' | '/' | '{' | '<' | '•') | None => false,
        Some(_) => !text.starts_with("%%") && !text.contains('('),
    }
}
