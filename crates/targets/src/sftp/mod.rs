//! A folder on a server that speaks SFTP.
//!
//! A connection is made at the first call, serves all calls, and is made anew after it broke. Where the server offers
//! it, a rename takes the place of what is there in one step (`posix-rename@openssh.com`), and free space is told
//! (`statvfs@openssh.com`).

mod session;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use russh_sftp::{
    client::error::Error,
    protocol::{OpenFlags, StatusCode},
};
use tokio::sync::Mutex;

use self::session::Session;
use crate::{Entry, Files, Result, Stage, TargetError, Tree, ssh::SshServer};

/// How often a file is tried to be made that the server refuses and that is not there.
const TRIED_TO_CREATE: usize = 3;

/// Which folder of which server.
#[derive(Clone, Debug)]
pub struct SftpSettings {
    /// The server, and how to get in.
    pub server: SshServer,
    /// The folder there, from the root (`/srv/copies`) or from the user's own folder (`copies`); it has to exist.
    pub folder: String,
}

/// Copies on a server.
pub type SftpTarget = Tree<SftpFiles>;

impl SftpTarget {
    /// Copies in this folder of this server.
    pub fn on_server(settings: SftpSettings) -> Result<Self> {
        Ok(Self::new(Arc::new(SftpFiles::new(settings)?)))
    }
}

/// The files of a folder on a server.
pub struct SftpFiles {
    settings: SftpSettings,
    title: String,
    session: Mutex<Option<Arc<Session>>>,
}

impl SftpFiles {
    /// The files of this folder of this server. Nothing is connected yet.
    pub fn new(mut settings: SftpSettings) -> Result<Self> {
        let server = &settings.server;
        for (what, text) in [("The server", &server.host), ("The user", &server.user)] {
            if text.trim().is_empty() {
                return Err(TargetError::Unusable {
                    what,
                    detail: "it is empty".to_owned(),
                });
            }
        }
        let port = if server.port == 22 {
            String::new()
        } else {
            format!(":{}", server.port)
        };
        let shown = settings
            .folder
            .trim_start_matches('/')
            .trim_end_matches('/');
        let title = format!("sftp://{}@{}{port}/{shown}", server.user, server.host);
        let folder = settings.folder.trim_end_matches('/');
        settings.folder = match folder {
            "" if settings.folder.starts_with('/') => "/".to_owned(),
            "" => ".".to_owned(),
            folder => folder.to_owned(),
        };
        Ok(Self {
            settings,
            title,
            session: Mutex::new(None),
        })
    }

