//! Certificates; the API of OIC 3 alone lists them, and never gives key material.

use waybill_model::{Generation, Scope};

use super::Paging;
use crate::client::Client;
use crate::error::Error;
use crate::wire::{Certificate, Read};

impl Client {
    /// All certificates and keys of the instance's store.
    pub async fn certificates(&self) -> Result<Vec<Read<Certificate>>, Error> {
        let operation = "Listing the certificates".to_owned();
        self.only_on(&[Generation::Oic3], "certificates", &operation)?;
        let path = self.path(&Scope::Global, operation)?;
        self.list(path.then("/certificates"), Paging::Documented)
            .await
    }
}
