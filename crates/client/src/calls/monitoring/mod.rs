//! Monitoring: what passes through the integrations of an instance (`/monitoring`, OIC 3 and Gen 2).
//!
//! No answer of it was ever recorded publicly; paths and queries are documented, limits are those that
//! working clients state.

mod agents;
mod collect;
mod errors;
mod instances;
mod logs;
mod query;
mod traffic;

use waybill_model::{Generation, Scope};

pub use collect::Found;
pub(super) use collect::page;
pub use errors::{ErrorQuery, ErrorSelection, ErrorsBy};
pub use instances::{InstanceFields, InstanceOrder, InstanceQuery, InstanceReturn};
pub use logs::LogKind;
pub use query::{BusinessId, InstanceFilter, InstanceStyle, Period, Purged, TimeWindow, Tracking};
pub use traffic::{MonitoredIntegrationQuery, MonitoredStatus};

use super::Path;
use crate::client::Client;
use crate::error::Error;

impl Client {
    fn monitoring_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "monitoring",
            &operation,
        )?;
        Ok(self.path(&Scope::Global, operation)?.then("/monitoring"))
    }
}
