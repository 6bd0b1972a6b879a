//! The critical points of a view, where ∇L = 0, with the Hessian at each.
//!
//! A point is a [`Evidence::Candidate`] if a search converged to it, and [`Evidence::Certified`] if its existence and
//! uniqueness in a box are proved. The search is [`Search`]: it is refined in slices, so that progress, cancelling and
//! time limits follow from one small interface.

pub mod algebra;
mod candidate;
mod certified;
mod curve;
mod degenerate;
mod flat;
mod found;
mod found_curves;
mod index;
mod multistart;
mod newton;
mod normal_form;
mod one_sided;
mod onto_curve;
mod plane;
mod polynomial;
pub mod proof;
mod quadratic;
mod search;
mod sectors;
mod spectrum;
mod stationary;
mod unproved;
#[cfg(test)]
mod tests;

pub use found_curves::nearest_on_segment;
pub use proof::{Extremum, Reason};
pub use quadratic::minimum_of_quadratic;
pub use sectors::{Sector, sectors};
pub use stationary::{
    Claim, Refutation, enclosed_jet, gradient_underflows, is_critical, is_critical_by, is_nearly_critical, is_regular,
};

use crate::curvature::Kind;
use crate::landscape::{Beyond, Loss, View};
use crate::number::{Eigenpairs, Vector};
use proof::MAX_BOXES;
use search::ProofSearch;
use serde::Serialize;
use unproved::UnprovedSearch;

/// How sure we are of a critical point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Proved to exist, and to be the only critical point in a box around it.
    Certified,
    /// A search converged to it.
    Candidate,
}

/// A point where the gradient vanishes.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalPoint {
    /// Its place.
    pub w: Vector,
    /// L there.
    pub value: f64,
    /// The Hessian's eigenpairs there.
    pub eigen: Eigenpairs,
    /// The kind of the point; with a zero eigenvalue always [`Kind::Degenerate`].
    pub kind: Kind,
    /// The Poincaré–Hopf index of ∇L at this point alone: +1 at extrema, −1 at saddles; `None` where it is not proved.
    pub index: Option<i32>,
    /// The nature of a degenerate point ("minimum-like", "monkey", …); `None` if it is not proved.
    pub nature: Option<String>,
    /// The extremum that a degenerate point is; `None` where that is not proved.
    pub contains: Option<Extremum>,
    /// How sure we are of it.
    pub evidence: Evidence,
    /// [low, high] of w1 and of w2, proved to hold the point, and `w`; `None` for a candidate.
    pub enclosure: Option<[[f64; 2]; 2]>,
    /// [low, high] of each eigenvalue, proved; `None` for a candidate.
    pub eigenvalue_enclosures: Option<[[f64; 2]; 2]>,
    /// Facts about the larger loss, if L is that loss on a plane; `None` if it is not, and until they are known.
    pub beyond: Option<Beyond>,
}

impl CriticalPoint {
    /// A point of which nothing is proved.
    pub fn candidate(w: Vector, value: f64, eigen: Eigenpairs, kind: Kind) -> CriticalPoint {
        CriticalPoint {
            w,
            value,
            eigen,
            kind,
            index: None,
            nature: None,
            contains: None,
            evidence: Evidence::Candidate,
            enclosure: None,
            eigenvalue_enclosures: None,
            beyond: None,
        }
    }
}

/// A rectangle about which something is proved, but not how many critical points it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster {
    /// [low, high] of w1 and of w2.
    pub enclosure: [[f64; 2]; 2],
    /// The sum of the indices of the critical points inside; `None` where it is not proved.
    pub index: Option<i32>,
    /// A local extremum that surely lies inside.
    pub contains: Option<Extremum>,
}

/// A curve on which every point is critical.
#[derive(Clone, Debug, PartialEq)]
pub struct CriticalCurve {
    /// Points along it.
    pub polyline: Vec<Vector>,
    /// The kind of its points across the curve.
    pub kind: Kind,
    /// Whether that is proved.
    pub evidence: Evidence,
}

impl CriticalCurve {
    /// The nature of its points, if it is proved.
    pub fn nature(&self) -> Option<&'static str> {
        (self.evidence == Evidence::Certified).then_some(match self.kind {
            Kind::Minimum => "minima",
            Kind::Maximum => "maxima",
            Kind::Saddle | Kind::Degenerate => "neither",
        })
    }
}

