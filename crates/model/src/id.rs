//! The name of an artifact inside one place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ArtifactKind, Scope};

/// Kind, scope, code and, where it has one, version. Unique within a place.
///
/// Written as `kind:CODE`, `kind:CODE|VERSION` or `PROJECT/kind:CODE|VERSION`. Codes may hold any
/// character; a version never holds `|`, a project code never holds `/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, TS)]
#[ts(export, type = "string")]
pub struct ArtifactId {
    /// What it is.
    pub kind: ArtifactKind,
    /// Where in the instance it lives.
    pub scope: Scope,
    /// Its identifier, as Oracle Integration spells it.
    pub code: String,
    /// Its version (`01.02.0003`), for the kinds that have one.
    pub version: Option<String>,
}

impl ArtifactId {
    /// An artifact outside all projects.
    #[must_use]
    pub fn global(kind: ArtifactKind, code: impl Into<String>, version: Option<&str>) -> Self {
        Self {
            kind,
            scope: Scope::Global,
            code: code.into(),
            version: version.map(str::to_owned),
        }
    }

    /// An artifact inside a project.
    #[must_use]
    pub fn in_project(
        project: impl Into<String>,
        kind: ArtifactKind,
        code: impl Into<String>,
        version: Option<&str>,
    ) -> Self {
        Self {
            kind,
            scope: Scope::Project(project.into()),
            code: code.into(),
            version: version.map(str::to_owned),
        }
    }

    /// Code and version as Oracle Integration writes them: `CODE|VERSION`, or the code alone.
    #[must_use]
    pub fn wire(&self) -> String {
        match &self.version {
            Some(version) => format!("{}|{version}", self.code),
            None => self.code.clone(),
        }
    }
}

impl fmt::Display for ArtifactId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Scope::Project(project) = &self.scope {
            write!(formatter, "{project}/")?;
        }
        write!(formatter, "{}:{}", self.kind, self.code)?;
        if let Some(version) = &self.version {
            write!(formatter, "|{version}")?;
        }
        Ok(())
    }
}

/// The text is not the name of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` does not name an artifact; write `kind:CODE`, `kind:CODE|VERSION` or `PROJECT/kind:CODE|VERSION`"
)]
pub struct ParseIdError {
    /// What was given.
    pub text: String,
}

impl FromStr for ArtifactId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let wrong = || ParseIdError {
            text: text.to_owned(),
        };
        let (head, wire) = text.split_once(':').ok_or_else(wrong)?;
        let (scope, kind) = match head.rsplit_once('/') {
            Some((project, kind)) if !project.is_empty() => {
                (Scope::Project(project.to_owned()), kind)
            }
            Some(_) => return Err(wrong()),
            None => (Scope::Global, head),
        };
        let kind: ArtifactKind = kind.parse().map_err(|_| wrong())?;
        let (code, version) = match wire.rsplit_once('|') {
            Some((code, version)) if kind.is_versioned() => (code, Some(version.to_owned())),
            _ => (wire, None),
        };
        if code.is_empty() {
            return Err(wrong());
        }
        Ok(Self {
            kind,
            scope,
            code: code.to_owned(),
            version,
        })
    }
}

impl Serialize for ArtifactId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ArtifactId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in proptest::sample::select(ArtifactKind::ALL.to_vec()),
            project in proptest::option::of("[A-Z][A-Z0-9_]{0,20}"),
            code in "[A-Za-z0-9_. |:/%-]{1,40}",
            version in "[0-9]{2}\\.[0-9]{2}\\.[0-9]{4}",
        ) {
            let id = ArtifactId {
                kind,
                scope: project.map_or(Scope::Global, Scope::Project),
                code,
                version: kind.is_versioned().then_some(version),
            };
            prop_assert_eq!(id.to_string().parse::<ArtifactId>(), Ok(id));
        }
    }

    #[test]
    fn certificate_codes_keep_their_bars() {
        let id: ArtifactId = "certificate:USER|PGP|PUBLIC|BANK".parse().expect("a name");
        assert_eq!(id.code, "USER|PGP|PUBLIC|BANK");
        assert_eq!(id.version, None);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "integration",
            "thing:X",
            "/integration:X",
            "integration:",
        ] {
            assert!(text.parse::<ArtifactId>().is_err(), "{text}");
        }
    }
}
