//! The outline of the region where L is undefined or infinite, for hatching it.
//!
//! The region is known only at the nodes of the grid. Its outline passes half-way between a node where L is finite and
//! a neighbour where it is not, and along the border of the view if the region reaches it.

use super::contour::{Samples, contour_lines};
use crate::number::Vector;
use crate::number::lanes::{InstructionSet, are_within};

/// Closed rings (the first vertex is repeated at the end) around the region, to be filled by the even-odd rule.
pub(super) fn outline(samples: Samples<'_>) -> Vec<Vec<Vector>> {
    let (width, height) = (samples.columns.len(), samples.rows.len());
    if width == 0
        || samples.values.len() != width * height
        || are_within(InstructionSet::fastest(), samples.values, f64::MAX)
    {
        return Vec::new();
    }
    // A frame of defined nodes at the same places as the border nodes closes every ring. Its edges have no length, so
    // that the outline follows the border itself.
    let framed = |axis: &[f64]| match axis {
        [first, .., last] => [&[*first], axis, &[*last]].concat(),
        _ => [axis, axis, axis].concat(),
    };
    let mut mask = vec![0.0; width + 2];
    for row in samples.values.chunks(width) {
        mask.push(0.0);
        mask.extend(row.iter().map(|value| if value.is_finite() { 0.0 } else { 1.0 }));
        mask.push(0.0);
    }
    mask.extend(vec![0.0; width + 2]);
    let framed = Samples { columns: &framed(samples.columns), rows: &framed(samples.rows), values: &mask };
    contour_lines(framed, &[0.5]).into_iter().map(|line| without_needless(line.points)).collect()
}

/// A ring without the vertices that lie on the straight line between their neighbours.
fn without_needless(ring: Vec<Vector>) -> Vec<Vector> {
    let mut kept: Vec<Vector> = Vec::with_capacity(ring.len());
    for vertex in ring {
        while let [.., before, last] = kept[..]
            && is_between(before, last, vertex)
        {
            kept.pop();
        }
        kept.push(vertex);
    }
    // The walk may have begun in the middle of a straight piece.
    if let [_, second, .., before, _] = kept[..]
        && is_between(before, kept[0], second)
    {
        kept.pop();
        kept[0] = before;
    }
    kept
}

/// Whether the middle point lies on the straight line between the others.
fn is_between(before: Vector, middle: Vector, after: Vector) -> bool {
    let (along, on) = (middle - before, after - middle);
    // Grid steps are equal up to rounding, and so are the slopes of diagonal pieces.
    (along.x * on.y - along.y * on.x).abs() <= 1e-9 * along.norm() * on.norm() && along.dot(&on) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const AXIS: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

    fn outline_of(values: &[f64]) -> Vec<Vec<Vector>> {
        outline(Samples { columns: &AXIS, rows: &AXIS, values })
    }

    /// Even-odd rule: whether a ray to the right crosses the rings an odd number of times.
    fn is_inside(rings: &[Vec<Vector>], w: Vector) -> bool {
        let crosses = |pair: &[Vector]| {
            let (p, q) = (pair[0], pair[1]);
            (p.y > w.y) != (q.y > w.y) && p.x + (w.y - p.y) / (q.y - p.y) * (q.x - p.x) > w.x
        };
        rings.iter().flat_map(|ring| ring.windows(2)).filter(|pair| crosses(pair)).count() % 2 == 1
    }

    #[test]
    fn nothing_is_undefined() {
        assert!(outline_of(&[1.0; 25]).is_empty());
        assert!(outline(Samples { columns: &[], rows: &[], values: &[] }).is_empty());
    }

    #[test]
    fn everything_is_undefined() {
        let ring = outline_of(&[f64::NAN; 25]).concat();
        let corners = [(-2.0, -2.0), (2.0, -2.0), (2.0, 2.0), (-2.0, 2.0)];
        assert_eq!(ring.len(), 5);
        assert!(corners.iter().all(|&(x, y)| ring.contains(&Vector::new(x, y))));
    }

    #[test]
    fn a_half_plane() {
        // As for log(w1): undefined for w1 ≤ 0, known at the nodes; the outline is half-way to the first defined ones.
        let row = [f64::NAN, f64::NAN, f64::NEG_INFINITY, 0.0, 1.0];
        let rings = outline_of(&[row, row, row, row, row].concat());
        assert_eq!(rings.len(), 1);
        let corners = [(-2.0, -2.0), (0.5, -2.0), (0.5, 2.0), (-2.0, 2.0)];
        assert_eq!(rings[0].len(), 5);
        assert!(corners.iter().all(|&(x, y)| rings[0].contains(&Vector::new(x, y))));
    }

    #[test]
    fn a_ring_has_two_outlines() {
        let at = |k: usize| (AXIS[k % 5], AXIS[k / 5]);
        let values: Vec<f64> =
            (0..25).map(|k| if at(k).0.abs().max(at(k).1.abs()) == 1.0 { f64::NAN } else { 0.0 }).collect();
        let rings = outline_of(&values);
        assert_eq!(rings.len(), 2);
        assert!(!is_inside(&rings, Vector::new(1e-3, 1e-3)) && is_inside(&rings, Vector::new(1.0, 1e-3)));
    }

    proptest! {
        /// All rings are closed, and exactly the undefined nodes are inside.
        #[test]
        fn rings_hold_the_undefined_nodes(mask in prop::collection::vec(any::<bool>(), 25)) {
            let values: Vec<f64> = mask.iter().map(|&undefined| if undefined { f64::NAN } else { 1.0 }).collect();
            let rings = outline_of(&values);
            for ring in &rings {
                prop_assert!(ring.len() >= 4 && ring.first() == ring.last());
            }
            for (k, &undefined) in mask.iter().enumerate() {
                // Moved a little inwards, because nodes of the border are on the outline.
                let w = Vector::new(AXIS[k % 5] * 0.99 + 1e-3, AXIS[k / 5] * 0.99 + 2e-3);
                prop_assert_eq!(is_inside(&rings, w), undefined, "{} in {:?}", w, rings);
            }
        }
    }
}
