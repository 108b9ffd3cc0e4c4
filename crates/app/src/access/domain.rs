//! The users and groups of the identity domain of an instance.

use url::Url;
use waybill_engine::access::{Directory, Identity};

use crate::Waybill;
use crate::places::blocking;
use crate::settings::StoredInstance;
use crate::view::{CommandError, SignInForm};

impl Waybill {
    /// The users and groups of the instance's identity domain, read now, and kept for the time when it
    /// cannot be read.
    ///
    /// # Errors
    /// `NotOffered` for a way of signing in that gives no token for the domain, `RightMissing` where the
    /// application may not look at it, and the failures of any call.
    pub(crate) async fn directory_of(
        &self,
        instance: &StoredInstance,
    ) -> Result<Directory, CommandError> {
        let domain = self.identity_domain_of(instance).await?;
        let read = async { futures::try_join!(domain.users(None), domain.groups(None)) };
        let (users, groups) = Box::pin(read).await?;
        let users = users.iter().map(|read| Identity::from(&read.value));
        let groups = groups.iter().map(|read| Identity::from(&read.value));
        let all: Vec<Identity> = users
            .chain(groups)
            .filter(|own| !own.id.is_empty())
            .collect();
        if let Some(name) = domain_name(&self.located(instance)?) {
            let (journal, kept) = (self.shared.journal.clone(), all.clone());
            blocking(move || journal.keep_identities(&name, &kept)).await?;
        }
        Ok(Directory::of(all))
    }

    /// The same, or what is known from an earlier time where it cannot be read, with the reason. Empty
    /// where nothing is known.
    pub(super) async fn directory_as_known(
        &self,
        instance: &StoredInstance,
    ) -> Result<(Directory, Option<CommandError>), CommandError> {
        let error = match self.directory_of(instance).await {
            Ok(directory) => return Ok((directory, None)),
            Err(error) => error,
        };
        let name = self.located(instance).ok().as_ref().and_then(domain_name);
        let Some(name) = name else {
            return Ok((Directory::default(), Some(error)));
        };
        let journal = self.shared.journal.clone();
        let kept = blocking(move || journal.identities(&name)).await?;
        Ok((Directory::of(kept), Some(error)))
    }
}

/// The identity domain of an instance by the host (and port, where it is another than the usual) of its
/// token endpoint; none for a sign-in that has none.
pub(super) fn domain_name(instance: &StoredInstance) -> Option<String> {
    let token_url = match &instance.sign_in {
        SignInForm::ClientCredentials { token_url, .. }
        | SignInForm::AuthorizationCode { token_url, .. }
        | SignInForm::JwtAssertion { token_url, .. }
        | SignInForm::Password { token_url, .. } => token_url,
        SignInForm::Basic { .. } => return None,
    };
    let url = Url::parse(token_url).ok()?;
    let host = url.host_str()?.to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}
