//! The arguments of `graph` and `search`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// A place whose dependencies are shown.
#[derive(Debug, Args)]
pub struct Graph {
    /// `instance:NAME`, `snapshot:ID` or `file:PATH`.
    pub place: String,
    /// Print the drawing in this form.
    #[arg(long, value_enum, value_name = "FORM")]
    pub format: Option<FormName>,
    /// Write the drawing to a file instead. Without `--format` its ending says which form.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only this artifact with all that it needs and all that needs it: its id.
    #[arg(long, value_name = "ID")]
    pub focus: Option<String>,
    /// What a change of this artifact would reach: its id.
    #[arg(long, value_name = "ID", conflicts_with_all = ["format", "output", "focus", "unused", "missing", "cycles"])]
    pub impact: Option<String>,
    /// Only what nothing needs.
    #[arg(long)]
    pub unused: bool,
    /// Only what is needed and missing.
    #[arg(long)]
    pub missing: bool,
    /// Only what needs each other in a circle.
    #[arg(long)]
    pub cycles: bool,
}

/// The forms of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormName {
    /// For Graphviz.
    Dot,
    /// For programs.
    Json,
    /// For browsers and documents.
    Svg,
}

/// A text to look for.
#[derive(Debug, Args)]
pub struct Search {
    /// The text, at least two characters.
    pub text: String,
    /// Where: `instance:NAME`, `snapshot:ID`, `file:PATH`. Without one, in all snapshots.
    #[arg(value_name = "PLACE")]
    pub places: Vec<String>,
    /// Capital letters count.
    #[arg(long)]
    pub match_case: bool,
}
