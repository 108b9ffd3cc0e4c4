//! OpenStack's Swift API, thinly.
//!
//! OCI speaks it at `https://swiftobjectstorage.REGION.oraclecloud.com/v1/NAMESPACE`, signed in with a user and
//! an auth token ([`SwiftSignIn::Basic`]); other servers give a token for user and key ([`SwiftSignIn::Token`]).
//!
//! What is sent is checked there by its MD5. Files over a limit travel in segments, put together by a *static*
//! large object: its manifest names every segment with size and MD5, so that the server checks them all, it
//! counts from the moment it is written, and lists show its true size. A dynamic one hangs on a list that may
//! lag behind, and shows the size 0. Segments are named by what they hold, so that a cut upload goes on with
//! the first that is missing. A server that knows no static large objects is sent the file whole.

mod asking;
mod listing;
mod segments;
mod sign_in;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use md5::{Digest, Md5};
use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use secrecy::SecretString;
use tokio::sync::Mutex;

use super::hex;
use super::web::{self, Web};
use crate::{Entry, Files, Result, Stage, StageState, TargetError};
use sign_in::Session;

/// Files over this size travel in segments.
const SEGMENT: u64 = 100 * 1024 * 1024;

/// What has to be known of a container.
#[derive(Clone, Debug)]
pub struct SwiftSettings {
    /// Where and how to sign in.
    pub sign_in: SwiftSignIn,
    /// The container.
    pub container: String,
    /// The folder in the container that everything lies in; may be empty.
    pub prefix: String,
    /// Whether the container is made where there is none.
    pub make_container: bool,
    /// Bytes over which a file travels in segments, and bytes of a segment; 100 MiB where nothing is said.
    pub segment_size: Option<u64>,
    /// A file of certificates (PEM) that are trusted beside those of the operating system.
    pub ca_file: Option<PathBuf>,
}

/// How a person signs in.
#[derive(Clone, Debug)]
pub enum SwiftSignIn {
    /// User and auth token are sent with each request, as OCI wants it.
    Basic {
        /// The storage address: `https://swiftobjectstorage.REGION.oraclecloud.com/v1/NAMESPACE`.
        storage: String,
        /// The user; with OCI the whole name, such as `domain/name@example.com`.
        user: String,
        /// The auth token.
        token: SecretString,
    },
    /// User and key are given for a token and the storage address (version 1 of the sign-in).
    Token {
        /// The address for signing in: `https://swift.example.com/auth/v1.0`.
        address: String,
        /// The user, with many servers `account:user`.
        user: String,
        /// The key.
        key: SecretString,
    },
}

/// A container.
pub struct SwiftFiles {
    web: Web,
    sign_in: SwiftSignIn,
    address: Url,
    container: String,
    prefix: String,
    make_container: bool,
    segment: u64,
    session: Mutex<Option<Session>>,
}

impl SwiftFiles {
    /// Prepares the way to a container; nothing is sent yet.
    pub fn new(settings: &SwiftSettings) -> Result<Self> {
        let (what, text, user, secret) = match &settings.sign_in {
            SwiftSignIn::Basic {
                storage,
                user,
                token,
            } => ("The storage address", storage, user, token),
            SwiftSignIn::Token { address, user, key } => {
                ("The address for signing in", address, user, key)
            }
        };
        let address = web::address(what, text)?;
        if settings.container.trim().is_empty() || settings.container.contains(['/', '\n']) {
            return Err(TargetError::Unusable {
                what: "The container",
                detail: "it is empty, or holds a character that cannot be in it".to_owned(),
            });
        }
        let prefix = settings.prefix.trim_matches('/').to_owned();
        let mut title = format!("swift://{}/{}", web::host(&address), settings.container);
        if !prefix.is_empty() {
            title.push('/');
            title.push_str(&prefix);
        }
        let web = Web::new(
            title,
            format!("`{user}`"),
            vec![secret.clone()],
            settings.ca_file.as_deref(),
            &address,
        )?;
        Ok(Self {
            web,
            sign_in: settings.sign_in.clone(),
            address,
            container: settings.container.clone(),
            prefix,
            make_container: settings.make_container,
            segment: settings.segment_size.unwrap_or(SEGMENT).max(1),
            session: Mutex::new(None),
        })
    }

