//! When a call is made again, and after which pause.

use std::time::{Duration, SystemTime};

use crate::error::{Error, ErrorKind};

/// Tries of one call where nothing answers at the address.
pub(crate) const MOST_TRIES: u32 = 4;
/// Tries of one call where something answers, but not well: with every fifth call failing, a backup of a
/// thousand calls still ends complete (0.2⁸ is one in 390,000).
const MOST_TRIES_WHEN_ANSWERED: u32 = 8;
/// Tries of one call that the service refused to take (429) among other failures: nothing was done, and
/// the pace has slowed.
pub(crate) const MOST_TRIES_WHEN_THROTTLED: u32 = 12;
/// The longest pause that a server may ask for; a longer one ends here.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(2);

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// How often a call is tried that fails like this.
pub(crate) fn most_tries(failure: &Error) -> u32 {
    match failure.kind() {
        ErrorKind::AddressUnknown | ErrorKind::ProxyFailed | ErrorKind::Timeout => MOST_TRIES,
        ErrorKind::Unreachable if !failure.may_have_had_effect() => MOST_TRIES,
        _ => MOST_TRIES_WHEN_ANSWERED,
    }
}

/// The pause before the next try: doubles with each, with a random part so that calls that failed
/// together do not come back together. `chance` is from 0 to 1.
pub(crate) fn pause(failed_tries: u32, chance: f64) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << failed_tries.saturating_sub(1).min(16));
    doubled
        .min(LONGEST_PAUSE)
        .mul_f64(0.5 + chance.clamp(0.0, 1.0))
}

/// `Retry-After` as seconds or as an HTTP date (RFC 9110 §10.2.3), capped.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(value)
            .ok()?
            .duration_since(now)
            .unwrap_or_default(),
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        assert_eq!(pause(1, 0.5), Duration::from_millis(250));
        assert_eq!(pause(2, 0.5), Duration::from_millis(500));
        assert_eq!(pause(3, 0.0), Duration::from_millis(500));
        assert_eq!(pause(40, 1.0), Duration::from_millis(4_500));
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_capped() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:49:47 GMT", now),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("99999", now), Some(LONGEST_RETRY_AFTER));
        assert_eq!(retry_after("soon", now), None);
    }
}
