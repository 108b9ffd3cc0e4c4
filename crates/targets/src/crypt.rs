//! Encryption of copies, file by file, with age (<https://age-encryption.org/v1>).
//!
//! A file `a/b.iar` of a copy lies there as `a/b.iar.age`, and so does the note. In the note, names, sizes and hashes are
//! those of the plain files.
//!
//! With **recipients**, files are encrypted to them. Without an identity that belongs to one, nothing can be read back: what lies there is
//! then compared with what was sent, but only in the try that sent it, and a cut copy begins anew.
//!
//! With a **passphrase**, deriving a key takes a part of a second, too long for each of thousands of files. So a key pair
//! is made once for the target. Its identity lies in the root as `waybill-identity.age`, encrypted with the passphrase, and all
//! files are encrypted to its recipient. By hand:
//!
//! ```text
//! age -d -i waybill-identity.age -o LOOKUP.csv LOOKUP.csv.age
//! ```

use std::{fmt, io::Write, iter, str::FromStr};

use age::{
    Decryptor, Encryptor, Recipient,
    secrecy::{ExposeSecret as _, SecretString},
    x25519,
};
use bytes::Bytes;

use crate::{Result, TargetError};

/// The name of the identity that a passphrase opens, in the root of the target.
pub const IDENTITY: &str = "waybill-identity.age";

/// What is added to the name of an encrypted file.
pub const SUFFIX: &str = ".age";

/// 2^16 rounds of scrypt: 64 MiB and about a fifth of a second.
const WORK: u8 = 16;

/// The most rounds that are accepted of an identity that lies there.
const MOST_WORK: u8 = 20;

/// How a target is encrypted.
#[derive(Clone)]
pub enum Encryption {
    /// With a passphrase.
    Passphrase(SecretString),
    /// To public keys (`age1…`).
    Recipients {
        /// Those who can read it; at least one.
        recipients: Vec<String>,
        /// A secret key (`AGE-SECRET-KEY-1…`) to read it with.
        identity: Option<SecretString>,
    },
}

impl fmt::Debug for Encryption {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passphrase(_) => out.write_str("Passphrase(••••••)"),
            Self::Recipients { recipients, .. } => out.debug_list().entries(recipients).finish(),
        }
    }
}

/// Encrypts and decrypts the files of a target.
pub struct Cipher {
    recipients: Vec<x25519::Recipient>,
    identity: Option<x25519::Identity>,
}

impl fmt::Debug for Cipher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Cipher to {} recipients", self.recipients.len())
    }
}

