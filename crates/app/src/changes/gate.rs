//! The one place that lets a write into an instance through. The engine asks it before each call that
//! writes, at the moment of the call: an allowance that ended meanwhile, or was taken back by another
//! program, counts at once. There is no other permit to be had.

use waybill_engine::{Refusal, WritePermit};

use super::policy::HOW_TO_ALLOW;
use crate::Waybill;

/// The permit of one instance.
pub(crate) struct WriteGate {
    pub(crate) app: Waybill,
    pub(crate) instance: String,
}

impl WritePermit for WriteGate {
    fn check(&self) -> Result<(), Refusal> {
        let refused = |message: String, guidance: &str| Refusal {
            message,
            guidance: guidance.to_owned(),
        };
        match self.app.write_standing(&self.instance) {
            Ok(standing) if standing.may_write => Ok(()),
            Ok(standing) => Err(refused(standing.because.unwrap_or_default(), HOW_TO_ALLOW)),
            // Removed meanwhile, or the settings cannot be read: nothing is allowed.
            Err(error) => Err(refused(
                error.message,
                error.guidance.as_deref().unwrap_or_default(),
            )),
        }
    }
}
