//! Connections. The service gives back no secrets.

use waybill_model::Scope;

use super::{Paging, all, named};
use crate::client::Client;
use crate::error::Error;
use crate::wire::{Connection, Read};

impl Client {
    /// All connections of the scope.
    pub async fn connections(&self, within: &Scope) -> Result<Vec<Read<Connection>>, Error> {
        let path = self.path(within, format!("Listing {}", all("connections", within)))?;
        self.list(path.then("/connections"), Paging::Documented)
            .await
    }

    /// One connection with its values. `NotFound` for pseudo connections (`SCHEDULE`,
    /// `SCHEDULE_RECEIVE`), which integrations may name (recorded).
    pub async fn connection(&self, within: &Scope, id: &str) -> Result<Read<Connection>, Error> {
        let path = self.path(
            within,
            format!("Reading {}", named("connection", id, within)),
        )?;
        self.object(path.then("/connections").name(id)?, Vec::new())
            .await
    }
}
