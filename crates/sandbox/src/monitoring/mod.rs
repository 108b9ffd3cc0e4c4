//! What runs: instances of active integrations that begin, end and fail as time goes by, what can
//! be done about them, and the record of who changed what.
//!
//! The calls and their parameters are documented, and so are the names of most members; no answer
//! of Oracle Integration 3 was recorded, so the shapes are inferred where the documentation names
//! no member. The limits of pages are as working clients state them.

mod audit;
mod counts;
mod filter;
mod instances;
mod journal;
mod logs;
mod page;
mod recovery;
mod rhythm;
mod route;
mod run;

pub(crate) use audit::note;
pub(crate) use journal::Journal;
pub(crate) use route::answer;
