//! Two meanings laid side by side, section by section in the order in which a person reads them.

use std::collections::{BTreeMap, BTreeSet};

use waybill_model::{
    Area, Change, ChangeKind, Difference, DifferenceClass, Section, TableDifference, TextDifference,
};

use super::flow::{self, Paired};
use super::node::Node;
use super::rows::{script_rows, sheet_rows, value_rows};
use super::sheet::Sheet;
use super::text;
use super::value::{self, Compared};
use super::{Endpoint, Meaning, Source, map, shown};

/// A section, with the texts that it can show.
struct Draft<'own> {
    section: Section,
    /// The title in the other one, where that has another name for it.
    other_title: Option<String>,
    text: Option<Text<'own>>,
}

impl Draft<'_> {
    fn take_title(&mut self) {
        if let Some(title) = self.other_title.take() {
            self.section.title = title;
        }
    }
}

/// What can be laid side by side.
enum Text<'own> {
    Maps(&'own Sheet, &'own Sheet),
    Scripts(&'own [(String, String)], &'own [(String, String)]),
    Values(&'own Node, &'own Node),
}

/// How `right` differs from `left`.
pub(super) fn difference(left: &Meaning, right: &Meaning) -> Difference {
    let (swapped, one, other) = ordered(left, right);
    let (mut drafts, not_compared) = drafts(one, other);
    if swapped {
        drafts.iter_mut().for_each(Draft::take_title);
    }
    let mut difference = Difference {
        sections: drafts.into_iter().map(|draft| draft.section).collect(),
        not_compared,
    };
    if swapped {
        difference.sections.iter_mut().for_each(mirror);
    }
    difference
}

/// The texts of one section, side by side.
pub(super) fn text(left: &Meaning, right: &Meaning, key: &str) -> Option<TextDifference> {
    let (swapped, one, other) = ordered(left, right);
    let (drafts, _) = drafts(one, other);
    let mut draft = drafts.into_iter().find(|draft| draft.section.key == key)?;
    let (mut old, mut new) = match draft.text? {
        Text::Maps(left, right) => (sheet_rows(left), sheet_rows(right)),
        Text::Scripts(left, right) => (script_rows(left), script_rows(right)),
        Text::Values(left, right) => (value_rows(left), value_rows(right)),
    };
    if swapped {
        if let Some(title) = draft.other_title {
            draft.section.title = title;
        }
        std::mem::swap(&mut old, &mut new);
    }
    Some(text::side_by_side(draft.section.title, &old, &new))
}

/// The two in an order that does not depend on which is called left: what is found is then the same
/// whichever way they are asked for.
fn ordered<'own>(
    left: &'own Meaning,
    right: &'own Meaning,
) -> (bool, &'own Meaning, &'own Meaning) {
    if left.fingerprint().whole() <= right.fingerprint().whole() {
        (false, left, right)
    } else {
        (true, right, left)
    }
}

fn mirror(section: &mut Section) {
    for change in &mut section.changes {
        change.kind = turned(change.kind);
        std::mem::swap(&mut change.left, &mut change.right);
    }
    if let Some(table) = &mut section.table {
        for column in &mut table.columns {
            column.change = column.change.map(turned);
        }
        for row in &mut table.rows {
            row.kind = turned(row.kind);
            for cell in &mut row.cells {
                std::mem::swap(&mut cell.left, &mut cell.right);
            }
        }
    }
}

const fn turned(kind: ChangeKind) -> ChangeKind {
    match kind {
        ChangeKind::OnlyLeft => ChangeKind::OnlyRight,
        ChangeKind::OnlyRight => ChangeKind::OnlyLeft,
        other => other,
    }
}

/// The sections of both, and what was not compared.
fn drafts<'own>(left: &'own Meaning, right: &'own Meaning) -> (Vec<Draft<'own>>, Vec<String>) {
    let mut made = Made {
        strict: left.source == right.source && left.source != Source::Record,
        ..Made::default()
    };
    let compared = value::compare(&left.values, &right.values, made.strict);
    let scripts = Text::Scripts(&left.scripts, &right.scripts);
    made.values(compared, scripts);
    made.endpoints(&left.endpoints, &right.endpoints);
    made.flow(&left.steps, &right.steps);
    match (&left.table, &right.table) {
        (Some(one), Some(other)) => {
            let (table, same) = one.difference(other);
            let differs = !table.rows.is_empty()
                || table.columns.iter().any(|column| column.change.is_some());
            if differs {
                made.table(table, same);
            }
        }
        (None, None) => {}
        _ => made.note("The rows were not compared: one of the two does not tell them.".to_owned()),
    }
    made.finished()
}

