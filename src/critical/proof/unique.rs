//! The proved points with their boxes of uniqueness, found through a grid over the view.

use super::krawczyk::{Cell, Root, inside, touch};

/// Cells of the grid along each side. A linear scan made a view with 15,625 points eleven times slower.
const SIDE: usize = 128;

/// Proved points, each with a box in which it is the only one.
#[derive(Clone, Debug)]
pub struct UniqueBoxes {
    search: Cell,
    roots: Vec<Root>,
    grid: Vec<Vec<u32>>,
}

impl UniqueBoxes {
    /// None yet.
    pub fn new(search: &Cell) -> UniqueBoxes {
        UniqueBoxes { search: *search, roots: Vec::new(), grid: vec![Vec::new(); SIDE * SIDE] }
    }

    /// All of them, in the order in which they were proved.
    pub fn iter(&self) -> impl Iterator<Item = &Root> {
        self.roots.iter()
    }

    fn column(&self, axis: usize, value: f64) -> usize {
        let share = (value - self.search[axis].lo) / self.search[axis].width();
        // NaN and negative numbers become 0.
        ((share * SIDE as f64) as usize).min(SIDE - 1)
    }

    /// Whether the box lies in a box of uniqueness, so that it can hold no unknown point.
    pub fn holds(&self, cell: &Cell) -> bool {
        let place = self.column(1, cell[1].middle()) * SIDE + self.column(0, cell[0].middle());
        self.grid[place].iter().any(|&index| inside(&self.roots[index as usize].unique, cell))
    }

    /// Adds a point unless it is known. Returns false if it can be proved neither different from a known point nor
    /// equal to it.
    pub fn insert(&mut self, root: Root) -> bool {
        let columns = self.column(0, root.unique[0].lo)..=self.column(0, root.unique[0].hi);
        let rows = self.column(1, root.unique[1].lo)..=self.column(1, root.unique[1].hi);
        // The known boxes of uniqueness may be much smaller than this one, and anywhere in it.
        let places = rows.clone().flat_map(|row| columns.clone().map(move |column| row * SIDE + column));
        for &index in places.flat_map(|place| &self.grid[place]) {
            let known = self.roots[index as usize];
            // A box of uniqueness with the other's tight box inside holds both, so they are one.
            if inside(&known.unique, &root.tight) || inside(&root.unique, &known.tight) {
                return true;
            }
            if touch(&known.tight, &root.tight) {
                return false;
            }
        }
        let index = self.roots.len() as u32;
        for row in rows {
            for column in columns.clone() {
                self.grid[row * SIDE + column].push(index);
            }
        }
        self.roots.push(root);
        true
    }
}
