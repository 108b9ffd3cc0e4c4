//! `Authorization: Basic`, for users (RFC 7617) and for OAuth clients (RFC 6749 §2.3.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// User and password as they are, in UTF-8.
pub(super) fn plain(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Client id and secret, each form-encoded before they are joined.
pub(super) fn form_encoded_pair(client_id: &str, client_secret: &str) -> String {
    plain(&form_encoded(client_id), &form_encoded(client_secret))
}

pub(super) fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_sent_as_is_and_a_client_encoded() {
        assert_eq!(
            plain("Aladdin", "open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(form_encoded_pair("a b", "c:d%"), plain("a+b", "c%3Ad%25"));
    }
}
