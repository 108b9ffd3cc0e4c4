//! Where each artifact is drawn: those that have to do with each other together, from those that
//! need on the left to what is needed on the right; those that have to do with nothing in a grid
//! at the end.
//!
//! A column that would be far higher than the whole is wide is folded: its order then runs along
//! short rows, so that an artifact stays at the height of what it needs.

use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;

use super::Graph;
use super::order::mean;

/// How wide the box of an artifact is.
pub const BOX_WIDTH: f32 = 176.0;
/// How high the box of an artifact is.
pub const BOX_HEIGHT: f32 = 32.0;

const ROW: f32 = BOX_HEIGHT + 12.0;
/// Between boxes of one folded column, and in the grid.
const GAP: f32 = 28.0;
/// Between columns, where the lines run.
const COLUMN_GAP: f32 = 88.0;
/// Between groups, and around all.
const GROUP_GAP: f32 = 56.0;
const MARGIN: f32 = 24.0;
/// Columns of so many boxes are never folded.
const SHORT: usize = 12;
/// How much wider than high a drawing is at best.
const RATIO: f32 = 1.7;

/// Coordinates of all nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// For each node the left edge of its box and the middle of its height.
    pub places: Vec<(f32, f32)>,
    /// How wide the drawing is.
    pub width: f32,
    /// How high the drawing is.
    pub height: f32,
}

/// Nodes that have to do with each other, drawn by themselves.
struct Group {
    places: Vec<(usize, f32, f32)>,
    width: f32,
    height: f32,
}

impl Graph {
    /// Where each node is drawn. The same graph gives the same drawing; no two boxes overlap.
    #[must_use]
    pub fn drawing(&self) -> Drawing {
        let tiers = self.tiers();
        let neighbours = self.neighbours();
        let (alone, together) = self.groups();
        let mut ranks = vec![0.0; self.nodes.len()];
        let mut heights = vec![None; self.nodes.len()];
        let groups: Vec<Group> = together
            .iter()
            .map(|members| {
                let columns = self.columns(members, &tiers, &neighbours, &mut ranks);
                group(&columns, &neighbours, &mut heights)
            })
            .collect();
        let wide = limit(&groups, alone.len());
        let mut drawing = Drawing {
            places: vec![(0.0, 0.0); self.nodes.len()],
            ..Drawing::default()
        };
        let (mut left, mut top, mut deep) = (0.0_f32, 0.0_f32, 0.0_f32);
        for group in &groups {
            if left > 0.0 && left + group.width > wide {
                (left, top, deep) = (0.0, top + deep + GROUP_GAP, 0.0);
            }
            for (node, x, y) in &group.places {
                drawing.put(*node, left + x, top + y);
            }
            left += group.width + GROUP_GAP;
            deep = deep.max(group.height);
        }
        if !groups.is_empty() {
            top += deep + GROUP_GAP;
        }
        let (mut x, mut y) = (0.0, top + ROW / 2.0);
        for node in alone {
            if x > 0.0 && x + BOX_WIDTH > wide {
                (x, y) = (0.0, y + ROW);
            }
            drawing.put(node, x, y);
            x += BOX_WIDTH + GAP;
        }
        drawing
    }

