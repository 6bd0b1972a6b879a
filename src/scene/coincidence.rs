//! Finds where the line of a run coincides with lines of runs that were drawn before.

use super::{Layout, clip};

/// The side of a cell in pixels at scale 1: lines nearer than about this look like one.
const CELL: f64 = 1.6;
/// A shorter coincidence, in pixels at scale 1, counts as a crossing.
const LEAST: f64 = 26.0;
/// For lines with more points, no coincidence is computed.
const MOST: usize = 4_000;

/// How many lines lie where in the plot.
pub struct Coverage {
    origin: [f64; 2],
    cell: f64,
    columns: usize,
    lines: Vec<u8>,
}

/// A part of a line, and the number of lines with which it coincides.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Its vertices.
    pub points: Vec<[f64; 2]>,
    /// On how many lines it lies.
    pub lines_below: u8,
}

impl Coverage {
    /// An empty grid.
    pub fn new(layout: &Layout) -> Coverage {
        let cell = CELL * layout.scale;
        let count = |length: f64| (length / cell) as usize + 3;
        let (columns, rows) = (count(layout.plot.width()), count(layout.plot.height()));
        Coverage { origin: layout.plot.min, cell, columns, lines: vec![0; columns * rows] }
    }

    /// The line in parts, each of which coincides with a constant number of lines.
    pub fn split(&self, line: &[[f64; 2]]) -> Vec<Stretch> {
        let whole = || vec![Stretch { points: line.to_vec(), lines_below: 0 }];
        if line.len() > MOST {
            return whole();
        }
        let least = LEAST / CELL * self.cell;
        let mut parts: Vec<Stretch> = Vec::new();
        // Whether the last point lies between vertices; such points are kept only at the ends of parts.
        let mut is_between = false;
        for pair in line.windows(2) {
            for [a, b] in self.pieces(pair[0], pair[1]) {
                let lines_below = self.below([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]);
                match parts.last_mut().filter(|part| part.lines_below == lines_below) {
                    Some(part) => {
                        if is_between {
                            part.points.pop();
                        }
                        part.points.push(b);
                    }
                    None => parts.push(Stretch { points: vec![a, b], lines_below }),
                }
                is_between = b != pair[1];
            }
        }
        // A part that is too short to be visible is merged with the part before it, or at the beginning with the next
        // one.
        let mut merged: Vec<Stretch> = Vec::new();
        for part in parts {
            let is_short = length(&part.points) < least;
            match merged.last_mut() {
                Some(before) if is_short || before.lines_below == part.lines_below => {
                    before.points.extend_from_slice(&part.points[1..]);
                }
                Some(before) if merged_is_short(before, least) => {
                    before.points.extend_from_slice(&part.points[1..]);
                    before.lines_below = part.lines_below;
                }
                _ => merged.push(part),
            }
        }
        match merged.as_slice() {
            [only] if length(&only.points) < least => whole(),
            _ => merged,
        }
    }

    /// Adds a line.
    pub fn add(&mut self, line: &[[f64; 2]]) {
        if line.len() > MOST {
            return;
        }
        let mut touched: Vec<usize> = line
            .windows(2)
            .flat_map(|pair| self.pieces(pair[0], pair[1]))
            .filter_map(|[a, b]| self.index([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]))
            .collect();
        touched.sort_unstable();
        touched.dedup();
        for index in touched {
            if let Some(lines) = self.lines.get_mut(index) {
                *lines = lines.saturating_add(1);
            }
        }
    }

    /// A segment in pieces of at most the size of a cell.
    fn pieces(&self, a: [f64; 2], b: [f64; 2]) -> impl Iterator<Item = [[f64; 2]; 2]> + use<> {
        let count = (clip::distance(a, b) / self.cell).ceil().clamp(1.0, 20_000.0);
        let at = move |k: f64| if k == count { b } else { [0, 1].map(|i| a[i] + k / count * (b[i] - a[i])) };
        (0..count as usize).map(move |k| [at(k as f64), at(k as f64 + 1.0)])
    }

    fn index(&self, point: [f64; 2]) -> Option<usize> {
        let [column, row] = [0, 1].map(|i| (point[i] - self.origin[i]) / self.cell + 1.0);
        let is_inside = column >= 1.0 && row >= 1.0 && column < self.columns as f64 - 1.0;
        is_inside.then(|| row as usize * self.columns + column as usize)
    }

    /// How many lines lie on a point or beside it.
    fn below(&self, point: [f64; 2]) -> u8 {
        let Some(index) = self.index(point) else { return 0 };
        let rows = [index.checked_sub(self.columns), Some(index), Some(index + self.columns)];
        let near = rows.into_iter().flatten().filter_map(|middle| self.lines.get(middle.checked_sub(1)?..=middle + 1));
        near.flatten().copied().max().unwrap_or(0)
    }
}

fn merged_is_short(part: &Stretch, least: f64) -> bool {
    length(&part.points) < least
}

fn length(points: &[[f64; 2]]) -> f64 {
    points.windows(2).map(|pair| clip::distance(pair[0], pair[1])).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::landscape::View;
    use crate::scene::Canvas;
    use crate::study::Study;

    fn coverage() -> Coverage {
        let study = Study::of_formula("w1", View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] });
        Coverage::new(&Layout::new(&study, &Canvas { size: [400.0, 400.0], scale: 1.0, decorations: false }))
    }

    /// The second line follows the first for 100 px and then leaves it; both have other vertices.
    #[test]
    fn a_line_is_split_where_it_leaves_another() {
        let mut coverage = coverage();
        let [x, y] = coverage.origin.map(|origin| origin + 50.0);
        coverage.add(&[[x, y], [x + 30.0, y], [x + 200.0, y]]);
        let parts = coverage.split(&[[x, y + 0.4], [x + 100.0, y + 0.4], [x + 100.0, y + 90.0]]);
        assert_eq!(parts.iter().map(|part| part.lines_below).collect::<Vec<u8>>(), [1, 0]);
        assert!((length(&parts[0].points) - 100.0).abs() < 6.0, "{}", length(&parts[0].points));
        let whole: f64 = parts.iter().map(|part| length(&part.points)).sum();
        assert!((whole - 189.6).abs() < 1e-6, "no part is lost: {whole}");
        assert!(parts.iter().map(|part| part.points.len()).sum::<usize>() <= 5, "vertices stay few: {parts:?}");
        coverage.add(&[[x, y + 0.4], [x + 100.0, y + 0.4]]);
        assert_eq!(coverage.split(&[[x, y], [x + 90.0, y]])[0].lines_below, 2);
    }

    #[test]
    fn a_crossing_is_no_coincidence() {
        let mut coverage = coverage();
        let [x, y] = coverage.origin.map(|origin| origin + 50.0);
        coverage.add(&[[x, y + 50.0], [x + 100.0, y + 50.0]]);
        let parts = coverage.split(&[[x + 50.0, y], [x + 50.0, y + 100.0]]);
        assert_eq!(parts.iter().map(|part| part.lines_below).collect::<Vec<u8>>(), [0]);
    }
}
