//! Two places side by side: what is in one alone, what differs and how, what is the same.
//!
//! Versions, dates and hashes decide first; an archive is opened only where they leave a doubt, and
//! what was found out is kept in the journal under names made of content, so that the second time
//! nothing is read. `side` is a place ready for comparing, `cargo` the same as the source or
//! destination of a move, `held` and `key` what its artifacts are
//! known by, `plan` what is clear at once, `read` and `told` the meaning of one artifact, `work`
//! reading the rest, `one` the difference of a single artifact, `past` when it was last the same.

mod cargo;
mod held;
mod key;
mod one;
mod past;
mod plan;
mod read;
mod side;
mod told;
mod work;

use waybill_model::{Artifact, ArtifactId, Difference, DifferenceClass};

pub(crate) use cargo::{Cargo, Shelf, Unread};
pub use one::{Compared, Needed, compare_one};
pub use past::{LastSame, last_same};
pub(crate) use read::heavy;
pub use side::Side;
pub use work::compare;

/// How an artifact stands in two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is in the left place alone.
    OnlyLeft,
    /// It is in the right place alone.
    OnlyRight,
    /// Its design differs.
    Different,
    /// Only what belongs to an environment differs.
    Environment,
    /// It means the same in both.
    Same,
    /// It could not be compared.
    NotCompared,
}

impl Verdict {
    /// What a difference comes to.
    #[must_use]
    pub fn of(difference: &Difference) -> Self {
        if difference.has(DifferenceClass::Design) {
            Self::Different
        } else if difference.has(DifferenceClass::Environment) {
            Self::Environment
        } else {
            Self::Same
        }
    }

    /// The word under which the journal keeps it.
    const fn word(self) -> &'static str {
        match self {
            Self::OnlyLeft => "onlyLeft",
            Self::OnlyRight => "onlyRight",
            Self::Different => "different",
            Self::Environment => "environment",
            Self::Same => "same",
            Self::NotCompared => "notCompared",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [Self::Different, Self::Environment, Self::Same]
            .into_iter()
            .find(|verdict| verdict.word() == word)
    }
}

/// One artifact of two places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which artifact.
    pub id: ArtifactId,
    /// What people call it.
    pub name: String,
    /// How it stands.
    pub verdict: Verdict,
    /// The difference in a few words, or why it was not compared.
    pub summary: String,
    /// Where it is in one place alone: the versions of the same code in the other.
    pub other_versions: Vec<String>,
}

impl Row {
    fn of(artifact: &Artifact) -> Self {
        Self {
            id: artifact.id.clone(),
            name: artifact.name.clone(),
            verdict: Verdict::NotCompared,
            summary: String::new(),
            other_versions: Vec::new(),
        }
    }
}

/// Two places side by side.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Every artifact of both, sorted by id.
    pub rows: Vec<Row>,
    /// What holds for all of it, in plain words.
    pub notes: Vec<String>,
    /// How many artifacts had to be fetched from an instance.
    pub fetched: u32,
}

/// How far a comparison is: artifacts done, and of how many. Those that are clear at once count as
/// done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progressed {
    /// How many are done.
    pub done: u32,
    /// Of how many.
    pub total: u32,
}
