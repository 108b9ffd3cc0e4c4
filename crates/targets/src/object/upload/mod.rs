//! An upload address: whoever holds it may write below it, until it ends.
//!
//! - OCI's pre-authenticated requests: `https://objectstorage.REGION.oraclecloud.com/p/TOKEN/n/NAMESPACE/b/BUCKET/o/`,
//!   which may be made for reading and listing too;
//! - Swift's temporary URLs with a prefix: `https://SERVER/v1/ACCOUNT/CONTAINER/FOLDER/?temp_url_sig=…&temp_url_expires=…&temp_url_prefix=…`,
//!   which are made for one method, here `PUT`;
//! - any other whose query lets in, and that takes a `PUT` for each file and tells the MD5 of what it stored.
//!
//! The token or the query *is* the secret: titles and errors show dots in its place. No such address removes
//! anything, so that there is no lock, nothing is taken up, and each file is compared as it is written: read back
//! where the address reads, else by the MD5 that the server tells of what it stored. A server that tells none is
//! refused, because nobody could say that the copy is whole. A large file that lies there already is not sent again.

mod masked;
mod proof;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::web::{self, Answer, Ask, Web};
use crate::{Entry, Files, Result, Stage, StageState, TargetError};

/// All but what a path may hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// From this size on, the server is asked whether a file lies there already.
const LARGE: usize = 1024 * 1024;

/// What has to be known of an upload address.
#[derive(Clone, Debug)]
pub struct UploadSettings {
    /// The whole address.
    pub address: SecretString,
    /// The folder below it that everything lies in; may be empty.
    pub prefix: String,
    /// Whether it was made for reading and listing as well. Then files are read back and compared, and copies can
    /// be found and opened again.
    pub reads: bool,
    /// A file of certificates (PEM) that are trusted beside those of the operating system.
    pub ca_file: Option<PathBuf>,
}

/// What lies below an upload address.
pub struct UploadFiles {
    web: Web,
    address: Url,
    /// The folder within the address, ending in `/`, or empty.
    prefix: String,
    reads: bool,
}

/// A page of OCI's list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    objects: Vec<Line>,
    next_start_with: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    name: String,
    #[serde(default)]
    size: u64,
}

impl UploadFiles {
    /// Prepares the way below an address; nothing is sent yet.
    pub fn new(settings: &UploadSettings) -> Result<Self> {
        let mut address = web::address("The upload address", settings.address.expose_secret())?;
        if !address.path().ends_with('/') {
            let path = format!("{}/", address.path());
            address.set_path(&path);
        }
        address.set_fragment(None);
        let mut title = masked::shown(&address);
        let prefix = match settings.prefix.trim_matches('/') {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        if !prefix.is_empty() {
            title = masked::with_folder(&title, &prefix);
        }
        let web = Web::new(
            title,
            "the upload address".to_owned(),
            masked::secrets(&address, settings.address.expose_secret()),
            settings.ca_file.as_deref(),
            &address,
        )?;
        Ok(Self {
            web,
            address,
            prefix,
            reads: settings.reads,
        })
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.address.clone();
        let below = utf8_percent_encode(&format!("{}{path}", self.prefix), ENCODED).to_string();
        url.set_path(&format!("{}{below}", self.address.path()));
        url
    }

    async fn ask(&self, method: Method, path: &str) -> Result<(Ask, Answer)> {
        let ask = Ask::new(method, self.url(path));
        let answer = self.web.ask(&ask).await?;
        Ok((ask, answer))
    }

    /// Whether the server says that just this lies there; not every address may ask.
    async fn lies_there(&self, path: &str, proof: &proof::Proof) -> bool {
        self.ask(Method::HEAD, path)
            .await
            .is_ok_and(|(_, answer)| proof.compare(&answer) == Some(true))
    }

    /// What a refusal of an address means: it ended, or was never for this.
    fn refusal(&self, operation: &'static str, ask: &Ask, answer: &Answer) -> TargetError {
        match self.web.refusal(operation, ask, answer) {
            same @ (TargetError::Full { .. } | TargetError::Unreachable { .. }) => same,
            TargetError::ReadOnly { target, detail } => TargetError::ReadOnly {
                target,
                detail: format!("{detail}; the address may be made for reading alone"),
            },
            other => match answer.status.as_u16() {
                401 | 403 | 404 | 410 => TargetError::SignIn {
                    target: self.web.title.clone(),
                    user: self.web.user.clone(),
                    detail: format!(
                        "it answers {}; the address may have ended, or be made for something else",
                        answer.status.as_u16()
                    ),
                },
                _ => other,
            },
        }
    }

    /// The names below, from the root of the bucket on as the server tells them.
    async fn page(&self, begin: &str, start: Option<&str>, limit: u32) -> Result<Page> {
        let mut ask = Ask::new(Method::GET, self.address.clone());
        let bucket = self.address.path().split_once("/o/").map_or_else(
            || self.address.path().to_owned(),
            |(before, _)| format!("{before}/o"),
        );
        ask.url.set_path(&bucket);
        {
            let mut query = ask.url.query_pairs_mut();
            query.append_pair("prefix", begin);
            query.append_pair("fields", "name,size");
            query.append_pair("limit", &limit.to_string());
            if let Some(start) = start {
                query.append_pair("start", start);
            }
        }
        let answer = self.web.ask(&ask).await?;
        if !answer.status.is_success() {
            return Err(self.refusal("Listing", &ask, &answer));
        }
        serde_json::from_slice(&answer.body).map_err(|_| {
            self.web.refused(
                "Listing",
                "its list cannot be read; say that the address is for uploads alone",
            )
        })
    }

    /// What stands before the root of the target in the names of the bucket.
    fn before(&self) -> String {
        let below = self
            .address
            .path()
            .split_once("/o/")
            .map_or("", |(_, below)| below);
        format!(
            "{}{}",
            percent_decode_str(below).decode_utf8_lossy(),
            self.prefix
        )
    }
}

#[async_trait]
impl Files for UploadFiles {
    fn title(&self) -> String {
        self.web.title.clone()
    }

