//! Names of settings, columns and variables whose values may be secret.

use super::marks;

pub(super) const PARTS: [&str; 21] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "privatekey",
    "private_key",
    "private-key",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "pgpkey",
    "refreshtoken",
    "refresh_token",
    "access_token",
    "accesstoken",
    "authtoken",
    "auth_token",
    "wallet",
    "subscription-key",
];

/// Whether a value under this name may be secret. Secrets do not belong in these files, but
/// archives packed by hand and exports of the older generations have held them in clear
/// (recorded). `csfkey`, the number of a secret in the service's store, is counted too.
pub(crate) fn may_be_secret(name: &str) -> bool {
    if !marks::has_part(name) {
        return name.eq_ignore_ascii_case("csfkey");
    }
    let name = name.to_ascii_lowercase();
    name.ends_with("pwd") || PARTS.iter().any(|part| name.contains(part))
}

/// Whether a text may hold the name of a secret anywhere: a quick look over all of it, so that
/// most texts need no closer one.
pub(crate) fn may_hold_a_name(text: &str) -> bool {
    marks::has_part(text)
}

/// The same as [`may_be_secret`], for values that are reported: the number in the store is nothing
/// to steal.
pub(super) fn names_a_secret(name: &str) -> bool {
    name.len() < 100 && !name.eq_ignore_ascii_case("csfkey") && may_be_secret(name)
}

/// Whether a value stands for itself, and not for something that is filled in elsewhere: a token
/// of the export, a variable, a path into a message, a function, a switch, dots in its place.
pub(crate) fn is_literal(value: &str) -> bool {
    let value = value.trim();
    let wrapped = |start: char, end: char| value.starts_with(start) && value.contains(end);
    !(value.is_empty()
        || value.starts_with("%%")
        || value.starts_with(['$', '•'])
        || (value.starts_with('/') && !value.contains('+') && !value.ends_with('='))
        || wrapped('{', '}')
        || wrapped('<', '>')
        || (value.contains('(') && value.contains(')'))
        || value.contains("://")
        || value
            .chars()
            .all(|sign| matches!(sign, '*' | 'x' | 'X' | '.'))
        || ["true", "false", "null", "string", "password"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word)))
}

/// Whether a setting for a wallet holds the name of its file: the wallet itself is elsewhere, so there is
/// nothing to report. Dots still stand in its place wherever it is shown.
pub(super) fn names_a_wallet_file(name: &str, value: &str) -> bool {
    let Some((stem, extension)) = value.trim().rsplit_once('.') else {
        return false;
    };
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '_' | '-' | '.');
    name.eq_ignore_ascii_case("wallet")
        && (1..=64).contains(&stem.len())
        && stem.chars().all(plain)
        && ["zip", "jks", "p12", "sso"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_switches_are_no_secrets() {
        assert!(names_a_secret("oauth.client.secret"));
        assert!(names_a_secret("DB_Password"));
        assert!(names_a_secret("DBPWD"));
        assert!(!names_a_secret("csfkey"));
        assert!(!names_a_secret("connectionUrl"));
        for no in [
            "",
            "%%ERP_password",
            "$password",
            "/nsmpr0:execute/ns:password",
            "{password}",
            "true",
            "fn:concat(1)",
            "****",
            "••••••",
        ] {
            assert!(!is_literal(no), "{no}");
        }
        for yes in [
            "Welcome1",
            "*star*9",
            "/x8f+9wQ==",
            "{brace",
            "open(1",
            "a!b.zip",
            ".zip",
        ] {
            assert!(is_literal(yes), "{yes}");
        }
    }

    #[test]
    fn the_file_of_a_wallet_is_told_from_a_password_by_its_setting() {
        assert!(names_a_wallet_file("WALLET", "Wallet_PROD 2.ZIP"));
        assert!(!names_a_wallet_file("WALLET", "Welcome1"));
        assert!(!names_a_wallet_file("WALLET", ".zip"));
        assert!(!names_a_wallet_file("WalletPassword", "Summer.zip"));
        assert!(!names_a_wallet_file("password", "Summer.zip"));
    }
}
