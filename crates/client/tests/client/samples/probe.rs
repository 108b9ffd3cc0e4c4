//! Whether a type keeps what a sample says: each value that the type reads is changed in turn, and the
//! decoded object must show the change, and the value itself before it.

use std::collections::BTreeSet;
use std::fmt::Debug;

use serde_json::{Value, json};
use waybill_client::wire::WireObject;

/// Decodes as the client does.
pub fn decode<T: WireObject>(value: &Value) -> Result<T, String> {
    let mut object = T::deserialize(value).map_err(|error| error.to_string())?;
    object.settle();
    Ok(object)
}

/// Decodes the sample and compares. `used` names the members that the program uses, at whatever depth;
/// each of them that the sample has must be found again, with its value.
pub fn keeps<T: WireObject + Debug>(sample: &Value, used: &[&str]) -> Result<(), String> {
    let shown = format!("{:?}", decode::<T>(sample)?);
    let mut found = BTreeSet::new();
    let mut lost = Vec::new();
    for pointer in leaves(sample, String::new()) {
        let Some(name) = used_name(&pointer, used) else {
            continue;
        };
        let value = sample.pointer(&pointer).ok_or("no such leaf")?;
        if value.is_null() {
            continue;
        }
        found.insert(name);
        let mut changed = sample.clone();
        *changed.pointer_mut(&pointer).ok_or("no such leaf")? = other_than(value);
        let shows_change = format!("{:?}", decode::<T>(&changed)?) != shown;
        if !shows_change || !shows(&shown, value) {
            lost.push(pointer);
        }
    }
    if !lost.is_empty() {
        return Err(format!("lost in decoding: {}", lost.join(", ")));
    }
    if found.is_empty() {
        return Err("the sample has none of the members that the program uses".to_owned());
    }
    Ok(())
}

fn leaves(value: &Value, at: String) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| leaves(value, format!("{at}/{name}")))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, value)| leaves(value, format!("{at}/{index}")))
            .collect(),
        _ => vec![at],
    }
}

/// The pattern of `used` that the leaf is: the last names of its path, with `*` for items of lists.
fn used_name<'a>(pointer: &str, used: &[&'a str]) -> Option<&'a str> {
    let path: Vec<&str> = pointer
        .split('/')
        .skip(1)
        .map(|name| {
            if name.bytes().all(|byte| byte.is_ascii_digit()) {
                "*"
            } else {
                name
            }
        })
        .collect();
    let path = path.join(".");
    used.iter().copied().find(|pattern| *pattern == path)
}

fn other_than(value: &Value) -> Value {
    match value {
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_u64().map_or(7, |number| number + 1)),
        // A number as text stays one.
        Value::String(text) => match text.parse::<u64>() {
            Ok(number) => json!((number + 1).to_string()),
            Err(_) => json!(format!("{text} changed")),
        },
        other => other.clone(),
    }
}

fn shows(shown: &str, value: &Value) -> bool {
    match value {
        Value::String(text) if text.parse::<u64>().is_ok() => shown.contains(text.as_str()),
        Value::String(text) => shown.contains(&format!("{text:?}")),
        other => shown.contains(&other.to_string()),
    }
}

#[test]
fn a_lost_member_is_noticed() {
    use waybill_client::wire::Project;
    let sample = json!({"code": "A", "name": "B", "mcpEnabled": true});
    assert_eq!(keeps::<Project>(&sample, &["code", "name"]), Ok(()));
    assert!(keeps::<Project>(&sample, &["code", "mcpEnabled"]).is_err());
    assert!(keeps::<Project>(&json!({"other": 1}), &["code"]).is_err());
}
