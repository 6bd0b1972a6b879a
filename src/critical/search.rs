//! All critical points of a view, with what is proved of them: the one door to this module.
//!
//! Workers answer in turn. The proof by intervals certifies simple points within milliseconds and then shows that there
//! are no others. Where it leaves regions undecided, polynomials are decided by exact algebra; for other losses, and to
//! draw curves, a search from many starts looks for degenerate points, whose indices are then proved by walking around
//! them. A worker that is not needed is never begun.

use super::algebra::Exact;
use super::exact::{self, exactly};
use super::multistart::MultiStart;
use super::plane::Plane;
use super::proof::krawczyk::{Cell, Root, grown, hull, inside, touch};
use super::proof::{MAX_BOXES, Proof, Reason, Undecided, extremum, winding};
use super::{Audit, CriticalCurve, CriticalPoint, CriticalPoints, Evidence, Region, index};
use crate::curvature::Kind;
use crate::landscape::{Loss, View};
use crate::number::{Interval, Number, Vector, eigenpairs};

/// A search for all critical points of a view, run in slices.
#[derive(Clone, Debug)]
pub struct Search {
    loss: Loss,
    view: View,
    stage: Stage,
    proof: Proof,
    exact: Option<Exact>,
    starts: Option<MultiStart>,
}

/// Who is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The proof by intervals, which settles most views within these few boxes.
    Begin,
    /// Exact algebra.
    Algebra,
    /// The proof by intervals, to its end.
    Prove,
    /// The search from many starts.
    Starts,
    Done,
}

/// Boxes after which exact algebra is tried: about ten milliseconds.
const BEGINNING: usize = 2_500;
/// Around so many undecided regions points are looked for one by one, and not all over the view.
const FEW: usize = 20;
/// How many boxes of the proof cost about as much as one Newton run of the search.
const BOXES_PER_RUN: usize = 4;

impl Search {
    /// A search that has not begun.
    pub fn new(loss: &Loss, view: &View) -> Search {
        Search::with_limit(loss, view, MAX_BOXES)
    }

    /// A search whose proof by intervals may take at most `limit` boxes; its answer is sound for any limit.
    pub fn with_limit(loss: &Loss, view: &View, limit: usize) -> Search {
        let proof = Proof::new(loss, view, limit);
        Search { loss: loss.clone(), view: *view, stage: Stage::Begin, proof, exact: None, starts: None }
    }

