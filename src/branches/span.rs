//! The proof that a view has the same critical points for all values of a range.
//!
//! Around the positions of each point at both ends of the range there is a rectangle over which H is regular for all
//! values. It holds at most one critical point for each value, because ∇L is injective there. Everywhere else intervals
//! exclude ∇L = 0 for all values. So no point leaves its rectangle and none enters. By the implicit function theorem
//! each point continues from one end of the range to the other, with the same signs of its eigenvalues.

use super::family::SimplePoint;
use crate::landscape::Enclosures;
use crate::landscape::View;
use crate::number::{Interval, Number, Vector};

type Cell = [Interval; 2];

/// The most boxes of a proof.
const MOST_BOXES: usize = 6_000;
/// Margins of the rectangles around the points, as shares of the view's sides, the widest first. The last ones are
/// added to a share of the distance that the point moves.
const MARGINS: [f64; 8] = [3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6];

/// Whether the points, paired between both ends of the range, are proved to be all critical points in the view for
/// every value that `loss` encloses.
pub(super) fn is_proved(loss: &Enclosures, view: &View, pairs: &[(SimplePoint, SimplePoint)]) -> bool {
    MARGINS
        .iter()
        .find_map(|margin| homes(loss, view, pairs, *margin))
        .is_some_and(|homes| is_empty_elsewhere(loss, view, &homes))
}

/// The rectangles around the points with margins up to this share of the view; `None` if H is not regular over one, or
/// if two overlap.
fn homes(loss: &Enclosures, view: &View, pairs: &[(SimplePoint, SimplePoint)], largest: f64) -> Option<Vec<Cell>> {
    let mut homes: Vec<Cell> = Vec::with_capacity(pairs.len());
    for (from, to) in pairs {
        let margins = MARGINS.iter().filter(|margin| **margin <= largest);
        let home = margins.map(|margin| around(view, from.w, to.w, *margin)).find(|cell| {
            // A point that may cross the border is not always counted by the audits of the view.
            let is_inside = view.w1[0] <= cell[0].lo
                && cell[0].hi <= view.w1[1]
                && view.w2[0] <= cell[1].lo
                && cell[1].hi <= view.w2[1];
            is_inside && is_regular(loss, cell)
        })?;
        // If rectangles of different points overlapped, two points could be taken for one.
        if homes.iter().any(|other| (0..2).all(|i| other[i].lo <= home[i].hi && home[i].lo <= other[i].hi)) {
            return None;
        }
        homes.push(home);
    }
    Some(homes)
}

/// The rectangle around both positions of a point, with a margin.
fn around(view: &View, from: Vector, to: Vector, margin: f64) -> Cell {
    let sides = [view.width(), view.height()];
    [0, 1].map(|i: usize| {
        let margin = margin * sides[i] + 0.3 * (from[i] - to[i]).abs();
        Interval::new(from[i].min(to[i]) - margin, from[i].max(to[i]) + margin)
    })
}

/// Whether every symmetric matrix of the enclosure of H over the cell is regular.
fn is_regular(loss: &Enclosures, cell: &Cell) -> bool {
    let jet = loss.jet_of(*cell);
    let all = [jet.value].into_iter().chain(jet.gradient).chain(jet.hessian);
    if !all.into_iter().all(|x| !x.partial && x.lo.is_finite() && x.hi.is_finite()) {
        return false;
    }
    let [a, b, d] = jet.hessian;
    let determinant = a.mul(d).sub(b.powi(2));
    determinant.lo > 0.0 || determinant.hi < 0.0
}

/// Whether ∇L has no zero in the view outside the rectangles.
fn is_empty_elsewhere(loss: &Enclosures, view: &View, homes: &[Cell]) -> bool {
    let whole = [Interval::new(view.w1[0], view.w1[1]), Interval::new(view.w2[0], view.w2[1])];
    let smallest = [view.width(), view.height()].map(|side| 1e-7 * side);
    let mut open = vec![whole];
    let mut boxes = 0;
    while let Some(cell) = open.pop() {
        boxes += 1;
        if boxes > MOST_BOXES {
            return false;
        }
        let is_home = |home: &Cell| (0..2).all(|i| home[i].lo <= cell[i].lo && cell[i].hi <= home[i].hi);
        if homes.iter().any(is_home) {
            continue;
        }
        let jet = loss.jet_of(cell);
        let excludes = |x: &Interval| !x.partial && (x.lo > 0.0 || x.hi < 0.0);
        if jet.gradient.iter().any(excludes) || is_excluded_by_mean_value(loss, &cell, &jet.hessian) {
            continue;
        }
        let widths = [0, 1].map(|i: usize| cell[i].width());
        if widths[0] <= smallest[0] && widths[1] <= smallest[1] {
            return false;
        }
        let axis = usize::from(widths[1] / view.height() > widths[0] / view.width());
        let middle = cell[axis].middle();
        for half in [Interval::new(cell[axis].lo, middle), Interval::new(middle, cell[axis].hi)] {
            let mut part = cell;
            part[axis] = half;
            open.push(part);
        }
    }
    true
}

/// Whether ∇L(m) + H·(X − m) excludes 0, directly or after multiplication by H(m)⁻¹, where m is the midpoint of the
/// cell.
fn is_excluded_by_mean_value(loss: &Enclosures, cell: &Cell, &[a, b, d]: &[Interval; 3]) -> bool {
    if [a, b, d].iter().any(|x| x.partial || !x.lo.is_finite() || !x.hi.is_finite()) {
        return false;
    }
    let middle = cell.map(|side| Interval::point(side.middle()));
    let offset = [0, 1].map(|i: usize| cell[i].sub(middle[i]));
    let gradient = loss.jet_of(middle).gradient;
    let excludes = |x: Interval| !x.partial && (x.lo > 0.0 || x.hi < 0.0);
    let rows = [[a, b], [b, d]];
    if (0..2).any(|i| excludes(gradient[i].add(rows[i][0].mul(offset[0])).add(rows[i][1].mul(offset[1])))) {
        return true;
    }
    // Y ≈ H(m)⁻¹: the rows of Y·∇L(m) + Y·H·(X − m).
    let [p, q, r] = [a.middle(), b.middle(), d.middle()];
    let determinant = p * r - q * q;
    let inverse = [[r, -q], [-q, p]].map(|row| row.map(|entry| Interval::point(entry / determinant)));
    (0..2).any(|i| {
        let [y, z] = inverse[i];
        let shift = y.mul(gradient[0]).add(z.mul(gradient[1]));
        let along = |j: usize| y.mul(rows[0][j]).add(z.mul(rows[1][j])).mul(offset[j]);
        excludes(shift.add(along(0)).add(along(1)))
    })
}
