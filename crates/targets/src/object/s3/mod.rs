//! The S3 API, signed with version 4 of its signature.
//!
//! OCI's compatibility endpoint is `https://NAMESPACE.compat.objectstorage.REGION.oraclecloud.com`, with a
//! "customer secret key" of a user as keys, and path style. Large files travel in parts; each part is sent
//! with its MD5, so that what breaks on the way is refused there. Headers for retention and storage class are
//! left alone: what the bucket says by itself counts. Parts of an upload that was cut off stay with the server
//! until its own rule clears them.

mod wire;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use opendal::{HttpTransporter, OperationContext, Operator, services};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};

use super::web::{self, Ask, Web};
use crate::{Entry, Files, Result, Stage, StageState, TargetError};
use wire::Wire;

/// The size of the parts of large files.
const PART: usize = 16 * 1024 * 1024;
/// The smallest size that servers take for a part.
const SMALLEST_PART: usize = 5 * 1024 * 1024;
/// Parts of one file under way at once.
const PARTS_AT_ONCE: usize = 4;

/// What has to be known of a bucket.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// The address of the service, without the bucket: `https://s3.eu-central-1.amazonaws.com`.
    pub endpoint: String,
    /// The region that requests are signed for, such as `eu-frankfurt-1`.
    pub region: String,
    /// The bucket; it has to exist.
    pub bucket: String,
    /// The folder in the bucket that everything lies in; may be empty.
    pub prefix: String,
    /// The access key, which is no secret.
    pub access_key: String,
    /// The secret key.
    pub secret_key: SecretString,
    /// Whether the bucket stands in the path of an address, as OCI, MinIO and most others want it, or in
    /// front of the name of the server, as AWS wants it.
    pub path_style: bool,
    /// Bytes of one part of a large file; at least 5 MiB, and 16 MiB where nothing is said.
    pub part_size: Option<usize>,
    /// A file of certificates (PEM) that are trusted beside those of the operating system.
    pub ca_file: Option<PathBuf>,
}

/// A bucket.
pub struct S3Files {
    operator: Operator,
    web: std::sync::Arc<Web>,
    probe: Url,
    bucket: String,
    part: usize,
}

impl S3Files {
    /// Prepares the way to a bucket; nothing is sent yet.
    pub fn new(settings: &S3Settings) -> Result<Self> {
        let endpoint = web::address("The address", &settings.endpoint)?;
        for (what, value) in [
            ("The region", &settings.region),
            ("The bucket", &settings.bucket),
            ("The access key", &settings.access_key),
        ] {
            if value.trim().is_empty() || value.contains(['/', '\n']) {
                return Err(TargetError::Unusable {
                    what,
                    detail: "it is empty, or holds a character that cannot be in it".to_owned(),
                });
            }
        }
        let prefix = settings.prefix.trim_matches('/');
        let folder = if prefix.is_empty() {
            String::new()
        } else {
            format!("/{prefix}")
        };
        let title = format!(
            "s3://{}{folder} at {}",
            settings.bucket,
            web::host(&endpoint)
        );
        let web = std::sync::Arc::new(Web::new(
            title,
            format!("the access key `{}`", settings.access_key),
            vec![settings.secret_key.clone()],
            settings.ca_file.as_deref(),
            &endpoint,
        )?);
        let part = settings.part_size.unwrap_or(PART).max(SMALLEST_PART);
        let mut service = services::S3::default()
            .endpoint(endpoint.as_str().trim_end_matches('/'))
            .region(&settings.region)
            .bucket(&settings.bucket)
            .root(&format!("/{prefix}"))
            .access_key_id(&settings.access_key)
            .secret_access_key(settings.secret_key.expose_secret())
            .disable_config_load()
            .disable_ec2_metadata();
        if !settings.path_style {
            service = service.enable_virtual_host_style();
        }
        let operator = Operator::new(service)
            .map_err(|cause| TargetError::Unusable {
                what: "The bucket",
                detail: web.without_secrets(cause.message()),
            })?
            .with_context(
                OperationContext::new()
                    .with_http_transport(HttpTransporter::new(Wire::new(web.clone()))),
            );
        Ok(Self {
            operator,
            web,
            probe: endpoint,
            bucket: settings.bucket.clone(),
            part,
        })
    }

