//! All critical points of a loss with enclosures in a view, with what is proved about them.
//!
//! Several methods work in turn. The proof by intervals certifies simple points within milliseconds and then shows that
//! there are no others. If it leaves regions undecided, exact algebra decides polynomials, and the zeros of functions
//! of one variable decide their sums and products. For other losses, and to draw curves, a search from many starts
//! looks for degenerate points. The turns of ∇L along a path around each of these then prove its index. A method that
//! is not needed is never started.

use super::algebra::Exact;
use super::candidate::has_sure_signs;
use super::certified::{PlacedRoot, certified, listed, region};
use super::flat;
use super::found_curves::{drop_copies, meets_border};
use super::multistart::MultiStart;
use super::onto_curve::{Checked, checked};
use super::plane::Plane;
use super::polynomial::{self, exactly};
use super::proof::krawczyk::{Cell, Root, grown, hull, inside, is_smooth, touch};
use super::proof::refine;
use super::proof::{MAX_OPERATIONS, Proof, Reason, Undecided, allowance, extremum, is_slow, winding};
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
    /// The answer from the structure of a loss that is not a polynomial.
    flat: Option<CriticalPoints>,
    starts: Option<MultiStart>,
    /// How many runs that search may still take.
    runs_left: usize,
    /// The proof's roots so far.
    placed: Vec<PlacedRoot>,
    /// Which of them are so far placed by 64-bit intervals only. If many digits take long, they come last.
    rough: Vec<usize>,
    /// How many of them may still be placed with many digits.
    placings_left: usize,
    /// The additional results of the search from many starts, after its end.
    found: Option<Found>,
}

/// The results of the search from many starts.
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
    /// Exact algebra, and the structure of losses that are not polynomials.
    Algebra,
    /// The proof by intervals, to its end.
    Prove,
    /// The search from many starts.
    Starts,
    Done,
}

/// Boxes after which exact algebra is tried: about ten milliseconds.
const BEGINNING: usize = 2_500;
/// How many points of the search are examined with many digits; fewer if the loss has many examples. Points that are
/// not examined are not listed, unless none is examined.
const MOST_EXAMINED: usize = 200;
/// For how many of them indices and extrema are computed.
const MOST_CLUSTERS: usize = 40;
/// With each further block of this many examples, the number of examined points falls to a half, a third, ….
const EXAMPLES_PER_SHARE: usize = 50;
/// A proved point within this share of the view counts as the point that the search found.
const SAME_POINT: f64 = 1e-5;
/// If there are at most this many undecided regions, the search runs only in them, and not in the whole view.
const FEW: usize = 20;
/// How often the algebra may call `cancel`, for each box of the limit.
const QUESTIONS_PER_BOX: usize = 8;
/// How many operations one slice of the beginning may take; the operations of an evaluation count for each start or
/// box.
const OPERATIONS_PER_SLICE: usize = 50_000;
/// About how often a run of the search from many starts evaluates ∇L and H. The number of runs follows from it and
/// [`MAX_OPERATIONS`].
const OPERATIONS_PER_RUN: usize = 40;
/// The least number of runs of the search, even for a slow loss.
const LEAST_RUNS: usize = 300;
/// Without boxes the search from many starts may take so many times as long as other parts.
const FREE_SHARES: usize = 4;
/// How many boxes of the proof cost about as much as one Newton run of the search.
const BOXES_PER_RUN: usize = 4;
/// About how many evaluations of 64-bit numbers take as long as the examination of a point with many digits.
const EVALUATIONS_PER_EXAMINATION: usize = 6_000;