    /// Works on for about `budget` boxes; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        self.refine_unless(budget, &|| false)
    }

    /// Like [`Search::refine`]; `cancel` is asked now and then whether the work is still wanted. After it has said no,
    /// the answer is still sound, and the search may be dropped.
    pub fn refine_unless(&mut self, budget: usize, cancel: &dyn Fn() -> bool) -> bool {
        self.stage = match self.stage {
            Stage::Begin => {
                // Not beyond the beginning, however large the budget: it may not decide who works on what.
                let ended = self.proof.refine(budget.min(BEGINNING.saturating_sub(self.proof.boxes())));
                if ended && self.proof.undecided().is_empty() {
                    Stage::Done
                } else if ended || self.proof.boxes() >= BEGINNING {
                    Stage::Algebra
                } else {
                    Stage::Begin
                }
            }
            Stage::Algebra => {
                self.exact = exactly(&self.loss, &self.view, cancel).ok().filter(|exact| !exact.everywhere);
                match &self.exact {
                    Some(exact) if exact.complete() => Stage::Done,
                    Some(_) => {
                        // Only where curves run is still to be seen.
                        self.proof.limit_to(BEGINNING);
                        Stage::Prove
                    }
                    None => Stage::Prove,
                }
            }
            Stage::Prove => {
                let ended = self.proof.refine(budget);
                let open = || self.proof.undecided().iter().any(|region| region.reason != Reason::Flat);
                match ended {
                    false => Stage::Prove,
                    true if open() => Stage::Starts,
                    true => Stage::Done,
                }
            }
            Stage::Starts => {
                let runs = (budget / BOXES_PER_RUN).max(1);
                let exactly = self.exact.is_some();
                let starts = self.starts.get_or_insert_with(|| {
                    let places = self.proof.undecided();
                    let few = places.len() <= FEW && !self.proof.suspects_curve();
                    if exactly {
                        MultiStart::for_curves(&self.loss, &self.view)
                    } else if few {
                        MultiStart::near(&self.loss, &self.view, places.iter().map(|place| place.cell))
                    } else {
                        MultiStart::new(&self.loss, &self.view)
                    }
                });
                // Where algebra has the points, curves are all that is looked for, as long as it finds them all.
                let ended = if exactly && !starts.looked_for_curves() {
                    starts.refine_curves(runs) && self.is_drawn()
                } else {
                    starts.refine(runs)
                };
                if ended { Stage::Done } else { Stage::Starts }
            }
            Stage::Done => Stage::Done,
        };
        self.stage == Stage::Done
    }

    /// Whether the quick look is over that certifies most points before the proof begins.
    pub fn is_previewed(&self) -> bool {
        self.proof.is_previewed()
    }

    /// The share of the work that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        match (self.stage, &self.starts) {
            (Stage::Done, _) => 1.0,
            (Stage::Starts, Some(starts)) => 0.9 + 0.1 * starts.progress(),
            _ => 0.9 * self.proof.progress(),
        }
    }

    /// What is known so far; sound at any time.
    pub fn answer(&self) -> CriticalPoints {
        let mut answer = match &self.exact {
            Some(exact) => self.decided(exact),
            None => self.enclosed(),
        };
        sort(&mut answer.points);
        let index_sum = answer.points.iter().map(|point| point.index).sum();
        answer.audit = (self.stage == Stage::Done).then(|| self.audit(index_sum)).flatten();
        answer
    }

    /// What algebra has decided; curves are drawn where the search followed them.
    fn decided(&self, exact: &Exact) -> CriticalPoints {
        let points = exact::points(&self.loss, &self.view, exact);
        let curves = exact::curves(exact, self.followed());
        let complete = exact.complete();
        let unresolved = match self.stage {
            Stage::Done if !complete => self.not_drawn(&points, &curves),
            _ => Vec::new(),
        };
        CriticalPoints {
            audit: None,
            complete,
            accounted: complete || (self.stage == Stage::Done && unresolved.is_empty()),
            points,
            curves,
            unresolved,
            method: "exact algebra over the rational numbers".to_owned(),
        }
    }

    fn followed(&self) -> Vec<CriticalCurve> {
        self.starts.as_ref().map(|starts| starts.answer().curves).unwrap_or_default()
    }

    fn is_drawn(&self) -> bool {
        let points = self.exact.as_ref().map(|exact| exact::points(&self.loss, &self.view, exact)).unwrap_or_default();
        self.not_drawn(&points, &self.followed()).is_empty()
    }

    /// A piece of a curve that was not followed would be missing from the drawing: every region that the proof by
    /// intervals left open must be at a curve that was drawn, or at a point of the list. Those that are not.
    fn not_drawn(&self, points: &[CriticalPoint], curves: &[CriticalCurve]) -> Vec<Region> {
        let pieces: Vec<Piece<'_>> = curves.iter().flat_map(|curve| pieces(&curve.polyline)).collect();
        let drawn = |cell: &Cell| {
            // An open box need not hold a piece of the curve, but lies close to it.
            let near = grown(cell, 3.0);
            let holds = |w: &Vector| near[0].contains(w.x) && near[1].contains(w.y);
            points.iter().any(|point| holds(&point.w)) || pieces.iter().any(|piece| piece.meets(&near))
        };
        let missing = self.proof.undecided_where(|cell| !drawn(cell));
        missing.iter().filter_map(|one| region(&one.cell, one.reason)).collect()
    }

    /// What intervals have proved, with what the search from many starts found in the rest.
    fn enclosed(&self) -> CriticalPoints {
        let mut unresolved: Vec<Region> = Vec::new();
        let mut points: Vec<CriticalPoint> = Vec::new();
        for root in self.proof.roots() {
            match self.certified(root) {
                Some(point) => points.push(point),
                None => unresolved.extend(region(&grown(&root.tight, 1.0), Reason::Degenerate)),
            }
        }
        let undecided = self.proof.undecided();
        let mut curves = Vec::new();
        if let Some(starts) = &self.starts {
            let found = starts.answer();
            curves = found.curves;
            for mut point in found.points {
                let here = [Interval::point(point.w.x), Interval::point(point.w.y)];
                if self.proof.knows(&here) {
                    continue;
                }
                if !undecided.iter().any(|region| touch(&grown(&region.cell, 0.5), &here)) {
                    continue;
                }
                if point.kind == Kind::Degenerate && curves.is_empty() {
                    self.prove_index(&mut point, &undecided);
                }
                points.push(point);
            }
        }
        unresolved.extend(undecided.iter().filter_map(|one| region(&one.cell, one.reason)));
        let certified = points.iter().all(|point| point.evidence == Evidence::Certified);
        let complete = self.proof.is_done() && certified && unresolved.is_empty() && curves.is_empty();
        let method = match (self.stage, complete) {
            (_, true) => "interval branch and prune with the Krawczyk test",
            (Stage::Done, false) => {
                "interval branch and prune with the Krawczyk test, and Newton's method from many starts"
            }
            (_, false) => "interval branch and prune, not finished",
        };
        let method = method.to_owned();
        CriticalPoints { audit: None, points, curves, complete, accounted: complete, unresolved, method }
    }

    /// The proved point of a root; `None` when the signs of its Hessian's eigenvalues are not certain.
    fn certified(&self, root: &Root) -> Option<CriticalPoint> {
        let [a, b, d] = self.loss.tape().jet_of(root.tight).hessian;
        let determinant = a.mul(d).sub(b.mul(b));
        let kind = if determinant.hi < 0.0 {
            Kind::Saddle
        } else if determinant.lo > 0.0 && a.lo > 0.0 {
            Kind::Minimum
        } else if determinant.lo > 0.0 && a.hi < 0.0 {
            Kind::Maximum
        } else {
            return None;
        };
        let place = |i: usize, [low, high]: [f64; 2]| nice_point_of(root.tight[i]).clamp(low, high);
        let w = Vector::new(place(0, self.view.w1), place(1, self.view.w2));
        let jet = self.loss.jet(w);
        let index = if kind == Kind::Saddle { -1 } else { 1 };
        let eigen = eigenpairs(&jet.hessian)?;
        Some(CriticalPoint {
            w,
            value: jet.value,
            eigen,
            kind,
            index: Some(index),
            nature: None,
            contains: None,
            evidence: Evidence::Certified,
        })
    }

    /// Replaces a sampled index by a proved one, where a rectangle around the point and the undecided regions at it can be
    /// walked, and proves an extremum inside where there is one.
    fn prove_index(&self, point: &mut CriticalPoint, undecided: &[Undecided]) {
        let size = [self.view.width(), self.view.height()];
        let around = |cell: &Cell, share: f64| {
            [0, 1].map(|i| Interval::new(cell[i].lo - share * size[i], cell[i].hi + share * size[i]))
        };
        let here = [Interval::point(point.w.x), Interval::point(point.w.y)];
        let close = around(&here, 1e-3);
        let cluster =
            undecided.iter().filter(|one| touch(&one.cell, &close)).fold(here, |all, one| hull(&all, &one.cell));
        // Nothing else that is known or undecided may be in the rectangle.
        let alone = |around: &Cell| {
            !self.proof.roots().any(|root| touch(&root.tight, around))
                && undecided.iter().all(|one| inside(&cluster, &one.cell) || !touch(&one.cell, around))
        };
        let tape = self.loss.tape();
        let shares = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2].into_iter();
        let rectangles: Vec<Cell> = shares.map(|share| around(&cluster, share)).take_while(alone).collect();
        if let Some(index) = rectangles.iter().find_map(|around| winding::index(tape, around)) {
            point.index = Some(index);
        }
        point.contains = rectangles.iter().find_map(|around| extremum(tape, around, [point.w.x, point.w.y]));
    }

    /// The turns of ∇L along the view's border beside the sum of the indices inside.
    fn audit(&self, index_sum: Option<i32>) -> Option<Audit> {
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        if let Some(turns) = winding::border_index(self.loss.tape(), &view) {
            return Some(Audit { turns, proved: true, index_sum });
        }
        let turns = index::border(&Plane::new(&self.loss, &self.view))?;
        Some(Audit { turns, proved: false, index_sum })
    }
}

