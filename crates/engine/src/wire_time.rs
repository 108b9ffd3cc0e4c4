//! Times of the wire (`2025-08-19T13:41:38.413+0000`, recorded) as RFC 3339 in UTC.

use jiff::Timestamp;
use jiff::fmt::strtime;

/// The moment that a time of the wire names; `None` for a text that names none.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M:%S%.f%:z"]
            .iter()
            .find_map(|format| strtime::parse(format, text).ok()?.to_timestamp().ok())
    })
}

/// The time in RFC 3339, UTC. A text that names no moment stays as it is: it is only shown.
pub(crate) fn rfc3339(text: Option<&str>) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(moment(text).map_or_else(|| text.to_owned(), crate::journal::stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_wire_become_times_of_the_border() {
        for (wire, expected) in [
            ("2025-08-19T13:41:38.413+0000", "2025-08-19T13:41:38.413Z"),
            ("2025-08-19T15:41:38.413+0200", "2025-08-19T13:41:38.413Z"),
            ("2025-08-19T13:41:38+0000", "2025-08-19T13:41:38.000Z"),
            ("2025-08-19T13:41:38.413Z", "2025-08-19T13:41:38.413Z"),
            ("yesterday", "yesterday"),
        ] {
            assert_eq!(rfc3339(Some(wire)).as_deref(), Some(expected));
        }
        assert_eq!(rfc3339(Some(" ")), None);
    }
}
