//! What archives hold, as values. Fields follow the archive; nothing is guessed from file names.

use std::fmt;
use std::sync::Arc;

use waybill_model::{Generation, Scope};

use crate::Oddity;
use crate::design::Design;

/// Everything found in an archive, the archives nested in it included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// Integrations, one per version.
    pub integrations: Vec<Integration>,
    /// Connections as they were bundled: without passwords, in Oracle Integration 3 without
    /// addresses too.
    pub connections: Vec<Connection>,
    /// Lookups with their rows.
    pub lookups: Vec<Lookup>,
    /// Libraries with their files.
    pub libraries: Vec<Library>,
    /// Schedules of integrations.
    pub schedules: Vec<Schedule>,
    /// Packages.
    pub packages: Vec<Package>,
    /// Projects.
    pub projects: Vec<Project>,
    /// Events of Oracle Integration that are published or subscribed to.
    pub events: Vec<EventType>,
    /// Documents and schemas of B2B.
    pub documents: Vec<TradingDocument>,
    /// Files with real payloads of past runs, by path.
    pub recordings: Vec<String>,
    /// What was passed over, in plain words.
    pub notes: Vec<String>,
    /// What is unusual about the archive; oddities of one integration are with it.
    pub oddities: Vec<Oddity>,
}

/// Code and version of an integration or library: `CODE|01.00.0000`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The identifier.
    pub code: String,
    /// The version.
    pub version: String,
}

impl Reference {
    /// Code and version.
    #[must_use]
    pub fn new(code: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            version: version.into(),
        }
    }

    /// Reads `CODE|VERSION`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (code, version) = text.rsplit_once('|')?;
        Some(Self::new(code, version))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}|{}", self.code, self.version)
    }
}

/// How an integration is started and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Called, and answers.
    AppDrivenSync,
    /// Called, and does not answer.
    AppDrivenAsync,
    /// Runs by schedule.
    Scheduled,
    /// Subscribes to an event.
    Event,
    /// One source, one target, no flow (the older generations).
    BasicRouting,
}

impl Style {
    /// The style as lists show it; the first two are the service's `pattern` on the wire
    /// (recorded), which does not tell them apart.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::AppDrivenSync | Self::AppDrivenAsync => "Orchestration",
            Self::Scheduled => "Scheduled",
            Self::Event => "Event subscription",
            Self::BasicRouting => "Basic routing",
        }
    }
}

/// Which side of the flow an endpoint is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointRole {
    /// It starts the flow (`source`).
    Trigger,
    /// The flow calls it (`target`).
    Invoke,
}

/// One use of a connection in a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The code of the connection.
    pub connection: String,
    /// What the endpoint is called in the flow.
    pub name: String,
    /// Its side.
    pub role: EndpointRole,
    /// The adapter's id, as the bundled connection or else the endpoint's own file tells it.
    pub adapter: Option<String>,
    /// The operation that is called or offered.
    pub operation: Option<String>,
}

/// A call of another integration of the same instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// What is called.
    pub integration: Reference,
    /// Where the called one lives; `None` in archives of before 2023, which name no context.
    pub scope: Option<Scope>,
}

/// One version of an integration.
#[derive(Clone, Debug, PartialEq)]
pub struct Integration {
    /// Where it lives.
    pub scope: Scope,
    /// Code and version.
    pub reference: Reference,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// Its style.
    pub style: Style,
    /// Its state at the export, in the service's word (`ACTIVATED`, `CONFIGURED`).
    pub state: Option<String>,
    /// `LOCKED`, `NEW` or nothing.
    pub transient_state: Option<String>,
    /// The package it was in; nothing is said of it in an integration inside a package archive.
    pub package: Option<String>,
    /// Keywords, in its author's order.
    pub keywords: Vec<String>,
    /// The name of the primary tracking variable.
    pub tracking_name: Option<String>,
    /// Complete, in percent.
    pub percent_complete: Option<u8>,
    /// The service version that exported it, or last changed it where the former is unknown.
    pub service_version: Option<String>,
    /// When it was exported, in milliseconds since 1970 (Oracle Integration 3 only).
    pub exported_at: Option<i64>,
    /// When it was last changed (RFC 3339); only project archives tell.
    pub updated: Option<String>,
    /// Who changed it last; only project archives tell.
    pub updated_by: Option<String>,
    /// Uses of connections, in the order of the flow's model.
    pub endpoints: Vec<Endpoint>,
    /// Names of the lookups bundled for it.
    pub lookups: Vec<String>,
    /// Names of the lookups that its maps, expressions and data stitches name literally; known
    /// only where its design was read. Names that are put together at run time are not among them.
    pub lookups_named: Vec<String>,
    /// Libraries bundled for it.
    pub libraries: Vec<Reference>,
    /// Other integrations it calls; these are never bundled.
    pub calls: Vec<Call>,
    /// It has a schedule in the archive.
    pub scheduled: bool,
    /// How the trigger exchanges messages, in the model's word (`push-sync`, `fire-and-forget`,
    /// `pull`).
    pub exchange: Option<String>,
    /// The version of the model's format (`3.0` of 2016 to `10.1`).
    pub model_version: Option<String>,
    /// The service version that made it (`originalICSVersion`).
    pub created_with: Option<String>,
    /// The service version that last changed it (`lastUpdatedICSVersion`).
    pub changed_with: Option<String>,
    /// The generation of the service that exported it; inferred from seal and versions.
    pub generation: Option<Generation>,
    /// What is unusual about it.
    pub oddities: Vec<Oddity>,
    /// Flow, maps and expressions, where they were asked for.
    pub design: Option<Arc<Design>>,
}

