//! Containers of another object store on this computer: Swift with name and token at each request, as OCI has it.
//! Jobs can be sent there, so that a real server can be put in the place of the store of the sandbox. Nothing beyond
//! loopback is ever called, and what lets in is not kept in the folder of the sandbox.

use std::fmt;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::{Host, Url};

/// How long nothing may come from there.
const SILENCE: Duration = Duration::from_secs(30);

/// A container elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Outside {
    server: SocketAddr,
    /// `/v1/ACCOUNT/CONTAINER`.
    path: String,
    /// `Basic …`.
    authorization: String,
}

impl fmt::Debug for Outside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Outside")
            .field("server", &self.server)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Outside {
    /// The container behind an address of this computer; `None` for any other address.
    pub fn at(address: &str, user: &str, token: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let ip: IpAddr = match url.host()? {
            Host::Ipv4(ip) => ip.into(),
            Host::Ipv6(ip) => ip.into(),
            Host::Domain(_) => return None,
        };
        let path = url.path().trim_end_matches('/');
        let parts = path.trim_start_matches('/').split('/').count();
        if url.scheme() != "http" || !ip.is_loopback() || parts != 3 || !path.starts_with("/v1/") {
            return None;
        }
        Some(Self {
            server: SocketAddr::new(ip, url.port()?),
            path: path.to_owned(),
            authorization: format!("Basic {}", STANDARD.encode(format!("{user}:{token}"))),
        })
    }

    /// A file of the container; `None` where there is none.
    pub fn get(&self, name: &str) -> Result<Option<Vec<u8>>, &'static str> {
        let (status, body) = self.ask("GET", name, &[])?;
        match status {
            200..=299 => Ok(Some(body)),
            404 => Ok(None),
            other => Err(refusal(other)),
        }
    }

    /// Stores a file.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), &'static str> {
        let (status, _) = self.ask("PUT", name, bytes)?;
        match status {
            200..=299 => Ok(()),
            404 => Err("The bucket does not exist"),
            other => Err(refusal(other)),
        }
    }

    fn ask(&self, method: &str, name: &str, body: &[u8]) -> Result<(u16, Vec<u8>), &'static str> {
        const SILENT: &str = "The storage does not answer";
        let head = format!(
            "{method} {}/{} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            self.path,
            escaped(name),
            self.server,
            self.authorization,
            body.len()
        );
        let talk = || -> std::io::Result<Vec<u8>> {
            let mut stream = TcpStream::connect_timeout(&self.server, SILENCE)?;
            stream.set_read_timeout(Some(SILENCE))?;
            stream.set_write_timeout(Some(SILENCE))?;
            stream.write_all(head.as_bytes())?;
            stream.write_all(body)?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            Ok(answer)
        };
        let answer = talk().map_err(|_| SILENT)?;
        read(&answer).ok_or(SILENT)
    }
}

const fn refusal(status: u16) -> &'static str {
    match status {
        401 => "The storage does not accept user and password (401)",
        403 => "The bucket cannot be written (403)",
        413 | 507 => "The bucket is full",
        _ => "The storage failed",
    }
}

/// Status and body of an answer that the other end closed. A body in chunks is put together.
fn read(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let at = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..at)?).ok()?;
    let body = answer.get(at + 4..)?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        head.split("\r\n").skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    if header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        return Some((status, joined(body)?));
    }
    let length: Option<usize> = header("content-length").and_then(|length| length.parse().ok());
    match length {
        Some(length) if body.len() < length => None,
        Some(length) => Some((status, body.get(..length)?.to_vec())),
        None => Some((status, body.to_vec())),
    }
}

fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let at = body.windows(2).position(|part| part == b"\r\n")?;
        let size = std::str::from_utf8(body.get(..at)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        body = body.get(at + 2..)?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(..size)?);
        body = body.get(size + 2..)?;
    }
}

/// A name as it stands in a path.
fn escaped(name: &str) -> String {
    name.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_called() {
        assert!(Outside::at("http://127.0.0.1:9/v1/AUTH_a/box", "u", "t").is_some());
        for elsewhere in [
            "http://192.0.2.1:9/v1/AUTH_a/box",
            "https://127.0.0.1:9/v1/AUTH_a/box",
            "http://storage.example.com:9/v1/AUTH_a/box",
            "http://127.0.0.1:9/v1/AUTH_a",
            "http://127.0.0.1:9/p/x/n/y/b/z/o/",
        ] {
            assert!(Outside::at(elsewhere, "u", "t").is_none(), "{elsewhere}");
        }
        let shown = format!("{:?}", Outside::at("http://127.0.0.1:9/v1/a/b", "u", "tok"));
        assert!(!shown.contains("Basic"), "{shown}");
    }

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
        assert_eq!(read(plain), Some((200, b"ab".to_vec())));
        let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab";
        assert_eq!(read(cut), None);
        let chunks = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
        assert_eq!(read(chunks), Some((201, b"abc".to_vec())));
        assert_eq!(escaped("a b/ü"), "a%20b/%C3%BC");
    }
}
