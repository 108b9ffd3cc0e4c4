//! The state of an activation, and why one failed.

use serde::Deserialize;
use serde_json::Value;

use super::{WireObject, lenient};

/// How far an activation or deactivation is (recorded).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ActivationState {
    /// `CONFIGURED`, `ACTIVATION_INPROGRESS`, `DEACTIVATION_INPROGRESS`, `ACTIVATED` or
    /// `FAILEDACTIVATION`. The member of the same name in an integration speaks another language
    /// (`ACTIVATION_SUCCEEDED`).
    #[serde(deserialize_with = "lenient::name")]
    pub activation_status: String,
}

impl WireObject for ActivationState {
    fn identity(&self) -> &str {
        &self.activation_status
    }
}

/// Why an activation failed. The shape of the answer is not documented: whatever looks like words is
/// taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ActivationErrors {
    /// The words, each once, in the order they came.
    pub words: Vec<String>,
}

/// Members that hold the words of an error, the plainest first.
const WORDS: [&str; 9] = [
    "message",
    "errorMessage",
    "detail",
    "details",
    "description",
    "error",
    "cause",
    "title",
    "errorCode",
];

/// Deeper than any answer is meant to be.
const DEEPEST: usize = 16;

impl ActivationErrors {
    pub(crate) fn gather(raw: &Value) -> Self {
        let mut all = Self::default();
        all.take(raw, DEEPEST);
        all
    }

    fn take(&mut self, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::String(text) => self.add(text),
            Value::Array(items) => items.iter().for_each(|item| self.take(item, depth)),
            Value::Object(members) => {
                let said = WORDS.iter().find_map(|name| match members.get(*name) {
                    Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
                    _ => None,
                });
                if let Some(text) = said {
                    self.add(text);
                }
                // Lists and objects within may hold more; loose texts beside the words (ids, states)
                // are no errors.
                for member in members.values() {
                    if member.is_array() || member.is_object() {
                        self.take(member, depth);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.words.iter().any(|known| known == text) {
            self.words.push(text.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_are_found_in_whatever_shape() {
        for (raw, words) in [
            (json!([]), vec![]),
            (json!({"items": [], "hasMore": false}), vec![]),
            (json!(["no agent", "no agent"]), vec!["no agent"]),
            (
                json!({"items": [{"code": "X", "message": "no agent"}]}),
                vec!["no agent"],
            ),
            (
                json!({"id": "A|1", "errors": {"errorMessage": "no agent", "errorCode": "E1"}}),
                vec!["no agent"],
            ),
            (json!({"title": "failed"}), vec!["failed"]),
        ] {
            assert_eq!(ActivationErrors::gather(&raw).words, words, "{raw}");
        }
    }

    #[test]
    fn an_answer_without_end_is_read_to_a_depth() {
        let mut raw = json!("deep");
        for _ in 0..200 {
            raw = json!([raw]);
        }
        assert!(ActivationErrors::gather(&raw).words.is_empty());
    }
}