/// The number of an interval that is easiest to read: 0, or the decimal with fewest digits near its middle.
fn nice_point_of(x: Interval) -> f64 {
    if x.contains(0.0) {
        return 0.0;
    }
    let middle = x.middle();
    let exact = (1..15).find_map(|digits| {
        let rounded: f64 = format!("{middle:.digits$e}").parse().ok()?;
        x.contains(rounded).then_some(rounded)
    });
    exact.unwrap_or(middle)
}

fn region(cell: &Cell, reason: Reason) -> Option<Region> {
    // A cell may be a single point; a region of the picture has a size.
    let side = |x: Interval| {
        let margin = x.lo.abs().max(x.hi.abs()).max(1e-3) * 1e-11;
        if x.width() > margin { (x.lo, x.hi) } else { (x.lo - margin, x.hi + margin) }
    };
    let ((a, b), (c, d)) = (side(cell[0]), side(cell[1]));
    Some(Region { view: View::new(a, b, c, d).ok()?, reason })
}

/// A few segments of a polyline with the box that holds them.
struct Piece<'a> {
    hull: Cell,
    vertices: &'a [Vector],
}

fn pieces(polyline: &[Vector]) -> impl Iterator<Item = Piece<'_>> {
    const SEGMENTS: usize = 16;
    (0..polyline.len().saturating_sub(1)).step_by(SEGMENTS).map(|first| {
        let vertices = &polyline[first..(first + SEGMENTS + 1).min(polyline.len())];
        Piece { hull: hull_of(vertices), vertices }
    })
}

impl Piece<'_> {
    /// Whether the box of one of its segments has a point in common with the cell.
    fn meets(&self, cell: &Cell) -> bool {
        touch(&self.hull, cell) && self.vertices.windows(2).any(|segment| touch(&hull_of(segment), cell))
    }
}

/// The least box that holds all points; everything where one is no number.
fn hull_of(points: &[Vector]) -> Cell {
    [0, 1].map(|i| {
        let coordinates = || points.iter().map(|w| w[i]);
        Interval::new(coordinates().fold(f64::INFINITY, f64::min), coordinates().fold(f64::NEG_INFINITY, f64::max))
    })
}

/// Minima first, then saddles, maxima and degenerate points, each by ascending value.
pub(super) fn sort(points: &mut [CriticalPoint]) {
    let rank = |kind: Kind| match kind {
        Kind::Minimum => 0,
        Kind::Saddle => 1,
        Kind::Maximum => 2,
        Kind::Degenerate => 3,
    };
    points.sort_by(|a, b| {
        (rank(a.kind).cmp(&rank(b.kind)))
            .then(a.value.total_cmp(&b.value))
            .then(a.w.x.total_cmp(&b.w.x))
            .then(a.w.y.total_cmp(&b.w.y))
    });
}
