//! A receiver of webhooks on loopback: writes down what is posted, and answers as it is told.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    pub body: Value,
}

/// The receiver. It goes on until the test ends.
#[derive(Clone)]
pub struct Receiver {
    pub port: u16,
    posted: Arc<Mutex<Vec<Posted>>>,
    status: Arc<AtomicU16>,
}

impl Receiver {
    pub async fn open() -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            port: door.local_addr().unwrap().port(),
            posted: Arc::default(),
            status: Arc::new(AtomicU16::new(200)),
        };
        let own = receiver.clone();
        tokio::spawn(async move {
            while let Ok((caller, _)) = door.accept().await {
                own.take(caller).await;
            }
        });
        receiver
    }

    /// From now on it answers with this status.
    pub fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    pub fn posted(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }

    async fn take(&self, mut caller: TcpStream) {
        let mut bytes = Vec::new();
        let (head, body) = loop {
            let mut part = [0; 4096];
            let read = caller.read(&mut part).await.unwrap_or(0);
            bytes.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head
                    .lines()
                    .filter_map(|line| line.split_once(':'))
                    .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                    .and_then(|(_, value)| value.trim().parse::<usize>().ok())
                    .unwrap_or(0);
                if body.len() >= length {
                    break (head.to_owned(), body.to_owned());
                }
            }
            if read == 0 {
                return;
            }
        };
        let status = self.status.load(Ordering::SeqCst);
        self.posted.lock().unwrap().push(Posted {
            path: head
                .split_whitespace()
                .nth(1)
                .unwrap_or_default()
                .to_owned(),
            body: serde_json::from_str(&body).unwrap_or(Value::Null),
        });
        let answer =
            format!("HTTP/1.1 {status} So\r\ncontent-length: 2\r\nconnection: close\r\n\r\nso");
        let _ = caller.write_all(answer.as_bytes()).await;
    }
}
