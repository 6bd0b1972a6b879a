//! Splitting boxes, and joining those that are left.

use super::krawczyk::{Cell, Enclosure, grown, hull, touch};
use super::{Reason, Undecided};
use crate::number::Interval;

/// Where a side is cut. Not in the middle: points at round coordinates would stay on faces for ever.
const CUT: f64 = 0.487;
/// A box is never more than this many times as long as it is wide, relative to the view.
const MAX_ASPECT: f64 = 64.0;

/// Cuts a box across the direction in which the gradient varies most (the smear of Kearfott & Novoa 1990, each row
/// of the Hessian scaled to its own size).
pub fn split(cell: &Cell, at: &Enclosure, view: &Cell) -> [Cell; 2] {
    let widths = [0, 1].map(|i| cell[i].width());
    let shares = [0, 1].map(|i| widths[i] / view[i].width());
    let magnitude = |x: Interval| x.lo.abs().max(x.hi.abs());
    let [a, b, d] = at.hessian.map(magnitude);
    let rows = [[a * widths[0], b * widths[1]], [b * widths[0], d * widths[1]]];
    let mut smear = [0.0, 0.0];
    for row in rows {
        let total = row[0] + row[1];
        if total.is_finite() && total > 0.0 {
            smear = [smear[0] + row[0] / total, smear[1] + row[1] / total];
        }
    }
    let across = if shares[0] > MAX_ASPECT * shares[1] {
        0
    } else if shares[1] > MAX_ASPECT * shares[0] {
        1
    } else if smear[0] == smear[1] {
        usize::from(shares[1] > shares[0])
    } else {
        usize::from(smear[1] > smear[0])
    };
    let x = cell[across];
    let cut = (x.lo + CUT * (x.hi - x.lo)).clamp(x.lo, x.hi);
    let (mut first, mut second) = (*cell, *cell);
    first[across] = Interval::new(x.lo, cut);
    second[across] = Interval::new(cut, x.hi);
    [first, second]
}

/// Joins touching boxes with the same reason. A joined box of less than a thousandth of the view is always allowed, a
/// larger one only if most of it is undecided. More than some thousands of boxes are first joined on a coarse grid.
pub fn clusters(mut all: Vec<Undecided>, view: &Cell) -> Vec<Undecided> {
    const MANY: usize = 2_000;
    if all.len() > MANY {
        all = coarse(all);
    }
    let area = |cell: &Cell| cell[0].width() * cell[1].width();
    let is_small = |cell: &Cell| (0..2).all(|i| cell[i].width() <= 1e-3 * view[i].width());
    // Each with the area that is undecided in it.
    let mut joined: Vec<(Undecided, f64)> = Vec::new();
    for one in all {
        let mut one = (one, area(&one.cell));
        loop {
            let near = grown(&one.0.cell, 0.25);
            let joins = |known: &(Undecided, f64)| {
                let both = hull(&one.0.cell, &known.0.cell);
                known.0.reason == one.0.reason
                    && touch(&near, &known.0.cell)
                    && (is_small(&both) || area(&both) <= 2.0 * (one.1 + known.1))
            };
            let Some(index) = joined.iter().position(joins) else { break };
            let known = joined.swap_remove(index);
            one = (Undecided { cell: hull(&one.0.cell, &known.0.cell), ..one.0 }, one.1 + known.1);
        }
        joined.push(one);
    }
    let mut joined: Vec<Undecided> = joined.into_iter().map(|(one, _)| one).collect();
    joined.sort_by(|a, b| {
        a.reason.cmp(&b.reason).then(a.cell[0].lo.total_cmp(&b.cell[0].lo)).then(a.cell[1].lo.total_cmp(&b.cell[1].lo))
    });
    joined
}

/// The boxes' hulls on a 64 × 64 grid over all of them.
fn coarse(all: Vec<Undecided>) -> Vec<Undecided> {
    const SIDE: usize = 64;
    let Some(whole) = all.iter().map(|one| one.cell).reduce(|a, b| hull(&a, &b)) else { return all };
    let place = |one: &Undecided| {
        let along = |i: usize| {
            let share = (one.cell[i].middle() - whole[i].lo) / whole[i].width();
            ((share * SIDE as f64) as usize).min(SIDE - 1)
        };
        along(1) * SIDE + along(0)
    };
    let mut grid: Vec<Vec<Undecided>> = vec![Vec::new(); SIDE * SIDE];
    for one in all {
        let here = &mut grid[place(&one)];
        match here.iter_mut().find(|known: &&mut Undecided| known.reason == one.reason) {
            Some(known) => known.cell = hull(&known.cell, &one.cell),
            None => here.push(one),
        }
    }
    let reasons = [Reason::Degenerate, Reason::NotSmooth, Reason::Flat, Reason::Budget];
    let mut result: Vec<Undecided> = grid.into_iter().flatten().collect();
    result.sort_by_key(|one| reasons.iter().position(|reason| *reason == one.reason));
    result
}
