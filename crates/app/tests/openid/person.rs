//! A person with a browser: WebKit's MiniBrowser under WebDriver, on the display of the tests or on a
//! virtual one of its own.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use tempfile::TempDir;
use url::Url;

use crate::provider::PASSWORD;

const AT_MOST: Duration = Duration::from_secs(40);

/// A process that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A person at a browser of their own.
pub struct Person {
    client: Client,
    _driver: Ending,
    _display: Option<Ending>,
    _home: TempDir,
}

impl Person {
    /// Opens the browser; `None`, said aloud, where there is none.
    pub async fn arrive() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let (display, name) = match std::env::var("DISPLAY") {
            Ok(name) if !name.is_empty() => (None, name),
            _ => {
                let Some((display, name)) = virtual_display() else {
                    eprintln!("passed over: there is no display and no Xvfb");
                    return None;
                };
                (Some(display), name)
            }
        };
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", name)
            .env("GDK_BACKEND", "x11")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("WEBKIT_DISABLE_COMPOSITING_MODE", "1")
            // No settings of whoever runs the tests, and no proxy: the provider is on loopback.
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .env("no_proxy", "*")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(driver) = driver else {
            eprintln!("passed over: WebKitWebDriver is not on this computer");
            return None;
        };
        let driver = Ending(driver);
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < AT_MOST, "the driver does not answer");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let client = ClientBuilder::new(HttpConnector::new())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        Some(Self {
            client,
            _driver: driver,
            _display: display,
            _home: home,
        })
    }

    /// Signs in and agrees; the words of the page where the journey ends.
    pub async fn sign_in(&self, address: &Url, user: &str) -> String {
        self.name_themselves(address, user).await;
        self.click("#agree").await;
        self.words_of("Waybill").await
    }

    /// Signs in and refuses.
    pub async fn refuse(&self, address: &Url, user: &str) -> String {
        self.name_themselves(address, user).await;
        self.click("#refuse").await;
        self.words_of("Waybill").await
    }

    /// Looks at a page.
    pub async fn visit(&self, address: &str) -> String {
        self.client.goto(address).await.unwrap();
        self.words().await
    }

    pub async fn leave(self) {
        let _ = self.client.close().await;
    }

    async fn name_themselves(&self, address: &Url, user: &str) {
        self.client.delete_all_cookies().await.unwrap();
        self.client.goto(address.as_str()).await.unwrap();
        let field = self.find("[name=user]").await;
        field.send_keys(user).await.unwrap();
        let field = self.find("[name=password]").await;
        field.send_keys(PASSWORD).await.unwrap();
        self.click("#go").await;
    }

    async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap();
    }

    async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(AT_MOST);
        match found.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("no {css}: {error}; shown: {}", self.words().await),
        }
    }

    async fn words_of(&self, part: &str) -> String {
        let begun = Instant::now();
        loop {
            let words = self.words().await;
            if words.contains(part) {
                return words;
            }
            assert!(begun.elapsed() < AT_MOST, "never said {part}: {words}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    async fn words(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let words = self.client.execute(script, Vec::new()).await;
        words
            .ok()
            .and_then(|words| words.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

fn virtual_display() -> Option<(Ending, String)> {
    let mut display = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24"])
        .args(["-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut number = String::new();
    BufReader::new(display.stdout.take()?)
        .read_line(&mut number)
        .ok()?;
    Some((Ending(display), format!(":{}", number.trim())))
}
