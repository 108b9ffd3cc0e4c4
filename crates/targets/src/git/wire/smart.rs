//! What is said to the programs of Git (its documents `pack-protocol` and `protocol-capabilities`,
//! version 0, which every server speaks).

use async_trait::async_trait;
use bytes::{Buf, Bytes, BytesMut};
use git2::Oid;

use super::packets::{Packet, Packets, add_flush, add_line};
use super::{Service, Way, broken_off, one_line, refusal};
use crate::git::remote::{Pushed, Refs, Remote, Update};
use crate::git::store::{Piece, Store};
use crate::{Result, TargetError};

const AGENT: &str = concat!("agent=waybill/", env!("CARGO_PKG_VERSION"));
/// More than enough for a server to find what both sides have.
const HAVES: usize = 256;

/// A server of Git.
pub(in crate::git) struct Smart {
    way: Box<dyn Way>,
}

impl Smart {
    pub(in crate::git) fn new(way: impl Way + 'static) -> Self {
        Self { way: Box::new(way) }
    }

    /// Starts a program and hears what is there and what it can do.
    async fn open(&self, service: Service) -> Result<(Packets, Refs, Vec<String>)> {
        let talk = self.way.open(service).await?;
        let mut packets = Packets::new(talk, self.way.title(), service);
        let mut refs = Refs::default();
        let mut abilities: Option<Vec<String>> = None;
        loop {
            let line = match packets.next().await? {
                Packet::Line(line) if line.starts_with(b"# service=") => {
                    // Over HTTPS a part of its own comes first.
                    packets.next().await?;
                    continue;
                }
                Packet::Line(line) if line.starts_with(b"version ") => continue,
                Packet::Line(line) => line,
                Packet::Flush => break,
            };
            let line = String::from_utf8_lossy(&line).into_owned();
            let (named, after) = line.split_once('\0').unwrap_or((&line, ""));
            abilities.get_or_insert_with(|| after.split_whitespace().map(str::to_owned).collect());
            let Some((oid, name)) = named.trim_end().split_once(' ') else {
                return Err(packets.not_git());
            };
            if oid.len() == 40
                && let Ok(oid) = Oid::from_str(oid)
            {
                if !oid.is_zero() {
                    refs.add(name, oid);
                }
            } else if oid.len() == 64 {
                return Err(self.refused(
                    service,
                    "the repository names its objects by SHA-256, which is not supported",
                ));
            } else {
                return Err(packets.not_git());
            }
        }
        Ok((packets, refs, abilities.unwrap_or_default()))
    }

    fn refused(&self, service: Service, detail: &str) -> TargetError {
        refusal(self.way.title(), service, detail)
    }

    /// The pack of a fetch, into the store.
    async fn receive(&self, packets: &mut Packets, into: &Store) -> Result<()> {
        let (pieces, taken) = into.take_pack();
        while let Packet::Line(line) = packets.next().await? {
            match line.first() {
                Some(1) => {
                    let sent = pieces.send(Piece::Bytes(line.slice(1..))).await;
                    if sent.is_err() {
                        break;
                    }
                }
                Some(3) => {
                    return Err(self.refused(Service::Fetch, &String::from_utf8_lossy(&line[1..])));
                }
                // Acknowledgements come before the pack, words on its progress within.
                _ => {}
            }
        }
        let _ = pieces.send(Piece::End).await;
        taken.await
    }

    /// The answer to a push.
    async fn report(&self, packets: &mut Packets, in_bands: bool) -> Result<Report> {
        let mut report = Report::default();
        let mut inner = BytesMut::new();
        while let Some(packet) = packets.next_if_any().await? {
            let Packet::Line(line) = packet else { break };
            if !in_bands {
                report.add(&line);
                continue;
            }
            match line.first() {
                Some(1) => inner.extend_from_slice(&line[1..]),
                Some(2) => report.said.push_str(&String::from_utf8_lossy(&line[1..])),
                Some(3) => {
                    report.said.push_str(&String::from_utf8_lossy(&line[1..]));
                    return Err(self.refused(Service::Push, &report.said));
                }
                _ => {}
            }
        }
        let mut inner = inner.freeze();
        while inner.len() > 4 {
            let length = std::str::from_utf8(&inner[..4])
                .ok()
                .and_then(|digits| usize::from_str_radix(digits, 16).ok())
                .filter(|length| (5..=inner.len()).contains(length));
            let Some(length) = length else { break };
            report.add(&inner[4..length]);
            inner.advance(length);
        }
        if report.unpack.is_none() {
            let aside = format!("{} {}", report.said, packets.talk.aside());
            return Err(broken_off(self.way.title(), Service::Push, &aside));
        }
        Ok(report)
    }
}

#[async_trait]
impl Remote for Smart {
    async fn refs(&self) -> Result<Refs> {
        let (mut packets, refs, _) = self.open(Service::Fetch).await?;
        // Nothing is wanted: the program ends.
        packets.send(Bytes::from_static(b"0000"), None).await?;
        Ok(refs)
    }