#[derive(Default)]
struct Made<'own> {
    strict: bool,
    drafts: Vec<Draft<'own>>,
    untold: BTreeMap<Area, BTreeSet<String>>,
    notes: Vec<String>,
}

impl<'own> Made<'own> {
    fn note(&mut self, words: String) {
        self.notes.push(words);
    }

    fn push(
        &mut self,
        (area, class): (Area, DifferenceClass),
        title: String,
        within: Vec<String>,
        changes: Vec<Change>,
        same: u32,
        text: Option<Text<'own>>,
    ) {
        self.drafts.push(Draft {
            section: Section {
                key: String::new(),
                area,
                class,
                title,
                within,
                changes,
                same,
                table: None,
                has_text: text.is_some(),
            },
            other_title: None,
            text,
        });
    }

    fn values(&mut self, compared: Compared, scripts: Text<'own>) {
        let mut scripts = Some(scripts);
        for ((area, class), mut changes) in compared.changes {
            let text = if area == Area::Functions {
                for change in &mut changes {
                    // The text is laid side by side; a function is too long for a line.
                    change.left = None;
                    change.right = None;
                }
                scripts.take()
            } else {
                None
            };
            let same = compared.same.get(&area).copied().unwrap_or(0);
            self.push(
                (area, class),
                String::new(),
                Vec::new(),
                changes,
                same,
                text,
            );
        }
        for (area, name) in compared.untold {
            self.untold.entry(area).or_default().insert(name);
        }
    }

    fn endpoints(&mut self, left: &'own [Endpoint], right: &'own [Endpoint]) {
        let mut rest: Vec<&Endpoint> = right.iter().collect();
        let mut alone = Vec::new();
        let mut pairs = Vec::new();
        for one in left {
            let found = rest
                .iter()
                .position(|other| other.name == one.name && other.sort[0] == one.sort[0]);
            match found {
                Some(at) => pairs.push((one, rest.remove(at))),
                None => alone.push(one),
            }
        }
        // Those of another name: the same connection and operation.
        for one in alone {
            match rest.iter().position(|other| other.sort == one.sort) {
                Some(at) => pairs.push((one, rest.remove(at))),
                None => self.endpoint(ChangeKind::OnlyLeft, one),
            }
        }
        for one in rest {
            self.endpoint(ChangeKind::OnlyRight, one);
        }
        for (one, other) in pairs {
            let before = self.drafts.len();
            let compared = value::compare(&one.values, &other.values, self.strict);
            self.titled(compared, &one.name, &[]);
            self.also_called(before, &other.name);
        }
    }

    /// Takes down what the other one calls the parts told since.
    fn also_called(&mut self, since: usize, title: &str) {
        for draft in &mut self.drafts[since..] {
            draft.other_title = Some(title.to_owned());
        }
    }

    fn endpoint(&mut self, kind: ChangeKind, endpoint: &Endpoint) {
        let change = Change {
            kind,
            name: endpoint.name.clone(),
            detail: Some(format!(
                "{}, connection {}",
                endpoint.sort[0], endpoint.sort[1]
            )),
            left: None,
            right: None,
            masked: false,
        };
        self.push(
            (Area::Endpoint, DifferenceClass::Design),
            endpoint.name.clone(),
            Vec::new(),
            vec![change],
            0,
            None,
        );
    }

    fn titled(&mut self, compared: Compared, title: &str, within: &[String]) {
        for ((area, class), changes) in compared.changes {
            let same = compared.same.get(&area).copied().unwrap_or(0);
            self.push(
                (area, class),
                title.to_owned(),
                within.to_vec(),
                changes,
                same,
                None,
            );
        }
        for (area, name) in compared.untold {
            self.untold
                .entry(area)
                .or_default()
                .insert(format!("{name} of “{title}”"));
        }
    }

    fn flow(&mut self, left: &'own [Node], right: &'own [Node]) {
        let Paired {
            pairs,
            changes,
            same,
        } = flow::pair(left, right);
        if !changes.is_empty() {
            self.push(
                (Area::Flow, DifferenceClass::Design),
                String::new(),
                Vec::new(),
                changes,
                u32::try_from(same).unwrap_or(u32::MAX),
                None,
            );
        }
        for (one, other, within) in pairs {
            self.step(one, other, within);
        }
    }

