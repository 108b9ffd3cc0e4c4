//! Takes values that are secret, or stand for one, out of connections before they are kept.

use serde_json::Value;

/// What the service shows in place of a secret (recorded sample).
const MASK: &str = "*****";

/// Parts of names of properties whose values are secret, whatever type the service gives them.
const SECRET_NAMES: [&str; 8] = [
    "password",
    "secret",
    "token",
    "passphrase",
    "privatekey",
    "apikey",
    "accesskey",
    "wallet",
];

/// Whether the name of a property says that its value is secret. Addresses of token endpoints are not.
#[must_use]
pub fn names_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-', '.', ' '], "");
    let is_address = ["url", "uri", "endpoint"]
        .iter()
        .any(|ending| name.ends_with(ending));
    !is_address && SECRET_NAMES.iter().any(|part| name.contains(part))
}

/// Drops `propertyValue` where the property is a password or its value a mask, at any depth.
pub(crate) fn drop_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_password = members
                .get("propertyType")
                .and_then(Value::as_str)
                .is_some_and(|kind| kind.to_ascii_uppercase().contains("PASSWORD"));
            let is_mask = members
                .get("propertyValue")
                .and_then(Value::as_str)
                .is_some_and(|text| text.starts_with(MASK));
            if is_password || is_mask {
                members.remove("propertyValue");
            }
            members.values_mut().for_each(drop_secrets);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_secrets),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_go_and_addresses_stay() {
        let mut connection = json!({
            "connectionProperties": [{"propertyName": "url", "propertyType": "URL", "propertyValue": "https://x"}],
            "securityProperties": [
                {"propertyName": "password", "propertyType": "PASSWORD", "propertyValue": "canary"},
                {"propertyName": "token", "propertyType": "STRING", "propertyValue": "*****"},
                {"propertyName": "user", "propertyType": "STRING", "propertyValue": "erp"},
            ],
        });
        drop_secrets(&mut connection);
        assert_eq!(
            connection,
            json!({
                "connectionProperties": [{"propertyName": "url", "propertyType": "URL", "propertyValue": "https://x"}],
                "securityProperties": [
                    {"propertyName": "password", "propertyType": "PASSWORD"},
                    {"propertyName": "token", "propertyType": "STRING"},
                    {"propertyName": "user", "propertyType": "STRING", "propertyValue": "erp"},
                ],
            })
        );
    }
}
