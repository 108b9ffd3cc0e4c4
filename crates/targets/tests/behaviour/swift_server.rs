//! Starts a real OpenStack Swift on loopback (`swift_server.py` beside this file, which says what it serves), for tests
//! of any crate: this file needs the standard library alone.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

/// Where Debian's Python lies; the one in front of it in the search path may not see Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

/// The account that everything lies in.
pub const ACCOUNT: &str = "AUTH_backup";
/// May do all, with [`WRITING_KEY`].
pub const WRITER: &str = "backup:writer";
pub const WRITING_KEY: &str = "writing-key";
/// May do what a container lets it, with [`READING_KEY`].
pub const READER: &str = "backup:reader";
pub const READING_KEY: &str = "reading-key";

/// A server; it ends with this, and with the process.
pub struct SwiftServer {
    pub address: SocketAddr,
    folder: PathBuf,
    child: Child,
    /// The server ends when this is closed.
    _life: ChildStdin,
}

impl SwiftServer {
    /// Starts one, with all that it keeps in an own folder below this one, on a file system with extended attributes.
    /// The folder goes with the server.
    pub fn start(below: &Path) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|folder| folder.join("crates/targets/tests/behaviour/swift_server.py"))
            .find(|path| path.exists())
            .expect("the script that starts Swift lies in its crate");
        let is_installed = Command::new(PYTHON)
            .args(["-c", "import swift"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|ended| ended.success());
        assert!(
            is_installed,
            "OpenStack Swift is not installed: `cargo xtask setup` installs it (python3-swift)"
        );
        let folder = below.join(format!("swift-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut child = Command::new(PYTHON)
            .arg(script)
            .arg(&folder)
            .arg("--forget")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lifeline = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line
            .split_once("\"port\": ")
            .and_then(|(_, rest)| rest.split_once(','))
            .and_then(|(port, _)| port.parse::<u16>().ok())
            .unwrap_or_else(|| panic!("Swift did not start: {line:?}"));
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            folder,
            child,
            _life: lifeline,
        }
    }

    /// Asks as the writer, of a path such as `container?format=json`, with these headers. Gives status and body.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let signed = request(
            self.address,
            "GET",
            "/auth/v1.0",
            &[("X-Auth-User", WRITER), ("X-Auth-Key", WRITING_KEY)],
        );
        let token = signed
            .lines()
            .find_map(|line| line.strip_prefix("X-Auth-Token: "))
            .unwrap()
            .to_owned();
        let mut all = vec![("X-Auth-Token", token.as_str()), ("Content-Length", "0")];
        all.extend_from_slice(headers);
        let answer = request(self.address, method, &format!("/v1/{ACCOUNT}/{path}"), &all);
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, body.to_owned())
    }
}

impl SwiftServer {
    /// Ends all tokens.
    pub fn forget_tokens(&self) {
        let answer = request(
            self.address,
            "POST",
            "/forget-tokens",
            &[("Content-Length", "0")],
        );
        assert!(answer.contains(" 204 "), "{answer}");
    }
}

impl Drop for SwiftServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One request; everything that came back.
fn request(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.extend([*name, ": ", *value, "\r\n"]);
    }
    text.push_str("\r\n");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
