//! Lookups created, changed, copied, removed, and brought in as files. Projects offer only creating and
//! bringing in.

use reqwest::Method;
use serde_json::json;
use waybill_model::Scope;

use super::{Changed, Path, named};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Expect, Form, Upload};
use crate::pace::CallClass;
use crate::wire::{LookupClone, LookupDefinition};

impl Client {
    /// Creates a lookup. Documented: 200; `Server(400)`; `Server(500)`; in projects since February
    /// 2026.
    pub async fn create_lookup(
        &self,
        within: &Scope,
        lookup: &LookupDefinition,
    ) -> Result<Changed, Error> {
        let operation = format!("Creating {}", named("lookup", &lookup.name, within));
        let target = self.lookup_path(within, &lookup.name, operation.clone())?;
        let call = self
            .path(within, operation)?
            .then("/lookups")
            .post(CallClass::Change)
            .json(json!(lookup));
        self.write(call, &target).await
    }

    /// Replaces a lookup. Documented: 200.
    pub async fn update_lookup(&self, lookup: &LookupDefinition) -> Result<Changed, Error> {
        let operation = format!("Changing lookup `{}`", lookup.name);
        let path = self.lookup_path(&Scope::Global, &lookup.name, operation)?;
        // The same columns and rows again change nothing.
        let call = path.put(CallClass::Change).json(json!(lookup));
        Ok(self.send(call).await?.into())
    }

    /// Makes a copy of a lookup. Documented: 200; `Server(400)`; `NotFound`; `Server(500)`.
    pub async fn clone_lookup(&self, name: &str, clone: &LookupClone) -> Result<Changed, Error> {
        let operation = format!("Copying lookup `{name}` to `{}`", clone.name);
        let target = self.lookup_path(&Scope::Global, &clone.name, operation.clone())?;
        let call = self
            .lookup_path(&Scope::Global, name, operation)?
            .then("/clone")
            .post(CallClass::Change)
            .json(json!(clone));
        self.write(call, &target).await
    }

    /// Brings in a lookup that is not there yet, as the CSV of an export; `name` is what the file names
    /// it. Documented: 204 with `Location`; `Server(400)`; `Conflict` where it exists; `Server(500)`.
    pub async fn import_lookup(
        &self,
        within: &Scope,
        name: &str,
        file: Upload,
    ) -> Result<Changed, Error> {
        let operation = format!("Importing {}", named("lookup", name, within));
        self.send_lookup(Method::POST, within, operation, name, file)
            .await
    }

    /// Replaces a lookup by the CSV of an export. Documented: 200; `Server(400)`; `NotFound`;
    /// `Server(500)`.
    pub async fn replace_lookup(&self, name: &str, file: Upload) -> Result<Changed, Error> {
        let operation = format!("Replacing lookup `{name}`");
        self.send_lookup(Method::PUT, &Scope::Global, operation, name, file)
            .await
    }

    /// Removes a lookup. Documented: 200; `NotFound`; `Locked`; `Server(500)`.
    pub async fn delete_lookup(&self, name: &str) -> Result<Changed, Error> {
        let operation = format!("Deleting lookup `{name}`");
        let path = self.lookup_path(&Scope::Global, name, operation)?;
        self.remove(path).await
    }

    fn lookup_path(&self, within: &Scope, name: &str, operation: String) -> Result<Path, Error> {
        self.path(within, operation)?.then("/lookups").name(name)
    }

    async fn send_lookup(
        &self,
        method: Method,
        within: &Scope,
        operation: String,
        name: &str,
        file: Upload,
    ) -> Result<Changed, Error> {
        let target = self.lookup_path(within, name, operation.clone())?;
        let call = self
            .path(within, operation)?
            .then("/lookups/archive")
            .call(method, CallClass::Import)
            .expecting(Expect::Nothing)
            .form(Form::archive(format!("{name}.csv"), file));
        self.write(call, &target).await
    }
}
