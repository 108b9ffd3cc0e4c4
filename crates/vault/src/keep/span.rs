//! A span of time as restic writes it: `1y5m7d2h`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Years, months, days and hours before another moment. Written `1y5m7d2h`, parts that are 0 left
/// out; `0h` where all are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeepSpan {
    /// Years of the calendar.
    pub years: u16,
    /// Months of the calendar.
    pub months: u16,
    /// Days of the calendar.
    pub days: u16,
    /// Hours of the clock.
    pub hours: u16,
}

impl KeepSpan {
    /// Whether it spans nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    /// The moment this long before `moment`, by the calendar of `zone`. A day that its month does
    /// not have runs over into the next month, as restic counts it (Go's `Time.AddDate`,
    /// documented). `None` where the calendar does not reach so far back.
    pub(super) fn before(self, moment: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = moment.to_zoned(zone.clone());
        let months = i32::from(local.year()) * 12 + i32::from(local.month())
            - 1
            - i32::from(self.years) * 12
            - i32::from(self.months);
        let year = i16::try_from(months.div_euclid(12)).ok()?;
        let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
        let days = i64::from(local.day()) - 1 - i64::from(self.days);
        let date = Date::new(year, month, 1)
            .ok()?
            .checked_add(days.days())
            .ok()?;
        let there = date.to_datetime(local.time()).to_zoned(zone.clone()).ok()?;
        let hours = SignedDuration::from_hours(i64::from(self.hours));
        there.timestamp().checked_sub(hours).ok()
    }
}

impl fmt::Display for KeepSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_zero() {
            return f.write_str("0h");
        }
        for (number, unit) in [
            (self.years, 'y'),
            (self.months, 'm'),
            (self.days, 'd'),
            (self.hours, 'h'),
        ] {
            if number > 0 {
                write!(f, "{number}{unit}")?;
            }
        }
        Ok(())
    }
}

/// A text is not a span of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a span of time. Write years, months, days and hours as in 1y6m10d12h.")]
pub struct NotASpan {
    text: String,
}

impl FromStr for KeepSpan {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Self, NotASpan> {
        let wrong = || NotASpan {
            text: text.to_owned(),
        };
        let mut span = Self::default();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(wrong());
        }
        let mut units = "ymdh".chars();
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
            let (number, after) = rest.split_at(digits);
            let number: u16 = number.parse().map_err(|_| wrong())?;
            let unit = after.chars().next().ok_or_else(wrong)?;
            // In this order and each once, so that a slip of the pen is not taken for another span.
            units.find(|known| *known == unit).ok_or_else(wrong)?;
            *match unit {
                'y' => &mut span.years,
                'm' => &mut span.months,
                'd' => &mut span.days,
                _ => &mut span.hours,
            } = number;
            rest = &after[1..];
        }
        Ok(span)
    }
}

impl TryFrom<String> for KeepSpan {
    type Error = NotASpan;

    fn try_from(text: String) -> Result<Self, NotASpan> {
        text.parse()
    }
}

impl From<KeepSpan> for String {
    fn from(span: KeepSpan) -> Self {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_and_written_as_restic_does() {
        let span: KeepSpan = "1y5m7d2h".parse().unwrap();
        assert_eq!(
            (span.years, span.months, span.days, span.hours),
            (1, 5, 7, 2)
        );
        assert_eq!(span.to_string(), "1y5m7d2h");
        assert_eq!("36h".parse::<KeepSpan>().unwrap().to_string(), "36h");
        assert_eq!(KeepSpan::default().to_string(), "0h");
        for wrong in ["", "7", "d", "7x", "2h1d", "1d1d", "-1d", "99999d", "1é"] {
            assert!(wrong.parse::<KeepSpan>().is_err(), "{wrong:?} was taken");
        }
        let json = serde_json::to_string(&span).unwrap();
        assert_eq!(json, "\"1y5m7d2h\"");
        assert_eq!(serde_json::from_str::<KeepSpan>(&json).unwrap(), span);
    }

    #[test]
    fn a_day_that_a_month_lacks_runs_over_into_the_next() {
        let span: KeepSpan = "1m".parse().unwrap();
        let before = |text: &str| {
            let moment = text.parse().unwrap();
            span.before(moment, &TimeZone::UTC).unwrap().to_string()
        };
        assert_eq!(before("2026-03-31T10:00:00Z"), "2026-03-03T10:00:00Z");
        assert_eq!(before("2026-01-15T10:00:00Z"), "2025-12-15T10:00:00Z");
        let long: KeepSpan = "1y2m3d4h".parse().unwrap();
        let moment = "2026-01-02T01:00:00Z".parse().unwrap();
        assert_eq!(
            long.before(moment, &TimeZone::UTC).unwrap().to_string(),
            "2024-10-29T21:00:00Z"
        );
    }
}