/// A part of the view that stayed undecided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// The rectangle.
    pub view: View,
    /// The reason.
    pub reason: Reason,
}

/// How often ∇L turns along the border of the view, compared with the sum of the indices of the points found. A
/// difference shows that the list is wrong; equality proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audit {
    /// The turns.
    pub turns: i32,
    /// Whether the turns are proved. If enclosures do not decide, the gradient is sampled along the border.
    pub proved: bool,
    /// The sum of the indices; `None` where a point's index is not known.
    pub index_sum: Option<i32>,
}

impl Audit {
    /// The audit as a sentence: "The indices add up to 1, and ∇L turns once along the border."
    pub fn words(&self) -> String {
        use crate::number::display::minus;
        let turns = match self.turns {
            0 => "does not turn".to_owned(),
            1 => "turns once".to_owned(),
            n => format!("turns {} times", minus(&n.to_string())),
        };
        let proved = if self.proved { "" } else { " (sampled)" };
        match self.index_sum {
            Some(sum) if sum == self.turns => {
                format!("The indices add up to {}, and ∇L {turns} along the border{proved}.", minus(&sum.to_string()))
            }
            Some(sum) => format!(
                "The indices add up to {}, but ∇L {turns} along the border{proved}: a point, curve, kink or pole in \
                view is \
                 not in the sum.",
                minus(&sum.to_string())
            ),
            None => format!("∇L {turns} along the border{proved}; some indices are not known."),
        }
    }
}

/// Everything that is known about the critical points of a view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CriticalPoints {
    /// The points found, minima first, then saddles, maxima and degenerate points, each by ascending value.
    pub points: Vec<CriticalPoint>,
    /// Curves of critical points.
    pub curves: Vec<CriticalCurve>,
    /// Rectangles around points that could not be certified, with what is proved about each as a whole.
    pub clusters: Vec<Cluster>,
    /// Proved: L is constant, and every point is critical.
    pub everywhere: bool,
    /// Proved: the critical set in view is finite and `points` is all of it.
    pub complete: bool,
    /// Proved: `points` and `curves` together are everything.
    pub accounted: bool,
    /// Proved: `points` and `curves` together are everything outside of `unresolved`.
    pub exhaustive: bool,
    /// Regions that stayed undecided.
    pub unresolved: Vec<Region>,
    /// The audit of the whole view; `None` if the turns along its border cannot be determined, or if the work is not
    /// finished.
    pub audit: Option<Audit>,
    /// The method that found or proved it, in words.
    pub method: String,
    /// The scope of the answer, if the loss is not the one that a person has in mind.
    pub scope: Option<String>,
}

impl CriticalPoints {
    /// The claim in the words of the badge: "9 of 9 critical points in view, proved".
    pub fn claim(&self) -> String {
        let count = self.points.len();
        if self.everywhere {
            return "every point is critical, proved: L is constant".to_owned();
        }
        if self.complete {
            return match count {
                0 => "no critical point in view, proved".to_owned(),
                1 => "1 of 1 critical point in view, proved".to_owned(),
                n => format!("{n} of {n} critical points in view, proved"),
            };
        }
        if self.accounted {
            return format!("{}: everything in view, proved", self.counted());
        }
        let certified = self.points.iter().filter(|point| point.evidence == Evidence::Certified).count();
        let proved_curves = self.curves.iter().filter(|curve| curve.evidence == Evidence::Certified).count();
        let (candidates, found_curves) = (count - certified, self.curves.len() - proved_curves);
        let is_rest_rough = self.unresolved.iter().all(|region| region.reason == Reason::NotSmooth);
        if self.exhaustive && candidates + found_curves == 0 && is_rest_rough && !self.unresolved.is_empty() {
            let outside = format!("outside of {} where L is not smooth", plural(self.unresolved.len(), "region"));
            return match count + proved_curves {
                0 => format!("no critical point in view {outside}, proved"),
                _ => format!("{} and no other {outside}, proved", self.counted()),
            };
        }
        let mut parts = Vec::new();
        if certified > 0 {
            parts.push(format!("{} proved", plural(certified, "critical point")));
        }
        if candidates + found_curves > 0 {
            let curves = plural(found_curves, "curve");
            parts.push(match (candidates, found_curves) {
                (0, _) => format!("{curves} found by search"),
                (n, 0) if certified > 0 => format!("{n} found by search"),
                (n, 0) => format!("{} found by search", plural(n, "critical point")),
                (n, _) => format!("{} and {curves} found by search", plural(n, "critical point")),
            });
        }
        if parts.is_empty() {
            parts.push("no critical point found by search".to_owned());
        }
        let reasons = self.reasons();
        let undecided = if reasons.is_empty() { String::new() } else { format!("; undecided: {reasons}") };
        let scope = self.scope.as_ref().map_or(String::new(), |scope| format!(" {scope}"));
        format!("{}{scope}, not proved complete{undecided}", parts.join(", "))
    }

