//! What each security policy asks for. The names are those seen in archives and requests; policies
//! that are not listed ask for nothing that the sandbox knows of.

use super::connections::property;
use crate::store::{Property, PropertyType};

/// The credentials of a policy, without values.
pub(crate) fn policy_credentials(policy: &str) -> Vec<Property> {
    use PropertyType::{File, Password, Text, Url};
    let field =
        |name: &str, label: &str, kind, required| property(name, label, kind, None, required);
    match policy {
        "BASIC_AUTH"
        | "USERNAME_PASSWORD_TOKEN"
        | "USERNAME_PASSWORD_IGNORE_TIMESTAMP"
        | "JDBC_BASIC_AUTH" => vec![
            field("username", "Username", Text, true),
            field("password", "Password", Password, true),
        ],
        "OAUTH_CLIENT_CREDENTIALS" => vec![
            field("oauth.access.token.uri", "Access Token URI", Url, true),
            field("oauth.client.id", "Client Id", Text, true),
            field("oauth.client.secret", "Client Secret", Password, true),
            field("oauth.scope", "Scope", Text, false),
        ],
        "OAUTH_RESOURCE_OWNER_PASSWORD_CREDENTIALS" => vec![
            field("oauth.access.token.uri", "Access Token URI", Url, true),
            field("oauth.client.id", "Client Id", Text, true),
            field("oauth.client.secret", "Client Secret", Password, true),
            field("username", "Username", Text, true),
            field("password", "Password", Password, true),
        ],
        "FTP_PUBLIC_KEY_AUTHENTICATION" => vec![
            field("username", "User Name", Text, true),
            field("PrivateKeyFile", "Private Key File", File, true),
            field("passphrase", "Pass Phrase", Password, false),
        ],
        "JDBC_OVER_SSL" => vec![
            field("username", "Database Service Username", Text, true),
            field("password", "Database Service Password", Password, true),
            field("WalletPassword", "Wallet Password", Password, true),
        ],
        "ORACLE_WALLET" => vec![field("WalletPassword", "Wallet Password", Password, true)],
        "OCI_SIGNATURE_VERSION1" => vec![
            field("tenancyOCID", "Tenancy OCID", Text, true),
            field("userOCID", "User OCID", Text, true),
            field("PrivateKey", "Private Key", File, true),
            field("fingerPrint", "Finger Print", Text, true),
            field("passphrase", "Pass Phrase", Password, false),
        ],
        "AWS_SIGNATURE_VERSION4" => vec![
            field("accessKey", "Access Key", Text, true),
            field("secretKey", "Secret Key", Password, true),
            field("awsRegion", "AWS Region", Text, false),
        ],
        _ => Vec::new(),
    }
}

/// Whether a name that archives list among the settings is that of a credential.
pub(crate) fn is_credential(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["password", "passphrase", "secret", "privatekey"]
        .iter()
        .any(|part| lower.contains(part))
        || matches!(
            lower.as_str(),
            "username"
                | "oauth.client.id"
                | "fingerprint"
                | "tenancyocid"
                | "userocid"
                | "accesskey"
        )
}
