//! How long activations usually take in this run, and when it is best to ask how far they are.

use std::time::Duration;

use tokio::time::Instant;

/// What has been seen so far: they take longer than the first and no longer than the second. Nothing
/// in the beginning.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usual(Option<(Duration, Duration)>);

/// What is to end within this share of the usual time is waited for together,
const TOGETHER: f64 = 0.15;
/// and what is to end within this share of the shortest pause: it would be seen no sooner.
const SOON_AFTER: f64 = 0.6;
/// A list on the way to an end that is expected leaves so many times the shortest pause until then.
const ROOMY: f64 = 1.5;
/// What is known to within this share is known well enough.
const NARROW: f64 = 0.3;
/// Where in between the next guess lies: one too early costs a whole pause.
const GUESS: f64 = 0.75;

impl Usual {
    /// One was still under way after `open`, and had ended after `ended`.
    pub fn learn(&mut self, open: Duration, ended: Duration) {
        self.0 = Some(match self.0 {
            Some((low, high)) if open < high && low < ended => (low.max(open), high.min(ended)),
            _ => (open, ended),
        });
    }

    /// How long they will take, as far as can be guessed.
    fn expected(&self) -> Option<Duration> {
        let (low, high) = self.0?;
        let width = high.saturating_sub(low);
        Some(if width > high.mul_f64(NARROW) {
            low + width.mul_f64(GUESS)
        } else {
            high
        })
    }

    /// So much later than [`Self::next`] says a list is asked for, unless a look at a single one shows
    /// before that it is worth it.
    pub fn slack(&self, floor: Duration) -> Duration {
        if self.0.is_some() {
            floor / 4
        } else {
            floor * 2
        }
    }

    /// How long one is to have been under way before it is looked at.
    pub fn ripe(&self, floor: Duration, pause: Duration) -> Duration {
        self.0.map_or(floor / 2, |(low, _)| low.max(pause))
    }

    /// The pause before the next look at one that has been under way for so long; `pause` is the usual
    /// one. Within the time at which they end, looks are closer together; what takes long is looked at
    /// less often.
    pub fn pause(&self, age: Duration, pause: Duration) -> Duration {
        let longest = pause.max(age / 16);
        match self.0 {
            Some((low, high)) if age <= high.mul_f64(1.0 + TOGETHER) => {
                (high.saturating_sub(low) / 4).max(pause / 4).min(longest)
            }
            _ => longest,
        }
    }

    /// When to ask next. `asked` is when that was last done, `begun` when those began that are followed,
    /// `floor` the shortest pause.
    pub fn next(&self, asked: Option<Instant>, begun: &[Instant], floor: Duration) -> Instant {
        let earliest = begun.iter().min().copied().unwrap_or_else(Instant::now);
        // Nothing could have been seen before the first of them began.
        let base = asked.map_or(earliest, |asked| asked.max(earliest));
        let soonest = base + floor;
        let soonest = asked.map_or(soonest, |asked| soonest.max(asked + floor));
        let Some(expected) = self.expected().filter(|expected| *expected > floor) else {
            return soonest;
        };
        let ends = begun.iter().map(|since| *since + expected);
        let ahead: Vec<Instant> = ends.clone().filter(|end| *end > base).collect();
        let (Some(first), true) = (ahead.iter().min(), ahead.len() == begun.len()) else {
            // Some are late: no guess helps.
            return soonest;
        };
        let together = expected.mul_f64(TOGETHER).max(floor.mul_f64(SOON_AFTER));
        let last_of_these = *first + together;
        let these = ahead.iter().filter(|end| **end <= last_of_these);
        let target = these.max().copied().unwrap_or(*first);
        // Asked in equal parts until then: what takes shorter than usual is seen sooner. The one before
        // the last must be long enough before it.
        let left = target.saturating_duration_since(base);
        let mut parts: u32 = 1;
        while floor.mul_f64(ROOMY) * (parts + 1) <= left {
            parts += 1;
        }
        soonest.max(base + left / parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLOOR: Duration = Duration::from_secs(2);

    fn seconds(of: f64) -> Duration {
        Duration::from_secs_f64(of)
    }

    /// How long it takes until `waves` of activations, each beginning when the last has been seen to
    /// end, are all seen to have ended, and how often was asked.
    fn play(takes: f64, waves: u32) -> (f64, u32) {
        let start = Instant::now();
        let mut usual = Usual::default();
        let (mut asked, mut now, mut polls) = (None, start, 0);
        for _ in 0..waves {
            // The calls of one wave take a moment.
            let begun: Vec<Instant> = (0..10_u32).map(|n| now + seconds(0.02) * n).collect();
            let mut open = vec![Duration::ZERO; begun.len()];
            let mut left: Vec<usize> = (0..begun.len()).collect();
            while !left.is_empty() {
                let since: Vec<Instant> = left.iter().map(|n| begun[*n]).collect();
                let at = usual.next(asked, &since, FLOOR);
                assert!(
                    asked.is_none_or(|asked| at >= asked + FLOOR),
                    "asked too soon"
                );
                (asked, now, polls) = (Some(at), at, polls + 1);
                left.retain(|n| {
                    let age = at.saturating_duration_since(begun[*n]);
                    let ended = age >= seconds(takes);
                    if ended {
                        usual.learn(open[*n], age);
                    }
                    open[*n] = age;
                    !ended
                });
            }
        }
        (now.duration_since(start).as_secs_f64(), polls)
    }

    #[test]
    fn waves_of_equal_length_are_seen_to_end_soon_after_they_do() {
        for (takes, waves) in [(5.0, 6), (3.0, 8), (12.0, 4), (4.9, 6), (5.1, 6)] {
            let (took, polls) = play(takes, waves);
            let bound = takes * f64::from(waves);
            assert!(
                took < bound * 1.15 + 2.0,
                "{takes} s: {took} s of {bound} s"
            );
            assert!(f64::from(polls) <= took / 2.0 + 1.0, "{polls} in {took} s");
        }
    }

    #[test]
    fn without_any_knowledge_it_is_asked_as_often_as_allowed() {
        let now = Instant::now();
        let usual = Usual::default();
        assert_eq!(usual.next(None, &[now], FLOOR), now + FLOOR);
        let asked = now + seconds(1.0);
        assert_eq!(usual.next(Some(asked), &[now], FLOOR), asked + FLOOR);
    }
}
