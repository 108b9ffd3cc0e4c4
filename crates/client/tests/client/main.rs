//! The client against servers on this computer: single answers, broken connections, TLS, and the
//! recorded samples.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where what it needs is not there"
)]

mod answers;
mod archives;
mod cancellation;
mod generations;
mod grants;
mod identity;
mod lists;
mod lost_answers;
mod monitoring;
mod reaching;
mod redirects;
mod refusals;
mod retries;
mod samples;
mod secrets;
mod sent;
mod sign_in;
mod support;
mod tls;
