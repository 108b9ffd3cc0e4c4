//! Schedules out of archives, in the words of the wire.

use serde_json::{Value, json};

use crate::store::Schedule;

/// A schedule as the service shows it once the archive came in: it does not run.
pub(super) fn schedule(one: &waybill_archive::Schedule) -> Schedule {
    let expression = one.expression.clone().unwrap_or_default();
    let frequency = expression.is_empty().then(|| frequency(one));
    let start = match &frequency {
        Some(_) => start(one),
        None => None,
    };
    Schedule {
        name: one.name.clone(),
        expression,
        frequency,
        zone: one.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        state: "CANCELLED".to_owned(),
        start: start.unwrap_or_else(|| "1/1/2026|00:00:00".to_owned()),
        ..Schedule::default()
    }
}

/// A unit and how many of it lie between two runs; a schedule of a single date runs once.
fn frequency(one: &waybill_archive::Schedule) -> Value {
    let Some(unit) = &one.frequency else {
        return json!({"frequencyType": "ONCE"});
    };
    let interval = one.interval.as_ref().and_then(|text| text.parse().ok());
    json!({"frequencyType": unit, "interval": interval.unwrap_or(1_u64)})
}

/// `1/20/2021|13:12:00`, of a single date or of the beginning of a recurrence.
fn start(one: &waybill_archive::Schedule) -> Option<String> {
    let told = |name: &str| {
        let mut all = one.details.iter();
        let own = all.find(|(element, _)| element.strip_prefix("include-date/") == Some(name));
        own.map(|(_, text)| text.as_str())
    };
    if let (Some(year), Some(month), Some(day)) = (told("year"), told("month"), told("day")) {
        return written([year, month, day], told("time").unwrap_or("0:0:0"));
    }
    // `2016-11-01 16:08:18.264 UTC`
    let mut words = one.start.as_deref()?.split([' ', 'T']);
    let mut date = words.next()?.split('-');
    let date = [date.next()?, date.next()?, date.next()?];
    written(date, words.next().unwrap_or("0:0:0"))
}

fn written([year, month, day]: [&str; 3], time: &str) -> Option<String> {
    let numbers = |texts: &[&str]| -> Option<Vec<u32>> {
        texts.iter().map(|text| text.parse().ok()).collect()
    };
    let date = numbers(&[year, month, day])?;
    let time: Vec<&str> = time.split([':', '.']).take(3).collect();
    match (date.as_slice(), numbers(&time)?.as_slice()) {
        ([year, month, day], [hour, minute, second]) => Some(format!(
            "{month}/{day}/{year}|{hour:02}:{minute:02}:{second:02}"
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use waybill_archive::Reference;
    use waybill_model::Scope;

    use super::*;

    fn archived() -> waybill_archive::Schedule {
        waybill_archive::Schedule {
            scope: Scope::Global,
            integration: Reference::new("A", "01.00.0000"),
            name: "Run A".into(),
            file: "Run_A".into(),
            expression: None,
            time_zone: None,
            frequency: None,
            interval: None,
            start: None,
            end: None,
            details: Vec::new(),
        }
    }

    #[test]
    fn each_form_that_archives_have_is_told_in_the_words_of_the_wire() {
        let mut once = archived();
        once.details = [
            ("year", "2020"),
            ("month", "3"),
            ("day", "14"),
            ("time", "7:39:0"),
        ]
        .map(|(name, text)| (format!("include-date/{name}"), text.to_owned()))
        .to_vec();
        let told = schedule(&once);
        assert_eq!(told.frequency, Some(json!({"frequencyType": "ONCE"})));
        assert_eq!(told.start, "3/14/2020|07:39:00");

        let mut daily = archived();
        daily.frequency = Some("DAILY".into());
        daily.interval = Some("2".into());
        daily.start = Some("2016-11-01 16:08:18.264 UTC".into());
        let told = schedule(&daily);
        let expected = json!({"frequencyType": "DAILY", "interval": 2});
        assert_eq!(told.frequency, Some(expected));
        assert_eq!(told.start, "11/1/2016|16:08:18");

        let mut ical = archived();
        ical.expression = Some("FREQ=DAILY;".into());
        let told = schedule(&ical);
        assert_eq!(
            (told.frequency, told.expression.as_str()),
            (None, "FREQ=DAILY;")
        );
    }
}
