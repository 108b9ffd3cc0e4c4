//! What was found, as pages of HTML that can be read, printed and sent: each one file, with
//! nothing loaded from elsewhere and no script.

mod comparison;
mod differences;
mod inspection;
mod page;
mod run;
mod spreadsheet;
mod verbs;
mod waybill;

pub use comparison::comparison_page;
pub use inspection::inspection_page;
pub(crate) use page::{moment as page_moment, page as evidence_page};
pub use run::report_page;
pub(crate) use run::{report_hash, report_json, report_table};
pub(crate) use spreadsheet::{UTF8_MARK, row};
pub use verbs::write_inspection;
pub use waybill::waybill_page;
pub(crate) use waybill::waybill_table;
