//! Where a text is used: in snapshots, live instances, archive files and folders.
//!
//! `snapshots`, `live` and `files` find what there is to look through, each content once; `look`
//! looks, with `record` for records and `owner` for who owns a file inside an archive; `hits` puts
//! together what was found. Secrets cannot be searched for, and nothing that may be one is shown.

mod files;
mod hits;
mod live;
mod look;
mod owner;
mod record;
mod snapshots;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use waybill_archive::Needle;

use crate::Waybill;
use crate::view::{
    CommandError, ErrorCode, PlaceHead, PlaceRef, SearchRequest, SearchView, WorkProgress,
};
use hits::Hits;

/// The shortest text that can be searched for.
const SHORTEST: usize = 2;
/// Progress is told at every so manieth artifact.
const TELL_EVERY: u32 = 16;

impl Waybill {
    /// Finds where a text is used. Without a place: in all snapshots. What cannot be read is told in
    /// a note, and the rest is found.
    ///
    /// # Errors
    /// `BadInput` if the text is too short or too long; `Cancelled`; the failure of a place, if it is
    /// the only one.
    pub async fn search(
        &self,
        request: &SearchRequest,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<SearchView, CommandError> {
        let began = Instant::now();
        let needle = needle(request)?;
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let search = Search {
            needle: Arc::new(needle),
            cancel: cancel.clone(),
            tell,
            done: Arc::new(AtomicU32::new(0)),
        };
        let work = self.search_everywhere(&request.places, search);
        tokio::pin!(work);
        let mut view = loop {
            tokio::select! {
                Some(step) = told.recv() => progress(step),
                found = &mut work => break found?,
            }
        };
        view.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(view)
    }

    async fn search_everywhere(
        &self,
        places: &[PlaceRef],
        search: Search,
    ) -> Result<SearchView, CommandError> {
        let mut hits = Hits::default();
        let mut snapshots = Vec::new();
        let mut failures = Vec::new();
        let mut copies = Vec::new();
        if places.is_empty() {
            let all = self.snapshots(None).await?;
            snapshots.extend(all.into_iter().map(|snapshot| snapshot.id));
        }
        for place in places {
            let searched = match place {
                PlaceRef::Instance { id } => self.search_instance(id, &search, &mut hits).await,
                PlaceRef::Snapshot { id } => {
                    snapshots.push(id.clone());
                    continue;
                }
                PlaceRef::Copy { target, copy } => {
                    match Box::pin(self.open_copy(target, copy)).await {
                        Ok(opened) => {
                            copies.push((place.clone(), opened));
                            continue;
                        }
                        Err(error) => Err(error),
                    }
                }
                PlaceRef::File { path } => {
                    self.search_files(place, &[path], &search, &mut hits).await
                }
                PlaceRef::Files { paths } => {
                    let paths: Vec<&String> = paths.iter().collect();
                    self.search_files(place, &paths, &search, &mut hits).await
                }
            };
            if let Err(error) = searched {
                failures.push(error);
            }
            search.go_on()?;
        }
        if !(snapshots.is_empty() && copies.is_empty())
            && let Err(error) = self
                .search_snapshots(snapshots, copies, &search, &mut hits)
                .await
        {
            failures.push(error);
        }
        search.go_on()?;
        if hits.places() == 0 && !failures.is_empty() {
            return Err(failures.swap_remove(0));
        }
        for failure in failures {
            hits.note(failure.message);
        }
        Ok(hits.into_view())
    }
}

fn needle(request: &SearchRequest) -> Result<Needle, CommandError> {
    let refused = |message: &str| {
        CommandError::new(ErrorCode::BadInput, message)
            .guide("Enter a part of an address, a name, or a value.")
    };
    if request.text.trim().chars().count() < SHORTEST {
        return Err(refused(
            "The text to search for has fewer than two characters.",
        ));
    }
    Needle::new(&request.text, request.match_case)
        .ok_or_else(|| refused("The text to search for is too long."))
}

/// A search that is under way. Cheap to clone.
#[derive(Clone)]
struct Search {
    needle: Arc<Needle>,
    cancel: CancellationToken,
    tell: UnboundedSender<WorkProgress>,
    done: Arc<AtomicU32>,
}

impl Search {
    /// Something else begins.
    fn begin(&self, doing: &str, total: Option<usize>) {
        self.done.store(0, Ordering::Relaxed);
        self.say(doing, 0, total);
    }

    /// One more is done.
    fn step(&self, doing: &str, total: usize) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(TELL_EVERY) || done as usize == total {
            self.say(doing, done, Some(total));
        }
    }

    fn say(&self, doing: &str, done: u32, total: Option<usize>) {
        // Nobody may be listening any more.
        let _ = self.tell.send(WorkProgress {
            doing: doing.to_owned(),
            done,
            total: total.map(count),
        });
    }

    fn go_on(&self) -> Result<(), CommandError> {
        if self.cancel.is_cancelled() {
            return Err(CommandError::new(
                ErrorCode::Cancelled,
                "The search was called off.",
            ));
        }
        Ok(())
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A head of a place that is no saved instance.
fn head_of_files(place: &PlaceRef, title: String, read_at: String) -> PlaceHead {
    PlaceHead {
        place: place.clone(),
        title,
        instance_id: None,
        environment: None,
        read_at,
    }
}
