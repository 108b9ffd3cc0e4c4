//! What is sent about connections. The service takes properties, policy and agent group, and ignores
//! every other member (documented).

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

/// A new value of a property.
#[derive(Clone, Debug)]
pub enum PropertyValue {
    /// One that may be seen.
    Plain(String),
    /// One that may not: never shown, never written down.
    Secret(SecretString),
}

/// A property to set.
#[derive(Clone, Debug)]
pub struct PropertyChange {
    /// Its name.
    pub name: String,
    /// Its new value.
    pub value: PropertyValue,
    /// `CONNECTION_PROPS` or `CREDENTIALS`, where it is known; public scripts work without.
    pub group: Option<String>,
    /// `URL`, `STRING`, `PASSWORD`, …, where it is known; public scripts work without.
    pub property_type: Option<String>,
}

impl PropertyChange {
    /// A value that may be seen.
    #[must_use]
    pub fn plain(name: &str, value: &str) -> Self {
        Self::new(name, PropertyValue::Plain(value.to_owned()))
    }

    /// A value that may not be seen.
    #[must_use]
    pub fn secret(name: &str, value: SecretString) -> Self {
        Self::new(name, PropertyValue::Secret(value))
    }

    fn new(name: &str, value: PropertyValue) -> Self {
        Self {
            name: name.to_owned(),
            value,
            group: None,
            property_type: None,
        }
    }

    fn body(&self) -> Value {
        let value = match &self.value {
            PropertyValue::Plain(value) => value,
            PropertyValue::Secret(value) => value.expose_secret(),
        };
        let mut body = json!({ "propertyName": self.name, "propertyValue": value });
        if let Some(group) = &self.group {
            body["propertyGroup"] = json!(group);
        }
        if let Some(property_type) = &self.property_type {
            body["propertyType"] = json!(property_type);
        }
        body
    }
}

/// What is to change in a connection; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct ConnectionUpdate {
    /// Where and how it connects.
    pub connection_properties: Vec<PropertyChange>,
    /// With what it signs in.
    pub security_properties: Vec<PropertyChange>,
    /// How it signs in (`BASIC_AUTH`, …).
    pub security_policy: Option<String>,
    /// The agent group it goes through.
    pub agent_group_id: Option<String>,
}

impl ConnectionUpdate {
    /// The body as it is sent. Holds the secrets in plain.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({});
        for (member, changes) in [
            ("connectionProperties", &self.connection_properties),
            ("securityProperties", &self.security_properties),
        ] {
            if !changes.is_empty() {
                body[member] = changes.iter().map(PropertyChange::body).collect();
            }
        }
        if let Some(policy) = &self.security_policy {
            body["securityPolicy"] = json!(policy);
        }
        if let Some(group) = &self.agent_group_id {
            body["agentGroupId"] = json!(group);
        }
        body
    }

    /// The values that must not show.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        self.connection_properties
            .iter()
            .chain(&self.security_properties)
            .filter_map(|change| match &change.value {
                PropertyValue::Secret(value) => Some(value.clone()),
                PropertyValue::Plain(_) => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_sent_and_a_secret_does_not_show() {
        let update = ConnectionUpdate {
            connection_properties: vec![PropertyChange {
                group: Some("CONNECTION_PROPS".to_owned()),
                property_type: Some("URL".to_owned()),
                ..PropertyChange::plain("connectionUrl", "https://example.com")
            }],
            security_properties: vec![PropertyChange::secret("password", "HUSH".into())],
            security_policy: Some("BASIC_AUTH".to_owned()),
            agent_group_id: None,
        };
        assert_eq!(
            update.body(),
            json!({
                "connectionProperties": [{
                    "propertyGroup": "CONNECTION_PROPS", "propertyName": "connectionUrl",
                    "propertyType": "URL", "propertyValue": "https://example.com",
                }],
                "securityProperties": [{"propertyName": "password", "propertyValue": "HUSH"}],
                "securityPolicy": "BASIC_AUTH",
            })
        );
        assert_eq!(update.secrets().len(), 1);
        assert!(!format!("{update:?}").contains("HUSH"));
        assert_eq!(ConnectionUpdate::default().body(), json!({}));
    }
}
