//! What requests about projects say: names, codes, texts.

use serde_json::Value;

use super::call::{Refusal, bad};

/// Longest code the service makes out of a name.
const CODE_LENGTH: usize = 32;

/// A text of the body; `None` where it is absent, a refusal where it is not text.
pub(crate) fn text(body: &Value, name: &str) -> Result<Option<String>, Refusal> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(_) => Err(bad(&format!("{name} has to be text."))),
    }
}

/// A text that has to be there.
pub(crate) fn required(body: &Value, name: &str) -> Result<String, Refusal> {
    text(body, name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| bad(&format!("{name} is required.")))
}

/// The code of a project: what is given, or the name in capitals (documented for the console).
pub(crate) fn code(given: Option<String>, name: &str) -> Result<String, Refusal> {
    let code = match given.filter(|code| !code.is_empty()) {
        Some(code) => code,
        None => name
            .to_uppercase()
            .chars()
            .map(|sign| {
                if sign.is_ascii_alphanumeric() {
                    sign
                } else {
                    '_'
                }
            })
            .take(CODE_LENGTH)
            .collect(),
    };
    let plain = code.chars().all(|sign| {
        sign.is_ascii_uppercase() || sign.is_ascii_digit() || matches!(sign, '_' | '-')
    });
    if !plain || code.len() > CODE_LENGTH {
        return Err(bad("The identifier is not valid."));
    }
    // Reserved by the service (documented for the console).
    if [name, code.as_str()]
        .iter()
        .any(|text| text.contains("-BA-") || text.contains("_BA_"))
    {
        return Err(bad("The name must not contain -BA- or _BA_."));
    }
    Ok(code)
}

/// The integrations that a body names, each by code and version.
pub(crate) fn references(body: &Value) -> Result<Vec<(String, String)>, Refusal> {
    let items = match body.get("integrations") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(bad("integrations has to be a list.")),
    };
    items
        .iter()
        .map(|item| Ok((required(item, "code")?, required(item, "version")?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_code() {
        assert_eq!(code(None, "My flows 2").unwrap(), "MY_FLOWS_2");
        assert_eq!(code(Some("LAB".to_owned()), "x").unwrap(), "LAB");
        for (given, name) in [
            (Some("lower"), "x"),
            (Some("A|B"), "x"),
            (None, "A_BA_B"),
            (None, "a-BA-b"),
        ] {
            assert!(code(given.map(str::to_owned), name).is_err(), "{name}");
        }
    }
}
