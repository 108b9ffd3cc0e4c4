//! Looking through the record of an artifact, member by member.

use serde_json::{Map, Value};
use waybill_archive::{Needle, excerpt, mask_row, mask_value};
use waybill_engine::names_a_secret;

use crate::view::SearchMatch;

/// Members that hold addresses of the interface itself.
const LINKS: [&str; 2] = ["links", "href"];
/// What an archive beside the record tells in the words of the designer.
const IN_ARCHIVE: [&str; 9] = [
    "name",
    "code",
    "id",
    "version",
    "description",
    "keywords",
    "endPoints",
    "dependencies",
    "columns",
];

/// Where the text stands in a record. With an archive beside it: only what the archive does not
/// tell. Members that are secret by their name are left out.
pub(super) fn look(record: &Value, needle: &Needle, has_archive: bool) -> Vec<SearchMatch> {
    let mut look = Look {
        needle,
        matches: Vec::new(),
    };
    if let Value::Object(members) = record {
        let own = members
            .iter()
            .filter(|(name, _)| !(has_archive && IN_ARCHIVE.contains(&name.as_str())));
        look.object(members, own, "", has_archive);
    }
    look.matches
}

/// Where the text stands in a plain value of an artifact.
pub(super) fn look_at(spot: &str, value: &str, needle: &Needle) -> Option<SearchMatch> {
    Some(SearchMatch {
        path: String::new(),
        spot: spot.to_owned(),
        excerpt: excerpt(&mask_value(spot, value), needle)?,
    })
}

struct Look<'a> {
    needle: &'a Needle,
    matches: Vec<SearchMatch>,
}

impl Look<'_> {
    fn value(&mut self, value: &Value, spot: &str, name: &str) {
        match value {
            Value::Object(members) => self.object(members, members.iter(), spot, false),
            Value::Array(items) => {
                for item in items {
                    self.value(item, spot, name);
                }
            }
            Value::String(text) => self.plain(text, spot, name),
            Value::Number(number) => self.plain(&number.to_string(), spot, name),
            Value::Bool(_) | Value::Null => {}
        }
    }

    fn object<'v>(
        &mut self,
        all: &Map<String, Value>,
        members: impl Iterator<Item = (&'v String, &'v Value)>,
        spot: &str,
        has_archive: bool,
    ) {
        let named = property_name(all);
        for (name, value) in members {
            if LINKS.contains(&name.as_str()) || names_a_secret(name) {
                continue;
            }
            if name == "rows" && all.contains_key("columns") {
                if !has_archive {
                    self.rows(all, value);
                }
                continue;
            }
            let (own, spot) = match named {
                // The value of a property goes by the name of the property.
                Some(property) if name == "propertyValue" || name == "value" => {
                    if names_a_secret(property) || is_password(all) {
                        continue;
                    }
                    (property, join(spot, property))
                }
                _ => (name.as_str(), join(spot, name)),
            };
            self.value(value, &spot, own);
        }
    }

    fn plain(&mut self, text: &str, spot: &str, name: &str) {
        if let Some(excerpt) = excerpt(&mask_value(name, text), self.needle) {
            self.matches.push(SearchMatch {
                path: String::new(),
                spot: spot.to_owned(),
                excerpt,
            });
        }
    }

    /// The rows of a lookup, which hold secrets by their columns and by names in the row.
    fn rows(&mut self, lookup: &Map<String, Value>, rows: &Value) {
        let columns = strings(lookup.get("columns").unwrap_or(&Value::Null));
        for (number, row) in rows.as_array().into_iter().flatten().enumerate() {
            let row = strings(row.get("rowData").unwrap_or(row));
            for (index, cell) in mask_row(&columns, &row).iter().enumerate() {
                if let Some(excerpt) = excerpt(cell, self.needle) {
                    let column = columns.get(index).map_or("", String::as_str);
                    self.matches.push(SearchMatch {
                        path: String::new(),
                        spot: format!("row {}, {column}", number + 1),
                        excerpt,
                    });
                }
            }
        }
    }
}

fn property_name(members: &Map<String, Value>) -> Option<&str> {
    let name = |member: &str| members.get(member).and_then(Value::as_str);
    if members.contains_key("propertyValue") {
        name("propertyName")
    } else if members.contains_key("value") {
        name("name")
    } else {
        None
    }
}

fn is_password(members: &Map<String, Value>) -> bool {
    members
        .get("propertyType")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.to_ascii_uppercase().contains("PASSWORD"))
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().into_iter().flatten();
    items
        .map(|item| match item {
            Value::String(text) => text.clone(),
            Value::Object(members) => {
                let name = members.get("name").and_then(Value::as_str);
                name.unwrap_or_default().to_owned()
            }
            Value::Null => String::new(),
            other => other.to_string(),
        })
        .collect()
}

fn join(spot: &str, name: &str) -> String {
    if spot.is_empty() {
        name.to_owned()
    } else {
        format!("{spot}, {name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn spots(record: &Value, text: &str, has_archive: bool) -> Vec<String> {
        look(record, &Needle::new(text, false).unwrap(), has_archive)
            .into_iter()
            .map(|one| one.spot)
            .collect()
    }

    #[test]
    fn a_property_is_found_by_its_value_and_a_secret_is_not() {
        let record = json!({
            "name": "ERP",
            "links": [{"href": "https://erp.example.com/self"}],
            "connectionProperties": [
                {"propertyName": "url", "propertyType": "URL", "propertyValue": "https://erp.example.com"},
            ],
            "securityProperties": [
                {"propertyName": "clientSecret", "propertyValue": "Tiger-Lily-41"},
                {"propertyName": "phrase", "propertyType": "PASSWORD", "propertyValue": "Tiger-Lily-42"},
            ],
            "apiKey": "Tiger-Lily-43",
        });
        assert_eq!(
            spots(&record, "erp.example", false),
            ["connectionProperties, url"]
        );
        assert!(spots(&record, "tiger", false).is_empty());
        assert_eq!(spots(&record, "ERP", true).len(), 1);
    }

    #[test]
    fn rows_hide_what_stands_under_a_password() {
        let record = json!({
            "columns": ["KEY", "VALUE"],
            "rows": [{"rowData": ["host", "a.example.com"]}, {"rowData": ["password", "Tiger-Lily-41"]}],
        });
        assert_eq!(spots(&record, "example", false), ["row 1, VALUE"]);
        assert!(spots(&record, "tiger", false).is_empty());
        assert!(spots(&record, "example", true).is_empty());
    }
}
