//! TLS with certificates of an authority that nobody trusts yet: as behind a company's proxy, or
//! with a private certificate authority.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::sandbox::SandboxError;

/// The certificate authority of a sandbox, with what its addresses show.
pub(crate) struct Authority {
    /// The certificate to trust (PEM).
    pub file: PathBuf,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// A new authority, whose certificate is written to the folder.
    pub fn make(folder: &Path) -> Result<Self, SandboxError> {
        let failed = |reason: String| SandboxError::Certificates {
            folder: folder.to_owned(),
            reason,
        };
        let (certificate, config) = certify().map_err(&failed)?;
        let file = folder.join("sandbox-ca.pem");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&file, certificate))
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            file,
            config: Arc::new(config),
        })
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }
}

/// The authority's certificate in PEM, and the server's configuration.
fn certify() -> Result<(String, ServerConfig), String> {
    let words = |error: rcgen::Error| error.to_string();
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Sandbox private authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let issuer =
        CertifiedIssuer::self_signed(params, KeyPair::generate().map_err(words)?).map_err(words)?;
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut params = CertificateParams::new(names).map_err(words)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "localhost");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().map_err(words)?;
    let certificate = params.signed_by(&key, &issuer).map_err(words)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .map_err(|error| error.to_string())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((issuer.pem(), config))
}