    fn step(&mut self, one: &'own Node, other: &'own Node, within: Vec<String>) {
        let title = flow::title(one);
        let mut compared = value::compare(&one.values, &other.values, self.strict);
        let design = (Area::Step, DifferenceClass::Design);
        let names = |node: &Node| {
            node.values
                .iter()
                .map(|value| value.name.clone())
                .collect::<Vec<_>>()
        };
        if one.order != other.order && names(one) == names(other) {
            compared.changes.entry(design).or_default().push(Change {
                kind: ChangeKind::Moved,
                name: "Order".to_owned(),
                detail: None,
                left: Some(super::inline::whole(&one.order.join(", "), true)),
                right: Some(super::inline::whole(&other.order.join(", "), true)),
                masked: false,
            });
        }
        let long = |node: &Node| {
            node.values.iter().any(|value| {
                value
                    .text
                    .as_deref()
                    .is_some_and(|text| text.len() > 80 || text.contains('\n'))
            })
        };
        let before = self.drafts.len();
        self.titled(compared, &title, &within);
        if long(one) || long(other) {
            for draft in &mut self.drafts[before..] {
                draft.section.has_text = true;
                draft.text = Some(Text::Values(one, other));
            }
        }
        match (&one.sheet, &other.sheet) {
            (Some(left), Some(right)) if left.print != right.print => {
                let (changes, same) = map::difference(left, right);
                self.push(
                    (Area::Map, DifferenceClass::Design),
                    title,
                    within,
                    changes,
                    same,
                    Some(Text::Maps(left, right)),
                );
            }
            (Some(_), None) | (None, Some(_)) => {
                let kind = if one.sheet.is_some() {
                    ChangeKind::OnlyLeft
                } else {
                    ChangeKind::OnlyRight
                };
                let change = Change {
                    kind,
                    name: "Map".to_owned(),
                    detail: None,
                    left: None,
                    right: None,
                    masked: false,
                };
                self.push(
                    (Area::Map, DifferenceClass::Design),
                    title,
                    within,
                    vec![change],
                    0,
                    None,
                );
            }
            _ => {}
        }
        self.also_called(before, &flow::title(other));
    }

    fn table(&mut self, table: TableDifference, same: u32) {
        self.push(
            (Area::Rows, DifferenceClass::Design),
            String::new(),
            Vec::new(),
            Vec::new(),
            same,
            None,
        );
        if let Some(draft) = self.drafts.last_mut() {
            draft.section.table = Some(table);
        }
    }

    /// Sections in reading order, with keys; names without what may be secret.
    fn finished(mut self) -> (Vec<Draft<'own>>, Vec<String>) {
        self.drafts
            .sort_by_key(|draft| rank(draft.section.area, draft.section.class));
        let free = |text: &mut String| {
            let (shown, masked) = shown::free(text);
            if masked {
                *text = shown;
            }
        };
        for (index, draft) in self.drafts.iter_mut().enumerate() {
            let section = &mut draft.section;
            section.key = format!("{:?}-{index}", section.area).to_ascii_lowercase();
            free(&mut section.title);
            draft.other_title.iter_mut().for_each(free);
            section.within.iter_mut().for_each(free);
            for change in &mut section.changes {
                free(&mut change.name);
                if let Some(detail) = &mut change.detail {
                    free(detail);
                }
                if change.kind == ChangeKind::Moved {
                    // They name the steps around it; others are masked already.
                    let places = [&mut change.left, &mut change.right];
                    for piece in places.into_iter().flatten().flatten() {
                        free(&mut piece.text);
                    }
                }
            }
            for column in section
                .table
                .iter_mut()
                .flat_map(|table| &mut table.columns)
            {
                free(&mut column.name);
            }
        }
        let mut notes = self.notes;
        for (area, names) in self.untold {
            notes.push(untold(area, &names));
        }
        (self.drafts, notes)
    }
}

/// Where a section stands.
const fn rank(area: Area, class: DifferenceClass) -> (u8, u8) {
    let environment = match class {
        DifferenceClass::Design => 0,
        DifferenceClass::Environment => 1,
        DifferenceClass::State => 2,
    };
    let place = match area {
        Area::About => 0,
        Area::Connection => 1,
        Area::Attachments => 2,
        Area::Members => 3,
        Area::Parameters => 4,
        Area::Properties => 5,
        Area::Schedule => 6,
        Area::Endpoint => 7,
        Area::Flow => 8,
        Area::Step | Area::Map => 9,
        Area::Tracking => 10,
        Area::Rows => 11,
        Area::Functions => 12,
        Area::Other => 13,
        Area::State => 14,
    };
    (environment, place)
}

fn untold(area: Area, names: &BTreeSet<String>) -> String {
    const MOST: usize = 12;
    let mut words: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| shown::free(name).0)
        .collect();
    if names.len() > MOST {
        words.push(format!("{} more", names.len() - MOST));
    }
    let words = words.join(", ");
    match area {
        Area::Attachments => format!("Not included in one of the two: attached {words}."),
        _ => format!("Not compared, because one of the two does not tell it: {words}."),
    }
}
