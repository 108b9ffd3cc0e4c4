//! The two programs of Git at the other end, `git-upload-pack` and `git-receive-pack`, and the ways to
//! them. What is said is the same over HTTPS and SSH and stands in `wire/smart.rs`; a way carries it.

mod https;
mod packets;
mod smart;
mod ssh;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;

pub(super) use https::Https;
pub(super) use smart::Smart;
pub(super) use ssh::Ssh;

use crate::{Result, TargetError};

/// How long a server may be silent. Git's own servers show life every five seconds.
pub(super) const PATIENCE: Duration = Duration::from_mins(5);
/// How long making a connection may take.
pub(super) const CONNECT: Duration = Duration::from_secs(20);

/// One of the two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    Fetch,
    Push,
}

impl Service {
    pub(super) const fn program(self) -> &'static str {
        match self {
            Self::Fetch => "git-upload-pack",
            Self::Push => "git-receive-pack",
        }
    }
}

/// A way to the programs.
#[async_trait]
pub(super) trait Way: Send + Sync {
    /// How people know the repository.
    fn title(&self) -> &str;

    /// Starts a program; it says first what it has.
    async fn open(&self, service: Service) -> Result<Box<dyn Talk>>;
}

/// A program that was started.
#[async_trait]
pub(super) trait Talk: Send {
    /// What it says next; nothing where it has ended.
    async fn next(&mut self) -> Result<Option<Bytes>>;

    /// Tells it what is wanted, and after it the bytes of a pack. What it says from then on is the answer.
    async fn send(&mut self, request: Bytes, pack: Option<mpsc::Receiver<Bytes>>) -> Result<()>;

    /// What it said beside its answer.
    fn aside(&self) -> String;
}

/// What went wrong where the answer broke off, told by what was said beside it.
pub(super) fn broken_off(title: &str, service: Service, aside: &str) -> TargetError {
    let detail = one_line(aside);
    if detail.is_empty() {
        return TargetError::Unreachable {
            target: title.to_owned(),
            detail: "the connection broke".to_owned(),
        };
    }
    refusal(title, service, &detail)
}

/// What a refusal of the other end means, by its words: there are no codes.
pub(super) fn refusal(title: &str, service: Service, words: &str) -> TargetError {
    let target = title.to_owned();
    let detail = one_line(words);
    let low = detail.to_lowercase();
    let says = |any: &[&str]| any.iter().any(|word| low.contains(word));
    if says(&[
        "no space left",
        "disk full",
        "disk quota",
        "quota",
        "maximum allowed size",
        "storage limit",
        "out of space",
    ]) {
        TargetError::Full { target, detail }
    } else if says(&[
        "repository not found",
        "does not exist",
        "not appear to be a git repository",
        "no such file",
        "not a git repository",
        "could not be found",
    ]) {
        TargetError::Missing {
            target,
            what: format!("repository there ({detail})"),
        }
    } else if service == Service::Push
        && says(&[
            "hook declined",
            "protected branch",
            "permission",
            "read-only",
            "read only",
            "readonly",
            "denied",
            "not allowed",
            "not permitted",
            "prohibited",
            "unauthorized",
            "insufficient",
            "archived",
            "unable to create",
        ])
    {
        TargetError::ReadOnly { target, detail }
    } else {
        TargetError::Refused {
            target,
            operation: match service {
                Service::Fetch => "Fetching",
                Service::Push => "Pushing",
            },
            detail,
        }
    }
}

/// Words of a server, on one line, without what a screen cannot show, and not without end.
pub(super) fn one_line(words: &str) -> String {
    let clean: String = words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|char| !char.is_control())
        .collect();
    let short: String = clean.chars().take(400).collect();
    short.trim_end_matches(['.', ' ']).to_owned()
}
