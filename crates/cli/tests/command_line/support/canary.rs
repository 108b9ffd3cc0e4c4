//! The one secret of all tests, and the search for secrets.

use memchr::memmem::Finder;

/// The variable in which `cargo xtask test` hands over a word of its own.
const VARIABLE: &str = "WAYBILL_CANARY";

/// The secret that tests give away wherever one is asked for.
pub fn canary() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| "canary-b51f6c0a9e27d438".to_owned())
}

/// Finds secrets in bytes: plain, as UTF-16, or somewhere inside base64.
pub struct Search(Vec<Finder<'static>>);

impl Search {
    pub fn new(words: &[String]) -> Self {
        let finders = words.iter().flat_map(|word| {
            let plain = word.clone().into_bytes();
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let inside = (0..3).map(|offset| base64_inside(word.as_bytes(), offset));
            [plain, wide]
                .into_iter()
                .chain(inside)
                .map(|writing| Finder::new(&writing).into_owned())
                .collect::<Vec<_>>()
        });
        Self(finders.collect())
    }

    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(bytes).is_some())
    }
}

/// The part of a base64 text that does not depend on what stands around the word, for a word that
/// begins `offset` bytes behind a group of three.
fn base64_inside(word: &[u8], offset: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let whole = &word[(3 - offset) % 3..];
    whole
        .chunks_exact(3)
        .flat_map(|three| {
            let group = three
                .iter()
                .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
            [18, 12, 6, 0].map(|shift| DIGITS[(group >> shift) & 63])
        })
        .collect()
}

#[test]
fn the_search_finds_a_secret_in_every_writing() {
    let search = Search::new(&["canary-0123456789abcdef".to_owned()]);
    assert!(search.is_in(b"secret=canary-0123456789abcdef;"));
    assert!(search.is_in(b"Basic dXNlcjpjYW5hcnktMDEyMzQ1Njc4OWFiY2RlZg=="));
    assert!(!search.is_in(b"canary-0123456789abcdee"));
}
