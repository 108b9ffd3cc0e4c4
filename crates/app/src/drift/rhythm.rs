//! The recurrence of a schedule as people say it: `every 2 h`, `daily at 05:30`.

/// Reads an iCal recurrence; nothing where it says more than these words could.
pub(super) fn rhythm(recurrence: &str) -> Option<String> {
    let mut frequency = None;
    let mut interval = 1_u32;
    let (mut hour, mut minute, mut days) = (None, None, None);
    for part in recurrence.trim().trim_start_matches("RRULE:").split(';') {
        let Some((name, value)) = part.split_once('=') else {
            if part.trim().is_empty() {
                continue;
            }
            return None;
        };
        match name.trim().to_ascii_uppercase().as_str() {
            "FREQ" => frequency = Some(value.to_ascii_uppercase()),
            "INTERVAL" => interval = value.parse().ok()?,
            "BYHOUR" => hour = Some(value.parse::<u8>().ok()?),
            "BYMINUTE" => minute = Some(value.parse::<u8>().ok()?),
            "BYSECOND" => {}
            "BYDAY" => days = Some(value.replace(',', ", ")),
            _ => return None,
        }
    }
    let every = |unit: &str| format!("every {interval} {unit}");
    let at = hour.map(|hour| format!(" at {hour:02}:{:02}", minute.unwrap_or(0)));
    let words = match (frequency?.as_str(), interval) {
        ("MINUTELY", _) => every("min"),
        ("HOURLY", _) => every("h"),
        ("DAILY", 1) => format!("daily{}", at.unwrap_or_default()),
        ("DAILY", _) => format!("every {interval} days{}", at.unwrap_or_default()),
        ("WEEKLY", 1) => {
            let on = days.map(|days| format!(" on {days}")).unwrap_or_default();
            format!("weekly{on}{}", at.unwrap_or_default())
        }
        ("WEEKLY", _) => format!("every {interval} weeks"),
        ("MONTHLY", 1) => "monthly".to_owned(),
        ("MONTHLY", _) => format!("every {interval} months"),
        _ => return None,
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recurrences_are_said_as_people_say_them() {
        for (recurrence, words) in [
            ("FREQ=HOURLY;INTERVAL=2;", Some("every 2 h")),
            ("FREQ=MINUTELY;INTERVAL=15", Some("every 15 min")),
            ("FREQ=DAILY;BYHOUR=5;BYMINUTE=30", Some("daily at 05:30")),
            ("FREQ=WEEKLY;BYDAY=MO,WE", Some("weekly on MO, WE")),
            ("FREQ=MONTHLY;BYMONTHDAY=1", None),
            ("at noon", None),
        ] {
            assert_eq!(rhythm(recurrence).as_deref(), words, "{recurrence}");
        }
    }
}
