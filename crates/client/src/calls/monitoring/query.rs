//! What is asked of monitoring: the relaxed JSON of `q`, and stretches of time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::{Error, ErrorKind};

/// The longest stretch that may be asked for, in seconds: 32 days (documented).
const LONGEST: i64 = 32 * 24 * 3600;

/// Stretches of time that end now (documented).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeWindow {
    /// One hour; the service's own default.
    OneHour,
    /// Six hours.
    SixHours,
    /// One day.
    OneDay,
    /// Two days.
    TwoDays,
    /// Three days.
    ThreeDays,
    /// As long as the instance keeps anything.
    RetentionPeriod,
}

impl TimeWindow {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::OneHour => "1h",
            Self::SixHours => "6h",
            Self::OneDay => "1d",
            Self::TwoDays => "2d",
            Self::ThreeDays => "3d",
            Self::RetentionPeriod => "RETENTIONPERIOD",
        }
    }
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// One that ends now. What does not fit into one list cannot be divided: it stays incomplete.
    Last(TimeWindow),
    /// One with a beginning and an end, at most 32 days apart; the service counts in whole seconds.
    Between {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
}

impl Period {
    /// The hour, the days, … before this moment.
    #[must_use]
    pub fn before(now: Timestamp, seconds: u32) -> Self {
        let from = Timestamp::from_second(now.as_second() - i64::from(seconds));
        Self::Between {
            from: from.unwrap_or(Timestamp::MIN),
            to: now,
        }
    }

    /// Two halves, the later one first; `None` where it cannot be divided.
    pub(super) fn halves(self) -> Option<[Self; 2]> {
        let Self::Between { from, to } = self else {
            return None;
        };
        let (first, last) = (from.as_second(), to.as_second());
        if last - first < 2 {
            return None;
        }
        let middle = Timestamp::from_second(first + (last - first) / 2).ok()?;
        Some([
            Self::Between { from: middle, to },
            Self::Between { from, to: middle },
        ])
    }

    pub(super) fn check(self, operation: &str) -> Result<(), Error> {
        let refused = |cause: &str| Err(Error::new(ErrorKind::Configuration, operation, cause));
        match self {
            Self::Between { from, to } if from > to => {
                refused("the stretch of time ends before it begins")
            }
            Self::Between { from, to } if to.as_second() - from.as_second() > LONGEST => {
                refused("the service answers for at most 32 days at a time")
            }
            _ => Ok(()),
        }
    }

    pub(super) fn conditions(self, into: &mut Conditions) {
        match self {
            Self::Last(window) => into.text("timewindow", window.name()),
            Self::Between { from, to } => {
                into.text("startdate", &written(from));
                into.text("enddate", &written(to));
            }
        }
    }
}

/// `YYYY-MM-DD HH:MM:SS` in UTC (documented).
fn written(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The conditions of a `q`.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions(Vec<String>);

impl Conditions {
    pub(super) fn text(&mut self, name: &str, value: &str) {
        // How a quote inside is written is not documented; a backslash is what JSON's relatives use.
        let value = value.replace('\\', "\\\\").replace('\'', "\\'");
        self.0.push(format!("{name}:'{value}'"));
    }

    pub(super) fn text_if(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// `{a:'1', b:'2'}`, or nothing where nothing is asked.
    pub(super) fn finish(&self) -> Option<String> {
        (!self.0.is_empty()).then(|| format!("{{{}}}", self.0.join(", ")))
    }
}

/// Which of the three tracking variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// The first.
    Primary(String),
    /// The second.
    Secondary(String),
    /// The third.
    Tertiary(String),
}

/// The value of any tracking variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusinessId {
    /// Holds these words.
    Words(String),
    /// Is exactly this.
    Exactly(String),
}

/// Whether instances whose messages are deleted count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purged {
    /// They do.
    Included,
    /// They do not.
    LeftOut,
    /// Only they do.
    Only,
}

/// What starts an integration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceStyle {
    /// A call.
    AppDriven,
    /// A schedule.
    Scheduled,
}

