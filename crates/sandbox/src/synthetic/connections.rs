//! Connections: what settings each adapter has, and how a connection looks inside an archive.

use jiff::Timestamp;

use super::export::xml;
use crate::chance::Chance;
use crate::store::{Connection, Property, PropertyType};

/// The connection that every call of another integration goes through; it is part of the service.
pub(crate) const PRESEEDED: &str = "PRESEEDED_COLLOCATED_CONN_1741";

pub(super) fn property(
    name: &str,
    label: &str,
    kind: PropertyType,
    value: Option<String>,
    required: bool,
) -> Property {
    Property {
        name: name.to_owned(),
        label: label.to_owned(),
        kind,
        value,
        required,
    }
}

/// An adapter as the console names it; its id where the sandbox knows no name.
pub(crate) fn adapter_name(adapter: &str) -> &str {
    match adapter {
        "rest" => "REST",
        "soap" => "SOAP",
        "ftp" => "FTP",
        "erp" => "Oracle ERP Cloud",
        "hcm" => "Oracle HCM Cloud",
        "atpdatabase" => "Oracle Autonomous Transaction Processing",
        "salesforce" => "Salesforce",
        other => other,
    }
}

/// The settings of an adapter, filled in for a host.
pub(crate) fn settings(adapter: &str, host: &str) -> Vec<Property> {
    use PropertyType::{Choice, File, Text, Url};
    let some = |text: &str| Some(text.to_owned());
    match adapter {
        "rest" => vec![
            property(
                "connectionType",
                "Connection Type",
                Choice,
                some("restUrl"),
                true,
            ),
            property("tlsVersion", "TLS Version", Choice, None, false),
            property(
                "connectionUrl",
                "Connection URL",
                Url,
                Some(format!("https://{host}/api")),
                true,
            ),
            property("enableTwoWaySSL", "Enable two way SSL", Choice, None, false),
        ],
        "soap" => vec![
            property(
                "targetWSDLURL",
                "WSDL URL",
                Url,
                Some(format!("https://{host}/service?wsdl")),
                true,
            ),
            property("serviceEndpointURL", "Target Server URL", Url, None, false),
        ],
        "ftp" => vec![
            property("Host", "FTP Server Host Address", Text, some(host), true),
            property("Port", "FTP Server Port", Text, some("22"), true),
            property("UseSftp", "SFTP Connection", Choice, some("Yes"), false),
            property("HostKeyCertificate", "Host Key", File, None, false),
        ],
        "erp" | "hcm" => vec![
            property(
                "Host",
                "Cloud Host",
                Url,
                Some(format!("https://{host}")),
                true,
            ),
            property(
                "interfaceCatalogURL",
                "Interface Catalog URL",
                Url,
                None,
                false,
            ),
        ],
        "salesforce" => vec![
            property(
                "enterpriseWSDL",
                "Enterprise WSDL",
                File,
                some("enterprise.wsdl"),
                true,
            ),
            property(
                "instanceUrl",
                "Instance URL",
                Url,
                Some(format!("https://{host}")),
                true,
            ),
        ],
        "atpdatabase" => vec![
            property(
                "ServiceName",
                "Service Name",
                Text,
                Some(format!("{}_low", host.split('.').next().unwrap_or(host))),
                true,
            ),
            property("WALLET", "Wallet", File, some("wallet.zip"), true),
        ],
        _ => vec![property(
            "connectionUrl",
            "Connection URL",
            Url,
            Some(format!("https://{host}")),
            true,
        )],
    }
}

/// The security policy of an adapter and its credentials; the passwords are made up and never shown.
pub(crate) fn credentials(
    adapter: &str,
    user: &str,
    chance: &mut Chance,
) -> (String, Vec<Property>) {
    use PropertyType::{File, Password, Text, Url};
    let secret = Some(chance.hex(12));
    match adapter {
        "rest" if chance.percent(50) => (
            "OAUTH_CLIENT_CREDENTIALS".to_owned(),
            vec![
                property(
                    "oauth.access.token.uri",
                    "Access Token URI",
                    Url,
                    Some("https://login.example.com/oauth2/token".to_owned()),
                    true,
                ),
                property(
                    "oauth.client.id",
                    "Client Id",
                    Text,
                    Some(chance.hex(16)),
                    true,
                ),
                property(
                    "oauth.client.secret",
                    "Client Secret",
                    Password,
                    secret,
                    true,
                ),
            ],
        ),
        "ftp" => (
            "FTP_PUBLIC_KEY_AUTHENTICATION".to_owned(),
            vec![
                property("username", "User Name", Text, Some(user.to_owned()), true),
                property(
                    "PrivateKeyFile",
                    "Private Key File",
                    File,
                    Some("id_rsa".to_owned()),
                    true,
                ),
                property("passphrase", "Pass Phrase", Password, secret, false),
            ],
        ),
        "atpdatabase" => (
            "JDBC_OVER_SSL".to_owned(),
            vec![
                property(
                    "username",
                    "Database Service Username",
                    Text,
                    Some(user.to_owned()),
                    true,
                ),
                property(
                    "password",
                    "Database Service Password",
                    Password,
                    secret,
                    true,
                ),
                property(
                    "WalletPassword",
                    "Wallet Password",
                    Password,
                    Some(chance.hex(8)),
                    true,
                ),
            ],
        ),
        "erp" | "hcm" | "soap" => (
            "USERNAME_PASSWORD_TOKEN".to_owned(),
            vec![
                property("username", "Username", Text, Some(user.to_owned()), true),
                property("password", "Password", Password, secret, true),
            ],
        ),
        _ => (
            "BASIC_AUTH".to_owned(),
            vec![
                property("username", "Username", Text, Some(user.to_owned()), true),
                property("password", "Password", Password, secret, true),
            ],
        ),
    }
}

