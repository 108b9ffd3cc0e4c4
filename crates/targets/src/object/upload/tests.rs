use secrecy::{ExposeSecret, SecretString};

use super::{Files, UploadFiles, UploadSettings, masked};

const TOKEN: &str = "kT0vERylongt0ken-that-lets-in_9";

fn files(address: &str, prefix: &str) -> UploadFiles {
    UploadFiles::new(&UploadSettings {
        address: SecretString::from(address.to_owned()),
        prefix: prefix.to_owned(),
        reads: false,
        ca_file: None,
    })
    .unwrap()
}

#[test]
fn the_token_of_a_pre_authenticated_address_is_dots() {
    let address =
        format!("https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/{TOKEN}/n/ns/b/bucket/o/");
    let files = files(&address, "/oic/");
    assert_eq!(
        files.title(),
        "https://objectstorage.eu-frankfurt-1.oraclecloud.com/p/••••••/n/ns/b/bucket/o/oic/"
    );
    let said = files
        .web
        .refused("Writing", &format!("`{address}x` and {TOKEN} again"));
    assert!(!said.to_string().contains(TOKEN), "{said}");
}

#[test]
fn the_query_of_a_temporary_address_is_dots() {
    let files = files(
        "https://swift.example.com/v1/AUTH_a/c/d/?temp_url_sig=abcdef0123456789&temp_url_expires=1900000000&temp_url_prefix=d%2F",
        "oic",
    );
    assert_eq!(
        files.title(),
        "https://swift.example.com/v1/AUTH_a/c/d/oic/?••••••"
    );
    let said = files
        .web
        .refused("Writing", "the signature abcdef0123456789 is wrong");
    assert!(!said.to_string().contains("abcdef"), "{said}");
    let url = files.url("a b/ü.txt");
    assert_eq!(url.path(), "/v1/AUTH_a/c/d/oic/a%20b/%C3%BC.txt");
    assert!(
        url.query()
            .is_some_and(|query| query.contains("temp_url_sig="))
    );
}

#[test]
fn an_address_of_an_unknown_kind_shows_its_server_alone() {
    let files = files("https://files.example.com/drop/s3cr3t-s3cr3t/", "");
    assert_eq!(files.title(), "https://files.example.com/••••••/");
}

#[test]
fn short_words_of_a_query_are_not_torn_out_of_texts() {
    let address = reqwest::Url::parse("https://a.example/x/?v=1&sig=0123456789").unwrap();
    let secrets = masked::secrets(&address, address.as_str());
    assert!(
        secrets
            .iter()
            .all(|secret| secret.expose_secret().len() >= 8)
    );
}

#[test]
fn an_address_without_tls_is_refused() {
    let refused = UploadFiles::new(&UploadSettings {
        address: SecretString::from(format!("http://example.com/p/{TOKEN}/n/ns/b/b/o/")),
        prefix: String::new(),
        reads: false,
        ca_file: None,
    });
    let words = refused.err().unwrap().to_string();
    assert!(
        words.contains("https://") && !words.contains(TOKEN),
        "{words}"
    );
}
