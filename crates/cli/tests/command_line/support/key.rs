//! A private key with its certificate, in the files people have.

use std::fs;
use std::path::Path;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

/// A key of its own, and a certificate for it.
pub struct Key {
    pair: rcgen::KeyPair,
    certificate: rcgen::Certificate,
}

impl Key {
    pub fn new() -> Self {
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
        let names = vec!["waybill.example".to_owned()];
        let certificate = rcgen::CertificateParams::new(names)
            .unwrap()
            .self_signed(&pair)
            .unwrap();
        Self { pair, certificate }
    }

    /// The certificate, as it is imported into an application.
    pub fn certificate(&self) -> String {
        self.certificate.pem()
    }

    /// A line out of the middle of the key, as PEM writes it.
    pub fn line(&self) -> String {
        self.pair
            .serialize_pem()
            .lines()
            .nth(10)
            .unwrap()
            .to_owned()
    }

    /// Writes the key alone.
    pub fn write_pem(&self, to: &Path) {
        fs::write(to, self.pair.serialize_pem()).unwrap();
    }

    /// Writes key and certificate behind a passphrase.
    pub fn write_pkcs12(&self, to: &Path, passphrase: &str) {
        let certificate = Certificate::from_der(self.certificate.der()).unwrap();
        let private = PrivateKey::from_der(&self.pair.serialize_der()).unwrap();
        let chain = PrivateKeyChain::new("waybill".as_bytes(), private, [certificate]);
        let mut store = KeyStore::new();
        store.add_entry("waybill", KeyStoreEntry::PrivateKeyChain(chain));
        fs::write(to, store.writer(passphrase).write().unwrap()).unwrap();
    }
}
