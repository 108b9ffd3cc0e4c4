//! Forms with files (`multipart/form-data`, RFC 7578), made anew for each try.

use std::borrow::Cow;
use std::path::PathBuf;

use bytes::Bytes;
use reqwest::multipart;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, ErrorKind};

/// Where the bytes of a file come from.
#[derive(Clone, Debug)]
pub enum Upload {
    /// Memory.
    Bytes(Bytes),
    /// A file on disk, streamed; read anew for each try.
    File(PathBuf),
}

/// A file of a form.
#[derive(Clone)]
pub(crate) struct FilePart {
    pub(crate) field: Cow<'static, str>,
    pub(crate) file_name: String,
    pub(crate) content_type: &'static str,
    pub(crate) content: Upload,
}

/// A form: fields before files.
#[derive(Clone, Default)]
pub(crate) struct Form {
    pub(crate) fields: Vec<(&'static str, SecretString)>,
    pub(crate) files: Vec<FilePart>,
}

impl Form {
    /// The form of an archive as documented: part `file` and the second field `type`.
    pub(crate) fn archive(file_name: impl Into<String>, content: Upload) -> Self {
        Self::default()
            .field("type", OCTETS)
            .file("file", file_name, content)
    }

    /// Adds a field.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, SecretString::from(value.into())));
        self
    }

    /// Adds a field whose value must not show.
    pub(crate) fn secret(mut self, name: &'static str, value: SecretString) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Adds a file.
    pub(crate) fn file(
        mut self,
        field: impl Into<Cow<'static, str>>,
        file_name: impl Into<String>,
        content: Upload,
    ) -> Self {
        self.files.push(FilePart {
            field: field.into(),
            file_name: file_name.into(),
            content_type: OCTETS,
            content,
        });
        self
    }

    /// What is sent.
    pub(super) async fn encode(&self, operation: &str) -> Result<multipart::Form, Error> {
        let mut form = multipart::Form::new();
        for (name, value) in &self.fields {
            form = form.text(*name, value.expose_secret().to_owned());
        }
        for file in &self.files {
            let part = match &file.content {
                Upload::Bytes(bytes) => multipart::Part::stream_with_length(
                    reqwest::Body::from(bytes.clone()),
                    bytes.len() as u64,
                ),
                Upload::File(path) => {
                    let unreadable = |cause: std::io::Error| {
                        Error::new(
                            ErrorKind::Configuration,
                            operation,
                            format!("`{}` cannot be read ({cause})", path.display()),
                        )
                    };
                    let open = tokio::fs::File::open(path).await.map_err(unreadable)?;
                    let length = open.metadata().await.map_err(unreadable)?.len();
                    multipart::Part::stream_with_length(reqwest::Body::from(open), length)
                }
            };
            let part = part
                .file_name(file.file_name.clone())
                .mime_str(file.content_type)
                .map_err(|_| {
                    Error::new(
                        ErrorKind::Configuration,
                        operation,
                        "the form could not be built",
                    )
                })?;
            form = form.part(file.field.clone(), part);
        }
        Ok(form)
    }
}

const OCTETS: &str = "application/octet-stream";
