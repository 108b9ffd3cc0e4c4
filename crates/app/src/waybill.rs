//! The application: one value that holds what all verbs share.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;
use waybill_engine::Journal;

use crate::compare::CompareMemory;
use crate::design::DesignMemory;
use crate::instances::{BrowserSignIns, Clients, TestMemory};
use crate::open::{Clock, KeychainChoice, OpenOptions};
use crate::practice::PracticeHost;
use crate::runs::RunHub;
use crate::schedules::Power;
use crate::secrets::Secrets;
use crate::settings::SettingsStore;
use crate::storage::HomeFolder;
use crate::targets::OpenedCopies;
use crate::vault::VaultDoor;
use crate::view::{AboutView, CommandError, RunSummary};
use crate::work::Tickets;

/// How many events wait for a listener that is slow.
const EVENTS: usize = 256;

/// Something changed that screens show.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is the usual one, and there are few at a time"
)]
pub enum AppEvent {
    /// A run began, changed its status, or ended.
    RunsChanged(RunSummary),
    /// An instance was saved, changed or removed.
    InstancesChanged,
    /// The vault was made, unlocked, or holds something new.
    VaultChanged,
    /// Something that a person should hear of while nobody looks, such as a time that was missed.
    Notice {
        /// Whom it is about.
        title: String,
        /// What it is.
        text: String,
    },
}

/// The application. Cheap to clone; made inside a tokio runtime.
#[derive(Clone, Debug)]
pub struct Waybill {
    pub(crate) shared: Arc<Shared>,
}

/// What all verbs share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) home: HomeFolder,
    pub(crate) settings: Arc<SettingsStore>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) vault: VaultDoor,
    pub(crate) clients: Arc<Clients>,
    pub(crate) tests: TestMemory,
    pub(crate) browser: BrowserSignIns,
    pub(crate) runs: Arc<RunHub>,
    /// Runs, and what follows them.
    pub(crate) following: TaskTracker,
    pub(crate) practice: PracticeHost,
    pub(crate) tickets: Arc<Tickets>,
    pub(crate) designs: DesignMemory,
    pub(crate) compared: CompareMemory,
    pub(crate) opened: OpenedCopies,
    pub(crate) clock: Clock,
    pub(crate) power: Power,
    pub(crate) asked_by: String,
    pub(crate) events: broadcast::Sender<AppEvent>,
}

impl Waybill {
    /// Opens the data folder, making it if it is not there.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read or written, or a newer Waybill wrote it.
    pub fn open(options: OpenOptions) -> Result<Self, CommandError> {
        let home = HomeFolder::open(&options.home)?;
        crate::targets::clear_opened(&home.scratch());
        let settings = Arc::new(SettingsStore::open(home.settings(), options.clock.now())?);
        if let Some(notice) = settings.notice() {
            tracing::warn!("{notice}");
        }
        let secrets = Arc::new(Secrets::new(
            &home,
            options.keychain == KeychainChoice::System,
            options.secret_store,
            Arc::clone(&settings),
        )?);
        let journal = Arc::new(Journal::open(&home.journal())?);
        let vault = VaultDoor::new(home.vault(), Arc::clone(&settings));
        Ok(Self {
            shared: Arc::new(Shared {
                home,
                settings,
                secrets,
                journal,
                vault,
                clients: Arc::new(Clients::default()),
                tests: TestMemory::default(),
                browser: BrowserSignIns::default(),
                runs: Arc::new(RunHub::default()),
                following: tracker(),
                practice: PracticeHost::default(),
                tickets: Arc::default(),
                designs: DesignMemory::default(),
                compared: CompareMemory::default(),
                opened: OpenedCopies::default(),
                clock: options.clock,
                power: options.power,
                asked_by: options.asked_by,
                events: broadcast::channel(EVENTS).0,
            }),
        })
    }

    /// Version, folders, platform.
    #[must_use]
    pub fn about(&self) -> AboutView {
        AboutView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            home: self.shared.home.root().display().to_string(),
            logs: self.shared.home.logs().display().to_string(),
            platform: std::env::consts::OS.to_owned(),
        }
    }

    /// What a person should be told once about this start, such as a damaged settings file.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        self.shared.settings.notice().into_iter().collect()
    }

    /// Hears of changes from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<AppEvent> {
        self.shared.events.subscribe()
    }

    pub(crate) fn tell(&self, event: AppEvent) {
        // Nobody may be listening.
        let _ = self.shared.events.send(event);
    }
}

/// Closed from the start: it takes in more, and can be waited for.
fn tracker() -> TaskTracker {
    let tracker = TaskTracker::new();
    tracker.close();
    tracker
}
