//! When a schedule is due. Times of day are those of its zone: one that a change of the clocks leaves out is
//! due as soon as the clocks show a later time, one that comes twice is due the first time.

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::view::{CommandError, Day, Rhythm};

/// So many due times are counted at most; of more, the latest.
const COUNTED: usize = 1000;

/// A rhythm that was read and makes sense, in its zone.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    beat: Beat,
    zone: TimeZone,
}

#[derive(Clone, Debug)]
enum Beat {
    Hourly(i8),
    OnDays(Vec<Weekday>, Time),
    Cron(Box<cronexpr::Crontab>),
}

impl Calendar {
    /// Reads a rhythm. The zone is a name of the time zone database; without one it is that of this computer.
    ///
    /// # Errors
    /// `BadInput` with the field that makes no sense.
    pub(crate) fn read(rhythm: &Rhythm, zone: Option<&str>) -> Result<Self, CommandError> {
        let name = zone.map_or_else(here, ToOwned::to_owned);
        let zone = TimeZone::get(&name).map_err(|_| {
            CommandError::field("zone", format!("There is no time zone `{name}`."))
                .guide("Write it as in `Europe/Vienna`.")
        })?;
        let beat = match rhythm {
            Rhythm::Hourly { minute } => Beat::Hourly(
                i8::try_from(*minute)
                    .ok()
                    .filter(|minute| (0..60).contains(minute))
                    .ok_or_else(|| CommandError::field("minute", "A minute is 0 to 59."))?,
            ),
            Rhythm::Daily { at } => Beat::OnDays(ALL.to_vec(), time_of_day(at)?),
            Rhythm::Weekly { days, at } => {
                if days.is_empty() {
                    return Err(CommandError::field("days", "Choose at least one day."));
                }
                Beat::OnDays(
                    days.iter().copied().map(weekday).collect(),
                    time_of_day(at)?,
                )
            }
            Rhythm::Cron { text } => {
                let text = text.trim();
                if text.split_whitespace().count() != 5 {
                    return Err(CommandError::field(
                        "text",
                        "A line of cron has five parts: minute, hour, day of month, month, day of week.",
                    )
                    .guide("`30 5 * * 1-5` is 05:30 from Monday to Friday."));
                }
                let line = cronexpr::parse_crontab(&format!("{text} {name}")).map_err(|error| {
                    CommandError::field(
                        "text",
                        format!(
                            "The line of cron cannot be read: {}",
                            first_line(&error.to_string())
                        ),
                    )
                    .guide("`30 5 * * 1-5` is 05:30 from Monday to Friday.")
                })?;
                Beat::Cron(Box::new(line))
            }
        };
        let calendar = Self { beat, zone };
        if calendar.next(Timestamp::UNIX_EPOCH).is_none() {
            return Err(CommandError::field("text", "No day is ever like that."));
        }
        Ok(calendar)
    }

    /// The first due time after this one.
    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match &self.beat {
            Beat::Hourly(minute) => {
                let local = after.to_zoned(self.zone.clone());
                let mut hour = local
                    .with()
                    .minute(0)
                    .second(0)
                    .subsec_nanosecond(0)
                    .build()
                    .ok()?;
                loop {
                    let due = hour
                        .checked_add(i64::from(*minute).minutes())
                        .ok()?
                        .timestamp();
                    if due > after {
                        return Some(due);
                    }
                    hour = hour.checked_add(1.hour()).ok()?;
                }
            }
            Beat::OnDays(days, time) => {
                let mut day = after.to_zoned(self.zone.clone()).date();
                // The day itself, and a week more.
                for _ in 0..=7 {
                    if days.contains(&day.weekday()) {
                        let due = day
                            .to_datetime(*time)
                            .to_zoned(self.zone.clone())
                            .ok()?
                            .timestamp();
                        if due > after {
                            return Some(due);
                        }
                    }
                    day = day.checked_add(Span::new().days(1)).ok()?;
                }
                None
            }
            Beat::Cron(line) => line.find_next(after).ok().map(|due| due.timestamp()),
        }
    }

    /// All due times after the first and up to the second, the latest thousand of them.
    pub(crate) fn between(&self, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let mut due = std::collections::VecDeque::new();
        let mut last = after;
        while let Some(next) = self.next(last).filter(|next| *next <= until) {
            if due.len() == COUNTED {
                due.pop_front();
            }
            due.push_back(next);
            last = next;
        }
        due.into()
    }

    /// The next due times.
    pub(super) fn coming(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        std::iter::successors(self.next(after), |last| self.next(*last))
            .take(count)
            .collect()
    }

    /// A due time as people in its zone write it: `06:00` today, else `Sat 21 Nov 06:00`.
    pub(super) fn shown(&self, due: Timestamp, now: Timestamp) -> String {
        let local = due.to_zoned(self.zone.clone());
        if local.date() == now.to_zoned(self.zone.clone()).date() {
            local.strftime("%H:%M").to_string()
        } else {
            local.strftime("%a %-d %b %H:%M").to_string()
        }
    }
}

