//! Lists of objects, page by page.

use reqwest::Method;
use serde::Deserialize;

use super::SwiftFiles;
use super::asking::encoded;
use super::segments::SEGMENTS;
use crate::{Entry, Result};

/// One line of a list; lines for folders have no name.
#[derive(Deserialize)]
struct Line {
    name: Option<String>,
    #[serde(default)]
    bytes: u64,
}

impl SwiftFiles {
    /// The files below a folder; not the segments that some of them consist of.
    pub(super) async fn list_below(&self, folder: &str) -> Result<Vec<Entry>> {
        let folder = folder.trim_matches('/');
        let root = match (self.prefix.is_empty(), folder.is_empty()) {
            (true, true) => String::new(),
            (_, true) => format!("{}/", self.prefix),
            _ => format!("{}/", self.name(folder)),
        };
        let own = self.name("").len();
        let hidden = format!("{SEGMENTS}/");
        Ok(self
            .list_names(&root)
            .await?
            .into_iter()
            .map(|(name, size)| Entry {
                path: name[own..].to_owned(),
                size,
            })
            .filter(|entry| !entry.path.starts_with(&hidden) && !entry.path.ends_with('/'))
            .collect())
    }

    /// Names and sizes of all objects whose name begins with this.
    pub(super) async fn list_names(&self, begin: &str) -> Result<Vec<(String, u64)>> {
        let mut all: Vec<(String, u64)> = Vec::new();
        loop {
            let mut query = format!("format=json&limit=10000&prefix={}", encoded(begin));
            if let Some((last, _)) = all.last() {
                query.push_str("&marker=");
                query.push_str(&encoded(last));
            }
            let asked = self.ask_container(Method::GET, &query).await?;
            let answer = self.good("Listing", &asked)?;
            if answer.status == 204 || answer.body.is_empty() {
                return Ok(all);
            }
            let page: Vec<Line> = serde_json::from_slice(&answer.body).map_err(|_| {
                self.web.refused(
                    "Listing",
                    "its list cannot be read; the address may be another one",
                )
            })?;
            let before = all.len();
            all.extend(page.into_iter().filter_map(|line| {
                line.name
                    .filter(|name| name.starts_with(begin))
                    .map(|name| (name, line.bytes))
            }));
            // Servers give fewer than asked for; only an empty page is the last.
            if all.len() == before {
                return Ok(all);
            }
        }
    }
}
