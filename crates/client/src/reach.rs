//! The first stages of a connection test: name, connection, TLS; each with its time.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::tls::TlsInfo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use url::{Host, Url};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::address::is_loopback;
use crate::error::{Error, ErrorKind, Retry, TlsProblem};
use crate::http::{Core, tls};

const OPERATION: &str = "Reaching the address";

/// What was found on the way to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The host that design calls go to.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The addresses that its name stands for; none where a proxy resolves it.
    pub addresses: Vec<IpAddr>,
    /// How long the name took.
    pub resolve: Duration,
    /// How long the connection took.
    pub connect: Duration,
    /// How long the TLS handshake took; `None` for plain HTTP on this computer.
    pub handshake: Option<Duration>,
    /// The certificate that was shown.
    pub certificate: Option<ServerCertificate>,
    /// The way led through a proxy; then `connect` holds the time of all steps.
    pub through_proxy: bool,
}

/// The certificate that a server showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerCertificate {
    /// For whom it is.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

pub(crate) async fn reach(core: &Core) -> Result<Reach, Error> {
    let url = core.base();
    if core.has_explicit_proxy && !is_loopback(&url) {
        return through_proxy(core, &url).await;
    }
    match directly(core, &url).await {
        // Where the system has a proxy, often it alone knows the name or may go out.
        Err(error)
            if core.may_use_proxy
                && !is_loopback(&url)
                && matches!(
                    error.kind(),
                    ErrorKind::AddressUnknown | ErrorKind::Unreachable | ErrorKind::Timeout
                ) =>
        {
            through_proxy(core, &url).await.map_err(|_| error)
        }
        result => result,
    }
}

async fn directly(core: &Core, url: &Url) -> Result<Reach, Error> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let limit = core.timeouts.connect;

    let start = Instant::now();
    let sockets = resolve(url, port, limit).await?;
    let resolve = start.elapsed();

    let start = Instant::now();
    let stream = connect(&sockets, &host, port, limit).await?;
    let connect = start.elapsed();

    let mut reach = Reach {
        addresses: sockets.iter().map(SocketAddr::ip).collect(),
        host,
        port,
        resolve,
        connect,
        handshake: None,
        certificate: None,
        through_proxy: false,
    };
    if url.scheme() == "https" {
        let start = Instant::now();
        reach.certificate = Some(shake_hands(core, stream, &reach.host, limit).await?);
        reach.handshake = Some(start.elapsed());
    }
    Ok(reach)
}

async fn resolve(url: &Url, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Error> {
    let name = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
        Some(Host::Ipv6(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
        Some(Host::Domain(name)) => name,
        None => "",
    };
    let unknown = || {
        Error::new(
            ErrorKind::AddressUnknown,
            OPERATION,
            format!(
                "no computer with the name `{name}` was found; check the address and the network"
            ),
        )
        .with_retry(Retry::Safe)
    };
    let sockets: Vec<_> = tokio::time::timeout(limit, tokio::net::lookup_host((name, port)))
        .await
        .map_err(|_| unknown())?
        .map_err(|_| unknown())?
        .collect();
    if sockets.is_empty() {
        Err(unknown())
    } else {
        Ok(sockets)
    }
}

async fn connect(
    sockets: &[SocketAddr],
    host: &str,
    port: u16,
    limit: Duration,
) -> Result<TcpStream, Error> {
    match tokio::time::timeout(limit, TcpStream::connect(sockets)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(cause)) => Err(Error::new(
            ErrorKind::Unreachable,
            OPERATION,
            format!("`{host}` accepts no connection at port {port} ({cause})"),
        )
        .with_retry(Retry::Safe)),
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            OPERATION,
            format!(
                "`{host}` did not answer at port {port} within {} s",
                limit.as_secs()
            ),
        )
        .with_retry(Retry::Safe)),
    }
}

async fn shake_hands(
    core: &Core,
    stream: TcpStream,
    host: &str,
    limit: Duration,
) -> Result<ServerCertificate, Error> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|_| {
        Error::new(
            ErrorKind::Configuration,
            OPERATION,
            format!("`{host}` is not a host name"),
        )
    })?;
    let connector = TlsConnector::from(Arc::new(core.transport.tls.clone()));
    let shaken = tokio::time::timeout(limit, connector.connect(name, stream))
        .await
        .map_err(|_| {
            Error::new(
                ErrorKind::Timeout,
                OPERATION,
                format!("`{host}` did not complete the TLS handshake in time"),
            )
            .with_retry(Retry::Safe)
        })?
        .map_err(|cause| match tls::find(&cause) {
            Some(problem) => {
                let (problem, words) = tls::explain(problem, host);
                Error::new(ErrorKind::Tls(problem), OPERATION, words)
            }
            None => Error::new(
                ErrorKind::Tls(TlsProblem::NotTls),
                OPERATION,
                format!("`{host}` broke off the TLS handshake ({cause})"),
            ),
        })?;
    let (_, session) = shaken.get_ref();
    session
        .peer_certificates()
        .and_then(|chain| chain.first())
        .and_then(|certificate| read_certificate(certificate))
        .ok_or_else(unreadable)
}

async fn through_proxy(core: &Core, url: &Url) -> Result<Reach, Error> {
    let start = Instant::now();
    let request = core.transport.for_url(url).head(url.clone()).send();
    let response = tokio::time::timeout(core.timeouts.answer, request)
        .await
        .map_err(|_| {
            Error::new(
                ErrorKind::Timeout,
                OPERATION,
                "no answer came through the proxy in time",
            )
            .with_retry(Retry::Safe)
        })?
        .map_err(|error| core.transport.explain(&error, url, OPERATION))?;
    let connect = start.elapsed();
    let certificate = match response.extensions().get::<TlsInfo>() {
        Some(info) => Some(
            info.peer_certificate()
                .and_then(read_certificate)
                .ok_or_else(unreadable)?,
        ),
        None => None,
    };
    Ok(Reach {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port_or_known_default().unwrap_or(443),
        addresses: Vec::new(),
        resolve: Duration::ZERO,
        connect,
        handshake: None,
        certificate,
        through_proxy: true,
    })
}

fn unreadable() -> Error {
    Error::new(
        ErrorKind::Tls(TlsProblem::Other),
        OPERATION,
        "the server showed no certificate that can be read",
    )
}

fn read_certificate(der: &[u8]) -> Option<ServerCertificate> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let time = |seconds| Timestamp::from_second(seconds).ok();
    Some(ServerCertificate {
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        not_before: time(certificate.validity().not_before.timestamp())?,
        not_after: time(certificate.validity().not_after.timestamp())?,
    })
}
