//! What was found, as pages of HTML that can be read, printed and sent: each one file, with
//! nothing loaded from elsewhere and no script.

mod comparison;
mod differences;
mod inspection;
mod page;
mod verbs;

pub use comparison::comparison_page;
pub use inspection::inspection_page;
pub use verbs::write_inspection;
