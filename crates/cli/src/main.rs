//! `waybill`: the verbs of Waybill for schedulers, pipelines and people at a terminal.
//!
//! Parses, calls `waybill-app`, prints. With `--json` every line on standard output is one JSON
//! object (`docs/command-line.md` lists them); without it a person reads. Secrets come through
//! standard input or the keychain, never through arguments or the environment.

mod access_arguments;
mod arguments;
mod change_arguments;
mod clone_arguments;
mod commands;
mod compare_arguments;
mod exit;
mod graph_arguments;
mod input;
mod instance_arguments;
mod keep_arguments;
mod move_arguments;
mod output;
mod place;
mod release_arguments;
mod rotate_arguments;
mod schedule_arguments;
mod target_arguments;
mod word_arguments;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::exit::Ending;
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json, arguments.quiet);
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            output.failure(&output::internal(&format!(
                "The program could not start its threads: {error}."
            )));
            return Ending::Failed.into();
        }
    };
    let ending = runtime.block_on(commands::perform(arguments, &output));
    // A keychain call that hangs must not keep the program from ending.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    match ending {
        Ok(ending) => ending.into(),
        Err(error) => {
            output.failure(&error);
            Ending::of(&error).into()
        }
    }
}
