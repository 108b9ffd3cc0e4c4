//! What is sent with the file of a library (documented).

/// A library to register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryDefinition {
    /// Its identifier.
    pub code: String,
    /// Its version, `01.00.0000`.
    pub version: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The name of its file, which tells a `.jar` from a `.js`.
    pub file_name: String,
}

impl LibraryDefinition {
    /// `CODE|VERSION`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}|{}", self.code, self.version)
    }
}
