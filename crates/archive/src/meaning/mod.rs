//! What an artifact means: a normal form in which two exports of the same design are equal, its
//! fingerprint, and how two artifacts differ, in the words of the designer.
//!
//! What does not count follows recorded pairs of exports of the same thing: numbers and ids, order
//! of what has no order, prefixes, dates, seals, generated files. State (active, locked, in a
//! package) is told apart and never enters a fingerprint; what differs between environments by
//! design is told apart too.
//!
//! Values are kept as they are, to be compared; every text that leaves as part of a difference is
//! shown with dots for what may be secret.

mod align;
mod difference;
mod fingerprint;
mod flow;
mod hosts;
mod inline;
mod integration;
mod lines;
mod map;
mod node;
mod others;
mod prefixes;
mod rows;
mod scripts;
mod sheet;
mod shown;
mod summary;
mod table;
mod text;
mod value;

use std::fmt;

use waybill_model::{Area, ArtifactId, ArtifactKind, Difference, DifferenceClass, TextDifference};

pub use fingerprint::{Fingerprint, Likeness, NoFingerprint};
pub use summary::summary;

use crate::Opened;
use fingerprint::Print;
use node::Node;
use table::Table;
use value::{Sort, Value};

/// What an artifact means.
#[derive(Clone)]
pub struct Meaning {
    kind: ArtifactKind,
    source: Source,
    values: Vec<Value>,
    endpoints: Vec<Endpoint>,
    steps: Vec<Node>,
    table: Option<Table>,
    /// The files of a library.
    scripts: Vec<(String, String)>,
}

/// Who tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// An archive, which tells all that it knows: what is not in it is not there.
    Archive,
    /// A record of the service, which tells some of it.
    Record,
    /// One part of a whole, by its name: what is not in it may be elsewhere.
    Part(String),
}

impl Source {
    fn print(&self, basis: &mut Print) {
        match self {
            Self::Archive => basis.word("archive"),
            Self::Record => basis.word("record"),
            Self::Part(name) => basis.word("part").word(name),
        };
    }
}

/// A use of a connection.
#[derive(Clone)]
struct Endpoint {
    name: String,
    /// Its side, its connection and its operation: another one of these is not the same endpoint
    /// under another name.
    sort: [String; 3],
    values: Vec<Value>,
}

/// A named value that a record of the service tells.
#[derive(Clone, PartialEq, Eq)]
pub struct Fact {
    /// The part of the artifact it belongs to.
    pub area: Area,
    /// Its name, as the archive's form has it.
    pub name: String,
    /// Its value; `None` if it is not told here.
    pub value: Option<String>,
    /// How a difference in it counts.
    pub class: DifferenceClass,
    /// It may be secret, whatever its name.
    pub secret: bool,
}

/// The value may be secret, and is not printed.
impl fmt::Debug for Fact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Fact")
            .field("area", &self.area)
            .field("name", &self.name)
            .field("told", &self.value.is_some())
            .field("class", &self.class)
            .field("secret", &self.secret)
            .finish_non_exhaustive()
    }
}

impl From<Fact> for Value {
    fn from(fact: Fact) -> Self {
        let mut value = Self::new(fact.area, fact.name, fact.value.clone().unwrap_or_default());
        value.secret = fact.secret;
        value.sort = match fact.class {
            DifferenceClass::Design => Sort::Design,
            DifferenceClass::Environment => Sort::Environment,
            DifferenceClass::State => Sort::State,
        };
        if fact
            .value
            .as_deref()
            .is_none_or(|text| text.starts_with("%%"))
        {
            value.text = None;
        }
        value
    }
}

impl Meaning {
    /// Of an artifact in an archive that was read with its design. `None` if the archive does not
    /// hold it, or holds an integration without its design.
    #[must_use]
    pub fn in_archive(opened: &Opened, id: &ArtifactId) -> Option<Self> {
        match id.kind {
            ArtifactKind::Integration => integration::of(&opened.contents, id),
            _ => others::of(&opened.contents, id),
        }
    }

    /// Of named values, as records of the service tell them. What they do not name is not told.
    #[must_use]
    pub fn told(kind: ArtifactKind, facts: Vec<Fact>) -> Self {
        let mut meaning = Self::empty(kind);
        meaning.source = Source::Record;
        meaning.with(facts)
    }

    /// Adds facts that only a record tells, in place of those of the same name.
    #[must_use]
    pub fn with(mut self, facts: Vec<Fact>) -> Self {
        for fact in facts {
            self.values
                .retain(|value| (value.area, &value.name) != (fact.area, &fact.name));
            self.values.push(fact.into());
        }
        value::tidy(&mut self.values);
        self
    }

    /// What kind of artifact it is the meaning of.
    #[must_use]
    pub const fn kind(&self) -> ArtifactKind {
        self.kind
    }

    fn empty(kind: ArtifactKind) -> Self {
        Self {
            kind,
            source: Source::Archive,
            values: Vec::new(),
            endpoints: Vec::new(),
            steps: Vec::new(),
            table: None,
            scripts: Vec::new(),
        }
    }

    /// Its fingerprint. State is not in it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let (mut basis, mut design, mut whole) =
            (Print::default(), Print::default(), Print::default());
        self.source.print(&mut basis);
        if self.source == Source::Record {
            // A record tells some of it: which, belongs to what it rests on.
            for value in self.values.iter().filter(|value| value.sort != Sort::State) {
                basis.word("told").word(&value.name);
            }
        }
        for print in [&mut basis, &mut design, &mut whole] {
            print.word(self.kind.name());
        }
        value::print("", &self.values, &mut basis, &mut design, &mut whole);
        for endpoint in &self.endpoints {
            for print in [&mut design, &mut whole] {
                print.word("endpoint").word(&endpoint.name);
            }
            let part = &endpoint.name;
            value::print(part, &endpoint.values, &mut basis, &mut design, &mut whole);
        }
        for step in &self.steps {
            step.print(&mut basis, &mut design, &mut whole);
        }
        if let Some(table) = &self.table {
            table.print(&mut design);
            table.print(&mut whole);
        }
        Fingerprint::new(basis, design, whole)
    }

    /// How the other one, the right one, differs.
    #[must_use]
    pub fn difference(&self, right: &Self) -> Difference {
        difference::difference(self, right)
    }

    /// The texts of both in the section of that key, side by side. `None` if there is no such
    /// section, or if it has no text.
    #[must_use]
    pub fn text_difference(&self, right: &Self, key: &str) -> Option<TextDifference> {
        difference::text(self, right, key)
    }
}

impl PartialEq for Meaning {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.source == other.source
            && self.fingerprint() == other.fingerprint()
            && self.difference(other).sections.is_empty()
    }
}

impl fmt::Debug for Meaning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Meaning")
            .field("kind", &self.kind)
            .field("values", &self.values.len())
            .field("endpoints", &self.endpoints.len())
            .field(
                "steps",
                &self.steps.iter().map(|step| step.size).sum::<usize>(),
            )
            .field("rows", &self.table.as_ref().map(|table| table.rows.len()))
            .finish_non_exhaustive()
    }
}
