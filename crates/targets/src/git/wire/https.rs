//! Git over HTTPS. TLS is that of all targets: verified by what the operating system trusts, and by the
//! certificates that a person adds for this target.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use reqwest::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use reqwest::{Body, Certificate, Client, RequestBuilder, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::{CONNECT, PATIENCE, Service, Talk, Way, one_line};
use crate::{Result, TargetError};

/// A repository on a web server.
pub(in crate::git) struct Https {
    client: Client,
    shared: Arc<Shared>,
}

struct Shared {
    title: String,
    base: String,
    token: Option<(String, SecretString)>,
}

impl Https {
    pub(in crate::git) fn new(
        base: &Url,
        title: &str,
        token: Option<(String, SecretString)>,
        ca_files: &[PathBuf],
    ) -> Result<Self> {
        let mut builder = Client::builder()
            .https_only(true)
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::custom(|attempt| {
                // Renamed repositories are followed, the token never leaves the host.
                let first = attempt.previous().first().and_then(|url| url.host_str());
                if attempt.previous().len() < 4 && attempt.url().host_str() == first {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }));
        let extra = certificates(ca_files)?;
        if !extra.is_empty() {
            builder = builder.tls_certs_merge(extra);
        }
        let client = builder.build().map_err(|cause| TargetError::Unusable {
            what: "The setting of TLS",
            detail: deepest(&cause),
        })?;
        Ok(Self {
            client,
            shared: Arc::new(Shared {
                title: title.to_owned(),
                base: base.as_str().trim_end_matches('/').to_owned(),
                token,
            }),
        })
    }
}

fn certificates(files: &[PathBuf]) -> Result<Vec<Certificate>> {
    let mut all = Vec::new();
    for file in files {
        let unusable = |detail: String| TargetError::Unusable {
            what: "The CA file",
            detail: format!("`{}` {detail}", file.display()),
        };
        let bytes =
            std::fs::read(file).map_err(|cause| unusable(format!("cannot be read ({cause})")))?;
        let found = Certificate::from_pem_bundle(&bytes)
            .map_err(|cause| unusable(format!("is damaged ({})", deepest(&cause))))?;
        if found.is_empty() {
            return Err(unusable("holds no certificate".to_owned()));
        }
        all.extend(found);
    }
    Ok(all)
}

#[async_trait]
impl Way for Https {
    fn title(&self) -> &str {
        &self.shared.title
    }

    async fn open(&self, service: Service) -> Result<Box<dyn Talk>> {
        let asked = format!("/info/refs?service={}", service.program());
        let request = self.client.get(format!("{}{asked}", self.shared.base));
        let response = timeout(PATIENCE, self.shared.signed(request).send())
            .await
            .map_err(|_| self.shared.silent())?
            .map_err(|cause| self.shared.unreachable(&cause))?;
        let response = self.shared.checked(service, response).await?;
        let kind = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with(&format!(
            "application/x-{}-advertisement",
            service.program()
        )) {
            return Err(TargetError::Refused {
                target: self.shared.title.clone(),
                operation: "Speaking Git",
                detail:
                    "what answers there is no Git repository; the address may be that of its page"
                        .to_owned(),
            });
        }
        // Where the repository was renamed, the rest goes to its new address.
        let base = response.url().as_str().strip_suffix(&asked);
        let post = format!(
            "{}/{}",
            base.unwrap_or(&self.shared.base),
            service.program()
        );
        Ok(Box::new(HttpsTalk {
            client: self.client.clone(),
            shared: Arc::clone(&self.shared),
            service,
            post,
            response,
        }))
    }
}

