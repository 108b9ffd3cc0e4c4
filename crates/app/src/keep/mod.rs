//! Keep rules: which snapshots go, and that nothing else does.
//!
//! `stored` is what the settings have, `judge` what the rules say of each snapshot, `verbs` what a person can
//! do, `remove` the run that removes what was shown and gives its room back, `mark` snapshots that stay for
//! ever. The vault counts by the rules; what runs need is known to the journal.

mod judge;
mod mark;
mod remove;
mod stored;
mod verbs;

pub(crate) use stored::StoredKeep;
