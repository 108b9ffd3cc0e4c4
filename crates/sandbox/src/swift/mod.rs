//! The object store that the jobs of [`clone`](crate::clone) write to and read from: a part of
//! OCI Object Storage's Swift interface, on an address of its own.
//!
//! `/v1/{namespace}/{bucket}[/{object}]` asks for a user's name and authentication token (Basic);
//! `/p/{token}/n/{namespace}/b/{bucket}/o/[{object}]` is a pre-authenticated request, whose address
//! is the credential. A job may also be sent to another store on this computer (`outside`). The form of a listing is recorded, the rest is documented (OpenStack Object
//! Storage API; OCI "Pre-Authenticated Requests").

mod answer;
mod outside;
mod store;

pub(crate) use answer::answer;
pub(crate) use store::{ObjectStore, Target};
