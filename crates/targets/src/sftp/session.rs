//! One session of SFTP: the calls of the protocol, with several blocks of a file under way at once.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream};
use russh::{ChannelMsg, client::Handle};
use russh_sftp::{
    client::{Config, RawSftpSession, error::Error},
    protocol::{FileAttributes, OpenFlags, Packet, StatusCode},
};

use crate::ssh::HostKey;

/// Every server takes and gives blocks of this size.
const BLOCK: u32 = 32 * 1024;
/// Blocks of one file that are under way at once.
const BLOCKS_AT_ONCE: usize = 16;
/// Seconds until an answer that does not come ends the session.
const PATIENCE: u64 = 60;
/// How soon it is seen that the connection is gone.
const LOOKED_AGAIN: Duration = Duration::from_millis(250);
/// The bit of `statvfs` for a file system that cannot be written.
const READ_ONLY: u64 = 1;

/// What lies in a folder.
pub struct Lying {
    pub name: String,
    pub is_folder: bool,
    pub is_file: bool,
    pub size: u64,
}

/// What a server says of its file system.
pub struct Space {
    pub free: u64,
    pub read_only: bool,
}

/// A session, until it breaks.
pub struct Session {
    sftp: RawSftpSession,
    connection: Handle<HostKey>,
    renames_over: bool,
    tells_space: bool,
    broken: AtomicBool,
}

