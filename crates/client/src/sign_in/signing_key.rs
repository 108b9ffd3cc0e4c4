//! The private key that assertions are signed with: read from the files people have, kept as text in
//! a place for secrets, wiped from memory when it is dropped.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::{digest, rand, signature};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use pkcs8::EncryptedPrivateKeyInfoRef;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// RS256 wants no less (RFC 7518 §3.3).
const SHORTEST_BYTES: usize = 2048 / 8;

/// Why a key cannot be used. Ends a sentence; holds nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no private key in it.
    #[error("it holds no private key")]
    NoKey,
    /// It is encrypted, and no passphrase was given.
    #[error("it is encrypted and needs its passphrase")]
    PassphraseMissing,
    /// The passphrase does not open it.
    #[error("the passphrase does not open it")]
    WrongPassphrase,
    /// The old encryption inside PEM (`Proc-Type: 4,ENCRYPTED`), or a cipher that is not known.
    #[error("it is encrypted in a way that this program does not read")]
    UnknownEncryption,
    /// A key of another kind, such as EC.
    #[error("it holds a key that is not RSA, or a damaged one")]
    NotRsa,
    /// Less than 2048 bits.
    #[error("its key is shorter than 2048 bits")]
    TooShort,
}

impl KeyError {
    /// What to do about it.
    #[must_use]
    pub fn guidance(self) -> &'static str {
        match self {
            Self::NoKey => {
                "Choose the file with the private key, not the one with the certificate alone: PEM, DER or PKCS#12 (.p12, .pfx)."
            }
            Self::PassphraseMissing => "Enter the passphrase of the file.",
            Self::WrongPassphrase => {
                "Enter the passphrase that the file was saved with; capital letters count."
            }
            Self::UnknownEncryption => {
                "Convert the key, for example with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out key-new.pem`, and choose the new file."
            }
            Self::NotRsa | Self::TooShort => {
                "Make an RSA key of at least 2048 bits and add its certificate to the application."
            }
        }
    }

    /// Whether it is the passphrase that is wrong, not the file.
    #[must_use]
    pub fn is_about_passphrase(self) -> bool {
        matches!(self, Self::PassphraseMissing | Self::WrongPassphrase)
    }
}

/// An RSA key for RS256. Cheap to clone.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<KeyPair>,
    /// PKCS#8 or PKCS#1.
    der: Arc<Zeroizing<Vec<u8>>>,
    /// SHA-1 of the certificate that came with it, in base64url (`x5t`).
    thumbprint: Option<String>,
}

impl SigningKey {
    /// Reads a file: PEM with PKCS#1, PKCS#8 or encrypted PKCS#8 (and perhaps the certificate), the
    /// same as DER, or PKCS#12.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn read(bytes: &[u8], passphrase: Option<&SecretString>) -> Result<Self, KeyError> {
        let passphrase = passphrase.map(ExposeSecret::expose_secret);
        if contains(bytes, b"-----BEGIN ") {
            return Self::read_pem(bytes, passphrase);
        }
        Self::read_der(bytes, passphrase, None)
    }

    fn read_pem(bytes: &[u8], passphrase: Option<&str>) -> Result<Self, KeyError> {
        if contains(bytes, b"Proc-Type: 4,ENCRYPTED") {
            return Err(KeyError::UnknownEncryption);
        }
        let sections = pem::parse_many(bytes).map_err(|_| KeyError::NoKey)?;
        let mut key = None;
        let mut certificate = None;
        for section in sections {
            match section.tag() {
                tag if tag.ends_with("PRIVATE KEY") => {
                    key = Some(Zeroizing::new(section.into_contents()));
                }
                "CERTIFICATE" if certificate.is_none() => {
                    certificate = Some(thumbprint(section.contents()));
                }
                _ => {}
            }
        }
        let key = key.ok_or(KeyError::NoKey)?;
        Self::read_der(&key, passphrase, certificate)
    }

    fn read_der(
        der: &[u8],
        passphrase: Option<&str>,
        certificate: Option<String>,
    ) -> Result<Self, KeyError> {
        if let Ok(sealed) = EncryptedPrivateKeyInfoRef::try_from(der) {
            let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
            let open = sealed
                .decrypt(passphrase)
                .map_err(|failure| match failure {
                    pkcs8::Error::EncryptedPrivateKey(
                        pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. }
                        | pkcs8::pkcs5::Error::NoPbes1CryptSupport,
                    ) => KeyError::UnknownEncryption,
                    _ => KeyError::WrongPassphrase,
                })?;
            return Self::from_open(open.as_bytes(), certificate);
        }
        match Self::from_open(der, certificate) {
            Err(KeyError::NotRsa) => Self::read_pkcs12(der, passphrase),
            read => read,
        }
    }

    fn read_pkcs12(der: &[u8], passphrase: Option<&str>) -> Result<Self, KeyError> {
        use p12_keystore::error::Error;

        let store = KeyStore::from_pkcs12(
            der,
            passphrase.unwrap_or_default(),
            Pkcs12ImportPolicy::Relaxed,
        )
        .map_err(|failure| match failure {
            Error::DerError(_) | Error::IoError(_) | Error::InvalidVersion => KeyError::NotRsa,
            Error::UnsupportedContentType
            | Error::UnsupportedEncryptionScheme
            | Error::UnsupportedMacAlgorithm => KeyError::UnknownEncryption,
            _ if passphrase.is_none() => KeyError::PassphraseMissing,
            _ => KeyError::WrongPassphrase,
        })?;
        let (_, chain) = store.private_key_chain().ok_or(KeyError::NoKey)?;
        let certificate = chain
            .certs()
            .first()
            .map(|certificate| thumbprint(certificate.as_der()));
        Self::from_open(chain.key().as_der(), certificate)
    }

    fn from_open(der: &[u8], thumbprint: Option<String>) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(der)
            .or_else(|_| KeyPair::from_der(der))
            .map_err(|rejected| {
                if rejected.to_string().contains("TooSmall") {
                    KeyError::TooShort
                } else {
                    KeyError::NotRsa
                }
            })?;
        if pair.public_modulus_len() < SHORTEST_BYTES {
            return Err(KeyError::TooShort);
        }
        Ok(Self {
            pair: Arc::new(pair),
            der: Arc::new(Zeroizing::new(der.to_vec())),
            thumbprint,
        })
    }

    /// The key as text for a place for secrets.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut text = Zeroizing::new(STANDARD_NO_PAD.encode(self.der.as_slice()));
        if let Some(thumbprint) = &self.thumbprint {
            text.push(' ');
            text.push_str(thumbprint);
        }
        SecretString::from(text.as_str())
    }

    /// The key from the text that [`Self::to_text`] gave.
    ///
    /// # Errors
    /// `NoKey` where it is no such text.
    pub fn from_text(text: &SecretString) -> Result<Self, KeyError> {
        let mut parts = text.expose_secret().split(' ');
        let der = Zeroizing::new(
            STANDARD_NO_PAD
                .decode(parts.next().unwrap_or_default())
                .map_err(|_| KeyError::NoKey)?,
        );
        Self::from_open(&der, parts.next().map(str::to_owned))
    }

    /// SHA-1 of the certificate that came with the key, in base64url: `x5t` of RFC 7515 §4.1.7.
    #[must_use]
    pub fn thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signed = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &signature::RSA_PKCS1_SHA256,
                &rand::SystemRandom::new(),
                message,
                &mut signed,
            )
            .ok()?;
        Some(signed)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(<redacted>)")
    }
}

