//! The ways in which a value may be written in a text: as it is, escaped for XML, escaped for
//! JSON, JSON inside XML, JSON inside JSON. A value is looked for in the text with its escapes
//! resolved, and found where it stands in the text as it is.

use std::collections::HashMap;
use std::ops::Range;

/// Values shorter than this are too common to be looked for in the middle of words.
pub(super) const SHORT: usize = 4;

/// A text with escapes resolved, and where each byte of it comes from.
struct View {
    bytes: Vec<u8>,
    /// One more than bytes: the last is the end of the text.
    from: Vec<usize>,
}

/// Where the values stand in a text, in whatever way they are written.
pub(super) fn places<'value>(
    text: &str,
    values: impl Iterator<Item = &'value String>,
) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut long: HashMap<[u8; SHORT], Vec<Vec<u8>>> = HashMap::new();
    let mut short = Vec::new();
    for value in values {
        let value = View::plain(value.trim()).bytes;
        match value.first_chunk::<SHORT>() {
            Some(start) => long.entry(*start).or_default().push(value),
            None if value.is_empty() => {}
            None => short.push(value),
        }
    }
    for values in long.values_mut() {
        values.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        values.dedup();
    }
    let mut look = |view: &View| {
        view.find(&long, &mut found);
        for value in &short {
            view.alone(value, &mut found);
        }
    };
    let plain = View::plain(text);
    look(&plain);
    if text.contains('\\') {
        let json = plain.json();
        look(&json);
        look(&json.json());
    }
    if text.contains('&') {
        let xml = plain.xml();
        look(&xml);
        if text.contains('\\') {
            look(&xml.json());
        }
    }
    found
}

impl View {
    /// White space as blanks, as parsers of XML give it.
    fn plain(text: &str) -> Self {
        let mut view = Self::of(text.len());
        let mut signs = text.bytes().enumerate().peekable();
        while let Some((at, sign)) = signs.next() {
            match sign {
                b'\r' if signs.peek().is_some_and(|(_, next)| *next == b'\n') => {}
                b'\r' | b'\n' | b'\t' => view.push(b' ', at),
                other => view.push(other, at),
            }
        }
        view.from.push(text.len());
        view
    }

    fn of(size: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(size),
            from: Vec::with_capacity(size + 1),
        }
    }

    fn push(&mut self, sign: u8, from: usize) {
        self.bytes.push(sign);
        self.from.push(from);
    }

    fn push_char(&mut self, sign: char, from: usize) {
        let sign = if matches!(sign, '\r' | '\n' | '\t') {
            ' '
        } else {
            sign
        };
        for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
            self.push(byte, from);
        }
    }

    /// With each escape resolved that `escape` knows: what stands for how many bytes.
    fn resolved(&self, mark: u8, escape: impl Fn(&[u8]) -> Option<(char, usize)>) -> Self {
        let mut view = Self::of(self.bytes.len());
        let mut at = 0;
        while let (Some(&sign), Some(&from)) = (self.bytes.get(at), self.from.get(at)) {
            let known = (sign == mark)
                .then(|| escape(self.bytes.get(at + 1..).unwrap_or_default()))
                .flatten();
            if let Some((stands_for, length)) = known {
                view.push_char(stands_for, from);
                at += 1 + length;
            } else {
                view.push(sign, from);
                at += 1;
            }
        }
        view.from.extend(self.from.last());
        view
    }

    fn xml(&self) -> Self {
        self.resolved(b'&', |rest| {
            let end = rest.iter().take(12).position(|sign| *sign == b';')?;
            let sign = match rest.get(..end)? {
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
                [b'#', digits @ ..] => number(digits, 10)?,
                _ => return None,
            };
            Some((sign, end + 1))
        })
    }

    fn json(&self) -> Self {
        self.resolved(b'\\', |rest| {
            let sign = match rest.first()? {
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => return Some((number(rest.get(1..5)?, 16)?, 5)),
                known @ (b'"' | b'\\' | b'/' | b'\'') => char::from(*known),
                _ => return None,
            };
            Some((sign, 1))
        })
    }

    fn range(&self, start: usize, end: usize) -> Option<Range<usize>> {
        Some(*self.from.get(start)?..*self.from.get(end)?)
    }

    /// Takes down where the values stand; those that begin alike are given longest first.
    fn find(&self, values: &HashMap<[u8; SHORT], Vec<Vec<u8>>>, found: &mut Vec<Range<usize>>) {
        if values.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..) {
            let Some(start) = rest.first_chunk::<SHORT>() else {
                return;
            };
            let length = values
                .get(start)
                .and_then(|values| values.iter().find(|value| rest.starts_with(value)))
                .map_or(0, Vec::len);
            if length > 0 {
                found.extend(self.range(at, at + length));
            }
            at += length.max(1);
        }
    }

    /// Takes down where a short value stands between signs that end a value, and not in a word.
    fn alone(&self, value: &[u8], found: &mut Vec<Range<usize>>) {
        let edge = |sign: Option<&u8>| {
            sign.is_none_or(|sign| !sign.is_ascii_alphanumeric() && sign.is_ascii())
        };
        for (at, part) in self.bytes.windows(value.len()).enumerate() {
            let before = at.checked_sub(1).and_then(|before| self.bytes.get(before));
            if part == value && edge(before) && edge(self.bytes.get(at + value.len())) {
                found.extend(self.range(at, at + value.len()));
            }
        }
    }
}

fn number(digits: &[u8], base: u32) -> Option<char> {
    let digits = std::str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, base).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_however_it_is_written() {
        let value = ["a\"b&<ö\nc".to_owned()];
        for text in [
            "x a\"b&<ö\nc y",
            "x a\"b&<ö\r\nc y",
            "x a&quot;b&amp;&lt;&#246;&#xA;c y",
            "x a\\\"b&<\\u00f6\\nc y",
            "x a\\\\\\\"b&<ö\\\\nc y",
            "x a\\&quot;b&amp;<ö\\nc y",
        ] {
            let found = places(text, value.iter());
            let told: Vec<&str> = found.iter().map(|range| &text[range.clone()]).collect();
            assert!(
                told.iter()
                    .any(|one| one.starts_with('a') && one.ends_with('c')),
                "{text}: {told:?}"
            );
        }
    }

    #[test]
    fn broken_escapes_do_no_harm() {
        let value = ["\\u00".to_owned(), "ab".to_owned()];
        for text in ["\\", "\\u00", "&#x;", "&#99999999999;", "& ab \\uD800"] {
            for range in places(text, value.iter()) {
                assert!(text.get(range).is_some(), "{text}");
            }
        }
    }
}