impl Shared {
    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        // Some services answer to programs of that name alone.
        let request = request.header(
            USER_AGENT,
            concat!("git/2.0 waybill/", env!("CARGO_PKG_VERSION")),
        );
        match &self.token {
            Some((user, token)) => request.basic_auth(user, Some(token.expose_secret())),
            None => request,
        }
    }

    fn unreachable(&self, cause: &reqwest::Error) -> TargetError {
        let target = self.title.clone();
        let detail = deepest(cause);
        if detail.contains("certificate") {
            return TargetError::Refused {
                target,
                operation: "Verifying the certificate",
                detail,
            };
        }
        let detail = if cause.is_timeout() {
            "it did not answer in time".to_owned()
        } else {
            detail
        };
        TargetError::Unreachable { target, detail }
    }

    fn silent(&self) -> TargetError {
        TargetError::Unreachable {
            target: self.title.clone(),
            detail: format!("it was silent for {} seconds", PATIENCE.as_secs()),
        }
    }

    /// What the status says, in the target's words.
    async fn checked(&self, service: Service, response: Response) -> Result<Response> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let target = self.title.clone();
        // What servers of Git say is a line of plain text; pages are of no use.
        let plain = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("text/plain"));
        let words = if plain {
            let body = timeout(Duration::from_secs(10), response.bytes()).await;
            let body = body.ok().and_then(Result::ok).unwrap_or_default();
            one_line(&String::from_utf8_lossy(&body))
        } else {
            String::new()
        };
        let or = |usual: &str| {
            if words.is_empty() {
                usual.to_owned()
            } else {
                words.clone()
            }
        };
        let user = self.token.as_ref().map(|(user, _)| user.clone());
        Err(match status {
            StatusCode::UNAUTHORIZED => TargetError::SignIn {
                target,
                detail: or(if user.is_some() {
                    "it does not take the token"
                } else {
                    "it asks for a user and a token"
                }),
                user: user.unwrap_or_else(|| "nobody".to_owned()),
            },
            StatusCode::FORBIDDEN if service == Service::Push => TargetError::ReadOnly {
                target,
                detail: or("the user may read there, not push"),
            },
            StatusCode::FORBIDDEN => TargetError::SignIn {
                target,
                user: user.unwrap_or_else(|| "nobody".to_owned()),
                detail: or("the user may not read there"),
            },
            StatusCode::NOT_FOUND | StatusCode::GONE => TargetError::Missing {
                target,
                what: "repository that this user sees".to_owned(),
            },
            StatusCode::PAYLOAD_TOO_LARGE | StatusCode::INSUFFICIENT_STORAGE => TargetError::Full {
                target,
                detail: or("it takes no more"),
            },
            StatusCode::TOO_MANY_REQUESTS => TargetError::Busy {
                target,
                detail: or("it asks to call less often"),
            },
            status if status.is_server_error() => TargetError::Unreachable {
                target,
                detail: or(&format!("its server failed ({status})")),
            },
            status if status.is_redirection() => TargetError::Missing {
                target,
                what: "repository there: it has moved to another server".to_owned(),
            },
            status => TargetError::Refused {
                target,
                operation: "Speaking Git",
                detail: or(&format!("it answers {status}")),
            },
        })
    }
}

struct HttpsTalk {
    client: Client,
    shared: Arc<Shared>,
    service: Service,
    post: String,
    response: Response,
}

#[async_trait]
impl Talk for HttpsTalk {
    async fn next(&mut self) -> Result<Option<Bytes>> {
        timeout(PATIENCE, self.response.chunk())
            .await
            .map_err(|_| self.shared.silent())?
            .map_err(|cause| self.shared.unreachable(&cause))
    }

    async fn send(&mut self, request: Bytes, pack: Option<mpsc::Receiver<Bytes>>) -> Result<()> {
        if pack.is_none() && request.as_ref() == b"0000" {
            // Nothing is wanted, and over HTTPS there is nothing to end.
            return Ok(());
        }
        let program = self.service.program();
        let call = self
            .client
            .post(&self.post)
            .header(CONTENT_TYPE, format!("application/x-{program}-request"))
            .header(ACCEPT, format!("application/x-{program}-result"));
        let sent = Arc::new(AtomicU64::new(0));
        let body = match pack {
            None => Body::from(request),
            Some(pack) => counted(request, pack, Arc::clone(&sent)),
        };
        let call = self.shared.signed(call).body(body).send();
        tokio::pin!(call);
        let response = loop {
            let before = sent.load(Ordering::Relaxed);
            match timeout(PATIENCE, &mut call).await {
                Ok(response) => break response,
                Err(_) if sent.load(Ordering::Relaxed) > before => {}
                Err(_) => return Err(self.shared.silent()),
            }
        };
        let response = response.map_err(|cause| self.shared.unreachable(&cause))?;
        self.response = self.shared.checked(self.service, response).await?;
        Ok(())
    }

    fn aside(&self) -> String {
        String::new()
    }
}

/// A body of a request and a pack, that counts what the network took of it.
fn counted(request: Bytes, pack: mpsc::Receiver<Bytes>, sent: Arc<AtomicU64>) -> Body {
    let pieces = stream::unfold((Some(request), pack), move |(first, mut pack)| {
        let sent = Arc::clone(&sent);
        async move {
            let piece = match first {
                Some(request) => request,
                None => pack.recv().await?,
            };
            sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
            Some((Ok::<_, std::convert::Infallible>(piece), (None, pack)))
        }
    });
    Body::wrap_stream(pieces)
}

/// The cause behind the causes: the words before it are about the library.
fn deepest(error: &reqwest::Error) -> String {
    let mut last: &dyn std::error::Error = error;
    let mut words = if error.source().is_none() {
        "the call failed".to_owned()
    } else {
        String::new()
    };
    while let Some(next) = last.source() {
        last = next;
        words = last.to_string();
    }
    one_line(&words)
}
