//! A root that the proof has found, as a critical point: certified, or open.

use super::proof::Reason;
use super::proof::krawczyk::{Cell, Root, grown};
use super::proof::refine;
use super::{CriticalPoint, Evidence, Region};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::Interval;

/// A root of the proof.
#[derive(Clone, Debug)]
pub(super) enum PlacedRoot {
    /// In the closed view, or possibly on its border.
    InView(Box<CriticalPoint>),
    /// Outside of the view.
    Outside,
    /// The signs of the Hessian's eigenvalues are not known for certain.
    Open(Region),
}

/// The proved point of a root.
pub(super) fn certified(loss: &Loss, view: &View, root: &Root) -> PlacedRoot {
    listed(view, root, refine::place(loss, view, root))
}

/// The certified point of a root that was placed before.
pub(super) fn listed(view: &View, root: &Root, placed: Option<refine::Placed>) -> PlacedRoot {
    let kind = |placed: &refine::Placed| placed.spectrum.kind().filter(|kind| *kind != Kind::Degenerate);
    let Some((kind, placed)) = placed.and_then(|placed| Some((kind(&placed)?, placed))) else {
        return PlacedRoot::Open(region(view, &grown(&root.tight, 1.0), Reason::Degenerate));
    };
    if placed.is_in_view == Some(false) {
        return PlacedRoot::Outside;
    }
    PlacedRoot::InView(Box::new(CriticalPoint {
        w: placed.w,
        value: placed.value,
        eigen: placed.spectrum.eigen,
        kind,
        index: Some(if kind == Kind::Saddle { -1 } else { 1 }),
        nature: None,
        contains: None,
        evidence: Evidence::Certified,
        enclosure: Some(placed.enclosure),
        eigenvalue_enclosures: Some(placed.spectrum.enclosures),
        beyond: None,
    }))
}

/// A cell as a region of the picture: moved into the view, and with a positive size.
pub(super) fn region(view: &View, cell: &Cell, reason: Reason) -> Region {
    let side = |x: Interval, [low, high]: [f64; 2]| {
        let margin = (1e-11 * x.lo.abs().max(x.hi.abs())).max(1e-12 * (high - low));
        let (a, b) = if x.hi - x.lo > margin { (x.lo, x.hi) } else { (x.lo - margin, x.hi + margin) };
        // A cell that is outside the view by less than its uncertainty is shown at the border.
        let (a, b) = (a.max(low).min(high - margin), b.min(high).max(low + margin));
        [a, b]
    };
    Region { view: View { w1: side(cell[0], view.w1), w2: side(cell[1], view.w2) }, reason }
}
