//! What is asked for. It goes into the journal, so that a run that was cut off can be taken up again; user,
//! password and address of the container are no part of it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use waybill_client::Client;
use waybill_client::wire::{ImportMode, StorageInfo};
use waybill_targets::Files;
use waybill_vault::Vault;

use crate::change::WritePermit;
use crate::copies::Clock;
use crate::journal::{Journal, NewRun, Run, RunId, RunKind};
use crate::manifest::InstanceStamp;
use crate::progress::Reporter;

/// What an import does with the integrations that it brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CloneMode {
    /// They are imported and stay inactive.
    #[default]
    ImportOnly,
    /// They are imported, and activated where they were active.
    ImportActivate,
    /// Those that an earlier import brought are activated.
    ActivateOnly,
}

impl CloneMode {
    pub(super) const fn wire(self) -> ImportMode {
        match self {
            Self::ImportOnly => ImportMode::ImportOnly,
            Self::ImportActivate => ImportMode::ImportActivate,
            Self::ActivateOnly => ImportMode::ActivateOnly,
        }
    }

    /// Whether integrations are to be active afterwards.
    #[must_use]
    pub const fn activates(self) -> bool {
        !matches!(self, Self::ImportOnly)
    }
}

/// The container, as the settings know it. Nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStamp {
    /// Its id in the settings.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it is, for people.
    pub title: String,
}

/// One part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClonePart {
    /// The container is tried out, and made where there is none.
    Container,
    /// The source exports itself.
    Export,
    /// The archive is found in the container.
    Archive,
    /// The destination, as it is before, is kept in a snapshot.
    Keep,
    /// The destination imports it.
    Import,
    /// Both instances are compared.
    Compare,
    /// The archive is removed from the container.
    Remove,
}

/// An archive of a whole instance to make, to import, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CloneRequest {
    /// The run.
    pub run: RunId,
    /// The instance that is exported; none where an archive that lies in the container is imported.
    pub source: Option<InstanceStamp>,
    /// The instance that it is imported into; none where the archive is kept.
    pub destination: Option<InstanceStamp>,
    /// The container that it goes through.
    pub container: ContainerStamp,
    /// An archive that lies in the container already: nothing is exported.
    pub archive: Option<String>,
    /// The name of the job, and of the archive where the service takes it for that.
    pub job_name: String,
    /// A person chose the name: no other is taken in its place.
    pub name_chosen: bool,
    /// Certificates, and credentials of connections, are in the archive.
    pub with_secrets: bool,
    /// An archive of that name may be written over.
    pub overwrite: bool,
    /// What the import does with integrations.
    pub mode: CloneMode,
    /// The archive is removed from the container once it is imported.
    pub remove_archive: bool,
    /// What is done, in a few words: the title of the run.
    pub title: String,
    /// Who asks.
    pub asked_by: String,
    /// The version of this program.
    pub tool_version: String,
}

impl CloneRequest {
    /// The instance that the run is kept under: the one that is changed, else the one that is exported.
    #[must_use]
    pub fn instance(&self) -> Option<&InstanceStamp> {
        self.destination.as_ref().or(self.source.as_ref())
    }

    /// Whether the source is exported.
    #[must_use]
    pub fn exports(&self) -> bool {
        self.source.is_some() && self.archive.is_none()
    }

    /// The parts, in their order.
    #[must_use]
    pub fn parts(&self) -> Vec<ClonePart> {
        let imports = self.destination.is_some();
        [
            (ClonePart::Container, true),
            (ClonePart::Export, self.exports()),
            (ClonePart::Archive, true),
            (ClonePart::Keep, imports),
            (ClonePart::Import, imports),
            (ClonePart::Compare, imports),
            (ClonePart::Remove, imports && self.remove_archive),
        ]
        .into_iter()
        .filter(|(_, wanted)| *wanted)
        .map(|(part, _)| part)
        .collect()
    }

    /// The run to begin, for [`Journal::begin`].
    #[must_use]
    pub fn new_run(&self) -> NewRun {
        let instance = self.instance();
        NewRun {
            id: self.run.clone(),
            kind: RunKind::Clone,
            instance_id: instance.map(|one| one.id.clone()),
            instance_name: instance.map(|one| one.name.clone()),
            environment: instance.map(|one| one.environment),
            asked_by: self.asked_by.clone(),
            request: serde_json::to_value(self).unwrap_or_default(),
            snapshot: None,
        }
    }

    /// The request that a run in the journal was made for.
    #[must_use]
    pub fn of_run(run: &Run) -> Option<Self> {
        let is_one = run.kind == RunKind::Clone;
        is_one.then(|| serde_json::from_value(run.request.clone()).ok())?
    }
}

