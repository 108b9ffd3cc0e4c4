//! An answer that goes into a file as it comes, for archives that are too large for memory.

use std::io::SeekFrom;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::body::{self, BodyFault, Expect};

/// Writes the body into the file, which is begun anew, and judges its beginning and its end.
pub(super) async fn write(
    mut response: Response,
    path: &Path,
    expect: Expect,
    idle: Duration,
    written: &mut u64,
) -> Result<Bytes, BodyFault> {
    let failed = |cause: std::io::Error| {
        BodyFault::File(format!("`{}` cannot be written ({cause})", path.display()))
    };
    let announced = response.content_length();
    let content_type = response
        .headers()
        .get(reqwest::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
        .await
        .map_err(failed)?;
    loop {
        let chunk = tokio::time::timeout(idle, response.chunk())
            .await
            .map_err(|_| BodyFault::Idle)?
            .map_err(BodyFault::Transport)?;
        let Some(chunk) = chunk else { break };
        *written += chunk.len() as u64;
        file.write_all(&chunk).await.map_err(failed)?;
    }
    file.flush().await.map_err(failed)?;
    if let Some(announced) = announced.filter(|announced| announced != written) {
        return Err(BodyFault::Short { announced });
    }
    // The beginning tells what it is, the end whether it is whole.
    let mut beginning = read_at(&mut file, 0, 64).await.map_err(failed)?;
    let from = written.saturating_sub(body::LONGEST_ZIP_END);
    let end = read_at(&mut file, from.max(beginning.len() as u64), usize::MAX)
        .await
        .map_err(failed)?;
    beginning.extend_from_slice(&end);
    body::judge(expect, &content_type, &beginning)
        .map_err(|(kind, cause)| BodyFault::Unfit(kind, cause))?;
    file.sync_all().await.map_err(failed)?;
    Ok(Bytes::new())
}

async fn read_at(file: &mut File, from: u64, most: usize) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from)).await?;
    let mut bytes = Vec::new();
    file.take(most as u64).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
