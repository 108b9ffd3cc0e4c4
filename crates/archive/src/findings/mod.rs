//! What an archive gives away: secrets, and strings that belong to one environment.
//!
//! Recorded: exports carry private keys, wallets, passwords in lookups, client secrets of archives
//! packed by hand, and samples with personal data. A scan finds what looks like it; what it does
//! not find is not thereby absent. Values of secrets never leave this module.

mod environment;
mod marks;
mod masking;
mod secret_names;
mod secret_pairs;
mod secret_text;
mod secret_tokens;
mod sift;
mod written;

use std::collections::HashSet;
use std::path::Path;

use crate::container::{Container, check_depth, has_ending, is_zip};
use crate::limits::Budget;
use crate::{ArchiveError, Limits, clone, folder};

pub use masking::{Cover, mask, mask_row, mask_value};
pub(crate) use masking::{covered, secret_ranges};
pub(crate) use secret_names::{is_literal, may_be_secret};

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The archive is to be treated as a secret itself.
    Warning,
    /// Worth knowing before it goes to another environment.
    Note,
}

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A private key.
    PrivateKey,
    /// A wallet or key store.
    Wallet,
    /// A password, client secret or token with a value.
    Password,
    /// A token of a sign-in, by its shape.
    Token,
    /// Payloads of past runs.
    Recording,
    /// The archive of a whole instance, credentials included.
    WholeInstance,
    /// A host of Oracle's cloud: an instance, a pod of Fusion Applications.
    Pod,
    /// Another host.
    Host,
    /// An e-mail address.
    EmailAddress,
    /// A folder or file of some machine.
    Path,
    /// A time zone.
    Zone,
    /// A file that could not be looked through.
    NotScanned,
}

impl Rule {
    /// The word for it in machine-readable output.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PrivateKey => "private-key",
            Self::Wallet => "wallet",
            Self::Password => "password",
            Self::Token => "token",
            Self::Recording => "recording",
            Self::WholeInstance => "whole-instance",
            Self::Pod => "pod",
            Self::Host => "host",
            Self::EmailAddress => "email-address",
            Self::Path => "path",
            Self::Zone => "zone",
            Self::NotScanned => "not-scanned",
        }
    }

    /// How much a finding of it weighs.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::PrivateKey
            | Self::Wallet
            | Self::Password
            | Self::Token
            | Self::Recording
            | Self::WholeInstance
            | Self::NotScanned => Severity::Warning,
            Self::Pod | Self::Host | Self::EmailAddress | Self::Path | Self::Zone => Severity::Note,
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// What it is.
    pub rule: Rule,
    /// The file, with the archives around it.
    pub path: String,
    /// Where in the file: a property, a row and column, a variable.
    pub place: String,
    /// What was found: strings of an environment as they are, secrets as dots.
    pub shown: String,
}

impl Finding {
    /// That the file as a whole is the archive of an instance, for files that are known for one by
    /// their name alone.
    #[must_use]
    pub fn whole_instance() -> Self {
        Self {
            severity: Rule::WholeInstance.severity(),
            rule: Rule::WholeInstance,
            path: String::new(),
            place: String::new(),
            shown: String::new(),
        }
    }
}

/// Findings in one archive; more are a sign that the file is no design.
const MOST: usize = 20_000;

