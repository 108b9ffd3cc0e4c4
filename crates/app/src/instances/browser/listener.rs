//! The place on this computer that the browser comes back to: one port of the loopback address, one
//! path, one answer.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::page;

const PATH: &str = "/callback";
/// The longest head of a request: codes of identity domains have some thousand characters.
const LONGEST_HEAD: usize = 32 * 1024;
/// How long a connection may take to say what it wants; browsers open some in advance.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the browser brought back, its state checked.
pub(super) enum Brought {
    /// The code to exchange for a token.
    Code(SecretString),
    /// The person or the identity domain refused (RFC 6749 §4.1.2.1).
    Refusal {
        /// `error`, such as `access_denied`.
        code: String,
        /// `error_description`.
        words: Option<String>,
    },
}

/// A port that is listened on.
pub(super) struct Listener {
    socket: TcpListener,
    port: u16,
}

impl Listener {
    /// Takes the port; 0 takes any free one.
    pub(super) async fn bind(port: u16) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = socket.local_addr()?.port();
        Ok(Self { socket, port })
    }

    /// Where the browser is to come back to.
    pub(super) fn redirect(&self) -> Result<Url, url::ParseError> {
        Url::parse(&format!("http://127.0.0.1:{}{PATH}", self.port))
    }

    /// Waits for the one answer whose state `is_ours`. Whatever else comes is refused and waited
    /// past: another page on this computer must not be able to end a sign-in.
    pub(super) async fn answer(
        self,
        is_ours: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> io::Result<Brought> {
        let is_ours = Arc::new(is_ours);
        let answered = Arc::new(AtomicBool::new(false));
        let host = format!("127.0.0.1:{}", self.port);
        let (sender, mut brought) = mpsc::channel(1);
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                Some(brought) = brought.recv() => return Ok(brought),
                Some(_) = connections.join_next() => {}
                accepted = self.socket.accept() => {
                    let (stream, _) = accepted?;
                    let (sender, is_ours, host) = (sender.clone(), Arc::clone(&is_ours), host.clone());
                    let answered = Arc::clone(&answered);
                    connections.spawn(async move {
                        let served = serve(stream, &host, &answered, is_ours.as_ref());
                        // A connection that says nothing, or breaks, is the browser's own affair.
                        if let Ok(Ok(Some(brought))) = tokio::time::timeout(PATIENCE, served).await {
                            let _ = sender.send(brought).await;
                        }
                    });
                }
            }
        }
    }
}

/// Serves one connection; what it brought counts once the page for it was sent.
async fn serve(
    mut stream: TcpStream,
    host: &str,
    answered: &AtomicBool,
    is_ours: &(impl Fn(&str) -> bool + Sync),
) -> io::Result<Option<Brought>> {
    let head = read_head(&mut stream).await?;
    let read = read_request(&head, host, is_ours);
    let (page, brought) = match read {
        Request::Answer(brought @ Brought::Code(_)) => (
            page::answer(
                "200 OK",
                "Back to Waybill",
                "Waybill has what it needs to sign in. You can close this page.",
            ),
            Some(brought),
        ),
        Request::Answer(brought @ Brought::Refusal { .. }) => (
            page::answer(
                "200 OK",
                "The sign-in was refused",
                "Waybill says what to do next. You can close this page.",
            ),
            Some(brought),
        ),
        Request::NotOurs => (
            page::answer(
                "400 Bad Request",
                "Not the sign-in that Waybill waits for",
                "This page belongs to another sign-in, or to none. Close it, go back to Waybill and sign in from there.",
            ),
            None,
        ),
        Request::Unknown => (
            page::answer(
                "404 Not Found",
                "Nothing here",
                "Waybill waits at this address for the end of a sign-in alone. You can close this page.",
            ),
            None,
        ),
    };
    if brought.is_some() && answered.swap(true, Ordering::SeqCst) {
        let page = page::answer(
            "409 Conflict",
            "Answered already",
            "Waybill has the answer of this sign-in. You can close this page.",
        );
        stream.write_all(&page).await?;
        return Ok(None);
    }
    // A browser that went away has answered all the same.
    let sent = async {
        stream.write_all(&page).await?;
        stream.shutdown().await
    };
    if let Err(error) = sent.await {
        tracing::debug!(%error, "the browser did not wait for its page");
    }
    Ok(brought)
}

async fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut piece).await?;
        if read == 0 || head.len() > LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.extend_from_slice(&piece[..read]);
    }
    Ok(head)
}

enum Request {
    Answer(Brought),
    NotOurs,
    Unknown,
}

fn read_request(head: &[u8], host: &str, is_ours: &impl Fn(&str) -> bool) -> Request {
    let Ok(head) = std::str::from_utf8(head) else {
        return Request::Unknown;
    };
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some("GET"), Some(target)) = (words.next(), words.next()) else {
        return Request::Unknown;
    };
    // A name that somebody else's server gives to this address is not this address.
    let is_here = lines.take_while(|line| !line.is_empty()).any(|line| {
        line.split_once(':')
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case("host") && value.trim() == host)
    });
    let Some(target) = Url::parse("http://127.0.0.1")
        .ok()
        .filter(|_| is_here && target.starts_with('/'))
        .and_then(|base| base.join(target).ok())
        .filter(|target| target.path() == PATH)
    else {
        return Request::Unknown;
    };
    let value = |name: &str| {
        let mut found = target.query_pairs().filter(|(known, _)| known == name);
        // RFC 6749 §3.1: no parameter twice.
        match (found.next(), found.next()) {
            (Some((_, value)), None) if !value.is_empty() => Some(value.into_owned()),
            _ => None,
        }
    };
    if !value("state").is_some_and(|state| is_ours(&state)) {
        return Request::NotOurs;
    }
    if let Some(code) = value("error") {
        let words = value("error_description");
        return Request::Answer(Brought::Refusal { code, words });
    }
    match value("code") {
        Some(code) => Request::Answer(Brought::Code(SecretString::from(code))),
        None => Request::NotOurs,
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    async fn ask(port: u16, target: &str, host: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_the_right_state_at_the_right_place_ends_the_waiting() {
        let listener = Listener::bind(0).await.unwrap();
        let port = listener.port;
        let host = format!("127.0.0.1:{port}");
        let waiting = tokio::spawn(listener.answer(|state| state == "right"));
        // Opened in advance, as browsers do, and never used.
        let _idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        for (target, host, status) in [
            ("/favicon.ico", host.as_str(), "404"),
            ("/callback?code=evil&state=wrong", &host, "400"),
            ("/callback?code=evil", &host, "400"),
            ("/callback?code=a&state=right&state=right", &host, "400"),
            ("/callback?code=evil&state=right", "evil.example", "404"),
        ] {
            let answer = ask(port, target, host).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status}")),
                "{answer}"
            );
            assert!(!answer.contains("evil"), "{answer}");
        }
        assert!(!waiting.is_finished());
        let answer = ask(port, "/callback?code=c%2F1&state=right", &host).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.contains("You can close this page."), "{answer}");
        assert!(
            !answer.contains("c/1") && !answer.contains("right"),
            "{answer}"
        );
        let Brought::Code(code) = waiting.await.unwrap().unwrap() else {
            panic!("a code")
        };
        assert_eq!(code.expose_secret(), "c/1");
        assert!(
            TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_refusal_comes_with_its_words() {
        let listener = Listener::bind(0).await.unwrap();
        let port = listener.port;
        let waiting = tokio::spawn(listener.answer(|state| state == "s"));
        let target = "/callback?error=access_denied&error_description=No+way&state=s";
        ask(port, target, &format!("127.0.0.1:{port}")).await;
        match waiting.await.unwrap().unwrap() {
            Brought::Refusal { code, words } => {
                assert_eq!(
                    (code.as_str(), words.as_deref()),
                    ("access_denied", Some("No way"))
                );
            }
            Brought::Code(_) => panic!("a refusal"),
        }
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_refused() {
        let first = Listener::bind(0).await.unwrap();
        assert!(Listener::bind(first.port).await.is_err());
    }
}
