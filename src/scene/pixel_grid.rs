//! Selects marks of a kind: those that are far enough from the ones before.

use super::{Layout, clip};

/// Squares of the plot with the mark in each, to find nearby marks; NaN if a square has none.
pub struct PixelGrid {
    origin: [f64; 2],
    apart: f64,
    columns: usize,
    squares: Vec<[f32; 2]>,
}

impl PixelGrid {
    /// An empty grid for marks that must be `apart` pixels from each other.
    pub fn new(layout: &Layout, apart: f64) -> PixelGrid {
        let side = |length: f64| (length / apart) as usize + 3;
        let (columns, rows) = (side(layout.plot.width()), side(layout.plot.height()));
        PixelGrid { origin: layout.plot.min, apart, columns, squares: vec![[f32::NAN; 2]; columns * rows] }
    }

    /// Claims the place of a mark in the plot; returns false if another mark is too near.
    pub fn claim(&mut self, point: [f64; 2]) -> bool {
        let cell = |i: usize| ((point[i] - self.origin[i]) / self.apart) as usize + 1;
        let (column, row) = (cell(0), cell(1));
        let near = |square: &[f32; 2]| clip::distance(square.map(f64::from), point) < self.apart;
        for row in row - 1..=row + 1 {
            let from = row * self.columns + column - 1;
            if self.squares.get(from..from + 3).is_some_and(|squares| squares.iter().any(near)) {
                return false;
            }
        }
        if let Some(square) = self.squares.get_mut(row * self.columns + column) {
            *square = point.map(|x| x as f32);
        }
        true
    }
}
