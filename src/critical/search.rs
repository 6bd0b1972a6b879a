//! All critical points of a view of a loss that has enclosures, with what is proved of them.
//!
//! Workers answer in turn. The proof by intervals certifies simple points within milliseconds and then shows that there
//! are no others. Where it leaves regions undecided, polynomials are decided by exact algebra, and functions of one
//! variable, their sums and products by their zeros; for other losses, and to
//! draw curves, a search from many starts looks for degenerate points, whose indices are then proved by walking around
//! them. A worker that is not needed is never begun.

use super::algebra::Exact;
use super::certified::{PlacedRoot, certified, listed, region};
use super::flat;
use super::found_curves::{drop_copies, meets_border};
use super::multistart::MultiStart;
use super::onto_curve::{Checked, checked};
use super::plane::Plane;
use super::polynomial::{self, exactly};
use super::proof::krawczyk::{Cell, Root, grown, hull, inside, is_smooth, touch};
use super::proof::refine;
use super::proof::{MANY_EXAMPLES, MAX_OPERATIONS, Proof, Reason, Undecided, extremum, winding};
use super::{Audit, Cluster, CriticalCurve, CriticalPoint, CriticalPoints, Evidence, Region, index};
use crate::curvature::Kind;
use crate::landscape::{Enclosures, Loss, View};
use crate::number::{Interval, Vector};

/// The search for all critical points of a loss that has enclosures.
#[derive(Clone, Debug)]
pub(super) struct ProofSearch {
    loss: Loss,
    enclosures: Enclosures,
    view: View,
    stage: Stage,
    proof: Proof,
    /// How many boxes the proof may take.
    limit: usize,
    exact: Option<Exact>,
    /// What the structure of a loss that is no polynomial decides.
    flat: Option<CriticalPoints>,
    starts: Option<MultiStart>,
    /// How many runs that search may still take.
    runs_left: usize,
    /// The proof's roots so far.
    placed: Vec<PlacedRoot>,
    /// Which of them are placed by 64-bit intervals only, as yet: where many digits take long, they come last.
    rough: Vec<usize>,
    /// What the search from many starts has found beside them, when it is over.
    found: Option<Found>,
}

/// What the search from many starts has found.
#[derive(Clone, Debug, Default)]
struct Found {
    points: Vec<CriticalPoint>,
    curves: Vec<CriticalCurve>,
    clusters: Vec<Cluster>,
}

/// Who is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The proof by intervals, which settles most views within these few boxes.
    Begin,
    /// Exact algebra, and the structure of losses that are no polynomials.
    Algebra,
    /// The proof by intervals, to its end.
    Prove,
    /// The search from many starts.
    Starts,
    Done,
}

/// Boxes after which exact algebra is tried: about ten milliseconds.
const BEGINNING: usize = 2_500;
/// So many points of the search are examined with many digits, fewer where the loss has many examples. What is not examined is
/// not listed, unless none is.
const MOST_EXAMINED: usize = 200;
/// Around so many of them indices and extrema are looked for.
const MOST_CLUSTERS: usize = 40;
/// Each time that the loss has so many examples more, the number of points examined falls to a half, a third, ….
const EXAMPLES_PER_SHARE: usize = 50;
/// A proved point within this share of the view is the one that the search meant.
const SAME_POINT: f64 = 1e-5;
/// Around so many undecided regions points are looked for one by one, and not all over the view.
const FEW: usize = 20;
/// How often the algebra may ask whether to go on, for each box of the limit.
const QUESTIONS_PER_BOX: usize = 8;
/// How many operations a start or a box of the beginning may cost in one go, where an evaluation is one.
const OPERATIONS_PER_SLICE: usize = 50_000;
/// A run of the search from many starts evaluates ∇L and H about so often …
const OPERATIONS_PER_RUN: usize = 40;
/// … and of a loss over many examples it may take as many as cost some seconds, and so many in any case.
const LEAST_RUNS: usize = 300;
/// How many boxes of the proof cost about as much as one Newton run of the search.
const BOXES_PER_RUN: usize = 4;

impl ProofSearch {
    /// A search whose proof by intervals may take at most `limit` boxes.
    pub(super) fn new(loss: &Loss, enclosures: &Enclosures, view: &View, limit: usize) -> ProofSearch {
        let proof = Proof::new(loss, enclosures, view, limit);
        ProofSearch {
            loss: loss.clone(),
            enclosures: enclosures.clone(),
            view: *view,
            stage: Stage::Begin,
            limit,
            proof,
            exact: None,
            flat: None,
            starts: None,
            runs_left: (MAX_OPERATIONS / OPERATIONS_PER_RUN / loss.operations().max(1)).max(LEAST_RUNS),
            placed: Vec::new(),
            rough: Vec::new(),
            found: None,
        }
    }

