//! Tests for one box: whether it can hold a critical point, and whether it provably holds exactly one.
//!
//! For a box X with middle m, the mean-value theorem gives ∇L(w) ∈ ∇L(m) + H(X)·(X − m) for every w in X. With
//! Y ≈ H(m)⁻¹ the Krawczyk operator K(X) = m − Y·∇L(m) + (I − Y·H(X))·(X − m) holds every critical point of X, and
//! K(X) ⊂ int X proves that there is exactly one (Krawczyk 1969; Neumaier, Interval Methods for Systems of
//! Equations, 1990, ch. 5).

use crate::formula::JetOf;
use crate::landscape::Enclosures;
use crate::number::{Interval, Number};

/// A box of the weight plane.
pub type Cell = [Interval; 2];

/// Enclosures of L, ∇L and H over a box.
pub type Enclosure = JetOf<Interval>;

/// The verdict of the tests on a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellVerdict {
    /// It holds no critical point.
    Empty,
    /// L is not twice differentiable, or not defined, everywhere in the box, so the tests do not apply.
    NotSmooth,
    /// Every critical point of the box lies in a smaller one.
    Narrowed {
        /// The smaller one.
        cell: Cell,
        /// ∇L at the middle of the box.
        at_centre: [Interval; 2],
        /// ‖I − Y·H‖, an upper bound; infinite where H(m) is singular.
        contraction: f64,
        /// A wide gap without a critical point: the weight, and the intervals on both sides of the gap.
        gap: Option<(usize, [Interval; 2])>,
    },
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

/// Whether a gradient enclosure is tiny but not zero, so that splitting the box would go on for ever.
pub fn is_underflow(gradient: &[Interval; 2]) -> bool {
    let magnitude = |g: &Interval| g.lo.abs().max(g.hi.abs());
    gradient.iter().all(|g| magnitude(g) < 1e-290) && gradient.iter().any(|g| magnitude(g) > 0.0)
}

/// Whether a gradient enclosure is mostly the rounding error that even a single point has.
pub fn is_rounding(gradient: &[Interval; 2], at_centre: &[Interval; 2]) -> bool {
    gradient.iter().zip(at_centre).all(|(gradient, at_centre)| {
        let (noise, spread) = (at_centre.width(), gradient.width());
        noise > 0.5 * spread && at_centre.contains(0.0) && spread > 0.0
    })
}

/// Whether L is twice differentiable everywhere in the box, with bounded derivatives.
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

/// Enclosures over a box; `None` if L is undefined everywhere in it, or if its gradient already excludes 0.
pub fn enclosure(loss: &Enclosures, cell: &Cell) -> Option<Enclosure> {
    loss.jet_unless(*cell, |value, gradient| value.is_empty() || excludes_zero(&gradient))
}

/// The verdict of the derivative tests on a box with its [`enclosure`].
pub fn look(loss: &Enclosures, cell: &Cell, at: &Enclosure) -> CellVerdict {
    if !is_smooth(at) {
        return CellVerdict::NotSmooth;
    }
    let centre = middle(cell);
    let at_centre = loss.gradient_of(centre);
    let offset = [cell[0].sub(centre[0]), cell[1].sub(centre[1])];
    if excludes_zero(&mean_value(&at_centre, &at.hessian, &offset)) {
        return CellVerdict::Empty;
    }
    let Some(inverse) = inverse_of_middle(&at.hessian) else {
        return CellVerdict::Narrowed { cell: *cell, at_centre, contraction: f64::INFINITY, gap: None };
    };
    let (vector, matrix) = preconditioned(&inverse, &at_centre, &at.hessian);
    // Gauss–Seidel on Y·g + Y·H·(x − m) = 0, each row solved for its own weight.
    let mut narrowed = *cell;
    let mut gap: Option<(usize, [Interval; 2])> = None;
    for i in 0..2 {
        let j = 1 - i;
        let diagonal = matrix[i][i];
        let rest = vector[i].add(matrix[i][j].mul(narrowed[j].sub(centre[j])));
        if diagonal.contains(0.0) {
            if rest.contains(0.0) {
                continue;
            }
            let [left, right] = beside_gap(centre[i], rest, diagonal).map(|side| side.intersect(narrowed[i]));
            match (left.is_empty(), right.is_empty()) {
                // In a valley Y cancels the stiff part, and the row excludes 0.
                (true, true) => return CellVerdict::Empty,
                (true, false) => narrowed[i] = Interval::new(right.lo, right.hi),
                (false, true) => narrowed[i] = Interval::new(left.lo, left.hi),
                (false, false) if right.lo - left.hi > WIDE_GAP * narrowed[i].width() => {
                    gap = Some((i, [Interval::new(left.lo, left.hi), Interval::new(right.lo, right.hi)]));
                }
                (false, false) => {}
            }
            continue;
        }
        let solved = centre[i].sub(rest.div(diagonal));
        let both = solved.intersect(narrowed[i]);
        if both.is_empty() {
            return CellVerdict::Empty;
        }
        narrowed[i] = Interval::new(both.lo, both.hi);
    }
    CellVerdict::Narrowed { cell: narrowed, at_centre, contraction: contraction(&matrix), gap }
}

