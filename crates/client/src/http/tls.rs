//! TLS: what is trusted, and what a failure means. Verification is never off.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, ErrorKind, TlsProblem};

const OPERATION: &str = "Setting up TLS";

/// Trusts what the operating system trusts and the certificates of the file. The provider is named
/// here, so that it does not matter which others are in the program.
pub(crate) fn config(ca_file: Option<&Path>) -> Result<ClientConfig, Error> {
    let extra = match ca_file {
        Some(path) => read_certificates(path)?,
        None => Vec::new(),
    };
    let has_extra = !extra.is_empty();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|cause| setup_failed(&cause.to_string()))?;
    let mut config = match Verifier::new_with_extra_roots(extra, provider) {
        Ok(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        Err(cause) if has_extra => {
            return Err(setup_failed(&format!(
                "a certificate of the CA file cannot be used ({cause})"
            )));
        }
        // A system without any trusted certificate: nothing is trusted, and each TLS connection says
        // so; practice instances on this computer need no TLS and go on working.
        Err(cause) => {
            tracing::warn!(%cause, "no trusted certificates");
            builder
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn setup_failed(cause: &str) -> Error {
    Error::new(ErrorKind::Configuration, OPERATION, cause)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|cause| {
        setup_failed(&format!("the CA file `{shown}` cannot be read ({cause})"))
    })?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|cause| setup_failed(&format!("the CA file `{shown}` is damaged ({cause})")))?;
    if certificates.is_empty() {
        return Err(setup_failed(&format!(
            "the CA file `{shown}` holds no certificate; it must hold lines that begin with -----BEGIN CERTIFICATE-----"
        )));
    }
    Ok(certificates)
}

/// What is wrong, and in plain words why.
pub(crate) fn explain(problem: &rustls::Error, host: &str) -> (TlsProblem, String) {
    use CertificateError as Certificate;
    match problem {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            // A bad signature: an authority of a known name, but with another key.
            Certificate::UnknownIssuer | Certificate::BadSignature => unknown_issuer(host),
            Certificate::Expired | Certificate::ExpiredContext { .. } => (
                TlsProblem::Expired,
                format!("the certificate of `{host}` has expired"),
            ),
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => (
                TlsProblem::NotYetValid,
                format!(
                    "the certificate of `{host}` is not valid yet; check the clock of this computer"
                ),
            ),
            Certificate::NotValidForName => (
                TlsProblem::WrongName,
                format!("the certificate shown is not for `{host}`"),
            ),
            Certificate::NotValidForNameContext { presented, .. } => (
                TlsProblem::WrongName,
                format!(
                    "the certificate shown is not for `{host}` but for {}",
                    presented.join(", ")
                ),
            ),
            Certificate::Revoked => (
                TlsProblem::Revoked,
                format!("the certificate of `{host}` was revoked"),
            ),
            other if other.to_string().contains("CaUsedAsEndEntity") => unknown_issuer(host),
            other => (
                TlsProblem::Other,
                format!("the certificate of `{host}` cannot be trusted ({other})"),
            ),
        },
        rustls::Error::InvalidMessage(_) => (
            TlsProblem::NotTls,
            format!("what answers at `{host}` does not speak TLS; the port may be wrong"),
        ),
        other => (
            TlsProblem::Other,
            format!("no TLS connection to `{host}` could be agreed on ({other})"),
        ),
    }
}

/// What is wrong with TLS, in plain words without a full stop, where that is the cause of an error of any
/// library; `host` is whom it was about.
#[must_use]
pub fn tls_problem(error: &(dyn std::error::Error + 'static), host: &str) -> Option<String> {
    find(error).map(|problem| explain(problem, host).1)
}

fn unknown_issuer(host: &str) -> (TlsProblem, String) {
    (
        TlsProblem::UnknownIssuer,
        format!(
            "the certificate of `{host}` was issued by an authority that this computer does not trust; if a company proxy inspects traffic, give its CA file"
        ),
    )
}

/// The TLS failure inside another error, if there is one.
pub(crate) fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        if let Some(inner) = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            && let Some(found) = find(inner)
        {
            return Some(found);
        }
        next = error.source();
    }
    None
}
