//! The secret that tests use wherever a secret is due, and the search for it afterwards.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// A word made for one run. Tests use it as client secret, password and vault password; no file
/// may hold it when they are done.
#[derive(Clone)]
pub struct Canary {
    word: String,
    /// The word as bytes in every writing it could be stored in.
    writings: Vec<Vec<u8>>,
}

impl Canary {
    /// The variable that tells the tests the word.
    pub const VARIABLE: &'static str = "WAYBILL_CANARY";

    /// Takes a random word.
    pub fn new(random: &str) -> Self {
        let word = format!("canary-{random}");
        let mut writings = vec![
            word.clone().into_bytes(),
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ];
        writings.extend((0..3).map(|offset| base64_inside(word.as_bytes(), offset)));
        Self { word, writings }
    }

    /// The word itself.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Whether bytes hold the word: plain, as UTF-16, or somewhere inside a base64 text.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.writings.iter().any(|writing| contains(bytes, writing))
    }

    /// Fails, naming the files, where one under these folders holds the word.
    pub fn search(&self, folders: &[&Path]) -> anyhow::Result<()> {
        let mut looked_at = 0_u64;
        let mut found = Vec::new();
        for folder in folders {
            self.search_in(folder, &mut looked_at, &mut found)?;
        }
        if looked_at == 0 {
            bail!("there was no file to search: the tests left nothing, not even their output");
        }
        if found.is_empty() {
            println!("  {looked_at} files searched, not found");
            return Ok(());
        }
        for path in &found {
            println!("  found in {}", path.display());
        }
        bail!(
            "the secret of the tests is in {} of {looked_at} files",
            found.len()
        )
    }

    fn search_in(
        &self,
        folder: &Path,
        looked_at: &mut u64,
        found: &mut Vec<PathBuf>,
    ) -> anyhow::Result<()> {
        let entries = fs::read_dir(folder)
            .with_context(|| format!("{} could not be searched", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.search_in(&entry.path(), looked_at, found)?;
            } else if kind.is_file() {
                let path = entry.path();
                let bytes = match fs::read(&path) {
                    Ok(bytes) => bytes,
                    // Removed by a program of the session that is just ending.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => {
                        let path = path.display();
                        return Err(error).with_context(|| format!("{path} could not be searched"));
                    }
                };
                *looked_at += 1;
                if self.is_in(&bytes) {
                    found.push(path);
                }
            }
        }
        Ok(())
    }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else {
        return false;
    };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(needle) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// The part of a base64 text that is the same whatever stands before and after the word, for a
/// word that begins `offset` bytes behind a group of three.
fn base64_inside(word: &[u8], offset: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let whole = &word[(3 - offset) % 3..];
    whole
        .chunks_exact(3)
        .flat_map(|three| {
            let group = three
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            [18, 12, 6, 0].map(|shift| DIGITS[group >> shift & 63])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Canary;

    fn canary() -> Canary {
        Canary::new("0123456789abcdef")
    }

    #[test]
    fn the_word_is_seen_in_every_writing() {
        let canary = canary();
        assert!(canary.is_in(b"secret=canary-0123456789abcdef;"));
        // base64 of `user:canary-0123456789abcdef` and of the same with one and two letters more.
        assert!(canary.is_in(b"Basic dXNlcjpjYW5hcnktMDEyMzQ1Njc4OWFiY2RlZg=="));
        assert!(canary.is_in(b"Basic dXNlcnM6Y2FuYXJ5LTAxMjM0NTY3ODlhYmNkZWY="));
        assert!(canary.is_in(b"Basic dXNlcjAxOmNhbmFyeS0wMTIzNDU2Nzg5YWJjZGVm"));
        assert!(
            canary.is_in(
                &"canary-0123456789abcdef"
                    .encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<_>>()
            )
        );
        assert!(!canary.is_in(b"canary-0123456789abcdee and dXNlcjpub3RoaW5n"));
    }

    #[test]
    fn a_file_deep_down_is_found() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        fs::create_dir_all(folder.path().join("a/b"))?;
        fs::write(folder.path().join("a/b/waybill.db"), b"nothing here")?;
        assert!(canary().search(&[folder.path()]).is_ok());
        fs::write(
            folder.path().join("a/b/waybill.log"),
            b"..canary-0123456789abcdef..",
        )?;
        assert!(canary().search(&[folder.path()]).is_err());
        Ok(())
    }

    #[test]
    fn a_search_through_nothing_proves_nothing() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(canary().search(&[folder.path()]).is_err());
        Ok(())
    }
}
