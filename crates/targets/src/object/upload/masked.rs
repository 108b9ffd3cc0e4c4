//! What of an upload address may be seen.

use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::SecretString;

use super::super::web::{self, DOTS};

/// The address with dots in place of what lets in. Where it is not known which part that is, only the server
/// is shown.
pub(super) fn shown(address: &Url) -> String {
    let begin = format!("{}://{}", address.scheme(), web::host(address));
    let path = address.path();
    if let Some(token) = token(path) {
        return format!("{begin}{}", path.replacen(token, DOTS, 1));
    }
    if address.query().is_some() {
        return format!("{begin}{path}?{DOTS}");
    }
    format!("{begin}/{DOTS}/")
}

/// A shown address with the folder below it.
pub(super) fn with_folder(shown: &str, folder: &str) -> String {
    match shown.split_once('?') {
        Some((path, query)) => format!("{path}{folder}?{query}"),
        None => format!("{shown}{folder}"),
    }
}

/// All of it that no text may show, the longest first.
pub(super) fn secrets(address: &Url, entered: &str) -> Vec<SecretString> {
    let mut all: Vec<String> = vec![entered.trim().to_owned(), address.as_str().to_owned()];
    let path = address.path();
    match token(path) {
        Some(token) => all.push(token.to_owned()),
        None if address.query().is_none() => all.push(path.trim_matches('/').to_owned()),
        None => {}
    }
    if let Some(query) = address.query() {
        all.push(query.to_owned());
        for pair in query.split('&') {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value);
            all.push(value.to_owned());
            all.push(percent_decode_str(value).decode_utf8_lossy().into_owned());
        }
    }
    // What is shorter is no secret, and would tear ordinary words apart.
    all.retain(|text| text.len() >= 8);
    all.sort_by_key(|text| std::cmp::Reverse(text.len()));
    all.dedup();
    all.into_iter().map(SecretString::from).collect()
}

/// The part after `/p/`.
fn token(path: &str) -> Option<&str> {
    let (token, _) = path.strip_prefix("/p/")?.split_once('/')?;
    (!token.is_empty()).then_some(token)
}