    /// The session, made where there is none or the last one broke.
    async fn session(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<Arc<Session>> {
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref().filter(|session| !session.is_broken()) {
            return Ok(Arc::clone(session));
        }
        *held = None;
        let connection = self.settings.server.connect(&self.title, told).await?;
        let session = Arc::new(
            Session::open(connection)
                .await
                .map_err(|reason| self.error("Opening SFTP", &reason))?,
        );
        let root = session.stat(&self.settings.folder).await;
        match root.map_err(|reason| self.error("Looking at the folder", &reason))? {
            Some(found) if found.file_type().is_dir() => {}
            _ => return Err(self.missing(format!("folder `{}`", self.settings.folder))),
        }
        *held = Some(Arc::clone(&session));
        Ok(session)
    }

    async fn quietly(&self) -> Result<Arc<Session>> {
        self.session(&|_| {}).await
    }

    fn at(&self, path: &str) -> String {
        match (self.settings.folder.as_str(), path) {
            (folder, "") => folder.to_owned(),
            ("/", path) => format!("/{path}"),
            (folder, path) => format!("{folder}/{path}"),
        }
    }

    fn missing(&self, what: String) -> TargetError {
        TargetError::Missing {
            target: self.title.clone(),
            what,
        }
    }

    fn error(&self, operation: &'static str, reason: &Error) -> TargetError {
        let target = self.title.clone();
        match reason {
            Error::Status(status) => {
                let detail = words(&status.error_message, status.status_code);
                match status.status_code {
                    StatusCode::PermissionDenied => TargetError::ReadOnly { target, detail },
                    StatusCode::NoConnection | StatusCode::ConnectionLost => {
                        TargetError::Unreachable { target, detail }
                    }
                    _ => TargetError::Refused {
                        target,
                        operation,
                        detail,
                    },
                }
            }
            Error::Limited(detail) => TargetError::Refused {
                target,
                operation,
                detail: detail.clone(),
            },
            Error::Timeout => TargetError::Unreachable {
                target,
                detail: "it did not answer in time".to_owned(),
            },
            _ => TargetError::Unreachable {
                target,
                detail: "the connection broke".to_owned(),
            },
        }
    }

    /// Takes note of an error of the session, and gives it its words.
    fn failed(&self, session: &Session, operation: &'static str, reason: &Error) -> TargetError {
        session.note(reason);
        self.error(operation, reason)
    }

    /// A server says no more than "failure" where a disk is full or cannot be written; the file system tells.
    async fn unwritten(&self, session: &Session, bytes: u64, reason: &Error) -> TargetError {
        if let Error::Status(status) = reason
            && status.status_code == StatusCode::Failure
            && let Some(space) = session.space(&self.settings.folder).await
        {
            let target = self.title.clone();
            if space.read_only {
                let detail = "its file system is read-only".to_owned();
                return TargetError::ReadOnly { target, detail };
            }
            if space.free < bytes.max(1) {
                let detail = format!(
                    "{bytes} bytes were to be written, and {} are free",
                    space.free
                );
                return TargetError::Full { target, detail };
            }
        }
        self.failed(session, "Writing", reason)
    }

    /// All files below a folder; where a name is given, those of that name, and nothing below a folder that has one.
    async fn walk(&self, folder: &str, name: Option<&str>) -> Result<Vec<Entry>> {
        let session = self.quietly().await?;
        let mut found = Vec::new();
        let mut left = vec![folder.to_owned()];
        while let Some(folder) = left.pop() {
            let lying = session
                .folder(&self.at(&folder))
                .await
                .map_err(|reason| self.failed(&session, "Listing", &reason))?;
            let (mut folders, mut here) = (Vec::new(), false);
            for one in lying {
                let path = if folder.is_empty() {
                    one.name.clone()
                } else {
                    format!("{folder}/{}", one.name)
                };
                if one.is_folder {
                    folders.push(path);
                } else if one.is_file && name.is_none_or(|name| name == one.name) {
                    here |= name.is_some();
                    found.push(Entry {
                        path,
                        size: one.size,
                    });
                }
            }
            if !here {
                left.append(&mut folders);
            }
        }
        Ok(found)
    }
}

/// What a server said, at a length that can be shown.
fn words(said: &str, code: StatusCode) -> String {
    let said: String = said
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    let said = said.trim().trim_end_matches('.');
    if said.is_empty() {
        code.to_string()
    } else {
        said.to_owned()
    }
}

#[async_trait]
impl Files for SftpFiles {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn can_rename(&self) -> bool {
        true
    }

    fn can_append(&self) -> bool {
        true
    }

    fn creates_once(&self) -> bool {
        true
    }

    fn at_once(&self) -> usize {
        16
    }

    async fn connect(&self, told: &(dyn Fn(Stage) + Send + Sync)) -> Result<()> {
        // A check signs in anew, so that it does not pass by what was right a while ago.
        *self.session.lock().await = None;
        self.session(told).await.map(drop)
    }

