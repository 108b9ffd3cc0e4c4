//! JSON as the service writes it.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::{Value, json};

/// Keys in alphabetical order, members without a value left out, whatever map type `serde_json` was
/// built with.
struct Habit<'value>(&'value Value);

impl Serialize for Habit<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let sorted: BTreeMap<&str, Habit<'_>> = members
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| (name.as_str(), Habit(value)))
                    .collect();
                serializer.collect_map(sorted)
            }
            Value::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&Habit(item))?;
                }
                sequence.end()
            }
            other => other.serialize(serializer),
        }
    }
}

pub(crate) fn to_bytes(value: &Value) -> Vec<u8> {
    // A tree of JSON values with text keys always has a JSON form.
    serde_json::to_vec(&Habit(value)).unwrap_or_default()
}

/// `2025-08-19T13:41:38.413+0000`.
pub(crate) fn date(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// A path segment with everything encoded that is not plain (`|` becomes `%7C`).
pub(crate) fn encode_segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The two links of an object.
pub(crate) fn links(href: &str) -> Value {
    json!([{"href": href, "rel": "self"}, {"href": href, "rel": "canonical"}])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_nulls_are_dropped() {
        let value = json!({"b": null, "z": {"d": 1, "c": [null, {"y": 1, "x": null}]}, "a": ""});
        assert_eq!(
            String::from_utf8(to_bytes(&value)).unwrap(),
            r#"{"a":"","z":{"c":[null,{"y":1}],"d":1}}"#
        );
    }

    #[test]
    fn dates_have_milliseconds_and_no_colon_in_the_zone() {
        let moment: Timestamp = "2025-08-19T13:41:38.4135Z".parse().unwrap();
        assert_eq!(date(moment), "2025-08-19T13:41:38.413+0000");
    }

    #[test]
    fn a_bar_is_encoded() {
        assert_eq!(encode_segment("A_B|01.00.0000"), "A_B%7C01.00.0000");
    }
}