/// Which integration instances (documented; the keys as working clients send them).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceFilter {
    /// Of the integration of this code.
    pub code: Option<String>,
    /// Of this version.
    pub version: Option<String>,
    /// Of this project.
    pub project_code: Option<String>,
    /// `COMPLETED`, `FAILED`, `ABORTED`, `IN_PROGRESS`.
    pub status: Option<String>,
    /// That took at least so long.
    pub min_duration: Option<u64>,
    /// That took at most so long.
    pub max_duration: Option<u64>,
    /// With these values in tracking variables.
    pub tracking: Vec<Tracking>,
    /// With this value in any tracking variable.
    pub business_id: Option<BusinessId>,
    /// Of this job.
    pub job_id: Option<String>,
    /// Of this run of a schedule.
    pub run_id: Option<String>,
    /// Of this request.
    pub request_id: Option<String>,
    /// The one of this id.
    pub instance_id: Option<String>,
    /// Called by the instance of this id.
    pub parent_instance_id: Option<String>,
    /// With or without those whose messages are deleted.
    pub purged: Option<Purged>,
    /// Started in this way.
    pub style: Option<InstanceStyle>,
}

impl InstanceFilter {
    pub(super) fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        all.text_if("code", self.code.as_deref());
        all.text_if("version", self.version.as_deref());
        all.text_if("projectCode", self.project_code.as_deref());
        all.text_if("status", self.status.as_deref());
        for (name, number) in [
            ("minDuration", self.min_duration),
            ("maxDuration", self.max_duration),
        ] {
            all.text_if(name, number.map(|number| number.to_string()).as_deref());
        }
        for tracking in &self.tracking {
            match tracking {
                Tracking::Primary(value) => all.text("primaryValue", value),
                Tracking::Secondary(value) => all.text("secondaryValue", value),
                Tracking::Tertiary(value) => all.text("tertiaryValue", value),
            }
        }
        match &self.business_id {
            Some(BusinessId::Words(words)) if words.contains(char::is_whitespace) => {
                all.text("businessIDValue", &format!("\"{words}\""));
            }
            Some(BusinessId::Words(word)) => all.text("businessIDValue", word),
            Some(BusinessId::Exactly(value)) => {
                all.text("businessIDValue", &format!("[{value}]"));
            }
            None => {}
        }
        all.text_if("jobid", self.job_id.as_deref());
        all.text_if("runId", self.run_id.as_deref());
        all.text_if("requestId", self.request_id.as_deref());
        all.text_if("id", self.instance_id.as_deref());
        all.text_if("parentInstanceId", self.parent_instance_id.as_deref());
        all.text_if(
            "includePurged",
            self.purged.map(|purged| match purged {
                Purged::Included => "yes",
                Purged::LeftOut => "no",
                Purged::Only => "onlyPurged",
            }),
        );
        all.text_if(
            "integration-style",
            self.style.map(|style| match style {
                InstanceStyle::AppDriven => "appdriven",
                InstanceStyle::Scheduled => "scheduled",
            }),
        );
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_written_as_documented() {
        let filter = InstanceFilter {
            code: Some("O'BRIEN".to_owned()),
            status: Some("FAILED".to_owned()),
            min_duration: Some(500),
            business_id: Some(BusinessId::Words("two words".to_owned())),
            purged: Some(Purged::LeftOut),
            ..InstanceFilter::default()
        };
        let mut all = filter.conditions();
        Period::Last(TimeWindow::SixHours).conditions(&mut all);
        assert_eq!(
            all.finish().unwrap(),
            r#"{code:'O\'BRIEN', status:'FAILED', minDuration:'500', businessIDValue:'"two words"', includePurged:'no', timewindow:'6h'}"#
        );
        assert_eq!(Conditions::default().finish(), None);
    }

    #[test]
    fn stretches_are_halved_down_to_a_second() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let day = Period::before(time("2026-03-02T00:00:00Z"), 86_400);
        let mut all = Conditions::default();
        day.conditions(&mut all);
        assert_eq!(
            all.finish().unwrap(),
            "{startdate:'2026-03-01 00:00:00', enddate:'2026-03-02 00:00:00'}"
        );
        let [later, earlier] = day.halves().unwrap();
        let noon = time("2026-03-01T12:00:00Z");
        assert!(matches!(later, Period::Between { from, .. } if from == noon));
        assert!(matches!(earlier, Period::Between { to, .. } if to == noon));
        assert_eq!(Period::before(noon, 1).halves(), None);
        assert_eq!(Period::Last(TimeWindow::OneHour).halves(), None);
    }

    #[test]
    fn a_stretch_of_more_than_32_days_is_refused() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        assert!(Period::before(now, 32 * 86_400).check("Listing").is_ok());
        assert!(
            Period::before(now, 32 * 86_400 + 1)
                .check("Listing")
                .is_err()
        );
    }
}