    fn can_read(&self) -> bool {
        // Copies are not read back at the end, but each file when it is written: nothing can be removed here, and
        // so nothing damaged be taken away.
        false
    }

    fn at_once(&self) -> usize {
        16
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        let mut bare = self.address.clone();
        bare.set_path("/");
        bare.set_query(None);
        let host = web::host(&bare);
        let reached = self.web.ask(&Ask::new(Method::HEAD, bare)).await;
        told(Stage {
            name: "Connect",
            state: state(reached.is_ok()),
            words: match &reached {
                Ok(_) => format!("{host} answers."),
                Err(cause) => cause.to_string(),
            },
        });
        reached?;
        if !self.reads {
            told(Stage {
                name: "Sign in",
                state: StageState::Skipped,
                words: "The address itself lets in, as writing will show.".to_owned(),
            });
            return Ok(());
        }
        let listed = self.page(&self.before(), None, 1).await.map(|_| ());
        told(Stage {
            name: "Sign in",
            state: state(listed.is_ok()),
            words: match &listed {
                Ok(()) => "The address lets in.".to_owned(),
                Err(cause) => cause.to_string(),
            },
        });
        listed
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        let (ask, answer) = self.ask(Method::HEAD, path).await?;
        if answer.status == 404 {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(self.refusal("Looking for a file", &ask, &answer));
        }
        Ok(answer
            .header("content-length")
            .and_then(|size| size.parse().ok()))
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        let before = self.before();
        let begin = match folder.trim_matches('/') {
            "" => before.clone(),
            folder => format!("{before}{folder}/"),
        };
        let mut all = Vec::new();
        let mut start: Option<String> = None;
        loop {
            let page = self.page(&begin, start.as_deref(), 1000).await?;
            all.extend(page.objects.into_iter().filter_map(|line| {
                let path = line.name.strip_prefix(&before)?.to_owned();
                (line.name.starts_with(&begin) && !path.ends_with('/')).then_some(Entry {
                    path,
                    size: line.size,
                })
            }));
            // The same start again would never end.
            if page.next_start_with.is_none() || page.next_start_with == start {
                return Ok(all);
            }
            start = page.next_start_with;
        }
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        let (ask, answer) = self.ask(Method::GET, path).await?;
        if answer.status == 404 {
            return Err(self.web.missing(format!("`{path}`")));
        }
        if !answer.status.is_success() {
            return Err(self.refusal("Reading", &ask, &answer));
        }
        Ok(answer.body)
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        let proof = proof::Proof::of(&content);
        if content.len() >= LARGE && self.lies_there(path, &proof).await {
            return Ok(());
        }
        let mut ask = Ask::new(Method::PUT, self.url(path));
        proof.ask_for(&mut ask.headers);
        ask.body = content.clone();
        let answer = self.web.ask(&ask).await?;
        if answer.status == 422 {
            return Err(self.web.damaged(path, "it changed on the way there"));
        }
        if !answer.status.is_success() {
            return Err(self.refusal("Writing", &ask, &answer));
        }
        let told = match proof.compare(&answer) {
            told if !self.reads => told,
            Some(false) => Some(false),
            _ => Some(self.read(path).await? == content),
        };
        let is_same = match told {
            Some(is_same) => is_same,
            // Some tell it only when asked for it.
            None if self.lies_there(path, &proof).await => true,
            None => {
                return Err(self.web.refused(
                    "Comparing",
                    "it does not tell what it stored, and the address does not read, so that nobody could say whether the copy is whole",
                ));
            }
        };
        if is_same {
            Ok(())
        } else {
            Err(self
                .web
                .damaged(path, "what it stored is not what was sent"))
        }
    }

    async fn remove(&self, path: &str) -> Result<()> {
        Err(self.web.refused(
            "Removing",
            &format!("`{path}` lies behind an upload address, which removes nothing"),
        ))
    }
}

const fn state(is_well: bool) -> StageState {
    if is_well {
        StageState::Passed
    } else {
        StageState::Failed
    }
}

#[cfg(test)]
mod tests;
