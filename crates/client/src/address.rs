//! Where an instance is, and what a pasted browser address tells about it.
//!
//! Host patterns (documented by Oracle, seen in recorded samples):
//! - OIC 3, design calls: `design.integration.<region>.ocp.oraclecloud.com`, one host per region; the
//!   instance is named by `integrationInstance`.
//! - OIC 3, console and run time: `<instance>.integration.<region>.ocp.oraclecloud.com`; the first
//!   label is the instance name.
//! - Gen 2: `<instance>-<tenancy>-<region code>.integration[.<region>].ocp.oraclecloud.com`.
//! - ICS: `<service>-<domain>.integration.<data centre>.oraclecloud.com`.
//!
//! An instance may also have a host name of its own (vanity host); then the host tells nothing.

use std::net::IpAddr;

use url::{Host, Url};
use waybill_model::Generation;

/// The parameter that names the instance on an OIC 3 call.
pub(crate) const INSTANCE_PARAMETER: &str = "integrationInstance";
/// The domains of Oracle's realms: commercial (documented), government and sovereign (inferred).
const REALMS: [&str; 4] = [
    "oraclecloud.com",
    "oraclegovcloud.com",
    "oraclegovcloud.uk",
    "oraclecloud.eu",
];

/// Where an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Decides paths and parameters.
    pub generation: Generation,
    /// `scheme://host[:port]`.
    pub base: Url,
    /// The service instance as the About page shows it; OIC 3 alone, and needed there.
    pub instance_name: Option<String>,
}

impl Address {
    /// Reads any address of the browser: of the OIC 3 design host, a console or run-time host, a
    /// Gen 2 host, an ICS host, or a host of the instance's own.
    ///
    /// ```
    /// use waybill_client::Address;
    ///
    /// let pasted = Address::parse_pasted(
    ///     "https://shop-ax1-px.integration.eu-frankfurt-1.ocp.oraclecloud.com/ic/home/",
    /// )
    /// .unwrap();
    /// assert_eq!(
    ///     pasted.base.as_str(),
    ///     "https://design.integration.eu-frankfurt-1.ocp.oraclecloud.com/"
    /// );
    /// assert_eq!(pasted.instance_name.as_deref(), Some("shop-ax1-px"));
    /// ```
    pub fn parse_pasted(text: &str) -> Result<PastedAddress, PastedAddressError> {
        PastedAddress::read(text)
    }

    /// The same instance with the address that design calls go to: for OIC 3 the design host of the
    /// region, where the pattern of the host tells it; otherwise unchanged.
    #[must_use]
    pub fn design(&self) -> Self {
        let mut design = Self {
            base: origin(&self.base),
            ..self.clone()
        };
        if self.generation != Generation::Oic3 {
            design.instance_name = None;
            return design;
        }
        if let Some(HostPattern::Regional {
            label,
            region,
            realm,
        }) = HostPattern::of(&self.base)
        {
            if design.instance_name.is_none() && label != "design" {
                design.instance_name = Some(label);
            }
            if let Some(url) = design_host(&region, realm) {
                design.base = url;
            }
        }
        design
    }
}

/// What a pasted address tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedAddress {
    /// The generation, as far as the address tells it.
    pub generation: Generation,
    /// The address leaves no doubt about the generation. Where it does, ask the person.
    pub certain: bool,
    /// `scheme://host[:port]` for design calls.
    pub base: Url,
    /// The service instance, where the address names it.
    pub instance_name: Option<String>,
    /// The region (`eu-frankfurt-1`) or data centre (`us2`), where the address names it.
    pub region: Option<String>,
    /// The instance has a host name of its own, or is on this computer.
    pub own_host: bool,
}

/// Why a pasted text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PastedAddressError {
    /// Nothing was given.
    #[error("no address was given")]
    Empty,
    /// It is not an address.
    #[error("`{0}` is not an address; copy it from the browser while Oracle Integration is open")]
    NotAnAddress(String),
    /// Plain HTTP to another computer.
    #[error("`{0}` begins with http://; Oracle Integration is reached with https:// alone")]
    Insecure(String),
    /// Holds a user name or password.
    #[error("the address holds a user name or password; remove it and enter it as the sign-in")]
    HoldsSignIn,
    /// A known Oracle page that is not an instance.
    #[error(
        "`{0}` is not the address of an Oracle Integration instance; open the instance and copy the address from there"
    )]
    NotAnInstance(String),
}

impl PastedAddress {
    /// The address, with the generation that the person confirmed.
    #[must_use]
    pub fn into_address(self, generation: Generation) -> Address {
        Address {
            generation,
            base: self.base,
            instance_name: self.instance_name,
        }
    }

