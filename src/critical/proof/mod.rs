//! Branch and prune: a proof of where all critical points of a view are.
//!
//! The view is divided into boxes. A box is dropped if interval enclosures exclude a critical point, replaced by a
//! smaller one if a Newton step narrows it, settled if the Krawczyk test proves that it holds exactly one critical
//! point, and otherwise split (Hansen & Walster, Global Optimization Using Interval Analysis, 2nd ed., 2004, ch. 11).
//! Boxes that are left at the end are listed with a reason: nothing is dropped without proof.

mod border;
mod cells;
mod effort;
mod growth;
pub mod krawczyk;
mod poles;
pub(super) mod refine;
mod unique;
pub mod winding;
#[cfg(test)]
mod tests;

use crate::landscape::{Enclosures, Loss, View};
use crate::number::{Interval, Vector};
use crate::pause::pause;
pub use border::{Extremum, extremum};
use cells::{clusters, split};
pub(super) use effort::{MAX_OPERATIONS, allowance, is_slow};
use growth::Growth;
use krawczyk::{Cell, CellVerdict, Root, certify, certify_near, enlarged, grown, is_rounding, is_underflow, look};
use poles::Numerators;
use rayon::prelude::*;
use std::collections::VecDeque;
use std::sync::OnceLock;
use unique::UniqueBoxes;

/// The reason why a region stays undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A critical point at which the Hessian is singular, or several that are too close for f64.
    Degenerate,
    /// L is not twice differentiable, or not defined, everywhere in the region.
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
            Reason::Degenerate => "degenerate, or several points too close to separate",
            Reason::NotSmooth => "not smooth",
            Reason::Flat => "flat below 64-bit numbers",
            Reason::Budget => "budget used up",
        }
    }
}

/// A region that was not decided, with the reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Undecided {
    /// The box.
    pub cell: Cell,
    /// The reason.
    pub reason: Reason,
}

/// Boxes below this share of the view are set aside until the rest is done.
const SMALL: f64 = 1e-6;
/// The size down to which boxes that were set aside are divided.
const TINY: f64 = 1e-11;
/// How many boxes that may take.
const DEEPENING: usize = 4_000;
/// The starts of the preview along each side.
const PREVIEW: usize = 20;
/// And so many boxes in any case.
const LEAST_BOXES: usize = 20_000;
/// At how many places a proof with many digits is tried if 64-bit intervals fail.
const MOST_CAREFUL: usize = 12;
/// Newton's method has come to a point if its last step was at most this share of the view.
const ARRIVED: f64 = 1e-9;
/// A start from which it did not is tried with many digits if a box is left within this share of the view.
const BESIDE_LEFT: f64 = 1e-2;
/// How many boxes a proof may take altogether.
pub const MAX_BOXES: usize = 2_000_000;
/// About how many evaluations a start of the preview takes: thirty of ∇L and H, and a proof by intervals.
const EVALUATIONS_PER_START: usize = 60;
/// The least number of starts, however long they take.
const LEAST_STARTS: usize = 16;
/// From a start to the next, row by row, if an evaluation takes long: three columns and eight rows.
const STRIDE: usize = 163;

/// From this many open boxes on, so many are examined at once on all cores.
const BATCH: usize = 1_024;

/// The verdict on a box.
enum Verdict {
    /// It holds no unknown critical point.
    Settled,
    /// It holds exactly one; the box is kept in case this point cannot be separated from another.
    Proved(Root, Cell),
    /// Dividing it further would not decide it.
    Undecided(Undecided),
    /// It is small, and is set aside until the rest is done.
    Small(Cell),
    /// Its critical points lie in this smaller box.
    Narrowed(Cell),
    /// Its critical points lie in these parts.
    Split([Cell; 2]),
}

/// The stage of the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// So many starts have been tried.
    Preview {
        tried: usize,
    },
    Prune,
    Deepen {
        left: usize,
    },
    Done,
}

/// A proof under way. It can be run in slices, and is sound at any time.
#[derive(Clone, Debug)]
pub struct Proof {
    loss: Loss,
    enclosures: Enclosures,
    /// The numerators of ∂L, once a box with a pole asks for them.
    numerators: OnceLock<Option<Numerators>>,
    /// The view, slightly enlarged, so that points on its border are inside.
    search: Cell,
    stage: Stage,
    queue: VecDeque<Cell>,
    aside: Vec<Cell>,
    undecided: Vec<Undecided>,
    roots: UniqueBoxes,
    /// Where the preview came to but nothing could be proved.
    refused: Vec<Vector>,
    /// Those of them that Newton's method was still moving away from.
    astray: Vec<Vector>,
    /// How many proofs with many digits have failed.
    failures: usize,
    boxes: usize,
    limit: usize,
    /// How many starts the preview has.
    starts: usize,
    growth: Growth,
    suspects_curve: bool,
}