    /// The error of this crate for one of the library.
    fn explain(&self, operation: &'static str, path: &str, cause: &opendal::Error) -> TargetError {
        if let Some(refusal) = wire::refusal_in(cause) {
            return match refusal {
                TargetError::Missing { target, .. } => TargetError::Missing {
                    target,
                    what: format!("bucket `{}`", self.bucket),
                },
                other => other,
            };
        }
        match cause.kind() {
            opendal::ErrorKind::NotFound => self.web.missing(format!("`{path}`")),
            kind => self.web.refused(
                operation,
                &format!("`{path}` ({kind}: {})", first_line(cause.message())),
            ),
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[async_trait]
impl Files for S3Files {
    fn title(&self) -> String {
        self.web.title.clone()
    }

    fn at_once(&self) -> usize {
        16
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        let connected = self
            .web
            .ask(&Ask::new(Method::GET, self.probe.clone()))
            .await;
        told(Stage {
            name: "Connect",
            state: state(connected.is_ok()),
            words: match &connected {
                Ok(_) => format!("{} answers.", web::host(&self.probe)),
                Err(cause) => cause.to_string(),
            },
        });
        connected?;
        let listed = match self.operator.lister_with("").limit(1).await {
            Ok(mut lister) => futures_util::TryStreamExt::try_next(&mut lister).await,
            Err(cause) => Err(cause),
        };
        let listed = listed.map_err(|cause| self.explain("Signing in", "", &cause));
        told(Stage {
            name: "Sign in",
            state: state(listed.is_ok()),
            words: match &listed {
                Ok(_) => format!("The bucket `{}` takes {}.", self.bucket, self.web.user),
                Err(cause) => cause.to_string(),
            },
        });
        listed.map(|_| ())
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        match self.operator.stat(path).await {
            Ok(found) => Ok(Some(found.content_length())),
            Err(cause) if is_absent(&cause) => Ok(None),
            Err(cause) => Err(self.explain("Looking for a file", path, &cause)),
        }
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        let below = if folder.is_empty() {
            String::new()
        } else {
            format!("{}/", folder.trim_matches('/'))
        };
        let found = match self.operator.list_with(&below).recursive(true).await {
            Ok(found) => found,
            Err(cause) if is_absent(&cause) => return Ok(Vec::new()),
            Err(cause) => return Err(self.explain("Listing", folder, &cause)),
        };
        Ok(found
            .into_iter()
            .filter(|entry| entry.metadata().is_file())
            .map(|entry| Entry {
                path: entry.path().to_owned(),
                size: entry.metadata().content_length(),
            })
            .collect())
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        match self.operator.read(path).await {
            Ok(content) => Ok(content.to_bytes()),
            Err(cause) => Err(self.explain("Reading", path, &cause)),
        }
    }

    async fn read_part(&self, path: &str, offset: u64, length: usize) -> Result<Bytes> {
        let range = offset..offset.saturating_add(length as u64);
        match self.operator.read_with(path).range(range).await {
            Ok(content) if content.len() < length => Err(self.ends_before(path)),
            Ok(content) => Ok(content.to_bytes()),
            Err(cause) => Err(self.explain("Reading", path, &cause)),
        }
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        let failed = |cause| self.explain("Writing", path, &cause);
        if content.len() <= self.part {
            return self
                .operator
                .write(path, content)
                .await
                .map(|_| ())
                .map_err(failed);
        }
        let mut writer = self
            .operator
            .writer_with(path)
            .chunk(self.part)
            .concurrent(PARTS_AT_ONCE)
            .await
            .map_err(failed)?;
        let written = match writer.write(content).await {
            Ok(()) => writer.close().await.map(|_| ()),
            Err(cause) => Err(cause),
        };
        if let Err(cause) = written {
            // What was sent of it is not left lying; that this fails too changes nothing.
            let _ = writer.abort().await;
            return Err(failed(cause));
        }
        Ok(())
    }

    async fn create(&self, path: &str, content: Bytes) -> Result<bool> {
        // Not every server knows the condition; those that do not would write over it.
        if self.size(path).await?.is_some() {
            return Ok(false);
        }
        let created = self
            .operator
            .write_with(path, content.clone())
            .if_not_exists(true)
            .await;
        match created {
            Ok(_) => Ok(true),
            Err(cause) if wire::is_condition(&cause) => Ok(false),
            Err(cause) if wire::is_unknown(&cause) => {
                self.write(path, content).await.map(|()| true)
            }
            Err(cause) => Err(self.explain("Writing", path, &cause)),
        }
    }

    async fn remove(&self, path: &str) -> Result<()> {
        self.operator
            .delete(path)
            .await
            .map_err(|cause| self.explain("Removing", path, &cause))
    }
}

fn is_absent(cause: &opendal::Error) -> bool {
    cause.kind() == opendal::ErrorKind::NotFound
}

const fn state(is_well: bool) -> StageState {
    if is_well {
        StageState::Passed
    } else {
        StageState::Failed
    }
}
