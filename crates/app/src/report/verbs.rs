//! Writing pages.

use std::path::{Path, PathBuf};
use std::sync::mpsc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::{comparison_page, inspection_page};
use crate::Waybill;
use crate::storage::save_file;
use crate::view::{
    CommandError, CompareView, ComparedRow, DifferenceView, ErrorCode, InspectAnswer, PlaceRef,
    SavedFile, Verdict, WorkProgress,
};

/// So many differences are explained in a page; the list names all of them.
const EXPLAINED: usize = 400;

impl Waybill {
    /// Writes what files and folders hold as a page.
    ///
    /// # Errors
    /// `FileFailed` where the page cannot be written; `Cancelled`.
    pub async fn inspect_write(
        &self,
        paths: Vec<PathBuf>,
        page: &Path,
        cancel: CancellationToken,
    ) -> Result<SavedFile, CommandError> {
        let (sender, answers) = mpsc::channel();
        let hand_over = move |answer| drop(sender.send(answer));
        self.inspect_all(paths, true, hand_over, cancel).await?;
        let answers: Vec<InspectAnswer> = answers.into_iter().collect();
        write_inspection(&answers, page, self.shared.clock.now())
    }

    /// Compares two places and writes that as a page.
    ///
    /// # Errors
    /// As [`Waybill::compare`] and [`Waybill::write_comparison`].
    pub async fn compare_write(
        &self,
        left: &PlaceRef,
        right: &PlaceRef,
        page: &Path,
        cancel: CancellationToken,
    ) -> Result<SavedFile, CommandError> {
        let view = self
            .compare(left, right, false, &|_| {}, cancel.clone())
            .await?;
        self.write_comparison(&view, page, &|_| {}, cancel).await
    }

    /// Writes a comparison as a page, with the differences explained of what is different by design
    /// or by environment: the first 400 of them.
    ///
    /// # Errors
    /// `FileFailed` where the page cannot be written; `Cancelled`; the failures of the places.
    pub async fn write_comparison(
        &self,
        view: &CompareView,
        page: &Path,
        progress: &(dyn Fn(WorkProgress) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<SavedFile, CommandError> {
        let rows: Vec<&ComparedRow> = view
            .rows
            .iter()
            .filter(|row| matches!(row.verdict, Verdict::Different | Verdict::Environment))
            .collect();
        let total = rows.len().min(EXPLAINED);
        let mut differences: Vec<DifferenceView> = Vec::with_capacity(total);
        for row in rows.into_iter().take(EXPLAINED) {
            progress(WorkProgress {
                doing: "Explaining the differences".to_owned(),
                done: u32::try_from(differences.len()).unwrap_or(u32::MAX),
                total: u32::try_from(total).ok(),
            });
            let (left, right) = (&view.left.place, &view.right.place);
            let one = self.difference(left, &row.id, right, &row.id);
            let Some(difference) = cancel.run_until_cancelled(one).await else {
                let words = "Writing the page was cancelled.";
                return Err(CommandError::new(ErrorCode::Cancelled, words));
            };
            differences.push(difference?);
        }
        save_file(
            page,
            comparison_page(view, &differences, &seconds(self.shared.clock.now())).as_bytes(),
        )
    }
}

/// Writes answers of an inspection as a page.
///
/// # Errors
/// `FileFailed` where the page cannot be written.
pub fn write_inspection(
    answers: &[InspectAnswer],
    page: &Path,
    made_at: Timestamp,
) -> Result<SavedFile, CommandError> {
    save_file(page, inspection_page(answers, &seconds(made_at)).as_bytes())
}

/// A moment without parts of a second.
fn seconds(at: Timestamp) -> String {
    format!("{at:.0}")
}