impl Proof {
    /// A proof that has not begun, for a loss and its enclosures. `limit` is the most boxes that it may examine; there
    /// are fewer if a box takes long.
    pub fn new(loss: &Loss, enclosures: &Enclosures, view: &View, limit: usize) -> Proof {
        let operations = loss.operations();
        let limit = limit.min((MAX_OPERATIONS / operations).max(LEAST_BOXES));
        let plain = [Interval::new(view.w1[0], view.w1[1]), Interval::new(view.w2[0], view.w2[1])];
        let search = grown(&plain, 1e-4);
        Proof {
            loss: loss.clone(),
            enclosures: enclosures.clone(),
            numerators: OnceLock::new(),
            search,
            stage: Stage::Preview { tried: 0 },
            queue: VecDeque::from([search]),
            aside: Vec::new(),
            undecided: Vec::new(),
            roots: UniqueBoxes::new(&search),
            refused: Vec::new(),
            astray: Vec::new(),
            failures: 0,
            boxes: 0,
            limit,
            starts: allowance(loss, limit, EVALUATIONS_PER_START).clamp(LEAST_STARTS, PREVIEW * PREVIEW),
            growth: Growth::default(),
            suspects_curve: false,
        }
    }

    /// Works on for about `budget` boxes; returns true when nothing is left to do. If an evaluation takes long, starts of the preview
    /// count as boxes.
    pub fn refine(&mut self, budget: usize) -> bool {
        let budget = budget.max(1);
        let end = self.boxes.saturating_add(budget);
        let mut tried_now = 0;
        while self.boxes < end && tried_now < budget {
            match self.stage {
                Stage::Preview { tried } if tried < self.starts => {
                    // In strides across the view, the first points come early.
                    let is_slow = is_slow(&self.loss);
                    self.try_start(if is_slow { tried * STRIDE % (PREVIEW * PREVIEW) } else { tried });
                    self.stage = Stage::Preview { tried: tried + 1 };
                    tried_now += usize::from(is_slow);
                }
                Stage::Preview { .. } => self.stage = Stage::Prune,
                Stage::Prune => self.prune_next(),
                Stage::Deepen { left } => self.deepen_next(left),
                Stage::Done => break,
            }
        }
        if self.stage == Stage::Done {
            self.close();
        }
        self.stage == Stage::Done
    }

    /// Determines the reasons for the boxes that are left, once at the end, because each reason needs an enclosure.
    fn close(&mut self) {
        let otherwise = if self.boxes < self.limit { Reason::Degenerate } else { Reason::Budget };
        let aside = std::mem::take(&mut self.aside);
        let reasons: Vec<Reason> = aside.par_iter().map(|cell| self.reason_for(cell, otherwise)).collect();
        let open = self.queue.drain(..).map(|cell| Undecided { cell, reason: Reason::Budget });
        self.undecided.extend(open);
        self.undecided.extend(aside.into_iter().zip(reasons).map(|(cell, reason)| Undecided { cell, reason }));
    }

