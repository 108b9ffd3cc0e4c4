//! Addresses without their hosts: what two environments have in common.

use std::borrow::Cow;

/// Stands for a host.
const HOST: &str = "host";

/// Hosts that name schemas and are nobody's environment.
const NAMES: [&str; 8] = [
    "xmlns.oracle.com",
    "www.oracle.com",
    "schemas.oracle.com",
    "xml.oracle.com",
    "platform.integration.oracle",
    "www.w3.org",
    "schemas.xmlsoap.org",
    "docs.oasis-open.org",
];

/// The text with one word for every host: those of addresses, and bare ones of Oracle's cloud.
pub(super) fn without_hosts(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !text.contains(".oraclecloud.com") {
        return Cow::Borrowed(text);
    }
    let part = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_');
    let mut to = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|sign| !part(sign)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(word);
        let addressed = to.ends_with("://");
        let cloud = name.trim_end_matches('.').ends_with(".oraclecloud.com");
        if !name.is_empty() && (addressed || cloud) && !NAMES.contains(&name) {
            to.push_str(HOST);
            rest = after;
            // The port belongs to the host.
            if let Some(port) = after.strip_prefix(':') {
                let digits = port
                    .find(|sign: char| !sign.is_ascii_digit())
                    .unwrap_or(port.len());
                if digits > 0 {
                    rest = &port[digits..];
                }
            }
        } else {
            to.push_str(name);
            rest = after;
        }
        if let Some(sign) = rest.chars().next().filter(|sign| !part(*sign)) {
            to.push(sign);
            rest = &rest[sign.len_utf8()..];
        }
    }
    Cow::Owned(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_go_and_all_else_stays() {
        for (text, left) in [
            ("https://dev.acme.example:8443/a?b=c", "https://host/a?b=c"),
            ("x acme-dev.fa.em2.oraclecloud.com/crm", "x host/crm"),
            ("http://xmlns.oracle.com/a", "http://xmlns.oracle.com/a"),
            ("/orders/{id}", "/orders/{id}"),
            ("sftp://", "sftp://"),
        ] {
            assert_eq!(without_hosts(text), left);
        }
    }
}