    /// The name of an object in the container.
    fn name(&self, path: &str) -> String {
        if self.prefix.is_empty() {
            path.to_owned()
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    /// Sends one object with its MD5, and compares what the server says of it.
    async fn put(&self, path: &str, name: &str, content: Bytes) -> Result<()> {
        let hash = md5_of(&content);
        let answer = self
            .ask_object(Method::PUT, name, "", content, |headers| {
                if let Ok(value) = HeaderValue::from_str(&hash) {
                    headers.insert("etag", value);
                }
            })
            .await?;
        if answer.status == 422 {
            return Err(self.web.damaged(path, "it changed on the way there"));
        }
        let told = answer.header("etag").map(|tag| tag.trim_matches('"'));
        if answer.status.is_success() && told.is_some_and(|told| !told.eq_ignore_ascii_case(&hash))
        {
            return Err(self
                .web
                .damaged(path, "what it says that it stored has another MD5"));
        }
        self.good("Writing", &answer).map(|_| ())
    }
}

fn md5_of(content: &[u8]) -> String {
    hex(&Md5::digest(content))
}

#[async_trait]
impl Files for SwiftFiles {
    fn title(&self) -> String {
        self.web.title.clone()
    }

    fn at_once(&self) -> usize {
        16
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        let found = self.find_container().await;
        let reached = !matches!(found, Err(TargetError::Unreachable { .. }));
        let host = web::host(&self.address);
        let words = |well: String| found.as_ref().map_or_else(ToString::to_string, |()| well);
        told(Stage {
            name: "Connect",
            state: state(reached),
            words: if reached {
                format!("{host} answers.")
            } else {
                words(String::new())
            },
        });
        if reached {
            told(Stage {
                name: "Sign in",
                state: state(found.is_ok()),
                words: words(format!(
                    "The container `{}` is open to {}.",
                    self.container, self.web.user
                )),
            });
        }
        found
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        let asked = self
            .ask_object(Method::HEAD, &self.name(path), "", Bytes::new(), |_| {})
            .await?;
        if asked.status == 404 {
            return Ok(None);
        }
        let answer = self.good("Looking for a file", &asked)?;
        Ok(answer
            .header("content-length")
            .and_then(|size| size.parse().ok()))
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        self.list_below(folder).await
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        let answer = self
            .ask_object(Method::GET, &self.name(path), "", Bytes::new(), |_| {})
            .await?;
        if answer.status == 404 {
            return Err(self.web.missing(format!("`{path}`")));
        }
        self.good("Reading", &answer)?;
        Ok(answer.body.clone())
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        if content.len() as u64 <= self.segment {
            return self.put(path, &self.name(path), content).await;
        }
        self.write_in_segments(path, content).await
    }

    async fn create(&self, path: &str, content: Bytes) -> Result<bool> {
        // Not every server knows the condition; those that do not would write over it.
        if self.size(path).await?.is_some() {
            return Ok(false);
        }
        let answer = self
            .ask_object(Method::PUT, &self.name(path), "", content, |headers| {
                headers.insert("if-none-match", HeaderValue::from_static("*"));
            })
            .await?;
        if matches!(answer.status.as_u16(), 409 | 412) {
            return Ok(false);
        }
        self.good("Writing", &answer).map(|_| true)
    }

    async fn remove(&self, path: &str) -> Result<()> {
        let was_large = self.remove_object(&self.name(path)).await?;
        if was_large {
            self.remove_segments(path, None).await?;
        }
        Ok(())
    }

    async fn free(&self) -> Result<Option<u64>> {
        self.room().await
    }
}

const fn state(is_well: bool) -> StageState {
    if is_well {
        StageState::Passed
    } else {
        StageState::Failed
    }
}
