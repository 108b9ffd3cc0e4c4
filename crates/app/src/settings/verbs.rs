//! What a person can do with settings.

use url::Url;

use crate::Waybill;
use crate::view::{CommandError, SettingsView};

/// The longest time after which a catalogue may count as stale: four weeks.
const LONGEST_STALE: u32 = 28 * 24 * 60;

impl Waybill {
    /// The settings.
    pub fn settings_get(&self) -> Result<SettingsView, CommandError> {
        Ok(self.shared.settings.read().view())
    }

    /// Changes the settings.
    ///
    /// # Errors
    /// `BadInput` with `context.field`, or the file cannot be written.
    pub fn settings_set(&self, mut settings: SettingsView) -> Result<SettingsView, CommandError> {
        settings.proxy = read_proxy(settings.proxy.as_deref())?;
        if settings.stale_after_minutes == 0 || settings.stale_after_minutes > LONGEST_STALE {
            return Err(CommandError::field(
                "staleAfterMinutes",
                format!("A catalogue can count as stale after 1 to {LONGEST_STALE} minutes."),
            ));
        }
        let view = self.shared.settings.change(|stored| {
            stored.set_view(&settings);
            Ok(stored.view())
        })?;
        // The proxy may have changed.
        self.shared.clients.forget_all();
        Ok(view)
    }
}

/// Reads the address of a proxy; nothing or white space means none of its own.
pub(crate) fn read_proxy(text: Option<&str>) -> Result<Option<String>, CommandError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let wrong =
        |why: &str| CommandError::field("proxy", format!("The proxy cannot be used: {why}."));
    let url = Url::parse(&whole).map_err(|_| wrong("write it as `http://host:port`"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong("write it as `http://host:port`"));
    }
    if url.password().is_some() {
        return Err(wrong(
            "it holds a password, which would lie in the settings file in plain text; use a proxy that knows this computer",
        ));
    }
    Ok(Some(url.as_str().trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_completed_and_passwords_refused() {
        assert_eq!(read_proxy(Some("  ")).unwrap(), None);
        assert_eq!(
            read_proxy(Some("proxy.acme.com:8080")).unwrap().as_deref(),
            Some("http://proxy.acme.com:8080")
        );
        let refused = read_proxy(Some("http://ann:canary@proxy:80")).unwrap_err();
        assert_eq!(refused.context["field"], "proxy");
        assert!(!refused.message.contains("canary"));
        assert!(read_proxy(Some("ftp://proxy")).is_err());
    }
}