/// Looks through an archive and all archives in it.
pub fn findings(bytes: &[u8], limits: Limits) -> Result<Vec<Finding>, ArchiveError> {
    let mut found = Vec::new();
    let mut budget = Budget::new(limits, bytes.len() as u64, false);
    if is_zip(bytes) {
        look_through(bytes, "", 1, &mut budget, &mut found)?;
    } else {
        sift::file("file", bytes, &mut Found::new("file", &mut found));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Looks through a folder and all archives in it, packed and unpacked.
pub fn findings_in_folder(path: &Path, limits: Limits) -> Result<Vec<Finding>, ArchiveError> {
    let (mut container, mut budget) = folder::open(path, limits, false)?;
    findings_in(&mut container, &mut budget)
}

/// Looks through what was opened, and all archives in it.
pub(crate) fn findings_in(
    container: &mut Container<'_>,
    budget: &mut Budget,
) -> Result<Vec<Finding>, ArchiveError> {
    let mut found = Vec::new();
    look_in(container, "", 1, budget, &mut found)?;
    found.sort();
    found.dedup();
    Ok(found)
}

/// The values of the secrets in one file, as the findings count them.
pub(crate) fn secret_values(name: &str, text: &str) -> HashSet<String> {
    let mut values = HashSet::new();
    sift::file(name, text.as_bytes(), &mut Found::values(&mut values));
    values
}

fn look_through(
    bytes: &[u8],
    prefix: &str,
    depth: usize,
    budget: &mut Budget,
    found: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    check_depth(depth, budget)?;
    let mut container = Container::open(bytes, budget)?;
    look_in(&mut container, prefix, depth, budget, found)
}

fn look_in(
    container: &mut Container<'_>,
    prefix: &str,
    depth: usize,
    budget: &mut Budget,
    found: &mut Vec<Finding>,
) -> Result<(), ArchiveError> {
    if clone::is_one(container) {
        let around = prefix.trim_end_matches('/');
        Found::new(around, found).add(Rule::WholeInstance, "", "");
    }
    let names: Vec<String> = container.names().map(str::to_owned).collect();
    for name in names {
        if found.len() >= MOST {
            return Ok(());
        }
        let path = format!("{prefix}{name}");
        let inner = match container.read(&name, budget) {
            Ok(inner) => inner,
            Err(ArchiveError::DamagedFile { .. }) => {
                Found::new(&path, found).add(Rule::NotScanned, "", "");
                continue;
            }
            Err(error) => return Err(error),
        };
        if is_zip(&inner) && !has_ending(&name, "xlsx") && !has_ending(&name, "docx") {
            match look_through(&inner, &format!("{path}/"), depth + 1, budget, found) {
                Err(ArchiveError::Damaged { .. }) => {
                    Found::new(&path, found).add(Rule::NotScanned, "", "");
                }
                other => other?,
            }
        } else {
            sift::file(&name, &inner, &mut Found::new(&path, found));
        }
    }
    Ok(())
}

/// Takes down what is found in one file.
pub(crate) struct Found<'list> {
    path: String,
    to: To<'list>,
    /// What comes is known to hold no secrets by itself.
    quiet: bool,
}

enum To<'list> {
    /// What is reported, without the values of secrets.
    Report(&'list mut Vec<Finding>),
    /// The values of secrets alone, for those who put dots in their places.
    Values(&'list mut HashSet<String>),
}

impl<'list> Found<'list> {
    fn new(path: &str, list: &'list mut Vec<Finding>) -> Self {
        Self {
            path: short(path, 1_000).to_owned(),
            to: To::Report(list),
            quiet: false,
        }
    }

    fn values(list: &'list mut HashSet<String>) -> Self {
        Self {
            path: String::new(),
            to: To::Values(list),
            quiet: false,
        }
    }

    /// Whether running text needs no look for secrets.
    fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether more than secrets is wanted.
    fn reports(&self) -> bool {
        matches!(self.to, To::Report(_))
    }

    fn add(&mut self, rule: Rule, place: &str, shown: &str) {
        if let To::Report(list) = &mut self.to
            && list.len() < MOST
        {
            list.push(Finding {
                severity: rule.severity(),
                rule,
                path: self.path.clone(),
                place: short(place, 200).to_owned(),
                shown: short(shown, 400).to_owned(),
            });
        }
    }

    /// A secret: only its length is told.
    fn secret(&mut self, rule: Rule, place: &str, value: &str) {
        match &mut self.to {
            To::Report(_) => self.add(rule, place, &masking::masked(value)),
            To::Values(values) => {
                if !values.contains(value) {
                    values.insert(value.to_owned());
                }
            }
        }
    }
}

/// The beginning of a text, for names that a hostile archive makes endless.
fn short(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
