//! The calls, a file per kind of artifact, and what they share: paths, lists, objects, archives.
//!
//! Paths: `/ic/api/integration/v1/…` on OIC 3 and Gen 2, `/icsapis/v2/…` on ICS; artifacts of a project
//! below `/projects/{code}`. Only documented query parameters are sent.

mod access;
mod activation;
mod activation_watch;
mod agent_groups;
mod certificate_changes;
mod certificates;
mod change;
mod connection_changes;
mod connections;
mod deployments;
mod filter;
mod git_projects;
mod ics;
mod identity;
mod instance_archive;
mod integration_archives;
mod integrations;
mod libraries;
mod library_changes;
mod lookup_changes;
mod lookups;
mod made;
mod monitoring;
mod package_changes;
mod packages;
mod projects;
mod projects_archive;
mod schedule_changes;
mod schedules;
mod standing;

pub use activation_watch::{ActivationNews, AwaitedIntegration, AwaitedState, Patience, Settled};
pub use change::Changed;
pub(crate) use change::Seen;
pub use connection_changes::ConnectionAttachment;
pub use filter::ListFilter;
pub use git_projects::GitRepository;
pub use identity::{IdentityDomain, ScimFilter};
pub use made::Made;
pub use monitoring::{
    BusinessId, ErrorQuery, ErrorSelection, ErrorsBy, Found, InstanceFields, InstanceFilter,
    InstanceOrder, InstanceQuery, InstanceReturn, InstanceStyle, LogKind,
    MonitoredIntegrationQuery, MonitoredStatus, Period, Purged, TimeWindow, Tracking,
};

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::Value;
use waybill_model::{Generation, Scope};

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::http::body::without_mark;
use crate::http::{Answer, Call, Expect};
use crate::pace::CallClass;
use crate::page::{Next, PAGE, Pages};
use crate::wire::{Read, WireObject};

/// All but the unreserved characters of RFC 3986: `|` goes as `%7C`.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path below the host, made of encoded segments.
#[derive(Clone)]
struct Path {
    text: String,
    operation: String,
}

impl Path {
    /// Adds fixed segments (`/integrations`).
    fn then(mut self, fixed: &str) -> Self {
        self.text.push_str(fixed);
        self
    }

    /// Adds a name that comes from outside.
    fn name(mut self, name: &str) -> Result<Self, Error> {
        if matches!(name, "" | "." | "..") {
            return Err(Error::new(
                ErrorKind::Configuration,
                self.operation,
                format!("`{name}` cannot be the name of anything in an instance"),
            ));
        }
        self.text.push('/');
        self.text.extend(utf8_percent_encode(name, SEGMENT));
        Ok(self)
    }

    /// The call of a method at this path.
    fn call(self, method: Method, class: CallClass) -> Call {
        Call::new(self.operation, method, self.text, class)
    }

    /// A read of one object or list.
    fn get(self) -> Call {
        self.call(Method::GET, CallClass::Object)
    }

    /// A change by POST; what comes back is of no interest unless said otherwise.
    fn post(self, class: CallClass) -> Call {
        self.call(Method::POST, class).expecting(Expect::Nothing)
    }

    /// A replacement by PUT.
    fn put(self, class: CallClass) -> Call {
        self.call(Method::PUT, class).expecting(Expect::Nothing)
    }

    /// A removal.
    fn delete(self) -> Call {
        self.call(Method::DELETE, CallClass::Change)
            .expecting(Expect::Nothing)
    }
}

/// Whether the pages of a list can be asked for from the beginning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Paging {
    /// `limit` and `offset` are documented.
    Documented,
    /// They are not: they are sent only where the first answer says that there is more.
    OnDemand,
}

impl Client {
    /// The start of a path in this scope, or `Unsupported` where the generation has no projects.
    fn path(&self, within: &Scope, operation: String) -> Result<Path, Error> {
        let generation = self.core.generation();
        let text = match generation {
            Generation::Ics => "/icsapis/v2",
            Generation::Gen2 | Generation::Oic3 => "/ic/api/integration/v1",
        }
        .to_owned();
        let path = Path { text, operation };
        match within {
            Scope::Global => Ok(path),
            Scope::Project(code) => {
                let operation = path.operation.clone();
                self.only_on(&[Generation::Oic3], "projects", &operation)?;
                path.then("/projects").name(code)
            }
        }
    }

