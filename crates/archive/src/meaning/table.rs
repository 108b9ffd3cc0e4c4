//! Lookups, cell by cell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use waybill_model::{CellDifference, ChangeKind, ColumnDifference, RowDifference, TableDifference};

use super::fingerprint::Print;
use super::shown;
use crate::Lookup;

/// The rows of a lookup.
#[derive(Clone, PartialEq)]
pub(super) struct Table {
    /// The columns, in their author's order.
    pub columns: Vec<String>,
    /// The rows, a cell per column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn of(lookup: &Lookup) -> Self {
        let width = lookup
            .rows
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or(0)
            .max(lookup.columns.len());
        let mut columns: Vec<String> = Vec::new();
        let mut taken: HashMap<String, usize> = HashMap::new();
        for index in 0..width {
            let name = lookup
                .columns
                .get(index)
                .map_or("", |name| name.trim())
                .to_owned();
            let count = taken.entry(name.clone()).or_default();
            *count += 1;
            columns.push(if *count > 1 {
                format!("{name} ({count})")
            } else {
                name
            });
        }
        let rows = lookup
            .rows
            .iter()
            .map(|row| {
                (0..width)
                    .map(|index| {
                        row.get(index)
                            .map_or_else(String::new, |cell| cell.trim().replace("\r\n", "\n"))
                    })
                    .collect()
            })
            .collect();
        Self { columns, rows }
    }

    /// The columns by name, with their places.
    fn places(&self) -> BTreeMap<&str, usize> {
        self.columns
            .iter()
            .enumerate()
            .map(|(index, name)| (name.as_str(), index))
            .collect()
    }

    /// Feeds the columns by name and the rows in sorted order.
    pub fn print(&self, to: &mut Print) {
        let places = self.places();
        to.word("table").count(places.len());
        for name in places.keys() {
            to.word(name);
        }
        let mut rows: Vec<Vec<&str>> = self
            .rows
            .iter()
            .map(|row| places.values().map(|at| row[*at].as_str()).collect())
            .collect();
        rows.sort_unstable();
        to.count(rows.len());
        for cell in rows.into_iter().flatten() {
            to.word(cell);
        }
    }

    /// The column whose values name the rows of both.
    fn key<'own>(&'own self, other: &'own Self) -> Option<&'own str> {
        let unique = |table: &Self, name: &str| {
            let Some(at) = table.columns.iter().position(|own| own == name) else {
                return false;
            };
            let mut seen = BTreeSet::new();
            table.rows.iter().all(|row| seen.insert(row[at].as_str()))
        };
        [self.columns.first(), other.columns.first()]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|name| unique(self, name) && unique(other, name))
    }

    /// How the other one differs, and how many rows are the same.
    pub fn difference(&self, right: &Self) -> (TableDifference, u32) {
        let mut columns: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        for name in &right.columns {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
        let (left_places, right_places) = (self.places(), right.places());
        let sides = Sides {
            columns: &columns,
            left: columns
                .iter()
                .map(|name| left_places.get(name).copied())
                .collect(),
            right: columns
                .iter()
                .map(|name| right_places.get(name).copied())
                .collect(),
        };
        let mut rows = Vec::new();
        let mut same = 0;
        for (one, other) in pairs(self, right, &sides) {
            match sides.row(one, other) {
                Some(row) => rows.push(row),
                None => same += 1,
            }
        }
        let columns = columns
            .iter()
            .map(|name| ColumnDifference {
                name: (*name).to_owned(),
                change: match (
                    left_places.contains_key(name),
                    right_places.contains_key(name),
                ) {
                    (true, false) => Some(ChangeKind::OnlyLeft),
                    (false, true) => Some(ChangeKind::OnlyRight),
                    _ => None,
                },
            })
            .collect();
        (TableDifference { columns, rows }, same)
    }
}

type Row<'row> = Option<&'row [String]>;

/// The rows of both side by side: by key, or whole rows where no column names them.
fn pairs<'row>(
    left: &'row Table,
    right: &'row Table,
    sides: &Sides<'_>,
) -> Vec<(Row<'row>, Row<'row>)> {
    let mut found = Vec::new();
    let key = |row: &[String], name: Option<&str>, right_side: bool| -> Vec<String> {
        let places = if right_side {
            &sides.right
        } else {
            &sides.left
        };
        let other = if right_side {
            &sides.left
        } else {
            &sides.right
        };
        sides
            .columns
            .iter()
            .enumerate()
            .filter(|(index, own)| match name {
                Some(name) => **own == name,
                None => other[*index].is_some(),
            })
            .filter_map(|(index, _)| places[index])
            .map(|at| row[at].clone())
            .collect()
    };
    let name = left.key(right);
    let mut waiting: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
    for (index, row) in right.rows.iter().enumerate().rev() {
        waiting.entry(key(row, name, true)).or_default().push(index);
    }
    let mut taken = BTreeSet::new();
    for row in &left.rows {
        let other = waiting.get_mut(&key(row, name, false)).and_then(Vec::pop);
        taken.extend(other);
        found.push((
            Some(row.as_slice()),
            other.map(|index| right.rows[index].as_slice()),
        ));
    }
    for (index, row) in right.rows.iter().enumerate() {
        if !taken.contains(&index) {
            found.push((None, Some(row.as_slice())));
        }
    }
    found
}

/// Where each column stands in both.
struct Sides<'names> {
    columns: &'names [&'names str],
    left: Vec<Option<usize>>,
    right: Vec<Option<usize>>,
}

impl Sides<'_> {
    /// The difference of two rows; `None` if they are the same in the columns of both.
    fn row(&self, left: Row<'_>, right: Row<'_>) -> Option<RowDifference> {
        let kind = match (left, right) {
            (Some(_), None) => ChangeKind::OnlyLeft,
            (None, Some(_)) => ChangeKind::OnlyRight,
            _ => ChangeKind::Changed,
        };
        let named = [left, right]
            .into_iter()
            .flatten()
            .flatten()
            .any(|cell| shown::secret_name(cell));
        let mut different = kind != ChangeKind::Changed;
        let mut cells = Vec::new();
        for (index, name) in self.columns.iter().enumerate() {
            let cell = |row: Row<'_>, places: &[Option<usize>]| {
                row.zip(places[index]).map(|(row, at)| row[at].clone())
            };
            let (one, other) = (cell(left, &self.left), cell(right, &self.right));
            let changed = one.is_some() && other.is_some() && one != other;
            different |= changed;
            let show = |cell: Option<String>| {
                cell.map(|cell| {
                    let secret = named && !shown::secret_name(&cell) && shown::is_value(&cell);
                    shown::shown(name, &cell, secret).0
                })
            };
            cells.push(CellDifference {
                left: show(one),
                right: show(other),
                changed,
            });
        }
        different.then_some(RowDifference { kind, cells })
    }
}
