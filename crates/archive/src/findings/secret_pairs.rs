//! Secrets that are known by the name beside them: `"password": "value"`, `client_secret=value`,
//! `<password>value</password>`, `"name": "password", "value": "…"`.

use std::ops::Range;

use memchr::memmem;

use super::Rule;
use super::secret_names::{is_literal, names_a_secret};
use super::secret_text::{Secret, WINDOW, window};

/// The quotes that occur around names and values: plain, inside a text of JSON, inside XML.
const QUOTES: [&str; 6] = ["\\\"", "\\'", "&quot;", "&#34;", "\"", "'"];

/// Characters that the name of an element may have.
const NAME: usize = 120;

/// Characters between a name and its value that stand under keys of their own.
const APART: usize = 400;

/// `"password": "value"`, `client_secret=value`.
pub(super) fn named(text: &str, names: &[usize]) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut taken = 0;
    for at in signs_after(text, names) {
        let sign = &text[at..=at];
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

/// The signs that follow words in which a part of a name stands, in order.
fn signs_after(text: &str, names: &[usize]) -> Vec<usize> {
    let mut signs = Vec::new();
    let mut end = 0;
    for &name in names {
        // Several parts may stand in one word.
        if name < end {
            continue;
        }
        let rest = &text[name..];
        end = name + rest.find(|sign| !is_of_word(sign)).unwrap_or(rest.len());
        // Files of properties have a backslash before the sign.
        let escaped = usize::from(text[end..].starts_with('\\'));
        for (from, quote) in [end, end + escaped].into_iter().flat_map(|from| {
            QUOTES
                .iter()
                .copied()
                .chain([""])
                .map(move |quote| (from, quote))
        }) {
            if let Some(rest) = text[from..].strip_prefix(quote) {
                let rest = window(rest);
                let sign = rest.trim_start();
                if sign.starts_with([':', '=']) {
                    signs.push(from + quote.len() + rest.len() - sign.len());
                }
            }
        }
    }
    signs.sort_unstable();
    signs.dedup();
    signs
}

fn is_of_word(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '-' | '.')
}

/// The name that ends, perhaps in quotes, before a sign.
fn name_before(text: &str, at: usize) -> &str {
    let before = text[text.ceil_char_boundary(at.saturating_sub(WINDOW))..at].trim_end();
    let before = QUOTES
        .iter()
        .find_map(|quote| before.strip_suffix(quote))
        .unwrap_or(before);
    // Files of properties have a backslash before the sign.
    let before = before.strip_suffix('\\').unwrap_or(before);
    let start = before
        .char_indices()
        .rev()
        .take(100)
        .take_while(|(_, own)| is_of_word(*own))
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
pub(super) fn elements(text: &str, names: &[usize]) -> Vec<Secret> {
    let mut found = Vec::new();
    for (open, close, end) in [(">", "</", '>'), ("&gt;", "&lt;/", '&')] {
        let near = names
            .iter()
            .map(|name| name.saturating_sub(NAME + close.len())..*name);
        for at in places(text, close, near) {
            let rest = &text[at + close.len()..];
            let rest = &rest[..rest.floor_char_boundary(NAME)];
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
pub(super) fn pairs(text: &str, names: &[usize]) -> Vec<Secret> {
    let mut found = Vec::new();
    let near = names
        .iter()
        .map(|name| *name..name.saturating_add(APART + "alue".len()));
    for at in places(text, "alue", near) {
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

/// Where a word begins and ends in one of the stretches, which begin in order, each place once.
fn places(text: &str, word: &str, near: impl Iterator<Item = Range<usize>>) -> Vec<usize> {
    let finder = memmem::Finder::new(word);
    let mut found = Vec::new();
    let mut from = 0;
    for stretch in near {
        let start = stretch.start.max(from);
        let end = stretch.end.min(text.len());
        let Some(bytes) = text.as_bytes().get(start..end) else {
            continue;
        };
        for at in finder.find_iter(bytes) {
            found.push(start + at);
            from = start + at + word.len();
        }
        from = from.max(end.saturating_sub(word.len() - 1));
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