    /// The nodes without any edge to another, and those that have to do with each other: the
    /// largest group first, each in the order of the nodes.
    fn groups(&self) -> (Vec<usize>, Vec<Vec<usize>>) {
        let mut sets = UnionFind::<usize>::new(self.nodes.len());
        for edge in &self.edges {
            sets.union(edge.from as usize, edge.to as usize);
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for node in 0..self.nodes.len() {
            members.entry(sets.find(node)).or_default().push(node);
        }
        let (alone, mut together): (Vec<_>, Vec<_>) = members
            .into_values()
            .partition(|members| members.len() == 1);
        together.sort_by_key(|members| (std::cmp::Reverse(members.len()), members.clone()));
        let mut alone: Vec<usize> = alone.into_iter().flatten().collect();
        alone.sort_unstable();
        (alone, together)
    }
}

impl Drawing {
    fn put(&mut self, node: usize, x: f32, y: f32) {
        let (x, y) = (x + MARGIN, y + MARGIN);
        self.places[node] = (x, y);
        self.width = self.width.max(x + BOX_WIDTH + MARGIN);
        self.height = self.height.max(y + BOX_HEIGHT / 2.0 + MARGIN);
    }
}

/// How wide the whole may become.
fn limit(groups: &[Group], alone: usize) -> f32 {
    let widest = groups.iter().map(|group| group.width).fold(0.0, f32::max);
    let areas = groups
        .iter()
        .map(|group| (group.width + GROUP_GAP) * (group.height + GROUP_GAP));
    let area = areas.sum::<f32>() + alone as f32 * (BOX_WIDTH + GAP) * ROW;
    widest.max((area * RATIO).sqrt())
}

/// Draws one group. `heights` takes how high within it each of its nodes lies.
fn group(columns: &[Vec<usize>], neighbours: &[Vec<usize>], heights: &mut [Option<f32>]) -> Group {
    let rows = rows(columns);
    let folds: Vec<usize> = columns
        .iter()
        .map(|column| column.len().div_ceil(rows))
        .collect();
    let height = columns
        .iter()
        .zip(&folds)
        .map(|(column, folds)| column.len().div_ceil(*folds))
        .max()
        .unwrap_or(0) as f32
        * ROW;
    let mut lefts = Vec::with_capacity(columns.len());
    let mut width = 0.0;
    for fold in &folds {
        lefts.push(width);
        width += span(*fold) + COLUMN_GAP;
    }
    // The fullest column says how high each thing lies; the others follow it.
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(columns[*index].len()), *index));
    let mut places = Vec::new();
    for index in order {
        let column = &columns[index];
        let count = column.len() as f32;
        let mut wanted: Vec<(f32, usize)> = column
            .iter()
            .enumerate()
            .map(|(rank, node)| {
                let known = neighbours[*node].iter().filter_map(|other| heights[*other]);
                let own = (rank as f32 + 0.5) / count * height;
                (mean(known).unwrap_or(own), *node)
            })
            .collect();
        wanted.sort_by(|left, right| left.0.total_cmp(&right.0));
        if folds[index] == 1 {
            spread(&mut wanted, height);
            for (y, node) in &wanted {
                places.push((*node, lefts[index], *y));
            }
        } else {
            let used = column.len().div_ceil(folds[index]) as f32 * ROW;
            for (rank, (y, node)) in wanted.iter_mut().enumerate() {
                let (row, fold) = (rank / folds[index], rank % folds[index]);
                *y = (height - used) / 2.0 + (row as f32 + 0.5) * ROW;
                let x = lefts[index] + fold as f32 * (BOX_WIDTH + GAP);
                places.push((*node, x, *y));
            }
        }
        for (y, node) in wanted {
            heights[node] = Some(y);
        }
    }
    Group {
        places,
        width: width - COLUMN_GAP,
        height,
    }
}

/// How wide a column is that is folded so often.
fn span(folds: usize) -> f32 {
    folds as f32 * (BOX_WIDTH + GAP) - GAP
}

/// How many boxes a column has at most before it is folded: as few as make the group about as high
/// as its width allows.
fn rows(columns: &[Vec<usize>]) -> usize {
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = SHORT;
    while rows < longest {
        let width: f32 = columns
            .iter()
            .map(|column| span(column.len().div_ceil(rows)) + COLUMN_GAP)
            .sum();
        if width <= RATIO * rows as f32 * ROW {
            break;
        }
        rows += 1;
    }
    rows
}

/// Moves boxes apart that would overlap, in their order, between 0 and `height`, which has room for
/// all of them.
fn spread(wanted: &mut [(f32, usize)], height: f32) {
    let mut least = ROW / 2.0;
    for (y, _) in wanted.iter_mut() {
        *y = y.max(least);
        least = *y + ROW;
    }
    let mut most = height - ROW / 2.0;
    for (y, _) in wanted.iter_mut().rev() {
        *y = y.min(most);
        most = *y - ROW;
    }
}
