//! `appinstances/<CODE>.xml`, in a project `connections/<CODE>.xml`.

use roxmltree::Node;
use waybill_model::Scope;

use crate::findings::may_be_secret;
use crate::xml::{child, child_text, children, parse, text};
use crate::{ArchiveError, Attachment, Connection, ConnectionProperty};

const NAMESPACE: &str = "http://xmlns.oracle.com/adapters/cloud";

pub(crate) fn read(path: &str, source: &str, scope: &Scope) -> Result<Connection, ArchiveError> {
    let document = parse(path, source)?;
    let root = document.root_element();
    if !root.has_tag_name((NAMESPACE, "ApplicationInstance")) {
        return Err(ArchiveError::file(
            path,
            "it does not describe a connection",
        ));
    }
    let code = child_text(root, "instanceCode")
        .ok_or_else(|| ArchiveError::file(path, "the connection has no code"))?;
    let audit = child(root, "securedAuditInfo").and_then(|node| child(node, "auditInfo"));
    let properties: Vec<ConnectionProperty> = child(root, "connectionProperties")
        .map(|list| {
            children(list, "connectionProperty")
                .filter_map(property)
                .collect()
        })
        .unwrap_or_default();
    Ok(Connection {
        certificates: certificates_named(
            properties
                .iter()
                .filter_map(|one| Some((one.name.as_str(), one.value.as_deref()?))),
        ),
        scope: scope.clone(),
        name: child_text(root, "displayName").unwrap_or_else(|| code.clone()),
        code,
        description: child_text(root, "description"),
        adapter: child_text(root, "applicationTypeRef").unwrap_or_default(),
        security_policy: child_text(root, "securityPolicy"),
        role: child_text(root, "integrationRole"),
        status: child_text(root, "status"),
        properties,
        attachments: child(root, "attachments")
            .map(|list| {
                children(list, "attachment")
                    .filter_map(attachment)
                    .collect()
            })
            .unwrap_or_default(),
        agent_group: child_text(root, "agentDefinition"),
        private_endpoint: child_text(root, "privateEndpoint").as_deref() == Some("true"),
        updated: audit.and_then(|node| child_text(node, "lastUpdatedDate")),
        updated_by: audit.and_then(|node| child_text(node, "lastUpdatedBy")),
    })
}

/// The certificates that the settings of a connection name, given as names and values: by the
/// settings that recorded connections have for them. A token of an export (`%%CODE_name`) stands
/// for none.
#[must_use]
pub fn certificates_named<'settings>(
    settings: impl IntoIterator<Item = (&'settings str, &'settings str)>,
) -> Vec<String> {
    const SETTINGS: [&str; 3] = [
        "sslcertificatealias",
        "hostkeycertificate",
        "sslcertificate",
    ];
    let mut found: Vec<String> = Vec::new();
    for (setting, value) in settings {
        let value = value.trim();
        let names_one = SETTINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(setting));
        if names_one
            && !(value.is_empty() || value.starts_with(['%', '*']))
            && !found.iter().any(|known| known == value)
        {
            found.push(value.to_owned());
        }
    }
    found
}

fn property(node: Node<'_, '_>) -> Option<ConnectionProperty> {
    let name = child_text(node, "name")?;
    let value = child_text(node, "value").or_else(|| mapped(node));
    let withheld = value.is_some() && may_be_secret(&name);
    Some(ConnectionProperty {
        value: if withheld { None } else { value },
        withheld,
        name,
    })
}

/// Some settings (the service catalogue of ERP) are maps; their values are joined by line breaks.
fn mapped(node: Node<'_, '_>) -> Option<String> {
    let values: Vec<String> = child(node, "mapValue")?
        .descendants()
        .filter(|inner| inner.has_tag_name("value"))
        .filter_map(text)
        .collect();
    (!values.is_empty()).then(|| values.join("\n"))
}

fn attachment(node: Node<'_, '_>) -> Option<Attachment> {
    Some(Attachment {
        property: child_text(node, "propertyName")?,
        name: child_text(node, "attachmentName").unwrap_or_default(),
        signature: child_text(node, "signature"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_kept_and_secrets_are_not() {
        let source = r#"<a:ApplicationInstance xmlns:a="http://xmlns.oracle.com/adapters/cloud">
            <instanceCode>ERP</instanceCode><displayName>ERP Cloud</displayName>
            <applicationTypeRef>erp</applicationTypeRef><description/>
            <connectionProperties>
              <connectionProperty><name>Host</name><value>%%ERP_Host</value></connectionProperty>
              <connectionProperty><name>oauth.client.secret</name><value>in clear</value></connectionProperty>
              <connectionProperty><name>password</name></connectionProperty>
              <connectionProperty><name>sslCertificateAlias</name><value>erp_root</value></connectionProperty>
              <connectionProperty><name>uris</name><mapValue><mapValues><entry><value>a</value></entry><entry><value>b</value></entry></mapValues></mapValue></connectionProperty>
            </connectionProperties>
            <attachments><attachment><propertyName>WALLET</propertyName><attachmentName>w.zip</attachmentName><content>c2VjcmV0</content><signature>ab</signature></attachment></attachments>
            </a:ApplicationInstance>"#;
        let connection = read("ERP.xml", source, &Scope::Global).unwrap();
        assert_eq!(connection.name, "ERP Cloud");
        assert_eq!(connection.description, None);
        let values: Vec<_> = connection
            .properties
            .iter()
            .map(|property| {
                (
                    property.name.as_str(),
                    property.value.as_deref(),
                    property.withheld,
                )
            })
            .collect();
        assert_eq!(
            values,
            [
                ("Host", Some("%%ERP_Host"), false),
                ("oauth.client.secret", None, true),
                ("password", None, false),
                ("sslCertificateAlias", Some("erp_root"), false),
                ("uris", Some("a\nb"), false),
            ]
        );
        assert_eq!(connection.certificates, ["erp_root"]);
        assert_eq!(
            certificates_named([
                ("SSLCERTIFICATE", "a"),
                ("HostKeyCertificate", "%%ERP_HostKeyCertificate"),
                ("sslcertificate", " a "),
                ("url", "b"),
                ("sslCertificate", ""),
            ]),
            ["a"]
        );
        assert_eq!(connection.attachments[0].name, "w.zip");
        assert!(!format!("{connection:?}").contains("c2VjcmV0"));
    }

    #[test]
    fn another_namespace_is_no_connection() {
        assert!(read("x.xml", "<ApplicationInstance/>", &Scope::Global).is_err());
    }
}
