//! A server for pre-authenticated addresses, by OCI's rules: what lies below the token may be written, and read and listed
//! if the address was made for it; nothing can be removed.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::{Digest as _, Md5};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

pub const TOKEN: &str = "Yw8-a_token_that_lets_in-3fQ";
const BEGIN: &str = "/n/namespace/b/backups/o";

/// What the address was made for, and what goes wrong.
#[derive(Clone, Copy)]
pub struct Rules {
    pub reads: bool,
    /// One byte of each stored file is another.
    pub breaks: bool,
    /// Nothing is told of what was stored.
    pub is_mute: bool,
}

pub const WRITES: Rules = Rules {
    reads: false,
    breaks: false,
    is_mute: false,
};

pub struct Par {
    pub address: SocketAddr,
    pub objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Par {
    pub async fn start(rules: Rules) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let objects = Arc::new(Mutex::new(BTreeMap::new()));
        let held = Arc::clone(&objects);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&held), rules));
            }
        });
        Self { address, objects }
    }

    pub fn url(&self, token: &str) -> String {
        format!("http://{}/p/{token}{BEGIN}/", self.address)
    }
}

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

struct Reply(u16, Vec<(&'static str, String)>, Vec<u8>);

async fn serve(stream: TcpStream, objects: Objects, rules: Rules) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if stream.read_line(&mut first).await.ok()? == 0 {
            return None;
        }
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(0, |text| text.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let Reply(status, more, content) = reply(method, target, &headers, body, &objects, rules);
        let mut head = format!(
            "HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n",
            content.len()
        );
        for (name, value) in more {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await.ok()?;
        if method != "HEAD" {
            stream.write_all(&content).await.ok()?;
        }
    }
}

fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let body = serde_json::json!({ "code": code, "message": message });
    Reply(status, Vec::new(), body.to_string().into_bytes())
}

fn reply(
    method: &str,
    target: &str,
    headers: &HashMap<String, String>,
    mut body: Vec<u8>,
    objects: &Objects,
    rules: Rules,
) -> Reply {
    let hidden = || {
        let words = "Either the bucket does not exist or you are not authorized to access it";
        refusal(404, "BucketNotFound", words)
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(below) = path.strip_prefix(&format!("/p/{TOKEN}{BEGIN}")) else {
        return hidden();
    };
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    let name = decoded(below.trim_start_matches('/'));
    let mut objects = objects.lock().unwrap();
    match method {
        "PUT" => {
            let hash = STANDARD.encode(Md5::digest(&body));
            if headers.get("content-md5").is_some_and(|told| *told != hash) {
                return refusal(400, "UnmatchedContentMD5", "The MD5 is another");
            }
            if rules.breaks
                && let Some(first) = body.first_mut()
            {
                *first ^= 1;
            }
            let stored = STANDARD.encode(Md5::digest(&body));
            objects.insert(name, body);
            let mut more = vec![("etag", "0b1c2d3e-4f50".to_owned())];
            if !rules.is_mute {
                more.push(("opc-content-md5", stored));
            }
            Reply(200, more, Vec::new())
        }
        "GET" | "HEAD" if !rules.reads => hidden(),
        "GET" if name.is_empty() => {
            let asked: HashMap<&str, String> = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| (key, decoded(&value.replace('+', " "))))
                .collect();
            let (prefix, start) = (
                &asked["prefix"],
                asked.get("start").cloned().unwrap_or_default(),
            );
            // Fewer than asked for, so that there are pages.
            let limit = asked["limit"].parse::<usize>().unwrap().min(3);
            let mut found = objects
                .iter()
                .filter(|(name, _)| name.starts_with(prefix.as_str()) && **name >= start);
            let page: Vec<_> = found
                .by_ref()
                .take(limit)
                .map(|(name, content)| serde_json::json!({ "name": name, "size": content.len() }))
                .collect();
            let mut list = serde_json::json!({ "objects": page });
            if let Some((next, _)) = found.next() {
                list["nextStartWith"] = next.clone().into();
            }
            Reply(200, Vec::new(), list.to_string().into_bytes())
        }
        "GET" | "HEAD" => match objects.get(&name) {
            Some(content) => {
                let hash = STANDARD.encode(Md5::digest(content));
                Reply(200, vec![("content-md5", hash)], content.clone())
            }
            None => refusal(404, "ObjectNotFound", "The object was not found"),
        },
        _ => refusal(
            405,
            "MethodNotAllowed",
            "This cannot be done with the address",
        ),
    }
}