    /// See [`super::Search::refine_unless`].
    pub(super) fn refine_unless(&mut self, budget: usize, cancel: &dyn Fn() -> bool) -> bool {
        self.stage = match self.stage {
            Stage::Begin => {
                // Not beyond the beginning, however large the budget: it may not decide who works on what. Over many examples the
                // first points are there before the budget is used up.
                let slice = (OPERATIONS_PER_SLICE / self.loss.operations().max(1)).max(1);
                let ended = self.proof.refine(budget.min(slice).min(BEGINNING.saturating_sub(self.proof.boxes())));
                if ended && self.proof.undecided().is_empty() {
                    Stage::Done
                } else if ended || self.proof.boxes() >= BEGINNING {
                    Stage::Algebra
                } else {
                    Stage::Begin
                }
            }
            Stage::Algebra => {
                // The limit bounds the algebra, too.
                let questions = self.limit.saturating_mul(QUESTIONS_PER_BOX);
                match exactly(&self.loss, &self.view, questions, cancel) {
                    Ok(exact) if exact.everywhere => self.flat = Some(flat::everywhere()),
                    Ok(exact) => self.exact = Some(exact),
                    Err(_) => self.flat = flat::decide(&self.loss, &self.view, questions, cancel),
                }
                if self.exact.is_some() || self.flat.is_some() { Stage::Done } else { Stage::Prove }
            }
            Stage::Prove => {
                let ended = self.proof.refine(budget);
                if ended {
                    self.proof.settle(cancel);
                }
                let open = || self.proof.undecided().iter().any(|region| region.reason != Reason::Flat);
                match ended {
                    false => Stage::Prove,
                    true if open() => Stage::Starts,
                    true => Stage::Done,
                }
            }
            Stage::Starts => {
                let runs = (budget / BOXES_PER_RUN).clamp(1, self.runs_left.max(1));
                self.runs_left = self.runs_left.saturating_sub(runs);
                let starts = self.starts.get_or_insert_with(|| {
                    let places = self.proof.undecided();
                    if places.len() <= FEW && !self.proof.suspects_curve() {
                        MultiStart::near(&self.loss, &self.view, places.iter().map(|place| place.cell))
                    } else {
                        MultiStart::new(&self.loss, &self.view)
                    }
                });
                if starts.refine(runs) || self.runs_left == 0 {
                    let found = starts.answer();
                    self.found = self.examined(found, cancel);
                }
                if self.found.is_some() { Stage::Done } else { Stage::Starts }
            }
            Stage::Done => Stage::Done,
        };
        self.place_roots(cancel);
        if self.stage == Stage::Done && !self.is_decided_otherwise() {
            self.place_precisely();
        }
        self.stage == Stage::Done && self.rough.is_empty()
    }

    /// Whether algebra or structure has answered, in which case the roots of the proof do not matter.
    fn is_decided_otherwise(&self) -> bool {
        self.exact.is_some() || self.flat.is_some()
    }

    /// What the search has found, once many digits have been tried: points that can be proved join the roots of the proof,
    /// and what is surely not critical is left out. `None` when `cancel` said to stop.
    fn examined(&mut self, found: CriticalPoints, cancel: &dyn Fn() -> bool) -> Option<Found> {
        let scale = [self.view.width(), self.view.height()];
        // An evaluation with many digits takes as long as there are examples.
        let most = MOST_EXAMINED / (1 + self.loss.examples() / EXAMPLES_PER_SHARE);
        let mut points = Vec::new();
        let listed = if most > 0 { most } else { found.points.len() };
        for point in found.points.into_iter().take(listed) {
            if cancel() {
                return None;
            }
            if most > 0 {
                if refine::is_refuted(&self.loss, &self.view, point.w) {
                    continue;
                }
                if let Some(root) = refine::certify_near(&self.loss, [point.w.x, point.w.y], scale) {
                    let distance = [0, 1].map(|i| (root.tight[i].middle() - point.w[i]).abs() / scale[i]);
                    if distance[0].max(distance[1]) < SAME_POINT && self.proof.add(root) {
                        continue;
                    }
                }
            }
            points.push(point);
        }
        let undecided = self.proof.undecided();
        let is_open = |w: Vector| {
            let here = [Interval::point(w.x), Interval::point(w.y)];
            !self.proof.knows(&here) && undecided.iter().any(|region| touch(&grown(&region.cell, 0.5), &here))
        };
        points.retain(|point| is_open(point.w));
        // A search that ends at a jump has found nothing: L need not be continuous there.
        let may_jump = self.loss.may_jump();
        points.retain(|point| !may_jump || self.is_smooth_between(point.w, point.w));
        for point in &mut points {
            // What a search says of a point is no proof of it.
            (point.index, point.nature, point.contains) = (None, None, None);
        }
        let mut curves = found.curves;
        if most > 0 {
            curves = curves.into_iter().filter_map(|curve| self.checked(curve, cancel)).collect();
        }
        // Of a curve that is only found it is not known whether L has minima there.
        curves.iter_mut().for_each(|curve| curve.kind = Kind::Degenerate);
        let is_smooth = |pair: &[Vector]| self.is_smooth_between(pair[0], pair[1]);
        curves.retain(|curve| !may_jump || curve.polyline.windows(2).all(is_smooth));
        drop_copies(&self.view, &mut curves);
        let mut clusters = Vec::new();
        if curves.is_empty() {
            clusters = points
                .iter()
                .take(most.min(MOST_CLUSTERS))
                .filter_map(|point| self.cluster(point, &undecided))
                .collect();
            clusters.dedup();
        }
        Some(Found { points, curves, clusters })
    }

