//! One request of an object or of the container, signed in anew where the token ended.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::HeaderMap;
use reqwest::{Method, Url};

use super::super::web::{Answer, Ask};
use super::SwiftFiles;
use super::sign_in::Session;
use crate::{Result, TargetError};

/// All but what an address may hold as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// A text as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

impl SwiftFiles {
    /// Asks of an object; a container that is missing is made if that is wanted.
    pub(super) async fn ask_object(
        &self,
        method: Method,
        name: &str,
        query: &str,
        content: Bytes,
        with: impl Fn(&mut HeaderMap) + Send + Sync,
    ) -> Result<Answer> {
        let writes = method == Method::PUT;
        let rest = format!("{}/{}", encoded(&self.container), encoded(name));
        let answer = self
            .ask(method.clone(), &rest, query, content.clone(), &with)
            .await?;
        if !(writes && answer.status == 404) {
            return Ok(answer);
        }
        if !self.make_container {
            return Err(self.no_container());
        }
        self.put_container().await?;
        self.ask(method, &rest, query, content, &with).await
    }

    /// Asks of the container.
    pub(super) async fn ask_container(&self, method: Method, query: &str) -> Result<Answer> {
        let rest = encoded(&self.container);
        self.ask(method, &rest, query, Bytes::new(), &|_| {}).await
    }

    pub(super) async fn ask(
        &self,
        method: Method,
        rest: &str,
        query: &str,
        content: Bytes,
        with: &(impl Fn(&mut HeaderMap) + Send + Sync),
    ) -> Result<Answer> {
        let session = self.session().await?;
        let mut ask = Ask::new(method, address(&session, rest, query));
        ask.body = content;
        with(&mut ask.headers);
        session.sign(&mut ask.headers);
        let answer = self.web.ask(&ask).await?;
        if answer.status != 401 {
            return self.told(&ask, answer);
        }
        let Some(session) = self.renewed(&session).await? else {
            return self.told(&ask, answer);
        };
        ask.url = address(&session, rest, query);
        session.sign(&mut ask.headers);
        let answer = self.web.ask(&ask).await?;
        self.told(&ask, answer)
    }

    /// What callers decide on themselves goes through; the rest is an error.
    fn told(&self, ask: &Ask, answer: Answer) -> Result<Answer> {
        match answer.status.as_u16() {
            200..=299 | 404 | 409 | 412 | 422 => Ok(answer),
            // Servers that know no static large objects may say so in many ways; the caller looks.
            400 | 405
                if ask
                    .url
                    .query()
                    .is_some_and(|query| query.contains("manifest=put")) =>
            {
                Ok(answer)
            }
            _ => Err(self.web.refusal("The request", ask, &answer)),
        }
    }

    /// The answer if it is a good one.
    pub(super) fn good<'a>(
        &self,
        operation: &'static str,
        answer: &'a Answer,
    ) -> Result<&'a Answer> {
        match answer.status.as_u16() {
            200..=299 => Ok(answer),
            404 => Err(self.no_container()),
            status => Err(self.web.refused(operation, &format!("it answers {status}"))),
        }
    }

    pub(super) fn no_container(&self) -> TargetError {
        self.web.missing(format!("container `{}`", self.container))
    }

    /// Looks whether the container is there, and makes it if that is wanted.
    pub(super) async fn find_container(&self) -> Result<()> {
        let answer = self
            .ask_container(Method::GET, "limit=1&format=json")
            .await?;
        if answer.status != 404 {
            return self.good("Signing in", &answer).map(|_| ());
        }
        if !self.make_container {
            return Err(self.no_container());
        }
        self.put_container().await
    }

    async fn put_container(&self) -> Result<()> {
        let answer = self.ask_container(Method::PUT, "").await?;
        self.good("Making the container", &answer).map(|_| ())
    }

    /// What the quotas of container and account leave, where there are any.
    pub(super) async fn room(&self) -> Result<Option<u64>> {
        let container = self.ask_container(Method::HEAD, "").await?;
        let number = |answer: &Answer, name: &str| {
            answer
                .header(name)
                .and_then(|value| value.trim().parse::<u64>().ok())
        };
        let left = |answer: &Answer, quota: &str, used: &str| {
            Some(number(answer, quota)?.saturating_sub(number(answer, used)?))
        };
        let of_container = left(
            &container,
            "x-container-meta-quota-bytes",
            "x-container-bytes-used",
        );
        // Whoever may use a container alone is not told of the account.
        let of_account = self
            .ask(Method::HEAD, "", "", Bytes::new(), &|_| {})
            .await
            .ok()
            .and_then(|account| {
                left(
                    &account,
                    "x-account-meta-quota-bytes",
                    "x-account-bytes-used",
                )
            });
        Ok(of_container.into_iter().chain(of_account).min())
    }
}

fn address(session: &Session, rest: &str, query: &str) -> Url {
    let mut url = session.storage.clone();
    let base = url.path().trim_end_matches('/').to_owned();
    url.set_path(&if rest.is_empty() {
        base
    } else {
        format!("{base}/{rest}")
    });
    url.set_query((!query.is_empty()).then_some(query));
    url
}
