//! The order in which the starts of a map are computed: coarse grids first.
//!
//! The coarsest grid has at most 64 starts a side. Each level halves the distance s between them. In every second row,
//! every second start is already on a coarser level, so two rows with n starts each have n/2 and n new ones.

use std::ops::Range;

/// The most starts along a side of the coarsest image.
const COARSEST: usize = 64;

/// The order of all starts of a map, computed on demand.
#[derive(Clone, Debug)]
pub(super) struct RefinementOrder {
    columns: usize,
    rows: usize,
    levels: Vec<Level>,
}

/// The starts of a grid that are on no coarser one.
#[derive(Clone, Copy, Debug)]
struct Level {
    /// The distance of neighbours on the grid.
    stride: usize,
    /// Its places in the order.
    places: [usize; 2],
    /// Whether it is the coarsest: no start is on a coarser grid then.
    is_coarsest: bool,
}

impl Level {
    /// The first column of a row, and the distance to the next.
    #[inline]
    fn row(&self, row: usize) -> [usize; 2] {
        if self.is_coarsest || !row.is_multiple_of(2 * self.stride) {
            [0, self.stride]
        } else {
            [self.stride, 2 * self.stride]
        }
    }

    /// Column and row of the start with `before` starts of this level before it.
    fn start(&self, columns: usize, before: usize) -> [usize; 2] {
        let Level { stride, is_coarsest, .. } = *self;
        let full = columns.div_ceil(stride);
        if is_coarsest {
            return [before % full * stride, before / full * stride];
        }
        let half = full / 2;
        let (pair, rest) = (before / (half + full), before % (half + full));
        let row = 2 * pair * stride;
        if rest < half { [(2 * rest + 1) * stride, row] } else { [(rest - half) * stride, row + stride] }
    }
}

impl RefinementOrder {
    pub(super) fn new(columns: usize, rows: usize) -> RefinementOrder {
        let mut stride = 1;
        while columns.max(rows).div_ceil(stride) > COARSEST {
            stride *= 2;
        }
        let mut levels = Vec::new();
        let mut start = 0;
        while stride > 0 {
            // Together with those before, all starts of the grid.
            let end = columns.div_ceil(stride) * rows.div_ceil(stride);
            levels.push(Level { stride, places: [start, end], is_coarsest: start == 0 });
            start = end;
            stride /= 2;
        }
        RefinementOrder { columns, rows, levels }
    }

    /// How many starts there are.
    pub(super) fn len(&self) -> usize {
        self.columns * self.rows
    }

    /// The end of the level on which a place is.
    pub(super) fn end_of_level(&self, place: usize) -> usize {
        self.levels.iter().map(|level| level.places[1]).find(|end| *end > place).unwrap_or(self.len())
    }

    /// The distances of neighbours, that of the finest grid first.
    pub(super) fn strides(&self) -> impl Iterator<Item = usize> {
        self.levels.iter().rev().map(|level| level.stride)
    }

    /// Column and row of each start in a range of the order.
    #[inline]
    pub(super) fn starts(&self, places: Range<usize>) -> Starts<'_> {
        Starts { order: self, places, level: None, at: [0; 2], step: 0 }
    }
}

/// See [`RefinementOrder::starts`].
pub(super) struct Starts<'a> {
    order: &'a RefinementOrder,
    /// The remaining places.
    places: Range<usize>,
    /// The level of the next start; `None` before that is looked up.
    level: Option<&'a Level>,
    /// Column and row of the next start, and the distance to the one after it.
    at: [usize; 2],
    step: usize,
}

impl Starts<'_> {
    /// Finds the next place of the range.
    #[cold]
    fn seek(&mut self) {
        let place = self.places.start;
        self.level = self.order.levels.iter().find(|level| level.places[1] > place);
        if let Some(level) = self.level {
            self.at = level.start(self.order.columns, place - level.places[0]);
            [_, self.step] = level.row(self.at[1]);
        }
    }
}

impl Iterator for Starts<'_> {
    type Item = [usize; 2];

    #[inline]
    fn next(&mut self) -> Option<[usize; 2]> {
        let place = self.places.next()?;
        if self.level.is_none_or(|level| place == level.places[1]) {
            self.places.start = place;
            self.seek();
            self.places.start = place + 1;
        }
        let at = self.at;
        self.at[0] += self.step;
        // A row may have none: the only column of a map is on the coarsest grid.
        while self.at[0] >= self.order.columns {
            let level = self.level?;
            self.at[1] += level.stride;
            [self.at[0], self.step] = level.row(self.at[1]);
        }
        Some(at)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the definition: all starts by the coarsest grid that they are on, then row by row.
    fn expected(columns: usize, rows: usize) -> Vec<[usize; 2]> {
        let coarsest = (0..).map(|k| 1usize << k).find(|stride| columns.max(rows).div_ceil(*stride) <= COARSEST);
        let coarsest = coarsest.expect("a stride");
        let level = |[column, row]: &[usize; 2]| {
            let stride = (1usize << (column | row | coarsest).trailing_zeros()).min(coarsest);
            std::cmp::Reverse(stride)
        };
        let mut all: Vec<[usize; 2]> =
            (0..rows).flat_map(|row| (0..columns).map(move |column| [column, row])).collect();
        all.sort_by_key(level);
        all
    }

    #[test]
    fn coarse_grids_come_first_and_every_start_comes_once() {
        for [columns, rows] in
            [[1, 1], [64, 64], [65, 65], [512, 512], [129, 300], [1, 700], [700, 1], [66, 3], [3, 130]]
        {
            let order = RefinementOrder::new(columns, rows);
            let expected = expected(columns, rows);
            assert_eq!(order.len(), expected.len());
            assert_eq!(order.starts(0..order.len()).collect::<Vec<_>>(), expected, "{columns} × {rows}");
            for start in (0..expected.len()).step_by(expected.len() / 7 + 1) {
                let end = (start + expected.len() / 3 + 1).min(expected.len());
                assert_eq!(order.starts(start..end).collect::<Vec<_>>(), expected[start..end], "{columns} × {rows}");
            }
        }
    }

    #[test]
    fn a_level_ends_where_its_grid_is_complete() {
        let order = RefinementOrder::new(512, 512);
        assert_eq!(order.strides().collect::<Vec<_>>(), [1, 2, 4, 8]);
        assert_eq!([0, 4095, 4096, 70_000].map(|place| order.end_of_level(place)), [4096, 4096, 16_384, 262_144]);
    }
}
