//! JavaScript libraries; in projects they have no calls to list, read or export them.

use bytes::Bytes;
use waybill_model::Scope;

use super::Paging;
use crate::client::Client;
use crate::error::Error;
use crate::http::Expect;
use crate::wire::{Library, Read};

impl Client {
    /// All versions of all libraries.
    pub async fn libraries(&self) -> Result<Vec<Read<Library>>, Error> {
        let path = self.path(&Scope::Global, "Listing the libraries".to_owned())?;
        self.list(path.then("/libraries"), Paging::OnDemand).await
    }

    /// One version; `id` is `CODE|VERSION`.
    pub async fn library(&self, id: &str) -> Result<Read<Library>, Error> {
        let path = self.path(&Scope::Global, format!("Reading library `{id}`"))?;
        self.object(path.then("/libraries").name(id)?, Vec::new())
            .await
    }

    /// The file of a library: a `.jar`, or a `.js` where it is a single script.
    pub async fn export_library(&self, id: &str) -> Result<Bytes, Error> {
        let path = self.path(&Scope::Global, format!("Exporting library `{id}`"))?;
        self.download(
            path.then("/libraries").name(id)?.then("/archive"),
            Expect::ZipOrFile,
        )
        .await
    }
}