/// One of the two instances.
pub struct CloneSide {
    /// Its calls.
    pub client: Client,
    /// Asked before a job is started in it.
    pub permit: Arc<dyn WritePermit>,
}

/// The container, with what opens it.
pub struct Container {
    /// What the service is told.
    pub storage: StorageInfo,
    /// The address is a secret too: a pre-authenticated one.
    pub secret_address: bool,
    /// The same place, for looking into it.
    pub files: Arc<dyn Files>,
}

/// Everything that it is done with.
pub struct CloneWork {
    /// What is asked for.
    pub request: CloneRequest,
    /// The source, where the request has one.
    pub source: Option<CloneSide>,
    /// The destination, where the request has one.
    pub destination: Option<CloneSide>,
    /// The container.
    pub container: Container,
    /// Where the destination is kept before an import; none where nothing is imported.
    pub vault: Option<Arc<Vault>>,
    /// The journal.
    pub journal: Arc<Journal>,
    /// Who is told.
    pub reporter: Arc<dyn Reporter>,
    /// Asks the run to stop. A job of the service goes on by itself: no call ends it.
    pub cancel: CancellationToken,
    /// How long is waited.
    pub patience: ClonePatience,
    /// Where the time comes from.
    pub clock: Clock,
}

/// How long is waited, and how often is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClonePatience {
    /// The pause before the second look at a job; it doubles from there.
    pub first_pause: Duration,
    /// The longest pause between two looks.
    pub longest_pause: Duration,
    /// The pause before a job is asked for again while another one goes on.
    pub busy_pause: Duration,
    /// For how long another job is waited for.
    pub busy: Duration,
    /// For how long a job may not be found after it was taken on, and an archive after its job ended.
    pub late: Duration,
    /// For how long the instance may not answer while a job is followed.
    pub outage: Duration,
    /// For how long a job is followed.
    pub give_up: Duration,
}

impl Default for ClonePatience {
    /// Scripts ask each 15 to 60 seconds; 29 MB took 27 minutes (both recorded), large instances take hours.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            busy_pause: Duration::from_secs(30),
            busy: Duration::from_hours(6),
            late: Duration::from_mins(2),
            outage: Duration::from_mins(15),
            give_up: Duration::from_hours(24),
        }
    }
}

#[cfg(test)]
mod tests {
    use waybill_model::{Environment, Generation};

    use super::*;

    fn stamp(name: &str) -> InstanceStamp {
        InstanceStamp {
            id: name.to_lowercase(),
            name: name.to_owned(),
            environment: Environment::Test,
            generation: Generation::Oic3,
            address: "https://design.example.com".to_owned(),
            instance_name: Some(name.to_lowercase()),
        }
    }

    fn request() -> CloneRequest {
        CloneRequest {
            run: RunId::named("r"),
            source: Some(stamp("DEV")),
            destination: Some(stamp("TEST")),
            container: ContainerStamp {
                id: "c".to_owned(),
                name: "Archives".to_owned(),
                title: "swift://storage.example.com/archives".to_owned(),
            },
            archive: None,
            job_name: "DEV-1".to_owned(),
            name_chosen: false,
            with_secrets: false,
            overwrite: false,
            mode: CloneMode::ImportOnly,
            remove_archive: false,
            title: String::new(),
            asked_by: String::new(),
            tool_version: String::new(),
        }
    }

    #[test]
    fn a_request_has_the_parts_that_it_needs() {
        use ClonePart::{Archive, Compare, Container, Export, Import, Keep, Remove};
        let whole = request();
        assert_eq!(
            whole.parts(),
            [Container, Export, Archive, Keep, Import, Compare]
        );
        let kept = CloneRequest {
            destination: None,
            remove_archive: true,
            ..request()
        };
        assert_eq!(kept.parts(), [Container, Export, Archive]);
        assert_eq!(kept.instance().unwrap().name, "DEV");
        let lying = CloneRequest {
            source: None,
            archive: Some("DEV-1".to_owned()),
            remove_archive: true,
            ..request()
        };
        assert_eq!(
            lying.parts(),
            [Container, Archive, Keep, Import, Compare, Remove]
        );
        assert_eq!(lying.instance().unwrap().name, "TEST");
    }

    #[test]
    fn a_run_gives_its_request_back() {
        let wanted = request();
        let new = wanted.new_run();
        assert_eq!(new.instance_name.as_deref(), Some("TEST"));
        let back: CloneRequest = serde_json::from_value(new.request).unwrap();
        assert_eq!(back, wanted);
    }
}
