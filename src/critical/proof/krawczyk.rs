//! One box at a time: can it hold a critical point, and does it provably hold exactly one?
//!
//! For a box X with middle m, the mean-value theorem gives ∇L(w) ∈ ∇L(m) + H(X)·(X − m) for every w in X. With
//! Y ≈ H(m)⁻¹ the Krawczyk operator K(X) = m − Y·∇L(m) + (I − Y·H(X))·(X − m) holds every critical point of X, and
//! K(X) ⊂ int X proves that there is exactly one (Krawczyk 1969; Neumaier, Interval Methods for Systems of
//! Equations, 1990, ch. 5).

use crate::formula::{JetOf, Tape};
use crate::number::{Interval, Number};

/// A box of the weight plane.
pub type Cell = [Interval; 2];

/// Enclosures of L, ∇L and H over a box.
pub type Enclosure = JetOf<Interval>;

/// What one look at a box says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Look {
    /// It holds no critical point.
    Empty,
    /// Every critical point of the box lies in this smaller one.
    Narrowed(Cell),
}

/// The middle of a box, as a point.
pub fn middle(cell: &Cell) -> Cell {
    cell.map(|x| Interval::point(x.middle()))
}

/// Whether the second box lies in the interior of the first.
pub fn strictly_inside(outer: &Cell, inner: &Cell) -> bool {
    (0..2).all(|i| outer[i].lo < inner[i].lo && inner[i].hi < outer[i].hi)
}

/// Whether the second box lies in the first.
pub fn inside(outer: &Cell, inner: &Cell) -> bool {
    (0..2).all(|i| outer[i].lo <= inner[i].lo && inner[i].hi <= outer[i].hi)
}

/// Whether two closed boxes have a point in common.
pub fn touch(a: &Cell, b: &Cell) -> bool {
    (0..2).all(|i| a[i].lo <= b[i].hi && b[i].lo <= a[i].hi)
}

/// The least box that holds both.
pub fn hull(a: &Cell, b: &Cell) -> Cell {
    [a[0].hull(b[0]), a[1].hull(b[1])]
}

/// The box grown on each side by `share` of its width, and by at least a few numbers.
pub fn grown(cell: &Cell, share: f64) -> Cell {
    cell.map(|x| {
        let margin = share * x.width() + 4.0 * (x.hi.next_up() - x.hi).max(x.lo - x.lo.next_down());
        Interval::new(x.lo - margin, x.hi + margin)
    })
}

/// Whether a gradient enclosure excludes 0.
pub fn excludes_zero(gradient: &[Interval; 2]) -> bool {
    gradient.iter().any(|g| g.is_empty() || !g.contains(0.0))
}

/// Whether L is twice differentiable all over the box, with bounded derivatives.
pub fn is_smooth(at: &Enclosure) -> bool {
    let whole = |x: &Interval| !x.partial && x.lo.is_finite() && x.hi.is_finite();
    whole(&at.value) && at.gradient.iter().all(whole) && at.hessian.iter().all(whole)
}

/// (H entries as rows.)
fn rows(hessian: &[Interval; 3]) -> [[Interval; 2]; 2] {
    [[hessian[0], hessian[1]], [hessian[1], hessian[2]]]
}

/// ∇L(m) + H(X)·(X − m), which holds every gradient of the box.
pub fn mean_value(at_middle: &[Interval; 2], hessian: &[Interval; 3], offset: &Cell) -> [Interval; 2] {
    let h = rows(hessian);
    [0, 1].map(|i| at_middle[i].add(h[i][0].mul(offset[0]).add(h[i][1].mul(offset[1]))))
}

/// An approximate inverse of the Hessian's middle; `None` when that is singular.
fn inverse_of_middle(hessian: &[Interval; 3]) -> Option<[[f64; 2]; 2]> {
    let [a, b, d] = hessian.map(Interval::middle);
    let determinant = a * d - b * b;
    let inverse = [[d / determinant, -b / determinant], [-b / determinant, a / determinant]];
    inverse.iter().flatten().all(|x| x.is_finite()).then_some(inverse)
}

/// Y·g and Y·H for a point matrix Y.
fn preconditioned(
    inverse: &[[f64; 2]; 2],
    gradient: &[Interval; 2],
    hessian: &[Interval; 3],
) -> ([Interval; 2], [[Interval; 2]; 2]) {
    let y = inverse.map(|row| row.map(Interval::point));
    let h = rows(hessian);
    let dot = |row: &[Interval; 2], a: Interval, b: Interval| row[0].mul(a).add(row[1].mul(b));
    let vector = [dot(&y[0], gradient[0], gradient[1]), dot(&y[1], gradient[0], gradient[1])];
    let matrix = [0, 1].map(|i| [0, 1].map(|j| dot(&y[i], h[0][j], h[1][j])));
    (vector, matrix)
}

/// ‖I − Y·H‖ in the maximum norm, an upper bound.
fn contraction(matrix: &[[Interval; 2]; 2]) -> f64 {
    let magnitude = |x: Interval| x.lo.abs().max(x.hi.abs());
    let one = Interval::point(1.0);
    let first = magnitude(one.sub(matrix[0][0])) + magnitude(matrix[0][1]);
    let second = magnitude(matrix[1][0]) + magnitude(one.sub(matrix[1][1]));
    first.max(second)
}

