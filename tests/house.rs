//! The rules of the house, held by tests: which crate may use which, how long a file may be, what
//! files may not be called, and who may import the desktop framework. Each says how to put right
//! what it finds.

mod house {
    pub mod commands;
    pub mod files;
    pub mod floors;
    pub mod writes;
}
