//! Signing in against a real OpenID provider (npm `oidc-provider` on loopback), the part in the
//! browser done by a real one under WebDriver. Where Node, the provider's packages, the browser or a
//! display are missing, the tests say so and pass over.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::print_stderr, reason = "a test that is passed over says so")]

#[path = "../support/mod.rs"]
mod support;

mod assertion;
mod browser_sign_in;
mod person;
mod provider;
