//! Whether an answer has the shape of a recorded one.

use serde_json::Value;

use super::table::MAY_BE_ABSENT;

/// Every member of the sample is in the answer with the same type of JSON. Of a list, each recorded
/// item has an item of its shape in the answer. `subject` is the collection the answer is from.
pub fn same(recorded: &Value, answer: &Value, subject: &str) -> Result<(), String> {
    compare(recorded, answer, subject, "")
}

fn compare(recorded: &Value, answer: &Value, subject: &str, at: &str) -> Result<(), String> {
    if std::mem::discriminant(recorded) != std::mem::discriminant(answer) {
        return Err(format!("`{at}` is {answer}, recorded as {recorded}"));
    }
    match (recorded, answer) {
        (Value::Object(members), Value::Object(_)) => {
            for (name, value) in members {
                let path = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                match answer.get(name) {
                    Some(own) => compare(value, own, subject, &path)?,
                    // What has no value is left out by the service.
                    None if value.is_null() || may_be_absent(subject, &path) => {}
                    None => return Err(format!("`{path}` is missing")),
                }
            }
            Ok(())
        }
        (Value::Array(items), Value::Array(own)) => {
            for item in items {
                let mut reasons = own.iter().map(|one| compare(item, one, subject, at));
                if items.is_empty() {
                    return Ok(());
                }
                if !reasons.clone().any(|reason| reason.is_ok()) {
                    let reason = reasons.next().and_then(Result::err);
                    return Err(reason.unwrap_or_else(|| format!("`{at}` is empty")));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn may_be_absent(subject: &str, path: &str) -> bool {
    MAY_BE_ABSENT
        .iter()
        .filter(|(of, _)| *of == "*" || *of == subject)
        .flat_map(|(_, names)| names.iter())
        .any(|name| path == *name || path.ends_with(&format!(".{name}")))
}

#[test]
fn a_missing_member_and_another_type_are_seen() {
    use serde_json::json;
    let recorded = json!({"a": {"b": 1}, "c": [{"d": "x"}, {"e": true}]});
    let good = json!({"a": {"b": 2, "z": 0}, "c": [{"e": false}, {"d": "y"}]});
    assert_eq!(same(&recorded, &good, ""), Ok(()));
    for wrong in [
        json!({"a": {}, "c": [{"d": "x", "e": true}]}),
        json!({"a": {"b": "1"}, "c": [{"d": "x", "e": true}]}),
        json!({"a": {"b": 1}, "c": [{"d": "x"}]}),
        json!({"a": {"b": 1}, "c": []}),
    ] {
        assert!(same(&recorded, &wrong, "").is_err(), "{wrong}");
    }
}
