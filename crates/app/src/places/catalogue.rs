//! The catalogue of a place. That of an instance comes from the cache unless it is to be read anew.

use jiff::Timestamp;
use waybill_client::Client;
use waybill_engine::{LiveCatalogue, OnList, complete_needs, read_catalogue};
use waybill_model::Catalogue;

use super::masking::masked;
use super::open::{Place, blocking};
use crate::settings::StoredInstance;
use crate::view::{CatalogueView, CommandError, PlaceRef};
use crate::{AppEvent, Waybill};

impl Waybill {
    /// All artifacts of a place. Of an instance: from the cache, unless there is none or `refresh`
    /// asks for a fresh one.
    ///
    /// # Errors
    /// `UnknownSubject`, `ArchiveDamaged`, and the failures of the instance, the vault, or the file.
    pub async fn catalogue(
        &self,
        place: &PlaceRef,
        refresh: bool,
    ) -> Result<CatalogueView, CommandError> {
        match self.open_place(place).await? {
            Place::Instance(instance) => self.instance_catalogue(&instance, refresh).await,
            Place::Snapshot(snapshot) => {
                let stamp = snapshot.manifest().instance.clone();
                let taken_at = snapshot.manifest().taken_at.clone();
                let id = snapshot.record().id.clone();
                let catalogue = blocking(move || snapshot.catalogue()).await?;
                let saved = self.stored_instance(&stamp.id).ok();
                Ok(CatalogueView {
                    place: match place {
                        PlaceRef::Copy { .. } => place.clone(),
                        _ => PlaceRef::Snapshot { id },
                    },
                    title: stamp.name,
                    instance_id: saved.map(|instance| instance.id),
                    environment: Some(stamp.environment),
                    read_at: taken_at,
                    stale: false,
                    artifacts: masked(catalogue.artifacts),
                    gaps: catalogue.gaps,
                })
            }
            Place::File(file) => {
                let catalogue = file.catalogue();
                Ok(CatalogueView {
                    place: place.clone(),
                    title: file.title(),
                    instance_id: None,
                    environment: None,
                    read_at: catalogue.read_at,
                    stale: false,
                    artifacts: masked(catalogue.artifacts),
                    gaps: catalogue.gaps,
                })
            }
        }
    }

    async fn instance_catalogue(
        &self,
        instance: &StoredInstance,
        refresh: bool,
    ) -> Result<CatalogueView, CommandError> {
        let kept = if refresh {
            None
        } else {
            self.shared.journal.kept_catalogue(&instance.id)?
        };
        let catalogue = match kept {
            Some(kept) => kept.catalogue,
            None => self.read_live(instance).await?,
        };
        Ok(CatalogueView {
            place: PlaceRef::Instance {
                id: instance.id.clone(),
            },
            title: instance.name.clone(),
            instance_id: Some(instance.id.clone()),
            environment: Some(instance.environment),
            stale: self.is_stale(&catalogue.read_at),
            read_at: catalogue.read_at,
            artifacts: masked(catalogue.artifacts),
            gaps: catalogue.gaps,
        })
    }

    /// Reads all lists of an instance and keeps what they told.
    async fn read_live(&self, instance: &StoredInstance) -> Result<Catalogue, CommandError> {
        let client = self.client_of(instance).await?;
        let live = self.read_lists(instance, &client, &|_| {}).await?;
        Ok(live.catalogue)
    }

    /// The same with what the lists told of each artifact.
    pub(crate) async fn read_lists(
        &self,
        instance: &StoredInstance,
        client: &Client,
        progress: &OnList<'_>,
    ) -> Result<LiveCatalogue, CommandError> {
        let problem = format!("problem/{}", instance.id);
        let mut live = match read_catalogue(client, self.shared.clock.now(), progress).await {
            Ok(live) => live,
            Err(error) => {
                let error = CommandError::from(error).with("instance", &instance.name);
                self.shared.journal.set_fact(&problem, &error.message)?;
                return Err(error);
            }
        };
        self.shared.journal.set_fact(&problem, "")?;
        if let Some(kept) = self.shared.journal.kept_catalogue(&instance.id)? {
            complete_needs(&mut live.catalogue, &kept.catalogue);
        }
        self.shared.journal.keep_live(&instance.id, &live)?;
        self.tell(AppEvent::InstancesChanged);
        Ok(live)
    }

    /// The catalogue of an instance as last read; read now if it never was.
    pub(crate) async fn known_catalogue(
        &self,
        instance: &StoredInstance,
    ) -> Result<Catalogue, CommandError> {
        match self.shared.journal.kept_catalogue(&instance.id)? {
            Some(kept) => Ok(kept.catalogue),
            None => self.read_live(instance).await,
        }
    }

    fn is_stale(&self, read_at: &str) -> bool {
        let minutes = self.shared.settings.read().view().stale_after_minutes;
        let Ok(read_at) = read_at.parse::<Timestamp>() else {
            return true;
        };
        let age = self.shared.clock.now().as_second() - read_at.as_second();
        age > i64::from(minutes) * 60
    }
}
