//! What a refusal means. Servers say it with a status and, more or less, with a code and a sentence in XML,
//! JSON or HTML; only the code and the first sentence are shown.

use reqwest::StatusCode;

use super::{Answer, Ask, Web};
use crate::TargetError;

/// The longest sentence of a server that is shown.
const LONGEST: usize = 160;

/// Codes that say: these keys are not taken.
const SIGN_IN: &[&str] = &[
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "InvalidSecurity",
    "NotSignedUp",
    "RequestTimeTooSkewed",
    "NotAuthenticated",
];

impl Web {
    /// The error for an answer that is not what was asked for.
    pub(in crate::object) fn refusal(
        &self,
        operation: &'static str,
        ask: &Ask,
        answer: &Answer,
    ) -> TargetError {
        let said = said(answer);
        let detail = self.without_secrets(&sentence(answer.status, &said));
        let target = self.title.clone();
        let sign_in = |detail: String| TargetError::SignIn {
            target: target.clone(),
            user: self.user.clone(),
            detail,
        };
        if is_full(answer.status, &said) {
            return TargetError::Full { target, detail };
        }
        match answer.status.as_u16() {
            _ if said.code == "RequestTimeTooSkewed" => sign_in(
                "its clock and the clock of this computer are too far apart; set this one right"
                    .to_owned(),
            ),
            _ if SIGN_IN.contains(&said.code.as_str()) => sign_in(detail),
            403 | 405 if ask.writes() => TargetError::ReadOnly { target, detail },
            401 | 403 => sign_in(detail),
            404 if said.code == "NoSuchBucket" => TargetError::Missing {
                target,
                what: "such bucket".to_owned(),
            },
            301 | 302 | 307 | 308 => TargetError::Refused {
                target,
                operation,
                detail: format!("{detail}; the region or the address may be another one"),
            },
            status if super::passes(answer.status) || status >= 500 => {
                TargetError::Unreachable { target, detail }
            }
            _ => TargetError::Refused {
                target,
                operation,
                detail,
            },
        }
    }
}

/// What a server said beside the status.
#[derive(Default)]
struct Said {
    code: String,
    message: String,
}

fn said(answer: &Answer) -> Said {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    if text.starts_with('{') {
        return serde_json::from_str::<serde_json::Value>(text)
            .map(|json| Said {
                code: json["code"].as_str().unwrap_or_default().to_owned(),
                message: json["message"].as_str().unwrap_or_default().to_owned(),
            })
            .unwrap_or_default();
    }
    if text.contains("<Error") || text.contains("<Code>") {
        return Said {
            code: between(text, "<Code>", "</Code>"),
            message: between(text, "<Message>", "</Message>"),
        };
    }
    let plain = if text.starts_with('<') {
        between(text, "<p>", "</p>")
    } else {
        text.lines().next().unwrap_or_default().to_owned()
    };
    Said {
        code: String::new(),
        message: plain,
    }
}

fn between(text: &str, from: &str, to: &str) -> String {
    text.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .map(|(inner, _)| inner.trim().to_owned())
        .unwrap_or_default()
}

fn is_full(status: StatusCode, said: &Said) -> bool {
    // A part is never larger than what every server takes, so that "too large" can only mean a quota.
    if matches!(status.as_u16(), 413 | 507) || said.code == "EntityTooLarge" {
        return true;
    }
    let words = format!("{} {}", said.code, said.message).to_ascii_lowercase();
    status.is_client_error()
        && [
            "quota",
            "storagefull",
            "storage full",
            "insufficient storage",
            "insufficientstorage",
        ]
        .iter()
        .any(|word| words.contains(word))
}

fn sentence(status: StatusCode, said: &Said) -> String {
    let mut text = format!("it answers {}", status.as_u16());
    if let Some(reason) = status.canonical_reason() {
        text.push(' ');
        text.push_str(reason);
    }
    let message: String = said
        .message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_end_matches('.')
        .chars()
        .take(LONGEST)
        .collect();
    let more = match (said.code.is_empty(), message.is_empty()) {
        (true, true) => return text,
        (false, true) => said.code.clone(),
        (true, false) => message,
        (false, false) => format!("{}: {message}", said.code),
    };
    format!("{text} ({more})")
}