    fn read(text: &str) -> Result<Self, PastedAddressError> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>', '`']).trim();
        if text.is_empty() {
            return Err(PastedAddressError::Empty);
        }
        let shown = || text.chars().take(120).collect::<String>();
        let url = parse_with_scheme(text)
            .filter(|url| url.host_str().is_some_and(|host| !host.is_empty()))
            .ok_or_else(|| PastedAddressError::NotAnAddress(shown()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PastedAddressError::HoldsSignIn);
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        if !is_secure_or_loopback(&url) {
            return Err(PastedAddressError::Insecure(host));
        }
        if !host.contains('.') && !is_loopback(&url) && !text.contains("://") {
            return Err(PastedAddressError::NotAnAddress(shown()));
        }
        let named = instance_parameter(&url);
        let ics_path = url.path().starts_with("/ics");
        let base = origin(&url);
        match HostPattern::of(&url) {
            Some(HostPattern::Regional {
                label,
                region,
                realm,
            }) => {
                let is_design = label == "design";
                let instance_name = named.clone().or_else(|| (!is_design).then_some(label));
                Ok(Self {
                    generation: Generation::Oic3,
                    // Some Gen 2 hosts carry the region too, so an instance host alone is a guess.
                    certain: is_design || named.is_some(),
                    base: design_host(&region, realm).unwrap_or(base),
                    instance_name,
                    region: Some(region),
                    own_host: false,
                })
            }
            Some(HostPattern::Gen2) => Ok(Self {
                generation: Generation::Gen2,
                certain: true,
                base,
                instance_name: None,
                region: None,
                own_host: false,
            }),
            Some(HostPattern::Ics { centre }) => Ok(Self {
                generation: Generation::Ics,
                certain: true,
                base,
                instance_name: None,
                region: Some(centre),
                own_host: false,
            }),
            Some(HostPattern::OtherOracle) => Err(PastedAddressError::NotAnInstance(host)),
            None => Ok(Self {
                generation: if ics_path && named.is_none() {
                    Generation::Ics
                } else {
                    Generation::Oic3
                },
                certain: named.is_some(),
                base,
                instance_name: named,
                region: None,
                own_host: true,
            }),
        }
    }
}

fn parse_with_scheme(text: &str) -> Option<Url> {
    let url = if text.contains("://") {
        Url::parse(text).ok()?
    } else {
        let https = Url::parse(&format!("https://{text}")).ok()?;
        if is_loopback(&https) {
            Url::parse(&format!("http://{text}")).ok()?
        } else {
            https
        }
    };
    matches!(url.scheme(), "http" | "https").then_some(url)
}

/// The instance named in the query, or in a query inside the fragment.
fn instance_parameter(url: &Url) -> Option<String> {
    let in_fragment = url
        .fragment()
        .and_then(|fragment| fragment.split_once('?'))
        .map(|(_, query)| query.as_bytes().to_vec())
        .unwrap_or_default();
    url.query_pairs()
        .chain(url::form_urlencoded::parse(&in_fragment))
        .find(|(name, _)| name.eq_ignore_ascii_case(INSTANCE_PARAMETER))
        .map(|(_, value)| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}

enum HostPattern {
    /// `<label>.integration.<region>.ocp.<realm>`.
    Regional {
        label: String,
        region: String,
        realm: &'static str,
    },
    /// `<label>.integration.ocp.<realm>`.
    Gen2,
    /// `<label>.integration.<data centre>.<realm>`.
    Ics { centre: String },
    /// Another host of Oracle's cloud.
    OtherOracle,
}

impl HostPattern {
    fn of(url: &Url) -> Option<Self> {
        let Some(Host::Domain(host)) = url.host() else {
            return None;
        };
        if host == "cloud.oracle.com" || host.ends_with(".cloud.oracle.com") {
            return Some(Self::OtherOracle);
        }
        let realm = realm_of(host)?;
        let labels: Vec<&str> = host[..host.len() - realm.len()]
            .trim_end_matches('.')
            .split('.')
            .collect();
        Some(match labels.as_slice() {
            [label, "integration", region, "ocp"] => Self::Regional {
                label: (*label).to_owned(),
                region: (*region).to_owned(),
                realm,
            },
            [_, "integration", "ocp"] => Self::Gen2,
            [_, "integration", centre] => Self::Ics {
                centre: (*centre).to_owned(),
            },
            _ => Self::OtherOracle,
        })
    }
}

fn realm_of(host: &str) -> Option<&'static str> {
    REALMS.into_iter().find(|realm| {
        host.strip_suffix(realm)
            .is_some_and(|head| head.is_empty() || head.ends_with('.'))
    })
}

fn design_host(region: &str, realm: &str) -> Option<Url> {
    Url::parse(&format!("https://design.integration.{region}.ocp.{realm}/")).ok()
}

/// `scheme://host[:port]/` of an address.
pub(crate) fn origin(url: &Url) -> Url {
    let mut origin = url.clone();
    origin.set_path("/");
    origin.set_query(None);
    origin.set_fragment(None);
    origin
}

/// On this computer: 127.0.0.0/8, `::1`, `localhost`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// HTTPS, or plain HTTP on this computer.
pub(crate) fn is_secure_or_loopback(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether a request with its sign-in may be sent on from one address to the other: on this computer,
/// to the same host, within the same realm of Oracle's cloud, or from a vanity host to a design host
/// (the last is inferred; design hosts belong to Oracle alone).
pub(crate) fn may_follow(from: &Url, to: &Url) -> bool {
    if !is_secure_or_loopback(to) || !to.username().is_empty() || to.password().is_some() {
        return false;
    }
    if is_loopback(from) || is_loopback(to) {
        return is_loopback(from) && is_loopback(to);
    }
    let (Some(from_host), Some(to_host)) = (from.host_str(), to.host_str()) else {
        return false;
    };
    if from_host == to_host && from.port_or_known_default() == to.port_or_known_default() {
        return true;
    }
    match (realm_of(from_host), realm_of(to_host)) {
        (Some(from_realm), Some(to_realm)) => from_realm == to_realm,
        (None, Some(_)) => {
            matches!(HostPattern::of(to), Some(HostPattern::Regional { label, .. }) if label == "design")
        }
        _ => false,
    }
}

/// Whether a request that writes may be sent on: it carries what is written, so it goes to the same
/// host or to a design host, and not to any other of the realm, such as somebody else's instance.
pub(crate) fn may_take_writes(from: &Url, to: &Url) -> bool {
    let is_design = matches!(HostPattern::of(to), Some(HostPattern::Regional { label, .. }) if label == "design");
    may_follow(from, to) && (is_loopback(to) || from.host_str() == to.host_str() || is_design)
}

#[cfg(test)]
mod tests;