    /// Places the roots that the proof has found since.
    fn place_roots(&mut self, cancel: &dyn Fn() -> bool) {
        if self.is_decided_otherwise() {
            self.rough.clear();
            return;
        }
        let roots: Vec<Root> = self.proof.roots().skip(self.placed.len()).copied().collect();
        for root in roots {
            if cancel() {
                return;
            }
            if self.loss.examples() > MANY_EXAMPLES {
                let (placed, is_good) = refine::place_roughly(&self.loss, &self.view, &root);
                if !is_good {
                    self.rough.push(self.placed.len());
                }
                self.placed.push(listed(&self.view, &root, placed));
            } else {
                self.placed.push(certified(&self.loss, &self.view, &root));
            }
        }
    }

    /// Places the next root of those that were placed by 64-bit intervals only.
    fn place_precisely(&mut self) {
        let Some(place) = self.rough.pop() else { return };
        if let Some(root) = self.proof.roots().nth(place) {
            self.placed[place] = certified(&self.loss, &self.view, root);
        }
    }

    /// Whether the quick look is over that certifies most points before the proof begins.
    pub(super) fn is_previewed(&self) -> bool {
        self.proof.is_previewed()
    }

    /// Whether a point has been proved.
    pub(super) fn has_proved(&self) -> bool {
        self.placed.iter().any(|placed| matches!(placed, PlacedRoot::InView(_)))
    }

    /// The share of the work that is done, 0 to 1.
    pub(super) fn progress(&self) -> f64 {
        match (self.stage, &self.starts) {
            (Stage::Done, _) => 1.0,
            (Stage::Starts, Some(starts)) => 0.9 + 0.1 * starts.progress(),
            _ => 0.9 * self.proof.progress(),
        }
    }

    /// What is known so far; sound at any time.
    pub(super) fn answer(&self) -> CriticalPoints {
        let mut answer = match (&self.exact, &self.flat) {
            (Some(exact), _) => self.decided(exact),
            (None, Some(flat)) => flat.clone(),
            (None, None) => self.enclosed(),
        };
        super::sort(&mut answer.points);
        let index_sum = index_sum(&answer);
        // Where a curve of critical points meets the border, ∇L has no turns along it.
        let meets_border = answer.curves.iter().any(|curve| meets_border(&self.view, &curve.polyline));
        let can_turn = self.stage == Stage::Done && !meets_border;
        answer.audit = can_turn.then(|| self.audit(index_sum)).flatten();
        answer
    }

    /// What algebra has decided.
    fn decided(&self, exact: &Exact) -> CriticalPoints {
        CriticalPoints {
            points: polynomial::points(exact),
            curves: polynomial::curves(exact),
            complete: exact.complete(),
            accounted: true,
            method: "exact algebra over the rational numbers".to_owned(),
            ..CriticalPoints::default()
        }
    }

    /// What intervals have proved, with what the search from many starts found in the rest.
    fn enclosed(&self) -> CriticalPoints {
        let mut points: Vec<CriticalPoint> = Vec::new();
        let mut unresolved: Vec<Region> = Vec::new();
        for placed in &self.placed {
            match placed {
                PlacedRoot::InView(point) => points.push((**point).clone()),
                PlacedRoot::Outside => {}
                PlacedRoot::Open(region) => unresolved.push(*region),
            }
        }
        // What is open beside the view only says nothing of the view.
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        let touches_view = |cell: &Cell| touch(&grown(&view, 0.0), cell);
        let is_all_placed = self.placed.len() == self.proof.roots().count();
        let undecided = self.proof.undecided_where(touches_view);
        let Found { points: candidates, curves, clusters } = self.found.clone().unwrap_or_default();
        points.extend(candidates);
        unresolved.extend(undecided.iter().map(|one| region(&self.view, &one.cell, one.reason)));
        let certified = points.iter().all(|point| point.evidence == Evidence::Certified);
        let complete = self.proof.is_done() && is_all_placed && certified && unresolved.is_empty() && curves.is_empty();
        let method = match (self.stage, complete) {
            (_, true) => "interval branch and prune with the Krawczyk test",
            (Stage::Done, false) => {
                "interval branch and prune with the Krawczyk test, and Newton's method from many starts"
            }
            (_, false) => "interval branch and prune, not finished",
        };
        let method = method.to_owned();
        CriticalPoints {
            audit: None,
            everywhere: false,
            points,
            curves,
            clusters,
            complete,
            accounted: complete,
            unresolved,
            method,
            scope: None,
        }
    }

