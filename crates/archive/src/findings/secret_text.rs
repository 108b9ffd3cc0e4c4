//! Secrets in running text: samples of messages, scripts, expressions. What was found is taken out
//! of the text, so that no later look shows a part of it.

use super::secret_names::{is_literal, names_a_secret};
use super::{Found, Rule};

/// Characters that one value may have, and that are looked at around it.
const WINDOW: usize = 4_000;

/// Characters that user, password and host of an address may have.
pub(super) const AUTHORITY: usize = 500;

/// Reports the secrets in a text and gives it back without them.
pub(super) fn take(text: &str, place: &str, found: &mut Found<'_>) -> String {
    [keys, addresses, named, tokens]
        .iter()
        .fold(text.to_owned(), |left, look| {
            let ranges = look(&left, place, found);
            blanked(left, &ranges)
        })
}

/// The text with blanks in the ranges.
fn blanked(text: String, ranges: &[(usize, usize)]) -> String {
    if ranges.is_empty() {
        return text;
    }
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in sorted {
        if end > from {
            left.push_str(&text[from..start.max(from)]);
            left.push(' ');
            from = end;
        }
    }
    left.push_str(&text[from..]);
    left
}

/// The beginning of a text, at most a window long.
fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(WINDOW)]
}

/// `-----BEGIN … PRIVATE KEY-----`.
fn keys(text: &str, place: &str, found: &mut Found<'_>) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let head = &text[start + 11..];
        let end = head
            .find("-----END ")
            .map_or(text.len(), |at| start + 11 + at);
        let private = window(head)
            .find("-----")
            .is_some_and(|at| head[..at].ends_with("PRIVATE KEY"));
        if private {
            found.secret(Rule::PrivateKey, place, &text[start..end]);
            ranges.push((start, end));
        }
        from = end;
    }
    ranges
}

/// `scheme://user:password@host`.
fn addresses(text: &str, place: &str, found: &mut Found<'_>) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let rest = &text[start..];
        let rest = &rest[..rest.floor_char_boundary(AUTHORITY)];
        let end = rest
            .find(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | '<' | '>'))
            .unwrap_or(rest.len());
        let authority = &rest[..end];
        let at = authority.find('@').filter(|at| {
            // In the path or the query it is nobody's password.
            !authority[..*at].contains(['/', '?'])
        });
        let colon = at.and_then(|at| authority[..at].find(':'));
        if let (Some(at), Some(colon)) = (at, colon) {
            found.secret(Rule::Password, place, &authority[colon + 1..at]);
            ranges.push((start, start + at + 1));
        }
    }
    ranges
}

/// `"password": "value"`, `client_secret=value`.
fn named(text: &str, place: &str, found: &mut Found<'_>) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let mut taken = 0;
    for (at, sign) in text.match_indices([':', '=']) {
        if at < taken {
            continue;
        }
        if text[at + 1..].starts_with(['=', ':']) || text[..at].ends_with(['=', '!', ':']) {
            continue;
        }
        let before = text[text.ceil_char_boundary(at.saturating_sub(WINDOW))..at].trim_end();
        let before = before.strip_suffix(['"', '\'']).unwrap_or(before);
        let name_start = before
            .char_indices()
            .rev()
            .take(100)
            .take_while(|(_, own)| word(*own))
            .last()
            .map_or(before.len(), |(start, _)| start);
        let name = &before[name_start..];
        if !names_a_secret(name) {
            continue;
        }
        let after = window(&text[at + 1..]);
        let start = at + 1 + (after.len() - after.trim_start().len());
        let (start, quote) = match text[start..].chars().next() {
            Some(quote @ ('"' | '\'')) => (start + 1, Some(quote)),
            _ => (start, None),
        };
        let rest = window(&text[start..]);
        let length = rest
            .find(|own: char| match quote {
                Some(quote) => own == quote,
                None => own.is_whitespace() || matches!(own, ',' | ';' | '&' | '<' | '}' | '"'),
            })
            .unwrap_or(rest.len());
        let value = &rest[..length];
        let plausible = quote.is_some() || (sign == "=" && length >= 4);
        if plausible && is_literal(value) {
            found.secret(Rule::Password, &format!("{place} {name}"), value);
            taken = start + length;
            ranges.push((start, taken));
        }
    }
    ranges
}

/// JSON web tokens, access keys of Amazon, headers of a sign-in.
fn tokens(text: &str, place: &str, found: &mut Found<'_>) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let end_of = |start: usize| {
        text[start..]
            .find(|sign: char| {
                !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-' | '+' | '/' | '='))
            })
            .map_or(text.len(), |length| start + length)
    };
    let mut free = 0;
    for (mark, skip, least) in [
        ("eyJ", 0, 40),
        ("AKIA", 0, 20),
        ("Basic ", 6, 12),
        ("Bearer ", 7, 20),
    ] {
        for (at, _) in text.match_indices(mark) {
            let start = at + skip;
            if start < free && skip == 0 {
                continue;
            }
            let end = end_of(start);
            let value = &text[start..end];
            let shaped = match mark {
                "eyJ" => value.matches('.').count() >= 2,
                "AKIA" => {
                    value.len() == 20
                        && value
                            .chars()
                            .all(|one| one.is_ascii_uppercase() || one.is_ascii_digit())
                }
                "Basic " => value.chars().any(|one| one.is_ascii_digit() || one == '='),
                _ => true,
            };
            if value.len() >= least && shaped {
                found.secret(Rule::Token, place, value);
                ranges.push((start, end));
                free = end;
            }
        }
        free = 0;
    }
    ranges
}
