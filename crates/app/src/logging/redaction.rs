//! Takes secrets out of log lines as a last line of defence: nothing should log one in the first
//! place.

use std::io::{self, Write};

const REDACTED: &str = "<redacted>";
/// Names whose values are never written, without regard to case, `_` and `-`.
const NAMES: [&str; 9] = [
    "secret",
    "password",
    "passphrase",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "assertion",
    "masterkey",
    "authorization",
];

/// A writer that writes every line without its secrets. The log gives it whole lines.
pub(super) struct Redacting<W> {
    inner: W,
}

impl<W> Redacting<W> {
    pub(super) fn new(inner: W) -> Self {
        Self { inner }
    }
}

impl<W: Write> Write for Redacting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.inner.write_all(redact(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The text without what follows `Bearer` and `Basic`, without the values of secret names, and
/// without user and password in addresses.
pub(super) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut words = Words(text);
    let (mut after_name, mut after_scheme) = (false, false);
    while let Some((gap, word)) = words.next() {
        out.push_str(gap);
        let bare = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let is_scheme = bare.eq_ignore_ascii_case("bearer") || bare.eq_ignore_ascii_case("basic");
        if is_scheme {
            // "Authorization: Bearer …": the value is the word after the scheme.
            out.push_str(word);
            (after_name, after_scheme) = (false, true);
        } else if after_name || (after_scheme && looks_like_a_credential(word)) {
            out.push_str(REDACTED);
            (after_name, after_scheme) = (false, false);
        } else {
            let (shown, open) = redact_word(word);
            out.push_str(&shown);
            (after_name, after_scheme) = (open, false);
        }
    }
    out.push_str(words.0);
    out
}

/// A word of prose after "basic" stays; what is encoded has digits or capital letters in it.
fn looks_like_a_credential(word: &str) -> bool {
    word.len() >= 8
        && word
            .chars()
            .skip(1)
            .any(|letter| letter.is_ascii_digit() || letter.is_ascii_uppercase() || letter == '=')
}

/// A word, and whether its secret value is the next word (`password: X`).
fn redact_word(word: &str) -> (String, bool) {
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(at) = rest.find(['=', ':']) {
        let (head, tail) = rest.split_at(at + 1);
        if let Some(authority) = tail.strip_prefix("//") {
            out.push_str(head);
            out.push_str("//");
            rest = without_sign_in(authority, &mut out);
            continue;
        }
        out.push_str(head);
        let name = head[..at]
            .rsplit(|letter: char| !(letter.is_ascii_alphanumeric() || "_-".contains(letter)))
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        rest = tail;
        if !is_secret(name) {
            continue;
        }
        let value = tail.trim_start_matches(['"', '\'']);
        if value.is_empty() {
            out.push_str(tail);
            return (out, true);
        }
        out.push_str(&tail[..tail.len() - value.len()]);
        let end = value
            .find(['"', '\'', '&', ',', ';', '}', '<'])
            .unwrap_or(value.len());
        out.push_str(REDACTED);
        rest = &value[end..];
    }
    out.push_str(rest);
    (out, false)
}

/// Leaves out `user:password@` at the beginning of what follows `//`.
fn without_sign_in<'a>(text: &'a str, out: &mut String) -> &'a str {
    let authority = text.find(['/', '?', '#']).unwrap_or(text.len());
    match text[..authority].rfind('@') {
        Some(at) => {
            out.push_str(REDACTED);
            &text[at..]
        }
        None => text,
    }
}

fn is_secret(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    NAMES.iter().any(|known| plain.contains(known))
}

/// A text as gaps (white space) and words.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let start = self.0.find(|letter: char| !letter.is_whitespace())?;
        let (gap, rest) = self.0.split_at(start);
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.0 = rest;
        Some((gap, word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn innocent_lines_stay_as_they_are() {
        for line in [
            "  INFO waybill: read 812 artifacts in 3.4 s\n",
            "Basic routing is a style, basic authentication another thing",
            "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/ic/api?x=1",
            "time=08:05:00 phase=fetching",
            "",
        ] {
            assert_eq!(redact(line), line);
        }
    }

    #[test]
    fn values_are_hidden_wherever_they_stand() {
        for line in [
            "password: HUSH1234HUSH",
            "client_secret=\"HUSH1234HUSH\" x=1",
            "Proxy-Authorization: Basic HUSH1234HUSH==",
            "see https://a:HUSH1234@host/path",
            "{\"refresh_token\": \"HUSH1234HUSH\"}",
        ] {
            let shown = redact(line);
            assert!(!shown.contains("HUSH"), "{shown}");
            assert!(shown.contains(REDACTED), "{shown}");
        }
    }
}