impl ProofSearch {
    /// A search whose proof by intervals may take at most `limit` boxes.
    pub(super) fn new(loss: &Loss, enclosures: &Enclosures, view: &View, limit: usize) -> ProofSearch {
        let proof = Proof::new(loss, enclosures, view, limit);
        let most_runs = (MAX_OPERATIONS / OPERATIONS_PER_RUN / loss.operations().max(1)).max(LEAST_RUNS);
        let runs_left = most_runs.min(allowance(loss, limit, OPERATIONS_PER_RUN / FREE_SHARES));
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
            // A few runs would find little.
            runs_left: if runs_left < LEAST_RUNS { 0 } else { runs_left },
            placed: Vec::new(),
            rough: Vec::new(),
            placings_left: if limit == 0 { 0 } else { allowance(loss, limit, EVALUATIONS_PER_EXAMINATION) },
            found: None,
        }
    }

    /// See [`super::Search::refine_unless`].
    pub(super) fn refine_unless(&mut self, budget: usize, cancel: &dyn Fn() -> bool) -> bool {
        self.stage = match self.stage {
            Stage::Begin => {
                // The slice never goes beyond the beginning, however large the budget, so that the budget does not
                // decide which method does which work. For losses over many examples, slices let the first points
                // appear before the budget is used up.
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
                if ended && self.limit > 0 {
                    self.proof.settle(cancel);
                }
                let open = || self.proof.undecided().iter().any(|region| region.reason != Reason::Flat);
                match ended {
                    false => Stage::Prove,
                    true if open() => Stage::Starts,
                    true => Stage::Done,
                }
            }
            Stage::Starts if self.runs_left == 0 && self.starts.is_none() => Stage::Done,
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
            if self.placings_left > 0 {
                self.placings_left -= 1;
                self.place_precisely();
            } else {
                // Beyond the budget the points stay where 64-bit intervals have placed them.
                self.rough.clear();
            }
        }
        self.stage == Stage::Done && self.rough.is_empty()
    }

    /// Whether algebra or structure has given the answer, so that the roots of the proof are not used.
    fn is_decided_otherwise(&self) -> bool {
        self.exact.is_some() || self.flat.is_some()
    }

    /// The results of the search after an examination with many digits: points that can be proved join the roots of the
    /// proof, and points that are provably not critical are left out. `None` if `cancel` returned true.
    fn examined(&mut self, found: CriticalPoints, cancel: &dyn Fn() -> bool) -> Option<Found> {
        let scale = [self.view.width(), self.view.height()];
        // An evaluation with many digits takes time in proportion to the number of examples.
        let most = MOST_EXAMINED / (1 + self.loss.examples() / EXAMPLES_PER_SHARE);
        let most = most.min(allowance(&self.loss, self.limit, EVALUATIONS_PER_EXAMINATION));
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
        // A search that ends at a jump has found no critical point, because L need not be continuous there.
        let may_jump = self.loss.may_jump();
        points.retain(|point| !may_jump || self.is_smooth_between(point.w, point.w));
        for point in &mut points {
            // Results of a search are not proved.
            (point.index, point.nature, point.contains) = (None, None, None);
            if !has_sure_signs(&self.enclosures, point) {
                point.kind = Kind::Degenerate;
            }
        }
        let mut curves = found.curves;
        if most > 0 {
            curves = curves.into_iter().filter_map(|curve| self.checked(curve, cancel)).collect();
        }
        // For a curve that is only found by search, it is not known whether L has minima on it.
        curves.iter_mut().for_each(|curve| curve.kind = Kind::Degenerate);
        let is_smooth = |pair: &[Vector]| self.is_smooth_between(pair[0], pair[1]);
        curves.retain(|curve| !may_jump || curve.polyline.windows(2).all(is_smooth));
        drop_copies(&self.view, &mut curves);
        let mut clusters: Vec<Cluster> = Vec::new();
        if curves.is_empty() {
            for w in points.iter().map(|point| point.w).take(most.min(MOST_CLUSTERS)) {
                if !clusters.iter().any(|known| holds(known, w)) {
                    clusters.extend(self.cluster(w, &undecided));
                }
            }
        }
        Some(Found { points, curves, clusters })
    }

    /// Places the roots that the proof has found since the last call.
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
            if is_slow(&self.loss) || self.limit == 0 {
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

    /// Places the next root that was placed by 64-bit intervals only.
    fn place_precisely(&mut self) {
        let Some(place) = self.rough.pop() else { return };
        if let Some(root) = self.proof.roots().nth(place) {
            self.placed[place] = certified(&self.loss, &self.view, root);
        }
    }

    /// Whether the preview, which certifies most points before the proof begins, is over.
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

    /// The results so far; sound at any time.
    pub(super) fn answer(&self) -> CriticalPoints {
        let mut answer = match (&self.exact, &self.flat) {
            (Some(exact), _) => self.decided(exact),
            (None, Some(flat)) => flat.clone(),
            (None, None) => self.enclosed(),
        };
        super::sort(&mut answer.points);
        let index_sum = index_sum(&answer);
        // If a curve of critical points meets the border, the turns of ∇L along the border are not defined.
        let meets_border = answer.curves.iter().any(|curve| meets_border(&self.view, &curve.polyline));
        let can_turn = self.stage == Stage::Done && !meets_border;
        answer.audit = can_turn.then(|| self.audit(index_sum)).flatten();
        answer
    }

    /// The results of algebra.
    fn decided(&self, exact: &Exact) -> CriticalPoints {
        CriticalPoints {
            points: polynomial::points(exact),
            curves: polynomial::curves(exact),
            complete: exact.complete(),
            accounted: true,
            exhaustive: true,
            method: "exact algebra over the rational numbers".to_owned(),
            ..CriticalPoints::default()
        }
    }

    /// The results proved by intervals, with those that the search from many starts found in the rest.
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
        // Regions that are open only outside the view do not matter.
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        let touches_view = |cell: &Cell| touch(&grown(&view, 0.0), cell);
        let is_all_placed = self.placed.len() == self.proof.roots().count();
        let undecided = self.proof.undecided_where(touches_view);
        let Found { points: candidates, curves, clusters } = self.found.clone().unwrap_or_default();
        points.extend(candidates);
        unresolved.extend(undecided.iter().map(|one| region(&self.view, &one.cell, one.reason)));
        let certified = points.iter().all(|point| point.evidence == Evidence::Certified);
        let exhaustive = self.proof.is_done() && is_all_placed;
        let complete = exhaustive && certified && unresolved.is_empty() && curves.is_empty();
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
            exhaustive,
            unresolved,
            method,
            scope: None,
        }
    }

    /// A curve that was found, moved onto the critical set with many digits; `None` if that refutes it, or if a neighbour is so near
    /// that its vertices may lie on either. Its place is undecided in any case.
    fn checked(&self, mut curve: CriticalCurve, cancel: &dyn Fn() -> bool) -> Option<CriticalCurve> {
        match checked(&self.loss, &self.view, &curve.polyline, cancel) {
            Checked::Refuted | Checked::NotSeparated => return None,
            Checked::Unknown => {}
            Checked::OnCurve(polyline) => curve.polyline = polyline,
        }
        Some(curve)
    }

    /// A rectangle around a point that could not be certified and the undecided regions next to it, with what can be
    /// proved about it: the sum of the indices inside, and an extremum.
    fn cluster(&self, point: Vector, undecided: &[Undecided]) -> Option<Cluster> {
        let size = [self.view.width(), self.view.height()];
        let around = |cell: &Cell, share: f64| {
            [0, 1].map(|i| Interval::new(cell[i].lo - share * size[i], cell[i].hi + share * size[i]))
        };
        let here = [Interval::point(point.x), Interval::point(point.y)];
        let close = around(&here, 1e-3);
        let cluster =
            undecided.iter().filter(|one| touch(&one.cell, &close)).fold(here, |all, one| hull(&all, &one.cell));
        // The rectangle must not contain any other known point, undecided region, or region that was not examined.
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
                // A function that jumps need not have an extremum where it has values below or above those of the
                // border.
                contains: if may_jump { None } else { extremum(&self.enclosures, &around, [point.x, point.y]) },
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

    /// The turns of ∇L along the border of the view, to be compared with the sum of the indices inside.
    fn audit(&self, index_sum: Option<i32>) -> Option<Audit> {
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        if let Some(turns) = winding::border_index(&self.enclosures, &view, allowance(&self.loss, self.limit, 1)) {
            return Some(Audit { turns, proved: true, index_sum });
        }
        let turns = index::border(&Plane::new(&self.loss, &self.view))?;
        Some(Audit { turns, proved: false, index_sum })
    }
}

/// Whether the rectangle of a cluster holds a point.
fn holds(cluster: &Cluster, w: Vector) -> bool {
    let [first, second] = cluster.enclosure;
    first[0] <= w.x && w.x <= first[1] && second[0] <= w.y && w.y <= second[1]
}

/// The indices of the certified points and of the clusters together; `None` where a point is in neither.
fn index_sum(answer: &CriticalPoints) -> Option<i32> {
    let open = answer.points.iter().filter(|point| point.index.is_none());
    let is_covered = |point: &CriticalPoint| answer.clusters.iter().any(|cluster| holds(cluster, point.w));
    if !open.clone().all(is_covered) {
        return None;
    }
    let of_clusters: Option<i32> = answer.clusters.iter().map(|cluster| cluster.index).sum();
    Some(answer.points.iter().filter_map(|point| point.index).sum::<i32>() + of_clusters?)
}