    fn counted(&self) -> String {
        match (self.points.len(), self.curves.len()) {
            (points, 0) => plural(points, "critical point"),
            (0, curves) => format!("{} of critical points", plural(curves, "curve")),
            (points, curves) => format!("{} and {}", plural(points, "critical point"), plural(curves, "curve")),
        }
    }

    /// Why regions stayed undecided, in words, each reason once.
    fn reasons(&self) -> String {
        let mut words: Vec<&str> = self.unresolved.iter().map(|region| region.reason.words()).collect();
        words.dedup();
        words.join(", ")
    }
}

fn plural(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A search for all critical points of a view, run in slices. Its answer is sound at any time.
#[derive(Clone, Debug)]
pub struct Search(Work);

#[derive(Clone, Debug)]
enum Work {
    /// For a loss with enclosures, which can prove points.
    Proof(Box<ProofSearch>),
    /// For any other loss.
    Unproved(Box<UnprovedSearch>),
}

impl Search {
    /// A search that has not begun.
    pub fn new(loss: &Loss, view: &View) -> Search {
        Search::with_limit(loss, view, MAX_BOXES)
    }

    /// A search whose proof by intervals may take at most `limit` boxes; its answer is sound for any limit.
    pub fn with_limit(loss: &Loss, view: &View, limit: usize) -> Search {
        Search(match loss.enclosures() {
            Some(enclosures) => Work::Proof(Box::new(ProofSearch::new(loss, enclosures, view, limit))),
            None => Work::Unproved(Box::new(UnprovedSearch::new(loss, view))),
        })
    }

    /// Works on for about `budget` boxes or runs; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        self.refine_unless(budget, &|| false)
    }

    /// Like [`Search::refine`]; `cancel` is called now and then, and stops the work if it returns true. The answer is
    /// sound even then, and the search may be dropped.
    pub fn refine_unless(&mut self, budget: usize, cancel: &dyn Fn() -> bool) -> bool {
        match &mut self.0 {
            Work::Proof(search) => search.refine_unless(budget, cancel),
            Work::Unproved(search) => search.refine_unless(budget, cancel),
        }
    }

    /// Whether the preview, which certifies most points before the proof begins, is over.
    pub fn is_previewed(&self) -> bool {
        match &self.0 {
            Work::Proof(search) => search.is_previewed(),
            Work::Unproved(_) => true,
        }
    }

    /// Whether at least one critical point has been proved, so that there is something to show.
    pub fn has_proved(&self) -> bool {
        match &self.0 {
            Work::Proof(search) => search.has_proved(),
            Work::Unproved(_) => false,
        }
    }

    /// The share of the work that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        match &self.0 {
            Work::Proof(search) => search.progress(),
            Work::Unproved(search) => search.progress(),
        }
    }

    /// The results so far.
    pub fn answer(&self) -> CriticalPoints {
        match &self.0 {
            Work::Proof(search) => search.answer(),
            Work::Unproved(search) => search.answer(),
        }
    }
}

/// The whole search in one call.
pub fn search(loss: &Loss, view: &View) -> CriticalPoints {
    let mut search = Search::new(loss, view);
    while !search.refine(usize::MAX) {}
    search.answer()
}

/// Minima first, then saddles, maxima and degenerate points, each by ascending value.
fn sort(points: &mut [CriticalPoint]) {
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