    /// Whether the preview from many starts is over, so that boxes are examined from here on.
    pub fn is_previewed(&self) -> bool {
        !matches!(self.stage, Stage::Preview { .. })
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

    /// The proved critical points of the view and of a narrow margin around it, in the order in which they were proved.
    pub fn roots(&self) -> impl Iterator<Item = &Root> {
        self.roots.iter()
    }

    /// The view with a narrow margin; all of it is examined.
    pub fn search_area(&self) -> &Cell {
        &self.search
    }

    /// Whether the box lies in the box of uniqueness of a proved point.
    pub fn knows(&self, cell: &Cell) -> bool {
        self.roots.holds(cell)
    }

    /// The undecided boxes, joined to clusters; after the end of the proof, including boxes that were not examined.
    pub fn undecided(&self) -> Vec<Undecided> {
        self.undecided_where(|_| true)
    }

    /// Like [`Proof::undecided`], for the boxes that satisfy `wanted`, which is called before they are joined.
    pub fn undecided_where(&self, wanted: impl Fn(&Cell) -> bool) -> Vec<Undecided> {
        clusters(self.undecided.iter().filter(|one| wanted(&one.cell)).copied().collect(), &self.search)
    }

    /// Whether many singular points were found in a row, which suggests a curve of critical points.
    pub fn suspects_curve(&self) -> bool {
        self.suspects_curve
    }

    /// Boxes looked at so far.
    pub fn boxes(&self) -> usize {
        self.boxes
    }

    fn enclosures(&self) -> &Enclosures {
        &self.enclosures
    }

    fn reason_for(&self, cell: &Cell, otherwise: Reason) -> Reason {
        pause();
        let at = self.enclosures().jet_of(*cell);
        if !krawczyk::is_smooth(&at) { Reason::NotSmooth } else { otherwise }
    }

    /// Newton's method from one start of the preview's grid. If it converges, a proof is tried.
    fn try_start(&mut self, start: usize) {
        pause();
        let [x, y] = self.search;
        let share = |k: usize| (k as f64 + 0.5) / PREVIEW as f64;
        let mut w = Vector::new(x.lo + share(start % PREVIEW) * x.width(), y.lo + share(start / PREVIEW) * y.width());
        let scale = [x.width(), y.width()];
        let near = |a: Vector, b: Vector| (0..2).all(|i| (a[i] - b[i]).abs() <= 1e-4 * scale[i]);
        let mut has_arrived = false;
        for _ in 0..30 {
            let jet = self.loss.jet(w);
            let Some(inverse) = jet.hessian.try_inverse() else { return };
            let step = inverse * jet.gradient;
            w -= step;
            let out = |value: f64, range: Interval| {
                let stray = 0.25 * range.width();
                !(value > range.lo - stray && value < range.hi + stray)
            };
            if out(w.x, x) || out(w.y, y) {
                return;
            }
            // In the box of uniqueness of a known point, a small step leads to that point.
            let here = [Interval::point(w.x), Interval::point(w.y)];
            if near(step, Vector::zeros()) && (self.roots.holds(&here) || self.refused.iter().any(|r| near(*r, w))) {
                return;
            }
            let is_within = |share: f64| (0..2).all(|i| step[i].abs() <= share * scale[i]);
            has_arrived = is_within(ARRIVED);
            if is_within(1e-13) {
                break;
            }
        }
        let point = [Interval::point(w.x), Interval::point(w.y)];
        if self.roots.holds(&point) || !krawczyk::touch(&self.search, &point) {
            return;
        }
        let proved = certify_near(self.enclosures(), [w.x, w.y], scale).or_else(|| match has_arrived {
            true => self.carefully(w),
            false => None,
        });
        match proved {
            Some(root) => {
                self.roots.insert(root);
            }
            None => {
                self.refused.push(w);
                if !has_arrived {
                    self.astray.push(w);
                }
            }
        }
    }

    /// A proof with many digits near a point. An evaluation takes time in proportion to the number of examples, and for
    /// many examples it is left until the end of the proof.
    fn carefully(&mut self, w: Vector) -> Option<Root> {
        if self.failures >= MOST_CAREFUL || is_slow(&self.loss) || self.limit == 0 {
            return None;
        }
        let proved = refine::certify_near(&self.loss, [w.x, w.y], self.search.map(|side| side.width()));
        self.failures += usize::from(proved.is_none());
        proved
    }

    /// Ends the proof, unless many digits find points between the boxes that are left.
    fn end(&mut self) {
        let finds = self.try_astray();
        let roots = &self.roots;
        self.aside.retain(|cell| !roots.holds(cell));
        self.undecided.retain(|one| !roots.holds(&one.cell));
        let goes_on = finds && !self.aside.is_empty() && self.boxes < self.limit;
        self.stage = if goes_on { Stage::Deepen { left: DEEPENING } } else { Stage::Done };
    }

    /// Tries many digits at the starts from which Newton's method did not arrive, and returns whether it finds a point.
    /// Between two points that are about to merge, and where two have just vanished, Newton's method takes long or never
    /// arrives. Where intervals have decided the boxes around a start, nothing is left to find.
    fn try_astray(&mut self) -> bool {
        let mut finds = false;
        for w in std::mem::take(&mut self.astray) {
            let close = [0, 1].map(|i| {
                let reach = BESIDE_LEFT * self.search[i].width();
                Interval::new(w[i] - reach, w[i] + reach)
            });
            let undecided = self.undecided.iter().map(|one| &one.cell);
            let is_left =
                self.aside.iter().chain(&self.queue).chain(undecided).any(|cell| krawczyk::touch(cell, &close));
            let here = [Interval::point(w.x), Interval::point(w.y)];
            if is_left
                && !self.roots.holds(&here)
                && let Some(root) = self.carefully(w)
            {
                finds |= self.roots.insert(root);
            }
        }
        finds
    }

    /// Adds a root that was proved by other means. Returns false if it cannot be separated from a known one.
    pub fn add(&mut self, root: Root) -> bool {
        krawczyk::touch(&root.tight, &self.search) && self.roots.insert(root)
    }

    /// Examines the boxes that are left at the end once more with many digits, if they are few.
    pub fn settle(&mut self, cancel: &dyn Fn() -> bool) {
        let left = self.undecided();
        if left.len() > MOST_CAREFUL {
            return;
        }
        for one in left.iter().filter(|one| one.reason != Reason::NotSmooth) {
            if cancel() {
                return;
            }
            let around = grown(&one.cell, 0.5);
            let is_settled = match refine::settle(&self.loss, &around) {
                Some(refine::Settled::Empty) => true,
                Some(refine::Settled::One(root)) => self.roots.insert(root),
                None => false,
            };
            if is_settled {
                self.undecided.retain(|known| !krawczyk::inside(&one.cell, &known.cell));
            }
        }
    }

    /// Examines the largest open box, or many of the largest at once.
    fn prune_next(&mut self) {
        if self.queue.is_empty() {
            self.stage = Stage::Deepen { left: DEEPENING };
            return;
        }
        if self.boxes >= self.limit {
            self.end();
            return;
        }
        if self.growth.left == 0 {
            if self.growth.next_round(self.queue.len()) && !self.leave_kinks() && self.mostly_singular() {
                self.aside.extend(self.queue.drain(..));
                self.suspects_curve = true;
                self.stage = Stage::Done;
                return;
            }
            self.growth.left = self.queue.len();
            if self.queue.is_empty() {
                // Only kinks were left.
                return;
            }
        }
        // The number of boxes that are examined together does not depend on the machine, so neither does the answer.
        let together = if self.growth.left < BATCH { 1 } else { BATCH };
        let cells: Vec<Cell> = self.queue.drain(..together).collect();
        self.boxes += together;
        self.growth.left -= together;
        let verdicts: Vec<Verdict> = if together == 1 {
            cells.iter().map(|cell| self.examine(cell, SMALL)).collect()
        } else {
            cells.par_iter().with_min_len(BATCH / 16).map(|cell| self.examine(cell, SMALL)).collect()
        };
        for verdict in verdicts {
            let pieces = self.take(verdict);
            self.queue.extend(pieces);
        }
    }

    /// Divides the boxes that were set aside, which separates most nearly degenerate pairs.
    fn deepen_next(&mut self, left: usize) {
        if self.queue.is_empty() {
            if left == 0 || self.aside.is_empty() || self.boxes >= self.limit {
                self.end();
                return;
            }
            self.queue.extend(std::mem::take(&mut self.aside));
        }
        let Some(cell) = self.queue.pop_front() else { return };
        if left == 0 || self.boxes >= self.limit {
            self.queue.push_front(cell);
            self.aside.extend(self.queue.drain(..));
            self.end();
            return;
        }
        self.boxes += 1;
        let pieces = self.take(self.examine(&cell, TINY));
        self.queue.extend(pieces);
        // When the queue is empty, `aside` holds the boxes that cannot be divided further.
        if self.queue.is_empty() {
            self.end();
        } else {
            self.stage = Stage::Deepen { left: left - 1 };
        }
    }

    /// The verdict on a box.
    fn examine(&self, cell: &Cell, smallest: f64) -> Verdict {
        pause();
        if self.roots.holds(cell) {
            return Verdict::Settled;
        }
        let Some(at) = krawczyk::enclosure(self.enclosures(), cell) else { return Verdict::Settled };
        let (narrowed, gap) = match look(self.enclosures(), cell, &at) {
            CellVerdict::Empty => return Verdict::Settled,
            CellVerdict::NotSmooth if self.is_beside_pole(cell) => return Verdict::Settled,
            CellVerdict::NotSmooth => (*cell, None),
            CellVerdict::Narrowed { cell: narrowed, at_centre, contraction, gap } => {
                if contraction < 0.9
                    && let Some(root) = certify(self.enclosures(), &grown(&narrowed, 0.1))
                {
                    return Verdict::Proved(enlarged(self.enclosures(), root), narrowed);
                }
                if is_rounding(&at.gradient, &at_centre) {
                    return Verdict::Undecided(Undecided { cell: *cell, reason: Reason::Flat });
                }
                (narrowed, gap)
            }
        };
        if is_underflow(&at.gradient) {
            return Verdict::Undecided(Undecided { cell: *cell, reason: Reason::Flat });
        }
        let share = |cell: &Cell| (0..2).map(|i| cell[i].width() / self.search[i].width()).fold(0.0, f64::max);
        if share(&narrowed) < smallest {
            return Verdict::Small(narrowed);
        }
        let area = |cell: &Cell| cell[0].width() * cell[1].width();
        if area(&narrowed) < 0.4 * area(cell) {
            return Verdict::Narrowed(narrowed);
        }
        Verdict::Split(match gap {
            Some((across, sides)) => sides.map(|side| {
                let mut piece = narrowed;
                piece[across] = side;
                piece
            }),
            None => split(&narrowed, &at, &self.search),
        })
    }

    /// Whether L has a pole in a box, and provably no critical point.
    fn is_beside_pole(&self, cell: &Cell) -> bool {
        let numerators = self.numerators.get_or_init(|| Numerators::of(&self.loss));
        numerators.as_ref().is_some_and(|numerators| numerators.exclude(cell))
    }

    /// Records a verdict, and returns the smaller boxes that are still to be examined.
    fn take(&mut self, verdict: Verdict) -> impl Iterator<Item = Cell> + use<> {
        let mut pieces = [None, None];
        match verdict {
            Verdict::Settled => {}
            Verdict::Proved(root, cell) => {
                if !self.roots.insert(root) {
                    self.aside.push(cell);
                }
            }
            Verdict::Undecided(undecided) => self.undecided.push(undecided),
            Verdict::Small(cell) => self.aside.push(cell),
            Verdict::Narrowed(cell) => pieces[0] = Some(cell),
            Verdict::Split(halves) => pieces = halves.map(Some),
        }
        pieces.into_iter().flatten()
    }

    /// Along a kink of L, boxes would multiply for ever. If at least a quarter of the open boxes have a kink, this sets
    /// them aside as undecided and returns true.
    fn leave_kinks(&mut self) -> bool {
        let has_kink =
            |cell: &Cell| !krawczyk::is_smooth(&self.enclosures().jet_of(*cell)) && !self.is_beside_pole(cell);
        let kinks: Vec<bool> = self.queue.iter().map(has_kink).collect();
        if kinks.iter().filter(|kink| **kink).count() * 4 < kinks.len() {
            return false;
        }
        let mut kinks = kinks.into_iter();
        let undecided = &mut self.undecided;
        self.queue.retain(|cell| {
            let kink = kinks.next() == Some(true);
            if kink {
                undecided.push(Undecided { cell: *cell, reason: Reason::NotSmooth });
            }
            !kink
        });
        self.growth.doublings = 0;
        true
    }

    /// Whether most boxes of a sample of the open ones hold a singular critical point or a kink.
    fn mostly_singular(&self) -> bool {
        let sample: Vec<&Cell> = self.queue.iter().step_by((self.queue.len() / 60).max(1)).take(60).collect();
        let singular = sample.iter().filter(|cell| self.is_singular(cell)).count();
        singular * 5 >= sample.len() * 4
    }

    fn is_singular(&self, cell: &Cell) -> bool {
        let at = self.enclosures().jet_of(*cell);
        if !krawczyk::is_smooth(&at) {
            return true;
        }
        // Levenberg–Marquardt towards ∇L = 0; on a curve it converges at once, to a point with det H = 0.
        let mut w = Vector::new(cell[0].middle(), cell[1].middle());
        let reach = 4.0 * cell[0].width().max(cell[1].width());
        let start = w;
        for _ in 0..12 {
            let jet = self.loss.jet(w);
            let scale = jet.hessian.norm_squared();
            let normal = jet.hessian * jet.hessian + crate::number::Matrix::identity() * (1e-9 * scale);
            let Some(inverse) = normal.try_inverse() else { return false };
            w -= inverse * (jet.hessian * jet.gradient);
        }
        // On a curve the remaining gradient is a rounding error; in a narrow valley it is not.
        let at = self.enclosures().jet_of([Interval::point(w.x), Interval::point(w.y)]);
        let is_rounding = |g: &Interval| g.middle().abs() <= 50.0 * g.width();
        let jet = self.loss.jet(w);
        let scale = jet.hessian.norm();
        (w - start).norm() <= reach
            && at.gradient.iter().all(is_rounding)
            && jet.hessian.determinant().abs() <= 1e-5 * scale * scale
    }
}
