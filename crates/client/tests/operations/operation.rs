//! A row of the table: what is known of an operation, and how it is tried.

use std::pin::Pin;
use std::sync::Arc;

use waybill_client::Error;
use waybill_model::Generation;

use crate::bench::Bench;

/// How well a fact is known.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "not every mark has a row")]
pub enum Mark {
    /// Oracle's documentation says so.
    Documented,
    /// Seen in a published answer of a real instance.
    Recorded,
    /// Published code that works against real instances relies on it.
    Scripts,
    /// A conclusion; seen nowhere.
    Inferred,
}

impl Mark {
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Documented => "D",
            Self::Recorded => "R",
            Self::Scripts => "P",
            Self::Inferred => "I",
        }
    }
}

type Doing = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
/// Something that is done with a bench.
pub type Deed = Arc<dyn Fn(Arc<Bench>) -> Doing + Send + Sync>;

fn deed<F, R>(doing: F) -> Deed
where
    F: Fn(Arc<Bench>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    Arc::new(move |bench| Box::pin(doing(bench)))
}

/// How an error status is brought about.
#[derive(Clone)]
pub enum Provocation {
    /// By the real state of the sandbox.
    State(Deed),
    /// By a fault laid on the call that otherwise succeeds.
    Fault,
}

/// A row of the table.
pub struct Operation {
    pub name: &'static str,
    pub method: &'static str,
    /// Below the host; `{…}` stands for one segment.
    pub path: String,
    pub generations: Vec<Generation>,
    pub marks: Vec<Mark>,
    /// Pages of the documentation, by the names of their files, and other sources in words.
    pub sources: Vec<&'static str>,
    /// The method of `Client`.
    pub client: &'static str,
    /// Every success status that any source saw; the sandbox answers with one of them.
    pub success: &'static [u16],
    /// The error statuses that are documented.
    pub errors: &'static [u16],
    /// What goes before the call that is tried.
    pub before: Option<Deed>,
    /// The call, with what must hold of its result.
    pub call: Option<Deed>,
    pub provocations: Vec<(u16, Provocation)>,
    /// Where documentation, sandbox and practice part.
    pub notes: Vec<&'static str>,
}

/// The prefix of the design-time API.
const DESIGN: &str = "/ic/api/integration/v1";

impl Operation {
    /// An operation below the prefix of the design-time API, on OIC 3 and Gen 2, documented.
    pub fn design(name: &'static str, method: &'static str, path: &str) -> Self {
        Self::at(name, method, format!("{DESIGN}{path}"))
    }

    /// An operation by its whole path.
    pub fn at(name: &'static str, method: &'static str, path: impl Into<String>) -> Self {
        Self {
            name,
            method,
            path: path.into(),
            generations: vec![Generation::Oic3, Generation::Gen2],
            marks: vec![Mark::Documented],
            sources: Vec::new(),
            client: "",
            success: &[200],
            errors: &[],
            before: None,
            call: None,
            provocations: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The generations that offer it.
    pub fn on(mut self, generations: &[Generation]) -> Self {
        self.generations = generations.to_vec();
        self
    }

    /// How well it is known.
    pub fn marks(mut self, marks: &[Mark]) -> Self {
        self.marks = marks.to_vec();
        self
    }

    /// A page of the documentation, or another source.
    pub fn source(mut self, source: &'static str) -> Self {
        self.sources.push(source);
        self
    }

    /// The method of `Client` that makes the call.
    pub fn client(mut self, method: &'static str) -> Self {
        self.client = method;
        self
    }

    /// The statuses of success and the documented ones of failure.
    pub fn statuses(mut self, success: &'static [u16], errors: &'static [u16]) -> Self {
        self.success = success;
        self.errors = errors;
        self
    }

    /// Brings the sandbox into the state in which the call succeeds.
    pub fn before<F, R>(mut self, doing: F) -> Self
    where
        F: Fn(Arc<Bench>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.before = Some(deed(doing));
        self
    }

    /// Makes the call and holds its result to what is due.
    pub fn call<F, R>(mut self, doing: F) -> Self
    where
        F: Fn(Arc<Bench>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.call = Some(deed(doing));
        self
    }

    /// Makes the call in a state in which it is refused with this status.
    pub fn refused<F, R>(mut self, status: u16, doing: F) -> Self
    where
        F: Fn(Arc<Bench>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.provocations
            .push((status, Provocation::State(deed(doing))));
        self
    }

    /// The same, where a condition holds.
    pub fn refused_where<F, R>(self, holds: bool, status: u16, doing: F) -> Self
    where
        F: Fn(Arc<Bench>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Error>> + Send + 'static,
    {
        if holds {
            self.refused(status, doing)
        } else {
            self
        }
    }

    /// The call that succeeds meets a fault with this status; for those that no state of the sandbox
    /// brings about.
    pub fn faulted(mut self, status: u16) -> Self {
        self.provocations.push((status, Provocation::Fault));
        self
    }

    /// The same, where a condition holds.
    pub fn faulted_where(self, status: u16, holds: bool) -> Self {
        if holds { self.faulted(status) } else { self }
    }

    /// Where documentation, sandbox and practice part.
    pub fn note(mut self, note: &'static str) -> Self {
        self.notes.push(note);
        self
    }

    /// What tells this row from the others.
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What is missing or wrong in the row itself.
    pub fn flaws(&self) -> Vec<String> {
        let mut flaws = Vec::new();
        let mut lacks = |what: &str| flaws.push(format!("{}: {what}", self.title()));
        if self.call.is_none() {
            lacks("no test of its success");
        }
        if self.client.is_empty() {
            lacks("no method of the client");
        }
        if self.success.is_empty() || self.generations.is_empty() || self.marks.is_empty() {
            lacks("no success status, generation or mark");
        }
        if self.sources.is_empty() && self.marks != [Mark::Inferred] {
            lacks("a mark without a source");
        }
        for status in self.errors {
            let tests = self
                .provocations
                .iter()
                .filter(|(own, _)| own == status)
                .count();
            if tests == 0 {
                lacks(&format!("no test for {status}"));
            }
        }
        for (status, _) in &self.provocations {
            if !self.errors.contains(status) {
                lacks(&format!("a test for {status}, which is not listed"));
            }
        }
        flaws
    }
}
