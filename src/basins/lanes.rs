//! Many runs side by side whose step is a formula of the point alone ([`StepFormula`]): gradient descent and Newton's
//! method.
//!
//! In each round ∇L, H and, if it may not be finite, L are evaluated for a block of runs. One pass of vector
//! instructions makes the step of each run and finds runs with a possible event: they may have converged, left the
//! useful range, used up their steps, or have a singular Hessian. A second pass looks for cycles among runs with enough
//! steps. The few runs with a possible event are examined one by one: most have clearly converged, and the others are
//! continued by the code for single runs ([`Walk`]). When a run has ended, the next start takes its lane. Every run has
//! the bits of the run that is computed alone.

use super::run_end::{AWAY, RunEnd, RunEndKind, SAME, WATCHED, how};
use crate::curvature::solve_plainly;
use crate::landscape::{Jet, Loss};
use crate::number::lanes::{CHUNK, InstructionSet, Work};
use crate::number::{Matrix, Vector, larger};
use crate::optimizer::{Prepared, Proposal, StepFormula, USEFUL_RANGE, Walk, useful_range};

/// How many runs go side by side: enough to make the calls for each operation negligible, and few enough for the nearer
/// caches.
const WIDTH: usize = 384;

/// A run that is this near to 0 has not left any useful range.
const NEAR: f64 = 0.5 * USEFUL_RANGE;

/// A number for each lane.
type Row = [f64; WIDTH];

/// w1 and w2 of each run, aligned to cache lines, because a vector that straddles two lines takes twice as long.
#[derive(Clone)]
#[repr(align(64))]
struct Points([Row; 2]);

/// The runs, with a row for each of their numbers. Counts are stored as f64, too, so that all rows have the same type.
#[repr(C, align(64))]
struct Lanes {
    /// L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂ at the current points; not all of them are always needed.
    jets: [Row; 6],
    /// The number of steps of each run; −1 if it has not arrived at its start yet.
    steps: Row,
    /// The data to recognise a cycle, as in `runs::Watch`: the kept point, the distances that count as near and as
    /// away, whether the run has been away, and after how many steps another point is kept. Before the first point is
    /// kept, only the last is meaningful.
    kept: [Row; 2],
    near: Row,
    far: Row,
    away: Row,
    limit: Row,
    /// 1 where the run is in a cycle; not up to date while no run is watched.
    cycle: Row,
    /// The last event of each lane: see [`event`].
    event: Row,
    /// The index of the start of each run.
    index: [u32; WIDTH],
    /// The previous, current and next points, in boxes that are swapped.
    before: Box<Points>,
    w: Box<Points>,
    next: Box<Points>,
}

/// The events of a lane: none, a possible event, or the run has clearly converged.
mod event {
    pub const NOTHING: f64 = 0.0;
    pub const PERHAPS: f64 = 1.0;
    pub const CONVERGED: f64 = 2.0;
}

