//! A place, opened for one request.

use std::path::PathBuf;

use waybill_engine::snapshot::{self, tags};
use waybill_engine::{FilePlace, SnapshotPlace};

use crate::Waybill;
use crate::settings::StoredInstance;
use crate::view::{CommandError, PlaceRef};

/// A place that can be asked.
#[derive(Debug)]
pub(crate) enum Place {
    Instance(Box<StoredInstance>),
    Snapshot(Box<SnapshotPlace>),
    File(Box<FilePlace>),
}

impl Waybill {
    pub(crate) async fn open_place(&self, place: &PlaceRef) -> Result<Place, CommandError> {
        match place {
            PlaceRef::Instance { id } => Ok(Place::Instance(Box::new(self.stored_instance(id)?))),
            PlaceRef::Snapshot { id } => {
                Ok(Place::Snapshot(Box::new(self.open_snapshot(id).await?)))
            }
            PlaceRef::Copy { target, copy } => Ok(Place::Snapshot(Box::new(
                Box::pin(self.open_copy(target, copy)).await?,
            ))),
            PlaceRef::File { path } => self.open_files(vec![PathBuf::from(path)]).await,
            PlaceRef::Files { paths } => {
                self.open_files(paths.iter().map(PathBuf::from).collect())
                    .await
            }
        }
    }

    async fn open_files(&self, paths: Vec<PathBuf>) -> Result<Place, CommandError> {
        let now = self.shared.clock.now();
        blocking(move || FilePlace::open_all(&paths, now))
            .await
            .map(|file| Place::File(Box::new(file)))
    }

    pub(crate) async fn open_snapshot(&self, id: &str) -> Result<SnapshotPlace, CommandError> {
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let id = self.snapshot_now(&vault, id).await?;
        blocking(move || SnapshotPlace::open(vault, &id)).await
    }

    /// The newest snapshot of an instance, one of everything if there is any.
    pub(crate) async fn newest_snapshot(
        &self,
        instance: &str,
    ) -> Result<Option<SnapshotPlace>, CommandError> {
        if !self.shared.vault.exists() {
            return Ok(None);
        }
        let vault = self.shared.vault.open(&self.shared.secrets).await?;
        let tag = tags::instance(instance);
        blocking(move || {
            let of_instance = snapshot::list(&vault)?
                .into_iter()
                .filter(|record| record.tags.contains(&tag));
            let newest = of_instance.max_by_key(|record| {
                let whole = snapshot::brief(record).is_some_and(|brief| !brief.chosen);
                (whole, record.time)
            });
            newest
                .map(|record| SnapshotPlace::open(vault, &record.id))
                .transpose()
        })
        .await
    }
}

/// Runs a blocking call of the engine off the threads of the async runtime.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, waybill_engine::EngineError> + Send + 'static,
) -> Result<T, CommandError> {
    Ok(tokio::task::spawn_blocking(work)
        .await
        .map_err(CommandError::internal)??)
}