/// The name of the zone of this computer.
pub(super) fn here() -> String {
    TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

/// How often, in words.
pub(super) fn words(rhythm: &Rhythm) -> String {
    match rhythm {
        Rhythm::Hourly { minute: 0 } => "every hour".into(),
        Rhythm::Hourly { minute } => format!("every hour at {minute:02} past"),
        Rhythm::Daily { at } => format!("daily at {at}"),
        Rhythm::Weekly { days, at } => {
            let names: Vec<&str> = days.iter().copied().map(day_name).collect();
            match names.split_last() {
                Some((last, rest)) if !rest.is_empty() => {
                    format!("{} and {last} at {at}", rest.join(", "))
                }
                _ => format!("{} at {at}", names.concat()),
            }
        }
        Rhythm::Cron { text } => format!("by cron, {}", text.trim()),
    }
}

const ALL: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

const fn weekday(day: Day) -> Weekday {
    match day {
        Day::Monday => Weekday::Monday,
        Day::Tuesday => Weekday::Tuesday,
        Day::Wednesday => Weekday::Wednesday,
        Day::Thursday => Weekday::Thursday,
        Day::Friday => Weekday::Friday,
        Day::Saturday => Weekday::Saturday,
        Day::Sunday => Weekday::Sunday,
    }
}

const fn day_name(day: Day) -> &'static str {
    match day {
        Day::Monday => "Mondays",
        Day::Tuesday => "Tuesdays",
        Day::Wednesday => "Wednesdays",
        Day::Thursday => "Thursdays",
        Day::Friday => "Fridays",
        Day::Saturday => "Saturdays",
        Day::Sunday => "Sundays",
    }
}

fn time_of_day(text: &str) -> Result<Time, CommandError> {
    let parts = text
        .trim()
        .split_once(':')
        .and_then(|(hour, minute)| Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok());
    parts.ok_or_else(|| {
        CommandError::field("at", format!("`{text}` is no time of day."))
            .guide("Write it as in `05:30` or `22:00`.")
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn calendar(rhythm: &Rhythm, zone: &str) -> Calendar {
        Calendar::read(rhythm, Some(zone)).unwrap()
    }

    fn daily(at: &str) -> Rhythm {
        Rhythm::Daily { at: at.into() }
    }

    #[test]
    fn each_rhythm_has_its_next_time() {
        let now = at("2026-11-21T21:50:00Z"); // a Saturday, 22:50 in Vienna
        for (rhythm, due) in [
            (Rhythm::Hourly { minute: 0 }, "2026-11-21T22:00:00Z"),
            (Rhythm::Hourly { minute: 50 }, "2026-11-21T22:50:00Z"),
            (daily("06:00"), "2026-11-22T05:00:00Z"),
            (daily("23:00"), "2026-11-21T22:00:00Z"),
            (
                Rhythm::Weekly {
                    days: vec![Day::Saturday, Day::Wednesday],
                    at: "22:00".into(),
                },
                "2026-11-25T21:00:00Z",
            ),
            (
                Rhythm::Cron {
                    text: "30 5 * * 1-5".into(),
                },
                "2026-11-23T04:30:00Z",
            ),
        ] {
            assert_eq!(
                calendar(&rhythm, "Europe/Vienna").next(now),
                Some(at(due)),
                "{rhythm:?}"
            );
        }
    }

    #[test]
    fn clocks_that_are_put_forward_or_back_neither_lose_nor_double_a_day() {
        let forward = calendar(&daily("02:30"), "Europe/Vienna");
        // On 29 March 2026 the clocks go from 02:00 to 03:00.
        let days = forward.between(at("2026-03-28T00:00:00Z"), at("2026-03-31T00:00:00Z"));
        assert_eq!(
            days,
            [
                at("2026-03-28T01:30:00Z"),
                at("2026-03-29T01:30:00Z"),
                at("2026-03-30T00:30:00Z")
            ]
        );
        // On 25 October 2026 02:30 comes twice.
        let days = forward.between(at("2026-10-24T12:00:00Z"), at("2026-10-26T12:00:00Z"));
        assert_eq!(
            days,
            [at("2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z")]
        );
    }

    #[test]
    fn a_long_absence_is_counted_to_its_end() {
        let hourly = calendar(&Rhythm::Hourly { minute: 15 }, "UTC");
        let due = hourly.between(at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
        assert_eq!(due.len(), COUNTED);
        assert_eq!(due.last(), Some(&at("2025-12-31T23:15:00Z")));
        assert_eq!(hourly.coming(at("2026-01-01T00:00:00Z"), 2).len(), 2);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_its_field() {
        for (rhythm, field) in [
            (Rhythm::Hourly { minute: 60 }, "minute"),
            (daily("25:00"), "at"),
            (daily("six"), "at"),
            (
                Rhythm::Weekly {
                    days: vec![],
                    at: "06:00".into(),
                },
                "days",
            ),
            (
                Rhythm::Cron {
                    text: "* * *".into(),
                },
                "text",
            ),
            (
                Rhythm::Cron {
                    text: "99 5 * * *".into(),
                },
                "text",
            ),
        ] {
            let error = Calendar::read(&rhythm, Some("UTC")).unwrap_err();
            assert_eq!(
                error.context.get("field").map(String::as_str),
                Some(field),
                "{rhythm:?}"
            );
        }
        assert!(Calendar::read(&daily("06:00"), Some("Europe/Nowhere")).is_err());
    }

    #[test]
    fn rhythms_are_told_in_words() {
        assert_eq!(words(&daily("06:00")), "daily at 06:00");
        assert_eq!(
            words(&Rhythm::Weekly {
                days: vec![Day::Monday, Day::Wednesday, Day::Friday],
                at: "05:30".into()
            }),
            "Mondays, Wednesdays and Fridays at 05:30"
        );
        assert_eq!(
            words(&Rhythm::Hourly { minute: 5 }),
            "every hour at 05 past"
        );
    }
}
