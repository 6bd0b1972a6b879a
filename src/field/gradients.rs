//! The gradient on a coarse grid, for arrows.

use super::Field;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use std::sync::Arc;

/// Cells along the longer side of a view.
const CELLS: f64 = 20.0;

/// ∇L in the middle of each cell of a coarse grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradients {
    /// Width and height of a cell.
    pub spacing: [f64; 2],
    /// The midpoints of the cells, row by row from the least w2, and ∇L there.
    pub nodes: Vec<(Vector, Vector)>,
}

impl Gradients {
    /// The gradients of a view with square cells, twenty along its longer side.
    pub fn new(loss: &Loss, view: &View) -> Gradients {
        let longer = view.width().max(view.height());
        let cells = [view.width(), view.height()].map(|side| (CELLS * (side / longer)).round().max(4.0));
        let spacing = [view.width() / cells[0], view.height() / cells[1]];
        let [columns, rows] = cells.map(|cells| cells as usize);
        let middle = |row: usize, column: usize| {
            let along = |low: f64, spacing: f64, cell: usize| low + (cell as f64 + 0.5) * spacing;
            Vector::new(along(view.w1[0], spacing[0], column), along(view.w2[0], spacing[1], row))
        };
        let nodes = (0..rows).flat_map(|row| (0..columns).map(move |column| middle(row, column)));
        Gradients { spacing, nodes: nodes.map(|w| (w, loss.jet(w).gradient)).collect() }
    }
}

impl Field {
    /// The same field with the gradient on a coarse grid.
    pub fn with_gradients(self, loss: &Loss) -> Field {
        let gradients = Some(Arc::new(Gradients::new(loss, &self.grid.view)));
        Field { gradients, ..self }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use std::collections::BTreeMap;

    /// The gradient of w1² + 3·w2 is (2·w1, 3); a view of 4 × 2 has 20 × 10 square cells.
    #[test]
    fn gradients_are_those_in_the_middle_of_square_cells() {
        let loss = Loss::new("w1^2 + 3*w2", &BTreeMap::new()).unwrap();
        let gradients = Gradients::new(&loss, &View::new(-2.0, 2.0, 0.0, 2.0).unwrap());
        assert_eq!((gradients.spacing, gradients.nodes.len()), ([0.2, 0.2], 200));
        for (w, gradient) in &gradients.nodes {
            assert!((gradient - Vector::new(2.0 * w.x, 3.0)).norm() < 1e-15);
        }
        let (first, last) = (gradients.nodes[0].0, gradients.nodes[199].0);
        assert!((first - Vector::new(-1.9, 0.1)).norm() + (last - Vector::new(1.9, 1.9)).norm() < 1e-12);
    }
}
