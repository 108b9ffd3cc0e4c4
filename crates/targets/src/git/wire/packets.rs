//! Git's framing: four hexadecimal digits of length, then the content; `0000` ends a part.

use bytes::{Buf, Bytes, BytesMut};
use tokio::sync::mpsc;

use super::{Service, Talk, broken_off, refusal};
use crate::{Result, TargetError};

/// A packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    Line(Bytes),
    /// The end of a part.
    Flush,
}

/// Packets out of what a program says.
pub(super) struct Packets {
    pub(super) talk: Box<dyn Talk>,
    title: String,
    service: Service,
    buffer: BytesMut,
}

impl Packets {
    pub(super) fn new(talk: Box<dyn Talk>, title: &str, service: Service) -> Self {
        Self {
            talk,
            title: title.to_owned(),
            service,
            buffer: BytesMut::new(),
        }
    }

    pub(super) async fn send(
        &mut self,
        request: Bytes,
        pack: Option<mpsc::Receiver<Bytes>>,
    ) -> Result<()> {
        self.talk.send(request, pack).await
    }

    /// The next packet. That the program ends here is an error.
    pub(super) async fn next(&mut self) -> Result<Packet> {
        match self.next_if_any().await? {
            Some(packet) => Ok(packet),
            None => Err(broken_off(&self.title, self.service, &self.talk.aside())),
        }
    }

    /// The next packet, or nothing where the program has ended.
    pub(super) async fn next_if_any(&mut self) -> Result<Option<Packet>> {
        if !self.fill(4).await? {
            return Ok(None);
        }
        let length = std::str::from_utf8(&self.buffer[..4])
            .ok()
            .and_then(|digits| usize::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.not_git())?;
        match length {
            0..=2 => {
                self.buffer.advance(4);
                Ok(Some(Packet::Flush))
            }
            3 => Err(self.not_git()),
            _ => {
                if !self.fill(length).await? {
                    return Ok(None);
                }
                let mut line = self.buffer.split_to(length).freeze();
                line.advance(4);
                if let Some(words) = line.strip_prefix(b"ERR ") {
                    return Err(refusal(
                        &self.title,
                        self.service,
                        &String::from_utf8_lossy(words),
                    ));
                }
                Ok(Some(Packet::Line(line)))
            }
        }
    }

    async fn fill(&mut self, wanted: usize) -> Result<bool> {
        while self.buffer.len() < wanted {
            match self.talk.next().await? {
                Some(more) => self.buffer.extend_from_slice(&more),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    pub(super) fn not_git(&self) -> TargetError {
        let aside = self.talk.aside();
        let start = String::from_utf8_lossy(&self.buffer[..self.buffer.len().min(80)]).into_owned();
        TargetError::Refused {
            target: self.title.clone(),
            operation: "Speaking Git",
            detail: super::one_line(&format!(
                "what answers there is no Git repository ({start} {aside})"
            )),
        }
    }
}

/// Adds a packet to a request.
pub(super) fn add_line(request: &mut Vec<u8>, line: &[u8]) {
    request.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
    request.extend_from_slice(line);
}

/// Ends a part of a request.
pub(super) fn add_flush(request: &mut Vec<u8>) {
    request.extend_from_slice(b"0000");
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;

    struct Pieces(Vec<&'static [u8]>);

    #[async_trait]
    impl Talk for Pieces {
        async fn next(&mut self) -> Result<Option<Bytes>> {
            Ok((!self.0.is_empty()).then(|| Bytes::from_static(self.0.remove(0))))
        }

        async fn send(&mut self, _: Bytes, _: Option<mpsc::Receiver<Bytes>>) -> Result<()> {
            Ok(())
        }

        fn aside(&self) -> String {
            String::new()
        }
    }

    fn packets(pieces: Vec<&'static [u8]>) -> Packets {
        Packets::new(Box::new(Pieces(pieces)), "git.example.com", Service::Push)
    }

    #[tokio::test]
    async fn packets_are_told_apart_wherever_the_network_cuts_them() {
        let mut packets = packets(vec![b"00", b"0ahel", b"lo\n00", b"00"]);
        assert_eq!(
            packets.next().await.unwrap(),
            Packet::Line(Bytes::from_static(b"hello\n"))
        );
        assert_eq!(packets.next().await.unwrap(), Packet::Flush);
        assert_eq!(packets.next_if_any().await.unwrap(), None);
    }

    #[tokio::test]
    async fn what_is_not_git_and_what_breaks_off_is_an_error() {
        let page = packets(vec![b"<html>Sign in</html>"]).next().await;
        assert!(page.unwrap_err().to_string().contains("no Git repository"));
        let cut = packets(vec![b"0010hel"]).next().await;
        assert!(matches!(cut, Err(TargetError::Unreachable { .. })));
        let said = packets(vec![b"001cERR disk quota exceeded\n"]).next().await;
        assert!(matches!(said, Err(TargetError::Full { .. })), "{said:?}");
    }

    #[test]
    fn a_request_is_framed() {
        let mut request = Vec::new();
        add_line(&mut request, b"done\n");
        add_flush(&mut request);
        assert_eq!(request, b"0009done\n0000");
    }
}
