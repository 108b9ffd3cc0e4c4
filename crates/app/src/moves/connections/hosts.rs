//! Hosts of the source that are instances of Oracle Integration: a connection that leads there leads to
//! the source still, unless a rule names another host.

use std::collections::BTreeSet;

use url::Url;
use waybill_engine::waybill::Bindings;

use crate::view::MoveConnection;

/// Such hosts in the values of the source for which there is no rule yet. `own` is the host of the
/// source itself.
pub(super) fn seen(
    connections: &[MoveConnection],
    bindings: &Bindings,
    own: Option<&str>,
) -> Vec<String> {
    let ruled: BTreeSet<String> = bindings
        .hosts
        .iter()
        .map(|rule| rule.from.to_ascii_lowercase())
        .collect();
    let values = connections
        .iter()
        .flat_map(|connection| &connection.properties)
        .filter_map(|property| property.source.as_deref());
    let hosts: BTreeSet<String> = values
        .filter_map(host)
        .filter(|host| is_integration(host) || own == Some(host.as_str()))
        .filter(|host| !ruled.contains(host))
        .collect();
    hosts.into_iter().collect()
}

/// The host of an address, or of a value that is one by itself.
fn host(value: &str) -> Option<String> {
    let value = value.trim();
    if let Ok(url) = Url::parse(value)
        && let Some(host) = url.domain()
    {
        return Some(host.to_ascii_lowercase());
    }
    let plain = value.split(['/', ':']).next().unwrap_or_default();
    let named = plain.contains('.')
        && plain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    named.then(|| plain.to_ascii_lowercase())
}

/// All generations have `integration` among the names of their hosts in Oracle's cloud.
fn is_integration(host: &str) -> bool {
    let Some(labels) = host.strip_suffix(".oraclecloud.com") else {
        return false;
    };
    labels.split('.').any(|label| label == "integration")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_integration_are_told_from_others() {
        for yes in [
            "acme-fr.integration.eu-frankfurt-1.ocp.oraclecloud.com",
            "design.integration.eu-frankfurt-1.ocp.oraclecloud.com",
            "acme.integration.us2.oraclecloud.com",
        ] {
            assert!(is_integration(yes), "{yes}");
        }
        for no in ["erp.fa.oraclecloud.com", "integration.acme.com"] {
            assert!(!is_integration(no), "{no}");
        }
        assert_eq!(
            host("https://Acme.integration.us2.oraclecloud.com:443/x").as_deref(),
            Some("acme.integration.us2.oraclecloud.com")
        );
        assert_eq!(host("erp.acme.com:8443").as_deref(), Some("erp.acme.com"));
        assert_eq!(host("REST_API_BASE_URL"), None);
    }
}
