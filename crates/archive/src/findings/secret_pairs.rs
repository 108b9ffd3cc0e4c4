//! Secrets that are known by the name beside them: `"password": "value"`, `client_secret=value`,
//! `<password>value</password>`, `"name": "password", "value": "…"`.

use std::ops::Range;

use super::Rule;
use super::secret_names::{is_literal, names_a_secret};
use super::secret_text::{Secret, WINDOW, window};

/// The quotes that occur around names and values: plain, inside a text of JSON, inside XML.
const QUOTES: [&str; 6] = ["\\\"", "\\'", "&quot;", "&#34;", "\"", "'"];

/// Characters between a name and its value that stand under keys of their own.
const APART: usize = 400;

/// `"password": "value"`, `client_secret=value`.
pub(super) fn named(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut taken = 0;
    for (at, sign) in text.match_indices([':', '=']) {
        if at < taken
            || text[at + 1..].starts_with(['=', ':'])
            || text[..at].ends_with(['=', '!', ':'])
        {
            continue;
        }
        let name = name_before(text, at);
        if !names_a_secret(name) {
            continue;
        }
        let Some((range, quoted)) = value_after(text, at + 1) else {
            continue;
        };
        let value = &text[range.clone()];
        let plausible =
            quoted || (value.len() >= 4 && (sign == "=" || is_setting(text, at, name, value)));
        if plausible && is_literal(value) {
            taken = range.end;
            found.push(Secret::new(Rule::Password, name, range));
        }
    }
    found
}

/// The name that ends, perhaps in quotes, before a sign.
fn name_before(text: &str, at: usize) -> &str {
    let before = text[text.ceil_char_boundary(at.saturating_sub(WINDOW))..at].trim_end();
    let before = QUOTES
        .iter()
        .find_map(|quote| before.strip_suffix(quote))
        .unwrap_or(before);
    let word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.');
    let start = before
        .char_indices()
        .rev()
        .take(100)
        .take_while(|(_, own)| word(*own))
        .last()
        .map_or(before.len(), |(start, _)| start);
    &before[start..]
}

/// Where the value after a sign stands, and whether it is in quotes.
fn value_after(text: &str, from: usize) -> Option<(Range<usize>, bool)> {
    let after = window(&text[from..]);
    let start = from + (after.len() - after.trim_start().len());
    let quote = QUOTES
        .iter()
        .find(|quote| text[start..].starts_with(**quote));
    if let Some(quote) = quote {
        let start = start + quote.len();
        let rest = window(&text[start..]);
        let length = rest
            .match_indices(*quote)
            .map(|(end, _)| end)
            .find(|end| {
                let escapes = rest[..*end].bytes().rev().take_while(|sign| *sign == b'\\');
                escapes.count() % 2 == 0
            })
            .unwrap_or(rest.len());
        return Some((start..start + length, true));
    }
    let rest = window(&text[start..]);
    let length = rest
        .find(|own: char| own.is_whitespace() || matches!(own, ',' | ';' | '&' | '<' | '}' | '"'))
        .unwrap_or(rest.len());
    (length > 0).then_some((start..start + length, false))
}

/// `db.password: Welcome1` on a line of its own, as in YAML, and no sentence.
fn is_setting(text: &str, at: usize, name: &str, value: &str) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    let alone = line
        .trim_start_matches(|sign: char| sign.is_whitespace() || sign == '-')
        .trim_end()
        .trim_start_matches(['"', '\''])
        .starts_with(name);
    let rest = text[at + 1..].lines().next().unwrap_or_default().trim();
    alone && rest == value && value.bytes().any(|sign| !sign.is_ascii_alphabetic())
}

/// `<password>value</password>`, and the same inside another text.
pub(super) fn elements(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    for (open, close, end) in [(">", "</", '>'), ("&gt;", "&lt;/", '&')] {
        for (at, _) in text.match_indices(close) {
            let rest = &text[at + close.len()..];
            let rest = &rest[..rest.floor_char_boundary(120)];
            let name = rest.split(end).next().unwrap_or_default().trim();
            let name = name.rsplit(':').next().unwrap_or(name);
            if !names_a_secret(name) {
                continue;
            }
            let before = &text[text.ceil_char_boundary(at.saturating_sub(WINDOW))..at];
            let Some(start) = before.rfind(open) else {
                continue;
            };
            let value = &before[start + open.len()..];
            if is_literal(value) && !value.contains('<') {
                found.push(Secret::new(Rule::Password, name, at - value.len()..at));
            }
        }
    }
    found
}

/// `"name": "password", "value": "…"`, `name="password" value="…"`,
/// `<name>password</name><value>…</value>`.
pub(super) fn pairs(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("alue") {
        let end = at + "alue".len();
        let Some(range) = side(text, end) else {
            continue;
        };
        let before = &text[text.ceil_char_boundary(at.saturating_sub(APART))..at];
        let from = before
            .rfind(['{', '}'])
            .max(before.rfind("alue"))
            .map_or(0, |from| from + 1);
        let before = &before[from..];
        let name = before
            .rmatch_indices("ame")
            .find_map(|(at, _)| side(before, at + "ame".len()))
            .map(|range| &before[range]);
        let value = &text[range.clone()];
        if let Some(name) = name
            && names_a_secret(name)
            && is_literal(value)
        {
            found.push(Secret::new(Rule::Password, name, range));
        }
    }
    found
}

/// What stands under the key that ends here: `key": "…"`, `key="…"`, `key>…<`.
fn side(text: &str, end: usize) -> Option<Range<usize>> {
    let rest = &text[end..];
    if rest.starts_with('>') {
        let start = end + 1;
        let length = window(&text[start..]).find('<')?;
        return (length > 0).then_some(start..start + length);
    }
    let rest = QUOTES
        .iter()
        .find_map(|quote| rest.strip_prefix(quote))
        .unwrap_or(rest);
    let rest = rest.trim_start();
    let rest = rest.strip_prefix([':', '='])?;
    match value_after(text, text.len() - rest.len())? {
        (range, true) if !range.is_empty() => Some(range),
        _ => None,
    }
}
