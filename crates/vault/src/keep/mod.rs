//! Keep rules: which snapshots of an instance stay, and why, worked out without touching anything.
//!
//! The rules are restic's (`restic forget`, version 0.14): going from the newest to the oldest, the
//! last N stay, then the newest of each of the last N hours, days, ISO weeks, months and years that
//! have one, what lies within a span before the newest, and what has a tag. A snapshot stays if one
//! rule keeps it; without any rule all stay. Snapshots are judged per instance, apart from each
//! other. What restic does not know is added around its count:
//! - Rules count complete snapshots alone, so that an incomplete one never takes the place of a
//!   good one. An incomplete one stays while no complete one is newer.
//! - The newest complete one stays even if no rule keeps any.
//! - What a run still needs for rolling back, what carries the tag [`ALWAYS`], and what another
//!   program wrote always stays.

mod room;
mod span;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

pub use span::{KeepSpan, NotASpan};

use crate::snapshots::{SnapshotRecord, TAG};

/// A snapshot with this tag stays whatever the rules say.
pub const ALWAYS: &str = "keep";

/// Which snapshots to keep. `None` and 0 mean that the rule is not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeepRules {
    /// The last N snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
    /// The newest of each of the last N hours that have a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hourly: Option<u32>,
    /// The newest of each of the last N days that have a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily: Option<u32>,
    /// The newest of each of the last N weeks (Monday to Sunday) that have a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekly: Option<u32>,
    /// The newest of each of the last N months that have a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub monthly: Option<u32>,
    /// The newest of each of the last N years that have a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yearly: Option<u32>,
    /// All that are not older than this, counted from the newest snapshot and not from today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<KeepSpan>,
    /// All with one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What the rules say of one snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The snapshot's id.
    pub id: String,
    /// Whether it stays.
    pub keep: bool,
    /// Why, each in a few words; never empty.
    pub reasons: Vec<String>,
}

