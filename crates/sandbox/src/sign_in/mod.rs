//! The identity domain's sign-in: the token endpoint, the page for people, and who a caller is.
//!
//! Behaves as documented for identity domains where the documentation speaks: grants, scopes,
//! exact redirect addresses, PKCE with S256 alone, codes that serve once, refresh tokens that
//! change at each use. The form of errors is recorded; which of them carries which status is
//! inferred from OAuth 2.

mod assertion;
mod authorize;
mod claims;
mod client;
mod grant;
mod identify;
mod scope;
mod tokens;

pub(crate) use authorize::authorize;
pub(crate) use client::{Caller, Certificate, Person};
pub(crate) use grant::give;
pub(crate) use identify::identify;
pub(crate) use tokens::Tokens;
