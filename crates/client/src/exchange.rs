//! A request and its answer as they may be shown: no header, no host, no secret.

use serde_json::Value;

/// The longest body kept, in bytes.
const LONGEST_BODY: usize = 4096;
/// How much of a long body is searched for secrets, in bytes; the rest is never shown.
const LONGEST_SEARCHED: usize = 64 * 1024;
/// The longest passage of the server's words put into a sentence, in characters.
const LONGEST_WORDS: usize = 300;
/// What stands where a secret was.
const REDACTED: &str = "<redacted>";
/// Parts of member names whose values are never shown.
const SECRET_NAMES: [&str; 9] = [
    "token",
    "secret",
    "password",
    "passphrase",
    "assertion",
    "authorization",
    "credential",
    "privatekey",
    "apikey",
];

/// One request and what came back, redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// Path and query, without the host.
    pub path: String,
    /// The status of the answer, where one came.
    pub status: Option<u16>,
    /// The answer's body as text, redacted, at most 4 kB.
    pub body: String,
    /// The service's own number of the request (`opc-request-id`; recorded samples carry it).
    pub request_id: Option<String>,
    /// The server's `title`, or what stands for it: `error` of a token endpoint, the title of an
    /// HTML page, a plain text.
    pub title: Option<String>,
    /// The server's `detail`, or `error_description` of a token endpoint.
    pub detail: Option<String>,
}

impl Exchange {
    /// The server's words for use in a sentence, shortened.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let words = match (&self.title, &self.detail) {
            (Some(title), Some(detail)) if title != detail => {
                format!("{} {detail}", title.trim_end())
            }
            (Some(words), _) | (None, Some(words)) => words.clone(),
            (None, None) => return None,
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        (!words.is_empty()).then(|| words.chars().take(LONGEST_WORDS).collect())
    }
}

/// Removes secrets from texts: by the names beside them, and the known ones by their values.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    known: Vec<String>,
}

impl Redactor {
    /// Very short values are left out: they would blot out innocent text.
    pub(crate) fn knowing<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<String> = values
            .into_iter()
            .filter(|value| value.len() >= 4)
            .flat_map(|value| [value.to_owned(), as_in_json(value)])
            .collect();
        known.dedup();
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { known }
    }

    /// Knows these values as well.
    pub(crate) fn and<'a>(self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let more = Self::knowing(values);
        let mut known = self.known;
        known.extend(more.known);
        known.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { known }
    }

    /// The text without its secrets, at most 4 kB.
    pub(crate) fn body(&self, bytes: &[u8]) -> String {
        let text = match serde_json::from_slice::<Value>(bytes) {
            Ok(mut value) => {
                redact_value(&mut value);
                value.to_string()
            }
            Err(_) => String::from_utf8_lossy(bytes).into_owned(),
        };
        // What is cut off before the search is cut off afterwards all the same.
        let mut text = self.text(beginning(&text, LONGEST_SEARCHED));
        text.truncate(beginning(&text, LONGEST_BODY).len());
        text
    }

    /// The text without its secrets.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.known {
            text = text.replace(value.as_str(), REDACTED);
        }
        redact_pairs(&redact_schemes(&text))
    }
}

/// The value as it stands inside a JSON string.
fn as_in_json(value: &str) -> String {
    let quoted = Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// At most so many bytes of the text, cut between characters.
fn beginning(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

fn is_secret_name(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    SECRET_NAMES.iter().any(|part| plain.contains(part))
        && !matches!(plain.as_str(), "tokentype" | "tokenurl")
}

fn redact_value(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_password = members
                .get("propertyType")
                .and_then(Value::as_str)
                .is_some_and(|kind| kind.eq_ignore_ascii_case("PASSWORD"))
                || members
                    .get("propertyName")
                    .and_then(Value::as_str)
                    .is_some_and(is_secret_name);
            for (name, member) in members {
                let hide = is_secret_name(name) || (is_password && name == "propertyValue");
                if hide && !member.is_boolean() && !member.is_null() {
                    *member = Value::String(REDACTED.to_owned());
                } else {
                    redact_value(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact_value),
        _ => {}
    }
}

/// Hides what follows `Bearer ` and `Basic `.
fn redact_schemes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let lower = rest.to_ascii_lowercase();
        let Some((at, length)) = ["bearer ", "basic "]
            .iter()
            .filter_map(|scheme| lower.find(scheme).map(|at| (at, scheme.len())))
            .min()
        else {
            break;
        };
        let (head, tail) = rest.split_at(at + length);
        let end = tail
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || "-._~+/=".contains(letter)))
            .unwrap_or(tail.len());
        out.push_str(head);
        // A word of prose ("Basic authentication") is shorter than any credential worth hiding.
        if end >= 16 {
            out.push_str(REDACTED);
        } else {
            out.push_str(&tail[..end]);
        }
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Hides the value in `name=value` and `"name":"value"` of a text that is not JSON.
fn redact_pairs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        rest = tail;
        let name = head[..at].trim_end_matches(['"', '\'', ' ']);
        let start = name
            .rfind(|letter: char| !(letter.is_ascii_alphanumeric() || "_-.".contains(letter)))
            .map_or(0, |before| before + 1);
        // `rfind` gives the start of a character that may be longer than a byte.
        let name = name.get(start..).unwrap_or(name);
        if !is_secret_name(name) {
            continue;
        }
        let value = tail.trim_start_matches([' ', '"', '\'']);
        let skipped = tail.len() - value.len();
        let end = value
            .find(['"', '\'', '&', ' ', ',', ';', '<', '\n', '\r', '}'])
            .unwrap_or(value.len());
        if end > 0 && value[..end] != *REDACTED {
            out.push_str(&tail[..skipped]);
            out.push_str(REDACTED);
            rest = &value[end..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_with_a_quote_is_found_in_json_too() {
        let secret = "cana\"ry\\value";
        let redactor = Redactor::knowing([secret]);
        let body = serde_json::json!({ "title": format!("no {secret} here") }).to_string();
        let shown = redactor.body(body.as_bytes());
        assert!(shown.contains("no ") && shown.contains(" here"), "{shown}");
        assert!(!shown.contains("cana"), "{shown}");
    }

    #[test]
    fn secrets_in_json_text_and_headers_are_hidden() {
        let redactor = Redactor::knowing(["canary-value"]);
        for text in [
            r#"{"access_token":"HUSH1234HUSH"}"#,
            r#"{"a":[{"propertyType":"PASSWORD","propertyValue":"HUSH1234HUSH"}]}"#,
            r#"{"broken": 1, "client_secret": "HUSH1234HUSH""#,
            "grant_type=x&client_secret=HUSH1234HUSH&scope=y",
            "Authorization: Bearer HUSH1234HUSHHUSH1234",
            "password : HUSH1234HUSH, user: me",
        ] {
            let shown = redactor.body(text.as_bytes());
            assert!(!shown.contains("HUSH"), "{shown}");
            assert!(shown.contains(REDACTED), "{shown}");
        }
        assert!(!redactor.text("see canary-value here").contains("canary"));
    }

    #[test]
    fn innocent_text_stays() {
        let redactor = Redactor::default();
        for text in [
            "Connection not found.",
            "Basic authentication: not allowed",
            "naïve: ö=ü",
        ] {
            assert_eq!(redactor.body(text.as_bytes()), text);
        }
    }

    #[test]
    fn a_long_body_is_cut_between_characters() {
        let long = "ä".repeat(5000);
        let shown = Redactor::default().body(long.as_bytes());
        assert!(shown.len() <= LONGEST_BODY && shown.len() > LONGEST_BODY - 4);
    }
}
