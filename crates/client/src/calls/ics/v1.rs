//! The first API of ICS (`/icsapis/v1`, documented; used by public scripts). Code and version are two
//! segments of the path.

use bytes::Bytes;
use reqwest::Method;
use waybill_model::Generation;

use crate::calls::{Changed, Paging, Path, Seen};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::{IcsIntegration, Read};

impl Client {
    fn ics_v1_path(&self, operation: String) -> Result<Path, Error> {
        self.only_on(
            &[Generation::Ics],
            "the first version of the API",
            &operation,
        )?;
        Ok(Path {
            text: "/icsapis/v1/integrations".to_owned(),
            operation,
        })
    }

    fn ics_v1_version(&self, doing: &str, code: &str, version: &str) -> Result<Path, Error> {
        self.ics_v1_path(format!("{doing} integration `{code}` {version}"))?
            .name(code)?
            .name(version)
    }

    /// All versions of all integrations.
    pub async fn ics_v1_integrations(&self) -> Result<Vec<Read<IcsIntegration>>, Error> {
        let path = self.ics_v1_path("Listing the integrations".to_owned())?;
        self.list(path, Paging::OnDemand).await
    }

    /// One version.
    pub async fn ics_v1_integration(
        &self,
        code: &str,
        version: &str,
    ) -> Result<Read<IcsIntegration>, Error> {
        let path = self.ics_v1_version("Reading", code, version)?;
        self.object(path, Vec::new()).await
    }

    /// The `.iar` archive of one version.
    pub async fn ics_v1_export(&self, code: &str, version: &str) -> Result<Bytes, Error> {
        let path = self.ics_v1_version("Exporting", code, version)?;
        self.download(path.then("/export"), Expect::Zip).await
    }

    /// Imports a version that is not there yet; `Conflict` where it is (409, documented). What is there
    /// is read first, so a lost answer can be told from an older version.
    pub async fn ics_v1_import(
        &self,
        code: &str,
        version: &str,
        archive: Upload,
    ) -> Result<Changed, Error> {
        let was_there = match self.ics_v1_integration(code, version).await {
            Ok(_) => true,
            Err(error) if *error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        let call = self
            .ics_v1_path(format!("Importing integration `{code}` {version}"))?
            .then("/import")
            .post(CallClass::Import)
            .form(Form::archive(format!("{code}_{version}.iar"), archive));
        self.change(call, || async {
            let is_there = Seen::there(self.ics_v1_integration(code, version).await)?;
            Ok(if was_there { Seen::NotDone } else { is_there })
        })
        .await
    }

    /// Replaces a version by the one in the archive. The same bytes may be sent again.
    pub async fn ics_v1_replace(
        &self,
        code: &str,
        version: &str,
        archive: Upload,
    ) -> Result<Changed, Error> {
        let call = self
            .ics_v1_path(format!("Replacing integration `{code}` {version}"))?
            .then("/import")
            .put(CallClass::Import)
            .form(Form::archive(format!("{code}_{version}.iar"), archive));
        Ok(self.send(call).await?.into())
    }

    /// Activates a version; answers when it is done. `WrongState` where it is active (412, documented).
    pub async fn ics_v1_activate(
        &self,
        code: &str,
        version: &str,
        tracing: bool,
        payload_tracing: bool,
    ) -> Result<Changed, Error> {
        let call = self
            .ics_v1_version("Activating", code, version)?
            .then("/activate")
            .call(Method::POST, CallClass::Activation)
            .query("enableTracing", tracing.to_string())
            .query("enablePayloadTracing", payload_tracing.to_string())
            .expecting(Expect::Nothing);
        self.change(call, || self.ics_v1_stands(code, version, "ACTIVATED"))
            .await
    }

    /// Deactivates a version. `WrongState` where it is not active (412, documented).
    pub async fn ics_v1_deactivate(&self, code: &str, version: &str) -> Result<Changed, Error> {
        let call = self
            .ics_v1_version("Deactivating", code, version)?
            .then("/deactivate")
            .call(Method::POST, CallClass::Activation)
            .expecting(Expect::Nothing);
        self.change(call, || self.ics_v1_stands(code, version, "CONFIGURED"))
            .await
    }

    /// Whether a version is in this state; what is between two states cannot be told.
    async fn ics_v1_stands(&self, code: &str, version: &str, state: &str) -> Result<Seen, Error> {
        let found = self.ics_v1_integration(code, version).await?;
        Ok(match found.value.status.as_deref() {
            Some(status) if status == state => Seen::Done,
            Some("ACTIVATED" | "CONFIGURED" | "FAILEDACTIVATION") => Seen::NotDone,
            _ => Seen::Unknown,
        })
    }
}
