//! The filter of monitoring lists: relaxed JSON with a window of time in it.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::run::Run;
use crate::api::{Refusal, refuse};
use crate::wire::Query;

/// The longest span between `startdate` and `enddate` (documented).
const LONGEST: SignedDuration = SignedDuration::from_hours(32 * 24);

/// A value of the filter: `'exact'` or `/part/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Is(String),
    Contains(String),
}

impl Wish {
    pub fn fits(&self, value: &str) -> bool {
        match self {
            Self::Is(wanted) => value.eq_ignore_ascii_case(wanted),
            Self::Contains(part) => value.to_lowercase().contains(&part.to_lowercase()),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Is(text) | Self::Contains(text) => text,
        }
    }
}

/// What a list is narrowed to.
#[derive(Debug)]
pub(super) struct Filter {
    keys: BTreeMap<String, Wish>,
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Filter {
    /// Reads `q`; the last hour where it names no time.
    pub fn read(query: &Query, now: Timestamp) -> Result<Self, Refusal> {
        let text = query.get("q").map_or("", str::trim);
        let keys = if text.is_empty() {
            BTreeMap::new()
        } else {
            parse(text).ok_or_else(|| bad("The filter q is not valid."))?
        };
        Self::of(keys, now)
    }

    /// A filter of members that came in a body.
    pub fn of(keys: BTreeMap<String, Wish>, now: Timestamp) -> Result<Self, Refusal> {
        let date = |name: &str| match keys.get(name) {
            None => Ok(None),
            Some(wish) => moment(wish.text())
                .map(Some)
                .ok_or_else(|| bad(&format!("The value of {name} is not YYYY-MM-DD HH:MM:SS."))),
        };
        let (start, end) = (date("startdate")?, date("enddate")?);
        if let Some(from) = start {
            let until = end.unwrap_or(now);
            let span = until.duration_since(from);
            if span.is_negative() || span > LONGEST {
                return Err(bad("startdate and enddate are at most 32 days apart."));
            }
            return Ok(Self { keys, from, until });
        }
        let hours = match keys.get("timewindow").map_or("1h", Wish::text) {
            "1h" => 1,
            "6h" => 6,
            "1d" => 24,
            "2d" => 48,
            "3d" => 72,
            "RETENTIONPERIOD" => 32 * 24,
            _ => return Err(bad("The value of timewindow is not valid.")),
        };
        let from = now
            .checked_sub(SignedDuration::from_hours(hours))
            .unwrap_or(now);
        let until = end.unwrap_or(now);
        Ok(Self { keys, from, until })
    }

    pub fn get(&self, key: &str) -> Option<&Wish> {
        self.keys.get(key)
    }

    pub fn within(&self, moment: Timestamp) -> bool {
        (self.from..=self.until).contains(&moment)
    }

    /// Whether a run is meant.
    pub fn fits(&self, run: &Run, now: Timestamp) -> bool {
        let number = |key: &str| {
            self.get(key)
                .and_then(|wish| wish.text().parse::<i64>().ok())
        };
        let duration = run.duration(now);
        self.within(run.updated(now))
            && self.keys.iter().all(|(key, wish)| match key.as_str() {
                "code" => wish.fits(&run.code),
                "version" => wish.fits(&run.version),
                "status" => wish.fits(run.status(now)),
                "projectCode" => wish.fits(run.project.as_deref().unwrap_or_default()),
                "id" | "instanceId" => run.id == wish.text(),
                "integration-style" => wish.fits(if run.scheduled {
                    "scheduled"
                } else {
                    "appdriven"
                }),
                "primaryValue" => wish.fits(&run.tracked.1),
                "primaryName" => wish.fits(&run.tracked.0),
                "businessIDValue" => run.tracked.1 == wish.text().trim_matches(['"', '[', ']']),
                // Runs have no other tracking variables, no jobs, no parents, and none is purged.
                "secondaryValue" | "tertiaryValue" | "jobid" | "runId" | "parentInstanceId" => {
                    false
                }
                "includePurged" => !wish.fits("onlyPurged"),
                _ => true,
            })
            && number("minDuration").is_none_or(|least| duration >= least)
            && number("maxDuration").is_none_or(|most| duration <= most)
    }
}

pub(super) fn bad(title: &str) -> Refusal {
    refuse(StatusCode::BAD_REQUEST, title)
}

fn moment(text: &str) -> Option<Timestamp> {
    let date: DateTime = text.trim().replacen(' ', "T", 1).parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Reads `{key : /part/, other : 'exact', third : word}`.
pub(super) fn parse(filter: &str) -> Option<BTreeMap<String, Wish>> {
    let mut rest = filter.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut found = BTreeMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_once(':')?;
        let after = after.trim_start();
        let mark = after.chars().next()?;
        let (wish, tail) = if matches!(mark, '/' | '\'' | '"') {
            let (text, tail) = after.get(1..)?.split_once(mark)?;
            let wish = if mark == '/' {
                Wish::Contains(text.to_owned())
            } else {
                Wish::Is(text.to_owned())
            };
            (wish, tail)
        } else {
            let end = after.find(',').unwrap_or(after.len());
            let (text, tail) = after.split_at(end);
            (Wish::Is(text.trim().to_owned()), tail)
        };
        found.insert(key.trim().trim_matches(['\'', '"']).to_owned(), wish);
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

    fn read(q: &str) -> Result<Filter, Refusal> {
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        Filter::of(parse(q).unwrap(), now)
    }

    #[test]
    fn windows_and_dates_are_understood() {
        let window = read("{timewindow:'6h', code : /ORD/}").unwrap();
        assert_eq!(window.until.duration_since(window.from).as_hours(), 6);
        assert_eq!(window.get("code"), Some(&Wish::Contains("ORD".to_owned())));
        let dates = "{startdate:'2026-11-01 00:00:00', enddate:'2026-11-20 08:30:00'}";
        assert_eq!(
            read(dates).unwrap().from,
            "2026-11-01T00:00:00Z".parse().unwrap()
        );
        assert_eq!(
            read("{}")
                .unwrap()
                .until
                .duration_since(read("{}").unwrap().from)
                .as_hours(),
            1
        );
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for q in [
            "{timewindow:'2w'}",
            "{startdate:'2026-01-01 00:00:00', enddate:'2026-11-20 00:00:00'}",
            "{startdate:'yesterday'}",
        ] {
            assert_eq!(read(q).unwrap_err().status(), 400, "{q}");
        }
    }
}
