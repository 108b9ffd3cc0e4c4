//! What the walks through the window stand on.

mod accessibility;
mod changes;
mod drag;
mod entering;
mod keychain;
pub mod made;
mod moves;
mod native_dialog;
pub mod night;
mod pictures;
mod practice;
mod program;
mod stand;
mod turn;
mod untrusted_door;
mod user;

pub use accessibility::Review;
pub use changes::{
    carry_out, choose_from_menu, close, enter_on, explore, find, leave_artifact, plan, row_reads,
};
pub use drag::Drag;
pub use entering::{allow_changes, enter_values};
pub use moves::{
    at_step, begin_move, checked, choose, count, go_on, has_run, on_to_review, read_warnings,
    report, run_it, step_address,
};
pub use native_dialog::{cancel_dialog, close_window, open_file, save_as, window_is_shown};
pub use pictures::Pictures;
pub use practice::{choose_sign_in, is_backed_up, open_integration, practise_and_back_up};
pub use program::{Program, test};
pub use stand::{Stand, oic3};
pub use turn::in_turn;
pub use untrusted_door::open_untrusted_door;
pub use user::{User, canary};
