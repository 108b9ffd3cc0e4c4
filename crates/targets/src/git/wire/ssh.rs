//! Git over SSH: its programs run in a session of their own, their answers come as the session's output.

use async_trait::async_trait;
use bytes::Bytes;
use russh::client::{Handle, Msg};
use russh::{Channel, ChannelMsg};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{PATIENCE, Service, Talk, Way, one_line};
use crate::ssh::{HostKey, SshServer};
use crate::{Result, TargetError};

/// What is kept of the words a program says beside its answer.
const ASIDE: usize = 4096;

/// A repository behind an SSH server.
pub(in crate::git) struct Ssh {
    pub(in crate::git) title: String,
    pub(in crate::git) server: SshServer,
    pub(in crate::git) path: String,
}

#[async_trait]
impl Way for Ssh {
    fn title(&self) -> &str {
        &self.title
    }

    async fn open(&self, service: Service) -> Result<Box<dyn Talk>> {
        let session = self.server.connect(&self.title, &|_| {}).await?;
        let channel = session
            .channel_open_session()
            .await
            .map_err(|cause| self.broken(&cause))?;
        channel
            .exec(
                true,
                format!("{} {}", service.program(), quoted(&self.path)),
            )
            .await
            .map_err(|cause| self.broken(&cause))?;
        Ok(Box::new(SshTalk {
            title: self.title.clone(),
            channel,
            _session: session,
            aside: Vec::new(),
            sender: None,
        }))
    }
}

impl Ssh {
    fn broken(&self, cause: &russh::Error) -> TargetError {
        TargetError::Unreachable {
            target: self.title.clone(),
            detail: one_line(&cause.to_string()),
        }
    }
}

/// As a shell takes it for one word.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''").replace('!', r"'\!'"))
}

struct SshTalk {
    title: String,
    channel: Channel<Msg>,
    /// The connection lasts as long as this.
    _session: Handle<HostKey>,
    aside: Vec<u8>,
    sender: Option<Sender>,
}

/// Ends when it is dropped.
struct Sender(JoinHandle<()>);

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[async_trait]
impl Talk for SshTalk {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let message = timeout(PATIENCE, self.channel.wait()).await.map_err(|_| {
                TargetError::Unreachable {
                    target: self.title.clone(),
                    detail: format!("it was silent for {} seconds", PATIENCE.as_secs()),
                }
            })?;
            match message {
                None => return Ok(None),
                Some(ChannelMsg::Data { data }) if !data.is_empty() => return Ok(Some(data)),
                Some(ChannelMsg::ExtendedData { data, .. }) => {
                    let room = ASIDE.saturating_sub(self.aside.len()).min(data.len());
                    self.aside.extend_from_slice(&data[..room]);
                }
                Some(ChannelMsg::Failure) => {
                    self.aside
                        .extend_from_slice(b"the server does not let programs run");
                    return Ok(None);
                }
                // What it says beside may still come after the end of its answer.
                Some(_) => {}
            }
        }
    }

    async fn send(&mut self, request: Bytes, pack: Option<mpsc::Receiver<Bytes>>) -> Result<()> {
        let mut writer = Box::pin(self.channel.make_writer());
        // Beside, for a server that speaks while it listens would else wait for ever.
        self.sender = Some(Sender(tokio::spawn(async move {
            if writer.write_all(&request).await.is_err() {
                return;
            }
            if let Some(mut pack) = pack {
                while let Some(piece) = pack.recv().await {
                    if writer.write_all(&piece).await.is_err() {
                        return;
                    }
                }
            }
            let _ = writer.shutdown().await;
        })));
        Ok(())
    }

    fn aside(&self) -> String {
        String::from_utf8_lossy(&self.aside).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_path_is_one_word_for_a_shell() {
        assert_eq!(quoted("/srv/oic.git"), "'/srv/oic.git'");
        assert_eq!(quoted("/srv/o'c; rm"), r"'/srv/o'\''c; rm'");
    }
}
