//! What is unusual about an archive without making it unreadable.

use crate::ArchiveError;

/// What sort of thing is unusual. All of them are inferred from what untouched exports of 2016 to
/// 2026 have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OddityKind {
    /// The ZIP was not written by the service: somebody unpacked and packed it again.
    Repacked,
    /// A file manager left its own files in it (`__MACOSX`, `.DS_Store`).
    FileManagerTraces,
    /// The name of the file tells another identity than its content.
    Renamed,
    /// The service's seal was taken out, as people do to get an edited archive imported.
    SealRemoved,
    /// Attributes, folder and model disagree about the identity.
    IdentityDiffers,
    /// A file that such archives have is not there.
    Missing,
    /// A part could not be read and was passed over.
    Unreadable,
    /// A symbolic link, which was not followed.
    SymbolicLink,
    /// The design was exported unfinished or with errors.
    Incomplete,
    /// Something that this version of the reader does not know.
    Unknown,
    /// Real payloads of past runs lie in it.
    Recordings,
}

impl OddityKind {
    /// The word for it in machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Repacked => "repacked",
            Self::FileManagerTraces => "file-manager-traces",
            Self::Renamed => "renamed",
            Self::SealRemoved => "seal-removed",
            Self::IdentityDiffers => "identity-differs",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::SymbolicLink => "symbolic-link",
            Self::Incomplete => "incomplete",
            Self::Unknown => "unknown",
            Self::Recordings => "recordings",
        }
    }
}

/// One unusual thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oddity {
    /// What sort of thing.
    pub kind: OddityKind,
    /// The file inside the archive, where it is about one.
    pub path: Option<String>,
    /// What was found, in plain words.
    pub words: String,
}

impl Oddity {
    pub(crate) fn new(kind: OddityKind, words: impl Into<String>) -> Self {
        Self {
            kind,
            path: None,
            words: words.into(),
        }
    }

    pub(crate) fn at(kind: OddityKind, path: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            kind,
            path: Some(path.into()),
            words: words.into(),
        }
    }
}

/// Lets a part that cannot be read become an oddity; what endangers the reader stays an error.
pub(crate) fn tolerate<T>(
    result: Result<T, ArchiveError>,
    oddities: &mut Vec<Oddity>,
) -> Result<Option<T>, ArchiveError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(ArchiveError::DamagedFile { path, reason }) => {
            oddities.push(Oddity::at(OddityKind::Unreadable, path, reason));
            Ok(None)
        }
        Err(ArchiveError::Missing { path }) => {
            oddities.push(Oddity::at(
                OddityKind::Missing,
                path,
                "it is not in the archive",
            ));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
