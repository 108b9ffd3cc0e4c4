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
    answered: Arc<Mutex<Vec<u8>>>,
}

impl Listener {
    /// Opens a door in front of `target` (`http://host:port`).
    pub fn before(target: &str) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", door.local_addr().unwrap());
        let target = target.strip_prefix("http://").unwrap().to_owned();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let answered = Arc::new(Mutex::new(Vec::new()));
        let (kept, answers) = (Arc::clone(&heard), Arc::clone(&answered));
        thread::spawn(move || {
            for caller in door.incoming().flatten() {
                let Ok(service) = TcpStream::connect(&target) else {
                    continue;
                };
                let (mut to_caller, mut from_service) =
                    (caller.try_clone().unwrap(), service.try_clone().unwrap());
                let answers = Arc::clone(&answers);
                thread::spawn(move || {
                    let mut buffer = [0; 16 * 1024];
                    while let Ok(count @ 1..) = from_service.read(&mut buffer) {
                        answers.lock().unwrap().extend_from_slice(&buffer[..count]);
                        if to_caller.write_all(&buffer[..count]).is_err() {
                            break;
                        }
                    }
                    let _ = to_caller.shutdown(Shutdown::Both);
                });
                let kept = Arc::clone(&kept);
                thread::spawn(move || pass(caller, service, &kept));
            }
        });
        Self {
            address,
            heard,
            answered,
        }
    }

    /// The instance behind the door.
    pub fn of(&self, instance: &ReadyInstance) -> ReadyInstance {
        ReadyInstance {
            design_url: self.address.clone(),
            ..instance.clone()
        }
    }

    /// The instance, with its token endpoint behind the door.
    pub fn of_tokens(&self, instance: &ReadyInstance) -> ReadyInstance {
        let path = instance.token_url.split("/oauth2/").nth(1).unwrap();
        ReadyInstance {
            token_url: format!("{}/oauth2/{path}", self.address),
            ..instance.clone()
        }
    }

    /// What a member of JSON answers said, each time it stood in one.
    pub fn said(&self, member: &str) -> Vec<String> {
        let answered = self.answered.lock().unwrap();
        let text = String::from_utf8_lossy(&answered);
        let before = format!("\"{member}\":\"");
        text.split(&before)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
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