/// Follows the run from each start; `None` if `cancel` returned true.
pub(super) fn run_ends(
    loss: &Loss,
    prepared: &Prepared<'_>,
    formula: StepFormula,
    starts: &[Vector],
    cancel: &dyn Fn() -> bool,
) -> Option<Vec<RunEnd>> {
    let Some(first) = starts.first() else { return Some(Vec::new()) };
    let run = prepared.run();
    let needs_hessian = run.require_positive_definite || matches!(formula, StepFormula::Newton { .. });
    // The steps do not need L. If L is known to be defined and finite, nothing else needs it.
    let needs_value = !loss.enclosures().is_some_and(|enclosures| enclosures.is_bounded_within(NEAR));
    let planes = usize::from(!needs_value)..if needs_hessian { 6 } else { 3 };
    let mut sampler = loss.sampler(planes.clone());
    let mut alone = prepared.begin(*first);
    let nothing = RunEnd { end: Vector::zeros(), how: RunEndKind::Unfinished, steps: 0 };
    let mut run_ends = vec![nothing; starts.len()];
    let mut lanes = Box::new(Lanes::empty());
    let mut live = 0;
    let mut waiting = 0;
    while live < WIDTH && waiting < starts.len() {
        lanes.begin(live, waiting, starts[waiting]);
        (live, waiting) = (live + 1, waiting + 1);
    }
    let set = InstructionSet::fastest();
    let limits = Limits {
        steps: run.steps as f64,
        tolerance: run.gradient_tolerance,
        by_gradient: !run.require_positive_definite,
    };
    while live > 0 {
        if cancel() {
            return None;
        }
        // Every lane arrives where it goes.
        lanes.advance();
        let Lanes { w, jets, .. } = &mut *lanes;
        sampler.sample_rows(&w.0, live, &mut jets.each_mut()[planes.clone()]);
        let oldest = set.run(Round { lanes: &mut lanes, live, formula, limits });
        let is_watched = oldest >= WATCHED as f64;
        if is_watched {
            set.run(Watch { lanes: &mut lanes });
        }
        let happened = set.run(Happened { events: &lanes.event, live });
        // From the back, so that the last lane can replace a lane that ends.
        for lane in lanes_of(happened) {
            let event = lanes.event[lane];
            // Until then there is what was there before.
            if event == event::PERHAPS && !needs_value {
                lanes.jets[0][lane] = loss.value(lanes.at(lane));
            }
            let index = lanes.index[lane] as usize;
            if event == event::CONVERGED {
                run_ends[index] =
                    RunEnd { end: lanes.at(lane), how: RunEndKind::Converged, steps: lanes.steps[lane] as u32 };
            } else if let Some(how) = lanes.look_at(lane, starts[index], &mut alone, is_watched) {
                run_ends[index] = RunEnd { end: alone.w, how, steps: alone.steps as u32 };
            } else {
                continue;
            }
            if waiting < starts.len() {
                lanes.begin(lane, waiting, starts[waiting]);
                waiting += 1;
            } else {
                live -= 1;
                lanes.copy(live, lane);
                lanes.steps[live] = f64::NEG_INFINITY;
            }
        }
    }
    Some(run_ends)
}

impl Lanes {
    fn empty() -> Lanes {
        let row = [0.0; WIDTH];
        let points = Box::new(Points([row; 2]));
        Lanes {
            jets: [row; 6],
            // Lanes without a run never grow old.
            steps: [f64::NEG_INFINITY; WIDTH],
            kept: [row; 2],
            near: row,
            far: row,
            away: row,
            limit: row,
            cycle: row,
            event: row,
            index: [0; WIDTH],
            before: points.clone(),
            w: points.clone(),
            next: points,
        }
    }

    /// The current point of a lane's run.
    #[inline]
    fn at(&self, lane: usize) -> Vector {
        Vector::new(self.w.0[0][lane], self.w.0[1][lane])
    }

    /// Puts a run at its start into a lane.
    #[inline]
    fn begin(&mut self, lane: usize, index: usize, start: Vector) {
        self.index[lane] = index as u32;
        (self.next.0[0][lane], self.next.0[1][lane]) = (start.x, start.y);
        (self.steps[lane], self.limit[lane]) = (-1.0, WATCHED as f64);
    }

    /// Copies the run of one lane to another, without the values that each round computes anew.
    fn copy(&mut self, from: usize, to: usize) {
        self.index[to] = self.index[from];
        for axis in 0..2 {
            self.next.0[axis][to] = self.next.0[axis][from];
            self.w.0[axis][to] = self.w.0[axis][from];
            self.kept[axis][to] = self.kept[axis][from];
        }
        for row in [&mut self.steps, &mut self.near, &mut self.far, &mut self.away, &mut self.limit] {
            row[to] = row[from];
        }
    }

    /// Every run arrives where it goes.
    fn advance(&mut self) {
        std::mem::swap(&mut self.before, &mut self.w);
        std::mem::swap(&mut self.w, &mut self.next);
    }

