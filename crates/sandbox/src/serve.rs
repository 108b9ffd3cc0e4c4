//! Listeners and the HTTP around the calls.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::api::{Door, answer};
use crate::control::{Control, steer};
use crate::fault::Dropped;
use crate::house::House;

/// Serves one address until its task is ended.
pub(crate) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, door: Door) {
    let stopped = door.house.stopped.clone();
    accept(listener, tls, stopped, move |request| {
        let door = door.clone();
        async move {
            let response = answer(door, request).await;
            // A service that fails makes its connection close without an answer.
            if response.extensions().get::<Dropped>().is_some() {
                return Err(io::Error::other("closed on purpose"));
            }
            Ok(response)
        }
    })
    .await;
}

/// Serves the address that steers the sandbox.
pub(crate) async fn serve_control(listener: TcpListener, control: Control) {
    let stopped = control.stopped();
    accept(listener, None, stopped, move |request| {
        let control = control.clone();
        async move { Ok::<_, Infallible>(steer(control, request).await) }
    })
    .await;
}

/// Serves the object store.
pub(crate) async fn serve_objects(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    house: Arc<House>,
) {
    let stopped = house.stopped.clone();
    accept(listener, tls, stopped, move |request| {
        let house = Arc::clone(&house);
        async move { Ok::<_, Infallible>(crate::swift::answer(&house, request).await) }
    })
    .await;
}

/// Takes connections until the sandbox stops; then open calls have a moment to end.
async fn accept<Answer, Pending, Failure>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    mut stopped: watch::Receiver<bool>,
    service: Answer,
) where
    Answer: Fn(Request<Body>) -> Pending + Clone + Send + Sync + 'static,
    Pending: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
    Failure: std::error::Error + Send + Sync + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        // Those that ended are forgotten.
        while connections.try_join_next().is_some() {}
        let stop = async {
            // The sender lives as long as the sandbox; its end is a stop too.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        };
        let stream = tokio::select! {
            () = stop => break,
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else {
                    // Out of file handles, as a rule: some come back soon.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                };
                stream
            }
        };
        let (tls, service) = (tls.clone(), service.clone());
        connections.spawn(connection(stream, tls, service));
    }
    let ended = async { while connections.join_next().await.is_some() {} };
    // Connections that stay open without a call end with the set.
    let _ = tokio::time::timeout(Duration::from_millis(50), ended).await;
}

async fn connection<Answer, Pending, Failure>(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Answer,
) where
    Answer: Fn(Request<Body>) -> Pending + Clone + Send + Sync + 'static,
    Pending: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
    Failure: std::error::Error + Send + Sync + 'static,
{
    // Small answers go out at once; a connection that refuses this is slower, not broken.
    let _ = stream.set_nodelay(true);
    match tls {
        None => speak(stream, service).await,
        Some(acceptor) => {
            // Who does not trust the certificate leaves here.
            if let Ok(stream) = acceptor.accept(stream).await {
                speak(stream, service).await;
            }
        }
    }
}

async fn speak<Stream, Answer, Pending, Failure>(stream: Stream, service: Answer)
where
    Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Answer: Fn(Request<Body>) -> Pending + Clone + Send + Sync + 'static,
    Pending: Future<Output = Result<Response<Body>, Failure>> + Send + 'static,
    Failure: std::error::Error + Send + Sync + 'static,
{
    let service = Arc::new(service);
    let calls = service_fn(move |request: Request<Incoming>| service(request.map(Body::new)));
    // Errors of single connections concern nobody but their callers.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), calls)
        .await;
}
