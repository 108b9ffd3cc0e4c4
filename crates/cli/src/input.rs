//! Secrets from standard input, a line each, in the order the options are documented in.

use std::io::{self, BufRead, IsTerminal, Write};

use secrecy::SecretString;
use waybill_app::view::CommandError;

use crate::output::bad_input;

/// Asks on a terminal without echo, or takes the next line of standard input.
pub fn secret(what: &str, from_stdin: bool) -> Result<SecretString, CommandError> {
    if from_stdin {
        let mut line = String::new();
        let read = io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| bad_input(&format!("Standard input could not be read: {error}.")))?;
        let value = line.trim_end_matches(['\r', '\n']).to_owned();
        if read == 0 || value.is_empty() {
            return Err(bad_input(&format!(
                "Standard input ended before the {what} came. Give one line for each secret asked for."
            )));
        }
        return Ok(SecretString::from(value));
    }
    if !io::stdin().is_terminal() {
        return Err(bad_input(&format!(
            "The {what} is needed and there is no terminal to ask on. Pass it through standard input."
        )));
    }
    let _ = io::stderr().flush();
    rpassword::prompt_password(format!("{what}: "))
        .map(SecretString::from)
        .map_err(|error| bad_input(&format!("The {what} could not be read: {error}.")))
}

/// The answer to a question, from a terminal or the next line of standard input.
pub fn asked(question: &str) -> Result<String, CommandError> {
    if io::stdin().is_terminal() {
        let _ = write!(io::stderr(), "{question}: ");
        let _ = io::stderr().flush();
    }
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| bad_input(&format!("Standard input could not be read: {error}.")))?;
    Ok(answer.trim().to_owned())
}

/// The next line of standard input; `None` at its end.
pub fn line() -> Result<Option<SecretString>, CommandError> {
    let mut line = String::new();
    let read = io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| bad_input(&format!("Standard input could not be read: {error}.")))?;
    Ok((read > 0).then(|| SecretString::from(line.trim_end_matches(['\r', '\n']).to_owned())))
}