    /// Examines a lane whose run began at `start`; returns how the run has ended, if it has. `alone` takes over the
    /// state of the run, and is at its end afterwards.
    fn look_at(&mut self, lane: usize, start: Vector, alone: &mut Walk<'_>, is_watched: bool) -> Option<RunEndKind> {
        let [value, d1, d2, d11, d12, d22] = self.jets.each_ref().map(|row| row[lane]);
        let jet = Jet { value, gradient: Vector::new(d1, d2), hessian: Matrix::new(d11, d12, d12, d22) };
        let (w, steps, range) = (self.at(lane), self.steps[lane] as usize, useful_range(start));
        if steps == 0 {
            alone.put(w, jet, 0, range);
        } else {
            let before = Vector::new(self.before.0[0][lane], self.before.0[1][lane]);
            alone.put(before, jet, steps - 1, range);
            if let Some(stop) = alone.arrive(w, jet) {
                return Some(how(stop));
            }
            if is_watched && self.cycle[lane] != 0.0 {
                return Some(RunEndKind::Cycle);
            }
        }
        match alone.propose() {
            Proposal::Goes(next) => {
                (self.next.0[0][lane], self.next.0[1][lane]) = (next.x, next.y);
                None
            }
            Proposal::Rests => Some(RunEndKind::Unfinished),
            Proposal::Ended(stop) => Some(how(stop)),
        }
    }
}

/// The limits beyond which a run ends.
#[derive(Clone, Copy)]
struct Limits {
    /// The most steps.
    steps: f64,
    /// The gradient at which a run has converged.
    tolerance: f64,
    /// Whether nothing else is asked for.
    by_gradient: bool,
}

/// The vector part of a round: the steps and events of all lanes, without cycles. Returns how many steps the oldest run
/// has made.
struct Round<'a> {
    lanes: &'a mut Lanes,
    /// How many lanes have a run.
    live: usize,
    formula: StepFormula,
    limits: Limits,
}

impl Work for Round<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let Round { lanes, live, formula, limits } = self;
        let Lanes { w, next, jets, steps, event, .. } = lanes;
        let (w, next) = (&w.0, &mut next.0);
        match formula {
            StepFormula::Gradient { rate } => {
                let step = |w: [f64; 2], g: [f64; 2], _| ([w[0] - rate * g[0], w[1] - rate * g[1]], true);
                round(live, w, jets, next, [steps, event], limits, step)
            }
            StepFormula::Newton { share } => round(live, w, jets, next, [steps, event], limits, |w, g, h| {
                let (solution, plain) = solve_plainly(h, g);
                ([w[0] + share * -solution[0], w[1] + share * -solution[1]], plain)
            }),
        }
    }
}

/// `step` computes the next point of a run from w, ∇L and (∂₁₁, ∂₁₂, ∂₂₂), and whether it has the bits of the run that
/// is computed alone.
#[inline(always)]
fn round(
    live: usize,
    w: &[Row; 2],
    jets: &[Row; 6],
    next: &mut [Row; 2],
    [steps, event]: [&mut Row; 2],
    limits: Limits,
    step: impl Fn([f64; 2], [f64; 2], [f64; 3]) -> ([f64; 2], bool),
) -> f64 {
    // The sum of two magnitudes is at least the norm, and less than one and a half times as much.
    let surely = if limits.by_gradient { 0.9 * limits.tolerance } else { -1.0 };
    let perhaps = 1.5 * limits.tolerance;
    let [next_1, next_2] = next;
    // At the end a few long runs are left, so only chunks with a run in them are computed.
    for start in (0..live).step_by(CHUNK) {
        for k in start..(start + CHUNK).min(WIDTH) {
            let w = [w[0][k], w[1][k]];
            // Written one by one: a `map` over the rows would be a call and prevent vectorisation.
            let (value, g1, g2) = (jets[0][k], jets[1][k], jets[2][k]);
            let (h11, h12, h22) = (jets[3][k], jets[4][k], jets[5][k]);
            let made = steps[k] + 1.0;
            let size = w[0].abs() + w[1].abs();
            let slope = g1.abs() + g2.abs();
            let (next, certain) = step(w, [g1, g2], [h11, h12, h22]);
            let moves = (next[0] != w[0]) | (next[1] != w[1]);
            // A sum is NaN or infinite where one of its terms is.
            let all_finite = (value.abs() + slope) + (next[0].abs() + next[1].abs()) < f64::INFINITY;
            let is_near = size <= NEAR;
            let goes_on = certain & all_finite & moves;
            let happens = !is_near | (slope <= perhaps) | (made >= limits.steps);
            let converges = all_finite & is_near & (slope <= surely);
            steps[k] = made;
            next_1[k] = next[0];
            next_2[k] = next[1];
            let happened = if happens | !goes_on { event::PERHAPS } else { event::NOTHING };
            event[k] = if converges { event::CONVERGED } else { happened };
        }
    }
    // Lane by lane it would be one after the other.
    let mut oldest = [0.0; 16];
    for steps in steps.as_chunks::<16>().0 {
        for k in 0..16 {
            oldest[k] = larger(oldest[k], steps[k]);
        }
    }
    oldest.into_iter().fold(0.0, larger)
}

