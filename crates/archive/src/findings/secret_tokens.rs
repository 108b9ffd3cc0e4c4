//! Secrets that are known by their shape: JSON web tokens, access keys of Amazon, headers of a
//! sign-in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem;

use super::Rule;
use super::secret_text::Secret;

pub(super) fn tokens(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    let end_of = |start: usize| {
        text[start..]
            .find(|sign: char| {
                !(sign.is_ascii_alphanumeric()
                    || matches!(sign, '.' | '_' | '-' | '+' | '/' | '=' | '~'))
            })
            .map_or(text.len(), |length| start + length)
    };
    for (mark, header, least) in [
        ("eyJ", false, 40),
        ("AKIA", false, 20),
        ("asic ", true, 12),
        ("earer ", true, 20),
    ] {
        let mut free = 0;
        for at in memmem::find_iter(text.as_bytes(), mark) {
            let start = if header { at + mark.len() } else { at };
            if start < free {
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
                "asic " => text[..at].ends_with(['B', 'b']) && is_sign_in(value),
                _ => text[..at].ends_with(['B', 'b']),
            };
            if value.len() >= least && shaped {
                found.push(Secret::new(Rule::Token, "", start..end));
                free = end;
            }
        }
    }
    found
}

/// What follows `Basic `: user and password in Base64, and not a word of a sentence.
fn is_sign_in(value: &str) -> bool {
    value.chars().any(|one| one.is_ascii_digit() || one == '=')
        || STANDARD
            .decode(value)
            .is_ok_and(|decoded| decoded.contains(&b':'))
}
