//! Branch and prune: a proof of where all critical points of a view are.
//!
//! The view is cut into boxes. A box is dropped when interval enclosures exclude a critical point, replaced by a
//! smaller one where a Newton step narrows it, settled when the Krawczyk test proves that it holds exactly one, and
//! otherwise split (Hansen & Walster, Global Optimization Using Interval Analysis, 2nd ed., 2004, ch. 11). What is
//! left at the end is named with its reason: nothing is dropped without proof.

mod cells;
pub mod krawczyk;
mod unique;
pub mod winding;
#[cfg(test)]
mod tests;

use crate::formula::Tape;
use crate::landscape::{Loss, View};
use crate::number::{Interval, Vector};
use cells::{clusters, split};
use krawczyk::{Cell, Look, Root, certify, certify_near, enlarged, grown, look, middle};
use std::collections::VecDeque;
use unique::UniqueBoxes;

/// Why a region stays undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A critical point at which the Hessian is singular, or several that are too close for f64.
    Degenerate,
    /// L is not twice differentiable there, or not defined all over it.
    NotSmooth,
    /// ∇L is smaller than its own rounding error.
    Flat,
    /// The budget was used up.
    Budget,
}

impl Reason {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Degenerate => "degenerate, or too close to tell apart",
            Reason::NotSmooth => "not smooth",
            Reason::Flat => "flat below 64-bit numbers",
            Reason::Budget => "budget used up",
        }
    }
}

/// A region that was not decided, with the reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Undecided {
    /// Where.
    pub cell: Cell,
    /// Why.
    pub reason: Reason,
}

/// Boxes below this share of the view are set aside until the rest is done.
const SMALL: f64 = 1e-6;
/// How far boxes that were set aside are divided.
const TINY: f64 = 1e-11;
/// How many boxes that may take.
const DEEPENING: usize = 4_000;
/// The starts of the preview along each side.
const PREVIEW: usize = 20;
/// How many boxes a proof may take altogether.
pub const MAX_BOXES: usize = 2_000_000;

/// How far the proof has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Preview { start: usize },
    Prune,
    Deepen { left: usize },
    Done,
}

/// A proof under way. It can be run in slices, and is sound at any time.
#[derive(Clone, Debug)]
pub struct Proof {
    loss: Loss,
    view: View,
    /// The view, slightly enlarged, so that points on its border are inside.
    search: Cell,
    stage: Stage,
    queue: VecDeque<Cell>,
    aside: Vec<Cell>,
    undecided: Vec<Undecided>,
    roots: UniqueBoxes,
    boxes: usize,
    limit: usize,
    growth: Growth,
    suspects_curve: bool,
}

/// How the number of open boxes develops while they halve.
#[derive(Clone, Copy, Debug, Default)]
struct Growth {
    width: f64,
    count: usize,
    doublings: u32,
}

impl Proof {
    /// A proof for a view that has not begun; `limit` is how many boxes it may take.
    pub fn new(loss: &Loss, view: &View, limit: usize) -> Proof {
        let plain = [Interval::new(view.w1[0], view.w1[1]), Interval::new(view.w2[0], view.w2[1])];
        let search = grown(&plain, 1e-4);
        Proof {
            loss: loss.clone(),
            view: *view,
            search,
            stage: Stage::Preview { start: 0 },
            queue: VecDeque::from([search]),
            aside: Vec::new(),
            undecided: Vec::new(),
            roots: UniqueBoxes::new(&search),
            boxes: 0,
            limit,
            growth: Growth::default(),
            suspects_curve: false,
        }
    }

