//! Packages brought in, replaced, copied, changed, removed, and fetched with all their options.

use reqwest::Method;
use serde_json::json;
use waybill_model::{Generation, Scope};

use super::{Changed, Path};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::{Package, PackageClone, PackageExport, PackageUpdate, Read};

impl Client {
    /// Fetches the `.par` archive of a package into a file; answers with its length in bytes.
    /// Documented: 200; `NotFound`; `Server(500)`.
    pub async fn export_package_to(
        &self,
        name: &str,
        options: &PackageExport,
        file: &std::path::Path,
    ) -> Result<u64, Error> {
        let path = self.package_path(name, format!("Exporting package `{name}`"))?;
        if options.prebuilt.is_some() {
            self.only_on(
                &[Generation::Gen2],
                "the option `prebuilt`",
                &path.operation,
            )?;
        }
        let text = |flag: Option<bool>| flag.map(|flag| flag.to_string());
        let call = path
            .then("/archive")
            .call(Method::GET, CallClass::Archive)
            .expecting(Expect::Zip)
            .query_if("includeRecordingFlag", text(options.include_recording))
            .query_if("bartatype", options.barta_type.clone())
            .query_if("builtby", options.built_by.clone())
            .query_if("isClone", text(options.is_clone))
            .query_if("isView", text(options.is_view))
            .query_if("prebuilt", text(options.prebuilt));
        self.download_to(call, file).await
    }

    /// Brings in a package that is not there yet; `name` is what the archive names it.
    ///
    /// Documented: 204; `Server(400)` without a file; `Conflict` where it exists; `Server(500)`.
    pub async fn import_package(
        &self,
        name: &str,
        archive: Upload,
        include_recording: Option<bool>,
    ) -> Result<Changed, Error> {
        let operation = format!("Importing package `{name}`");
        self.send_package(Method::POST, operation, name, archive, include_recording)
            .await
    }

    /// Replaces a package that is there.
    ///
    /// Documented: 200; `Server(400)` without a file; `NotFound`; `WrongState` (412) where an
    /// integration of it is active or locked; `Server(500)`.
    pub async fn replace_package(
        &self,
        name: &str,
        archive: Upload,
        include_recording: Option<bool>,
    ) -> Result<Changed, Error> {
        let operation = format!("Replacing package `{name}`");
        self.send_package(Method::PUT, operation, name, archive, include_recording)
            .await
    }

    /// Removes a package. Documented: 200; `NotFound`; `WrongState` (412) where an integration of it is
    /// active or locked (the documentation also names packages of one's own, against common use);
    /// `Server(500)`.
    pub async fn delete_package(&self, name: &str) -> Result<Changed, Error> {
        let path = self.package_path(name, format!("Deleting package `{name}`"))?;
        self.remove(path).await
    }

    /// Makes a copy of a package. Documented: 200; `Server(400)` without a name; `NotFound`;
    /// `Server(500)`.
    pub async fn clone_package(&self, name: &str, clone: &PackageClone) -> Result<Changed, Error> {
        let operation = format!("Copying package `{name}` to `{}`", clone.name);
        let target = self.package_path(&clone.name, operation.clone())?;
        let call = self
            .package_path(name, operation)?
            .then("/clone")
            .post(CallClass::Change)
            .json(json!(clone));
        self.write(call, &target).await
    }

    /// Says what a package holds; gives back the package as it is now. Documented: 200 with the
    /// package; the override header is required, its value inferred.
    pub async fn update_package(
        &self,
        name: &str,
        update: &PackageUpdate,
    ) -> Result<Read<Package>, Error> {
        let path = self.package_path(name, format!("Changing package `{name}`"))?;
        let operation = path.operation.clone();
        let call = path
            .post(CallClass::Change)
            .patch()
            .json(json!(update))
            .expecting(Expect::MaybeJson);
        match Changed::from(self.send(call).await?).json() {
            Some(raw) => super::decode(raw, &operation),
            None => self.package(name).await,
        }
    }

    /// Has the service bring in Oracle's sample packages (documented, without codes).
    pub async fn load_sample_packages(&self) -> Result<Changed, Error> {
        let path = self.path(&Scope::Global, "Loading the sample packages".to_owned())?;
        let call = path.then("/packages/loadSamples").post(CallClass::Import);
        // What is there already is not brought in twice.
        Ok(self.send(call).await?.into())
    }

    fn package_path(&self, name: &str, operation: String) -> Result<Path, Error> {
        self.path(&Scope::Global, operation)?
            .then("/packages")
            .name(name)
    }

    async fn send_package(
        &self,
        method: Method,
        operation: String,
        name: &str,
        archive: Upload,
        include_recording: Option<bool>,
    ) -> Result<Changed, Error> {
        let target = self.package_path(name, operation.clone())?;
        let call = self
            .path(&Scope::Global, operation)?
            .then("/packages/archive")
            .call(method, CallClass::Import)
            .expecting(Expect::Nothing)
            .query_if(
                "includeRecordingFlag",
                include_recording.map(|flag| flag.to_string()),
            )
            .form(Form::archive(format!("{name}.par"), archive));
        self.write(call, &target).await
    }
}
