//! Large files: segments, and the manifest that makes one object of them.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::Method;
use serde::Serialize;

use super::{SwiftFiles, md5_of};
use crate::Result;

/// The folder of the segments, below the root. Lists do not show it.
pub(super) const SEGMENTS: &str = ".waybill-segments";

/// Segments of one file under way at once.
const AT_ONCE: usize = 3;

#[derive(Serialize)]
struct Segment {
    path: String,
    etag: String,
    size_bytes: u64,
}

impl SwiftFiles {
    pub(super) async fn write_in_segments(&self, path: &str, content: Bytes) -> Result<()> {
        let total = content.len() as u64;
        let size = usize::try_from(self.segment).unwrap_or(usize::MAX);
        let folder = format!(
            "{}{}-{size}/",
            self.name(&segments_of(path)),
            md5_of(&content)
        );
        let there = self.list_names(&folder).await?;
        let parts: Vec<(String, Bytes)> = (0..content.len())
            .step_by(size)
            .enumerate()
            .map(|(number, from)| {
                let part = content.slice(from..content.len().min(from.saturating_add(size)));
                (format!("{folder}{number:06}"), part)
            })
            .collect();
        let manifest: Vec<Segment> = stream::iter(parts)
            .map(|(name, part)| {
                // The name tells what it holds; that it does is compared when the manifest is written.
                let has = there
                    .iter()
                    .any(|(known, size)| *known == name && *size == part.len() as u64);
                async move {
                    let segment = Segment {
                        path: format!("/{}/{name}", self.container),
                        etag: md5_of(&part),
                        size_bytes: part.len() as u64,
                    };
                    if !has {
                        self.put(path, &name, part).await?;
                    }
                    Ok::<_, crate::TargetError>(segment)
                }
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let name = self.name(path);
        if self.put_together(&name, &manifest, total).await? {
            return self.remove_segments(path, Some(&folder)).await;
        }
        // A segment that is not as it should be, or a server that knows nothing of manifests: once more,
        // and in one piece.
        self.put(path, &name, content).await?;
        self.remove_segments(path, None).await
    }

    /// Writes the manifest, and looks whether the server took it for one.
    async fn put_together(&self, name: &str, manifest: &[Segment], total: u64) -> Result<bool> {
        let Ok(text) = serde_json::to_vec(manifest) else {
            return Ok(false);
        };
        let written = self
            .ask_object(
                Method::PUT,
                name,
                "multipart-manifest=put",
                text.into(),
                |_| {},
            )
            .await?;
        if !written.status.is_success() {
            return Ok(false);
        }
        let found = self
            .ask_object(Method::HEAD, name, "", Bytes::new(), |_| {})
            .await?;
        Ok(found.status.is_success()
            && found
                .header("x-static-large-object")
                .is_some_and(|value| value.eq_ignore_ascii_case("true"))
            && found.header("content-length") == Some(&total.to_string()))
    }

    /// Removes the segments that were ever sent for a file, but for those in the folder.
    pub(super) async fn remove_segments(&self, path: &str, but: Option<&str>) -> Result<()> {
        for (name, _) in self.list_names(&self.name(&segments_of(path))).await? {
            if but.is_none_or(|kept| !name.starts_with(kept)) {
                self.remove_object(&name).await?;
            }
        }
        Ok(())
    }

    /// Removes an object, and tells whether it was one of segments. That there is none is fine.
    pub(super) async fn remove_object(&self, name: &str) -> Result<bool> {
        let found = self
            .ask_object(Method::HEAD, name, "", Bytes::new(), |_| {})
            .await?;
        if found.status == 404 {
            return Ok(false);
        }
        let answer = self
            .ask_object(Method::DELETE, name, "", Bytes::new(), |_| {})
            .await?;
        if answer.status != 404 {
            self.good("Removing", &answer)?;
        }
        Ok(found.header("x-static-large-object").is_some())
    }
}

/// Where the segments of a file lie, whatever they hold.
fn segments_of(path: &str) -> String {
    format!("{SEGMENTS}/{path}/")
}
