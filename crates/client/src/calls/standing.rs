//! What stands under a path before a write, and after one whose answer was lost: the comparison tells
//! whether the write was made. Times are compared with each other only, never with a clock.

use serde_json::Value;

use super::{Changed, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::Call;

/// What stands under a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing (404).
    Absent,
    /// Something, with the times it bears.
    Present(Stamps),
}

/// When something was created and changed, as the service writes it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    created: Option<String>,
    changed: Option<String>,
}

impl Stamps {
    fn of(raw: &Value) -> Self {
        // Libraries and schedules spell them their own way (documented).
        let first = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| raw.get(*name)?.as_str())
                .map(str::to_owned)
        };
        // Projects keep theirs in their state (recorded).
        let of_state = |pointer: &str| raw.pointer(pointer)?.as_str().map(str::to_owned);
        Self {
            created: first(&["created", "createdDate"]).or_else(|| of_state("/state/created/date")),
            changed: first(&["lastUpdated", "lastUpdatedDate", "updated", "updatedDate"])
                .or_else(|| of_state("/state/updated/date")),
        }
    }
}

impl Standing {
    /// Whether what stood here before was written since.
    fn written(&self, now: &Self) -> Seen {
        match (self, now) {
            (_, Self::Absent) => Seen::NotDone,
            (Self::Absent, Self::Present(_)) => Seen::Done,
            (Self::Present(_), Self::Present(stamps)) if *stamps == Stamps::default() => {
                Seen::Unknown
            }
            (before, now) => Seen::done_if(before != now),
        }
    }
}

impl Client {
    /// What stands under the path now.
    pub(super) async fn standing(&self, path: &Path) -> Result<Standing, Error> {
        match self.json(path.clone().get()).await {
            Ok(raw) => Ok(Standing::Present(Stamps::of(&raw))),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(Standing::Absent),
            Err(error) => Err(error),
        }
    }

    /// Creates or replaces what `target` names: a read before, so that afterwards a lost answer can be
    /// told from a lost request.
    pub(super) async fn write(&self, call: Call, target: &Path) -> Result<Changed, Error> {
        let before = self.standing(target).await?;
        let before = &before;
        self.change(call, || async move {
            Ok(before.written(&self.standing(target).await?))
        })
        .await
    }

    /// The same for a replacement: where times do not tell whether it was made, the same bytes are sent again.
    pub(super) async fn rewrite(&self, call: Call, target: &Path) -> Result<Changed, Error> {
        let before = self.standing(target).await?;
        let before = &before;
        self.change(call, || async move {
            Ok(match before.written(&self.standing(target).await?) {
                Seen::Unknown => Seen::NotDone,
                told => told,
            })
        })
        .await
    }

    /// Removes what the path names.
    pub(super) async fn remove(&self, path: Path) -> Result<Changed, Error> {
        let target = &path.clone();
        self.change(path.delete(), || async move {
            Ok(Seen::done_if(
                self.standing(target).await? == Standing::Absent,
            ))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_write_is_told_by_what_stands_there() {
        let present = |raw: Value| Standing::Present(Stamps::of(&raw));
        let old = || present(json!({"created": "a", "lastUpdated": "b"}));
        for (before, now, seen) in [
            (Standing::Absent, Standing::Absent, Seen::NotDone),
            (Standing::Absent, old(), Seen::Done),
            (Standing::Absent, present(json!({})), Seen::Done),
            (old(), old(), Seen::NotDone),
            (
                old(),
                present(json!({"created": "a", "lastUpdated": "c"})),
                Seen::Done,
            ),
            (present(json!({})), present(json!({})), Seen::Unknown),
            (old(), Standing::Absent, Seen::NotDone),
            (
                present(json!({"state": {"updated": {"date": "b"}}})),
                present(json!({"state": {"updated": {"date": "c"}}})),
                Seen::Done,
            ),
            (
                present(json!({"createdDate": "a", "lastUpdatedDate": "b"})),
                present(json!({"createdDate": "a", "lastUpdatedDate": "c"})),
                Seen::Done,
            ),
        ] {
            assert_eq!(before.written(&now), seen, "{before:?} {now:?}");
        }
    }
}
