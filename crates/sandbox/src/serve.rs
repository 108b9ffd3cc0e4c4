//! Listeners and the HTTP around the calls.

use axum::Router;
use axum::extract::{Request, State};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::api::{Door, answer};
use crate::control::{Control, steer};

/// Serves one address until its task is ended.
pub(crate) async fn serve(listener: TcpListener, door: Door) {
    let mut stopped = door.house.stopped.clone();
    let router = Router::new()
        .fallback(|State(door): State<Door>, request: Request| answer(door, request))
        .with_state(door);
    let served = axum::serve(without_delay(listener), router).with_graceful_shutdown(async move {
        // The sender lives as long as the sandbox; its end is a stop too.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    });
    // Serving ends by the signal above alone; errors of single connections do not come here.
    let _ = served.await;
}

/// Serves the address that steers the sandbox.
pub(crate) async fn serve_control(listener: TcpListener, control: Control) {
    let mut stopped = control.stopped();
    let router = Router::new()
        .fallback(|State(control): State<Control>, request: Request| steer(control, request))
        .with_state(control);
    let served = axum::serve(without_delay(listener), router).with_graceful_shutdown(async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    });
    let _ = served.await;
}

/// Small answers go out at once.
fn without_delay(
    listener: TcpListener,
) -> impl axum::serve::Listener<Io = tokio::net::TcpStream, Addr = std::net::SocketAddr> {
    listener.tap_io(|stream| {
        // A connection that refuses this is slower, not broken.
        let _ = stream.set_nodelay(true);
    })
}