impl KeepRules {
    /// Whether no rule is set, so that all snapshots stay.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts().iter().all(|(count, ..)| *count == 0)
            && self.within.is_none_or(KeepSpan::is_zero)
            && self.tags.is_empty()
    }

    /// What would stay of `snapshots`, in the order given. Hours, days and the rest are those of
    /// `zone`. `protected` holds the full ids of snapshots that a run still needs. A snapshot with
    /// a time after `now` is judged like others, but the span of [`Self::within`] is not counted
    /// from it.
    #[must_use]
    pub fn preview(
        &self,
        snapshots: &[SnapshotRecord],
        protected: &BTreeSet<String>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Vec<Kept> {
        let mut instances: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, snapshot) in snapshots.iter().enumerate() {
            instances.entry(&snapshot.label).or_default().push(place);
        }
        let mut reasons = vec![Vec::new(); snapshots.len()];
        for mut places in instances.into_values() {
            places.sort_by(|a, b| {
                let (a, b) = (&snapshots[*a], &snapshots[*b]);
                b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id))
            });
            self.judge(snapshots, &places, now, zone, &mut reasons);
        }
        snapshots
            .iter()
            .zip(reasons)
            .map(|(snapshot, mut reasons)| {
                if protected.contains(&snapshot.id) {
                    reasons.push("a run needs it for rolling back".to_owned());
                }
                if has_tag(snapshot, ALWAYS) {
                    reasons.push(format!("tagged {ALWAYS}"));
                }
                let keep = !reasons.is_empty();
                if !keep {
                    reasons.push(if is_complete(snapshot) {
                        "no rule keeps it".to_owned()
                    } else {
                        "it is not complete, and a newer one is".to_owned()
                    });
                }
                Kept {
                    id: snapshot.id.clone(),
                    keep,
                    reasons,
                }
            })
            .collect()
    }

    /// Judges the snapshots of one instance, newest first.
    fn judge(
        &self,
        snapshots: &[SnapshotRecord],
        places: &[usize],
        now: Timestamp,
        zone: &TimeZone,
        reasons: &mut [Vec<String>],
    ) {
        let complete: Vec<usize> = places
            .iter()
            .copied()
            .filter(|place| has_tag(&snapshots[*place], TAG) && is_complete(&snapshots[*place]))
            .collect();
        let newest_complete = complete.first().map(|place| snapshots[*place].time);
        for place in places {
            let snapshot = &snapshots[*place];
            if !has_tag(snapshot, TAG) {
                reasons[*place].push("another program made it".to_owned());
            } else if self.is_empty() {
                reasons[*place].push("no rule is set".to_owned());
            } else if !is_complete(snapshot) {
                if newest_complete.is_none_or(|newest| snapshot.time > newest) {
                    reasons[*place].push("no complete one is newer".to_owned());
                }
                reasons[*place].extend(self.by_tag(snapshot));
            }
        }
        if !self.is_empty() {
            self.count(snapshots, &complete, now, zone, reasons);
            if let Some(newest) = complete.first()
                && complete.iter().all(|place| reasons[*place].is_empty())
            {
                reasons[*newest].push("the newest complete one".to_owned());
            }
        }
    }

    /// restic's count over complete snapshots, newest first.
    fn count(
        &self,
        snapshots: &[SnapshotRecord],
        complete: &[usize],
        now: Timestamp,
        zone: &TimeZone,
        reasons: &mut [Vec<String>],
    ) {
        let within = self
            .within
            .filter(|span| !span.is_zero())
            .zip(
                complete
                    .iter()
                    .map(|place| snapshots[*place].time)
                    .find(|time| *time < now),
            )
            .map(|(span, latest)| (span, span.before(latest, zone).unwrap_or(Timestamp::MIN)));
        let mut counts = self.counts();
        let mut last_seen = [None; 6];
        for (turn, place) in complete.iter().enumerate() {
            let snapshot = &snapshots[*place];
            let said = &mut reasons[*place];
            said.extend(self.by_tag(snapshot));
            if let Some((span, _)) = within.filter(|(_, since)| snapshot.time > *since) {
                said.push(format!("within {span} of the newest"));
            }
            let local = snapshot.time.to_zoned(zone.clone());
            for ((left, name, period), last) in counts.iter_mut().zip(&mut last_seen) {
                if *left == 0 {
                    continue;
                }
                let period = Some(period(&local, turn));
                if *last != period {
                    *last = period;
                    *left -= 1;
                    said.push((*name).to_owned());
                }
            }
        }
    }

    fn by_tag(&self, snapshot: &SnapshotRecord) -> impl Iterator<Item = String> {
        self.tags
            .iter()
            .filter(|tag| has_tag(snapshot, tag))
            .map(|tag| format!("tagged {tag}"))
    }

    fn counts(&self) -> [(u32, &'static str, Period); 6] {
        [
            (self.last.unwrap_or(0), "one of the last", in_turn),
            (self.hourly.unwrap_or(0), "hourly", hour),
            (self.daily.unwrap_or(0), "daily", day),
            (self.weekly.unwrap_or(0), "weekly", week),
            (self.monthly.unwrap_or(0), "monthly", month),
            (self.yearly.unwrap_or(0), "yearly", year),
        ]
    }
}

/// A number that two snapshots share when they lie in the same period.
type Period = fn(&Zoned, usize) -> i64;

fn in_turn(_: &Zoned, turn: usize) -> i64 {
    i64::try_from(turn).unwrap_or(i64::MAX)
}

fn hour(time: &Zoned, turn: usize) -> i64 {
    day(time, turn) * 100 + i64::from(time.hour())
}

fn day(time: &Zoned, turn: usize) -> i64 {
    month(time, turn) * 100 + i64::from(time.day())
}

fn week(time: &Zoned, _: usize) -> i64 {
    let date = time.date().iso_week_date();
    i64::from(date.year()) * 100 + i64::from(date.week())
}

fn month(time: &Zoned, turn: usize) -> i64 {
    year(time, turn) * 100 + i64::from(time.month())
}

fn year(time: &Zoned, _: usize) -> i64 {
    i64::from(time.year())
}

fn has_tag(snapshot: &SnapshotRecord, tag: &str) -> bool {
    snapshot.tags.iter().any(|own| own == tag)
}

/// Whether its tags do not say that something is missing or was not read back.
fn is_complete(snapshot: &SnapshotRecord) -> bool {
    !has_tag(snapshot, "status:partial") && !has_tag(snapshot, "status:unverified")
}

#[cfg(test)]
mod tests;
