//! A quick look over a text for marks without which there is no secret in it, so that most texts
//! need no closer one.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use memchr::{memchr, memchr3, memmem};

use super::environment;

/// In small letters: marks of keys, marks of tokens, then parts of which every secret name has one.
const MARKS: [&str; 19] = [
    "-----begin",
    "eyj",
    "akia",
    "asic",
    "earer",
    "passw",
    "passphrase",
    "passcode",
    "secret",
    "private",
    "apikey",
    "api_key",
    "api-key",
    "credential",
    "pgpkey",
    "token",
    "wallet",
    "subscription-key",
    "pwd",
];

/// Where the parts of names begin among the marks.
const NAMES: usize = 5;

/// Texts up to this size are looked at without asking for memory.
const SMALL: usize = 256;

static LOOK: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(MARKS)
        .ok()
});

/// Which marks a text has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// It may hold a key.
    pub keys: bool,
    /// It may hold a token.
    pub tokens: bool,
    /// It may hold the password of an address.
    pub address: bool,
    /// Where names of secrets may stand: where a part of one begins. Every name that
    /// [`may_be_secret`](super::may_be_secret) knows, but for `csfkey`, has one of these in it.
    pub names: Vec<usize>,
}

impl Marks {
    pub fn of(text: &str) -> Self {
        in_small_letters(text, |bytes| Self::of_bytes(text, bytes))
    }

    fn of_bytes(text: &str, bytes: &[u8]) -> Self {
        let mut marks = Self {
            address: memchr(b'@', bytes).is_some(),
            ..Self::default()
        };
        let Some(look) = LOOK.as_ref() else {
            return Self::all(text);
        };
        for (mark, start) in every(look, bytes) {
            match mark {
                0 => marks.keys = true,
                mark if mark < NAMES => marks.tokens = true,
                _ => marks.names.push(start),
            }
        }
        // A value stands under a name by one of these signs alone.
        if memchr3(b':', b'=', b'<', bytes).is_none() && memchr(b'&', bytes).is_none() {
            marks.names.clear();
        }
        marks
    }

    /// As if there were a mark everywhere.
    fn all(text: &str) -> Self {
        Self {
            keys: true,
            tokens: true,
            address: true,
            names: text.char_indices().map(|(at, _)| at).collect(),
        }
    }

    pub fn none(&self) -> bool {
        !(self.keys || self.tokens || self.address) && self.names.is_empty()
    }
}

/// Whether a name has a part in it that every name of a secret has, but for `csfkey`.
pub(super) fn has_part(name: &str) -> bool {
    in_small_letters(name, |bytes| {
        LOOK.as_ref()
            .is_none_or(|look| every(look, bytes).any(|(mark, _)| mark >= NAMES))
    })
}

/// Every mark and where it begins, also where one begins inside another (`apikeyJ`); no mark is the
/// beginning of another.
fn every(look: &AhoCorasick, bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = Input::new(bytes).span(from..bytes.len());
        let found = look.find(rest)?;
        from = found.start() + 1;
        Some((found.pattern().as_usize(), found.start()))
    })
}

fn in_small_letters<T>(text: &str, look: impl FnOnce(&[u8]) -> T) -> T {
    let mut small = [0; SMALL];
    if let Some(small) = small.get_mut(..text.len()) {
        small.copy_from_slice(text.as_bytes());
        small.make_ascii_lowercase();
        look(small)
    } else {
        look(&text.as_bytes().to_ascii_lowercase())
    }
}

/// Whether each text and attribute of an XML stands in its source as it is, but for white space
/// and the five entities that every XML knows. (Comments, instructions and sections would part
/// one, numbers of characters hide one.)
pub(super) fn is_literal(source: &str) -> bool {
    let bytes = source.as_bytes();
    let body = source.trim_start().strip_prefix("<?").unwrap_or(source);
    memmem::find(bytes, b"<!").is_none()
        && memmem::find(bytes, b"&#").is_none()
        && memmem::find(body.as_bytes(), b"<?").is_none()
}

/// Whether an XML without marks, whose texts stand in it as they are, has nothing at all to report.
pub(super) fn is_dull(source: &str) -> bool {
    let special = ["ApplicationInstance", "dvm", "schedule", "adapter-config"];
    root(source).is_some_and(|root| !special.contains(&root)) && !environment::has_host(source)
}

/// The local name of the outermost element.
fn root(source: &str) -> Option<&str> {
    let mut rest = source.trim_start();
    if rest.starts_with("<?") {
        rest = rest.split_once("?>")?.1.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|sign: char| sign.is_ascii_whitespace() || matches!(sign, '>' | '/'))?;
    name[..end].rsplit(':').next()
}

#[cfg(test)]
mod tests {
    use super::super::secret_names::PARTS;
    use super::*;

    #[test]
    fn every_name_is_seen_by_the_quick_look() {
        for part in PARTS {
            let text = format!("x {} = y", part.to_uppercase());
            assert!(!Marks::of(&text).names.is_empty(), "{part}");
            let long = format!("{}{text}", " ".repeat(SMALL));
            assert!(!Marks::of(&long).names.is_empty(), "{part}");
        }
        assert_eq!(Marks::of("dbPWD: x").names, [2]);
        assert!(Marks::of("user name: x").none());
        assert!(Marks::of("the token").none());
        assert!(Marks::of("Basic eyJ").tokens);
        assert!(Marks::of("apikeyJ").tokens);
        assert_eq!(Marks::of("basicredential=x").names, [4]);
        for one in MARKS {
            let others = MARKS.iter().filter(|other| other.starts_with(one));
            assert_eq!(others.count(), 1, "{one}");
        }
        assert!(Marks::of("-----BEGIN PRIVATE").keys);
    }

    #[test]
    fn only_an_xml_that_hides_nothing_is_dull() {
        let dull = "<?xml version='1.0'?>\n<x:a xmlns:x='http://www.w3.org/1999'>b &amp; c</x:a>";
        assert!(is_literal(dull) && is_dull(dull));
        for hiding in [
            "<a>&#x40;</a>",
            "<a><!-- --></a>",
            "<a><?b?></a>",
            "<a><![CDATA[]]></a>",
        ] {
            assert!(!is_literal(hiding), "{hiding}");
        }
        for telling in [
            "<a>http://erp.example.com</a>",
            "<a>x.oraclecloud.com</a>",
            "<dvm/>",
            "<x:schedule >",
            "a",
        ] {
            assert!(!is_dull(telling), "{telling}");
        }
    }
}