/// Looks for cycles in all lanes: `runs::Watch` for runs whose next step depends on the point alone.
struct Watch<'a> {
    lanes: &'a mut Lanes,
}

impl Work for Watch<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Watch { lanes } = self;
        for k in 0..WIDTH {
            let w = [lanes.w.0[0][k], lanes.w.0[1][k]];
            let steps = lanes.steps[k];
            let scale = larger(larger(w[0].abs(), w[1].abs()), 1.0);
            let distance = larger((w[0] - lanes.kept[0][k]).abs(), (w[1] - lanes.kept[1][k]).abs());
            let away = lanes.away[k];
            let comes_round = (lanes.limit[k] > WATCHED as f64) & (away != 0.0) & (distance <= lanes.near[k]);
            let away = if distance >= lanes.far[k] { 1.0 } else { away };
            let keeps = steps == lanes.limit[k];
            lanes.kept[0][k] = if keeps { w[0] } else { lanes.kept[0][k] };
            lanes.kept[1][k] = if keeps { w[1] } else { lanes.kept[1][k] };
            lanes.near[k] = if keeps { SAME * scale } else { lanes.near[k] };
            lanes.far[k] = if keeps { AWAY * scale } else { lanes.far[k] };
            lanes.away[k] = if keeps { 0.0 } else { away };
            lanes.limit[k] = if keeps { 2.0 * steps } else { lanes.limit[k] };
            lanes.cycle[k] = if comes_round { 1.0 } else { 0.0 };
            lanes.event[k] = if comes_round { event::PERHAPS } else { lanes.event[k] };
        }
    }
}

/// The lanes with a run and a possible event, a bit for each.
struct Happened<'a> {
    events: &'a Row,
    /// How many lanes have a run.
    live: usize,
}

/// A bit for each lane.
type Bits = [u64; WIDTH / 64];

impl Work for Happened<'_> {
    type Output = Bits;

    #[inline(always)]
    fn run(self) -> Bits {
        let mut flags = [0u8; WIDTH];
        for (flag, event) in flags.iter_mut().zip(self.events) {
            *flag = u8::from(*event != event::NOTHING);
        }
        let mut all = [0; WIDTH / 64];
        for (word, (bits, flags)) in all.iter_mut().zip(flags.as_chunks::<64>().0).enumerate() {
            for (byte, flags) in flags.as_chunks::<8>().0.iter().enumerate() {
                // Eight bytes that are 0 or 1 become eight bits: 2⁸ⁱ·2⁷⁽⁸⁻ⁱ⁾ = 2⁵⁶⁺ⁱ, and nothing else gets there.
                let packed = u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080) >> 56;
                *bits |= packed << (8 * byte);
            }
            let left = self.live.saturating_sub(64 * word);
            *bits &= if left < 64 { (1 << left) - 1 } else { u64::MAX };
        }
        all
    }
}

/// The lanes of some bits, the last one first.
fn lanes_of(bits: Bits) -> impl Iterator<Item = usize> {
    bits.into_iter().enumerate().rev().flat_map(|(word, mut bits)| {
        std::iter::from_fn(move || {
            let lane = bits.checked_ilog2()? as usize;
            bits ^= 1 << lane;
            Some(64 * word + lane)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those with an event and a run, whatever is in the others, from the last to the first.
    #[test]
    fn what_has_happened_is_told_from_the_back() {
        for &set in InstructionSet::available() {
            for live in [0, 1, 63, 64, 65, 200, WIDTH] {
                let is_one = |lane: &usize| lane % 7 == 3 || lane.is_power_of_two() || lane % 64 == 63;
                let event = |lane: usize| if is_one(&lane) { event::CONVERGED } else { event::NOTHING };
                let events = std::array::from_fn(event);
                let expected: Vec<usize> = (0..live).filter(is_one).rev().collect();
                let happened = set.run(Happened { events: &events, live });
                assert_eq!(lanes_of(happened).collect::<Vec<usize>>(), expected, "{live} of {WIDTH} lanes, {set:?}");
            }
        }
    }
}
