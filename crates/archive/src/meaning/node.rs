//! The flow of an integration as a tree of what counts.

use waybill_model::Area;

use super::fingerprint::Print;
use super::sheet::Sheet;
use super::value::{self, Value};
use crate::StepKind;

/// A step.
#[derive(Clone)]
pub(super) struct Node {
    /// Its number in the flow, in the order in which the flow is read.
    pub id: usize,
    /// What it does, in words.
    pub kind: String,
    /// What it is called, or what a person would call it.
    pub label: String,
    /// Its name, its settings, its expressions, its texts.
    pub values: Vec<Value>,
    /// The names of the values whose order counts, in their order.
    pub order: Vec<String>,
    /// Its map.
    pub sheet: Option<Sheet>,
    /// The steps in it.
    pub children: Vec<Node>,
    /// Steps in it, itself counted.
    pub size: usize,
    /// What counts of it alone, without its name.
    pub content: [u8; 32],
    /// What counts of it alone.
    pub own: [u8; 32],
    /// What counts of it and of all that is in it.
    pub deep: [u8; 32],
}

/// What a node is made of.
pub(super) struct Parts {
    pub kind: String,
    pub label: String,
    pub values: Vec<Value>,
    pub order: Vec<String>,
    pub sheet: Option<Sheet>,
}

impl Node {
    pub fn new(id: usize, mut parts: Parts, children: Vec<Self>) -> Self {
        value::tidy(&mut parts.values);
        let mut node = Self {
            id,
            kind: parts.kind,
            label: parts.label,
            values: parts.values,
            order: parts.order,
            sheet: parts.sheet,
            size: 1 + children.iter().map(|child| child.size).sum::<usize>(),
            children,
            content: [0; 32],
            own: [0; 32],
            deep: [0; 32],
        };
        node.content = node.hash(false);
        node.own = node.hash(true);
        let mut deep = Print::default();
        deep.bytes(&node.own).count(node.children.len());
        for child in &node.children {
            deep.bytes(&child.deep);
        }
        node.deep = deep.end();
        node
    }

    fn hash(&self, named: bool) -> [u8; 32] {
        let mut whole = Print::default();
        whole.word(&self.kind);
        let (mut basis, mut design) = (Print::default(), Print::default());
        if named {
            value::print("", &self.values, &mut basis, &mut design, &mut whole);
        } else {
            let rest: Vec<Value> = self
                .values
                .iter()
                .filter(|value| value.name != NAME)
                .cloned()
                .collect();
            value::print("", &rest, &mut basis, &mut design, &mut whole);
        }
        for name in &self.order {
            whole.word(name);
        }
        if let Some(sheet) = &self.sheet {
            whole.bytes(&sheet.print);
        }
        whole.end()
    }

    /// Nothing but its kind is told of it.
    pub fn is_plain(&self) -> bool {
        self.label.is_empty()
            && self.values.is_empty()
            && self.sheet.is_none()
            && self.children.is_empty()
    }

    /// Feeds what counts of it and of what is in it.
    pub fn print(&self, basis: &mut Print, design: &mut Print, whole: &mut Print) {
        for print in [&mut *design, &mut *whole] {
            print.word(&self.kind).count(self.order.len());
            for name in &self.order {
                print.word(name);
            }
            if let Some(sheet) = &self.sheet {
                print.word("map").bytes(&sheet.print);
            }
        }
        value::print(&self.label, &self.values, basis, design, whole);
        for print in [&mut *design, &mut *whole] {
            print.word("steps").count(self.children.len());
        }
        for child in &self.children {
            child.print(basis, design, whole);
        }
    }
}

/// The value that holds the name of a step.
pub(super) const NAME: &str = "Name";

/// The area of what belongs to one step.
pub(super) const AREA: Area = Area::Step;

/// What a step does, as the designer calls it.
pub(super) fn words(kind: &StepKind) -> &str {
    match kind {
        StepKind::Receive => "trigger",
        StepKind::ScheduleReceive => "schedule",
        StepKind::Subscribe => "subscription",
        StepKind::Pick => "pick",
        StepKind::PickReceive => "pick branch",
        StepKind::GlobalScope => "global scope",
        StepKind::Scope => "scope",
        StepKind::Catch => "fault handler",
        StepKind::CatchAll => "default fault handler",
        StepKind::Router => "switch",
        StepKind::Route => "switch branch",
        StepKind::ForEach => "for each",
        StepKind::While => "while",
        StepKind::Parallel => "parallel",
        StepKind::ParallelBranch => "parallel branch",
        StepKind::Invoke => "invoke",
        StepKind::Map => "map",
        StepKind::Assignments => "assign",
        StepKind::Assign => "assignment",
        StepKind::StageFile => "stage file",
        StepKind::Notification => "notification",
        StepKind::Callout => "library call",
        StepKind::Throw => "throw",
        StepKind::Rethrow => "rethrow",
        StepKind::Wait => "wait",
        StepKind::Stitch => "data stitch",
        StepKind::Log => "logger",
        StepKind::Publish => "publish",
        StepKind::Reply => "reply",
        StepKind::Stop => "stop",
        StepKind::HandlerEnd => "end of fault handler",
        StepKind::Note => "note",
        StepKind::IntegrationProperties => "integration properties",
        StepKind::IntegrationMetadata => "integration metadata",
        StepKind::GlobalVariable => "global variable",
        StepKind::Unknown { kind } => kind,
    }
}
