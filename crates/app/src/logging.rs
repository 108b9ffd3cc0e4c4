//! The log of the application: one file a day in `<data folder>/logs`, the newest kept, secrets taken
//! out before anything is written.

mod redaction;

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::storage::HomeFolder;
use crate::view::{CommandError, ErrorCode};

use redaction::Redacting;

/// Days of logs that are kept.
const KEPT: usize = 14;
/// What is written where `WAYBILL_LOG` says nothing else.
const LEVELS: &str = "warn,waybill_app=info,waybill_cli=info,waybill_client=info,waybill_engine=info,waybill_vault=info,waybill_desktop=info";

/// Keeps the log open; what was written last reaches the disk when it is dropped.
#[derive(Debug)]
pub struct LogGuard {
    _worker: WorkerGuard,
}

/// Starts the log of this process in the data folder.
///
/// # Errors
/// The folder cannot be written, or this process has a log already.
pub fn start(home: &Path) -> Result<LogGuard, CommandError> {
    let home = HomeFolder::open(home)?;
    let (layer, guard) = layer(&home.logs())?;
    tracing_subscriber::registry()
        .with(layer.with_filter(levels()))
        .try_init()
        .map_err(CommandError::internal)?;
    Ok(guard)
}

fn levels() -> EnvFilter {
    EnvFilter::try_from_env("WAYBILL_LOG").unwrap_or_else(|_| EnvFilter::new(LEVELS))
}

fn layer<S>(folder: &Path) -> Result<(impl tracing_subscriber::Layer<S>, LogGuard), CommandError>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("waybill")
        .filename_suffix("log")
        .max_log_files(KEPT)
        .build(folder)
        .map_err(|reason| {
            CommandError::new(
                ErrorCode::FileFailed,
                format!(
                    "The log in `{}` cannot be written: {reason}.",
                    folder.display()
                ),
            )
            .guide("Check that your account may write into this folder.")
            .with("path", folder.display())
        })?;
    let (writer, worker) = tracing_appender::non_blocking(Redacting::new(appender));
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(writer);
    Ok((layer, LogGuard { _worker: worker }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "canary-4f1d9c0b7a";

    #[test]
    fn secrets_never_reach_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let (layer, guard) = layer(folder.path()).unwrap();
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(client_secret = CANARY, "signing in");
            tracing::warn!("Authorization: Bearer {CANARY}");
            tracing::warn!("got {{\"access_token\":\"{CANARY}\",\"expires_in\":3600}}");
            tracing::warn!("https://ann:{CANARY}@proxy.acme.com:8080 refused");
            tracing::warn!("grant_type=password&password={CANARY}&scope=x");
            tracing::warn!(artifacts = 812, "the catalogue was read");
        });
        drop(guard);
        let mut text = String::new();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            text.push_str(&std::fs::read_to_string(entry.unwrap().path()).unwrap());
        }
        assert!(!text.contains(CANARY), "{text}");
        assert_eq!(text.matches("<redacted>").count(), 5, "{text}");
        assert!(text.contains("artifacts=812"), "{text}");
        assert!(text.contains("expires_in"), "{text}");
        assert!(text.contains("proxy.acme.com"), "{text}");
    }
}
