//! Signed statements of an application: about a person (user assertion), or about itself in place
//! of a secret (client assertion). Both are JWTs signed with RS256 by a key whose certificate the
//! identity domain knows.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;

use super::client::{Caller, Certificate};

/// The audience that assertions have to name (documented).
const DOMAIN: &str = "https://identity.oraclecloud.com/";
/// How far clocks may be apart, in seconds.
const LEEWAY: i64 = 60;

/// Checks an assertion of the application at this moment; answers with its subject, or says what is
/// wrong with it. Beside [`DOMAIN`], `token_url` is a good audience.
pub(crate) fn subject(
    text: &str,
    caller: &Caller,
    token_url: &str,
    now: Timestamp,
) -> Result<String, String> {
    let malformed = || "The assertion is not a JWT.".to_owned();
    let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
    let (head, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let part = |text: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    };
    let head = part(head).ok_or_else(malformed)?;
    let claims = part(claims).ok_or_else(malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    let named =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    if named(&head, "alg").as_deref() != Some("RS256") {
        return Err("The assertion is not signed with RS256.".to_owned());
    }
    let fitting: Vec<&Certificate> = caller
        .certificates
        .iter()
        .filter(|certificate| is_named(certificate, &head))
        .collect();
    if fitting.is_empty() {
        return Err("The certificate that signed the assertion is not trusted.".to_owned());
    }
    let good = fitting.iter().any(|certificate| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &certificate.key)
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    });
    if !good {
        return Err("The signature of the assertion is not valid.".to_owned());
    }
    check_times(&claims, now)?;
    if named(&claims, "iss").as_deref() != Some(caller.id.as_str()) {
        return Err("The issuer of the assertion is not the client.".to_owned());
    }
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !audiences
        .iter()
        .any(|one| *one == DOMAIN || *one == token_url)
    {
        return Err("The audience of the assertion is not the identity domain.".to_owned());
    }
    named(&claims, "sub")
        .filter(|subject| !subject.is_empty())
        .ok_or_else(|| "The assertion has no subject.".to_owned())
}

fn check_times(claims: &Value, now: Timestamp) -> Result<(), String> {
    let now = now.as_second();
    let time = |name: &str| {
        claims
            .get(name)
            .and_then(Value::as_i64)
            .ok_or_else(|| format!("The assertion has no claim {name}."))
    };
    let (ends, begins) = (time("exp")?, time("iat")?);
    if ends + LEEWAY < now {
        return Err(format!(
            "The assertion has expired: it ended {} seconds ago. Check the clock of the client.",
            now - ends
        ));
    }
    if begins > now + LEEWAY {
        return Err(format!(
            "The assertion was issued {} seconds in the future. Check the clock of the client.",
            begins - now
        ));
    }
    Ok(())
}

/// Whether the header of an assertion means this certificate; one that names none means any.
fn is_named(certificate: &Certificate, head: &Value) -> bool {
    let print = |algorithm| {
        certificate
            .der
            .as_ref()
            .map(|der| digest(algorithm, der).as_ref().to_vec())
    };
    let same = |name: &str, print: Option<Vec<u8>>| {
        let Some(text) = head.get(name).and_then(Value::as_str) else {
            return true;
        };
        // Clients write either alphabet, with or without padding.
        let plain = text
            .trim_end_matches('=')
            .replace('-', "+")
            .replace('_', "/");
        print.is_none_or(|print| STANDARD.encode(print).trim_end_matches('=') == plain)
    };
    let alias = match (head.get("kid").and_then(Value::as_str), &certificate.alias) {
        (Some(wanted), Some(own)) => wanted == own,
        _ => true,
    };
    alias && same("x5t", print(&SHA1_FOR_LEGACY_USE_ONLY)) && same("x5t#S256", print(&SHA256))
}
