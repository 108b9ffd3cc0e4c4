//! How two artifacts differ, in the words of the designer.
//!
//! All texts in these types may be shown: what may be a secret has been replaced by dots before.
//! The two that are compared are `left` and `right`, in the order in which they were named.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What sort of difference it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum DifferenceClass {
    /// Somebody designed it differently.
    Design,
    /// Environments differ by design: addresses, users, zones.
    Environment,
    /// How it stands, not what it is: active or not, its package, its lock.
    State,
}

/// What part of an artifact differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum Area {
    /// Name, description, style, keywords.
    About,
    /// A use of a connection: which, operation, settings.
    Endpoint,
    /// The flow: steps added, removed, moved, changed.
    Flow,
    /// A map, by the fields of its target.
    Map,
    /// Expressions, texts and settings of one step.
    Step,
    /// Tracking variables.
    Tracking,
    /// Parameters of a schedule with their defaults.
    Parameters,
    /// Integration properties.
    Properties,
    /// The rows of a lookup.
    Rows,
    /// The functions of a library.
    Functions,
    /// When it runs.
    Schedule,
    /// The settings of a connection.
    Connection,
    /// Files attached to a connection.
    Attachments,
    /// What it is made of: integrations of a package, of a deployment, members of an access list.
    Members,
    /// State, lock, package, dates.
    State,
    /// Anything else that a place tells of it.
    Other,
}

/// How one thing differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub enum ChangeKind {
    /// The left one has it alone.
    OnlyLeft,
    /// The right one has it alone.
    OnlyRight,
    /// Both have it, not the same.
    Changed,
    /// Both have it, at different places.
    Moved,
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// The other side has something else here.
    pub changed: bool,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct Change {
    /// How.
    pub kind: ChangeKind,
    /// What: a field, a setting, a step, a function.
    pub name: String,
    /// What is to be known of it beside its values: the kind of a step, where it moved.
    pub detail: Option<String>,
    /// What the left one has.
    pub left: Option<Vec<Piece>>,
    /// What the right one has.
    pub right: Option<Vec<Piece>>,
    /// The values may be secret and are shown as dots.
    pub masked: bool,
}

/// A column of a lookup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct ColumnDifference {
    /// Its name.
    pub name: String,
    /// How it differs; none if both have it.
    pub change: Option<ChangeKind>,
}

/// A cell of a lookup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct CellDifference {
    /// What the left one has.
    pub left: Option<String>,
    /// What the right one has.
    pub right: Option<String>,
    /// They are not the same.
    pub changed: bool,
}

/// A row of a lookup that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RowDifference {
    /// How.
    pub kind: ChangeKind,
    /// A cell for each column.
    pub cells: Vec<CellDifference>,
}

/// Two lookups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TableDifference {
    /// The columns of both.
    pub columns: Vec<ColumnDifference>,
    /// The rows that differ.
    pub rows: Vec<RowDifference>,
}

/// What differs in one part of an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct Section {
    /// Names it within its difference, to ask for its text.
    pub key: String,
    /// Which part.
    pub area: Area,
    /// What sort of difference.
    pub class: DifferenceClass,
    /// The name of the part: of a step, an endpoint, a schedule. Empty where the area says all.
    pub title: String,
    /// The names of the steps around it, outermost first.
    pub within: Vec<String>,
    /// What differs.
    pub changes: Vec<Change>,
    /// How many fields, steps, rows, settings of it are the same.
    pub same: u32,
    /// The rows, if it is a lookup.
    pub table: Option<TableDifference>,
    /// The text of both can be laid side by side.
    pub has_text: bool,
}

/// How two artifacts differ. Empty sections: they mean the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Difference {
    /// What differs, in the order in which a person reads it.
    pub sections: Vec<Section>,
    /// What was not compared, because one of the two does not tell it; in plain words.
    pub not_compared: Vec<String>,
}

impl Difference {
    /// Something of this class differs.
    #[must_use]
    pub fn has(&self, class: DifferenceClass) -> bool {
        self.sections.iter().any(|section| section.class == class)
    }
}

/// One side of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LineSide {
    /// Its number, from 1.
    pub number: u32,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// A line of two texts laid side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export, optional_fields)]
pub struct TextLine {
    /// The left one's.
    pub left: Option<LineSide>,
    /// The right one's.
    pub right: Option<LineSide>,
    /// They are not the same.
    pub changed: bool,
    /// So many lines, the same in both, are left out before this one.
    pub skipped: u32,
}

/// Two texts side by side: the lines that differ and some around them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TextDifference {
    /// What the texts are.
    pub title: String,
    /// The lines.
    pub lines: Vec<TextLine>,
    /// So many lines, the same in both, come after the last one.
    pub skipped_after: u32,
    /// There are more differences than are shown.
    pub cut_off: bool,
}
