//! How two maps differ, by the fields of the target.

use std::collections::BTreeMap;

use similar::DiffOp;
use waybill_model::{Change, ChangeKind};

use super::lines::stretches;
use super::prefixes;
use super::sheet::{Line, Sheet};
use super::value::Sides;
use crate::Field;
use crate::findings::Cover;

/// What differs between two maps, and how many fields are the same.
pub(super) fn difference(left: &Sheet, right: &Sheet) -> (Vec<Change>, u32) {
    let (mut changes, same) = fields(left, right);
    let uncovered = |sheet: &Sheet| -> Vec<usize> {
        (0..sheet.lines.len())
            .filter(|index| !sheet.lines[*index].covered)
            .collect()
    };
    changes.extend(lines(left, right, &uncovered(left), &uncovered(right)));
    if changes.is_empty() && left.print != right.print {
        let all = |sheet: &Sheet| (0..sheet.lines.len()).collect::<Vec<_>>();
        changes = lines(left, right, &all(left), &all(right));
    }
    (changes, same)
}

/// A field with its expressions by namespace.
struct Told<'field> {
    field: &'field Field,
    /// Secrets of the map around it.
    secrets: &'field Cover,
    source: String,
    within: Vec<String>,
}

fn told(sheet: &Sheet) -> Vec<Told<'_>> {
    let canonical = |text: &str| prefixes::canonical(text, |prefix| sheet.known.namespace(prefix));
    sheet
        .fields
        .iter()
        .map(|field| Told {
            field,
            secrets: &sheet.secrets,
            source: canonical(&field.source),
            within: field.within.iter().map(|text| canonical(text)).collect(),
        })
        .collect()
}

fn fields(left: &Sheet, right: &Sheet) -> (Vec<Change>, u32) {
    let (one, other) = (told(left), told(right));
    let root = common_root(&one, &other);
    let mut groups: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    for (index, field) in one.iter().enumerate() {
        let target = field.field.target.as_str();
        let group = groups.entry(target).or_insert_with(|| {
            order.push(target);
            Default::default()
        });
        group.0.push(index);
    }
    for (index, field) in other.iter().enumerate() {
        let target = field.field.target.as_str();
        let group = groups.entry(target).or_insert_with(|| {
            order.push(target);
            Default::default()
        });
        group.1.push(index);
    }
    let (mut changes, mut same) = (Vec::new(), 0);
    for target in order {
        let Some((lefts, rights)) = groups.remove(target) else {
            continue;
        };
        let name = target
            .strip_prefix(root)
            .map_or(target, |rest| rest.trim_start_matches('/'));
        let name = if name.is_empty() { target } else { name };
        let key = |field: &Told<'_>| (field.source.clone(), field.within.clone());
        let old: Vec<_> = lefts.iter().map(|index| key(&one[*index])).collect();
        let new: Vec<_> = rights.iter().map(|index| key(&other[*index])).collect();
        for op in stretches(&old, &new) {
            if let DiffOp::Equal { len, .. } = op {
                same += u32::try_from(len).unwrap_or(u32::MAX);
                continue;
            }
            let (mut old, mut new) = (op.old_range(), op.new_range());
            loop {
                let pair = (old.next(), new.next());
                if pair == (None, None) {
                    break;
                }
                let left = pair.0.map(|at| &one[lefts[at]]);
                let right = pair.1.map(|at| &other[rights[at]]);
                changes.push(field(name, left, right));
            }
        }
    }
    (changes, same)
}

