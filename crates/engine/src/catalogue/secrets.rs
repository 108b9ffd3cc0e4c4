//! Takes values that are secret, or stand for one, out of connections before they are kept.

use serde_json::{Map, Value};
use waybill_archive::mask;

/// The longest name of a file that is taken for one.
const LONGEST_NAME: usize = 128;

/// The endings of files that hold keys and wallets.
const FILE_ENDINGS: [&str; 9] = [
    "zip", "jks", "p12", "pfx", "sso", "pem", "key", "ppk", "asc",
];

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

/// Drops `propertyValue` where the property is a password, its name or its value says that it is secret, or
/// its value stands for a secret, at any depth. The older generations do not give every secret the type of
/// one.
pub(crate) fn drop_secrets(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if holds_a_secret(members) {
                members.remove("propertyValue");
            }
            members.values_mut().for_each(drop_secrets);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_secrets),
        _ => {}
    }
}

fn holds_a_secret(property: &Map<String, Value>) -> bool {
    let text = |name: &str| property.get(name).and_then(Value::as_str);
    let Some(value) = text("propertyValue") else {
        return false;
    };
    let kind = text("propertyType").unwrap_or_default();
    let kind = kind.to_ascii_uppercase();
    if kind.contains("PASSWORD") || value.starts_with(MASK) {
        return true;
    }
    let name = text("propertyName").unwrap_or_default();
    // A choice says how something is done.
    let named = names_a_secret(name) && kind != "CHOICE" && !is_name_of_file(name, value);
    let attached = kind == "FILE"
        || property
            .get("hasAttachment")
            .and_then(Value::as_bool)
            .unwrap_or_default();
    let contents = attached && (value.len() > LONGEST_NAME || value.contains('\n'));
    let address = value.contains("://");
    named || (contents && !address) || mask(value) != value
}

/// Whether a property for a file holds the name of one, and not what is in it.
fn is_name_of_file(property: &str, value: &str) -> bool {
    let property = property.to_ascii_lowercase();
    if property != "wallet" && !property.ends_with("file") {
        return false;
    }
    let Some((stem, ending)) = value.trim().rsplit_once('.') else {
        return false;
    };
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '_' | '-' | '.');
    (1..=LONGEST_NAME).contains(&stem.len())
        && stem.chars().all(plain)
        && FILE_ENDINGS.contains(&ending.to_ascii_lowercase().as_str())
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

    #[test]
    fn keys_and_wallets_go_whatever_type_they_are_given() {
        let left = |property: Value| {
            let mut record = json!({ "securityProperties": [property] });
            drop_secrets(&mut record);
            record["securityProperties"][0]
                .get("propertyValue")
                .is_some()
        };
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----";
        for gone in [
            json!({"propertyName": "PrivateKeyFile", "propertyType": "STRING", "propertyValue": "MIIEowIBAAKCAQEA"}),
            json!({"propertyName": "PrivateKeyFile", "propertyType": "FILE", "propertyValue": key}),
            json!({"propertyName": "WALLET", "propertyValue": "UEsDBBQACAgI"}),
            json!({"propertyName": "WALLET", "hasAttachment": true, "propertyValue": "UEsDBBQACAgI".repeat(40)}),
            json!({"propertyName": "keystore", "hasAttachment": true, "propertyValue": "UEsDBBQACAgI".repeat(40)}),
            json!({"propertyName": "notes", "propertyType": "STRING", "propertyValue": key}),
            json!({"propertyName": "oauth.client.secret", "propertyValue": "tiger-9"}),
        ] {
            assert!(!left(gone.clone()), "{gone}");
        }
        for stays in [
            json!({"propertyName": "WALLET", "propertyType": "FILE", "propertyValue": "Wallet_ATP.zip"}),
            json!({"propertyName": "PrivateKeyFile", "propertyType": "FILE", "propertyValue": "acme.pem"}),
            json!({"propertyName": "targetWSDLURL", "hasAttachment": true, "propertyValue": "https://x/y?wsdl"}),
            json!({"propertyName": "accessTokenUri", "propertyType": "URL", "propertyValue": "https://x/token"}),
            json!({"propertyName": "userName", "propertyType": "STRING", "propertyValue": "erp"}),
        ] {
            assert!(left(stays.clone()), "{stays}");
        }
    }
}
