//! Certificates and keys read one by one, added, replaced and removed; OIC 3 alone. No call gives key
//! material back.

use serde_json::json;
use waybill_model::{Generation, Scope};

use super::{Changed, Path};
use crate::client::Client;
use crate::error::Error;
use crate::http::{Form, Upload};
use crate::pace::CallClass;
use crate::wire::{Certificate, CertificateDefinition, CertificateReplacement, Read};

impl Client {
    /// One certificate; `id` is `installedType|type|category|name`. Documented: 200; `NotFound`;
    /// `Server(500)`.
    pub async fn certificate(&self, id: &str) -> Result<Read<Certificate>, Error> {
        let path = self.certificate_path(id, format!("Reading certificate `{id}`"))?;
        self.object(path, Vec::new()).await
    }

    /// Adds a certificate or key. Documented: 204; `Conflict` where it exists; `Server(500)`.
    pub async fn add_certificate(
        &self,
        certificate: &CertificateDefinition,
        file_name: &str,
        file: Upload,
    ) -> Result<Changed, Error> {
        let operation = format!("Adding certificate `{}`", certificate.name);
        let target = self.certificate_path(&certificate.id(), operation.clone())?;
        let mut form = Form::default()
            .field("name", certificate.name.as_str())
            .field("type", certificate.certificate_type.as_str())
            .field("category", certificate.category.as_str());
        for (name, value) in [
            ("installedType", &certificate.installed_type),
            ("cipher", &certificate.cipher),
        ] {
            if let Some(value) = value {
                form = form.field(name, value.as_str());
            }
        }
        if let Some(ascii) = certificate.ascii {
            form = form.field("ascii", ascii.to_string());
        }
        let mut secrets = Vec::new();
        for (name, value) in [
            ("keyPasswords", &certificate.key_passwords),
            ("keystorePassword", &certificate.keystore_password),
            ("passPhrase", &certificate.pass_phrase),
        ] {
            if let Some(value) = value {
                form = form.secret(name, value.clone());
                secrets.push(value.clone());
            }
        }
        let call = self
            .path(&Scope::Global, operation)?
            .then("/certificates")
            .post(CallClass::Import)
            .form(form.file("file", file_name, file))
            .hiding(secrets);
        self.write(call, &target).await
    }

    /// Replaces the file of a certificate. Documented: 204; `NotFound`; `Server(500)`; the override
    /// header is required, its value inferred.
    pub async fn replace_certificate(
        &self,
        replacement: &CertificateReplacement,
        file_name: &str,
        file: Upload,
    ) -> Result<Changed, Error> {
        let id = replacement.id.as_str();
        let path = self.certificate_path(id, format!("Replacing certificate `{id}`"))?;
        let described = json!(replacement).to_string().into_bytes();
        // The same file again changes nothing.
        let call = path.post(CallClass::Import).patch().form(
            Form::default().file("file", file_name, file).file(
                "certificate",
                "certificate.json",
                Upload::Bytes(described.into()),
            ),
        );
        Ok(self.send(call).await?.into())
    }

    /// Removes a certificate. Documented: 200; `NotFound`; `Server(500)`.
    pub async fn delete_certificate(&self, id: &str) -> Result<Changed, Error> {
        let path = self.certificate_path(id, format!("Deleting certificate `{id}`"))?;
        self.remove(path).await
    }

    fn certificate_path(&self, id: &str, operation: String) -> Result<Path, Error> {
        self.only_on(&[Generation::Oic3], "certificates", &operation)?;
        self.path(&Scope::Global, operation)?
            .then("/certificates")
            .name(id)
    }
}