/// Gaps narrower than this share of the box are not cut out.
const WIDE_GAP: f64 = 0.1;

/// All x with 0 ∈ rest + diagonal·(x − m), where `diagonal` contains 0 and `rest` does not: the parts to the left and
/// to the right of a gap around m.
fn beside_gap(centre: Interval, rest: Interval, diagonal: Interval) -> [Interval; 2] {
    let rest = if rest.hi < 0.0 { [-rest.hi, -diagonal.hi, -diagonal.lo] } else { [rest.lo, diagonal.lo, diagonal.hi] };
    // −rest/diagonal is at least this far from 0 on each side. If a bound of `diagonal` is 0, one side is empty.
    let [least, low, high] = rest;
    let far =
        |slope: f64| if slope > 0.0 { Interval::point(least).div(Interval::point(slope)).lo } else { f64::INFINITY };
    let left = centre.sub(Interval::point(far(high).min(f64::MAX))).hi;
    let right = centre.add(Interval::point(far(-low).min(f64::MAX))).lo;
    [Interval::new(f64::NEG_INFINITY, left), Interval::new(right, f64::INFINITY)]
}

/// K(X), which holds every critical point of X; `None` if L is not smooth on X or if H(m) is singular.
pub fn krawczyk(loss: &Enclosures, cell: &Cell) -> Option<Cell> {
    let at: Enclosure = loss.jet_of(*cell);
    if !is_smooth(&at) {
        return None;
    }
    let inverse = inverse_of_middle(&at.hessian)?;
    let centre = middle(cell);
    let at_centre = loss.gradient_of(centre);
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

/// Proves that the box holds exactly one critical point, and narrows its enclosure.
pub fn certify(loss: &Enclosures, cell: &Cell) -> Option<Root> {
    let image = krawczyk(loss, cell)?;
    if !strictly_inside(cell, &image) {
        return None;
    }
    let mut tight = image;
    // Each step squares the width; it has converged when it no longer halves.
    for _ in 0..60 {
        let Some(next) = krawczyk(loss, &tight) else { break };
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

/// Proves a critical point near a point that a search found, by trying boxes of growing size around it.
pub fn certify_near(loss: &Enclosures, w: [f64; 2], scale: [f64; 2]) -> Option<Root> {
    let mut size = 1e-13;
    while size < 1e-4 {
        let cell = [0, 1].map(|i| {
            let radius = size * scale[i].max(w[i].abs() * 1e-2);
            Interval::new(w[i] - radius, w[i] + radius)
        });
        if let Some(root) = certify(loss, &cell) {
            return Some(enlarged(loss, root));
        }
        size *= 30.0;
    }
    None
}

/// The root with as large a box of uniqueness as a few doublings find.
pub fn enlarged(loss: &Enclosures, root: Root) -> Root {
    let mut best = root;
    let mut share = 1.0;
    for _ in 0..24 {
        let larger = grown(&best.unique, share);
        let proved = krawczyk(loss, &larger).is_some_and(|image| strictly_inside(&larger, &image));
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
