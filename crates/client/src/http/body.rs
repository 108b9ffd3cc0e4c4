//! Reading a body to its end, and judging whether it is what was asked for.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::error::ErrorKind;

/// The largest answer taken into memory.
const LARGEST: u64 = 1 << 30;
/// Set aside at once for a body whose length is announced.
const LARGEST_RESERVED: u64 = 64 << 20;

/// What a call expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// A JSON object or list.
    Json,
    /// A ZIP archive.
    Zip,
    /// A ZIP archive or a plain file (a library can be a single `.js`).
    ZipOrFile,
    /// A plain file (CSV).
    File,
    /// JSON, or nothing at all.
    MaybeJson,
    /// Nothing of interest; a web page is refused all the same.
    Nothing,
}

/// Why a body could not be read to its end.
pub(crate) enum BodyFault {
    Transport(reqwest::Error),
    Idle,
    Short {
        announced: u64,
    },
    TooLarge,
    /// What was written into a file is not what was due.
    Unfit(ErrorKind, String),
    /// The file could not be written; says which and why.
    File(String),
}

/// How far from its end a ZIP archive's last record can begin: its own length and the longest comment.
pub(super) const LONGEST_ZIP_END: u64 = 22 + 0xFFFF;

/// Reads the body; `read` counts the bytes also where it fails.
pub(crate) async fn read(
    mut response: Response,
    idle: Duration,
    read: &mut u64,
) -> Result<Bytes, BodyFault> {
    let announced = response.content_length();
    if announced.is_some_and(|length| length > LARGEST) {
        return Err(BodyFault::TooLarge);
    }
    let reserved = usize::try_from(announced.unwrap_or(0).min(LARGEST_RESERVED)).unwrap_or(0);
    let mut body = BytesMut::with_capacity(reserved);
    loop {
        let chunk = tokio::time::timeout(idle, response.chunk())
            .await
            .map_err(|_| BodyFault::Idle)?
            .map_err(BodyFault::Transport)?;
        let Some(chunk) = chunk else { break };
        *read += chunk.len() as u64;
        if *read > LARGEST {
            return Err(BodyFault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    match announced {
        Some(announced) if announced != *read => Err(BodyFault::Short { announced }),
        _ => Ok(body.freeze()),
    }
}

/// Judges the body of a successful answer. The error is the kind and the cause.
pub(crate) fn judge(
    expect: Expect,
    content_type: &str,
    body: &[u8],
) -> Result<(), (ErrorKind, String)> {
    let html = is_page(content_type, body);
    match expect {
        Expect::Nothing | Expect::MaybeJson if body.trim_ascii().is_empty() => {}
        Expect::Nothing => {
            if html {
                return Err(foreign("a web page", "an answer"));
            }
        }
        Expect::Json | Expect::MaybeJson => {
            if html || !matches!(first_letter(body), Some(b'{' | b'[')) {
                let what = if html { "a web page" } else { "something else" };
                return Err(foreign(what, "data"));
            }
            if !matches!(body.trim_ascii_end().last(), Some(b'}' | b']')) {
                return Err(cut("the answer broke off"));
            }
        }
        Expect::Zip => {
            if body.is_empty() {
                return Err(cut("the archive is empty"));
            }
            if html || !body.starts_with(b"PK") {
                return Err(foreign(
                    if html { "a web page" } else { "something else" },
                    "an archive",
                ));
            }
            check_zip_end(body)?;
        }
        Expect::ZipOrFile | Expect::File => {
            if body.is_empty() {
                return Err(cut("the file is empty"));
            }
            if html {
                return Err(foreign("a web page", "a file"));
            }
            if expect == Expect::ZipOrFile && body.starts_with(b"PK\x03\x04") {
                check_zip_end(body)?;
            }
        }
    }
    Ok(())
}

/// Whether it is a web page.
pub(super) fn is_page(content_type: &str, body: &[u8]) -> bool {
    content_type.to_ascii_lowercase().contains("html") || begins_like_html(body)
}

fn foreign(what: &str, due: &str) -> (ErrorKind, String) {
    (
        ErrorKind::NotOracleIntegration,
        format!(
            "the address answered with {what} where {due} of Oracle Integration was due; check the address"
        ),
    )
}

fn cut(cause: &str) -> (ErrorKind, String) {
    (ErrorKind::Truncated, cause.to_owned())
}

/// A ZIP archive ends with its directory (APPNOTE 4.3.16); one that broke off has none.
fn check_zip_end(body: &[u8]) -> Result<(), (ErrorKind, String)> {
    const END: &[u8] = b"PK\x05\x06";
    const END_LENGTH: usize = 22;
    const LONGEST_COMMENT: usize = 0xFFFF;
    let from = body.len().saturating_sub(END_LENGTH + LONGEST_COMMENT);
    let is_complete = body[from..]
        .windows(END.len())
        .enumerate()
        .any(|(at, window)| {
            window == END
                && body
                    .get(from + at + 20..from + at + 22)
                    .is_some_and(|length| {
                        let comment = usize::from(u16::from_le_bytes([length[0], length[1]]));
                        from + at + END_LENGTH + comment <= body.len()
                    })
        });
    if is_complete {
        Ok(())
    } else {
        Err(cut("the archive broke off: its end is missing"))
    }
}

fn first_letter(body: &[u8]) -> Option<u8> {
    without_mark(body)
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

/// The body without a byte order mark.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

fn begins_like_html(body: &[u8]) -> bool {
    let start: Vec<u8> = without_mark(body)
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take(14)
        .map(u8::to_ascii_lowercase)
        .collect();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest archive: nothing but the end of its directory.
    const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    #[test]
    fn an_archive_without_its_end_is_truncated() {
        assert_eq!(judge(Expect::Zip, "", EMPTY_ZIP), Ok(()));
        for cut in [&EMPTY_ZIP[..21], b"PK\x03\x04 and no more", b""] {
            let (kind, _) = judge(Expect::Zip, "", cut).unwrap_err();
            assert_eq!(kind, ErrorKind::Truncated);
        }
    }

    #[test]
    fn a_page_is_neither_data_nor_archive_nor_file() {
        for expect in [Expect::Json, Expect::Zip, Expect::ZipOrFile, Expect::File] {
            let (kind, cause) = judge(expect, "", b"\n <!DOCTYPE HTML><p>").unwrap_err();
            assert_eq!(kind, ErrorKind::NotOracleIntegration);
            assert!(cause.contains("web page"), "{cause}");
        }
    }

    #[test]
    fn white_space_and_a_mark_before_json_do_not_matter() {
        assert_eq!(judge(Expect::Json, "", b"\xEF\xBB\xBF \r\n{}"), Ok(()));
    }

    #[test]
    fn data_that_stops_in_the_middle_broke_off() {
        let (kind, _) = judge(Expect::Json, "", br#"{"items": [{"id": "A"#).unwrap_err();
        assert_eq!(kind, ErrorKind::Truncated);
    }

    #[test]
    fn a_library_may_be_a_plain_script() {
        assert_eq!(
            judge(
                Expect::ZipOrFile,
                "",
                b"function add(a, b) { return a + b; }"
            ),
            Ok(())
        );
    }
}
