//! Integrations.

use bytes::Bytes;
use waybill_model::Scope;

use super::{Paging, all, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::wire::{Integration, Read};

impl Client {
    /// All versions of all integrations of the scope. The global list does not hold those of projects.
    pub async fn integrations(&self, within: &Scope) -> Result<Vec<Read<Integration>>, Error> {
        let path = self.path(within, format!("Listing {}", all("integrations", within)))?;
        self.list(path.then("/integrations"), Paging::Documented)
            .await
    }

    /// One version; `id` is `CODE|VERSION`.
    pub async fn integration(&self, within: &Scope, id: &str) -> Result<Read<Integration>, Error> {
        let path = self.path(
            within,
            format!("Reading {}", named("integration", id, within)),
        )?;
        self.object(path.then("/integrations").name(id)?, Vec::new())
            .await
    }

    /// The `.iar` archive of one version outside projects (neither the console nor the API exports a
    /// single integration of a project). `Locked` where somebody has it open or Oracle delivered it.
    pub async fn export_integration(&self, id: &str) -> Result<Bytes, Error> {
        let path = self.path(&Scope::Global, format!("Exporting integration `{id}`"))?;
        self.download(
            path.then("/integrations").name(id)?.then("/archive"),
            Expect::Zip,
        )
        .await
    }
}