    /// Works on for about `budget` boxes; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        let end = self.boxes.saturating_add(budget.max(1));
        while self.boxes < end {
            match self.stage {
                Stage::Preview { start } if start < PREVIEW * PREVIEW => {
                    self.try_start(start);
                    self.stage = Stage::Preview { start: start + 1 };
                }
                Stage::Preview { .. } => self.stage = Stage::Prune,
                Stage::Prune => self.prune_next(),
                Stage::Deepen { left } => self.deepen_next(left),
                Stage::Done => return true,
            }
        }
        self.stage == Stage::Done
    }

    /// Whether the proof has ended.
    pub fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// The share of the view's area that is settled.
    pub fn progress(&self) -> f64 {
        if self.stage == Stage::Done {
            return 1.0;
        }
        let area = |cell: &Cell| cell[0].width() * cell[1].width();
        let open: f64 = self.queue.iter().map(area).sum();
        (1.0 - open / area(&self.search)).clamp(0.0, 0.999)
    }

    /// The proved critical points whose tight boxes touch the view.
    pub fn roots(&self) -> impl Iterator<Item = &Root> {
        let view = [Interval::new(self.view.w1[0], self.view.w1[1]), Interval::new(self.view.w2[0], self.view.w2[1])];
        self.roots.iter().filter(move |root| krawczyk::touch(&root.tight, &view))
    }

    /// Whether the box lies where a proved point is the only one.
    pub fn knows(&self, cell: &Cell) -> bool {
        self.roots.holds(cell)
    }

    /// What could not be decided, clustered; with what is still to be looked at when the proof has ended.
    pub fn undecided(&self) -> Vec<Undecided> {
        let mut all = self.undecided.clone();
        if self.stage != Stage::Done {
            return clusters(all);
        }
        let reason =
            if self.stage == Stage::Done && self.boxes < self.limit { Reason::Degenerate } else { Reason::Budget };
        all.extend(self.queue.iter().map(|cell| Undecided { cell: *cell, reason: Reason::Budget }));
        all.extend(self.aside.iter().map(|cell| Undecided { cell: *cell, reason: self.reason_for(cell, reason) }));
        clusters(all)
    }

    /// Whether many singular points in a row were met: a curve of critical points.
    pub fn suspects_curve(&self) -> bool {
        self.suspects_curve
    }

    /// Boxes looked at so far.
    pub fn boxes(&self) -> usize {
        self.boxes
    }

    fn tape(&self) -> &Tape {
        self.loss.tape()
    }

    fn reason_for(&self, cell: &Cell, otherwise: Reason) -> Reason {
        let at = self.tape().jet_of(*cell);
        if !krawczyk::is_smooth(&at) { Reason::NotSmooth } else { otherwise }
    }

    /// Newton's method from one start of the preview's grid; where it converges, a proof is tried.
    fn try_start(&mut self, start: usize) {
        let [x, y] = self.search;
        let share = |k: usize| (k as f64 + 0.5) / PREVIEW as f64;
        let mut w = Vector::new(x.lo + share(start % PREVIEW) * x.width(), y.lo + share(start / PREVIEW) * y.width());
        let scale = [x.width(), y.width()];
        for _ in 0..30 {
            let jet = self.tape().jet(w);
            let Some(inverse) = jet.hessian.try_inverse() else { return };
            let step = inverse * jet.gradient;
            w -= step;
            let out =
                |value: f64, range: Interval| !(value > range.lo - range.width() && value < range.hi + range.width());
            if out(w.x, x) || out(w.y, y) {
                return;
            }
            if step.x.abs() <= 1e-13 * scale[0] && step.y.abs() <= 1e-13 * scale[1] {
                break;
            }
        }
        let point = [Interval::point(w.x), Interval::point(w.y)];
        if self.roots.holds(&point) || !krawczyk::touch(&self.search, &point) {
            return;
        }
        if let Some(root) = certify_near(self.tape(), [w.x, w.y], scale) {
            self.roots.insert(root);
        }
    }

    /// Looks at the largest open box.
    fn prune_next(&mut self) {
        let Some(cell) = self.queue.pop_front() else {
            self.stage = Stage::Deepen { left: DEEPENING };
            return;
        };
        if self.boxes >= self.limit {
            self.queue.push_front(cell);
            self.stage = Stage::Done;
            return;
        }
        self.boxes += 1;
        if self.watch_growth(&cell) {
            self.queue.push_front(cell);
            self.aside.extend(self.queue.drain(..));
            self.suspects_curve = true;
            self.stage = Stage::Done;
            return;
        }
        for rest in self.examine(&cell, SMALL) {
            self.queue.push_back(rest);
        }
    }

    /// Divides the boxes that were set aside further: most near-degenerate pairs come apart.
    fn deepen_next(&mut self, left: usize) {
        if self.queue.is_empty() {
            if left == 0 || self.aside.is_empty() || self.boxes >= self.limit {
                self.stage = Stage::Done;
                return;
            }
            self.queue.extend(std::mem::take(&mut self.aside));
        }
        let Some(cell) = self.queue.pop_front() else { return };
        if left == 0 || self.boxes >= self.limit {
            self.queue.push_front(cell);
            self.aside.extend(self.queue.drain(..));
            self.stage = Stage::Done;
            return;
        }
        self.boxes += 1;
        let pieces = self.examine(&cell, TINY);
        self.queue.extend(pieces);
        // When the queue runs empty, `aside` holds what cannot be divided further.
        self.stage = if self.queue.is_empty() { Stage::Done } else { Stage::Deepen { left: left - 1 } };
    }

    /// Settles a box, or returns the smaller boxes that hold what it may hold.
    fn examine(&mut self, cell: &Cell, smallest: f64) -> Vec<Cell> {
        if self.roots.holds(cell) {
            return Vec::new();
        }
        let at = self.tape().jet_of(*cell);
        let (verdict, contraction) = look(self.loss.tape(), cell, &at);
        let Look::Narrowed(narrowed) = verdict else { return Vec::new() };
        if contraction.is_some_and(|norm| norm < 0.9)
            && let Some(root) = certify(self.tape(), &grown(&narrowed, 0.1))
        {
            if !self.roots.insert(enlarged(self.tape(), root)) {
                self.aside.push(narrowed);
            }
            return Vec::new();
        }
        if let Some(reason) = self.cannot_be_decided(cell, &at) {
            self.undecided.push(Undecided { cell: *cell, reason });
            return Vec::new();
        }
        let share = |cell: &Cell| (0..2).map(|i| cell[i].width() / self.search[i].width()).fold(0.0, f64::max);
        if share(&narrowed) < smallest {
            self.aside.push(narrowed);
            return Vec::new();
        }
        let area = |cell: &Cell| cell[0].width() * cell[1].width();
        if area(&narrowed) < 0.4 * area(cell) { vec![narrowed] } else { split(&narrowed, &at, &self.search).to_vec() }
    }

    /// Flat below what f64 resolves: splitting would go on for ever.
    fn cannot_be_decided(&self, cell: &Cell, at: &krawczyk::Enclosure) -> Option<Reason> {
        let magnitude = |g: Interval| g.lo.abs().max(g.hi.abs());
        if at.gradient.iter().all(|g| magnitude(*g) < 1e-290) && at.gradient.iter().any(|g| magnitude(*g) > 0.0) {
            return Some(Reason::Flat);
        }
        let at_middle = self.tape().jet_of(middle(cell)).gradient;
        let noisy = |i: usize| {
            let (noise, spread) = (at_middle[i].width(), at.gradient[i].width());
            noise > 0.5 * spread && at_middle[i].contains(0.0) && spread > 0.0
        };
        (krawczyk::is_smooth(at) && noisy(0) && noisy(1)).then_some(Reason::Flat)
    }

    /// Whether the open boxes multiply the way they do along a curve of critical points.
    fn watch_growth(&mut self, cell: &Cell) -> bool {
        let width = cell[0].width() / self.search[0].width();
        if self.growth.width == 0.0 || width < 0.5 * self.growth.width {
            let count = self.queue.len();
            let grows = count >= 4096 && count as f64 > 1.4 * self.growth.count as f64;
            self.growth = Growth { width, count, doublings: if grows { self.growth.doublings + 1 } else { 0 } };
            if self.growth.doublings >= 3 {
                return self.mostly_singular();
            }
        }
        false
    }

    /// Whether most of a sample of the open boxes hold a singular critical point or a kink.
    fn mostly_singular(&self) -> bool {
        let sample: Vec<&Cell> = self.queue.iter().step_by((self.queue.len() / 60).max(1)).take(60).collect();
        let singular = sample.iter().filter(|cell| self.is_singular(cell)).count();
        singular * 5 >= sample.len() * 4
    }

    fn is_singular(&self, cell: &Cell) -> bool {
        let at = self.tape().jet_of(*cell);
        if !krawczyk::is_smooth(&at) {
            return true;
        }
        // Levenberg–Marquardt towards ∇L = 0; on a curve it converges at once, to a point with det H = 0.
        let mut w = Vector::new(cell[0].middle(), cell[1].middle());
        let reach = 4.0 * cell[0].width().max(cell[1].width());
        let start = w;
        for _ in 0..12 {
            let jet = self.tape().jet(w);
            let scale = jet.hessian.norm_squared();
            let normal = jet.hessian * jet.hessian + crate::number::Matrix::identity() * (1e-9 * scale);
            let Some(inverse) = normal.try_inverse() else { return false };
            w -= inverse * (jet.hessian * jet.gradient);
        }
        // On a curve what is left of the gradient is rounding; in a narrow valley it is not.
        let at = self.tape().jet_of([Interval::point(w.x), Interval::point(w.y)]);
        let is_rounding = |g: &Interval| g.middle().abs() <= 50.0 * g.width();
        let jet = self.tape().jet(w);
        let scale = jet.hessian.norm();
        (w - start).norm() <= reach
            && at.gradient.iter().all(is_rounding)
            && jet.hessian.determinant().abs() <= 1e-5 * scale * scale
    }
}