    async fn fetch(&self, into: &Store, wants: &[Oid], haves: &[Oid]) -> Result<()> {
        let (mut packets, _, abilities) = self.open(Service::Fetch).await?;
        let able = |name: &str| abilities.iter().any(|ability| ability == name);
        if !able("side-band-64k") {
            return Err(self.refused(Service::Fetch, "the server is too old"));
        }
        let mut chosen = vec!["side-band-64k", "ofs-delta", AGENT];
        // Some services insist on the first of these.
        chosen.extend(
            ["multi_ack_detailed", "no-progress"]
                .iter()
                .filter(|name| able(name)),
        );
        let mut request = Vec::new();
        for (at, want) in wants.iter().enumerate() {
            let line = if at == 0 {
                format!("want {want} {}\n", chosen.join(" "))
            } else {
                format!("want {want}\n")
            };
            add_line(&mut request, line.as_bytes());
        }
        add_flush(&mut request);
        for have in haves.iter().take(HAVES) {
            add_line(&mut request, format!("have {have}\n").as_bytes());
        }
        add_line(&mut request, b"done\n");
        packets.send(request.into(), None).await?;
        self.receive(&mut packets, into).await
    }

    async fn push(&self, from: &Store, updates: &[Update], there: &[Oid]) -> Result<Pushed> {
        let (mut packets, refs, abilities) = self.open(Service::Push).await?;
        if updates
            .iter()
            .any(|update| refs.get(&update.name) != update.old)
        {
            return Ok(Pushed::Raced);
        }
        let able = |name: &str| abilities.iter().any(|ability| ability == name);
        if !able("report-status") {
            return Err(self.refused(Service::Push, "the server is too old"));
        }
        if updates.iter().any(|update| update.new.is_none()) && !able("delete-refs") {
            return Err(self.refused(Service::Push, "removing a branch is not allowed"));
        }
        let mut chosen = vec!["report-status", AGENT];
        chosen.extend(
            ["side-band-64k", "ofs-delta", "quiet"]
                .iter()
                .filter(|name| able(name)),
        );
        if updates.len() > 1 && able("atomic") {
            chosen.push("atomic");
        }
        let mut request = Vec::new();
        for (at, update) in updates.iter().enumerate() {
            let [old, new] =
                [update.old, update.new].map(|oid| oid.unwrap_or(Oid::ZERO_SHA1).to_string());
            let mut line = format!("{old} {new} {}", update.name);
            if at == 0 {
                line.push('\0');
                line.push_str(&chosen.join(" "));
            }
            add_line(&mut request, line.as_bytes());
        }
        add_flush(&mut request);
        let news: Vec<Oid> = updates.iter().filter_map(|update| update.new).collect();
        let in_bands = able("side-band-64k");
        if news.is_empty() {
            packets.send(request.into(), None).await?;
            let report = self.report(&mut packets, in_bands).await?;
            return self.judge(&report, 0);
        }
        let (pack, made) = from.make_pack(news, there.to_vec());
        let answer = match packets.send(request.into(), Some(pack)).await {
            Ok(()) => self.report(&mut packets, in_bands).await,
            Err(error) => Err(error),
        };
        drop(packets);
        // What could not be packed here explains best why the other end was not content.
        let bytes = made.await?;
        self.judge(&answer?, bytes.unwrap_or_default())
    }

    async fn reread(&self, _: Vec<Oid>) -> Result<()> {
        Ok(())
    }
}

/// The answer to a push.
#[derive(Debug, Default)]
struct Report {
    /// Nothing where it did not come; `ok`, or what was wrong with the pack.
    unpack: Option<String>,
    /// Why names were not set.
    declined: Vec<String>,
    /// Words of hooks.
    said: String,
}

impl Report {
    fn add(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if let Some(words) = line.strip_prefix("unpack ") {
            self.unpack = Some(words.to_owned());
        } else if let Some(words) = line.strip_prefix("ng ") {
            let reason = words.split_once(' ').map_or(words, |(_, reason)| reason);
            self.declined.push(reason.to_owned());
        }
    }

    /// Whether a name had been set by somebody else in the meantime.
    fn is_race(&self) -> bool {
        let words = format!("{} {}", self.declined.join(" "), self.said).to_lowercase();
        let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
        !has(&["permission denied", "no space left", "read-only"])
            && has(&[
                "fetch first",
                "non-fast-forward",
                "stale info",
                "failed to update ref",
                "cannot lock ref",
                "failed to lock",
                "incorrect old value",
                "reference already exists",
            ])
    }
}

impl Smart {
    fn judge(&self, report: &Report, bytes: u64) -> Result<Pushed> {
        if let Some(words) = report.unpack.as_deref().filter(|words| *words != "ok") {
            return Err(self.refused(Service::Push, &format!("{words} {}", report.said)));
        }
        match report.declined.first() {
            None => Ok(Pushed::Landed(bytes)),
            Some(_) if report.is_race() => Ok(Pushed::Raced),
            Some(reason) => {
                let said = one_line(&report.said);
                let words = if said.is_empty() {
                    reason.clone()
                } else {
                    format!("{said} ({reason})")
                };
                Err(self.refused(Service::Push, &words))
            }
        }
    }
}
