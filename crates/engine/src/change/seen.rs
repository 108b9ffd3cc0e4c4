//! What looking at the instance shows of a change.

/// How far a change is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is made; how it stands now.
    Done(String),
    /// The service is at work on it; how it stands now.
    UnderWay(String),
    /// It is not made; how it stands now.
    NotDone(String),
    /// The service tried and failed: what it says.
    Failed(Vec<String>),
    /// That cannot be told; why.
    Unknown(String),
}
