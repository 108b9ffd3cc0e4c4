//! Where a repository is.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::{Result, TargetError};

/// The address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Without user and password; no `/` at its end.
    Https(Url),
    Ssh {
        user: String,
        host: String,
        port: u16,
        path: String,
    },
    Local(PathBuf),
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(unusable("it is empty"));
        }
        if !text.contains("://") {
            return Ok(Self::short(text));
        }
        let mut url = Url::parse(text).map_err(|cause| unusable(&cause.to_string()))?;
        if url.password().is_some() {
            return Err(unusable(
                "it holds a password; enter the token in its own field",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(unusable("it goes on after `?` or `#`"));
        }
        match url.scheme() {
            "https" => {
                let path = url.path().trim_end_matches('/').to_owned();
                url.set_path(&path);
                let _ = url.set_username("");
                Ok(Self::Https(url))
            }
            "ssh" | "git+ssh" | "ssh+git" => {
                let path = decoded(url.path());
                Ok(Self::Ssh {
                    user: some_user(&decoded(url.username())),
                    host: url
                        .host_str()
                        .filter(|host| !host.is_empty())
                        .ok_or_else(|| unusable("it names no host"))?
                        .trim_matches(['[', ']'])
                        .to_owned(),
                    port: url.port().unwrap_or(22),
                    // `ssh://host/~user/x` is below the home of that user.
                    path: path
                        .strip_prefix('/')
                        .filter(|rest| rest.starts_with('~'))
                        .map_or_else(|| path.clone(), str::to_owned),
                })
            }
            "file" => url
                .to_file_path()
                .map(Self::Local)
                .map_err(|()| unusable("it is no path on this computer")),
            "http" => Err(unusable("it is not encrypted; use `https://`")),
            other => Err(unusable(&format!("`{other}` is not supported"))),
        }
    }

    /// `user@host:path`, or a path.
    fn short(text: &str) -> Self {
        let remote = text.split_once(':').filter(|(host, path)| {
            // One letter before the colon is a drive.
            host.len() > 1 && !host.contains(['/', '\\']) && !path.is_empty()
        });
        match remote {
            Some((host, path)) => {
                let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
                Self::Ssh {
                    user: some_user(user),
                    host: host.to_owned(),
                    port: 22,
                    path: path.to_owned(),
                }
            }
            None => Self::Local(PathBuf::from(text)),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Https(url) => f.write_str(url.as_str()),
            Self::Ssh {
                user,
                host,
                port,
                path,
            } => {
                write!(f, "ssh://{user}@{host}")?;
                if *port != 22 {
                    write!(f, ":{port}")?;
                }
                write!(f, "/{}", path.trim_start_matches('/'))
            }
            Self::Local(path) => write!(f, "{}", path.display()),
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn some_user(user: &str) -> String {
    if user.is_empty() { "git" } else { user }.to_owned()
}

fn unusable(detail: &str) -> TargetError {
    TargetError::Unusable {
        what: "The address of the repository",
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn shown(text: &str) -> String {
        match Address::parse(text) {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_way_of_writing_an_address_is_understood() {
        assert_eq!(
            shown("https://anna@git.example.com/team/oic.git/"),
            "https://git.example.com/team/oic.git"
        );
        assert_eq!(
            shown("git@git.example.com:team/oic.git"),
            "ssh://git@git.example.com/team/oic.git"
        );
        assert_eq!(
            shown("ssh://backup@nas:2222/srv/a%20b.git"),
            "ssh://backup@nas:2222/srv/a b.git"
        );
        assert_eq!(
            Address::parse("ssh://nas/~anna/oic.git").unwrap(),
            Address::Ssh {
                user: "git".to_owned(),
                host: "nas".to_owned(),
                port: 22,
                path: "~anna/oic.git".to_owned(),
            }
        );
        assert!(matches!(
            Address::parse(r"C:\backups\oic.git").unwrap(),
            Address::Local(_)
        ));
        assert!(matches!(
            Address::parse("shares/oic.git").unwrap(),
            Address::Local(_)
        ));
    }

    #[test]
    fn what_is_unsafe_or_unknown_is_refused_without_showing_the_password() {
        let shown_with_password = shown("https://anna:geheim@git.example.com/oic.git");
        assert!(shown_with_password.contains("holds a password"));
        assert!(!shown_with_password.contains("geheim"));
        assert!(shown("http://git.example.com/oic.git").contains("not encrypted"));
        assert!(shown("ftp://git.example.com/oic.git").contains("`ftp` is not supported"));
    }
}
