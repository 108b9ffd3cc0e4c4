//! Lists: filter, order, page.
//!
//! The filter is the service's relaxed JSON (`{name : /part/, status : 'CONFIGURED'}`); unknown
//! parameters are ignored without a word, as the service does.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::problem;

/// The largest page, and the one given to those who ask for none (recorded).
const PAGE: usize = 100;

/// The query of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(BTreeMap<String, String>);

impl Query {
    pub fn parse(text: Option<&str>) -> Self {
        Self(
            url::form_urlencoded::parse(text.unwrap_or_default().as_bytes())
                .into_owned()
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The same query with another value for a name.
    pub fn with(&self, name: &str, value: String) -> Self {
        let mut values = self.0.clone();
        values.insert(name.to_owned(), value);
        Self(values)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.get(name)?.parse().ok()
    }
}

/// One row of a list before its page is cut: what it can be filtered and ordered by.
pub(crate) struct Listing<'item, T> {
    pub item: &'item T,
    pub id: String,
    pub name: &'item str,
    pub updated: Timestamp,
    /// Other keys of the filter with their values here (`status`, `type`, …).
    pub keys: Vec<(&'static str, String)>,
}

/// A condition of the filter.
enum Condition {
    Is(String),
    Contains(String),
}

/// The page that the query asks for, in the envelope of lists.
pub(crate) fn page<T>(
    mut rows: Vec<Listing<'_, T>>,
    query: &Query,
    href: &str,
    show: impl Fn(&T) -> Value,
) -> Result<Value, Box<Response<Body>>> {
    if let Some(filter) = query.get("q").filter(|filter| !filter.trim().is_empty()) {
        let conditions = conditions(filter).ok_or_else(|| {
            Box::new(problem(
                StatusCode::BAD_REQUEST,
                "The filter q is not valid.",
            ))
        })?;
        rows.retain(|row| {
            conditions.iter().all(|(key, condition)| {
                let value = match key.as_str() {
                    "name" => Some(row.name),
                    other => row
                        .keys
                        .iter()
                        .find(|(known, _)| *known == other)
                        .map(|(_, value)| value.as_str()),
                };
                // A key the list does not know filters nothing.
                value.is_none_or(|value| match condition {
                    Condition::Is(wanted) => value == wanted,
                    Condition::Contains(part) => {
                        value.to_lowercase().contains(&part.to_lowercase())
                    }
                })
            })
        });
    }
    match query.get("orderBy") {
        Some(order) if order.starts_with("name") => {
            rows.sort_by(|left, right| left.name.cmp(right.name).then(left.id.cmp(&right.id)));
        }
        _ => rows.sort_by(|left, right| {
            right
                .updated
                .cmp(&left.updated)
                .then(left.id.cmp(&right.id))
        }),
    }
    let total = rows.len();
    let limit = query.number("limit").unwrap_or(PAGE).clamp(1, PAGE);
    let offset = query.number("offset").unwrap_or(0);
    let items: Vec<Value> = rows
        .iter()
        .skip(offset)
        .take(limit)
        .map(|row| show(row.item))
        .collect();
    Ok(json!({
        "hasMore": offset.saturating_add(items.len()) < total && !items.is_empty(),
        "items": items,
        "limit": limit,
        "links": super::links(href),
        "offset": offset,
        "totalResults": total,
    }))
}

/// Reads `{key : /part/, other : 'exact'}`.
fn conditions(filter: &str) -> Option<Vec<(String, Condition)>> {
    let mut rest = filter.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once(':')?;
        let key = key.trim().trim_matches(['\'', '"']).to_owned();
        let after = after.trim_start();
        let mark = after.chars().next()?;
        let (condition, tail) = if matches!(mark, '/' | '\'' | '"') {
            let (text, tail) = after.get(1..)?.split_once(mark)?;
            let condition = if mark == '/' {
                Condition::Contains(text.to_owned())
            } else {
                Condition::Is(text.to_owned())
            };
            (condition, tail)
        } else {
            let end = after.find(',').unwrap_or(after.len());
            let (text, tail) = after.split_at(end);
            (Condition::Is(text.trim().to_owned()), tail)
        };
        found.push((key, condition));
        rest = tail.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(filter: &str) -> Option<Vec<(String, String)>> {
        conditions(filter).map(|found| {
            found
                .into_iter()
                .map(|(key, condition)| {
                    let text = match condition {
                        Condition::Is(text) => format!("={text}"),
                        Condition::Contains(text) => format!("~{text}"),
                    };
                    (key, text)
                })
                .collect()
        })
    }

    #[test]
    fn the_documented_filters_are_understood() {
        let pairs = |pairs: &[(&str, &str)]| {
            Some(
                pairs
                    .iter()
                    .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(read("{name:'MyLookup'}"), pairs(&[("name", "=MyLookup")]));
        assert_eq!(read("{name: /MyLookup/}"), pairs(&[("name", "~MyLookup")]));
        assert_eq!(
            read("{name : /SC2RN/, status : 'CONFIGURED'}"),
            pairs(&[("name", "~SC2RN"), ("status", "=CONFIGURED")])
        );
        assert_eq!(read("{}"), pairs(&[]));
        assert_eq!(read("name like 'x'"), None);
        assert_eq!(read("{name:"), None);
    }
}