impl Cipher {
    /// Encrypts to recipients, and decrypts where an identity is given.
    pub fn to_recipients(recipients: &[String], identity: Option<&SecretString>) -> Result<Self> {
        let recipients = recipients
            .iter()
            .map(|text| {
                x25519::Recipient::from_str(text.trim()).map_err(|reason| TargetError::Unusable {
                    what: "The recipient",
                    detail: format!("`{text}` is no public key of age: {reason}"),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        if recipients.is_empty() {
            return Err(TargetError::Unusable {
                what: "The list of recipients",
                detail: "it is empty".to_owned(),
            });
        }
        let identity = identity
            .map(|secret| read_identity(secret.expose_secret()))
            .transpose()?;
        Ok(Self {
            recipients,
            identity,
        })
    }

    /// Makes a new key pair, and its identity encrypted with the passphrase, to be kept as [`IDENTITY`].
    pub fn generate(passphrase: &SecretString) -> Result<(Self, Bytes)> {
        let identity = x25519::Identity::generate();
        let mut scrypt = age::scrypt::Recipient::new(passphrase.clone());
        scrypt.set_work_factor(WORK);
        let text = SecretString::from(format!("{}\n", identity.to_string().expose_secret()));
        let sealed = seal(&[&scrypt], text.expose_secret().as_bytes())?;
        Ok((Self::of(identity), sealed))
    }

    /// Takes up the key pair from its encrypted identity.
    pub fn unlock(sealed: &[u8], passphrase: &SecretString) -> Result<Self> {
        let mut scrypt = age::scrypt::Identity::new(passphrase.clone());
        scrypt.set_max_work_factor(MOST_WORK);
        let plain = open(&scrypt, sealed).map_err(|detail| TargetError::Unusable {
            what: "The passphrase",
            detail: format!("`{IDENTITY}` does not open with it: {detail}"),
        })?;
        let plain = SecretString::from(String::from_utf8_lossy(&plain).into_owned());
        Ok(Self::of(read_identity(plain.expose_secret())?))
    }

    fn of(identity: x25519::Identity) -> Self {
        Self {
            recipients: vec![identity.to_public()],
            identity: Some(identity),
        }
    }

    /// Whether what it encrypts can be read here again.
    #[must_use]
    pub const fn can_open(&self) -> bool {
        self.identity.is_some()
    }

    /// Encrypts. The same content gives other bytes each time.
    pub fn seal(&self, plain: &[u8]) -> Result<Bytes> {
        let recipients: Vec<&dyn Recipient> = self
            .recipients
            .iter()
            .map(|one| one as &dyn Recipient)
            .collect();
        seal(&recipients, plain)
    }

    /// Decrypts. The error is a sentence without its end.
    pub fn open(&self, sealed: &[u8]) -> Result<Bytes, String> {
        let Some(identity) = &self.identity else {
            return Err("there is no secret key to decrypt it with".to_owned());
        };
        open(identity, sealed).map(Bytes::from)
    }
}

fn read_identity(text: &str) -> Result<x25519::Identity> {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .and_then(|line| x25519::Identity::from_str(line).ok())
        .ok_or(TargetError::Unusable {
            what: "The secret key",
            detail: "it is no identity of age (`AGE-SECRET-KEY-1…`)".to_owned(),
        })
}

fn seal(recipients: &[&dyn Recipient], plain: &[u8]) -> Result<Bytes> {
    let sealed = || -> std::io::Result<Vec<u8>> {
        let encryptor = Encryptor::with_recipients(recipients.iter().copied())
            .map_err(std::io::Error::other)?;
        let mut writer = encryptor.wrap_output(Vec::with_capacity(plain.len() + 512))?;
        writer.write_all(plain)?;
        writer.finish()
    };
    sealed()
        .map(Bytes::from)
        .map_err(|reason| TargetError::Unusable {
            what: "The encryption",
            detail: reason.to_string(),
        })
}

fn open(identity: &dyn age::Identity, sealed: &[u8]) -> Result<Vec<u8>, String> {
    let decryptor = Decryptor::new(sealed).map_err(|reason| reason.to_string())?;
    let mut reader = decryptor
        .decrypt(iter::once(identity))
        .map_err(|reason| reason.to_string())?;
    let mut plain = Vec::with_capacity(sealed.len());
    std::io::Read::read_to_end(&mut reader, &mut plain).map_err(|reason| reason.to_string())?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_passphrase_and_with_no_other() {
        let passphrase = SecretString::from("thirty blue waybills".to_owned());
        let (cipher, identity) = Cipher::generate(&passphrase).unwrap();
        let sealed = cipher.seal(b"cargo").unwrap();
        assert!(!sealed.windows(5).any(|part| part == b"cargo"));
        let again = Cipher::unlock(&identity, &passphrase).unwrap();
        assert_eq!(again.open(&sealed).unwrap(), Bytes::from_static(b"cargo"));
        let wrong = Cipher::unlock(&identity, &SecretString::from("other".to_owned())).unwrap_err();
        assert!(
            matches!(
                wrong,
                TargetError::Unusable {
                    what: "The passphrase",
                    ..
                }
            ),
            "{wrong}"
        );
        assert!(!wrong.to_string().contains("other"));
    }

    #[test]
    fn recipients_can_seal_what_only_an_identity_opens() {
        let identity = x25519::Identity::generate();
        let recipients = vec![identity.to_public().to_string()];
        let blind = Cipher::to_recipients(&recipients, None).unwrap();
        let sealed = blind.seal(b"cargo").unwrap();
        assert!(!blind.can_open());
        blind.open(&sealed).unwrap_err();
        let seeing = Cipher::to_recipients(&recipients, Some(&identity.to_string())).unwrap();
        assert_eq!(seeing.open(&sealed).unwrap(), Bytes::from_static(b"cargo"));
        let mut cut = sealed.to_vec();
        cut.truncate(sealed.len() - 1);
        seeing.open(&cut).unwrap_err();
    }
}
