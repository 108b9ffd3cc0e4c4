//! Connections changed, tested and removed, and the files that some of their properties are.
//!
//! No generation has a call that creates a connection: they come with archives.

use bytes::Bytes;
use waybill_model::{Generation, Scope};

use super::{Changed, Path, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::{Connection, ConnectionTest, ConnectionUpdate, Read};

/// A file that goes with the test of a connection.
#[derive(Clone, Debug)]
pub struct ConnectionAttachment {
    /// The property whose value it is.
    pub property: String,
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    pub content: Upload,
}

impl Client {
    /// One connection, with its adapter in full (`expand=adapter`).
    pub async fn connection_with_adapter(
        &self,
        within: &Scope,
        id: &str,
    ) -> Result<Read<Connection>, Error> {
        let path = self.connection_path(within, id, "Reading")?;
        self.object(path, vec![("expand", "adapter".to_owned())])
            .await
    }

    /// Sets values of a connection; an agent group too. Gives back the connection as it is now.
    ///
    /// Documented: 200; `Server(400)`; `NotFound`; `Locked` while somebody has it open in the console;
    /// `Server(500)`.
    pub async fn update_connection(
        &self,
        within: &Scope,
        id: &str,
        update: &ConnectionUpdate,
    ) -> Result<Read<Connection>, Error> {
        let path = self.connection_path(within, id, "Changing")?;
        // The same values again change nothing.
        let call = path
            .clone()
            .post(CallClass::Change)
            .patch()
            .json(update.body())
            .hiding(update.secrets())
            .expecting(Expect::MaybeJson);
        self.connection_after(call, path).await
    }

    /// Tests a connection. Documented: 200 with how it went; `NotFound`; `Conflict` (409) where it is
    /// not configured; `WrongState` (412) where it is locked; `Server(500)`.
    pub async fn test_connection(
        &self,
        within: &Scope,
        id: &str,
    ) -> Result<Read<ConnectionTest>, Error> {
        let path = self.connection_path(within, id, "Testing")?;
        let call = path
            .then("/test")
            .post(CallClass::Change)
            .expecting(Expect::Json);
        self.read(call).await
    }

    /// Checks values and files of a connection, and tests it with them; with `full` a WSDL is read with
    /// all that it imports (`action=validate`). Documented for connections outside projects: codes as
    /// for a test. The names of the parts are not documented: the values go as `patch`, a file under the
    /// name of its property.
    pub async fn test_connection_with_attachments(
        &self,
        id: &str,
        update: &ConnectionUpdate,
        attachments: &[ConnectionAttachment],
        full: bool,
    ) -> Result<Read<ConnectionTest>, Error> {
        let path = self
            .outside_projects(id, "Testing")?
            .then("/testWithAttachments");
        let call = path
            .post(CallClass::Change)
            .patch()
            .query_if("action", full.then_some("validate"))
            .query("patchAttachments", "true")
            .form(form(update, attachments))
            .hiding(update.secrets())
            .expecting(Expect::Json);
        self.read(call).await
    }

    /// Checks values and files of a connection without testing it. Documented for connections outside
    /// projects: 200; `NotFound`; `WrongState` (412) where it is locked; `Server(500)`. The parts are
    /// named as in [`Client::test_connection_with_attachments`].
    pub async fn validate_connection(
        &self,
        id: &str,
        update: &ConnectionUpdate,
        attachments: &[ConnectionAttachment],
    ) -> Result<Changed, Error> {
        let path = self.outside_projects(id, "Checking")?.then("/validate");
        let call = path
            .post(CallClass::Change)
            .patch()
            .query("patchAttachments", "true")
            .form(form(update, attachments))
            .hiding(update.secrets())
            .expecting(Expect::MaybeJson);
        Ok(self.send(call).await?.into())
    }

    /// Has the service read the metadata of the connected system anew. Documented for connections
    /// outside projects: 200; `NotFound`; `WrongState`; `Server(500)`.
    pub async fn refresh_connection_metadata(&self, id: &str) -> Result<Changed, Error> {
        let path = self
            .outside_projects(id, "Refreshing the metadata of")?
            .then("/metadata");
        Ok(self.send(path.post(CallClass::Change)).await?.into())
    }

    /// The file that is the value of a property. Documented: 200; `NotFound`; `Locked`;
    /// `Server(500)`.
    pub async fn connection_attachment(
        &self,
        within: &Scope,
        id: &str,
        property: &str,
    ) -> Result<Bytes, Error> {
        let path = self.connection_path(within, id, "Fetching a file of")?;
        self.download(path.then("/attachments").name(property)?, Expect::File)
            .await
    }

    /// Sets the file that is the value of a property; gives back the connection as it is now.
    /// `service_wsdl` is the path of the WSDL in a ZIP of several files.
    ///
    /// Documented: 200 with the connection; `NotFound`; `Locked`; `Server(500)`.
    pub async fn set_connection_attachment(
        &self,
        within: &Scope,
        id: &str,
        property: &str,
        file_name: &str,
        content: Upload,
        service_wsdl: Option<&str>,
    ) -> Result<Read<Connection>, Error> {
        let path = self.connection_path(within, id, "Setting a file of")?;
        let call = path
            .clone()
            .then("/attachments")
            .name(property)?
            .post(CallClass::Import)
            .query_if("serviceWSDL", service_wsdl)
            .form(Form::archive(file_name, content))
            .expecting(Expect::MaybeJson);
        self.connection_after(call, path).await
    }

    /// Removes a connection. Documented: 200; `NotFound`; `Locked`; `Server(500)`; which error one in
    /// use gives is not documented.
    pub async fn delete_connection(&self, within: &Scope, id: &str) -> Result<Changed, Error> {
        let path = self.connection_path(within, id, "Deleting")?;
        self.remove(path).await
    }

    fn connection_path(&self, within: &Scope, id: &str, doing: &str) -> Result<Path, Error> {
        let operation = format!("{doing} {}", named("connection", id, within));
        self.path(within, operation)?.then("/connections").name(id)
    }

    fn outside_projects(&self, id: &str, doing: &str) -> Result<Path, Error> {
        let path = self.connection_path(&Scope::Global, id, doing)?;
        self.only_on(
            &[Generation::Oic3, Generation::Gen2],
            "this check of connections",
            &path.operation,
        )?;
        Ok(path)
    }

    /// Sends a change that answers with the connection; reads it where the answer is empty.
    async fn connection_after(
        &self,
        call: crate::http::Call,
        path: Path,
    ) -> Result<Read<Connection>, Error> {
        let operation = call.operation.clone();
        match Changed::from(self.send(call).await?).json() {
            Some(raw) => super::decode(raw, &operation),
            None => self.object(path, Vec::new()).await,
        }
    }
}

fn form(update: &ConnectionUpdate, attachments: &[ConnectionAttachment]) -> Form {
    let form = Form::default().secret("patch", update.body().to_string().into());
    attachments.iter().fold(form, |form, attachment| {
        form.file(
            attachment.property.clone(),
            attachment.file_name.clone(),
            attachment.content.clone(),
        )
    })
}
