//! A budget of calls that refills with time.

use std::sync::Mutex;
use std::time::Instant;

use crate::house::hold;

#[derive(Debug)]
pub(crate) struct Budget {
    /// Calls a second; unlimited without one.
    rate: Option<f64>,
    left: Mutex<(f64, Instant)>,
}

impl Budget {
    pub fn new(rate: Option<u32>) -> Self {
        Self {
            rate: rate.map(f64::from),
            left: Mutex::new((f64::from(rate.unwrap_or_default()), Instant::now())),
        }
    }

    /// Takes one call; false when none is left.
    pub fn take(&self) -> bool {
        let Some(rate) = self.rate else {
            return true;
        };
        let mut bucket = hold(&self.left);
        let now = Instant::now();
        let refill = now.duration_since(bucket.1).as_secs_f64() * rate;
        *bucket = ((bucket.0 + refill).min(rate), now);
        if bucket.0 < 1.0 {
            return false;
        }
        bucket.0 -= 1.0;
        true
    }
}
