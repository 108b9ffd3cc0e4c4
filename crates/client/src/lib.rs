//! Oracle Integration over REST: sign-in, requests, paging, pacing, retries, wire types. No policy.
//!
//! A [`Client`] reads what is designed in one instance of OIC 3, Gen 2 or ICS. It decides nothing: what
//! is read, and what is done with it, is the engine's matter. Every failure is an [`Error`] whose kind
//! can be branched on and whose words can be shown.
//!
//! ```no_run
//! use waybill_client::{Address, Client, ClientConfig, SignIn};
//! use waybill_model::Scope;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let pasted = Address::parse_pasted(
//!     "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/?integrationInstance=shop-ax1-px",
//! )?;
//! let generation = pasted.generation;
//! let client = Client::new(ClientConfig::new(
//!     pasted.into_address(generation),
//!     SignIn::ClientCredentials {
//!         token_url: "https://idcs-0123.identity.oraclecloud.com/oauth2/v1/token".parse()?,
//!         client_id: "waybill".to_owned(),
//!         client_secret: "from the keychain".into(),
//!         scope: "https://A1.integration.eu-frankfurt-1.ocp.oraclecloud.com:443/ic/api/".to_owned(),
//!     },
//! ))?;
//! for integration in client.integrations(&Scope::Global).await? {
//!     let archive = client.export_integration(&integration.value.id).await?;
//!     println!("{}: {} bytes", integration.value.name, archive.len());
//! }
//! # Ok(())
//! # }
//! ```

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test ends where what it needs is not there"
    )
)]

mod address;
mod calls;
mod client;
mod config;
mod error;
mod exchange;
mod http;
mod observe;
mod pace;
mod page;
mod reach;
mod retry;
mod sign_in;
pub mod wire;

pub use address::{Address, PastedAddress, PastedAddressError};
pub use calls::{
    ActivationNews, AwaitedIntegration, AwaitedState, BusinessId, Changed, ConnectionAttachment,
    ErrorQuery, ErrorSelection, ErrorsBy, Found, GitRepository, IdentityDomain, InstanceFields,
    InstanceFilter, InstanceOrder, InstanceQuery, InstanceReturn, InstanceStyle, ListFilter,
    LogKind, Made, MonitoredIntegrationQuery, MonitoredStatus, Patience, Period, Purged,
    ScimFilter, Settled, TimeWindow, Tracking,
};
pub use client::Client;
pub use config::{ClientConfig, Pace, Proxy, SignIn, Timeouts};
pub use error::{Error, ErrorKind, Retry, SignInRefusal, TlsProblem};
pub use exchange::Exchange;
pub use http::{Upload, tls_problem};
pub use observe::{CallEvent, Lane, Observer, SlowReason};
pub use reach::{Reach, ServerCertificate};
pub use sign_in::{
    BrowserSignIn, Grant, KeyError, MemoryStore, SigningKey, StoreFailure, StoreFuture, TokenLife,
    TokenStore,
};
pub use wire::Read;
