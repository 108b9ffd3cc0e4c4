//! Schedules of integrations.

use waybill_model::{Generation, Scope};

use super::named;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::wire::{Read, Schedule};

impl Client {
    /// The schedule of an integration (`CODE|VERSION`), or `None` where it has none (404). Within
    /// projects the call is inferred from its neighbours.
    pub async fn schedule(
        &self,
        within: &Scope,
        integration_id: &str,
    ) -> Result<Option<Read<Schedule>>, Error> {
        let operation = format!(
            "Reading the schedule of {}",
            named("integration", integration_id, within)
        );
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "schedules",
            &operation,
        )?;
        let path = self.path(within, operation)?;
        let path = path
            .then("/integrations")
            .name(integration_id)?
            .then("/schedule");
        match self.object(path, Vec::new()).await {
            Ok(schedule) => Ok(Some(schedule)),
            Err(error) if *error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