/// A type of event, as integrations publish it and subscribe to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventType {
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its revision.
    pub revision: Option<String>,
}

/// A document or schema of B2B.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradingDocument {
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The standard it follows (`X12`, `EDIFACT`, …).
    pub standard: Option<String>,
    /// The path of its file.
    pub path: String,
}

/// A setting of a connection. Values that are or may be secret are never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionProperty {
    /// The name on the wire (`connectionUrl`, `Host`, …).
    pub name: String,
    /// The value; a `%%CODE_name` token stands for an address that the archive does not carry.
    pub value: Option<String>,
    /// There was a value, and it was left out because it may be secret.
    pub withheld: bool,
}

/// A file attached to a connection. Its bytes (private keys, wallets, WSDLs) are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The setting it belongs to.
    pub property: String,
    /// The name of the file.
    pub name: String,
    /// SHA-256 of its Base64 text, as the archive states it.
    pub signature: Option<String>,
}

/// A connection as archives bundle it.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Where it lives.
    pub scope: Scope,
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// The adapter's id (`rest`, `erp`, `oracle:amazon-s3`, …).
    pub adapter: String,
    /// The security policy (`BASIC_AUTH`, …).
    pub security_policy: Option<String>,
    /// `SOURCE`, `TARGET` or `SOURCE_AND_TARGET`.
    pub role: Option<String>,
    /// `CONFIGURED` or `INPROGRESS`.
    pub status: Option<String>,
    /// The settings.
    pub properties: Vec<ConnectionProperty>,
    /// The attached files.
    pub attachments: Vec<Attachment>,
    /// The certificates it names, by the settings that recorded connections have for them
    /// (`oic/archive-format.md` §1.4). The certificates themselves are never in an archive.
    pub certificates: Vec<String>,
    /// The connectivity agent group it goes through.
    pub agent_group: Option<String>,
    /// Goes through a private endpoint.
    pub private_endpoint: bool,
    /// When it was last changed (RFC 3339).
    pub updated: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

/// A lookup with its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Where it lives.
    pub scope: Scope,
    /// Its name; case matters.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, a cell per column.
    pub rows: Vec<Vec<String>>,
}

/// A file of a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryFile {
    /// Its name.
    pub name: String,
    /// Its bytes as they lie in the archive: a `.jar` stays packed.
    pub bytes: Vec<u8>,
}

/// A JavaScript library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// Where it lives.
    pub scope: Scope,
    /// Its identifier; the name of its script where a bare file tells no more.
    pub code: String,
    /// Its version; a bare file has none.
    pub version: Option<String>,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// The names of its functions, as far as the archive lists them.
    pub functions: Vec<String>,
    /// Its files.
    pub files: Vec<LibraryFile>,
}

/// The schedule of an integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Where it lives.
    pub scope: Scope,
    /// Whose schedule it is.
    pub integration: Reference,
    /// Its name.
    pub name: String,
    /// The name of its file in the archive, without ending.
    pub file: String,
    /// The iCal expression, for schedules that have one.
    pub expression: Option<String>,
    /// The time zone.
    pub time_zone: Option<String>,
    /// The unit of a schedule without expression (`DAILY`, …).
    pub frequency: Option<String>,
    /// How many of that unit lie between two runs.
    pub interval: Option<String>,
    /// When it begins, as written, with zone.
    pub start: Option<String>,
    /// When it ends, as written, with zone.
    pub end: Option<String>,
    /// Whatever else the file says, in its order: single dates, days of the week, counts, by the
    /// names of the elements.
    pub details: Vec<(String, String)>,
}

/// A package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The integrations in it.
    pub integrations: Vec<Reference>,
}

/// A deployment of a project ("label" on the wire).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The integrations that belong to it.
    pub integrations: Vec<Reference>,
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its identifier.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: Option<String>,
    /// `CONFIGURED`, `ACTIVE`, `DRAFT`.
    pub status: Option<String>,
    /// Its deployments. An archive of one deployment holds only that one and what it needs.
    pub deployments: Vec<Deployment>,
    /// When it was last changed (RFC 3339).
    pub updated: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
}
