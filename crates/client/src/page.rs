//! Lists, page by page: advanced by what arrived, not by what was asked for.

use std::collections::HashSet;

use serde_json::Value;

use crate::error::{Error, ErrorKind};

/// Items asked for in one page; the service's own default, and no client is known to ask for more.
pub(crate) const PAGE: usize = 100;

/// What is left to do after a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask for the page that begins at this item.
    From(usize),
    Done,
}

/// Collects the items of the pages of one list.
#[derive(Default)]
pub(crate) struct Pages {
    items: Vec<Value>,
    seen: HashSet<String>,
    arrived: usize,
}

impl Pages {
    /// Takes in one page. Items that came before are dropped: a list that changes while it is read
    /// shifts.
    pub(crate) fn take(&mut self, page: Value, operation: &str) -> Result<Next, Error> {
        let malformed = |cause: &str| Error::new(ErrorKind::Malformed, operation, cause);
        let (items, has_more, total) = match page {
            Value::Array(items) => (items, None, None),
            Value::Object(mut members) => {
                let has_more = match members.get("hasMore") {
                    Some(Value::Bool(flag)) => Some(*flag),
                    Some(Value::String(text)) => Some(text.eq_ignore_ascii_case("true")),
                    _ => None,
                };
                let total = members.get("totalResults").and_then(Value::as_u64);
                let items = match members.remove("items") {
                    Some(Value::Array(items)) => items,
                    Some(Value::Null) => Vec::new(),
                    // An empty list may come without its items, nothing else may.
                    None if has_more == Some(false) && total.unwrap_or(0) == 0 => Vec::new(),
                    _ => return Err(malformed("the answer is not a list")),
                };
                (items, has_more, total)
            }
            _ => return Err(malformed("the answer is not a list")),
        };
        let total = total.and_then(|total| usize::try_from(total).ok());
        let arrived = items.len();
        self.arrived += arrived;
        let before = self.items.len();
        for item in items {
            if self.seen.insert(key(&item)) {
                self.items.push(item);
            }
        }
        let progressed = self.items.len() > before;
        // Without counters a page that is exactly full may be the first of several.
        let wants_more =
            has_more.unwrap_or_else(|| total.map_or(arrived == PAGE, |total| total > self.arrived));
        if !wants_more {
            return Ok(Next::Done);
        }
        if !progressed {
            // An empty page, or the same one again: asking on would never end. With items known to
            // be missing the list is not complete, and must not be taken for complete.
            if total.is_some_and(|total| total > self.items.len()) {
                return Err(malformed(&format!(
                    "the service announces {} items and gave only {}",
                    total.unwrap_or_default(),
                    self.items.len()
                )));
            }
            return Ok(Next::Done);
        }
        Ok(Next::From(self.arrived))
    }

    pub(crate) fn into_items(self) -> Vec<Value> {
        self.items
    }
}

/// What tells an item from the others: its id, else its code and version, else its name, else all of it.
fn key(item: &Value) -> String {
    let text = |name: &str| item.get(name).and_then(Value::as_str);
    if let Some(id) = text("id") {
        return format!("id {id}");
    }
    if let Some(code) = text("code") {
        return format!("code {code}|{}", text("version").unwrap_or_default());
    }
    match text("name") {
        Some(name) => format!("name {name}"),
        None => item.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn take_all(pages: Vec<Value>) -> (Vec<Next>, usize) {
        let mut all = Pages::default();
        let next = pages
            .into_iter()
            .map(|page| all.take(page, "Listing").unwrap())
            .collect::<Vec<_>>();
        (next, all.into_items().len())
    }

    #[test]
    fn advances_by_what_arrived_whatever_was_asked() {
        let (next, count) = take_all(vec![
            json!({"items": [{"id": "a"}, {"id": "b"}], "hasMore": true, "limit": 100}),
            json!({"items": [{"id": "c"}], "hasMore": false}),
        ]);
        assert_eq!(next, [Next::From(2), Next::Done]);
        assert_eq!(count, 3);
    }

    #[test]
    fn a_list_without_counters_is_one_page() {
        assert_eq!(
            take_all(vec![json!({"items": [{"code": "X"}]})]),
            (vec![Next::Done], 1)
        );
        assert_eq!(
            take_all(vec![json!([{"code": "X"}])]),
            (vec![Next::Done], 1)
        );
    }

    #[test]
    fn a_full_page_without_counters_is_not_taken_for_the_whole_list() {
        let page = |from: usize, count: usize| {
            let items: Vec<_> = (from..from + count)
                .map(|id| json!({"code": id.to_string()}))
                .collect();
            json!({ "items": items })
        };
        let (next, count) = take_all(vec![page(0, PAGE), page(PAGE, 3)]);
        assert_eq!(
            (next, count),
            (vec![Next::From(PAGE), Next::Done], PAGE + 3)
        );
        let (next, count) = take_all(vec![page(0, PAGE), page(0, PAGE)]);
        assert_eq!((next, count), (vec![Next::From(PAGE), Next::Done], PAGE));
    }

    #[test]
    fn a_missing_has_more_is_told_by_the_total() {
        let (next, _) = take_all(vec![json!({"items": [{"id": "a"}], "totalResults": 2})]);
        assert_eq!(next, [Next::From(1)]);
    }

    #[test]
    fn an_endless_list_ends() {
        let same = json!({"items": [{"id": "a"}], "hasMore": true});
        assert_eq!(
            take_all(vec![same.clone(), same]),
            (vec![Next::From(1), Next::Done], 1)
        );
        let empty = json!({"items": [], "hasMore": true});
        assert_eq!(take_all(vec![empty]), (vec![Next::Done], 0));
    }

    #[test]
    fn a_list_known_to_be_incomplete_is_an_error() {
        let mut pages = Pages::default();
        let same = json!({"items": [{"id": "a"}], "hasMore": true, "totalResults": 9});
        assert_eq!(pages.take(same.clone(), "Listing").unwrap(), Next::From(1));
        assert_eq!(
            *pages.take(same, "Listing").unwrap_err().kind(),
            ErrorKind::Malformed
        );
    }

    #[test]
    fn versions_of_one_code_are_different_items() {
        let page = json!({"items": [
            {"code": "A", "version": "01.00.0000"}, {"code": "A", "version": "01.00.0001"}
        ]});
        assert_eq!(take_all(vec![page]).1, 2);
    }

    #[test]
    fn an_object_that_is_no_list_is_refused() {
        let mut pages = Pages::default();
        assert!(
            pages
                .take(json!({"status": "HTTP 200"}), "Listing")
                .is_err()
        );
        assert!(pages.take(json!("text"), "Listing").is_err());
    }
}
