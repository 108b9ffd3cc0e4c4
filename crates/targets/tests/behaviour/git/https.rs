//! `git http-backend` behind TLS: what a Git host does, with a user, a token, and a user who may only read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

pub const TOKEN: &str = "glpat-0815-4711";
/// `anna:glpat-0815-4711` and `reader:glpat-0815-4711`, as they come.
const ANNA: &str = "Basic YW5uYTpnbHBhdC0wODE1LTQ3MTE=";
const READER: &str = "Basic cmVhZGVyOmdscGF0LTA4MTUtNDcxMQ==";

/// The server, until the runtime ends.
pub struct Web {
    pub port: u16,
    pub ca_file: PathBuf,
}

impl Web {
    pub async fn start(root: &Path) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority
            .distinguished_name
            .push(DnType::CommonName, "Company CA");
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let ca_file = root.join("ca.pem");
        fs::write(&ca_file, issuer.pem()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])
            .unwrap()
            .signed_by(&key, &*issuer)
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let root = root.to_owned();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, root) = (acceptor.clone(), root.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let _ = answer(BufReader::new(stream), &root).await;
                    }
                });
            }
        });
        Self { port, ca_file }
    }
}

type Stream = BufReader<TlsStream<TcpStream>>;

/// One request; the connection ends with it.
async fn answer(mut stream: Stream, root: &Path) -> io::Result<()> {
    let mut first = String::new();
    stream.read_line(&mut first).await?;
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let asked = words.next().unwrap_or_default().to_owned();
    let (path, query) = asked.split_once('?').unwrap_or((&asked, ""));
    let (mut length, mut chunked) = (None, false);
    let (mut kind, mut authorization) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse::<u64>().ok(),
            "transfer-encoding" => chunked = value == "chunked",
            "content-type" => value.clone_into(&mut kind),
            "authorization" => value.clone_into(&mut authorization),
            _ => {}
        }
    }
    let pushes = asked.contains("git-receive-pack");
    if authorization != ANNA && authorization != READER {
        return refuse(stream, "401 Unauthorized").await;
    }
    if authorization == READER && pushes {
        return refuse(stream, "403 Forbidden").await;
    }
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("REMOTE_USER", "anna")
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("REQUEST_METHOD", &method)
        .env("CONTENT_TYPE", &kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    // The backend reads the request whole before it answers more than its head.
    let whole = if chunked {
        copy_chunks(&mut stream, &mut input).await
    } else {
        let body = (&mut stream).take(length.unwrap_or(0));
        let copied = pass_on(body, &mut input).await;
        copied.map(|copied| Some(copied) == length || method == "GET")
    };
    if !matches!(whole, Ok(true)) {
        // A cut request must not look like a whole one.
        child.kill().await?;
        return Ok(());
    }
    drop(input);
    let mut status = "200 OK".to_owned();
    let mut head = String::new();
    loop {
        let mut line = String::new();
        output.read_line(&mut line).await?;
        match line.trim_end().split_once(": ") {
            Some(("Status", value)) => value.clone_into(&mut status),
            Some((name, value)) => head.push_str(&format!("{name}: {value}\r\n")),
            None => break,
        }
    }
    stream
        .write_all(format!("HTTP/1.1 {status}\r\n{head}Connection: close\r\n\r\n").as_bytes())
        .await?;
    tokio::io::copy(&mut output, &mut stream).await?;
    stream.shutdown().await
}

async fn refuse(mut stream: Stream, status: &str) -> io::Result<()> {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// Whether the last piece came.
async fn copy_chunks(
    stream: &mut Stream,
    input: &mut (impl AsyncWriteExt + Unpin),
) -> io::Result<bool> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let Ok(length) = u64::from_str_radix(line.trim_end(), 16) else {
            return Ok(false);
        };
        let copied = pass_on((&mut *stream).take(length), input).await?;
        let mut end = String::new();
        stream.read_line(&mut end).await?;
        if copied < length {
            return Ok(false);
        }
        if length == 0 {
            return Ok(true);
        }
    }
}

/// Copies to a program that may stop listening before the end: what it says then is its answer all the same.
async fn pass_on(
    mut body: impl AsyncRead + Unpin,
    input: &mut (impl AsyncWriteExt + Unpin),
) -> io::Result<u64> {
    let (mut copied, mut listens) = (0, true);
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = body.read(&mut piece).await?;
        if read == 0 {
            return Ok(copied);
        }
        copied += read as u64;
        listens = listens && input.write_all(&piece[..read]).await.is_ok();
    }
}