/// The root element that all fields of both have in common, or nothing.
fn common_root<'sheet>(left: &[Told<'sheet>], right: &[Told<'sheet>]) -> &'sheet str {
    let mut roots = left
        .iter()
        .chain(right)
        .map(|told| told.field.target.split('/').next().unwrap_or_default());
    match roots.next() {
        Some(first) if roots.all(|root| root == first) => first,
        _ => "",
    }
}

fn field(name: &str, left: Option<&Told<'_>>, right: Option<&Told<'_>>) -> Change {
    let kind = match (left, right) {
        (Some(_), None) => ChangeKind::OnlyLeft,
        (None, Some(_)) => ChangeKind::OnlyRight,
        _ => ChangeKind::Changed,
    };
    let differs = match (left, right) {
        (Some(one), Some(other)) => one.within != other.within,
        _ => false,
    };
    let conditions = |told: &Told<'_>| {
        let short: Vec<String> = told
            .field
            .within
            .iter()
            .map(|text| prefixes::short(text))
            .collect();
        short.join("; ")
    };
    // Conditions that are the same stand beside the field, others within it.
    let detail = left
        .or(right)
        .filter(|told| !differs && !told.field.within.is_empty())
        .map(|told| super::shown::free(&conditions(told)).0);
    let text = |told: Option<&Told<'_>>, counts: bool| match told {
        None => String::new(),
        Some(told) => {
            let source = if counts {
                &told.source
            } else {
                &told.field.source
            };
            let within = if counts {
                told.within.join("; ")
            } else {
                conditions(told)
            };
            let text = if differs && !within.is_empty() {
                format!("{within}: {source}")
            } else {
                source.clone()
            };
            told.secrets.mask(&text).into_owned()
        }
    };
    let sides = Sides {
        left: text(left, false),
        right: text(right, false),
        counts: (text(left, true), text(right, true)),
        expression: true,
    };
    let secret = super::shown::secret_name(name)
        || [left, right].into_iter().flatten().any(|told| {
            told.field.source.contains(['\'', '"']) && super::shown::secret_name(&told.field.target)
        });
    sides.change(kind, name.to_owned(), detail, secret)
}

/// What differs in some lines of both, named by the elements around them.
fn lines(left: &Sheet, right: &Sheet, old: &[usize], new: &[usize]) -> Vec<Change> {
    let key = |sheet: &Sheet, index: &usize| {
        let line = &sheet.lines[*index];
        (line.depth, line.counts.clone())
    };
    let one: Vec<_> = old.iter().map(|index| key(left, index)).collect();
    let other: Vec<_> = new.iter().map(|index| key(right, index)).collect();
    let mut changes = Vec::new();
    for op in stretches(&one, &other) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (mut one, mut other) = (op.old_range(), op.new_range());
        loop {
            let pair = (one.next(), other.next());
            if pair == (None, None) {
                break;
            }
            let left = pair.0.map(|at| (left, old[at]));
            let right = pair.1.map(|at| (right, new[at]));
            changes.push(line(left, right));
        }
    }
    changes
}

fn line(left: Option<(&Sheet, usize)>, right: Option<(&Sheet, usize)>) -> Change {
    let kind = match (left, right) {
        (Some(_), None) => ChangeKind::OnlyLeft,
        (None, Some(_)) => ChangeKind::OnlyRight,
        _ => ChangeKind::Changed,
    };
    let name = left
        .or(right)
        .map(|(sheet, index)| sheet.path(index))
        .unwrap_or_default();
    let secret = [left, right]
        .into_iter()
        .flatten()
        .any(|(sheet, index)| sheet.shown(&sheet.lines[index]).1);
    let text = |side: Option<(&Sheet, usize)>, counts: bool| {
        side.map_or_else(String::new, |(sheet, index)| {
            let line: &Line = &sheet.lines[index];
            if counts {
                line.counts.clone()
            } else {
                line.text.clone()
            }
        })
    };
    let hidden = |side: Option<(&Sheet, usize)>| {
        side.map_or_else(String::new, |(sheet, index)| {
            sheet.shown(&sheet.lines[index]).0
        })
    };
    let sides = if secret {
        Sides {
            left: hidden(left),
            right: hidden(right),
            counts: (hidden(left), hidden(right)),
            expression: false,
        }
    } else {
        Sides {
            left: text(left, false),
            right: text(right, false),
            counts: (text(left, true), text(right, true)),
            expression: false,
        }
    };
    let mut change = sides.change(kind, name, None, false);
    change.masked |= secret;
    change
}
