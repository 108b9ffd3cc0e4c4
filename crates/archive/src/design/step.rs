//! One step of a flow.

use super::Expression;

/// What a step does. The names on the wire are recorded, their meaning is inferred from the
/// designer's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StepKind {
    /// A message starts the flow.
    Receive,
    /// The schedule starts the flow.
    ScheduleReceive,
    /// An event starts the flow.
    Subscribe,
    /// One of several operations starts the flow; each is a [`StepKind::PickReceive`] in it.
    Pick,
    /// The branch of one operation.
    PickReceive,
    /// The scope around the whole flow.
    GlobalScope,
    /// A scope.
    Scope,
    /// The handler of one fault.
    Catch,
    /// The handler of all other faults.
    CatchAll,
    /// A switch; its branches are in it.
    Router,
    /// A branch of a switch.
    Route,
    /// Repeats for each element.
    ForEach,
    /// Repeats while a condition holds.
    While,
    /// Does its branches at the same time.
    Parallel,
    /// A branch of [`StepKind::Parallel`].
    ParallelBranch,
    /// Uses a connection.
    Invoke,
    /// Maps one message to another.
    Map,
    /// Sets variables; an assignment per variable is in it.
    Assignments,
    /// Sets a variable.
    Assign,
    /// Reads, writes, lists, packs or unpacks files of the run.
    StageFile,
    /// Sends an e-mail.
    Notification,
    /// Calls a function of a library.
    Callout,
    /// Throws a fault.
    Throw,
    /// Throws the caught fault again.
    Rethrow,
    /// Waits.
    Wait,
    /// Sets variables in parts (data stitch).
    Stitch,
    /// Writes to the activity stream.
    Log,
    /// Publishes an event.
    Publish,
    /// Answers the caller.
    Reply,
    /// Ends the flow.
    Stop,
    /// Ends a fault handler.
    HandlerEnd,
    /// A remark.
    Note,
    /// Declares integration properties.
    IntegrationProperties,
    /// Declares the data about the run.
    IntegrationMetadata,
    /// Declares a variable of the whole flow.
    GlobalVariable,
    /// Something this reader does not know, by its name on the wire. What is in it is kept.
    Unknown {
        /// The name on the wire.
        kind: String,
    },
}

impl StepKind {
    pub(super) fn of(wire: &str) -> Self {
        match wire {
            "receive" => Self::Receive,
            "scheduleReceive" => Self::ScheduleReceive,
            "subscribe" => Self::Subscribe,
            "pick" => Self::Pick,
            "pickReceive" => Self::PickReceive,
            "globalTry" => Self::GlobalScope,
            "try" => Self::Scope,
            "catch" => Self::Catch,
            "catchAll" => Self::CatchAll,
            "router" | "contentBasedRouter" => Self::Router,
            "route" => Self::Route,
            "for" => Self::ForEach,
            "while" => Self::While,
            "parallel" => Self::Parallel,
            "parallelBranch" => Self::ParallelBranch,
            "invoke" => Self::Invoke,
            "transformer" => Self::Map,
            "label" => Self::Assignments,
            "assignment" => Self::Assign,
            "stageFile" => Self::StageFile,
            "notification" => Self::Notification,
            "callout" => Self::Callout,
            "throw" => Self::Throw,
            "rethrow" => Self::Rethrow,
            "wait" => Self::Wait,
            "stitch" => Self::Stitch,
            "activityStreamLogger" => Self::Log,
            "publish" => Self::Publish,
            "reply" => Self::Reply,
            "stop" => Self::Stop,
            "ehStop" => Self::HandlerEnd,
            "note" => Self::Note,
            "integrationProperties" => Self::IntegrationProperties,
            "integrationMetadata" => Self::IntegrationMetadata,
            "globalVariable" | "globalVariableDefinition" => Self::GlobalVariable,
            other => Self::Unknown {
                kind: other.to_owned(),
            },
        }
    }
}

/// One step of a flow, with what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Its short id in the flow (`i0`, `m2`); not the same in every version.
    pub id: String,
    /// What it refers to in the model (`processor_39`, `application_13/…`); not the same in every
    /// export.
    pub reference: Option<String>,
    /// Its name; where it has none of its own, that of its endpoint or variable.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The id of the endpoint it uses (`application_13`).
    pub endpoint: Option<String>,
    /// The path of its map, a key of the design's maps.
    pub map: Option<String>,
    /// Its expressions: values, parameters; of branches and loops the condition
    /// ([`Step::condition`]).
    pub expressions: Vec<Expression>,
    /// Its settings (`operation`, `chunk`, `parallel`, `apiid`, …).
    pub settings: Vec<(String, String)>,
    /// Its texts (subject and body of an e-mail).
    pub texts: Vec<Text>,
    /// Descriptions of the files it reads or writes, as JSON; they hold uploaded samples.
    pub formats: Vec<String>,
    /// The steps in it.
    pub children: Vec<Step>,
}

impl Step {
    /// The condition under which a branch of a switch is taken or a loop goes on, and for a loop
    /// over elements the expression that yields them: their only expression (recorded). The
    /// branch that is taken otherwise has the condition `true`, shown as `Else`.
    #[must_use]
    pub fn condition(&self) -> Option<&Expression> {
        match self.kind {
            StepKind::Route | StepKind::While | StepKind::ForEach => self.expressions.first(),
            _ => None,
        }
    }
}

/// A text of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What it is for (`to`, `subject`, `body`).
    pub role: String,
    /// The text; names in braces stand for expressions.
    pub text: String,
    /// The file it lies in.
    pub path: String,
}
