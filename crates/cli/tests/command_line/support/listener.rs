//! A door between the program and the sandbox that lets everything through and writes down what was
//! asked for.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use waybill_sandbox::ReadyInstance;

/// The door. It stays open until the test program ends.
pub struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// Opens a door in front of `target` (`http://host:port`).
    pub fn before(target: &str) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", door.local_addr().unwrap());
        let target = target.strip_prefix("http://").unwrap().to_owned();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        thread::spawn(move || {
            for caller in door.incoming().flatten() {
                let Ok(service) = TcpStream::connect(&target) else {
                    continue;
                };
                let (mut to_caller, mut from_service) =
                    (caller.try_clone().unwrap(), service.try_clone().unwrap());
                thread::spawn(move || {
                    let _ = std::io::copy(&mut from_service, &mut to_caller);
                    let _ = to_caller.shutdown(Shutdown::Both);
                });
                let kept = Arc::clone(&kept);
                thread::spawn(move || pass(caller, service, &kept));
            }
        });
        Self { address, heard }
    }

    /// The instance behind the door.
    pub fn of(&self, instance: &ReadyInstance) -> ReadyInstance {
        ReadyInstance {
            design_url: self.address.clone(),
            ..instance.clone()
        }
    }

    /// The paths that were asked for so far, without their queries.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Passes requests on. They come one after the other on a connection, each beginning a line.
fn pass(mut caller: TcpStream, mut service: TcpStream, heard: &Mutex<Vec<String>>) {
    let mut buffer = [0; 16 * 1024];
    let mut line = Vec::new();
    while let Ok(count) = caller.read(&mut buffer) {
        if count == 0 {
            break;
        }
        for byte in &buffer[..count] {
            if *byte != b'\n' {
                line.push(*byte);
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            let mut words = text.split_whitespace();
            if let (Some("GET" | "POST"), Some(path)) = (words.next(), words.next()) {
                let path = path.split('?').next().unwrap_or_default();
                heard.lock().unwrap().push(path.replace("%7C", "|"));
            }
            line.clear();
        }
        if service.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = service.shutdown(Shutdown::Both);
}
