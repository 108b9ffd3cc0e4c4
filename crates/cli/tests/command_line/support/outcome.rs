//! How a call of the program ended.

use serde_json::Value;

/// Exit code and output of a call.
#[derive(Debug)]
pub struct Outcome {
    pub arguments: String,
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// The most memory it held at once beside its own file, in kB; 0 where the system does not say.
    pub peak_kb: u64,
}

impl Outcome {
    #[track_caller]
    pub fn expect_code(&self, code: i32) -> &Self {
        let Self {
            arguments,
            stdout,
            stderr,
            ..
        } = self;
        let stdout = tail(stdout);
        let got = self.code;
        assert_eq!(
            got,
            Some(code),
            "waybill {arguments}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }

    /// The lines of standard output, each one JSON object with a `type`.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| {
                let value: Value = serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{}: {error}: {line}", self.arguments));
                assert!(value["type"].is_string(), "{line}");
                value
            })
            .collect()
    }

    /// The last line, which has to be of this type.
    #[track_caller]
    pub fn one(&self, kind: &str) -> Value {
        let last = self.lines().pop().unwrap_or_default();
        assert_eq!(
            last["type"], kind,
            "waybill {}: {last}\n{}",
            self.arguments, self.stderr
        );
        last
    }

    /// The failure: this exit code, one line of JSON with this error code, a message and what to do,
    /// and the same words on standard error.
    #[track_caller]
    pub fn expect_error(&self, exit: i32, code: &str) -> Value {
        self.expect_code(exit);
        let errors: Vec<Value> = self
            .lines()
            .into_iter()
            .filter(|line| line["type"] == "error")
            .collect();
        assert_eq!(errors.len(), 1, "{}: {}", self.arguments, self.stdout);
        let error = self.one("error");
        assert_eq!(error["code"], code, "{}: {error}", self.arguments);
        self.expect_words(
            text(&error["message"]),
            error["guidance"].as_str().unwrap_or_default(),
        );
        error
    }

    /// A message for a person: a sentence, what to do, and nothing of the program's inside.
    #[track_caller]
    pub fn expect_words(&self, message: &str, guidance: &str) {
        for words in [message, guidance] {
            assert!(words.ends_with(['.', '`']), "{}: {words:?}", self.arguments);
            assert!(words.len() > 15, "{}: {words:?}", self.arguments);
            for inside in ["Err(", "Some(", "None", "panicked", "os error", "::"] {
                assert!(!words.contains(inside), "{}: {words}", self.arguments);
            }
        }
        let told = &self.stderr;
        assert_eq!(told.matches(message).count(), 1, "{message:?} in {told}");
        assert!(told.contains(guidance), "{guidance:?} in {told}");
        assert_eq!(told.matches("What to do:").count(), 1, "{told}");
    }
}

/// A member that has to be text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

fn tail(text: &str) -> &str {
    let start = text.len().saturating_sub(4_000);
    let start = (start..text.len()).find(|index| text.is_char_boundary(*index));
    &text[start.unwrap_or(0)..]
}
