//! What was given out: access tokens, refresh tokens, and codes of sign-ins that just took place.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::house::hold;
use crate::role::Role;

/// What a sign-in allows, and to whom.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// The id of the application.
    pub client: String,
    /// The person who signed in; nobody for client credentials.
    pub person: Option<String>,
    pub roles: Vec<Role>,
    /// The instances (by name on the wire) it is good for.
    pub audience: Vec<String>,
    /// The scopes as they were asked for.
    pub scope: String,
    /// Whether a refresh token goes with it.
    pub offline: bool,
}

/// A token that was given out.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub grant: Grant,
    pub ends: Instant,
}

/// A code on its way from the browser to the application.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub grant: Grant,
    pub redirect: String,
    /// What the verifier has to hash to.
    pub challenge: Option<String>,
    pub ends: Instant,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<Given>);

#[derive(Debug, Default)]
struct Given {
    access: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Token>,
    codes: BTreeMap<String, Code>,
}

impl Tokens {
    pub fn keep_access(&self, text: String, token: Token) {
        hold(&self.0).access.insert(text, token);
    }

    pub fn keep_refresh(&self, text: String, token: Token) {
        hold(&self.0).refresh.insert(text, token);
    }

    pub fn keep_code(&self, text: String, code: Code) {
        hold(&self.0).codes.insert(text, code);
    }

    /// What a token allows that has not ended.
    pub fn access(&self, text: &str) -> Option<Grant> {
        hold(&self.0)
            .access
            .get(text)
            .filter(|token| token.ends > Instant::now())
            .map(|token| token.grant.clone())
    }

    /// Takes a refresh token that has not ended: it serves once.
    pub fn take_refresh(&self, text: &str, client: &str) -> Option<Grant> {
        let mut given = hold(&self.0);
        if given.refresh.get(text)?.grant.client != client {
            return None;
        }
        let token = given.refresh.remove(text)?;
        (token.ends > Instant::now()).then_some(token.grant)
    }

    /// Takes a code: it serves once, whether or not the rest of the request is right.
    pub fn take_code(&self, text: &str) -> Option<Code> {
        let code = hold(&self.0).codes.remove(text)?;
        (code.ends > Instant::now()).then_some(code)
    }

    /// Ends every access token.
    pub fn expire(&self) {
        hold(&self.0).access.clear();
    }

    /// Ends every refresh token, as an administrator can.
    pub fn revoke(&self) {
        hold(&self.0).refresh.clear();
    }
}
