//! A way between client and server that can be cut.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Passes connections on. When `after` bytes went to the server, all are cut, once; later ones last.
pub async fn cutting(server: SocketAddr, after: u64) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let left = Arc::new(AtomicI64::new(i64::try_from(after).unwrap()));
    let (cut, seen) = watch::channel(());
    let cut = Arc::new(cut);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (left, cut, mut seen) = (Arc::clone(&left), Arc::clone(&cut), seen.clone());
            seen.mark_unchanged();
            tokio::spawn(async move {
                let Ok(server) = TcpStream::connect(server).await else {
                    return;
                };
                tokio::select! {
                    () = pass(client, server, &left, &cut) => {}
                    _ = seen.changed() => {}
                }
            });
        }
    });
    address
}

async fn pass(client: TcpStream, server: TcpStream, left: &AtomicI64, cut: &watch::Sender<()>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = async {
        let mut block = vec![0; 16 << 10];
        while let Ok(count) = from_client.read(&mut block).await
            && count > 0
        {
            let count_left = i64::try_from(count).unwrap();
            let before = left.fetch_sub(count_left, Ordering::Relaxed);
            if before > 0 && before <= count_left {
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
