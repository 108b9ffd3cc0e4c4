//! `Authorization: Basic`, for users and for OAuth clients alike. RFC 6749 §2.3.1 would have the id and
//! secret of a client form-encoded first; Oracle's documentation and the recorded calls join them as
//! they are, and so does this.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// User and password as they are, in UTF-8.
pub(super) fn plain(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

pub(super) fn form_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_secret_are_sent_as_they_are() {
        assert_eq!(
            plain("Aladdin", "open sesame"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert_eq!(
            plain("a b", "c:d%"),
            format!("Basic {}", STANDARD.encode("a b:c:d%"))
        );
    }
}
