//! Lists of monitoring, which do not keep to the rules of the others: at most 50 items a page whatever
//! `limit` says, no `offset` above 500, `totalResults` that counts the page, a `hasMore` that is not to
//! be trusted (all stated by working clients). What does not fit is read in halves of the time.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::Value;

use super::query::{Conditions, Period};
use crate::calls::Path;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Call;
use crate::pace::CallClass;
use crate::wire::{Read, WireObject};

/// Items of a page.
const PAGE: usize = 50;
/// The greatest `offset` that is answered.
const GREATEST_OFFSET: usize = 500;
/// The most items that one stretch of time can show.
const MOST_OF_ONE_STRETCH: usize = GREATEST_OFFSET + PAGE;

/// So many stretches are read at most: a service that does not heed the time would be asked for ever.
const MOST_STRETCHES: usize = 256;

/// What a list of monitoring brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The items, without those that came twice.
    pub items: Vec<Read<T>>,
    /// Whether these are all. Where not, ask for a shorter stretch of time, or narrow the filter.
    pub complete: bool,
}

/// A list to be read.
pub(super) struct Listing {
    pub(super) operation: String,
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) conditions: Conditions,
    pub(super) period: Option<Period>,
    /// No more than so many are wanted.
    pub(super) most: Option<usize>,
    /// `limit` and `offset` are known to be taken; else they are sent only where more is left.
    pub(super) paged: bool,
}

impl Listing {
    /// All there is, whenever it was.
    pub(super) fn plain(path: Path) -> Self {
        Self {
            operation: path.operation,
            path: path.text,
            query: Vec::new(),
            conditions: Conditions::default(),
            period: None,
            most: None,
            paged: false,
        }
    }

    /// The same, asked for page by page from the beginning.
    pub(super) fn paged(self) -> Self {
        Self {
            paged: true,
            ..self
        }
    }

    /// What fell into a stretch of time.
    pub(super) fn within(path: Path, period: Option<Period>) -> Self {
        Self {
            period,
            ..Self::plain(path)
        }
    }
}

/// How the reading of one stretch ended.
enum Ended {
    /// All of it is read.
    Whole,
    /// There is more than one stretch can show.
    Overflowing,
    /// Less came than was announced.
    Short,
    /// As many as were wanted are there.
    Enough,
}

/// The items collected so far.
struct Collected<T> {
    items: Vec<Read<T>>,
    seen: HashSet<String>,
}

impl Client {
    pub(super) async fn collect<T: WireObject>(&self, list: Listing) -> Result<Found<T>, Error> {
        if let Some(period) = list.period {
            period.check(&list.operation)?;
        }
        let mut collected = Collected {
            items: Vec::new(),
            seen: HashSet::new(),
        };
        let mut stretches = vec![list.period];
        let mut complete = true;
        let mut read = 0;
        while let Some(stretch) = stretches.pop() {
            if read == MOST_STRETCHES {
                complete = false;
                break;
            }
            read += 1;
            let before = collected.items.len();
            match self.read_stretch(&list, stretch, &mut collected).await? {
                Ended::Whole => {}
                Ended::Short => complete = false,
                Ended::Enough => {
                    complete = false;
                    break;
                }
                Ended::Overflowing => {
                    if let Some([later, earlier]) = stretch.and_then(Period::halves) {
                        // The later one is read next: the newest come first.
                        stretches.extend([Some(earlier), Some(later)]);
                        continue;
                    }
                    complete = false;
                    // The same again: the time is not heeded, and never will be.
                    if collected.items.len() == before {
                        break;
                    }
                }
            }
        }
        if let Some(most) = list.most {
            complete &= collected.items.len() <= most;
            collected.items.truncate(most);
        }
        Ok(Found {
            items: collected.items,
            complete,
        })
    }