    /// A curve that was found, moved onto the critical set with many digits; `None` where that refutes it.
    fn checked(&self, mut curve: CriticalCurve, cancel: &dyn Fn() -> bool) -> Option<CriticalCurve> {
        match checked(&self.loss, &self.view, &curve.polyline, cancel) {
            Checked::Refuted => return None,
            Checked::Unknown => {}
            Checked::OnCurve(polyline) => curve.polyline = polyline,
        }
        Some(curve)
    }

    /// What can be proved of a rectangle around a point that could not be certified and the undecided regions at it: the sum
    /// of the indices inside, and an extremum.
    fn cluster(&self, point: &CriticalPoint, undecided: &[Undecided]) -> Option<Cluster> {
        let size = [self.view.width(), self.view.height()];
        let around = |cell: &Cell, share: f64| {
            [0, 1].map(|i| Interval::new(cell[i].lo - share * size[i], cell[i].hi + share * size[i]))
        };
        let here = [Interval::point(point.w.x), Interval::point(point.w.y)];
        let close = around(&here, 1e-3);
        let cluster =
            undecided.iter().filter(|one| touch(&one.cell, &close)).fold(here, |all, one| hull(&all, &one.cell));
        // Nothing else that is known or undecided may be in the rectangle, nor what was never looked at.
        let alone = |around: &Cell| {
            inside(self.proof.search_area(), around)
                && !self.proof.roots().any(|root| touch(&root.tight, around))
                && undecided.iter().all(|one| inside(&cluster, &one.cell) || !touch(&one.cell, around))
        };
        let may_jump = self.loss.may_jump();
        let shares = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 3e-2].into_iter();
        let rectangles = shares.map(|share| around(&cluster, share)).take_while(alone);
        let found: Vec<Cluster> = rectangles
            .map(|around| Cluster {
                enclosure: around.map(|side| [side.lo, side.hi]),
                index: winding::index(&self.enclosures, &around),
                // A function that jumps need not have an extremum where it has values below or above those of the border.
                contains: if may_jump { None } else { extremum(&self.enclosures, &around, [point.w.x, point.w.y]) },
            })
            .collect();
        let best = |has: fn(&Cluster) -> bool| found.iter().find(|cluster| has(cluster)).copied();
        best(|cluster| cluster.index.is_some() && cluster.contains.is_some())
            .or_else(|| best(|cluster| cluster.index.is_some()))
            .or_else(|| best(|cluster| cluster.contains.is_some()))
    }

    /// Whether L is smooth on a rectangle around two points, which reaches a little beyond them.
    fn is_smooth_between(&self, a: Vector, b: Vector) -> bool {
        let size = [self.view.width(), self.view.height()];
        let side = |i: usize| {
            let margin = 1e-9 * size[i];
            Interval::new(a[i].min(b[i]) - margin, a[i].max(b[i]) + margin)
        };
        is_smooth(&self.enclosures.jet_of([side(0), side(1)]))
    }

    /// The turns of ∇L along the view's border beside the sum of the indices inside.
    fn audit(&self, index_sum: Option<i32>) -> Option<Audit> {
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        if let Some(turns) = winding::border_index(&self.enclosures, &view) {
            return Some(Audit { turns, proved: true, index_sum });
        }
        let turns = index::border(&Plane::new(&self.loss, &self.view))?;
        Some(Audit { turns, proved: false, index_sum })
    }
}

/// The indices of the certified points and of the clusters together; `None` where a point is in neither.
fn index_sum(answer: &CriticalPoints) -> Option<i32> {
    let holds = |cluster: &Cluster, w: Vector| {
        let [first, second] = cluster.enclosure;
        first[0] <= w.x && w.x <= first[1] && second[0] <= w.y && w.y <= second[1]
    };
    let open = answer.points.iter().filter(|point| point.index.is_none());
    let is_covered = |point: &CriticalPoint| answer.clusters.iter().any(|cluster| holds(cluster, point.w));
    if !open.clone().all(is_covered) {
        return None;
    }
    let of_clusters: Option<i32> = answer.clusters.iter().map(|cluster| cluster.index).sum();
    Some(answer.points.iter().filter_map(|point| point.index).sum::<i32>() + of_clusters?)
}
