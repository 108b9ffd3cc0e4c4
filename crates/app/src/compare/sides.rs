//! Opening places for comparing, and what is remembered of the last ones.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use waybill_archive::Meaning;
use waybill_engine::{FilePlace, Side, snapshot};
use waybill_model::ArtifactId;

use crate::Waybill;
use crate::places::{Place, blocking};
use crate::runs::stamp;
use crate::settings::StoredInstance;
use crate::view::{CommandError, PlaceHead, PlaceRef, WorkProgress};

/// So many places of files stay open.
const FILES: usize = 2;
/// So many pairs of artifacts stay read.
const PAIRS: usize = 32;

/// A place ready for comparing.
#[derive(Clone, Debug)]
pub(crate) struct OpenSide {
    pub side: Arc<Side>,
    pub head: PlaceHead,
}

/// Two artifacts, by their places.
pub(super) type Pair = (PlaceRef, ArtifactId, PlaceRef, ArtifactId);

/// What of the last comparisons is at hand: files that were opened, and artifacts that were read, so
/// that their texts need not be read again.
#[derive(Default)]
pub(crate) struct CompareMemory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    files: VecDeque<(PlaceRef, OpenSide)>,
    pairs: VecDeque<(Pair, Arc<(Meaning, Meaning)>)>,
}

impl fmt::Debug for CompareMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CompareMemory")
            .finish_non_exhaustive()
    }
}

impl CompareMemory {
    fn held(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What two artifacts mean, if they were read before.
    pub(super) fn meanings(&self, pair: &Pair) -> Option<Arc<(Meaning, Meaning)>> {
        let held = self.held();
        let found = held.pairs.iter().find(|(known, _)| known == pair)?;
        Some(found.1.clone())
    }

    /// Remembers what two artifacts mean.
    pub(super) fn keep(&self, pair: Pair, meanings: Arc<(Meaning, Meaning)>) {
        let mut held = self.held();
        held.pairs.retain(|(known, _)| *known != pair);
        held.pairs.push_front((pair, meanings));
        held.pairs.truncate(PAIRS);
    }

    fn keep_open(&self, place: &PlaceRef, side: &OpenSide) {
        let mut held = self.held();
        held.files.retain(|(known, _)| known != place);
        held.files.push_front((place.clone(), side.clone()));
        held.files.truncate(FILES);
    }

    /// Forgets what was read of these places: they are compared anew.
    fn forget(&self, places: [&PlaceRef; 2]) {
        let mut held = self.held();
        held.files.retain(|(place, _)| !places.contains(&place));
        held.pairs
            .retain(|((left, _, right, _), _)| !places.contains(&left) && !places.contains(&right));
    }
}

impl Waybill {
    /// Opens two places at once, reading instances anew where `refresh` says so, and files in any
    /// case.
    pub(crate) async fn open_sides(
        &self,
        left: &PlaceRef,
        right: &PlaceRef,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
    ) -> Result<(OpenSide, OpenSide), CommandError> {
        self.shared.compared.forget([left, right]);
        futures::try_join!(
            self.open_side(left, refresh, progress),
            self.open_side(right, refresh, progress),
        )
    }

    /// Opens a place, or takes the files that are still open.
    pub(crate) async fn side(&self, place: &PlaceRef) -> Result<OpenSide, CommandError> {
        let known = {
            let held = self.shared.compared.held();
            let known = held.files.iter().find(|(known, _)| known == place);
            known.map(|(_, side)| side.clone())
        };
        match known {
            Some(side) => Ok(side),
            None => self.open_side(place, false, &|_| {}).await,
        }
    }

    async fn open_side(
        &self,
        place: &PlaceRef,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
    ) -> Result<OpenSide, CommandError> {
        match self.open_place(place).await? {
            Place::Instance(instance) => self.live_side(&instance, refresh, progress).await,
            Place::Snapshot(opened) => {
                let taken_at = opened.manifest().taken_at.clone();
                let stamp = opened.manifest().instance.clone();
                let id = opened.record().id.clone();
                let title = format!("snapshot {} of {}", snapshot::short(&id), stamp.name);
                let side = blocking(move || Side::snapshot(*opened, &title)).await?;
                let saved = self.stored_instance(&stamp.id).ok();
                Ok(OpenSide {
                    side: Arc::new(side),
                    head: PlaceHead {
                        place: match place {
                            PlaceRef::Copy { .. } => place.clone(),
                            _ => PlaceRef::Snapshot { id },
                        },
                        title: stamp.name,
                        instance_id: saved.map(|instance| instance.id),
                        environment: Some(stamp.environment),
                        read_at: taken_at,
                    },
                })
            }
            Place::File(opened) => self.file_side(place, *opened).await,
        }
    }

    /// Opens a place anew: whatever was read of files before is forgotten.
    pub(crate) async fn side_anew(
        &self,
        place: &PlaceRef,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
    ) -> Result<OpenSide, CommandError> {
        self.shared.compared.forget([place, place]);
        self.open_side(place, refresh, progress).await
    }

    async fn live_side(
        &self,
        instance: &StoredInstance,
        refresh: bool,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
    ) -> Result<OpenSide, CommandError> {
        let client = self.client_of(instance).await?;
        let known = if refresh {
            None
        } else {
            let (journal, id) = (self.shared.journal.clone(), instance.id.clone());
            blocking(move || journal.kept_live(&id)).await?
        };
        let live = if let Some(known) = known {
            known
        } else {
            let doing = format!("Reading the lists of {}", instance.name);
            let told = |read: waybill_engine::ListsRead| {
                progress(WorkProgress {
                    doing: doing.clone(),
                    done: read.done,
                    total: Some(read.known),
                });
            };
            self.read_lists(instance, &client, &told).await?
        };
        let head = PlaceHead {
            place: PlaceRef::Instance {
                id: instance.id.clone(),
            },
            title: instance.name.clone(),
            instance_id: Some(instance.id.clone()),
            environment: Some(instance.environment),
            read_at: live.catalogue.read_at.clone(),
        };
        let located = self.located(instance)?;
        let side = Side::live(client, live, &stamp(&located), &instance.name);
        Ok(OpenSide {
            side: Arc::new(side),
            head,
        })
    }

    async fn file_side(
        &self,
        place: &PlaceRef,
        opened: FilePlace,
    ) -> Result<OpenSide, CommandError> {
        let title = opened.title();
        let name = title.clone();
        let side = blocking(move || Ok(Side::files(opened, &name))).await?;
        let head = PlaceHead {
            place: place.clone(),
            title,
            instance_id: None,
            environment: None,
            read_at: side.catalogue().read_at.clone(),
        };
        let side = OpenSide {
            side: Arc::new(side),
            head,
        };
        self.shared.compared.keep_open(place, &side);
        Ok(side)
    }
}