fn thumbprint(certificate: &[u8]) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate);
    URL_SAFE_NO_PAD.encode(hash.as_ref())
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Made once for all tests: an RSA key takes its time.
    pub(in crate::sign_in) fn key() -> SigningKey {
        static KEY: std::sync::LazyLock<SigningKey> = std::sync::LazyLock::new(|| {
            use aws_lc_rs::encoding::AsDer;
            use aws_lc_rs::rsa::KeySize;
            let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
            let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
            SigningKey::read(der.as_ref(), None).unwrap()
        });
        KEY.clone()
    }

    fn pem(tag: &str, der: &[u8]) -> String {
        pem::encode(&pem::Pem::new(tag, der))
    }

    #[test]
    fn a_key_comes_back_from_its_text_with_its_thumbprint() {
        let named = SigningKey {
            thumbprint: Some("abc".into()),
            ..key()
        };
        let again = SigningKey::from_text(&named.to_text()).unwrap();
        assert_eq!(again.thumbprint(), Some("abc"));
        assert_eq!(again.sign(b"x"), named.sign(b"x"));
        assert!(!format!("{named:?}").contains("abc"));
    }

    #[test]
    fn a_certificate_beside_the_key_gives_the_thumbprint() {
        let both = pem("CERTIFICATE", b"not looked into") + &pem("PRIVATE KEY", &key().der);
        let read = SigningKey::read(both.as_bytes(), None).unwrap();
        assert_eq!(
            read.thumbprint(),
            Some(thumbprint(b"not looked into").as_str())
        );
        assert_eq!(read.thumbprint().unwrap().len(), 27);
    }

    #[test]
    fn an_encrypted_key_wants_its_own_passphrase() {
        let plain = key();
        let info = pkcs8::PrivateKeyInfoRef::try_from(plain.der.as_slice()).unwrap();
        let parameters = pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(
            2048,
            b"saltsalt",
            [7; 16],
        );
        let sealed = info
            .encrypt_with_params(parameters.unwrap(), "right")
            .unwrap();
        let text = pem("ENCRYPTED PRIVATE KEY", sealed.as_bytes());
        let read = |passphrase: Option<&str>| {
            SigningKey::read(text.as_bytes(), passphrase.map(SecretString::from).as_ref())
        };
        assert_eq!(read(None).unwrap_err(), KeyError::PassphraseMissing);
        assert_eq!(read(Some("wrong")).unwrap_err(), KeyError::WrongPassphrase);
        assert_eq!(read(Some("right")).unwrap().sign(b"x"), key().sign(b"x"));
    }

    #[test]
    fn what_is_no_usable_key_says_why() {
        let read = |text: &str| SigningKey::read(text.as_bytes(), None).unwrap_err();
        assert_eq!(read("hello"), KeyError::NotRsa);
        assert_eq!(read(&pem("CERTIFICATE", b"x")), KeyError::NoKey);
        assert_eq!(read(&pem("EC PRIVATE KEY", b"x")), KeyError::NotRsa);
        assert_eq!(
            read("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
            KeyError::UnknownEncryption
        );
        for error in [
            KeyError::NoKey,
            KeyError::TooShort,
            KeyError::WrongPassphrase,
        ] {
            assert!(error.guidance().ends_with('.'));
        }
    }
}
