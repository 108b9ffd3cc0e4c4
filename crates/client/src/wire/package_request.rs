//! What is sent about packages.

use serde::Serialize;

/// What a copy of a package is called. The service requires the name (documented); of the rest of the
/// body only the name of one member is public.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageClone {
    /// Its name.
    pub name: String,
    /// Which of its integrations are copied (`CODE|VERSION`); all where none is named (inferred).
    #[serde(rename = "listOfIntegrationsId", skip_serializing_if = "Vec::is_empty")]
    pub integrations: Vec<String>,
}

/// What a package holds from now on ("Update Package Dependencies").
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackageUpdate {
    /// Its name.
    pub name: String,
    /// Its integrations.
    pub integrations: Vec<PackageMember>,
}

/// An integration of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackageMember {
    /// Its identifier.
    pub code: String,
    /// Its version.
    pub version: String,
}

/// What of a package is exported (all documented by name alone).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageExport {
    /// `includeRecordingFlag`.
    pub include_recording: Option<bool>,
    /// `bartatype`: `BA`, `R` or `TA` for accelerators and recipes.
    pub barta_type: Option<String>,
    /// `builtby`: who built it.
    pub built_by: Option<String>,
    /// `isClone`.
    pub is_clone: Option<bool>,
    /// `isView`.
    pub is_view: Option<bool>,
    /// `prebuilt` (Gen 2 alone).
    pub prebuilt: Option<bool>,
}
