//! The archive of a whole instance (`/ic/api/common/v1`): jobs that write it to an object store, and
//! jobs that fill an instance from it.
//!
//! A job ends by the clock; its work is done by the first request that comes after. Answers follow
//! recorded ones: of 2020 for Gen 2, of 2024 and 2025 for Oracle Integration 3, which differ in the
//! form of ids, dates and component names. What lies in the archive is inferred: Oracle documents
//! what is carried, not where it is.

mod answer;
mod fault;
mod job;
mod pack;
mod unpack;
mod work;

pub(crate) use answer::answer;
pub use fault::JobFault;
pub(crate) use fault::JobFaults;
pub(crate) use job::Job;
pub(crate) use work::settle;
