//! Libraries registered, replaced, removed, and the files that describe their functions.

use bytes::Bytes;
use waybill_model::Scope;

use super::{Changed, Path, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::LibraryDefinition;

impl Client {
    /// Registers a library that is not there yet. Documented: 204 with `Location`; `Server(400)`;
    /// `Conflict` where it exists; `Server(500)`.
    pub async fn import_library(
        &self,
        within: &Scope,
        library: &LibraryDefinition,
        file: Upload,
    ) -> Result<Changed, Error> {
        let id = library.id();
        let operation = format!("Importing {}", named("library", &id, within));
        let mut form = Form::default()
            .field("name", library.name.as_str())
            .field("code", library.code.as_str())
            .field("version", library.version.as_str())
            .field("type", "API");
        if let Some(description) = &library.description {
            form = form.field("description", description.as_str());
        }
        let call = self
            .path(within, operation.clone())?
            .then("/libraries/archive")
            .post(CallClass::Import)
            .form(form.file("file", library.file_name.as_str(), file));
        match within {
            Scope::Global => {
                let target = self.library_path(&id, operation)?;
                self.write(call, &target).await
            }
            // Projects have no call that reads a library: a lost answer stays open.
            Scope::Project(_) => {
                self.change(call, || async { Ok(super::Seen::Unknown) })
                    .await
            }
        }
    }

    /// Replaces the file of a library (`CODE|VERSION`). Documented: 200. When the library was last changed
    /// is read before, so that a replacement whose answer was lost is not made again.
    pub async fn replace_library_file(
        &self,
        id: &str,
        file_name: &str,
        file: Upload,
    ) -> Result<Changed, Error> {
        let target = self.library_path(id, format!("Replacing the file of library `{id}`"))?;
        let call = target
            .clone()
            .then("/archive")
            .post(CallClass::Import)
            .form(Form::archive(file_name, file));
        self.rewrite(call, &target).await
    }

    /// The XML that describes the functions of a library; deprecated in OIC 3. Documented: 200;
    /// `NotFound`; `Server(500)`.
    pub async fn library_metadata(&self, id: &str) -> Result<Bytes, Error> {
        let path = self.library_path(id, format!("Exporting the metadata of library `{id}`"))?;
        self.download(path.then("/metadata"), Expect::File).await
    }

    /// Sets the XML that describes the functions of a library; deprecated in OIC 3. Documented: 200;
    /// `Server(400)`; `NotFound`; `Server(500)`.
    pub async fn set_library_metadata(&self, id: &str, xml: Upload) -> Result<Changed, Error> {
        let path = self.library_path(id, format!("Importing the metadata of library `{id}`"))?;
        let name = format!("{}.xml", id.replace('|', "_"));
        // The same file again changes nothing.
        let call = path
            .then("/metadata")
            .post(CallClass::Import)
            .form(Form::default().file("file", name, xml));
        Ok(self.send(call).await?.into())
    }

    /// Removes one version. Documented: 200; `NotFound`; `Server(500)`; `Locked` seen.
    pub async fn delete_library(&self, id: &str) -> Result<Changed, Error> {
        let path = self.library_path(id, format!("Deleting library `{id}`"))?;
        self.remove(path).await
    }

    fn library_path(&self, id: &str, operation: String) -> Result<Path, Error> {
        self.path(&Scope::Global, operation)?
            .then("/libraries")
            .name(id)
    }
}
