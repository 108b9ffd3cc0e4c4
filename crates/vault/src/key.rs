//! The vault's master key, and encryption of single files in restic's format with it.
//!
//! The store library encrypts packs, indexes and snapshots by itself. Lock files and retagged
//! snapshots are written by this crate, in the same form: a nonce of 16 bytes, the text under
//! AES-256-CTR, and a Poly1305-AES tag of 16 bytes (restic's design document, "Keys, Encryption and
//! MAC"). The key is wiped from memory when it is dropped.

use aes256ctr_poly1305aes::aead::Aead;
use aes256ctr_poly1305aes::{Aes256CtrPoly1305Aes, Key, Nonce};
use rand::Rng;
use rustic_core::Credentials;
use rustic_core::repofile::MasterKey;
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

const NONCE: usize = 16;

/// 32 bytes of encryption key, then 16 and 16 bytes of the two parts of the authentication key.
pub(crate) struct MasterSecret(Zeroizing<[u8; 64]>);

impl MasterSecret {
    /// Takes the key over from the store library. `None` where its parts have the wrong lengths.
    pub(crate) fn from_master_key(mut key: MasterKey) -> Option<Self> {
        let mut whole = Zeroizing::new([0_u8; 64]);
        let fits = key.encrypt.len() == 32 && key.mac.k.len() == 16 && key.mac.r.len() == 16;
        if fits {
            whole[..32].copy_from_slice(&key.encrypt);
            whole[32..48].copy_from_slice(&key.mac.k);
            whole[48..].copy_from_slice(&key.mac.r);
        }
        key.encrypt.zeroize();
        key.mac.k.zeroize();
        key.mac.r.zeroize();
        fits.then_some(Self(whole))
    }

    /// Reads what [`Self::export`] wrote.
    pub(crate) fn import(text: &SecretString) -> Option<Self> {
        Self::from_master_key(serde_json::from_str(text.expose_secret()).ok()?)
    }

    /// The key as JSON, in the form that restic keeps inside its key files.
    pub(crate) fn export(&self) -> SecretString {
        let mut key = self.master_key();
        let text = serde_json::to_string(&key).unwrap_or_default();
        key.encrypt.zeroize();
        key.mac.k.zeroize();
        key.mac.r.zeroize();
        SecretString::from(text)
    }

    /// What the store library wants to be given to open the vault without the password.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::Masterkey(self.master_key())
    }

    fn master_key(&self) -> MasterKey {
        let mut key = MasterKey {
            encrypt: self.0[..32].to_vec(),
            ..MasterKey::default()
        };
        key.mac.k = self.0[32..48].to_vec();
        key.mac.r = self.0[48..].to_vec();
        key
    }

    /// Derives a key for another purpose, told apart by `purpose` and `salt`.
    pub(crate) fn derive(&self, salt: &[u8], purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0_u8; 32]);
        hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), self.0.as_slice())
            .expand(purpose, derived.as_mut_slice())
            .expect("32 bytes are within the 8160 that HKDF-SHA-256 can give");
        derived
    }

    /// Encrypts one file of the repository.
    pub(crate) fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = Nonce::default();
        rand::rng().fill_bytes(&mut nonce);
        let sealed = self.cipher().encrypt(&nonce, plain).ok()?;
        let mut file = Vec::with_capacity(NONCE + sealed.len());
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        Some(file)
    }

    /// Decrypts one file of the repository, and unpacks it where it is compressed (restic
    /// repository version 2: a first byte 2, then zstd; JSON stands uncompressed).
    pub(crate) fn decrypt(&self, file: &[u8]) -> Option<Vec<u8>> {
        let plain = self.open(file)?;
        match plain.split_first() {
            Some((b'{' | b'[', _)) => Some(plain),
            Some((2, packed)) => zstd::decode_all(packed).ok(),
            _ => None,
        }
    }

    /// Decrypts one file, or one piece of a pack, and leaves it packed as it is.
    pub(crate) fn open(&self, file: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = file.split_at_checked(NONCE)?;
        self.cipher().decrypt(Nonce::from_slice(nonce), sealed).ok()
    }

    fn cipher(&self) -> Aes256CtrPoly1305Aes {
        Aes256CtrPoly1305Aes::new(Key::from_slice(self.0.as_slice()))
    }
}

impl std::fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterSecret(<redacted>)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> MasterSecret {
        MasterSecret::from_master_key(MasterKey::new()).expect("a new key is whole")
    }

    #[test]
    fn what_is_encrypted_comes_back_and_a_flipped_byte_does_not() {
        let secret = secret();
        let mut file = secret.encrypt(b"{\"a\":1}").expect("encrypts");
        assert_eq!(secret.decrypt(&file).as_deref(), Some(&b"{\"a\":1}"[..]));
        file[20] ^= 1;
        assert_eq!(secret.decrypt(&file), None);
        assert_eq!(secret.decrypt(b"short"), None);
    }

    #[test]
    fn the_key_survives_its_export_and_is_not_printed() {
        let secret = secret();
        let again = MasterSecret::import(&secret.export()).expect("imports");
        assert_eq!(*secret.0, *again.0);
        assert_eq!(format!("{secret:?}"), "MasterSecret(<redacted>)");
        assert!(MasterSecret::import(&SecretString::from("{}")).is_none());
    }
}
