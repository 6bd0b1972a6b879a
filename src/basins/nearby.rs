//! An index of points by the cells of a grid, to find those near a place.

use crate::number::Vector;

/// Points, each with a reach, by the cells of a grid that their squares touch.
#[derive(Clone, Debug)]
pub(super) struct Nearby {
    low: Vector,
    cells_per_unit: Vector,
    /// Cells along each side. The outermost have no outer border.
    side: usize,
    /// How far beyond its square a point is entered in the cells.
    margin: f64,
    /// The points of each cell, by their numbers.
    cells: Vec<Vec<Known>>,
}

/// A point with its reach and its number.
#[derive(Clone, Copy, Debug)]
struct Known {
    w: Vector,
    reach: f64,
    number: u32,
}

impl Nearby {
    const MOST_SIDE: usize = 64;

    /// An empty index with cells for points such as these: about one cell for each point.
    pub(super) fn sized_for(points: impl Iterator<Item = Vector> + Clone) -> Nearby {
        /// So few points are searched faster without cells.
        const FEW: usize = 4;
        let count = points.clone().count();
        let side = if count <= FEW { 1.0 } else { (count as f64).sqrt().ceil() };
        let side = side.clamp(1.0, Nearby::MOST_SIDE as f64);
        let low = points.clone().reduce(|low, w| low.inf(&w)).unwrap_or_else(Vector::zeros);
        let high = points.reduce(|high, w| high.sup(&w)).unwrap_or_else(Vector::zeros);
        let per_unit = |extent: f64| if extent > 0.0 { side / extent } else { 0.0 };
        let cells_per_unit = (high - low).map(per_unit);
        // If all points are at one place, or in a line, there is no border between cells.
        let margin = 1.0 / (16.0 * cells_per_unit.max());
        let side = side as usize;
        Nearby { low, cells_per_unit, side, margin, cells: vec![Vec::new(); side * side] }
    }

    /// Adds a point under a number, or increases the reach of the point with that number, which must not have moved.
    pub(super) fn add(&mut self, number: usize, w: Vector, reach: f64) {
        let known = Known { w, reach, number: number as u32 };
        for cell in self.touched(w, reach + self.margin) {
            let cell = &mut self.cells[cell];
            match cell.binary_search_by_key(&known.number, |known| known.number) {
                Ok(place) => cell[place] = known,
                Err(place) => cell.insert(place, known),
            }
        }
    }

    /// The least number of a point that is within `radius` of the place along each axis or, if reaches count, has the
    /// place in its square.
    #[inline(always)]
    pub(super) fn first(&self, place: Vector, radius: f64, reaches_count: bool) -> Option<usize> {
        if radius > self.margin {
            let cells = self.touched(place, radius);
            return cells.filter_map(|cell| self.first_in(cell, place, radius, reaches_count)).min();
        }
        let [column, row] = [self.cell(0, place.x), self.cell(1, place.y)];
        self.first_in(row * self.side + column, place, radius, reaches_count)
    }

    #[inline(always)]
    fn first_in(&self, cell: usize, place: Vector, radius: f64, reaches_count: bool) -> Option<usize> {
        let is_it = |point: &&Known| {
            let reach = if reaches_count && point.reach > radius { point.reach } else { radius };
            (point.w.x - place.x).abs() <= reach && (point.w.y - place.y).abs() <= reach
        };
        self.cells[cell].iter().find(is_it).map(|point| point.number as usize)
    }

    /// The column, or row, of cells.
    #[inline(always)]
    fn cell(&self, axis: usize, at: f64) -> usize {
        // The function is monotone despite rounding. The cast turns negative numbers and NaN into 0.
        (((at - self.low[axis]) * self.cells_per_unit[axis]) as u32 as usize).min(self.side - 1)
    }

    /// The first and the last column and row of cells that a square touches.
    fn spans(&self, w: Vector, reach: f64) -> [[usize; 2]; 2] {
        [0, 1].map(|axis| [self.cell(axis, w[axis] - reach), self.cell(axis, w[axis] + reach)])
    }

    /// The cells that a square touches.
    fn touched(&self, w: Vector, reach: f64) -> impl Iterator<Item = usize> + use<> {
        let side = self.side;
        let [columns, rows] = self.spans(w, reach);
        (rows[0]..=rows[1]).flat_map(move |row| (columns[0]..=columns[1]).map(move |column| row * side + column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// With cells, the same point is found as by a search through all points.
        #[test]
        fn the_first_of_all(
            points in prop::collection::vec((-3.0..3.0f64, -3.0..3.0f64, prop_oneof![Just(0.0), 0.0..2.0f64]), 0..60),
            later in prop::collection::vec((-30.0..30.0f64, -30.0..30.0f64, 0.0..3.0f64), 0..20),
            (x, y, radius) in (-9.0..9.0f64, -9.0..9.0f64, prop_oneof![Just(1e-9), 0.0..5.0f64]),
            on_one_line in any::<bool>(), reaches_count in any::<bool>(),
        ) {
            let flat = |(x, y, reach): &(f64, f64, f64)| (Vector::new(*x, if on_one_line { 1.0 } else { *y }), *reach);
            let known: Vec<(Vector, f64)> = points.iter().map(flat).collect();
            let mut nearby = Nearby::sized_for(known.iter().map(|(w, _)| *w));
            let all: Vec<(Vector, f64)> = known.into_iter().chain(later.iter().map(flat)).collect();
            for (number, (w, _)) in all.iter().enumerate() {
                nearby.add(number, *w, 0.0);
            }
            for (number, (w, reach)) in all.iter().enumerate() {
                nearby.add(number, *w, *reach);
            }
            for place in [Vector::new(x, y), Vector::new(x, 1.0)] {
                let is_it = |number: usize| {
                    let (w, reach) = all[number];
                    (w - place).amax() <= if reaches_count { f64::max(reach, radius) } else { radius }
                };
                let expected = (0..all.len()).find(|number| is_it(*number));
                prop_assert_eq!(nearby.first(place, radius, reaches_count), expected);
            }
        }
    }
}
