//! A browser as far as a sign-in needs one: it follows an address, fills in the form on the page,
//! and goes where it is sent.

use std::net::TcpListener;

use url::Url;

use super::Home;
use super::wire::{ask, encode};

/// Where a way through the pages ended.
#[derive(Debug)]
pub struct Browser {
    pub status: u16,
    pub page: String,
}

impl Browser {
    /// Opens the address, signs in on the page with these, and goes back to the program. The code
    /// on the way is a secret of the home.
    pub fn sign_in(home: &Home, address: &str, user: &str, password: &str) -> Self {
        let form = format!("user={}&password={}", encode(user), encode(password));
        Self::fill_in(home, address, &form)
    }

    /// Opens the address, and leaves the page by its button Cancel.
    pub fn cancel(home: &Home, address: &str) -> Self {
        Self::fill_in(home, address, "cancel=yes")
    }

    fn fill_in(home: &Home, address: &str, form: &str) -> Self {
        let address = Url::parse(address).unwrap();
        let (status, _, page) = get(&address);
        let page = String::from_utf8(page).unwrap();
        assert_eq!(status, 200, "{page}");
        let action = page.split("action=\"").nth(1).unwrap();
        let action = action.split('"').next().unwrap().replace("&amp;", "&");
        let action = address.join(&action).unwrap();
        let kind = [("Content-Type", "application/x-www-form-urlencoded")];
        let (status, head, page) = ask(&host_of(&action), "POST", &path_of(&action), &kind, form);
        Self::follow(home, status, &head, page)
    }

    /// Opens the address and goes wherever it is sent.
    pub fn open(home: &Home, address: &str) -> Self {
        let (status, head, page) = get(&Url::parse(address).unwrap());
        Self::follow(home, status, &head, page)
    }

    fn follow(home: &Home, status: u16, head: &str, page: Vec<u8>) -> Self {
        let sent_on = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("location"));
        let Some((_, target)) = sent_on.filter(|_| status == 302) else {
            return Self {
                status,
                page: String::from_utf8(page).unwrap(),
            };
        };
        let target = Url::parse(target).unwrap();
        if let Some((_, code)) = target.query_pairs().find(|(name, _)| name == "code") {
            home.also_secret(code);
        }
        let (status, _, page) = get(&target);
        let page = String::from_utf8(page).unwrap();
        assert!(!home.search().is_in(page.as_bytes()), "{page}");
        Self { status, page }
    }
}

fn get(url: &Url) -> (u16, String, Vec<u8>) {
    ask(&host_of(url), "GET", &path_of(url), &[], "")
}

fn host_of(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// A port of this computer that nobody has.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
