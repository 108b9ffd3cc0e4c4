//! What archives hold, as values. Fields follow the archive; nothing is guessed from file names.

use std::fmt;

use waybill_model::Scope;

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
    /// What was passed over, in plain words.
    pub notes: Vec<String>,
}

impl Contents {
    /// Takes over what another archive holds; what is already here (same scope and name) stays.
    pub(crate) fn absorb(&mut self, other: Self) {
        fn add<T, K: PartialEq>(to: &mut Vec<T>, from: Vec<T>, key: impl Fn(&T) -> K) {
            for item in from {
                if !to.iter().any(|known| key(known) == key(&item)) {
                    to.push(item);
                }
            }
        }
        add(&mut self.integrations, other.integrations, |item| {
            (item.scope.clone(), item.reference.clone())
        });
        add(&mut self.connections, other.connections, |item| {
            (item.scope.clone(), item.code.clone())
        });
        add(&mut self.lookups, other.lookups, |item| {
            (item.scope.clone(), item.name.clone())
        });
        add(&mut self.libraries, other.libraries, |item| {
            (item.scope.clone(), item.code.clone(), item.version.clone())
        });
        add(&mut self.schedules, other.schedules, |item| {
            (item.scope.clone(), item.integration.clone())
        });
        add(&mut self.packages, other.packages, |item| item.name.clone());
        add(&mut self.projects, other.projects, |item| item.code.clone());
        self.notes.extend(other.notes);
    }
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
    /// Libraries bundled for it.
    pub libraries: Vec<Reference>,
    /// Other integrations it calls; these are never bundled.
    pub calls: Vec<Call>,
    /// It has a schedule in the archive.
    pub scheduled: bool,
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
