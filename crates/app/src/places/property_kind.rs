//! What the value of a property of a connection is, and which values it can have.

use serde_json::Value;
use waybill_client::wire::ConnectionProperty;

use crate::view::{PropertyKind, PropertyOption};

/// By `propertyType` (documented: `URL`, `WSDL_URL`, `URL_OR_FILE`, `CHOICE`, `STRING`, `PASSWORD`
/// and more). A choice whose options are not told is a text: nothing could be chosen.
pub(super) fn kind_of(property: &ConnectionProperty, has_options: bool) -> PropertyKind {
    let told = property
        .property_type
        .as_deref()
        .unwrap_or_default()
        .to_ascii_uppercase();
    match told.as_str() {
        "PASSWORD" => PropertyKind::Secret,
        "CHOICE" if has_options => PropertyKind::Choice,
        "URL_OR_FILE" if !property.has_attachment => PropertyKind::Url,
        _ if property.has_attachment || told.contains("FILE") => PropertyKind::File,
        _ if told.contains("URL") => PropertyKind::Url,
        _ => PropertyKind::Text,
    }
}

/// The members of `acceptableKeys` of a property: objects with `name` and `displayName`, or plain
/// texts (that the member is there is documented, its form is inferred).
pub(super) fn options_of(record: &Value, name: &str) -> Vec<PropertyOption> {
    ["connectionProperties", "securityProperties"]
        .into_iter()
        .filter_map(|list| record.get(list)?.as_array())
        .flatten()
        .find(|property| property.get("propertyName").and_then(Value::as_str) == Some(name))
        .and_then(|property| property.get("acceptableKeys")?.as_array())
        .into_iter()
        .flatten()
        .filter_map(option)
        .collect()
}

fn option(key: &Value) -> Option<PropertyOption> {
    let value = key.as_str().or_else(|| key.get("name")?.as_str())?;
    let label = key
        .get("displayName")
        .and_then(Value::as_str)
        .filter(|label| !label.is_empty())
        .unwrap_or(value);
    Some(PropertyOption {
        value: value.to_owned(),
        label: label.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::values::connection;
    use crate::view::PropertyKind;

    #[test]
    fn the_type_on_the_wire_tells_what_a_value_is() {
        let view = connection(&json!({
            "id": "ERP", "name": "ERP",
            "connectionProperties": [
                {"propertyName": "connectionType", "propertyType": "CHOICE", "acceptableKeys": [
                    {"name": "REST_API_BASE_URL", "displayName": "REST API base URL"}, "SWAGGER_URL"
                ]},
                {"propertyName": "tlsVersion", "propertyType": "CHOICE"},
                {"propertyName": "targetWSDLURL", "propertyType": "WSDL_URL"},
                {"propertyName": "catalog", "propertyType": "URL_OR_FILE", "hasAttachment": true},
                {"propertyName": "description"}
            ],
            "securityProperties": [{"propertyName": "pass", "propertyType": "PASSWORD"}]
        }))
        .unwrap();
        let kinds: Vec<_> = view
            .properties
            .iter()
            .map(|property| (property.name.as_str(), property.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("connectionType", PropertyKind::Choice),
                ("tlsVersion", PropertyKind::Text),
                ("targetWSDLURL", PropertyKind::Url),
                ("catalog", PropertyKind::File),
                ("description", PropertyKind::Text),
                ("pass", PropertyKind::Secret),
            ]
        );
        let options: Vec<_> = view.properties[0]
            .options
            .iter()
            .map(|option| (option.value.as_str(), option.label.as_str()))
            .collect();
        assert_eq!(
            options,
            [
                ("REST_API_BASE_URL", "REST API base URL"),
                ("SWAGGER_URL", "SWAGGER_URL")
            ]
        );
    }
}
