//! What all checks look at, with what follows from it at once.

use crate::plan::{PlanDestination, PlanSource};
use crate::waybill::Waybill;

use super::facts::CheckFacts;

/// The waybill between its two places.
pub(super) struct Scene<'a> {
    pub waybill: &'a Waybill,
    pub source: &'a PlanSource,
    pub destination: &'a PlanDestination,
    pub facts: &'a CheckFacts,
}

impl<'a> Scene<'a> {
    pub fn of(
        waybill: &'a Waybill,
        source: &'a PlanSource,
        destination: &'a PlanDestination,
        facts: &'a CheckFacts,
    ) -> Self {
        Self {
            waybill,
            source,
            destination,
            facts,
        }
    }

    /// What people call the destination.
    pub fn there(&self) -> &'a str {
        &self.destination.stamp.name
    }
}
