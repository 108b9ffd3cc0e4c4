//! What the checks found: planning itself, and the checks over the plan.

use serde::{Deserialize, Serialize};
use waybill_model::ArtifactId;

use crate::change::Severity;

/// What can be done about a finding from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Fix {
    /// Enter the values of a connection.
    EnterValues {
        /// Which.
        connection: ArtifactId,
    },
    /// Test a connection.
    TestConnection {
        /// Which.
        connection: ArtifactId,
    },
    /// Stop a schedule.
    StopSchedule {
        /// Which.
        schedule: ArtifactId,
    },
    /// Give the file of a certificate.
    UploadCertificate {
        /// Which.
        certificate: ArtifactId,
    },
    /// Take an artifact of the source along.
    Add {
        /// Which, by its name in the source.
        artifact: ArtifactId,
    },
    /// Leave an artifact out.
    LeaveOut {
        /// Which, by its name in the source.
        artifact: ArtifactId,
    },
    /// Allow changes in the destination.
    AllowChanges,
}

/// Somebody read a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Acknowledgement {
    /// Who.
    pub by: String,
    /// When (RFC 3339).
    pub at: String,
}

/// One result of the checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The name of the check; it stays the same over versions of the program.
    pub rule: String,
    /// How weighty.
    pub severity: Severity,
    /// Which artifact it is about, by its name in the destination.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<ArtifactId>,
    /// What was found, in a sentence.
    pub text: String,
    /// What it means and how to put it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    /// What can be done about it from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// Who read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
}

impl Finding {
    /// A finding of a check.
    #[must_use]
    pub fn new(rule: &str, severity: Severity, text: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            subject: None,
            text: text.into(),
            guidance: None,
            fix: None,
            acknowledged: None,
        }
    }

    /// About this artifact.
    #[must_use]
    pub fn about(mut self, subject: &ArtifactId) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// With what it means and how to put it right.
    #[must_use]
    pub fn guided(mut self, guidance: impl Into<String>) -> Self {
        self.guidance = Some(guidance.into());
        self
    }

    /// With what can be done about it from here.
    #[must_use]
    pub fn fixed_by(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Whether it keeps the waybill from being run: it blocks, or is a warning that nobody has read.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        match self.severity {
            Severity::Blocking => true,
            Severity::Warning => self.acknowledged.is_none(),
            Severity::Note => false,
        }
    }
}
