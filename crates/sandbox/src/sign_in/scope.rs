//! What scopes stand for: an instance's developer calls, its runtime, the identity domain itself.

use crate::house::{House, Resident};

use super::client::Caller;

/// The scope of the identity domain's own calls (documented).
const DOMAIN: &str = "urn:opc:idm:__myscopes__";

/// What a text of scopes asks for.
pub(crate) struct Wanted<'house> {
    pub audience: Vec<&'house Resident>,
    pub offline: bool,
    /// The scopes as the claim `scope` shows them: without the host before them (recorded).
    pub shown: String,
}

/// Reads the scopes of a request; `None` where one is unknown or not the client's.
pub(crate) fn wanted<'house>(
    house: &'house House,
    caller: &Caller,
    text: &str,
) -> Option<Wanted<'house>> {
    let mut audience: Vec<&Resident> = Vec::new();
    let mut shown: Vec<&str> = Vec::new();
    let (mut offline, mut domain) = (false, false);
    for scope in text.split_whitespace() {
        match scope {
            "offline_access" => offline = true,
            "openid" => {}
            DOMAIN => {
                domain = true;
                shown.push(DOMAIN);
            }
            _ => {
                let resident = house.residents.iter().find(|resident| {
                    resident.scopes().iter().any(|own| own == scope) && caller.knows(&resident.name)
                })?;
                let suffix = scope.split_once(":443").map_or(scope, |(_, suffix)| suffix);
                if !shown.contains(&suffix) {
                    shown.push(suffix);
                }
                if !audience.iter().any(|one| one.name == resident.name) {
                    audience.push(resident);
                }
            }
        }
    }
    (domain || !audience.is_empty()).then(|| Wanted {
        audience,
        offline,
        shown: shown.join(" "),
    })
}