    async fn read_stretch<T: WireObject>(
        &self,
        list: &Listing,
        stretch: Option<Period>,
        collected: &mut Collected<T>,
    ) -> Result<Ended, Error> {
        let mut conditions = list.conditions.clone();
        if let Some(stretch) = stretch {
            stretch.conditions(&mut conditions);
        }
        let can_be_halved = stretch.and_then(Period::halves).is_some();
        let mut arrived = 0;
        loop {
            let mut call = Call::new(
                list.operation.clone(),
                Method::GET,
                list.path.clone(),
                CallClass::Object,
            );
            if list.paged || arrived > 0 {
                call = call
                    .query("limit", PAGE.to_string())
                    .query("offset", arrived.to_string());
            }
            call = call.query_if("q", conditions.finish());
            call.query.extend(list.query.iter().cloned());
            let answer = self.json(call).await?;
            // Where pages are not asked for, their size is the service's own.
            let says_more = !list.paged && answer.get("hasMore") == Some(&Value::Bool(true));
            let (items, total) = page(answer, &list.operation)?;
            let came = items.len();
            arrived += came;
            for item in items {
                let item: Read<T> = crate::calls::decode(item, &list.operation)?;
                collected.take(item);
            }
            match total {
                Some(total) if arrived >= total => return Ok(Ended::Whole),
                Some(_) if came == 0 => return Ok(Ended::Short),
                None if came == 0 || (came < PAGE && !says_more) => return Ok(Ended::Whole),
                _ => {}
            }
            if list.most.is_some_and(|most| collected.items.len() >= most) {
                return Ok(Ended::Enough);
            }
            // Known from the first page: rather halve at once than read what has to be read again.
            let overflows = total.is_some_and(|total| total > MOST_OF_ONE_STRETCH);
            let wants_all = list.most.is_none_or(|most| most > MOST_OF_ONE_STRETCH);
            if arrived > GREATEST_OFFSET || (overflows && can_be_halved && wants_all) {
                return Ok(Ended::Overflowing);
            }
        }
    }
}

impl<T: WireObject> Collected<T> {
    fn take(&mut self, item: Read<T>) {
        let key = match item.value.identity() {
            "" => item.raw.to_string(),
            id => id.to_owned(),
        };
        if self.seen.insert(key) {
            self.items.push(item);
        }
    }
}

/// The items of a page, and how many there are on all pages where it says so. `totalResults` says so
/// only where it is more than the page holds.
pub(crate) fn page(page: Value, operation: &str) -> Result<(Vec<Value>, Option<usize>), Error> {
    let malformed = || Error::new(ErrorKind::Malformed, operation, "the answer is not a list");
    let mut members = match page {
        Value::Array(items) => return Ok((items, None)),
        Value::Object(members) => members,
        _ => return Err(malformed()),
    };
    let count = |name: &str| {
        let value = members.get(name)?;
        let number = value
            .as_u64()
            .or_else(|| value.as_str()?.trim().parse().ok())?;
        usize::try_from(number).ok()
    };
    let (all, of_page) = (count("totalRecordsCount"), count("totalResults"));
    let is_counted = all.is_some() || of_page.is_some() || members.contains_key("hasMore");
    let items = match members.remove("items") {
        Some(Value::Array(items)) => items,
        Some(Value::Null) => Vec::new(),
        // An empty list may come without its items, an error or another object may not.
        None if is_counted => Vec::new(),
        _ => return Err(malformed()),
    };
    let total = all.or(of_page.filter(|count| *count > items.len()));
    Ok((items, total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counters_are_read_for_what_they_count() {
        let of = |value: Value| page(value, "Listing").map(|(items, total)| (items.len(), total));
        for (value, expected) in [
            (
                json!({"items": [1, 2], "totalResults": 2, "hasMore": true}),
                (2, None),
            ),
            (
                json!({"items": [1, 2], "totalResults": 2, "totalRecordsCount": 9}),
                (2, Some(9)),
            ),
            (json!({"items": [1, 2], "totalResults": 7}), (2, Some(7))),
            (
                json!({"items": [1], "totalRecordsCount": "3"}),
                (1, Some(3)),
            ),
            (json!({"totalResults": 0, "hasMore": false}), (0, None)),
            (json!([1]), (1, None)),
        ] {
            assert_eq!(of(value.clone()).unwrap(), expected, "{value}");
        }
        assert!(of(json!({"status": "HTTP 500"})).is_err());
        assert!(of(json!("text")).is_err());
    }
}