/// Settings whose values archives replace by tokens.
const TOKENISED: [&str; 7] = [
    "connectionUrl",
    "Host",
    "Port",
    "UseSftp",
    "targetWSDLURL",
    "interfaceCatalogURL",
    "oauth.access.token.uri",
];

/// A connection inside an archive: addresses as tokens, no secrets.
pub(crate) fn connection_xml(one: &Connection, declared: bool) -> Vec<u8> {
    let mut chance = Chance::of(11, &one.code);
    let settings: String = one
        .settings
        .iter()
        .map(|setting| {
            let value = match &setting.value {
                Some(_) if TOKENISED.contains(&setting.name.as_str()) => {
                    format!("<value>%%{}_{}</value>", one.code, setting.name)
                }
                Some(value) => format!("<value>{}</value>", xml(value)),
                None => String::new(),
            };
            format!(
                "<connectionProperty><name>{}</name>{value}</connectionProperty>",
                setting.name
            )
        })
        .collect();
    let credentials: String = one
        .credentials
        .iter()
        .map(|setting| {
            format!(
                "<connectionProperty><name>{}</name></connectionProperty>",
                setting.name
            )
        })
        .collect();
    let moment = |moment: Timestamp| moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let agent = one.agent_group.as_ref().map_or(String::new(), |group| {
        format!("<agentDefinition>{}</agentDefinition>", xml(group))
    });
    format!(
        "{declaration}<ns2:ApplicationInstance xmlns:ns2=\"http://xmlns.oracle.com/adapters/cloud\">\
         <id>{id}</id><instanceCode>{code}</instanceCode><groupId>{group}</groupId>\
         <displayName>{name}</displayName><applicationTypeRef>{adapter}</applicationTypeRef>\
         <description>{description}</description><connectionProperties>\
         <connectionProperty><name>integration_role</name><value>{role}</value></connectionProperty>\
         {settings}<connectionProperty><name>csfkey</name><value>{csf}</value></connectionProperty>\
         <connectionProperty><name>csfMap</name><value>oracle.cloud.adapter</value></connectionProperty>\
         {credentials}</connectionProperties><securityPolicy>{policy}</securityPolicy>\
         <revision>01.00.0000</revision><status>{status}</status><hidden>false</hidden>\
         <percentageComplete>{percent}</percentageComplete><attachments/>\
         <privateEndpoint>false</privateEndpoint>{agent}<keywords/>\
         <pluginVersion>26.04.0</pluginVersion><integrationRole>{role}</integrationRole>\
         <securedAuditInfo><auditInfo><createdBy>{by}</createdBy><lastUpdatedBy>{last}</lastUpdatedBy>\
         <lastUpdatedDate>{updated}</lastUpdatedDate><createdDate>{created}</createdDate></auditInfo>\
         </securedAuditInfo></ns2:ApplicationInstance>",
        declaration = if declared { "<?xml version = '1.0' encoding = 'UTF-8'?>\n" } else { "" },
        id = uuid_like(&mut chance),
        group = uuid_like(&mut chance),
        csf = chance.hex(32),
        code = one.code,
        name = xml(&one.name),
        adapter = one.adapter,
        description = xml(&one.description),
        role = one.role,
        policy = one.policy,
        status = one.status,
        percent = if one.status == "CONFIGURED" { 100 } else { 66 },
        by = xml(&one.audit.created_by),
        last = xml(&one.audit.updated_by),
        created = moment(one.audit.created),
        updated = moment(one.audit.updated),
    )
    .into_bytes()
}

/// The preseeded connection inside an archive.
pub(crate) fn preseeded_xml() -> Vec<u8> {
    format!(
        "<?xml version = '1.0' encoding = 'UTF-8'?>\n<ns2:ApplicationInstance \
         xmlns:ns2=\"http://xmlns.oracle.com/adapters/cloud\"><instanceCode>{PRESEEDED}</instanceCode>\
         <displayName>Local Integration</displayName>\
         <applicationTypeRef>collocatedics</applicationTypeRef><connectionProperties/>\
         <securityPolicy>NONE</securityPolicy><revision>01.00.0000</revision>\
         <status>CONFIGURED</status><hidden>true</hidden><percentageComplete>100</percentageComplete>\
         <attachments/><integrationRole>TARGET</integrationRole></ns2:ApplicationInstance>"
    )
    .into_bytes()
}

fn uuid_like(chance: &mut Chance) -> String {
    let hex = chance.hex(16);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    [
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    ]
    .join("-")
}
