//! When a program is cut off: by chance, which can be had again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::time::Duration;

/// Numbers that look like chance, the same for the same seed (`WAYBILL_TEST_SEED`).
pub struct Chance(u64);

impl Chance {
    /// Another one each time; the seed is said.
    pub fn of_the_day() -> Self {
        let seed = std::env::var("WAYBILL_TEST_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok())
            .unwrap_or_else(|| RandomState::new().build_hasher().finish());
        let _ = writeln!(std::io::stderr(), "WAYBILL_TEST_SEED={seed}");
        Self(seed | 1)
    }

    /// From nothing to all of this time.
    pub fn part_of(&mut self, time: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        time.mul_f64((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}
