//! The identity domain's own API (`/admin/v1`): who there is, and who has which service role.
//!
//! A part of the documented one (Oracle Identity Domains REST API, after SCIM, RFC 7643 and 7644):
//! users, groups, applications and application roles are read; grants are read, made and removed.
//! A role granted here counts at the next call of the API.

mod answer;
mod directory;
mod filter;

pub(crate) use answer::answer;
pub(crate) use directory::{Directory, Holder, id_of};

/// The scope of tokens that the identity domain takes (documented). Such a token names it among its
/// audience.
pub(crate) const SCOPE: &str = "urn:opc:idm:__myscopes__";