    /// Refuses, without a call, what the generation does not offer.
    fn only_on(
        &self,
        generations: &[Generation],
        what: &str,
        operation: &str,
    ) -> Result<(), Error> {
        let generation = self.core.generation();
        if generations.contains(&generation) {
            return Ok(());
        }
        let name = match generation {
            Generation::Ics => "Integration Cloud Service",
            Generation::Gen2 => "Oracle Integration Gen 2",
            Generation::Oic3 => "Oracle Integration 3",
        };
        Err(Error::new(
            ErrorKind::Unsupported,
            operation,
            format!("{name} does not offer {what} through its API"),
        ))
    }

    async fn list<T: WireObject>(&self, path: Path, paging: Paging) -> Result<Vec<Read<T>>, Error> {
        let Path { text, operation } = path;
        let mut pages = Pages::default();
        let mut query = match paging {
            Paging::Documented => page_query(0),
            Paging::OnDemand => Vec::new(),
        };
        loop {
            let mut call = Call::new(
                operation.clone(),
                Method::GET,
                text.clone(),
                CallClass::List,
            );
            call.query = query;
            let page = self.json(call).await?;
            match pages.take(page, &operation)? {
                Next::Done => break,
                Next::From(offset) => query = page_query(offset),
            }
        }
        pages
            .into_items()
            .into_iter()
            .map(|item| decode(item, &operation))
            .collect()
    }

    async fn object<T: WireObject>(
        &self,
        path: Path,
        query: Vec<(&'static str, String)>,
    ) -> Result<Read<T>, Error> {
        let mut call = path.get();
        call.query = query;
        self.read(call).await
    }

    /// One object, decoded.
    async fn read<T: WireObject>(&self, call: Call) -> Result<Read<T>, Error> {
        let operation = call.operation.clone();
        let value = self.json(call).await?;
        decode(value, &operation)
    }

    async fn download(&self, path: Path, expect: Expect) -> Result<Bytes, Error> {
        let call = path.call(Method::GET, CallClass::Archive).expecting(expect);
        Ok(self.send(call).await?.body)
    }

    /// Fetches into a file, which is begun anew; answers with its length.
    async fn download_to(&self, mut call: Call, file: &std::path::Path) -> Result<u64, Error> {
        call.to = Some(file.to_owned());
        Ok(self.send(call).await?.length)
    }

    async fn json(&self, call: Call) -> Result<Value, Error> {
        let operation = call.operation.clone();
        let Answer { body, .. } = self.send(call).await?;
        serde_json::from_slice(without_mark(&body)).map_err(|cause| {
            Error::new(
                ErrorKind::Malformed,
                operation,
                format!("the answer is not valid JSON ({cause})"),
            )
        })
    }

    /// One cheap read that needs the sign-in.
    pub(crate) async fn cheap_read(&self) -> Result<(), Error> {
        let path = self.path(&Scope::Global, "Checking the sign-in".to_owned())?;
        let call = path
            .then("/integrations")
            .call(Method::GET, CallClass::List)
            .query("limit", "1");
        self.json(call).await.map(drop)
    }
}

fn page_query(offset: usize) -> Vec<(&'static str, String)> {
    vec![("limit", PAGE.to_string()), ("offset", offset.to_string())]
}

fn decode<T: WireObject>(raw: Value, operation: &str) -> Result<Read<T>, Error> {
    if !raw.is_object() {
        return Err(Error::new(
            ErrorKind::Malformed,
            operation,
            "the answer is not an object",
        ));
    }
    Read::decode(raw).map_err(|cause| {
        Error::new(
            ErrorKind::Malformed,
            operation,
            format!("the answer has a shape that this program does not know ({cause})"),
        )
    })
}

/// "integration `X`" or "integration `X` of project `P`".
fn named(what: &str, name: &str, within: &Scope) -> String {
    match within.project() {
        Some(project) => format!("{what} `{name}` of project `{project}`"),
        None => format!("{what} `{name}`"),
    }
}

/// "the integrations" or "the integrations of project `P`".
fn all(what: &str, within: &Scope) -> String {
    match within.project() {
        Some(project) => format!("the {what} of project `{project}`"),
        None => format!("the {what}"),
    }
}

/// Whether the value is a list of monitoring or of an identity domain.
pub(crate) fn reads_as_page(value: Value) -> bool {
    let of_domain = identity::Resources::default().take(value.clone(), "Listing");
    of_domain.is_ok() || monitoring::page(value, "Listing").is_ok()
}

/// Whether the bytes are the answer to the start of a job.
pub(crate) fn reads_as_job(body: &[u8]) -> bool {
    !instance_archive::started(body, None).job_id.is_empty()
}
