//! The fingerprint of a meaning, and how it is made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Names the normal form: fingerprints of another one cannot be compared.
const FORM: &str = "a1";

/// The fingerprint of a [`crate::Meaning`]: equal for two exports of the same design.
///
/// Written as one word, `a1-BASIS-DESIGN-WHOLE`, each part 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// What sort of source told it, and what that source left out.
    basis: [u8; 32],
    /// What somebody designed.
    design: [u8; 32],
    /// The same, and what belongs to the environment.
    whole: [u8; 32],
}

/// How alike two artifacts are, judged by their fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// They mean the same.
    Same,
    /// They differ only in what differs between environments.
    Environment,
    /// They are designed differently.
    Different,
}

impl Fingerprint {
    pub(super) fn new(basis: Print, design: Print, whole: Print) -> Self {
        Self {
            basis: basis.0.finalize().into(),
            design: design.0.finalize().into(),
            whole: whole.0.finalize().into(),
        }
    }

    /// How alike the two are. `None` if they were made of different sources, or of sources that
    /// left out different things, and are not equal: then only the difference tells.
    #[must_use]
    pub fn verdict(&self, other: &Self) -> Option<Likeness> {
        if self.whole == other.whole && self.design == other.design {
            Some(Likeness::Same)
        } else if self.basis != other.basis {
            None
        } else if self.design == other.design {
            Some(Likeness::Environment)
        } else {
            Some(Likeness::Different)
        }
    }

    pub(super) fn whole(&self) -> (&[u8; 32], &[u8; 32], &[u8; 32]) {
        (&self.whole, &self.design, &self.basis)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{FORM}-{}-{}-{}",
            hex::encode(self.basis),
            hex::encode(self.design),
            hex::encode(self.whole)
        )
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is no fingerprint, or one of another normal form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is no fingerprint of this version")]
pub struct NoFingerprint;

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let parts: Vec<&str> = text.split('-').collect();
        let [form, basis, design, whole] = parts.as_slice() else {
            return Err(NoFingerprint);
        };
        if *form != FORM {
            return Err(NoFingerprint);
        }
        let bytes = |part: &str| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(part, &mut bytes).map_err(|_| NoFingerprint)?;
            Ok(bytes)
        };
        Ok(Self {
            basis: bytes(basis)?,
            design: bytes(design)?,
            whole: bytes(whole)?,
        })
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// A hash that is fed words, so that no two sequences of words run together.
#[derive(Clone, Default)]
pub(super) struct Print(Sha256);

impl Print {
    pub fn word(&mut self, word: &str) -> &mut Self {
        self.bytes(word.as_bytes())
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub fn count(&mut self, count: usize) -> &mut Self {
        self.0.update((count as u64).to_le_bytes());
        self
    }

    pub fn end(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(word: &str) -> Print {
        let mut print = Print::default();
        print.word(word);
        print
    }

    fn fingerprint(basis: &str, design: &str, whole: &str) -> Fingerprint {
        Fingerprint::new(print(basis), print(design), print(whole))
    }

    #[test]
    fn it_is_written_as_one_word_and_read_back() {
        let one = fingerprint("archive", "d", "w");
        assert_eq!(one.to_string().parse(), Ok(one));
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Fingerprint>(&json).unwrap(), one);
        for no in ["", "a1", "a0-00-00-00", &one.to_string()[..150]] {
            assert_eq!(no.parse::<Fingerprint>(), Err(NoFingerprint), "{no}");
        }
    }

    #[test]
    fn sources_that_tell_different_things_are_judged_only_when_equal() {
        let archive = fingerprint("archive", "d", "w");
        assert_eq!(
            archive.verdict(&fingerprint("archive", "d", "v")),
            Some(Likeness::Environment)
        );
        assert_eq!(
            archive.verdict(&fingerprint("archive", "c", "w")),
            Some(Likeness::Different)
        );
        assert_eq!(archive.verdict(&fingerprint("record", "d", "v")), None);
        assert_eq!(
            archive.verdict(&fingerprint("record", "d", "w")),
            Some(Likeness::Same)
        );
    }

    #[test]
    fn words_do_not_run_together() {
        let (mut one, mut other) = (Print::default(), Print::default());
        one.word("ab").word("c");
        other.word("a").word("bc");
        assert_ne!(one.end(), other.end());
    }
}
