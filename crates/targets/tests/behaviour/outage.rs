//! A way between client and server that is down for a while, longer than anybody tries again by himself.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// What went by, and until when it is down.
struct Way {
    left: u64,
    down_until: Option<Instant>,
}

/// Passes connections on. When `after` bytes went to the server all are cut, and new ones too until the time is over.
pub async fn outage(server: SocketAddr, after: u64, lasts: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let way = Arc::new(Mutex::new(Way {
        left: after,
        down_until: None,
    }));
    let (cut, seen) = watch::channel(());
    let cut = Arc::new(cut);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let is_down = {
                let way = way.lock().unwrap();
                way.down_until.is_some_and(|until| Instant::now() < until)
            };
            if is_down {
                continue;
            }
            let (way, cut, mut seen) = (Arc::clone(&way), Arc::clone(&cut), seen.clone());
            seen.mark_unchanged();
            tokio::spawn(async move {
                let Ok(server) = TcpStream::connect(server).await else {
                    return;
                };
                tokio::select! {
                    () = pass(client, server, &way, &cut, lasts) => {}
                    _ = seen.changed() => {}
                }
            });
        }
    });
    address
}

async fn pass(
    client: TcpStream,
    server: TcpStream,
    way: &Mutex<Way>,
    cut: &watch::Sender<()>,
    lasts: Duration,
) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut block = vec![0; 16 << 10];
        while let Ok(count) = from_client.read(&mut block).await
            && count > 0
        {
            if is_over(way, count as u64, lasts) {
                cut.send_replace(());
                return;
            }
            if to_server.write_all(&block[..count]).await.is_err() {
                return;
            }
        }
    };
    let down = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        () = up => {}
        _ = down => {}
    }
}

/// Counts, and says whether it goes down with this.
fn is_over(way: &Mutex<Way>, count: u64, lasts: Duration) -> bool {
    let mut way = way.lock().unwrap();
    if way.down_until.is_some() {
        return false;
    }
    way.left = way.left.saturating_sub(count);
    if way.left == 0 {
        way.down_until = Some(Instant::now() + lasts);
    }
    way.left == 0
}