    async fn size(&self, path: &str) -> Result<Option<u64>> {
        let session = self.quietly().await?;
        match session.stat(&self.at(path)).await {
            Ok(found) => Ok(found.map(|found| found.size.unwrap_or(0))),
            Err(reason) => Err(self.failed(&session, "Looking at a file", &reason)),
        }
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>> {
        self.walk(folder, None).await
    }

    async fn find(&self, name: &str) -> Result<Vec<String>> {
        let found = self.walk("", Some(name)).await?;
        Ok(found.into_iter().map(|entry| entry.path).collect())
    }

    async fn read(&self, path: &str) -> Result<Bytes> {
        let session = self.quietly().await?;
        match session.read(&self.at(path)).await {
            Ok(Some(content)) => Ok(content),
            Ok(None) => Err(self.missing(format!("file `{path}`"))),
            Err(reason) => Err(self.failed(&session, "Reading", &reason)),
        }
    }

    async fn read_part(&self, path: &str, offset: u64, length: usize) -> Result<Bytes> {
        let session = self.quietly().await?;
        match session
            .read_part(&self.at(path), offset, length as u64)
            .await
        {
            Ok(Some(part)) if part.len() < length => Err(self.ends_before(path)),
            Ok(Some(part)) => Ok(part),
            Ok(None) => Err(self.missing(format!("file `{path}`"))),
            Err(reason) => Err(self.failed(&session, "Reading", &reason)),
        }
    }

    async fn write(&self, path: &str, content: Bytes) -> Result<()> {
        let session = self.quietly().await?;
        let how = OpenFlags::CREATE | OpenFlags::TRUNCATE;
        match session.write(&self.at(path), 0, &content, how).await {
            Ok(()) => Ok(()),
            Err(reason) => Err(self
                .unwritten(&session, content.len() as u64, &reason)
                .await),
        }
    }

    async fn create(&self, path: &str, content: Bytes) -> Result<bool> {
        let session = self.quietly().await?;
        let how = OpenFlags::CREATE | OpenFlags::EXCLUDE;
        let mut left = TRIED_TO_CREATE;
        loop {
            left -= 1;
            let reason = match session.write(&self.at(path), 0, &content, how).await {
                Ok(()) => return Ok(true),
                Err(reason) => reason,
            };
            // That the name is taken is only a failure to the protocol.
            if matches!(&reason, Error::Status(status) if status.status_code == StatusCode::Failure)
                && let Ok(found) = session.stat(&self.at(path)).await
            {
                if found.is_some() {
                    return Ok(false);
                }
                // It may have been taken, and given back before the look.
                if left > 0 {
                    continue;
                }
            }
            return Err(self
                .unwritten(&session, content.len() as u64, &reason)
                .await);
        }
    }

    async fn append(&self, path: &str, offset: u64, rest: Bytes) -> Result<()> {
        let session = self.quietly().await?;
        match session
            .write(&self.at(path), offset, &rest, OpenFlags::empty())
            .await
        {
            Ok(()) => Ok(()),
            Err(reason) => Err(self.unwritten(&session, rest.len() as u64, &reason).await),
        }
    }

    async fn rename(&self, from: &str, to: &str) -> Result<()> {
        let session = self.quietly().await?;
        match session.rename(&self.at(from), &self.at(to)).await {
            Ok(()) => Ok(()),
            Err(reason) => Err(self.failed(&session, "Renaming", &reason)),
        }
    }

    async fn remove(&self, path: &str) -> Result<()> {
        let session = self.quietly().await?;
        match session.remove(&self.at(path)).await {
            Ok(()) => Ok(()),
            Err(reason) => Err(self.failed(&session, "Removing", &reason)),
        }
    }

    async fn make_folder(&self, path: &str) -> Result<()> {
        let session = self.quietly().await?;
        for end in path
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([path.len()])
        {
            let folder = self.at(&path[..end]);
            let Err(reason) = session.make_folder(&folder).await else {
                continue;
            };
            // One that is there, or that lies above what may be written, is refused in many words.
            if !matches!(session.stat(&folder).await, Ok(Some(found)) if found.file_type().is_dir())
            {
                return Err(self.unwritten(&session, 0, &reason).await);
            }
        }
        Ok(())
    }

    async fn remove_empty(&self, path: &str) -> Result<()> {
        let session = self.quietly().await?;
        let mut folders = vec![path.to_owned()];
        let mut at = 0;
        while let Some(folder) = folders.get(at).cloned() {
            let lying = session
                .folder(&self.at(&folder))
                .await
                .map_err(|reason| self.failed(&session, "Listing", &reason))?;
            folders.extend(
                lying
                    .into_iter()
                    .filter(|one| one.is_folder)
                    .map(|one| format!("{folder}/{}", one.name)),
            );
            at += 1;
        }
        // The inner ones come last. One that is not empty stays, and so do those that it lies in.
        for folder in folders.iter().rev() {
            match session.remove_folder(&self.at(folder)).await {
                Ok(()) => {}
                Err(Error::Status(status)) if status.status_code == StatusCode::Failure => {}
                Err(reason) => return Err(self.failed(&session, "Removing a folder", &reason)),
            }
        }
        Ok(())
    }

    async fn free(&self) -> Result<Option<u64>> {
        let session = self.quietly().await?;
        Ok(session
            .space(&self.settings.folder)
            .await
            .map(|space| space.free))
    }
}