/// What the derivative tests say of a box whose enclosure is known, with ‖I − Y·H‖ where a Newton step was possible.
pub fn look(tape: &Tape, cell: &Cell, at: &Enclosure) -> (Look, Option<f64>) {
    if at.value.is_empty() || excludes_zero(&at.gradient) {
        return (Look::Empty, None);
    }
    if !is_smooth(at) {
        return (Look::Narrowed(*cell), None);
    }
    let centre = middle(cell);
    let at_centre = tape.jet_of(centre).gradient;
    let offset = [cell[0].sub(centre[0]), cell[1].sub(centre[1])];
    if excludes_zero(&mean_value(&at_centre, &at.hessian, &offset)) {
        return (Look::Empty, None);
    }
    let Some(inverse) = inverse_of_middle(&at.hessian) else { return (Look::Narrowed(*cell), None) };
    let (vector, matrix) = preconditioned(&inverse, &at_centre, &at.hessian);
    let norm = contraction(&matrix);
    // Gauss–Seidel on Y·g + Y·H·(x − m) = 0, each row solved for its own weight.
    let mut narrowed = *cell;
    for i in 0..2 {
        let j = 1 - i;
        let diagonal = matrix[i][i];
        let rest = vector[i].add(matrix[i][j].mul(narrowed[j].sub(centre[j])));
        if diagonal.contains(0.0) {
            // No weight can be solved for, but the row may still exclude 0: in a valley Y cancels the stiff part.
            if !rest.add(diagonal.mul(narrowed[i].sub(centre[i]))).contains(0.0) {
                return (Look::Empty, Some(norm));
            }
            continue;
        }
        let solved = centre[i].sub(rest.div(diagonal));
        let both = solved.intersect(narrowed[i]);
        if both.is_empty() {
            return (Look::Empty, Some(norm));
        }
        narrowed[i] = Interval::new(both.lo, both.hi);
    }
    (Look::Narrowed(narrowed), Some(norm))
}

/// K(X), which holds every critical point of X; `None` where L is not smooth on X or H(m) is singular.
pub fn krawczyk(tape: &Tape, cell: &Cell) -> Option<Cell> {
    let at: Enclosure = tape.jet_of(*cell);
    if !is_smooth(&at) {
        return None;
    }
    let inverse = inverse_of_middle(&at.hessian)?;
    let centre = middle(cell);
    let at_centre = tape.jet_of(centre).gradient;
    let (vector, matrix) = preconditioned(&inverse, &at_centre, &at.hessian);
    let offset = [cell[0].sub(centre[0]), cell[1].sub(centre[1])];
    let one = Interval::point(1.0);
    let image = [0, 1].map(|i| {
        let remainder = [0, 1].map(|j| if i == j { one.sub(matrix[i][j]) } else { matrix[i][j].neg() });
        centre[i].sub(vector[i]).add(remainder[0].mul(offset[0]).add(remainder[1].mul(offset[1])))
    });
    image.iter().all(|x| !x.is_empty() && x.lo.is_finite() && x.hi.is_finite()).then_some(image)
}

/// A proved critical point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Root {
    /// A tight box that holds it.
    pub tight: Cell,
    /// A box in which it is the only critical point.
    pub unique: Cell,
}

/// Proves that the box holds exactly one critical point, and tightens where it is.
pub fn certify(tape: &Tape, cell: &Cell) -> Option<Root> {
    let image = krawczyk(tape, cell)?;
    if !strictly_inside(cell, &image) {
        return None;
    }
    let mut tight = image;
    // Each step squares the width; it has converged when it no longer halves.
    for _ in 0..60 {
        let Some(next) = krawczyk(tape, &tight) else { break };
        let next = [next[0].intersect(tight[0]), next[1].intersect(tight[1])];
        if next.iter().any(|x| x.is_empty()) {
            break;
        }
        let next = next.map(|x| Interval::new(x.lo, x.hi));
        let shrinks = (0..2).any(|i| next[i].width() < 0.5 * tight[i].width());
        tight = next;
        if !shrinks {
            break;
        }
    }
    Some(Root { tight, unique: *cell })
}

/// Proves a critical point near a point that a search found: boxes of growing size around it are tried.
pub fn certify_near(tape: &Tape, w: [f64; 2], scale: [f64; 2]) -> Option<Root> {
    let mut size = 1e-13;
    while size < 1e-4 {
        let cell = [0, 1].map(|i| {
            let radius = size * scale[i].max(w[i].abs() * 1e-2);
            Interval::new(w[i] - radius, w[i] + radius)
        });
        if let Some(root) = certify(tape, &cell) {
            return Some(enlarged(tape, root));
        }
        size *= 30.0;
    }
    None
}

/// The root with as large a box of uniqueness as a few doublings find.
pub fn enlarged(tape: &Tape, root: Root) -> Root {
    let mut best = root;
    let mut share = 1.0;
    for _ in 0..24 {
        let larger = grown(&best.unique, share);
        let proved = krawczyk(tape, &larger).is_some_and(|image| strictly_inside(&larger, &image));
        if proved {
            best.unique = larger;
        } else if share > 0.3 {
            share = 0.25;
        } else {
            break;
        }
    }
    best
}