impl Session {
    pub async fn open(connection: Handle<HostKey>) -> Result<Self, Error> {
        let lost = |reason: russh::Error| Error::IO(reason.to_string());
        let mut channel = connection.channel_open_session().await.map_err(lost)?;
        channel
            .request_subsystem(true, "sftp")
            .await
            .map_err(lost)?;
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Success) => break,
                Some(ChannelMsg::Failure) => {
                    return Err(Error::Limited(
                        "it lets the user in but offers no SFTP".to_owned(),
                    ));
                }
                Some(_) => {}
                None => return Err(Error::IO("the channel was closed".to_owned())),
            }
        }
        let config = Config {
            request_timeout_secs: PATIENCE,
            ..Config::default()
        };
        let sftp = RawSftpSession::new_with_config(channel.into_stream(), config);
        let version = sftp.init().await?;
        Ok(Self {
            renames_over: version.extensions.contains_key("posix-rename@openssh.com"),
            tells_space: version.extensions.contains_key("statvfs@openssh.com"),
            sftp,
            connection,
            broken: AtomicBool::new(false),
        })
    }

    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Remembers that the session broke, if that is what the error says.
    pub fn note(&self, reason: &Error) {
        if !matches!(reason, Error::Status(_) | Error::Limited(_)) {
            self.broken.store(true, Ordering::Relaxed);
        }
    }

    /// The answer to a request, or that the connection is gone: one that is asked while the session ends would be waited
    /// for as long as one that is only slow.
    async fn answer<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let gone = async {
            while !self.connection.is_closed() {
                tokio::time::sleep(LOOKED_AGAIN).await;
            }
        };
        tokio::select! {
            biased;
            answer = asked => answer,
            () = gone => Err(Error::IO("the connection was closed".to_owned())),
        }
    }

    pub async fn stat(&self, path: &str) -> Result<Option<FileAttributes>, Error> {
        Ok(there(self.answer(self.sftp.stat(path)).await)?.map(|found| found.attrs))
    }

    pub async fn folder(&self, path: &str) -> Result<Vec<Lying>, Error> {
        let Some(opened) = there(self.answer(self.sftp.opendir(path)).await)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let ended = loop {
            match self.answer(self.sftp.readdir(&opened.handle)).await {
                Ok(names) => found.extend(
                    names
                        .files
                        .into_iter()
                        .filter(|file| !matches!(file.filename.as_str(), "." | ".."))
                        .map(|file| Lying {
                            is_folder: file.attrs.file_type().is_dir(),
                            is_file: file.attrs.file_type().is_file(),
                            size: file.attrs.size.unwrap_or(0),
                            name: file.filename,
                        }),
                ),
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => {
                    break Ok(found);
                }
                Err(reason) => break Err(reason),
            }
        };
        self.answer(self.sftp.close(opened.handle)).await?;
        ended
    }

    pub async fn read(&self, path: &str) -> Result<Option<Bytes>, Error> {
        let Some(opened) = there(
            self.answer(
                self.sftp
                    .open(path, OpenFlags::READ, FileAttributes::empty()),
            )
            .await,
        )?
        else {
            return Ok(None);
        };
        let content = self.read_open(&opened.handle).await;
        self.answer(self.sftp.close(opened.handle)).await?;
        content.map(Some)
    }

    /// Bytes of a file from an offset on, fewer where it ends before; nothing where there is none.
    pub async fn read_part(
        &self,
        path: &str,
        offset: u64,
        length: u64,
    ) -> Result<Option<Bytes>, Error> {
        let Some(opened) = there(
            self.answer(
                self.sftp
                    .open(path, OpenFlags::READ, FileAttributes::empty()),
            )
            .await,
        )?
        else {
            return Ok(None);
        };
        let end = offset.saturating_add(length);
        let content = self.read_blocks(&opened.handle, offset, end).await;
        self.answer(self.sftp.close(opened.handle)).await?;
        content.map(Some)
    }

    async fn read_open(&self, handle: &str) -> Result<Bytes, Error> {
        let size = self
            .answer(self.sftp.fstat(handle))
            .await?
            .attrs
            .size
            .unwrap_or(0);
        self.read_blocks(handle, 0, size).await
    }

    async fn read_blocks(&self, handle: &str, start: u64, end: u64) -> Result<Bytes, Error> {
        let blocks = (start..end)
            .step_by(BLOCK as usize)
            .map(|offset| self.block(handle, offset, end));
        let mut content = BytesMut::new();
        let mut blocks = stream::iter(blocks).buffered(BLOCKS_AT_ONCE);
        while let Some(block) = blocks.try_next().await? {
            content.extend_from_slice(&block);
        }
        Ok(content.freeze())
    }

    /// One block; a server may give less of it at a time.
    async fn block(&self, handle: &str, offset: u64, size: u64) -> Result<Vec<u8>, Error> {
        let wanted = u32::try_from(size - offset).unwrap_or(BLOCK).min(BLOCK);
        let mut block = Vec::new();
        while block.len() < wanted as usize {
            let (done, left) = (
                block.len() as u64,
                wanted - u32::try_from(block.len()).unwrap_or(wanted),
            );
            match self
                .answer(self.sftp.read(handle, offset + done, left))
                .await
            {
                Ok(data) if !data.data.is_empty() => block.extend_from_slice(&data.data),
                Ok(_) => break,
                // It became shorter meanwhile; its hash will tell.
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => break,
                Err(reason) => return Err(reason),
            }
        }
        Ok(block)
    }

    /// Writes into a file from an offset on. What was there beyond the offset is cut off where it is 0.
    pub async fn write(
        &self,
        path: &str,
        offset: u64,
        content: &Bytes,
        how: OpenFlags,
    ) -> Result<(), Error> {
        let flags = how | OpenFlags::WRITE;
        let opened = self
            .answer(self.sftp.open(path, flags, FileAttributes::empty()))
            .await?;
        let written = stream::iter((0..content.len()).step_by(BLOCK as usize))
            .map(|begin| {
                let end = content.len().min(begin + BLOCK as usize);
                let block = content.slice(begin..end).to_vec();
                let handle = opened.handle.clone();
                async move {
                    self.answer(self.sftp.write(handle, offset + begin as u64, block))
                        .await
                        .map(drop)
                }
            })
            .buffered(BLOCKS_AT_ONCE)
            .try_collect::<()>()
            .await;
        let closed = self.answer(self.sftp.close(opened.handle)).await;
        written?;
        closed.map(drop)
    }

    pub async fn rename(&self, from: &str, to: &str) -> Result<(), Error> {
        if !self.renames_over {
            // Without the extension, a name that is taken is refused.
            if self
                .stat(to)
                .await?
                .is_some_and(|found| found.file_type().is_file())
            {
                self.remove(to).await?;
            }
            return self.answer(self.sftp.rename(from, to)).await.map(drop);
        }
        let mut data = Vec::with_capacity(from.len() + to.len() + 8);
        for text in [from, to] {
            data.extend_from_slice(&u32::try_from(text.len()).unwrap_or(0).to_be_bytes());
            data.extend_from_slice(text.as_bytes());
        }
        match self
            .answer(self.sftp.extended("posix-rename@openssh.com", data))
            .await?
        {
            Packet::Status(status) if status.status_code == StatusCode::Ok => Ok(()),
            Packet::Status(status) => Err(Error::Status(status)),
            _ => Err(Error::UnexpectedPacket),
        }
    }

    pub async fn remove(&self, path: &str) -> Result<(), Error> {
        there(self.answer(self.sftp.remove(path)).await).map(drop)
    }

    pub async fn make_folder(&self, path: &str) -> Result<(), Error> {
        self.answer(self.sftp.mkdir(path, FileAttributes::empty()))
            .await
            .map(drop)
    }

    pub async fn remove_folder(&self, path: &str) -> Result<(), Error> {
        there(self.answer(self.sftp.rmdir(path)).await).map(drop)
    }

    pub async fn space(&self, path: &str) -> Option<Space> {
        if !self.tells_space {
            return None;
        }
        let found = self.answer(self.sftp.statvfs(path)).await.ok()?;
        Some(Space {
            free: found.fragment_size.saturating_mul(found.blocks_avail),
            read_only: found.flags & READ_ONLY != 0,
        })
    }
}

/// Nothing where nothing is.
fn there<T>(found: Result<T, Error>) -> Result<Option<T>, Error> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Status(status)) if status.status_code == StatusCode::NoSuchFile => Ok(None),
        Err(reason) => Err(reason),
    }
}
