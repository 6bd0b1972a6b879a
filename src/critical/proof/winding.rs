//! The Poincaré–Hopf index of a rectangle, proved: how often ∇L turns around while its border is walked once.
//!
//! The border is divided until on each piece one component of ∇L keeps its sign. Each piece then belongs to a half
//! plane (right, upper, left, lower), and the changes from piece to piece are counted; four quarter turns are one turn
//! (Stenger 1975; Kearfott 1979).

use super::krawczyk::{Cell, is_smooth};
use crate::landscape::Enclosures;
use crate::number::Interval;

/// A half plane in which a gradient lies: right (∂₁ > 0), upper (∂₂ > 0), left, lower.
type Side = i32;

/// The most pieces of a border.
const MAX_PIECES: usize = 20_000;

/// The index of ∇L on the rectangle's border; `None` if L is not smooth on the whole rectangle, or if a critical point
/// lies on the border or too near to it.
pub fn index(loss: &Enclosures, cell: &Cell) -> Option<i32> {
    // A pole or kink inside also turns the gradient, but is not a critical point.
    if !is_smooth(&loss.jet_of(*cell)) {
        return None;
    }
    border_index(loss, cell, MAX_PIECES)
}

/// The turns of ∇L along the border, whatever is inside; `None` if `most` pieces do not suffice.
pub fn border_index(loss: &Enclosures, cell: &Cell, most: usize) -> Option<i32> {
    let corners =
        [[cell[0].lo, cell[1].lo], [cell[0].hi, cell[1].lo], [cell[0].hi, cell[1].hi], [cell[0].lo, cell[1].hi]];
    let mut sides: Vec<Side> = Vec::new();
    let mut left = most.min(MAX_PIECES);
    for k in 0..4 {
        walk(loss, corners[k], corners[(k + 1) % 4], &mut sides, &mut left)?;
    }
    let mut quarter_turns = 0;
    for (k, side) in sides.iter().enumerate() {
        let next = sides[(k + 1) % sides.len()];
        // Neighbouring pieces share a point, so their half planes are equal or adjacent.
        quarter_turns += match (next - side).rem_euclid(4) {
            0 => 0,
            1 => 1,
            3 => -1,
            _ => return None,
        };
    }
    (quarter_turns % 4 == 0).then_some(quarter_turns / 4)
}

/// Appends the half planes along a segment, in order, dividing it until each piece has one.
fn walk(loss: &Enclosures, from: [f64; 2], to: [f64; 2], sides: &mut Vec<Side>, left: &mut usize) -> Option<()> {
    let mut open = vec![(from, to)];
    while let Some((a, b)) = open.pop() {
        *left = left.checked_sub(1)?;
        let piece = [0, 1].map(|i| Interval::new(a[i].min(b[i]), a[i].max(b[i])));
        let at = loss.jet_of(piece);
        if at.value.is_empty() || at.value.partial {
            return None;
        }
        match side(&at.gradient) {
            Some(side) => sides.push(side),
            None => {
                let middle = [0, 1].map(|i| 0.5 * a[i] + 0.5 * b[i]);
                if middle == a || middle == b {
                    return None;
                }
                open.push((middle, b));
                open.push((a, middle));
            }
        }
    }
    Some(())
}

fn side(gradient: &[Interval; 2]) -> Option<Side> {
    let [g, h] = gradient;
    if g.partial || h.partial {
        None
    } else if g.lo > 0.0 {
        Some(0)
    } else if h.lo > 0.0 {
        Some(1)
    } else if g.hi < 0.0 {
        Some(2)
    } else if h.hi < 0.0 {
        Some(3)
    } else {
        None
    }
}
