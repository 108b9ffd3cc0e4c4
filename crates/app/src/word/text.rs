//! The words themselves: a headline, what happened, what to do.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waybill_engine::{Cause, NewWord, WordKind};
use waybill_model::Environment;

use super::stored::StoredWord;
use crate::view::{HookKind, WordSeverity};

/// Something to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Said {
    /// The headline, which names the instance first.
    pub title: String,
    /// What happened and why, a paragraph each.
    pub text: Vec<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The headline once it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<String>,
    /// The instance, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Its environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Whom it goes to, where those are not the administrators.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
}

impl Said {
    /// Without the secrets that names and reasons may hold.
    pub(super) fn masked(mut self) -> Self {
        let mask = |text: &mut String| *text = waybill_archive::mask(text).into_owned();
        mask(&mut self.title);
        self.text.iter_mut().for_each(mask);
        if let Some(remedy) = &mut self.remedy {
            mask(remedy);
        }
        self
    }

    pub(super) fn of(detail: &Value) -> Self {
        serde_json::from_value(detail.clone()).unwrap_or_default()
    }

    /// The same about a cause that still lasts.
    pub(super) fn still(cause: &Cause) -> Self {
        let mut said = Self::of(&cause.detail);
        said.title = format!("Still: {}", said.title);
        said.text.insert(
            0,
            format!("This lasts since {}.", shown(&cause.began_at.to_string())),
        );
        said
    }

    /// The same about a cause that is over.
    pub(super) fn ended(cause: &Cause) -> Self {
        let said = Self::of(&cause.detail);
        let title = said
            .over
            .clone()
            .unwrap_or_else(|| format!("Over: {}", said.title));
        Self {
            text: vec![format!(
                "Before: {} This lasted since {}.",
                sentence(&said.title),
                shown(&cause.began_at.to_string())
            )],
            title,
            remedy: None,
            over: None,
            ..said
        }
    }

    /// One message for each way that takes something of this weight.
    pub(super) fn words(
        &self,
        stored: &StoredWord,
        kind: WordKind,
        severity: waybill_engine::WordSeverity,
    ) -> Vec<NewWord> {
        let detail = json!(self);
        stored
            .ways(Some(weight(severity)))
            .iter()
            .map(|way| NewWord {
                way: way.name(),
                kind,
                severity,
                detail: detail.clone(),
            })
            .collect()
    }

    /// The text of a mail.
    pub(super) fn mail(&self) -> String {
        let mut parts = self.text.clone();
        if let Some(remedy) = &self.remedy {
            parts.push(format!("What to do: {remedy}"));
        }
        parts.push(
            "Waybill sends this once for each cause, again after a day while it lasts, and once when it is over. What is sent to whom stands under Settings, Notifications.".to_owned(),
        );
        format!("{}\n\n{}\n", self.title, parts.join("\n\n"))
    }

    /// What is posted to a webhook.
    pub(super) fn hook(&self, kind: HookKind, about: &About<'_>) -> Value {
        match kind {
            HookKind::Slack => {
                let mut text =
                    format!("*{}*\n{}", slack(&self.title), slack(&self.text.join("\n")));
                if let Some(remedy) = &self.remedy {
                    text = format!("{text}\n_What to do:_ {}", slack(remedy));
                }
                json!({ "text": text })
            }
            HookKind::Teams => {
                let block = |text: &str| json!({ "type": "TextBlock", "text": text, "wrap": true });
                let mut body = vec![
                    json!({ "type": "TextBlock", "text": self.title, "wrap": true, "weight": "Bolder", "size": "Medium" }),
                ];
                body.extend(self.text.iter().map(|text| block(text)));
                if let Some(remedy) = &self.remedy {
                    body.push(block(&format!("What to do: {remedy}")));
                }
                json!({
                    "type": "message",
                    "attachments": [{
                        "contentType": "application/vnd.microsoft.card.adaptive",
                        "contentUrl": null,
                        "content": {
                            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                            "type": "AdaptiveCard",
                            "version": "1.4",
                            "body": body,
                        },
                    }],
                })
            }
            HookKind::Json => json!({
                "source": "waybill",
                "cause": about.cause,
                "kind": about.kind,
                "severity": about.severity,
                "at": about.at,
                "title": self.title,
                "text": self.text,
                "remedy": self.remedy,
                "instance": self.instance,
                "environment": self.environment,
            }),
        }
    }
}

/// What a program wants to know of words beside their text.
pub(super) struct About<'a> {
    pub cause: &'a str,
    pub kind: WordKind,
    pub severity: waybill_engine::WordSeverity,
    pub at: String,
}

/// Slack's own signs stand for themselves.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A time as people read it.
pub(super) fn shown(time: &str) -> String {
    time.parse::<jiff::Timestamp>().map_or_else(
        |_| time.to_owned(),
        |time| {
            time.to_zoned(jiff::tz::TimeZone::system())
                .strftime("%-d %b %Y, %H:%M")
                .to_string()
        },
    )
}

/// With a full stop.
pub(super) fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?', '!']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

pub(super) const fn weight(severity: waybill_engine::WordSeverity) -> WordSeverity {
    match severity {
        waybill_engine::WordSeverity::Info => WordSeverity::Info,
        waybill_engine::WordSeverity::Warning => WordSeverity::Warning,
        waybill_engine::WordSeverity::Failure => WordSeverity::Failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said {
        Said {
            title: "PROD: the backup failed".into(),
            text: vec!["No <network> & more.".into()],
            remedy: Some("Check it.".into()),
            ..Said::default()
        }
    }

    fn about() -> About<'static> {
        About {
            cause: "backup/x",
            kind: WordKind::Began,
            severity: waybill_engine::WordSeverity::Failure,
            at: "2026-11-21T06:00:00Z".into(),
        }
    }

    #[test]
    fn each_receiver_gets_its_form() {
        let slack = said().hook(HookKind::Slack, &about());
        assert_eq!(
            slack["text"],
            "*PROD: the backup failed*\nNo &lt;network&gt; &amp; more.\n_What to do:_ Check it."
        );
        let teams = said().hook(HookKind::Teams, &about());
        let card = &teams["attachments"][0]["content"];
        assert_eq!(card["type"], "AdaptiveCard");
        assert_eq!(card["body"][2]["text"], "What to do: Check it.");
        let plain = said().hook(HookKind::Json, &about());
        assert_eq!(plain["severity"], "failure");
        assert_eq!(plain["kind"], "began");
        assert_eq!(plain["remedy"], "Check it.");
    }

    #[test]
    fn a_mail_says_what_happened_and_what_to_do() {
        let mail = said().mail();
        assert!(mail.starts_with("PROD: the backup failed\n\nNo <network>"));
        assert!(mail.contains("\n\nWhat to do: Check it.\n\n"));
    }
}
