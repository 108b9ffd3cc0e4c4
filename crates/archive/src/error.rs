//! What can be wrong with an archive.

/// A bound of [`Limits`](crate::Limits) that an archive exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// Too many files in it.
    Entries,
    /// One file inflates to too many bytes.
    EntryBytes,
    /// All files together inflate to too many bytes.
    TotalBytes,
    /// A file inflates to so many times its packed size that it can only be an attack.
    Ratio,
    /// Archives in archives in archives.
    Depth,
    /// Archives and libraries inside it take more memory than it is worth.
    KeptBytes,
}

impl std::fmt::Display for Excess {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Entries => "it holds too many files",
            Self::EntryBytes => "a file in it is too large when unpacked",
            Self::TotalBytes => "it is too large when unpacked",
            Self::Ratio => "a file in it unpacks to an implausible size",
            Self::Depth => "archives are nested too deeply in it",
            Self::KeptBytes => "the archives inside it would take too much memory",
        })
    }
}

/// Why an archive could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// The bytes are none of the known formats.
    #[error("the file is no archive of Oracle Integration: {reason}")]
    NotAnArchive {
        /// What was found instead.
        reason: String,
    },
    /// The ZIP structure is broken or cut off.
    #[error("the archive is damaged or incomplete: {reason}")]
    Damaged {
        /// What the ZIP reader says.
        reason: String,
    },
    /// One file in the archive cannot be read.
    #[error("`{path}` in the archive cannot be read: {reason}")]
    DamagedFile {
        /// The name inside the archive.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file that every archive of this kind has is missing.
    #[error("the archive has no `{path}`, so what it holds cannot be told")]
    Missing {
        /// The name that was looked for.
        path: String,
    },
    /// A name in the archive points outside of it.
    #[error("the archive holds a file with the unsafe name `{name}`; it was not read")]
    UnsafeName {
        /// The name as it stands in the archive.
        name: String,
    },
    /// The archive contradicts itself in a way that only a made one does: two files of one name,
    /// files lying in each other, headers that disagree.
    #[error("the archive was not read because {reason}")]
    Deceptive {
        /// The contradiction.
        reason: String,
    },
    /// The archive is larger than anything Oracle Integration makes.
    #[error("the archive was not read because {0}")]
    TooLarge(Excess),
}

impl ArchiveError {
    pub(crate) fn file(path: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        Self::DamagedFile {
            path: path.into(),
            reason: reason.to_string(),
        }
    }
}
