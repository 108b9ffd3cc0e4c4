//! One webhook. Its address is a secret and stands in no error.

use std::path::Path;
use std::time::Duration;

use reqwest::{Certificate, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::fault::{Fault, PATIENCE, Stages, chain, hushed};
use crate::view::{CommandError, WordStageName as Stage};

/// A webhook, with what is needed to reach it.
pub(super) struct Hook<'a> {
    pub name: &'a str,
    pub address: SecretString,
    pub proxy: Option<&'a str>,
    pub ca_file: Option<&'a Path>,
}

/// Reads the address of a webhook: HTTPS, or plain HTTP to this computer.
pub(super) fn read_address(text: &SecretString) -> Result<Url, CommandError> {
    let wrong = |why: &str| {
        CommandError::field(
            "hookAddress",
            format!("The address of the webhook cannot be used: {why}."),
        )
        .guide("Paste it as the receiver shows it; it begins with https://.")
    };
    let url = Url::parse(text.expose_secret().trim()).map_err(|_| wrong("it is no address"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here(&url) => Ok(url),
        "http" => Err(wrong("without encryption only this computer is spoken to")),
        _ => Err(wrong("it has to begin with https://")),
    }
}

fn is_here(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

impl Hook<'_> {
    /// Posts a message, telling of each stage.
    pub(super) async fn post(&self, body: &Value, stages: &mut Stages<'_>) -> Result<(), Fault> {
        let name = self.name;
        let url = read_address(&self.address)
            .map_err(|error| Fault::at(Stage::Address, error.message).lasting())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let encrypted = url.scheme() == "https";
        let client = self.client(&url)?;
        let sent = client
            .post(url)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
            .send()
            .await
            .map_err(reqwest::Error::without_url);
        let answer = match sent {
            Ok(answer) => answer,
            Err(error) => {
                if let Some(words) = waybill_client::tls_problem(&error, &host) {
                    stages.passed(Stage::Address, format!("`{host}` answers."));
                    return Err(Fault::at(
                        Stage::Tls,
                        format!("No encrypted connection for {name} came about: {words}."),
                    )
                    .remedy("Where the company has an authority of its own, name its CA file."));
                }
                let why = if error.is_timeout() {
                    "it does not answer in time".to_owned()
                } else {
                    chain(&error, &[&self.address])
                };
                return Err(Fault::at(
                    Stage::Address,
                    format!("`{host}`, where {name} is, cannot be reached: {why}."),
                )
                .remedy("Check the network, the proxy under Settings, and the address."));
            }
        };
        stages.passed(Stage::Address, format!("`{host}` answers."));
        stages.passed(
            Stage::Tls,
            if encrypted {
                format!("Encrypted, and the certificate is that of `{host}`.")
            } else {
                "Not needed: the receiver is on this computer.".to_owned()
            },
        );
        let status = answer.status();
        if status.is_success() {
            stages.passed(Stage::Accepted, format!("{name} took it."));
            return Ok(());
        }
        let told = answer.text().await.unwrap_or_default();
        Err(self.refused(status, &hushed(&told, &[&self.address])))
    }

    fn client(&self, url: &Url) -> Result<reqwest::Client, Fault> {
        let mut builder = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("waybill/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .timeout(PATIENCE);
        if is_here(url) {
            builder = builder.no_proxy();
        } else if let Some(proxy) = self.proxy {
            let proxy = reqwest::Proxy::all(proxy).map_err(|_| {
                Fault::at(Stage::Address, "The proxy under Settings cannot be used.")
            })?;
            builder = builder.no_proxy().proxy(proxy);
        }
        if let Some(path) = self.ca_file {
            let unusable = |why: &str| {
                Fault::at(
                    Stage::Tls,
                    format!("The CA file `{}` cannot be used: {why}.", path.display()),
                )
                .remedy("Name a file with lines that begin with -----BEGIN CERTIFICATE-----.")
            };
            let bytes = std::fs::read(path).map_err(|_| unusable("it cannot be read"))?;
            let found =
                Certificate::from_pem_bundle(&bytes).map_err(|_| unusable("it is damaged"))?;
            builder = builder.tls_certs_merge(found);
        }
        builder.build().map_err(|error| {
            Fault::at(
                Stage::Tls,
                format!(
                    "A connection cannot be prepared: {}.",
                    chain(&error.without_url(), &[&self.address])
                ),
            )
        })
    }

    fn refused(&self, status: StatusCode, told: &str) -> Fault {
        let name = self.name;
        let said = if told.is_empty() {
            String::new()
        } else {
            format!(" It says: {told}")
        };
        let fault = Fault::at(
            Stage::Accepted,
            format!(
                "{name} did not take it: it answered {}.{said}",
                status.as_u16()
            ),
        );
        match status.as_u16() {
            401 | 403 | 404 | 410 => {
                fault.remedy("The address is not valid any more. Have the receiver make a new one, and enter it.")
            }
            300..=399 => fault.remedy("The receiver is somewhere else now. Enter its new address."),
            400 | 413 | 415 | 422 => fault
                .remedy("The receiver does not understand this form. Check the kind of the webhook.")
                .lasting(),
            _ => fault.remedy("It is tried again later."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encrypted_or_here_and_never_in_the_error() {
        let read = |text: &str| read_address(&SecretString::from(text));
        assert!(read("https://hooks.example.com/canary").is_ok());
        assert!(read("http://127.0.0.1:8000/canary").is_ok());
        for refused in ["http://example.com/canary", "ftp://x/canary", "canary"] {
            let error = read(refused).unwrap_err();
            assert!(!error.message.contains("canary"), "{error}");
            assert_eq!(error.context["field"], "hookAddress");
        }
    }
}
