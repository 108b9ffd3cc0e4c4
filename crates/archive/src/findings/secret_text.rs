//! Secrets in running text: samples of messages, scripts, expressions. What was found is taken out
//! of the text, so that no later look shows a part of it.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::marks::Marks;
use super::{Found, Rule, secret_names, secret_pairs, secret_tokens};

/// Characters that one value may have, and that are looked at around it.
pub(super) const WINDOW: usize = 4_000;

/// Characters that user, password and host of an address may have.
pub(super) const AUTHORITY: usize = 500;

/// A secret in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    pub rule: Rule,
    /// The name it stands under; empty where it has none.
    pub name: String,
    /// Where it stands.
    pub value: Range<usize>,
    /// What is taken out with it, so that no part of it is mistaken for something else.
    pub hidden: Range<usize>,
}

/// A look at a text for secrets of one sort, given where names of secrets may stand in it.
type Look = fn(&str, &[usize]) -> Vec<Secret>;

impl Secret {
    pub fn new(rule: Rule, name: &str, value: Range<usize>) -> Self {
        Self {
            rule,
            name: name.to_owned(),
            hidden: value.clone(),
            value,
        }
    }
}

/// Reports the secrets in a text and gives it back with blanks in their places.
pub(super) fn take<'text>(text: &'text str, place: &str, found: &mut Found<'_>) -> Cow<'text, str> {
    if found.is_quiet() {
        return Cow::Borrowed(text);
    }
    let (left, secrets) = secrets(text);
    for secret in secrets {
        let value = text.get(secret.value).unwrap_or_default();
        if secret.name.is_empty() {
            found.secret(secret.rule, place, value);
        } else {
            found.secret(secret.rule, &format!("{place} {}", secret.name), value);
        }
    }
    left
}

/// The secrets in a text, and the text with blanks in their places.
pub(super) fn secrets(text: &str) -> (Cow<'_, str>, Vec<Secret>) {
    let mut left = Cow::Borrowed(text);
    let mut all = Vec::new();
    if is_one_word(text) {
        return (left, all);
    }
    let marks = Marks::of(text);
    if marks.none() {
        return (left, all);
    }
    let names = !marks.names.is_empty();
    let looks: [(bool, Look); 6] = [
        (marks.keys, |text, _| keys(text)),
        (marks.address, |text, _| addresses(text)),
        (names, secret_pairs::pairs),
        (names, secret_pairs::elements),
        (names, secret_pairs::named),
        (marks.tokens, |text, _| secret_tokens::tokens(text)),
    ];
    for (wanted, look) in looks {
        if !wanted {
            continue;
        }
        let found: Vec<Secret> = look(&left, &marks.names);
        if !found.is_empty() {
            left = Cow::Owned(blanked(&left, &found));
            all.extend(found);
        }
    }
    (left, all)
}

/// Whether a text is a single word, as most names and values in XML are: too little for anything
/// that is known by what stands beside it, and too short or too plain for a key.
fn is_one_word(text: &str) -> bool {
    text.len() < 20
        && text
            .bytes()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'_' | b'/' | b'-' | b'.'))
}

/// The text with as many blanks as the secrets have bytes, so that places stay what they are.
fn blanked(text: &str, secrets: &[Secret]) -> String {
    let mut sorted: Vec<&Range<usize>> = secrets.iter().map(|secret| &secret.hidden).collect();
    sorted.sort_unstable_by_key(|range| range.start);
    let mut left = String::with_capacity(text.len());
    for range in sorted {
        if range.end > left.len() {
            let start = range.start.max(left.len());
            left.push_str(&text[left.len()..start]);
            left.extend(std::iter::repeat_n(' ', range.end - start));
        }
    }
    left.push_str(&text[left.len()..]);
    left
}

/// The beginning of a text, at most a window long.
pub(super) fn window(text: &str) -> &str {
    &text[..text.floor_char_boundary(WINDOW)]
}

/// `-----BEGIN … PRIVATE KEY-----`.
fn keys(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("-----BEGIN ").map(|at| from + at) {
        let head = &text[start + 11..];
        let end = head
            .find("-----END ")
            .map_or(text.len(), |at| start + 11 + at);
        let private = window(head).find("-----").is_some_and(|at| {
            let kind = &head[..at];
            kind.ends_with("PRIVATE KEY") || kind.ends_with("PRIVATE KEY BLOCK")
        });
        if private {
            found.push(Secret::new(Rule::PrivateKey, "", start..end));
        }
        from = end;
    }
    found
}

/// `scheme://user:password@host`.
fn addresses(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), b"://") {
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
        if let (Some(at), Some(colon)) = (at, colon)
            && secret_names::is_literal(&authority[colon + 1..at])
        {
            found.push(Secret {
                hidden: start..start + at + 1,
                ..Secret::new(Rule::Password, "", start + colon + 1..start + at)
            });
        }
    }
    found
}
