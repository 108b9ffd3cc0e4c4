//! The program under WebDriver, with the verbs of a person: see, click, type, press.

use std::cell::Cell;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use super::{User, pictures};

const EVERY: Duration = Duration::from_millis(40);
const AT_MOST: Duration = Duration::from_secs(30);

/// Keeps what goes wrong inside the page, where nobody would see it.
const LISTEN: &str = "
    window.wrongs = [];
    addEventListener('error', (event) => wrongs.push(`error: ${event.message}`));
    addEventListener('unhandledrejection', (event) =>
      wrongs.push(`unhandled: ${event.reason?.message ?? event.reason}`));
    addEventListener('securitypolicyviolation', (event) =>
      wrongs.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));";

/// The selector of what carries this name for tests.
pub fn test(name: &str) -> String {
    format!("[data-test=\"{name}\"]")
}

/// The program with its window open.
pub struct Program {
    pub client: Client,
    pub started: Instant,
    driver: Child,
    process: Option<u32>,
    clicks: Cell<u32>,
}

impl Program {
    /// Starts it and waits for its first screen.
    pub async fn start(user: &User) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let driver = user
            .command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stderr(pictures::output_file("window-program.log"))
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < AT_MOST, "the driver does not answer");
            tokio::time::sleep(EVERY).await;
        }
        let mut wanted = Map::new();
        wanted.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": env!("CARGO_BIN_EXE_waybill-desktop"), "args": [] }),
        );
        let started = Instant::now();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let process = child_of(driver.id());
        let program = Self {
            client,
            started,
            driver,
            process,
            clicks: Cell::new(0),
        };
        program.see("main h1, main h2").await;
        program.run(LISTEN).await;
        program.resize(1280, 800).await;
        program
    }

    /// How often a person would have clicked so far.
    pub fn clicks(&self) -> u32 {
        self.clicks.get()
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until a condition of the page holds.
    pub async fn until(&self, condition: &str) {
        self.until_within(AT_MOST, condition).await;
    }

    /// Waits until a condition of the page holds, for something that takes long.
    pub async fn until_within(&self, at_most: Duration, condition: &str) {
        let begun = Instant::now();
        let script = format!("return Boolean({condition})");
        loop {
            // While the page is loaded anew there is nothing to ask.
            let holds = self.client.execute(&script, Vec::new()).await;
            if matches!(holds, Ok(Value::Bool(true))) {
                return;
            }
            if begun.elapsed() > at_most {
                let picture = self.leave_picture().await;
                let shown = self.run("return document.body.innerText").await;
                let shown = shown.as_str().unwrap_or_default();
                panic!("never came: {condition}\nkept in {picture}\nshown:\n{shown}");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    async fn leave_picture(&self) -> String {
        let asked = tokio::time::timeout(AT_MOST, self.client.screenshot()).await;
        let Ok(Ok(bytes)) = asked else {
            return "no picture".to_owned();
        };
        let folder = pictures::folder();
        let path = folder.join(format!("stopped-{}.png", self.driver.id()));
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// Waits until something is shown.
    pub async fn see(&self, css: &str) -> Element {
        let quoted = json!(css);
        self.until(&format!(
            "document.querySelector({quoted})?.checkVisibility()"
        ))
        .await;
        self.client.find(Locator::Css(css)).await.unwrap()
    }

    /// Waits until it is no longer there.
    pub async fn gone(&self, css: &str) {
        self.until(&format!("document.querySelector({}) === null", json!(css)))
            .await;
    }

    /// Waits until these words are shown inside of it.
    pub async fn reads(&self, css: &str, words: &str) {
        let (css, words) = (json!(css), json!(words));
        self.until(&format!(
            "[...document.querySelectorAll({css})].some((one) => one.innerText.includes({words}))"
        ))
        .await;
    }

    /// The words shown inside of it.
    pub async fn text(&self, css: &str) -> String {
        self.see(css).await;
        let script = format!("return document.querySelector({}).innerText", json!(css));
        self.run(&script).await.as_str().unwrap().to_owned()
    }

    /// The value of an attribute.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        self.see(css)
            .await
            .attr(name)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Clicks it once it is shown and can be used.
    pub async fn click(&self, css: &str) {
        let quoted = json!(css);
        self.until(&format!(
            "document.querySelector({quoted})?.checkVisibility() && \
             !document.querySelector({quoted}).matches(':disabled, [aria-disabled=\"true\"]')"
        ))
        .await;
        self.clicks.set(self.clicks.get() + 1);
        let element = self.see(css).await;
        element.click().await.unwrap();
    }

    /// Writes into a field, in place of what stood there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.clear().await.unwrap();
        if !text.is_empty() {
            field.send_keys(text).await.unwrap();
        }
        self.until(&format!(
            "document.querySelector({}).value === {}",
            json!(css),
            json!(text)
        ))
        .await;
    }

    /// Presses keys together: the last one while the others are held.
    pub async fn press(&self, keys: &[char]) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            actions = actions.then(KeyAction::Down { value: *key });
        }
        for key in keys.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *key });
        }
        self.client.perform_actions(actions).await.unwrap();
    }

    /// Types text where the focus is.
    pub async fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press(&[letter]).await;
        }
    }

    /// Goes on with Tab until the focus is on it.
    pub async fn tab_to(&self, css: &str) {
        self.see(css).await;
        let there = format!(
            "return Boolean(document.activeElement?.matches({}))",
            json!(css)
        );
        for _ in 0..60 {
            if self.run(&there).await == json!(true) {
                return;
            }
            self.press(&['\u{E004}']).await;
        }
        panic!("Tab never comes to {css}");
    }

    /// Goes to an address of the window (`#/backups`).
    pub async fn go(&self, hash: &str) {
        self.run(&format!("location.hash = {}", json!(hash))).await;
        self.until(&format!("location.hash === {}", json!(hash)))
            .await;
    }

    /// Gives the window this size, which is the size of the page as well.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap();
        self.until(&format!(
            "innerWidth === {width} && innerHeight === {height}"
        ))
        .await;
    }

    /// Loads the page anew.
    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
        self.see("main").await;
        self.run(LISTEN).await;
    }

    /// The process has ended by itself.
    pub async fn has_ended(&self, at_most: Duration) {
        let begun = Instant::now();
        while self.process.is_some_and(is_alive) {
            assert!(begun.elapsed() < at_most, "the program does not end");
            tokio::time::sleep(EVERY).await;
        }
    }

    pub fn is_running(&self) -> bool {
        self.process.is_some_and(is_alive)
    }

    /// Nothing went wrong inside the page; then the program is closed.
    pub async fn quit(self) {
        let wrongs = self.run("return window.wrongs").await;
        assert_eq!(wrongs, json!([]), "in the page");
        self.client.clone().close().await.unwrap();
        self.has_ended(Duration::from_secs(10)).await;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(process) = self.process.filter(|process| is_alive(*process)) {
            let _ = Command::new("kill")
                .args(["-9", &process.to_string()])
                .status();
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn child_of(process: u32) -> Option<u32> {
    fs::read_dir(format!("/proc/{process}/task"))
        .unwrap()
        .flatten()
        .find_map(|thread| {
            fs::read_to_string(thread.path().join("children"))
                .ok()?
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
}

/// A process that has ended and was not asked for its result yet is not alive.
fn is_alive(process: u32) -> bool {
    let status = PathBuf::from(format!("/proc/{process}/status"));
    fs::read_to_string(status).is_ok_and(|text| !text.contains("State:\tZ"))
}
