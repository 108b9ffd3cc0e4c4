//! Lists of SCIM, page by page (RFC 7644 §3.4.2.4): `startIndex` counts from 1.

use std::collections::HashSet;

use serde_json::Value;

use super::{IdentityDomain, ScimFilter};
use crate::calls::{Path, decode};
use crate::error::{Error, ErrorKind};
use crate::wire::{Read, WireObject};

/// Resources of a page; the domain may give fewer.
pub(super) const PAGE: usize = 100;

impl IdentityDomain {
    pub(super) async fn resources<T: WireObject>(
        &self,
        path: Path,
        filter: Option<&ScimFilter>,
    ) -> Result<Vec<Read<T>>, Error> {
        let operation = path.operation.clone();
        let mut collected = Resources::default();
        loop {
            let call = path
                .clone()
                .get()
                .query("startIndex", collected.next.to_string())
                .query("count", PAGE.to_string())
                .query_if("filter", filter.map(|filter| filter.text().to_owned()));
            let page = self.client.json(call).await?;
            if collected.take(page, &operation)? {
                break;
            }
        }
        collected.decoded(&operation)
    }
}

/// What came so far.
pub(crate) struct Resources {
    items: Vec<Value>,
    seen: HashSet<String>,
    /// Where the next page begins.
    pub(super) next: usize,
}

impl Default for Resources {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            seen: HashSet::new(),
            next: 1,
        }
    }
}

impl Resources {
    /// Takes in a page; true where it was the last.
    pub(crate) fn take(&mut self, page: Value, operation: &str) -> Result<bool, Error> {
        let malformed = || {
            Error::new(
                ErrorKind::Malformed,
                operation,
                "the answer is not a list of the identity domain",
            )
        };
        let Value::Object(mut members) = page else {
            return Err(malformed());
        };
        let total = members.get("totalResults").and_then(Value::as_u64);
        let items = match members.remove("Resources") {
            Some(Value::Array(items)) => items,
            // Without any, the list itself may be left out (RFC 7644 §3.4.2).
            None | Some(Value::Null) if total == Some(0) || self.next > 1 => Vec::new(),
            _ => return Err(malformed()),
        };
        let came = items.len();
        self.next += came;
        for item in items {
            let key = match item.get("id").and_then(Value::as_str) {
                Some(id) => id.to_owned(),
                None => item.to_string(),
            };
            if self.seen.insert(key) {
                self.items.push(item);
            }
        }
        let announced = total.map(|total| usize::try_from(total).unwrap_or(usize::MAX));
        Ok(came == 0 || announced.is_none_or(|total| self.next > total))
    }

    pub(super) fn decoded<T: WireObject>(self, operation: &str) -> Result<Vec<Read<T>>, Error> {
        self.items
            .into_iter()
            .map(|item| decode(item, operation))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pages_are_asked_for_until_the_total_is_there() {
        let mut all = Resources::default();
        let page = |ids: &[&str], total: u64| {
            let items: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
            json!({"Resources": items, "totalResults": total, "startIndex": 1})
        };
        assert!(!all.take(page(&["a", "b"], 3), "Listing").unwrap());
        assert_eq!(all.next, 3);
        assert!(all.take(page(&["b"], 3), "Listing").unwrap());
        assert_eq!(all.items.len(), 2);
    }

    #[test]
    fn an_empty_list_may_come_without_its_resources() {
        let take = |page: Value| Resources::default().take(page, "Listing");
        assert!(take(json!({"totalResults": 0})).unwrap());
        assert!(take(json!({"detail": "no", "status": "400"})).is_err());
        assert!(take(json!([])).is_err());
    }
}
